"""Onset and end: best estimate and an interval that holds the truth."""

from __future__ import annotations

import numpy as np
import pytest
from connectivity.drawn_series import HOUR, MONDAY, hourly, rhythm

from rasad.connectivity.alarms import watch
from rasad.connectivity.change_points import Moment, ending, onset
from rasad.connectivity.episodes import Episode


def dimmed(values: np.ndarray, begin: float, end: float, depth: float) -> np.ndarray:
    """Take away a share between two moments, counted in hours."""
    hours = np.arange(len(values))
    share = np.clip(np.minimum(hours + 1, end) - np.maximum(hours, begin), 0, 1)
    return np.asarray(values * (1 - depth * share))


def only(values: np.ndarray) -> Episode:
    (found,) = watch(hourly(values)).episodes
    return found


def in_hours(moment: Moment | None) -> tuple[float, float, float]:
    assert moment is not None
    low, best, high = (
        (us - MONDAY) / HOUR for us in (moment.low_us, moment.best_us, moment.high_us)
    )
    return low, best, high


@pytest.mark.parametrize("part", [0.0, 0.25, 0.7])
def test_an_onset_within_a_step_is_told_from_the_mixture(part: float) -> None:
    begin, end = 600 + part, 640 + part
    found = only(dimmed(rhythm(40), begin, end, 0.9))
    low, best, high = in_hours(onset(found))
    assert low <= begin + 0.1
    assert high >= begin - 0.1
    assert best == pytest.approx(begin, abs=0.15)
    low, best, high = in_hours(ending(found))
    assert best == pytest.approx(end, abs=0.15)
    assert high - low < 2.1


@pytest.mark.parametrize("minutes", range(-4, 5, 2))
def test_an_onset_near_the_full_hour_is_no_moment_without_doubt(minutes: int) -> None:
    # Orders name full hours. No interval is shorter than the moments that were tried.
    begin = 600 + minutes / 60
    for seed in range(4):
        values = dimmed(rhythm(40, seed), begin, 640, 0.95)
        low, best, high = in_hours(onset(only(values)))
        assert low <= begin <= high
        assert low < best < high


def test_the_interval_holds_the_truth_nine_times_out_of_ten_at_least() -> None:
    held = []
    for seed in range(40):
        begin = 600 + seed / 40
        values = rhythm(40, seed, noise=0.04)
        (found,) = watch(hourly(dimmed(values, begin, 660, 0.5))).episodes[:1]
        low, _, high = in_hours(onset(found))
        held.append(low - 0.01 <= begin <= high + 0.01)
        assert high - low < 8
    assert np.mean(held) >= 0.85


def test_a_network_that_goes_dark_in_parts_has_an_onset_as_long_as_its_fall() -> None:
    values = rhythm(40)
    values[600:604] *= [0.9, 0.65, 0.35, 0.12]
    values[604:650] *= 0.05
    low, _, high = in_hours(onset(only(values)))
    assert low == 600
    assert 603 <= high <= 604


def test_a_gap_before_an_outage_widens_its_onset() -> None:
    values = dimmed(rhythm(40), 600, 650, 0.9)
    values[595:600] = np.nan
    low, _, high = in_hours(onset(only(values)))
    assert low == pytest.approx(595, abs=0.1)
    assert high == pytest.approx(600, abs=0.1)


def test_a_gap_after_an_outage_widens_its_end() -> None:
    values = dimmed(rhythm(40), 600, 650, 0.9)
    values[650:657] = np.nan
    low, _, high = in_hours(ending(only(values)))
    assert low == pytest.approx(650, abs=0.1)
    assert high == pytest.approx(657, abs=0.1)


def test_an_outage_that_lasts_to_the_last_value_has_no_end() -> None:
    found = only(dimmed(rhythm(40), 900, 2000, 0.9))
    assert ending(found) is None


def test_two_outages_close_to_each_other_keep_their_own_moments() -> None:
    values = dimmed(dimmed(rhythm(40), 600, 606, 0.8), 610, 616, 0.8)
    first, second = watch(hourly(values)).episodes
    assert in_hours(ending(first))[2] <= in_hours(onset(second))[0]
    assert in_hours(onset(second))[1] == pytest.approx(610, abs=0.2)
