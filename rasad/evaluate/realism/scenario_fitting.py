"""Fits the crowd, or the habits of the operation, of a scenario to a real set."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rasad.config import Resources
from rasad.errors import ConfigError
from rasad.evaluate.realism.comparison import WORLD, alike, moment_bands
from rasad.evaluate.realism.fitting import Fit, Knob, search, targets
from rasad.evaluate.realism.moments import MOMENTS, samples, values
from rasad.evaluate.realism.real_sets import PAIRS, Side, check_data, read_real
from rasad.evaluate.realism.validation import read_world
from rasad.evaluate.realism.view import View
from rasad.extend import Progress, no_progress
from rasad.simulate.society.plans import OperationPlan
from rasad.simulate.society.scenario import Scenario
from rasad.simulate.society.world import write_world

KNOBS: dict[Side, tuple[Knob, ...]] = {
    "ordinary": (
        Knob(name="decay", low=1.05, high=3.0),
        Knob(name="decay_scale_min", low=3.0, high=240.0, log=True),
        Knob(name="fitness_tail", low=1.05, high=3.0),
        Knob(name="follow_share", low=0.0, high=0.95),
        Knob(name="pass_on_share", low=0.0, high=0.9),
        Knob(name="news_reach", low=0.0, high=0.5),
    ),
    "operation": (
        Knob(name="posts_per_day", low=0.5, high=30.0, log=True),
        Knob(name="activity_sigma", low=0.0, high=2.5),
        Knob(name="camouflage", low=0.05, high=0.95),
        Knob(name="sleepers", low=0.0, high=0.9),
        Knob(name="rest_tasks", low=0.0, high=1.0),
    ),
}
"""What may be turned on each side. The crowd's activity and sessions are not among it:
the set that it is fitted to does not hold all that its accounts posted."""

AIMS: dict[Side, tuple[str, ...]] = {
    "ordinary": (
        *("delay_median", "delay_below_1_min", "delay_below_1_h", "delay_below_1_day"),
        *("delay_tail", "half_time", "peak"),
        *("joint_1_in_10_min", "joint_10_min_in_1_h"),
    ),
    "operation": (
        *("posts_median", "posts_iqr_ratio", "posts_p90_p50", "posts_gini"),
        *("posts_per_day", "active_days", "gap_below_1_min", "gap_below_30_min"),
        *("burstiness", "session_posts", "session_single"),
        *("hour_evenness", "night_share", "rest_share"),
        *("repost_share", "never_repost", "link_share", "tag_share"),
    ),
}
"""What is aimed at. For the operation these are habits of single accounts: who acts
with whom is what detectors are scored by, and nothing is fitted to that."""


def fit_side(
    side: Side,
    scenario: Scenario,
    data: Path | None,
    *,
    rounds: int = 3,
    each: int = 12,
    seed: int = 1,
    share: float = 1.0,
    resources: Resources | None = None,
    progress: Progress = no_progress,
) -> tuple[Fit, Scenario]:
    """Fit one side of a scenario to the set that is meant for fitting.

    Parameters
    ----------
    side : str
        `ordinary` or `operation`.
    scenario : Scenario
        At the small scale at which worlds are made for the search.
    data : pathlib.Path or None
        The folder of real data.
    rounds, each, seed : int
        Of the search; worlds all have the same seed, so that knobs alone differ.
    share : float
        Share of the real set to read.
    resources, progress
        As `validate`.

    Returns
    -------
    fit : Fit
        What was tried and found.
    fitted : Scenario
        The same scenario with the knobs that were found.

    Raises
    ------
    ConfigError
        If the scenario has no operation to fit.
    NotEnoughDataError
        If the real data are not there.
    """
    machine = resources or Resources()
    if side == "operation" and not scenario.operations:
        raise ConfigError("The scenario has no operation", "fit its ordinary side")
    real_set = PAIRS[side][0]
    folder = check_data(data, [real_set])
    real = read_real(real_set, folder, machine, share)

    first = _world(scenario, side, seed, machine)
    goal = moment_bands(_wanted(_alike(first, side, real)[1], side), seed)

    def make(knobs: Mapping[str, float]) -> dict[str, float]:
        view = _world(turned(scenario, side, knobs), side, seed, machine)
        return values(_wanted(_alike(view, side, real)[0], side))

    fit = search(
        make,
        KNOBS[side],
        targets(goal, AIMS[side]),
        _knobs(scenario, side),
        rounds=rounds,
        each=each,
        seed=seed,
        progress=progress,
    )
    return fit, turned(scenario, side, fit.best.knobs)


def _alike(world: View, side: Side, real: View) -> tuple[View, View]:
    pair = PAIRS[side][0], PAIRS[side][0]
    found = alike(world, pair, (real, real))
    return found[WORLD], found[pair[0].name]


def _wanted(view: View, side: Side) -> dict[str, Any]:
    return samples(view, {each.of for each in MOMENTS if each.name in AIMS[side]})


def _world(scenario: Scenario, side: Side, seed: int, resources: Resources) -> View:
    with tempfile.TemporaryDirectory(prefix="rasad-fit-") as name:
        world = write_world(scenario, Path(name) / "world", seed=seed)
        return read_world(world.posts, world.truth, resources)[side]


def _knobs(scenario: Scenario, side: Side) -> dict[str, float]:
    """Return the knobs as they are; of several operations the first one's."""
    plan = scenario.ordinary if side == "ordinary" else scenario.operations[0]
    return {knob.name: float(getattr(plan, knob.name)) for knob in KNOBS[side]}


def turned(scenario: Scenario, side: Side, knobs: Mapping[str, float]) -> Scenario:
    """Return the scenario with some knobs turned, in every operation if it is theirs.

    Where camouflage and tasks would no longer fit into an account's posts, there are
    fewer tasks.
    """
    if side == "ordinary":
        changes: dict[str, Any] = dict(knobs)
        return replace(scenario, ordinary=replace(scenario.ordinary, **changes))
    operations = tuple(_operation(plan, knobs) for plan in scenario.operations)
    return replace(scenario, operations=operations)


def _operation(plan: OperationPlan, knobs: Mapping[str, float]) -> OperationPlan:
    changes: dict[str, Any] = dict(knobs)
    posts = changes.get("posts_per_day", plan.posts_per_day)
    room = posts * (1 - changes.get("camouflage", plan.camouflage))
    most = room / plan.compliance if plan.compliance > 0 else plan.tasks_per_day
    return replace(plan, **changes, tasks_per_day=min(plan.tasks_per_day, most))


def scenario_toml(scenario: Scenario) -> str:
    """Return a scenario as a TOML file that `read_scenario` reads.

    Examples
    --------
    >>> print(scenario_toml(Scenario(name="tiny", days=2)).splitlines()[3])
    days = 2
    """
    return "\n".join(_table("", scenario)) + "\n"


def _table(path: str, plan: Any) -> list[str]:
    """Return a plan's own keys first, then its tables, as TOML wants it."""
    plain, tables = [], []
    for item in fields(plan):
        value = getattr(plan, item.name)
        inner = f"{path}.{item.name}" if path else item.name
        if is_dataclass(value):
            tables += ["", f"[{inner}]", *_table(inner, value)]
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for part in value:
                tables += ["", f"[[{inner}]]", *_table(inner, part)]
        else:
            plain.append(f"{item.name} = {_value(value)}")
    return plain + tables


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        # JSON's escapes are TOML's, except that TOML also escapes DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)
