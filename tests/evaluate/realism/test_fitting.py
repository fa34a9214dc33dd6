"""A search finds planted knobs, writes them down, and is the same twice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evaluate.realism.conftest import MACHINE
from rasad.errors import ConfigError, NotEnoughDataError
from rasad.evaluate.realism.distances import Band
from rasad.evaluate.realism.fitting import Knob, Target, loss, search, targets
from rasad.evaluate.realism.moments import MOMENTS
from rasad.evaluate.realism.scenario_fitting import (
    AIMS,
    KNOBS,
    fit_side,
    scenario_toml,
    turned,
)
from rasad.simulate.society.scenario import OrdinaryPlan, Scenario, read_scenario

A = Knob(name="a", low=0.0, high=4.0)
B = Knob(name="b", low=1.0, high=1000.0, log=True)


def model(knobs: Mapping[str, float]) -> dict[str, float]:
    return {"sum": knobs["a"] + math.log10(knobs["b"]), "a": knobs["a"] ** 2}


TRUTH = model({"a": 3.1, "b": 40.0})
AIM = [Target(moment=name, value=value, scale=0.05) for name, value in TRUTH.items()]


def test_planted_knobs_are_found() -> None:
    fit = search(model, [A, B], AIM, {"a": 0.5, "b": 2.0}, rounds=5, each=16)
    assert fit.best.knobs["a"] == pytest.approx(3.1, abs=0.15)
    assert fit.best.knobs["b"] == pytest.approx(40, rel=0.5)
    assert fit.best.loss < fit.start.loss / 20
    assert len(fit.tried) == 1 + 5 * 16
    assert fit.rows()[0]["real"] == TRUTH["sum"]


def test_the_same_seed_tries_the_same_points() -> None:
    def tried(seed: int) -> list[float]:
        start = {"a": 1.0, "b": 1.0}
        fit = search(model, [A, B], AIM, start, rounds=2, each=5, seed=seed)
        return [point.knobs["a"] for point in fit.tried]

    assert tried(1) == tried(1) != tried(2)


def test_no_point_is_out_of_bounds_and_the_start_stays_if_it_is_best() -> None:
    start = {"a": 3.1, "b": 40.0}
    fit = search(model, [A, B], AIM, start, rounds=3, each=8)
    assert fit.best is fit.start
    for point in fit.tried:
        assert A.low <= point.knobs["a"] <= A.high
        assert B.low <= point.knobs["b"] <= B.high


def test_impossible_worlds_are_passed_over() -> None:
    def picky(knobs: Mapping[str, float]) -> dict[str, float]:
        if knobs["a"] > 2:
            raise ConfigError("No such world", "turn a down")
        return model(knobs)

    fit = search(picky, [A, B], AIM, {"a": 1.0, "b": 1.0}, rounds=3, each=8)
    assert fit.best.knobs["a"] <= 2
    assert any(math.isinf(point.loss) for point in fit.tried)


def test_without_aims_nothing_is_searched() -> None:
    with pytest.raises(NotEnoughDataError):
        search(model, [A, B], [], {"a": 1.0, "b": 1.0})


def test_targets_have_a_band_and_a_scale() -> None:
    real = {
        "near": Band(value=10.0, low=10.0, high=10.0),
        "wide": Band(value=1.0, low=0.0, high=2 * 1.96),
        "none": Band(value=1.0, low=math.nan, high=math.nan),
        "nought": Band(value=0.0, low=0.0, high=0.0),
    }
    found = targets(real, [*real, "absent"])
    assert [target.moment for target in found] == ["near", "wide"]
    assert found[0].scale == pytest.approx(1.0)
    assert found[1].scale == pytest.approx(math.hypot(1.0, 0.1))


def test_a_missing_moment_is_infinitely_far() -> None:
    assert loss({"sum": 1.0}, AIM) == math.inf
    assert loss({"sum": math.nan, "a": 1.0}, AIM) == math.inf
    assert loss(TRUTH, AIM) == 0


def test_places_and_values_of_knobs_agree() -> None:
    for knob in (A, B):
        for place in (0.0, 0.3, 1.0):
            assert knob.place(knob.at(place)) == pytest.approx(place, abs=1e-3)
    assert B.place(0.5) == 0
    assert A.place(9) == 1


def test_nothing_of_who_acts_together_is_aimed_at_for_the_operation() -> None:
    names = {moment.name for moment in MOMENTS}
    assert set(AIMS["ordinary"]) | set(AIMS["operation"]) <= names
    together = ("shared", "cluster", "joint", "copy", "near_copy", "audience")
    assert not [name for name in AIMS["operation"] if name.startswith(together)]


def test_knobs_are_fields_of_the_plans_and_lie_in_their_bounds() -> None:
    scenario = read_scenario("bureaucratic").at_scale(0.01)
    for side, knobs in KNOBS.items():
        for edge in (0.0, 1.0):
            values = {knob.name: knob.at(edge) for knob in knobs}
            assert turned(scenario, side, values) != scenario


def test_tasks_shrink_where_posts_leave_no_room() -> None:
    scenario = read_scenario("bureaucratic").at_scale(0.01)
    fewer = turned(scenario, "operation", {"posts_per_day": 1.0, "camouflage": 0.5})
    plan = fewer.operations[0]
    assert plan.tasks_per_day * plan.compliance == pytest.approx(0.5)
    same = turned(scenario, "operation", {"camouflage": 0.41})
    assert same.operations[0].tasks_per_day == scenario.operations[0].tasks_per_day


@pytest.mark.parametrize("name", ["nobody", "bureaucratic", "blackout", "mixed"])
def test_a_scenario_is_the_same_read_back(name: str, tmp_path: Path) -> None:
    scenario = read_scenario(name)
    path = tmp_path / "mine.toml"
    path.write_text(scenario_toml(scenario), encoding="utf-8")
    assert read_scenario(path) == scenario


def test_a_crowd_is_fitted_to_data(data: Path) -> None:
    small = OrdinaryPlan(accounts=160, communities=12, posts_per_day=6.0)
    scenario = Scenario(days=5, ordinary=small)
    fit, fitted = fit_side(
        "ordinary", scenario, data, rounds=1, each=1, resources=MACHINE
    )
    assert len(fit.tried) == 2
    assert fit.best.loss <= fit.start.loss
    assert math.isfinite(fit.start.loss)
    for knob in KNOBS["ordinary"]:
        assert getattr(fitted.ordinary, knob.name) == fit.best.knobs[knob.name]
    assert replace(fitted, ordinary=small) == scenario


def test_a_null_world_has_no_operation_to_fit(data: Path) -> None:
    with pytest.raises(ConfigError, match="no operation"):
        fit_side("operation", read_scenario("nobody"), data)
