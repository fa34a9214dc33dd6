"""Series that nobody should send break nothing."""

from __future__ import annotations

import numpy as np
import pytest
from connectivity.drawn_series import HOUR, daily, hourly, rhythm, series

from rasad.connectivity.outages import detect, remarks
from rasad.connectivity.series import Series
from rasad.exports.connectivity import connectivity_html

NOTHING = np.full(100, np.nan)
SERIES: dict[str, Series] = {
    "never measured": hourly(np.full(240, np.nan)),
    "always zero": hourly(np.zeros(240)),
    "constant": hourly(np.full(240, 50.0)),
    "below zero": hourly(rhythm(10) - 200),
    "too short": hourly(rhythm(2)),
    "empty": hourly(np.zeros(0)),
    "one value": daily(np.array([5.0])),
    "no users": daily(np.zeros(100), reading="usage", out_of=NOTHING),
    "no tests": daily(NOTHING, reading="anomalies", out_of=NOTHING),
    "huge": hourly(rhythm(10) * 1e300),
    "tiny": hourly(rhythm(10) * 1e-300),
}


@pytest.mark.parametrize("name", SERIES)
def test_nothing_is_found_and_the_page_is_written(name: str) -> None:
    found = detect([SERIES[name]], {"IR": (32.0, 53.0)})
    assert found.outages == []
    assert "No national outage" in connectivity_html(found, remarks(found))


@pytest.mark.parametrize("step", [HOUR // 12, HOUR, 3 * HOUR, 6 * HOUR])
def test_any_regular_step_is_watched(step: int) -> None:
    days, slots = 20, 24 * HOUR // step
    values = np.random.default_rng(1).normal(100, 2, days * slots)
    values[-2 * slots :] = 3
    (found,) = detect([series(values, step)]).outages
    assert found.kind == "shutdown"
    begin = found.episodes[0].series.times_us[-2 * slots]
    assert abs(found.started_us - begin) <= step
