"""The benchmark of outages: its series, its counting, its report."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.outages.__main__ import main
from benchmarks.outages.events import Alarm, _delays
from benchmarks.outages.real import Event
from benchmarks.outages.scores import Found, hit, rate, share
from benchmarks.outages.worlds import Planted, planted, quiet
from rasad.connectivity.durations import DAY_US


def test_a_seed_gives_one_series_and_another_gives_another() -> None:
    one, again, other = quiet(1, "hour"), quiet(1, "hour"), quiet(2, "hour")
    assert np.array_equal(one.values, again.values, equal_nan=True)
    assert not np.array_equal(one.values, other.values, equal_nan=True)


def test_a_planted_outage_takes_its_share_and_no_more() -> None:
    series = quiet(3, "hour")
    dark = planted(series, Planted(begin_h=600.5, length_h=10, depth=0.8))
    with np.errstate(invalid="ignore"):
        ratio = dark.values / series.values
    known = np.isfinite(ratio)
    assert ratio[600] == pytest.approx(0.6, abs=0.02)
    assert ratio[605] == pytest.approx(0.2, abs=0.02)
    away = np.r_[ratio[:600], ratio[611:]]
    assert (away[np.r_[known[:600], known[611:]]] == 1).all()
    assert np.isfinite(dark.values[590:620]).all()


def test_rates_and_shares_have_exact_intervals() -> None:
    assert [round(x, 3) for x in rate([0] * 10, 10)] == [0.0, 0.0, 0.369]
    assert [round(x, 2) for x in share(5, 10)] == [0.5, 0.19, 0.81]


def test_alarms_that_go_together_in_a_series_are_not_so_many_observations() -> None:
    # Of rates that differ a Poisson interval would hold the truth half the time.
    dice = np.random.default_rng(1)
    held = []
    for _ in range(200):
        counts = dice.poisson(dice.gamma(0.1, 10.0, 100)).tolist()
        _, low, high = rate(counts, 100)
        held.append(low <= 1.0 <= high)
    assert np.mean(held) >= 0.85


def test_an_alarm_hits_what_it_overlaps() -> None:
    found = [Found(10, 20, 9, 11, 10), Found(30, 40, 29, 31, 30)]
    assert hit(found, 35, 50) is found[1]
    assert hit(found, 20, 30) is None


def test_the_delay_is_that_of_the_nearest_alarm() -> None:
    event = Event("IR", 100 * DAY_US, 110 * DAY_US, full=True, national=True)
    alarms = [Alarm("IR", 99 * DAY_US), Alarm("IR", 106 * DAY_US), Alarm("RU", 0)]
    assert _delays(alarms, [event]) == [-1.0]
    assert _delays(alarms[1:], [event]) == [6.0]
    assert _delays(alarms[2:], [event]) == []


def test_the_report_sets_both_detectors_side_by_side(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["synthetic", "--series", "4"])
    said = capsys.readouterr().out
    for words in ("seasonal", "IODA's rule", "per country-year", "recall"):
        assert words in said
