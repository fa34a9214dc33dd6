"""Investigates a simulated world, whose truth what is found can be held against."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasad.case import Case, investigate
from rasad.importers.plan import plan
from rasad.simulate import write_demo
from rasad.simulate.society.scenario import Scenario
from rasad.simulate.society.world import write_world

Investigated = tuple[list[dict[str, Any]], dict[str, Any], Path]
"""Rows of table `source`, the row of table `run`, and the dossier."""


def demo(case: Case) -> Investigated:
    """Simulate a small world in the case's folder and investigate it."""
    world = write_demo(case.out)
    case.import_truth(world.truth)
    return investigate([plan(world.archive)], case)


def demo_of(scenario: Scenario, case: Case, seed: int = 1) -> Investigated:
    """Make the world of a scenario in the case's folder and investigate it.

    Parameters
    ----------
    scenario : Scenario
        What is planned, at the size that is wanted.
    case : Case
        Where it goes; the world is written to `out/world`.
    seed : int
        Which world.
    """
    world = write_world(
        scenario,
        case.out / "world",
        seed=seed,
        threads=case.resources.threads,
        progress=case.progress,
    )
    case.import_truth(world.truth)
    return investigate([plan(path) for path in world.posts], case)
