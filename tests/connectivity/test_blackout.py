from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.silence import hourly, worlds
from rasad.errors import ConfigError
from rasad.simulate.blackout import HourlyPlan, hourly_world, lost_share
from rasad.simulate.society.scenario import read_scenario

PLAN = HourlyPlan(weeks=8, begin=900, hours=48, depth=0.9, draws=5, control=1_000)


def test_a_seed_is_a_world() -> None:
    one, again, other = (hourly_world(PLAN, seed) for seed in (1, 1, 2))
    assert (one.group == again.group).all()
    assert (one.draws == again.draws).all()
    assert (one.group != other.group).any()


def test_only_the_group_is_dark_and_comes_back() -> None:
    # With the same seed, all but the blackout is alike.
    quiet = hourly_world(replace(PLAN, depth=0.0), 3)
    dark = hourly_world(PLAN, 3)
    assert (dark.control == quiet.control).all()
    assert (dark.draws == quiet.draws).all()
    out = slice(900, 948)
    assert dark.group[out].sum() < 0.25 * quiet.group[out].sum()
    assert (dark.group <= quiet.group).all()
    assert (dark.group[960:] == quiet.group[960:]).all()
    assert lost_share(PLAN, 1_344)[899:901].tolist() == [0.0, 1.0]


def test_accounts_are_as_busy_as_planned_and_sleep_at_night() -> None:
    world = hourly_world(replace(PLAN, depth=0.0, sigma=0.5), 4)
    per_day = world.control.sum() / 1_000 / 56
    assert per_day == pytest.approx(2.0, rel=0.2)
    hour = np.arange(len(world.control)) % 24
    assert world.control[hour == 14].mean() > 5 * world.control[hour == 2].mean()
    assert world.group.max() <= PLAN.group


def test_days_are_more_alike_than_chance_makes_them() -> None:
    world = hourly_world(replace(PLAN, weeks=30, news=0.4, trend=0.0, depth=0.0), 5)
    days = np.log(world.control.reshape(-1, 24).sum(axis=1))
    weekly = days.reshape(-1, 7)
    errors = (weekly - weekly.mean(axis=0)).ravel()
    assert np.corrcoef(errors[:-1], errors[1:])[0, 1] > 0.2


def test_a_blackout_after_the_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="it ends too late"):
        HourlyPlan(weeks=3, begin=500, hours=24)
    with pytest.raises(ConfigError, match="depth"):
        HourlyPlan(depth=1.5)


def test_the_benchmark_says_what_is_found_and_whether_p_values_are_uniform() -> None:
    plan = replace(hourly.PLAN, weeks=16, begin=12 * 168, draws=19, control=500)
    told = hourly.run(range(1, 5), plan)
    assert told.found >= 3
    assert told.tolerance > 1 / (1 + told.apart)
    quiet = hourly.run(range(1, 5), replace(plan, depth=0.0))
    assert all(0 < p <= 1 for p in quiet.p_values)
    assert quiet.found <= 1
    assert quiet.distance <= quiet.tolerance


def test_the_benchmark_of_short_data_has_a_line_for_each_outage() -> None:
    head, *lines = hourly.short_page(1)
    assert "1 quiet worlds" in head
    assert [line.split(":")[0] for line in lines] == list(hourly.SHORT)
    assert all(" of 1, " in line for line in lines)


def test_the_scenario_of_the_benchmark_is_dark_with_its_country() -> None:
    scenario = read_scenario(worlds.SCENARIO)
    (operation,) = scenario.operations
    assert operation.connection == "dark"
    event = worlds.event_of(scenario)
    assert (event.hours, event.begin) == (12, 473_352 + 672)
    assert Path(worlds.SCENARIO).name == "operation.toml"
