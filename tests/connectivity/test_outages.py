"""Outages: named, confirmed, in order, and told from what only looks like them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from connectivity.drawn_series import (
    DAY,
    HOUR,
    MONDAY,
    daily,
    hourly,
    rhythm,
    steady,
)
from connectivity.drawn_series import series as drawn

from rasad.connectivity.going_dark import dark_order
from rasad.connectivity.holidays import holiday
from rasad.connectivity.instruments import instrument
from rasad.connectivity.outage import Outage
from rasad.connectivity.outages import detect
from rasad.connectivity.series import Series


def dark(values: np.ndarray, first: int, last: int, left: float = 0.05) -> np.ndarray:
    values = values.copy()
    values[first : last + 1] *= left
    return values


def only(series: list[Series]) -> Outage:
    (found,) = detect(series).outages
    return found


def test_a_national_fall_is_a_shutdown_with_its_figures() -> None:
    found = only([hourly(dark(rhythm(30), 600, 647))])
    assert (found.place, found.kind, found.confirmed) == ("IR", "shutdown", False)
    assert found.depth == pytest.approx(0.95, abs=0.02)
    assert found.severity == pytest.approx(0.95 * 48, rel=0.03)
    assert found.started_low_us <= MONDAY + 600 * HOUR <= found.started_high_us
    assert found.ended_us is not None
    assert found.ended_us == pytest.approx(MONDAY + 648 * HOUR, abs=HOUR)
    assert found.method == "seasonal"
    assert found.why.endswith(".")


def test_a_shallow_fall_in_one_source_stays_unexplained() -> None:
    found = only([hourly(dark(rhythm(40), 800, 830, left=0.7))])
    assert found.kind == "unexplained"
    assert "shallow" in found.why


def test_two_independent_sources_confirm_it_and_make_one_row() -> None:
    one = hourly(dark(rhythm(40), 800, 847, left=0.7))
    users = dark(steady(40), 33, 34, left=0.4)
    other = daily(users, source="tor-metrics", metric="users", reading="usage")
    found = only([one, other])
    assert (found.kind, found.confirmed) == ("shutdown", True)
    assert found.sources == ("instrument", "tor-metrics")
    assert found.started_high_us - found.started_low_us <= 2 * HOUR


def test_two_metrics_of_one_source_confirm_nothing() -> None:
    values = dark(rhythm(40), 800, 847)
    found = only([hourly(values, metric="a"), hourly(values, metric="b")])
    assert (found.confirmed, found.sources) == (False, ("instrument",))


def test_sources_that_fell_at_different_times_do_not_confirm_each_other() -> None:
    one = hourly(dark(rhythm(40), 500, 547))
    other = hourly(dark(rhythm(40, seed=2), 700, 747), source="other")
    assert [one.confirmed for one in detect([one, other]).outages] == [False, False]


def fine(values: np.ndarray, country: str = "IR", metric: str = "up") -> Series:
    """Return a series of every five minutes."""
    return drawn(values, HOUR // 12, country=country, metric=metric)


def every_five_minutes(days: int, seed: int) -> np.ndarray:
    dice = np.random.default_rng(seed)
    return np.asarray(100 * np.exp(dice.normal(0, 0.01, 288 * days)))


def test_two_signals_that_fall_minutes_apart_show_one_outage() -> None:
    routes, answers = (every_five_minutes(8, seed) for seed in (1, 2))
    routes[1800:2000] *= 0.4
    answers[1804:2000] *= 0.05
    found = only([fine(routes, metric="routes"), fine(answers)])
    assert found.depth > 0.9
    # What fell first, and what fell last, are both in the interval of the onset.
    assert found.started_low_us <= MONDAY + 1800 * HOUR // 12
    assert found.started_high_us >= MONDAY + 1804 * HOUR // 12
    late = every_five_minutes(8, 3)
    late[1860:2000] *= 0.05
    assert len(detect([fine(routes, metric="routes"), fine(late)]).outages) == 2


def test_an_instrument_fails_everywhere_within_an_hour_not_within_five_minutes() -> (
    None
):
    failed = []
    for n, name in enumerate(("IR", "TR", "IQ", "PK")):
        values = every_five_minutes(8, n)
        values[1800 + 2 * n : 1900] *= 0.05
        failed.append(fine(values, country=name))
    assert {one.kind for one in detect(failed).outages} == {"monitor_failure"}


def test_one_service_alone_may_be_a_block_of_it() -> None:
    users = dark(steady(60), 50, 53, left=0.2)
    found = only([daily(users, source="tor-metrics", reading="usage")])
    assert found.kind == "unexplained"
    assert "one service alone" in found.why


def test_failing_tests_are_a_block() -> None:
    share = np.clip(0.1 + np.random.default_rng(1).normal(0, 0.01, 90), 0, 1)
    share[60:70] = 0.6
    found = only([daily(share, reading="anomalies", out_of=np.full(90, 2000.0))])
    assert found.kind == "block"
    assert found.depth == pytest.approx(0.55, abs=0.05)


def test_failing_tests_beside_fewer_tests_are_a_block() -> None:
    share = np.clip(0.1 + np.random.default_rng(1).normal(0, 0.01, 90), 0, 1)
    share[60:70] = 0.6
    failing = daily(
        share, source="ooni", reading="anomalies", out_of=np.full(90, 2000.0)
    )
    fewer = daily(
        dark(steady(90), 60, 69, left=0.3),
        source="ooni",
        metric="measurements",
        reading="usage",
    )
    assert only([failing, fewer]).kind == "block"


def regions(falls: dict[str, int]) -> list[Series]:
    """Regions that go dark at different hours, or never (0)."""
    return [
        hourly(
            dark(rhythm(30, seed), hour, 719) if hour else rhythm(30, seed), region=name
        )
        for seed, (name, hour) in enumerate(falls.items())
    ]


def test_regions_are_told_in_the_order_in_which_they_went_dark() -> None:
    found = detect(regions({"D": 601, "B": 600, "C": 601, "A": 603, "E": 0}))
    (national,) = [one for one in found.outages if one.national]
    assert national.kind == "shutdown"
    assert "4 of 5 regions" in national.why
    order = dark_order(found, national)
    assert [(one.place[3:], one.rank, one.tied) for one in order] == [
        ("B", 1, False),
        ("C", 2, True),
        ("D", 2, True),
        ("A", 4, False),
        ("E", None, False),
    ]
    first = order[0].dark_us
    assert first == MONDAY + 600 * HOUR
    kinds = {one.place: one.kind for one in found.outages if not one.national}
    assert kinds == dict.fromkeys(("IR/A", "IR/B", "IR/C", "IR/D"), "regional_outage")


def test_one_region_alone_is_a_regional_outage_and_not_national() -> None:
    lit = dict.fromkeys("BCDEFGHIJKL", 0)
    found = detect(regions({"A": 600, **lit})).outages
    named = {one.place: one.kind for one in found}
    assert named["IR/A"] == "regional_outage"
    assert named.get("IR") in (None, "unexplained")


def test_a_shallow_alarm_of_a_region_is_printed_for_what_it_is() -> None:
    parts = regions(dict.fromkeys("ABCDEFGHIJKLMNO", 0))
    parts[0] = hourly(dark(rhythm(30), 600, 606, left=0.7), region="A")
    found = only(parts)
    assert (found.place, found.kind) == ("IR/A", "unexplained")


def test_an_instrument_that_falls_in_every_country_at_once_has_failed() -> None:
    countries = ("IR", "BR", "ID", "NG")
    series = [
        hourly(dark(rhythm(30, n), 600, 620, left=0.3), country=name)
        for n, name in enumerate(countries)
    ]
    found = detect(series).outages
    assert {one.kind for one in found} == {"monitor_failure"}
    assert "4 of the 4 countries" in found[0].why
    moved = [
        hourly(dark(rhythm(30, n), 500 + 40 * n, 520 + 40 * n), country=name)
        for n, name in enumerate(countries)
    ]
    assert {one.kind for one in detect(moved).outages} == {"shutdown"}


def test_a_total_blackout_of_one_country_is_no_failed_instrument() -> None:
    values = dark(rhythm(30), 600, 640, left=0.0)
    alone = only([hourly(values)])
    assert alone.kind == "shutdown"
    assert "which a stopped instrument would show as well" in alone.why
    # Two neighbours of the same source were measured all the time.
    others = [hourly(rhythm(30, n), country=name) for n, name in ((1, "TR"), (2, "IQ"))]
    assert only([hourly(values), *others]).kind == "shutdown"
    rest = dark(rhythm(30, seed=2), 600, 640, left=0.04)
    confirmed = only([hourly(values), hourly(rest, source="other")])
    assert (confirmed.kind, confirmed.confirmed) == ("shutdown", True)
    assert "stopped" not in confirmed.why


def test_exactly_nothing_where_another_signal_sees_no_fall_is_a_failure() -> None:
    values = dark(rhythm(30), 600, 640, left=0.0)
    lit = rhythm(30, seed=2)
    found = only([hourly(values), hourly(lit, metric="routes")])
    assert found.kind == "monitor_failure"
    assert "instrument (routes) of the same place did not fall" in found.why
    # One that did not measure then says nothing.
    lit[590:650] = np.nan
    assert only([hourly(values), hourly(lit, metric="routes")]).kind == "shutdown"
    # Nor does one of another place.
    abroad = hourly(rhythm(30, seed=2), metric="routes", country="TR")
    assert only([hourly(values), abroad]).kind == "shutdown"


def test_a_spike_of_users_is_flagged_and_is_no_recovery() -> None:
    users = dark(steady(120), 80, 119, left=0.15)
    users[90:93] = [90_000, 200_000, 60_000]
    found = detect([daily(users, source="tor-metrics", reading="usage")]).outages
    failed = [one for one in found if one.kind == "monitor_failure"]
    assert [one.started_us for one in failed] == [MONDAY + 90 * DAY]
    assert "no recovery" in failed[0].why
    (fell,) = [one for one in found if one.kind != "monitor_failure"]
    assert fell.started_us == pytest.approx(MONDAY + 80 * DAY, abs=DAY)
    assert fell.ended_us is None


def test_a_rise_that_lasts_is_no_failure() -> None:
    users = steady(120)
    users[60:] *= 8
    assert not detect([daily(users, source="tor-metrics", reading="usage")]).outages


def test_values_of_thin_coverage_are_not_trusted() -> None:
    users, covered = steady(90), np.full(90, 80.0)
    users[70] *= 0.3
    covered[70] = 30.0
    found = only([daily(users, reading="usage", out_of=covered)])
    assert (found.kind, found.depth) == ("monitor_failure", 0.0)
    assert "not trusted" in found.why
    assert only([daily(users, reading="usage")]).kind != "monitor_failure"


def test_a_holiday_explains_a_shallow_fall_and_no_deep_one() -> None:
    # Nowruz of 2020 begins 130 days after the first value.
    users = steady(150, noise=0.02)
    users[130:140] *= 0.72
    found = only([daily(users, reading="usage")])
    assert found.kind == "holiday"
    assert "Nowruz" in found.why
    assert only([daily(users, reading="usage", country="DE")]).kind == "unexplained"
    users[130:140] *= 0.3
    assert only([daily(users, reading="usage")]).kind == "shutdown"


def test_the_last_count_of_a_running_day_is_no_outage() -> None:
    users = steady(60)
    users[-1] *= 0.2
    assert not detect([daily(users, reading="usage")]).outages


def test_a_row_has_the_columns_of_the_table_and_times_in_utc() -> None:
    from rasad.schema import columns

    row = only([hourly(dark(rhythm(30), 600, 647))]).row()
    assert list(row) == list(columns("outage"))
    assert row["started_at"].isoformat().startswith("2019-12-0")
    assert row["started_at"].tzinfo is None


@pytest.mark.parametrize("left", [0.1, 0.5, 0.7])
def test_no_outage_ends_before_it_begins(left: float) -> None:
    users = steady(200, noise=0.02)
    users[100::20] *= left
    found = detect([daily(users, reading="usage")]).outages
    assert len(found) >= 4
    for one in found:
        assert one.started_low_us <= one.started_us <= one.started_high_us
        assert one.ended_us is not None
        assert one.started_us <= one.ended_us
        assert one.ended_low_us is not None
        assert one.ended_high_us is not None
        assert one.ended_low_us <= one.ended_us <= one.ended_high_us


def test_no_two_rows_share_the_key_of_the_table() -> None:
    dice = np.random.default_rng(5)
    series = [
        hourly(rhythm(40, n) * dice.choice([1, 0.2], 960, p=[0.97, 0.03]), region=name)
        for n, name in enumerate("ABCDEF")
    ]
    keys = [
        (one.place, one.kind, one.started_us // 1_000_000, one.sources)
        for one in detect(series).outages
    ]
    assert len(keys) == len(set(keys)) > 10


def test_the_same_series_give_the_same_outages_in_any_order() -> None:
    parts = regions({"D": 601, "B": 600, "C": 601, "A": 603, "E": 0})
    one = [each.row() for each in detect(parts).outages]
    assert [each.row() for each in detect(parts[::-1]).outages] == one


def test_holidays_of_the_eastern_churches_are_their_own() -> None:
    # Easter of the Western churches is an ordinary Sunday in Russia.
    assert holiday("RU", date(2022, 4, 17)) == ""
    assert holiday("RU", date(2022, 4, 24)) == "Orthodox Easter"
    assert holiday("RU", date(2021, 12, 25)) == ""
    assert holiday("PL", date(2022, 4, 17)) == "Easter"


def test_what_is_told_of_a_source_is_of_this_source() -> None:
    assert instrument("iptables").blind == instrument("anything").blind
    assert instrument("tor-metrics").name == "Tor Metrics"
