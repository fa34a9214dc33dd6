"""Gaps, sessions, burstiness, hours and weekdays of accounts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.realism.views import make_view
from rasad.evaluate.realism import rhythm
from rasad.evaluate.realism.moments import samples, values
from rasad.evaluate.realism.view import SECOND_US, cut, rounded

DAY = 86_400


def test_posts_days_gaps_and_sessions_of_two_accounts() -> None:
    # The first posts thrice within an hour, then a day later; the second once.
    view = make_view([0, 0, 0, 0, 1], [0, 60, 1900, DAY, 5], days=4)
    assert rhythm.posts_per_account(view).values.tolist() == [1, 4]
    assert rhythm.posts_per_day(view).values.tolist() == [1, 1, 3]
    assert rhythm.active_days(view).values.tolist() == [0.25, 0.5]
    assert rhythm.gaps(view).values.tolist() == [60, 1840, DAY - 1900]
    # 1,840 seconds of silence end a session.
    assert rhythm.session_posts(view).values.tolist() == [1, 1, 1, 2]


def test_gaps_never_reach_from_one_account_to_the_next() -> None:
    view = make_view([0, 1, 2], [100, 50, 70])
    assert len(rhythm.gaps(view)) == 0
    assert rhythm.session_posts(view).values.tolist() == [1, 1, 1]


@pytest.mark.parametrize("n", [12, 300])
def test_burstiness_of_a_clock_and_of_chance(n: int) -> None:
    clock = np.arange(n) * 3600.0
    assert rhythm.burstiness(make_view([0] * n, clock)).values[0] == pytest.approx(-1)
    rng = np.random.default_rng(7)
    found = []
    for _ in range(200):
        poisson = np.cumsum(rng.exponential(100, n))
        found.append(rhythm.burstiness(make_view([0] * n, poisson)).values[0])
    # The correction for few gaps keeps chance at nought for short accounts too.
    assert np.mean(found) == pytest.approx(0.0, abs=0.05)


def test_burstiness_needs_eleven_posts_and_some_time() -> None:
    short = make_view([0] * 10, np.arange(10) * 60.0)
    at_once = make_view([0] * 20, np.zeros(20))
    assert len(rhythm.burstiness(short)) == len(rhythm.burstiness(at_once)) == 0


def test_hours_do_not_depend_on_the_time_zone() -> None:
    hours = np.repeat(np.arange(8, 22), 3) * 3600.0
    account = np.arange(len(hours)) % 5
    here, there = (make_view(account, (hours + shift * 3600) % DAY) for shift in (0, 9))
    assert rhythm.hour_of(here).max() > 5
    # The night is empty in both, so the day begins after its six quietest hours.
    for moment in ("hour_evenness", "night_share"):
        found = [values(samples(view))[moment] for view in (here, there)]
        assert found[0] == found[1]


def test_weekdays_beyond_the_last_whole_week_do_not_count() -> None:
    # One post a day: nine days would make two weekdays look twice as busy.
    view = make_view([0] * 9, np.arange(9) * float(DAY), days=9)
    assert len(rhythm.weekdays(view)) == 7
    assert values(samples(view))["rest_share"] == pytest.approx(2 / 7)


def test_the_days_of_rest_are_the_quietest_two() -> None:
    days = np.r_[np.repeat([0, 1, 2, 3, 6], 4), 4, 5] * float(DAY)
    view = make_view([0] * len(days), days, days=7)
    assert values(samples(view))["rest_share"] == pytest.approx(2 / 22)


def test_a_long_set_is_cut_into_stretches_that_count_apart() -> None:
    view = make_view([0, 0, 0, 1], [0, DAY, 12 * DAY, 13 * DAY], days=25)
    short = cut(view, 10)
    assert rhythm.posts_per_account(short).values.tolist() == [1, 1, 2]
    assert sorted(rhythm.posts_per_account(short).source.tolist()) == [0, 0, 1]
    # The gap over the border is none of either stretch.
    assert rhythm.gaps(short).values.tolist() == [DAY]
    assert short.days == 10
    assert short.whole is view


def test_what_is_shorter_than_a_stretch_is_left_whole() -> None:
    view = make_view([0], [0], days=5)
    assert cut(view, 10) is view


def test_rounding_takes_the_coarser_grain() -> None:
    view = make_view([0, 0], [59.9, 61.0], original_s=[-1, 3.5])
    coarse = rounded(view, 60 * SECOND_US)
    assert rhythm.gaps(coarse).values.tolist() == [60]
    assert coarse.original_us[0] == -1
    assert rounded(coarse, SECOND_US) is coarse
