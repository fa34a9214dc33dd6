"""Curves: the drawing, what is drawn, and the frontier over which it is drawn."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from evaluate.told import cell, figures
from rasad.charts.curves import Axes, Curve, curve_chart
from rasad.charts.svg import Svg
from rasad.evaluate.curves import FRONTIER, LISTED, RANKED, curve_rows
from rasad.evaluate.expected import (
    busiest,
    share_within_reach,
    together,
    working_days,
)
from rasad.evaluate.suite import BASE, STANDARD
from rasad.simulate.society.plans import OperationPlan
from rasad.simulate.society.scenario import read_scenario

AXES = Axes(x_name="x", y_name="y", x_ticks=[(0, "0"), (1, "one")])
RISING = [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]

DRAWINGS = {
    "one": [Curve(name="a", points=RISING)],
    "none": [],
    "empty": [Curve(name="a", points=[])],
    "band": [Curve(name="a", points=RISING, low=RISING, high=RISING)],
    "beyond": [Curve(name="a", points=[(-9.0, 9.0), (9.0, -9.0)])],
    "hostile": [Curve(name="<b>&\"'", points=RISING)],
    "many": [Curve(name=f"m{n}", points=RISING) for n in range(9)],
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_xml_and_the_same_every_time(name: str) -> None:
    drawing = curve_chart("Title", AXES, DRAWINGS[name], DRAWINGS["many"])
    assert type(drawing) is Svg
    root = ET.fromstring(drawing)  # noqa: S314 - made by the line above
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert drawing == curve_chart("Title", AXES, DRAWINGS[name], DRAWINGS["many"])
    assert "://" not in drawing
    assert "style=" not in drawing


def numbers(drawing: Svg) -> list[float]:
    shapes = re.findall(r'd="M([^"]*)"', drawing)
    return [float(x) for shape in shapes for x in re.findall(r"-?[\d.]+", shape)]


def test_nothing_is_drawn_outside_of_the_drawing() -> None:
    drawing = curve_chart("Title", AXES, DRAWINGS["beyond"])
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing)
    assert box
    places = numbers(drawing)
    assert min(places) >= 0
    assert max(places) <= max(float(box[1]), float(box[2]))


def test_names_do_not_cover_each_other() -> None:
    same = [Curve(name=f"m{n}", points=RISING) for n in range(5)]
    drawing = curve_chart("Title", AXES, same)
    places = [
        float(y) for y, name in re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*>(m\d)',
                                           drawing)
    ]  # fmt: skip
    assert len(places) == 5
    assert min(np.diff(sorted(places))) >= 14


def plan(**other: float) -> OperationPlan:
    return replace(
        read_scenario("bureaucratic").at_scale(1 / 100).operations[0],
        **other,  # type: ignore[arg-type]
    )


def test_a_longer_lag_keeps_operators_apart() -> None:
    near = [together(plan(lag_median_min=lag)) for lag in (1, 5, 60, 180)]
    assert near == sorted(near, reverse=True)
    assert together(plan(lag_sigma=0.0)) == 1.0


def test_lags_are_close_as_often_as_draws_say() -> None:
    rng = np.random.default_rng(5)
    one, other = 900 * np.exp(0.9 * rng.standard_normal((2, 200_000)))
    drawn = float((np.abs(one - other) <= 600).mean())
    assert together(plan()) == pytest.approx(drawn, abs=0.01)


def test_whoever_obeys_more_is_within_reach_sooner() -> None:
    shares = [share_within_reach(plan(compliance=c), 10, 7) for c in (0.1, 0.4, 0.8)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_what_is_lost_takes_away_from_what_is_within_reach() -> None:
    whole = share_within_reach(plan(), 10, 7)
    assert share_within_reach(plan(), 10, 7, kept=0.3) < whole
    assert share_within_reach(plan(), 10, 7, kept=0.0) == 0.0


def test_more_cannot_be_reached_than_there_are_tasks() -> None:
    assert share_within_reach(plan(), 2, 1000) == 0.0


def test_the_share_within_reach_is_that_of_draws() -> None:
    """Accounts of a team do tasks together as often as simulated ones."""
    one = plan(compliance=0.3, account_compliance=0.3)
    one = replace(one, recruits=one.accounts)
    tasks = round(one.tasks_per_day * working_days(one, 10))
    rng = np.random.default_rng(1)
    mates = min(one.team_accounts, one.accounts) - 1
    done = rng.binomial(tasks, 0.3 * busiest(one, 10), 20_000)
    best = rng.binomial(done[:, None], 0.3 * together(one), (20_000, mates)).max(1)
    expected = float((best >= 2).mean())
    assert 0.05 < expected < 0.95
    assert share_within_reach(one, 10, 2) == pytest.approx(expected, abs=0.02)


def test_points_of_an_axis_stand_in_order_with_the_base_among_them() -> None:
    worlds = [world for world in STANDARD.worlds if world.part == "robust"]
    told = {"frontier": [{"lift": lift, "co_actions": 6} for lift in (10.0, 30.0)]}
    rows = [
        cell(world.name, "rasad", figures=figures(0.5), remarks=told)
        for world in worlds
        if not world.name.startswith("rounding-8")
    ]
    found = curve_rows(worlds, rows, 1 / 20)
    of = {(row["axis"], row["figure"]): row for row in found}
    assert [at for at, _ in of["compliance", RANKED]["points"]] == [
        *(0.1, 0.2, 0.4, 0.6, 0.8),
    ]
    assert of["rounding", LISTED]["points"][-1] == [86_400, None]
    reach = [value for _, value in of["compliance", FRONTIER]["points"]]
    assert reach == sorted(reach)
    coarse = dict(of["rounding", FRONTIER]["points"])
    assert coarse[3600] == 0.0
    assert coarse[60] == coarse[0.0] > 0


def test_an_axis_without_points_has_no_curve() -> None:
    base = [world for world in STANDARD.worlds if world.name == BASE]
    assert curve_rows(base, [], 1 / 20) == []
