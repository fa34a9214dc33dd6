"""IODA's rule, number by number as published."""

from __future__ import annotations

import numpy as np
from connectivity.drawn_series import hourly, rhythm

from rasad.connectivity.ioda_rule import ioda_alerts


def spans(values: np.ndarray) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in ioda_alerts(hourly(values))]


def test_an_alert_is_below_four_fifths_of_the_median_of_seven_days() -> None:
    values = np.full(300, 100.0)
    values[250:255] = 79.9
    values[270:275] = 80.0
    assert spans(values) == [(250, 254)]


def test_with_less_than_a_week_the_bound_is_lower_and_before_three_days_none() -> None:
    values = np.full(200, 100.0)
    values[40] = 10.0
    values[96] = 75.0  # after four days: 1 - 0.2 sqrt(7 / 4) = 0.735
    values[98] = 73.0
    assert spans(values) == [(98, 98)]


def test_a_prediction_below_twenty_gives_no_alert() -> None:
    values = np.full(300, 19.0)
    values[250:255] = 0.0
    assert spans(values) == []


def test_extreme_values_are_inpainted_for_seven_days_and_then_are_normal() -> None:
    values = np.full(24 * 40, 100.0)
    values[24 * 20 :] = 50.0
    assert spans(values) == [(24 * 20, 24 * 27 - 1)]


def test_a_short_outage_leaves_no_trace_in_the_prediction() -> None:
    values = np.full(24 * 30, 100.0)
    values[24 * 10 : 24 * 15] = 10.0
    (alert,) = ioda_alerts(hourly(values))
    assert set(alert.expected.middle[24 * 10 : 24 * 20].tolist()) == {100.0}


def test_it_takes_a_deep_nightly_dip_for_outages() -> None:
    values = rhythm(20) - 60
    assert len(spans(values)) > 10


def test_values_missing_are_passed_over() -> None:
    values = np.full(300, 100.0)
    values[200:240] = np.nan
    values[250] = 10.0
    assert spans(values) == [(250, 250)]
