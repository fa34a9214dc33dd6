from __future__ import annotations

import numpy as np
import pytest

from rasad.simulate.society.clock import (
    PATIENCES,
    Clock,
    Sittings,
    patience_class,
    week_levels,
    week_row,
)
from rasad.simulate.society.wording import language_codes

DAY_MS = 86_400_000


def clock(posts: float = 3.0, weekday: int = 0) -> Clock:
    return Clock(weekday, Sittings(posts, 75.0, 1.1))


def test_every_week_has_the_same_mean_and_rest_days_differ() -> None:
    level = week_levels()
    assert level.shape == (4 * 96, 168)
    assert level.mean(axis=1) == pytest.approx(np.ones(len(level)))
    assert (level > 0).all()
    # Persian rests on Thursday and Friday, English on Saturday and Sunday.
    daily = level[week_row(np.zeros(2), language_codes(["fa", "en"]))]
    total = daily.reshape(2, 7, 24).sum(axis=2)
    assert np.argsort(total[0])[:2].tolist() in ([3, 4], [4, 3])
    assert np.argsort(total[1])[:2].tolist() in ([5, 6], [6, 5])


def test_a_time_zone_shifts_the_week() -> None:
    level, code = week_levels(), language_codes(["en", "en"])
    here, there = level[week_row(np.array([0.0, 5.0]), code)]
    assert np.roll(here, -5) == pytest.approx(there)
    back = week_row(np.array([-19.0, 5.0]), code)
    assert back[0] == back[1]


def test_sessions_hold_the_planned_number_of_posts() -> None:
    rng, n = np.random.default_rng(1), 20_000
    row = week_row(np.full(n, 3.5), np.zeros(n, np.int64))
    made = [clock().sessions(day, row, np.full(n, 2.0), rng) for day in range(7)]
    count = sum(len(day.at_ms) for day in made) / n / 7
    assert count == pytest.approx(2.0, rel=0.03)
    assert all((day.at_ms >= i * DAY_MS).all() for i, day in enumerate(made))
    late = made[0].at_ms >= DAY_MS
    assert 0 < late.mean() < 0.05


def test_nobody_without_a_rate_posts_and_sessions_of_one_post_have_one() -> None:
    rng = np.random.default_rng(1)
    rate = np.where(np.arange(1000) % 2, 5.0, 0.0)
    row = np.zeros(1000, np.int64)
    made = clock(posts=1.0).sessions(0, row, rate, rng)
    assert (made.account % 2 == 1).all()
    assert (made.at_ms < DAY_MS).all()
    empty = clock().sessions(0, row, np.zeros(1000), rng)
    assert len(empty.at_ms) == 0


def test_people_are_awake_by_day() -> None:
    row = week_row(np.zeros(2), np.zeros(2, np.int64))
    night, evening = clock().awake(row, np.array([3, 20]) * 3_600_000)
    assert night < 0.1 < 0.8 < evening <= 1.0


def test_patience_is_known_to_a_class() -> None:
    minutes = np.array([1e-9, 30.0, 1e9])
    found = PATIENCES[patience_class(minutes)]
    assert found[0] == PATIENCES[0]
    assert found[1] == pytest.approx(30.0, rel=0.1)
    assert found[2] == PATIENCES[-1]
