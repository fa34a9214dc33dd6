"""Small worlds, and troupes that do what a test says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rasad.simulate.society.cast import Cohort, Connection, Stage, Troupe
from rasad.simulate.society.deeds import Deeds, Int, Originals
from rasad.simulate.society.history import History
from rasad.simulate.society.rows import all_deeds, all_originals
from rasad.simulate.society.scenario import OrdinaryPlan, Scenario

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
PLAN = OrdinaryPlan(accounts=600, communities=12)
SMALL = Scenario(days=3, ordinary=PLAN)


def cohort(
    size: int = 5,
    *,
    role: str = "operator",
    per_day: float = 0.0,
    first_day: int = 0,
    last_day: int = 1_000,
    language: str = "fa",
    zone_h: float | None = 3.5,
    connection: Connection = "home",
) -> Cohort:
    return Cohort(
        role=role,
        team="team",
        language=language,
        zone_h=zone_h,
        per_day=np.full(size, per_day),
        created_ms=-np.arange(1, size + 1, dtype=np.int64) * DAY_MS,
        first_day=np.full(size, first_day, np.int64),
        last_day=np.full(size, last_day, np.int64),
        connection=connection,
    )


class Script:
    """A troupe of one cohort that acts as it is told.

    `posts` and `acts` are called with the stage and the members, once a day.
    """

    def __init__(
        self,
        people: Cohort,
        posts: Callable[[Stage, Int], Originals] | None = None,
        acts: Callable[[Stage, Int], Deeds] | None = None,
    ) -> None:
        self.people, self._posts, self._acts = people, posts, acts
        self.members: Int = np.empty(0, np.int64)

    def cohorts(self) -> list[Cohort]:
        return [self.people]

    def cast(self, members: list[Int]) -> None:
        (self.members,) = members

    def originals(self, stage: Stage) -> Originals:
        return self._posts(stage, self.members) if self._posts else all_originals([])

    def deeds(self, stage: Stage) -> Deeds:
        return self._acts(stage, self.members) if self._acts else all_deeds([])


def staged(scenario: Scenario, troupes: Sequence[Troupe]) -> Scenario:
    """Return a scenario in which these troupes act."""
    changed = copy.copy(scenario)
    object.__setattr__(changed, "troupes", lambda seed: list(troupes))
    return changed


def silent(**changes: Any) -> Scenario:
    """Return a small world in which the crowd hardly ever posts."""
    quiet = replace(PLAN, accounts=120, posts_per_day=0.01, news_per_day=0.0)
    return replace(SMALL, ordinary=quiet, **changes)


def lived(scenario: Scenario, seed: int = 1) -> tuple[History, Deeds]:
    """Let a world happen and return all of its posts."""
    history = History(scenario, seed)
    return history, all_deeds(list(history.days()))


def of(rows: Deeds, members: Int) -> Deeds:
    """Return the posts of some accounts."""
    return rows.at(np.isin(rows.account, members))
