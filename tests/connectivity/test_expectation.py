from __future__ import annotations

import numpy as np
import pytest

from rasad.connectivity.expectation import (
    HISTORY,
    Real,
    Windows,
    enough_history,
    expected,
    hourly,
)

N = 12 * 168


def means(size: float, trend: float = 0.0) -> Real:
    hour = np.arange(N)
    daily = np.exp(np.sin(2 * np.pi * hour / 24))
    weekly = np.where(hour // 24 % 7 >= 5, 0.6, 1.0)
    return size * daily * weekly * np.exp(trend * hour / HISTORY)


def windows(counts: Real, onset: list[int], hours: int) -> Windows:
    row = np.zeros(len(onset), np.int64)
    return Windows(counts[None], np.ones(N, np.bool_), row, np.array(onset), hours)


@pytest.mark.parametrize("size", [2.0, 20.0, 400.0])
def test_the_expectation_follows_hour_day_and_level(size: float) -> None:
    mean = means(size)
    dice = np.random.default_rng(1)
    counts = dice.negative_binomial(20, 1 / (1 + 0.05 * mean)).astype(float)
    onset = list(range(HISTORY, N - 48, 24))
    hoped = expected(windows(counts, onset, 24))
    truth = np.array([mean[at : at + 24].sum() for at in onset])
    errors = np.log(hoped / truth)
    assert abs(errors.mean()) < 0.03
    assert errors.std() < 0.12


def test_an_hour_of_the_week_of_its_own_is_learned() -> None:
    mean = means(50.0)
    # A weekly meeting that no product of hour and day explains.
    mean[np.arange(N) % 168 == 100] *= 8
    counts = np.random.default_rng(2).poisson(mean).astype(float)
    onset = HISTORY + 3 * 168
    found = hourly(windows(counts, [onset], 168))[0]
    assert found[100] == pytest.approx(mean[onset + 100], rel=0.15)


def test_a_trend_is_followed_to_the_onset_and_held_there() -> None:
    mean = means(100.0, trend=0.5)
    counts = np.random.default_rng(3).poisson(mean).astype(float)
    onset = HISTORY + 168
    found = hourly(windows(counts, [onset], 3 * 168))[0]
    flat = means(100.0) * np.exp(0.5 * onset / HISTORY)
    first = np.log(found[:24].sum() / flat[onset : onset + 24].sum())
    assert abs(first) < 0.05
    assert found[:168].tolist() == found[168:336].tolist()


def test_hours_that_are_not_known_teach_nothing() -> None:
    counts = np.random.default_rng(4).poisson(means(30.0)).astype(float)
    dark = counts.copy()
    dark[HISTORY - 72 : HISTORY] = 0
    known = np.ones(N, np.bool_)
    known[HISTORY - 72 : HISTORY] = False
    row, onset = np.zeros(1, np.int64), np.array([HISTORY])
    seen = expected(Windows(dark[None], known, row, onset, 24))
    assert expected(Windows(counts[None], known, row, onset, 24)) == seen
    everything = np.ones(N, np.bool_)
    assert expected(Windows(dark[None], everything, row, onset, 24)) < 0.95 * seen


def test_many_windows_at_once_are_as_one_by_one() -> None:
    counts = np.random.default_rng(5).poisson(means(5.0)).astype(float)
    onset = list(range(HISTORY, HISTORY + 300))
    together = expected(windows(counts, onset, 6))
    alone = [expected(windows(counts, [at], 6))[0] for at in onset[::60]]
    assert together[::60].tolist() == pytest.approx(alone)


def test_an_aggregate_that_never_acts_is_expected_not_to() -> None:
    assert expected(windows(np.zeros(N), [HISTORY], 24))[0] < 1


def test_two_weeks_are_needed_and_may_have_holes() -> None:
    known = np.ones(N, np.bool_)
    known[100:200] = False
    onset = np.array([336, 436, 435, 2_000])
    assert enough_history(known, onset).tolist() == [False, True, False, True]
