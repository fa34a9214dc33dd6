"""Suites are data that can be made: names, scenarios, fields and methods exist."""

from __future__ import annotations

import json

import pytest

from rasad.errors import ConfigError
from rasad.evaluate.competitor import methods_of
from rasad.evaluate.methods import ONLY_RANK
from rasad.evaluate.rounds import world_seed
from rasad.evaluate.suite import BASE, CHEAP, SUITES, Suite, suite_of
from rasad.evaluate.workshop import scenario_of
from rasad.evaluate.worlds import (
    Recorded,
    Simulated,
    World,
    world_as_json,
    world_of_json,
)

WORLDS = [(suite, world) for suite in SUITES.values() for world in suite.worlds]
SIMULATED = [each for each in WORLDS if isinstance(each[1].made, Simulated)]


def named(value: object) -> str:
    return str(getattr(value, "name", value))


@pytest.mark.parametrize(("suite", "world"), WORLDS, ids=named)
def test_a_world_survives_json(suite: Suite, world: World) -> None:
    assert world_of_json(json.loads(json.dumps(world_as_json(world)))) == world


@pytest.mark.parametrize(("suite", "world"), SIMULATED, ids=named)
def test_a_simulated_world_has_a_plan_that_can_be_used(
    suite: Suite, world: World
) -> None:
    made = world.made
    assert isinstance(made, Simulated)
    scenario = scenario_of(made, suite.scale)
    assert scenario.days == made.days
    assert bool(scenario.operations) is (world.kind == "operation")
    for field, value in made.operation.items():
        assert all(getattr(plan, field) == value for plan in scenario.operations)


@pytest.mark.parametrize("name", SUITES)
def test_names_differ_and_methods_exist(name: str) -> None:
    suite = suite_of(name)
    names = [world.name for world in suite.worlds]
    assert len(set(names)) == len(names)
    methods = {method.name for method in methods_of(suite.roster)}
    for world in suite.worlds:
        assert set(world.methods) <= methods


@pytest.mark.parametrize("name", SUITES)
def test_every_round_has_a_world_in_which_the_right_answer_is_nothing(
    name: str,
) -> None:
    kinds = {world.kind for world in suite_of(name).worlds}
    assert {"null", "decoys", "operation"} <= kinds


def test_methods_have_names_of_their_own_and_papers() -> None:
    methods = methods_of(suite_of("standard").roster)
    assert len({method.name for method in methods}) == len(methods)
    assert all(method.title and method.paper for method in methods)
    assert set(CHEAP) | ONLY_RANK <= {method.name for method in methods}
    assert methods[0].name == "rasad"


def test_real_worlds_whose_halves_differ_are_never_mixed() -> None:
    of = {world.name: world for world in suite_of("standard").worlds}
    assert of["b"].scored == "apart"
    assert of["ira"].scored == "clusters"
    assert of["german"].scored == of["weibo"].scored == "nothing"
    for world in of.values():
        if isinstance(world.made, Recorded) and not world.made.labels:
            assert world.scored == "nothing"


def test_points_of_a_curve_share_the_seed_of_its_base() -> None:
    of = {world.name: world for world in suite_of("standard").worlds}
    base = world_seed(9, of[BASE])
    assert world_seed(9, of["compliance-0.8"]) == world_seed(9, of["early-3"]) == base
    assert world_seed(9, of["bureaucratic"]) != base
    nulls = {world_seed(9, of[f"null-{number}"]) for number in (1, 2, 3)}
    assert len(nulls) == 3


def test_an_unknown_suite_is_an_error() -> None:
    with pytest.raises(ConfigError, match="smoke, standard"):
        suite_of("nothing")
