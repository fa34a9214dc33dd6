"""D1 of hours in which little happens is not held against D1 of busy ones as it is."""

from __future__ import annotations

import numpy as np
import pytest

from rasad.connectivity.differences import HALF, differences, likened
from rasad.simulate.blackout import HourlyPlan, hourly_world

WEEK = 168
HOURS = 6


@pytest.fixture(scope="module")
def year() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A group and its control in which nothing happens, and which hours are known."""
    plan = HourlyPlan(weeks=52, begin=51 * WEEK, depth=0.0, draws=0)
    world = hourly_world(plan, 4)
    return world.group, world.control, np.ones(len(world.group), np.bool_)


def test_a_night_is_as_often_among_the_lowest_as_it_should_be(
    year: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    onset = np.arange(4 * WEEK, 51 * WEEK, HOURS)
    whole = differences(*year, onset, HOURS)
    night = onset % 24 == 0
    assert (whole.noise[night] > 2 * whole.noise[onset % 24 == 12].max()).any()
    raw, after = [], []
    for place in np.flatnonzero(night):
        own = differences(*year, onset[[place]], HOURS)
        others = likened(whole, own)
        raw.append((whole.d1 <= own.d1).mean() <= 0.05)
        after.append((others <= own.d1).mean() <= 0.05)
    # 329 nights: chance alone gives up to 27 of them in 999 of 1,000 cases.
    assert sum(raw) > 30
    assert sum(after) <= 27


def test_windows_of_the_same_hour_keep_their_d1(
    year: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    onset = np.arange(4 * WEEK + 12, 51 * WEEK, 24)
    whole = differences(*year, onset, 24)
    own = differences(*year, onset[[100]], 24)
    assert likened(whole, own) == pytest.approx(whole.d1, rel=0.1)


def test_nothing_scatters_below_a_whole_silence(
    year: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    onset = np.arange(4 * WEEK, 8 * WEEK, HOURS)
    whole = differences(*year, onset, HOURS)
    whole.group[10] = whole.least[10]
    night = differences(*year, onset[[4]], HOURS)
    found = likened(whole, night)
    assert np.isfinite(found).all()
    assert found.min() == night.silent[0]


def test_a_silence_is_not_lower_than_other_silences(
    year: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    group, control, known = year
    onset = np.arange(4 * WEEK, 12 * WEEK, HOURS)
    whole = differences(group, control, known, onset, HOURS)
    whole.group[::7] = whole.least[::7]
    for place in range(1, 40, 4):
        night = differences(np.zeros_like(group), control, known, onset[[place]], HOURS)
        found = likened(whole, night)
        assert (found[::7] <= night.d1).all()


def test_the_least_is_that_of_nobody_seen(
    year: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    group, control, known = year
    dark = group.copy()
    onset = np.array([10 * WEEK])
    dark[onset[0] : onset[0] + HOURS] = 0
    found = differences(dark, control, known, onset, HOURS)
    assert found.group == pytest.approx(found.least)
    assert found.d1 == pytest.approx(found.silent)
    assert np.exp(found.least[0]) < HALF


def test_controls_of_another_rhythm_are_as_often_as_silent_as_they_should_be() -> None:
    plan = HourlyPlan(weeks=40, begin=39 * WEEK, depth=0.0, draws=39)
    world = hourly_world(plan, 6)
    # The group works while its declared population sleeps, and the reverse.
    group, known = np.roll(world.group, 12), np.ones(len(world.group), np.bool_)
    raw, after = [], []
    for night in np.arange(4 * WEEK + 14, 39 * WEEK, 48):
        onset = np.array([night])
        own = differences(group, world.control, known, onset, HOURS)
        drawn = differences(world.draws, world.control, known, onset, HOURS)
        raw.append((drawn.d1 <= own.d1).sum() == 0)
        after.append((likened(drawn, own) <= own.d1).sum() == 0)
    # One night of forty at most should be lower than all 39 controls, of 123: three.
    assert sum(raw) > 10
    assert sum(after) <= 10
