"""Blocks: found where they were planted, and not where nothing or a fault was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from connectivity.drawn_series import daily
from scipy.stats import poisson

from benchmarks.blocking.worlds import BEGIN, DAYS, LENGTH, planted, world
from rasad.connectivity.anomaly_rates import common_shift, rates
from rasad.connectivity.blocking import YEARS, blocks
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.outage import Outage
from rasad.connectivity.reading import read_series


@pytest.mark.parametrize("alike", [0.0, 0.5])
def test_false_alarms_are_as_rare_as_is_said(alike: float) -> None:
    n = 10
    found = sum(len(blocks(world(seed, alike=alike))) for seed in range(n))
    # One alarm in ten years of all three series together; 999 in 1,000 such tests pass.
    allowed = n * DAYS / 365 / YEARS
    assert found <= poisson.ppf(0.999, allowed)


def test_a_planted_block_is_found_and_dated() -> None:
    hits = [planted(blocks(world(seed, blocked=1.6))) for seed in range(8)]
    found = [rows[0] for rows in hits if rows]
    # Measured on twenty worlds: nine in ten.
    assert len(found) >= 5
    for one in found:
        assert one.kind == "block"
        assert abs(one.started_us // DAY_US - BEGIN) <= 2
        assert one.started_low_us <= one.started_us <= one.started_high_us
        assert "countries: 2" in one.why
    ended = [one for one in found if one.ended_us is not None]
    assert len(ended) >= len(found) - 1
    assert all(abs(one.ended_us // DAY_US - BEGIN - LENGTH) <= 3 for one in ended)  # type: ignore[operator]


def test_a_fault_of_all_tests_is_no_block() -> None:
    assert not any(planted(blocks(world(seed, fault=1.6))) for seed in range(6))


def test_a_fault_reads_as_a_block_where_nothing_else_was_measured() -> None:
    alone = [planted(blocks(world(seed, fault=1.6)[:1])) for seed in range(4)]
    told = [rows[0].why for rows in alone if rows]
    assert len(told) >= 2
    assert all("a fault of the tests would look the same" in why for why in told)


def test_other_tests_of_the_place_are_held_against_where_no_country_is() -> None:
    first = world(3, blocked=1.6)[0]
    beside = replace(world(4)[1], country="AA", metric="tls anomalies")
    (found,) = blocks([first, beside])
    assert "no other country was given, kinds: 1" in found.why


def test_a_block_that_does_not_end_says_so() -> None:
    lasting = world(1)
    first = lasting[0]
    values = first.values.copy()
    values[300:] = np.minimum(values[300:] * 4 + 0.2, 0.95)
    (found,) = planted(
        [replace_begin(one) for one in blocks([replace(first, values=values)])]
    )
    assert found.ended_us is None
    assert "nothing in the data shows its end" in found.why


def replace_begin(one: Outage) -> Outage:
    """Move an outage to where `planted` looks."""
    assert abs(one.started_us // DAY_US - 300) <= 2
    return replace(one, started_us=BEGIN * DAY_US)


def test_the_order_of_the_series_changes_nothing() -> None:
    made = world(2, blocked=1.6)
    assert [one.row() for one in blocks(made)] == [
        one.row() for one in blocks(made[::-1])
    ]


def test_few_tests_and_none_are_left_out() -> None:
    tests = np.array([29.0, 30.0, 100.0])
    shares = np.array([0.1, np.nan, 0.5])
    told = rates(daily(shares, reading="anomalies", out_of=tests))
    assert told.places.tolist() == [2]
    with pytest.raises(ValueError, match="counts no failed tests"):
        rates(daily(shares, reading="usage", out_of=tests))
    empty = daily(np.full(3, np.nan), reading="anomalies", out_of=tests)
    assert blocks([empty]) == []
    assert blocks([daily(np.ones(3), reading="usage")]) == []


def test_without_controls_nothing_is_taken_off() -> None:
    shift, n = common_shift(np.arange(3), [])
    assert shift.tolist() == [0, 0, 0]
    assert n.tolist() == [0, 0, 0]


def test_iran_after_september_2022(shared_data: Path) -> None:
    files = [
        shared_data / f"shutdown/ooni/ooni-data-{c}.csv" for c in ("ir", "ru", "cn")
    ]
    series = [one for path in files for one in read_series(path).series]
    found = [one.row() for one in blocks(series)]
    assert all(one["kind"] == "block" for one in found)
    (autumn,) = [
        one
        for one in found
        if one["place"] == "IR" and str(one["started_at"]).startswith("2022-09")
    ]
    assert str(autumn["started_low"]) <= "2022-09-28 00:00:00"
    assert str(autumn["started_high"]) >= "2022-09-28 00:00:00"
