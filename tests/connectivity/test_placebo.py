from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, kstwo

from rasad.connectivity.matched_controls import draw_controls
from rasad.connectivity.placebo import (
    MOST,
    TIERS,
    calibrated,
    placebo_p,
    placebos,
)


def quiet(weeks: int, event: int, hours: int) -> np.ndarray:
    known = np.ones(weeks * 168, np.bool_)
    known[event : event + hours + 48] = False
    return known


@pytest.mark.parametrize(
    ("weeks", "hours", "tier"),
    [(1_000, 24, 0), (260, 24, 1), (60, 24, 2), (36, 12, 3), (20, 12, 4), (8, 48, 4)],
)
def test_the_strictest_kind_with_200_dates_is_taken(
    weeks: int, hours: int, tier: int
) -> None:
    event = weeks * 168 // 2 // 24 * 24
    known = quiet(weeks, event, hours)
    found = placebos(event, hours, known, known, 0)
    assert found.matched == TIERS[tier]
    assert len(found.onset) <= MOST
    assert found.apart <= len(found.onset)


def test_no_placebo_window_touches_an_outage_or_lacks_history() -> None:
    event, hours = 4_000, 30
    known = quiet(40, event, hours)
    found = placebos(event, hours, known, known, 0)
    for onset in found.onset.tolist():
        assert known[onset : onset + hours].all()
        assert known[max(onset - 672, 0) : onset].sum() >= 336


def test_windows_that_overlap_are_counted_once() -> None:
    known = quiet(10, 1_400, 100)
    found = placebos(1_400, 100, known, known, 0)
    assert found.apart <= (len(known) - 336) // 100
    assert len(found.onset) > 5 * found.apart


def test_without_room_there_is_no_placebo() -> None:
    known = quiet(3, 360, 60)
    assert placebos(360, 60, known, known, 0).apart == 0


def test_p_is_uniform_where_the_event_is_one_of_many() -> None:
    dice = np.random.default_rng(1)
    p = [placebo_p(dice.normal(), dice.normal(size=200), 200) for _ in range(2_000)]
    assert kstest(p, "uniform").statistic < kstwo.isf(0.001, 2_000) + 1 / 201


def test_p_cannot_be_smaller_than_the_dates_apart_allow() -> None:
    many = np.zeros(1_000)
    assert placebo_p(-5.0, many, 9) == 0.1
    assert placebo_p(0.0, many, 9) == 1.0
    assert placebo_p(-5.0, np.zeros(0), 0) == 1.0


def test_e_values_of_uniform_p_values_have_a_mean_of_at_most_one() -> None:
    p = (np.arange(10_000) + 0.5) / 10_000
    assert np.mean([calibrated(one) for one in p.tolist()]) <= 1
    assert calibrated(0.9) == calibrated(0.51) == 0.5
    assert calibrated(0.01) > calibrated(0.02) > 1


def test_controls_are_as_large_and_as_busy_as_the_group() -> None:
    dice = np.random.default_rng(2)
    group, pool = dice.lognormal(2, 1, 40), dice.lognormal(1, 1, 2_000)
    drawn = draw_controls(group, pool, seed=1, draws=50)
    assert drawn is not None
    assert all(len(np.unique(one)) == 40 for one in drawn)
    means = np.array([np.log(pool[one]).mean() for one in drawn])
    assert abs(means.mean() - np.log(group).mean()) < 0.35
    assert np.log(pool).mean() < np.log(group).mean() - 0.6
    again = draw_controls(group, pool, seed=1, draws=50)
    assert again is not None
    assert (again == drawn).all()


def test_no_controls_are_drawn_from_hardly_more_accounts() -> None:
    assert draw_controls(np.ones(30), np.ones(59), seed=1) is None
    assert draw_controls(np.ones(30), np.ones(60), seed=1) is not None
