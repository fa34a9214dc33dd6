from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rasad.connectivity.placebo import TIERS, calibrated
from rasad.connectivity.silence import Counts, Event, Silence, silences
from rasad.connectivity.verdicts import judged
from rasad.evaluate.silence_power import Grid, silence_power
from rasad.simulate.blackout import HourlyPlan, hourly_world

PLAN = HourlyPlan(weeks=12, begin=9 * 168 + 16, hours=12, draws=39)
BEGIN = 473_352
"""Hours from 1970 to 2024-01-01."""

EVENT = Event(BEGIN + 1_200, BEGIN + 1_212, "IR", 0.9)


def silence(**more: Any) -> Silence:
    common: dict[str, Any] = {
        "event": EVENT,
        "r_group": 0.1,
        "r_control": 1.0,
        "control_low": 0.8,
        "control_high": 1.2,
        "d1": -2.3,
        "d1_low": -2.6,
        "d1_high": -2.0,
        "p_placebo": 0.005,
        "p_matched": 0.005,
        "e_value": calibrated(0.005),
        "n_placebo": 250,
        "n_apart": 200,
        "matched": TIERS[1],
        "could_see": True,
        "recovered_days": 1,
        "followed_days": 14,
    }
    return Silence(**(common | more))


WITHHELD = Silence(event=EVENT, reason="no", n_apart=200, could_see=True)


@pytest.mark.parametrize(
    ("more", "verdict", "said"),
    [
        ({}, "supported", "population it declares did not"),
        ({"p_placebo": 0.1}, "ambiguous", "Other dates"),
        ({"p_placebo": 0.3}, "not_supported", "not clearly more silent"),
        ({"d1": -0.1}, "not_supported", "not clearly more silent"),
        ({"p_matched": 0.3}, "ambiguous", "Ordinary accounts"),
        ({"p_matched": None}, "ambiguous", "Too few ordinary accounts"),
        ({"could_see": False}, "insufficient", "Even a whole silence"),
        ({"r_control": 0.3}, "ambiguous", "lives where it says"),
        ({"r_control": 1.5}, "ambiguous", "displaced the topic"),
        ({"recovered_days": None}, "ambiguous", "took the accounts down"),
        ({"n_apart": 0}, "insufficient", "No outage can be compared"),
    ],
)
def test_what_a_verdict_asks_for(more: dict[str, Any], verdict: str, said: str) -> None:
    given = judged([silence(**more)])
    assert given.verdict == verdict
    assert said in given.why


def test_a_holiday_of_the_dark_country_is_a_rival() -> None:
    nowruz = Event(BEGIN + 80 * 24, BEGIN + 80 * 24 + 12, "IR")
    given = judged([silence(event=nowruz)])
    assert given.verdict == "ambiguous"
    (rival,) = [one for one in given.rivals if "holiday" in one.name]
    assert (rival.fit, rival.why) == ("fits", "Nowruz")
    unknown = judged([silence(event=replace(nowruz, place=""))])
    assert "cannot be told" in [one.fit for one in unknown.rivals]


def test_every_rival_is_printed_with_what_the_data_say() -> None:
    assert len(judged([silence()]).rivals) == 5
    short = judged([silence(recovered_days=None, followed_days=2, matched=TIERS[4])])
    fits = {one.name: one.fit for one in short.rivals}
    assert fits["the platform took the accounts down"] == "cannot be told"
    assert fits["a shift or a day off"] == "cannot be told"
    assert short.verdict == "supported"


def test_outages_are_combined_by_the_product_of_their_e_values() -> None:
    two = judged([silence(p_placebo=0.02, e_value=calibrated(0.02))] * 2)
    assert two.e_value == pytest.approx(calibrated(0.02) ** 2)
    assert two.p_value == pytest.approx(1 / two.e_value)
    mixed = judged([silence(), WITHHELD])
    assert mixed.e_value == pytest.approx(calibrated(0.005) / 2)


def test_an_outage_without_numbers_gives_none() -> None:
    given = judged([WITHHELD])
    assert (given.verdict, given.p_value, given.rivals) == ("not_supported", None, ())


def test_dose_needs_three_outages_with_a_depth() -> None:
    deep = [
        silence(event=replace(EVENT, depth=depth), d1=d1)
        for depth, d1 in ((0.3, -0.4), (0.6, -1.0), (0.9, -2.0))
    ]
    assert judged(deep).dose == pytest.approx(1.0)
    assert judged(deep[:2]).dose is None
    assert judged([*deep, WITHHELD]).dose is None


def drawn(plan: HourlyPlan, seed: int) -> Counts:
    world = hourly_world(plan, seed)
    known = np.ones(len(world.group), np.bool_)
    return Counts(BEGIN, world.group, world.control, world.draws, known)


def test_a_dark_group_is_found_in_a_drawn_world_and_a_lit_one_is_not() -> None:
    event = Event(BEGIN + PLAN.begin, BEGIN + PLAN.begin + PLAN.hours, "IR", 0.9)
    (dark,) = silences(drawn(PLAN, 1), [event])
    assert dark.d1 is not None
    assert dark.d1_high is not None
    assert dark.d1_high < np.log(0.8)
    assert dark.p_placebo is not None
    assert 1 / (1 + dark.n_apart) <= dark.p_placebo < 0.05
    assert dark.p_matched == pytest.approx(1 / 40)
    assert dark.recovered_days == 1
    quiet = [
        judged(silences(drawn(replace(PLAN, depth=0.0), seed), [event])).verdict
        for seed in range(1, 4)
    ]
    assert quiet.count("supported") <= 1


def test_two_outages_share_no_placebo_date() -> None:
    first = Event(BEGIN + 900, BEGIN + 912)
    last = Event(BEGIN + PLAN.begin, BEGIN + PLAN.begin + 12)
    alone = silences(drawn(PLAN, 1), [last])[0]
    both = silences(drawn(PLAN, 1), [last, first])
    assert [one.event for one in both] == [first, last]
    assert both[1].n_apart < alone.n_apart


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Event(BEGIN - 5, BEGIN + 5), "do not hold"),
        (Event(BEGIN + 12 * 168 - 5, BEGIN + 12 * 168 + 5), "do not hold"),
        (Event(BEGIN + 300, BEGIN + 310), "fewer than 14 days"),
    ],
)
def test_an_outage_without_data_around_it_says_why(event: Event, said: str) -> None:
    (found,) = silences(drawn(PLAN, 1), [event])
    assert said in found.reason
    assert judged([found]).verdict == "insufficient"


def test_power_rises_with_depth_length_and_size() -> None:
    grid = Grid(hours=(6, 72), depths=(0.0, 0.3, 0.7), sizes=(25, 100), worlds=60)
    power = {
        (row["group"], row["hours"], row["depth"]): row["power"]
        for row in silence_power(grid, HourlyPlan(control=500))
    }
    assert power[25, 6, 0.0] < 0.15
    assert power[25, 6, 0.0] < power[25, 6, 0.3] < power[25, 6, 0.7]
    assert power[25, 6, 0.7] < power[100, 72, 0.7]
    assert power[25, 6, 0.3] < power[25, 72, 0.3]
    assert power[100, 72, 0.7] == 1
