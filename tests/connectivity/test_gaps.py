"""What nobody measured is nothing: no end, no zero, no recovery, no normal day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from connectivity.drawn_series import DAY, HOUR, MONDAY, daily, hourly, rhythm, steady

from rasad.connectivity.alarms import watch
from rasad.connectivity.disaster import footprints
from rasad.connectivity.going_dark import dark_order
from rasad.connectivity.outages import detect
from rasad.connectivity.places import with_wholes
from rasad.connectivity.seasonal import expectation
from rasad.connectivity.series import Series
from rasad.connectivity.silence import Counts, Event, silences

NAN = float("nan")


def test_hours_in_which_nobody_measured_add_nothing_to_severity() -> None:
    values = rhythm(30)
    values[600:648] *= 0.05
    whole = detect([hourly(values)]).outages[0].severity
    values[612:636] = NAN
    (found,) = detect([hourly(values)]).outages
    assert found.severity == pytest.approx(whole / 2, rel=0.05)
    assert found.ended_us == pytest.approx(MONDAY + 648 * HOUR, abs=HOUR)


def test_exactly_zero_with_a_gap_in_it_is_still_a_stopped_instrument() -> None:
    values = rhythm(30)
    values[600:648] = 0
    lit = hourly(rhythm(30, seed=3), metric="routes")
    for gap in (slice(0), slice(610, 612)):
        values[gap] = NAN
        (found,) = detect([hourly(values), lit]).outages
        assert found.kind == "monitor_failure"


def test_a_day_without_measurements_does_not_end_a_long_fall() -> None:
    # 40 % below for eight weeks becomes the normal level after four, gap or not.
    values = steady(150)
    values[60:116] *= 0.6
    _, settled = expectation(daily(values, reading="usage"))
    gap = values.copy()
    gap[[70, 80]] = NAN
    _, later = expectation(daily(gap, reading="usage"))
    assert len(settled) == 1
    # Two days that nobody measured put it off by two days.
    assert later.tolist() == [settled[0] + 2]


def test_an_outage_after_which_only_a_failed_instrument_speaks_has_not_ended() -> None:
    users = steady(90)
    users[70:] = users[70:] * 0.1
    share = np.full(90, 80.0)
    # The source itself covers little on the last three days, and counts as before.
    users[87:] = 9000
    share[87:] = 10
    series = daily(users, reading="usage", source="tor-metrics", out_of=share)
    (episode,) = watch(series).episodes
    assert episode.open
    (outage,) = [o for o in detect([series]).outages if o.kind != "monitor_failure"]
    assert outage.ended_us is None


def test_the_last_value_of_a_count_counts_only_with_one_before_it() -> None:
    # A day of users that is not over yet, with days behind it that nobody counted.
    users = steady(60)
    users[56] *= 0.1
    users[57:] = NAN
    assert watch(daily(users, reading="usage")).episodes == []
    users[55] *= 0.1
    (found,) = watch(daily(users, reading="usage")).episodes
    assert found.last == 56


def test_a_county_that_is_missing_in_the_dark_does_not_lighten_the_country() -> None:
    parts = []
    for n in range(10):
        values = rhythm(30, n)
        values[300:648] *= 0.05
        if n >= 6:
            values[620:640] = NAN
        parts.append(hourly(values, region=f"P{n}"))
    country = with_wholes(parts)[-1]
    assert np.nanmax(country.values[620:640]) < 0.15 * np.nanmedian(country.values)


def test_a_county_that_is_missing_by_day_does_not_darken_the_country() -> None:
    parts = []
    for n in range(10):
        values = rhythm(20, n)
        # Dark for most of the series: the median of it all is the dark.
        values[200:] *= 0.02
        if n >= 6:
            values[100:110] = NAN
        parts.append(hourly(values, region=f"P{n}"))
    (country,) = [one for one in with_wholes(parts) if not one.region]
    beside = country.values[76:86]
    assert np.abs(country.values[100:110] / beside - 1).max() < 0.05


def storm(rows: bool) -> tuple[list[Series], dict[str, tuple[float, float]]]:
    """Places that come back slowly from a storm, with a gap in the middle.

    Some files leave the rows of a gap out, others write them empty.
    """
    sites: dict[str, tuple[float, float]] = {}
    series: list[Series] = []
    for n in range(64):
        row, column = divmod(n, 8)
        values = 100 + np.sin(np.arange(24.0 * 12) * 7 + n)
        if column < 4 and row < 5:
            begin = 200 + column
            away = np.arange(len(values) - begin)
            values[begin:] *= 0.3 + np.clip(away / 120, 0, 0.7)
            values[214:218] = NAN
        name = f"{'AB'[row % 2]}{row // 2}/{row}-{column}"
        sites[f"US/{name}"] = (30 + row, -90 + column)
        one = hourly(values, region=name, country="US")
        kept = ~np.isnan(values)
        thin = replace(one, times_us=one.times_us[kept], values=values[kept])
        series.append(one if rows else thin)
    return series, sites


@pytest.mark.parametrize("rows", [True, False])
def test_a_gap_after_a_storm_is_no_sudden_recovery(rows: bool) -> None:
    series, sites = storm(rows)
    (found,) = footprints([watch(one) for one in series], sites)
    assert "came back slowly" in found.why
    assert found.disaster


def test_a_region_that_was_dark_and_lit_again_before_is_ranked_by_the_outage() -> None:
    parts = []
    for n in range(5):
        values = rhythm(30, n)
        values[600:] *= 0.05
        if n == 3:
            values[591:596] *= 0.05
        parts.append(hourly(values, region=f"R{n}"))
    found = detect(parts)
    (national,) = [
        one for one in found.outages if one.place == "IR" and one.depth > 0.5
    ]
    order = dark_order(found, national)
    assert {one.dark_us for one in order} == {MONDAY + 600 * HOUR}
    assert all(one.tied for one in order)


WEEKS, BEGIN, FROM = 30, 26 * 168 + 16, 400_000


def counts(hours: int, days_dark: int = 0) -> Counts:
    """A group that is silent for some hours, and for days after its return."""
    dice = np.random.default_rng(3)
    n = WEEKS * 168
    rhythm_ = 1 + 0.5 * np.sin(np.arange(n) * np.pi / 12)
    group, control = (dice.poisson(size * rhythm_).astype(float) for size in (20, 300))
    group[BEGIN : BEGIN + hours + 24 * days_dark] = 0
    return Counts(FROM, group, control, np.zeros((0, n)), np.ones(n, np.bool_))


def test_days_that_were_not_collected_are_no_return() -> None:
    given = counts(24, days_dark=6)
    gap = slice(BEGIN + 24, BEGIN + 24 + 3 * 24)
    given.known[gap] = False
    for row in (given.group, given.control):
        row[gap] = 0
    (one,) = silences(given, [Event(FROM + BEGIN, FROM + BEGIN + 24)])
    # Three unknown days, three silent ones, and the return on the seventh.
    assert (one.recovered_days, one.followed_days) == (7, 4)


def test_the_return_from_an_outage_of_weeks_is_seen() -> None:
    hours = 15 * 24
    given = counts(hours, days_dark=1)
    begin = FROM + BEGIN - 168
    given.group[BEGIN - 168 : BEGIN] = 0
    (one,) = silences(given, [Event(begin, begin + hours + 168)])
    assert (one.recovered_days, one.followed_days) == (2, 2)


def test_another_outage_in_the_days_after_is_no_missing_return() -> None:
    given = counts(24, days_dark=1)
    later = BEGIN + 24 + 5 * 24
    given.group[later : later + 24] = 0
    events = [
        Event(FROM + BEGIN, FROM + BEGIN + 24),
        Event(FROM + later, FROM + later + 24),
    ]
    first, _ = silences(given, events)
    assert (first.recovered_days, first.followed_days) == (2, 2)
    assert given.known.all()
    assert DAY == 24 * HOUR
