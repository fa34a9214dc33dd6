"""Traces made of rows, for tests of groups: people, rings, and what is close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import FunctionType

import numpy as np
from null_models.test_opportunity import actions_of
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.kernels.crowds import close_units
from rasad.network.halves import (
    GOLDEN,
    Both,
    PostHalves,
    TracePairs,
    mixed,
    unit_hashes,
)
from rasad.null_models.timing import ChosenPairs

Row = tuple[int, int, int]
"""Object, second and account."""

SMALL = isinstance(close_units, FunctionType)
"""Without compilation the same tests run on smaller inputs."""

PEOPLE = 600
RING = np.arange(PEOPLE, PEOPLE + 6)
WINDOW_S = 60
NOBODY = ChosenPairs(
    first=np.zeros(0, np.int32), second=np.zeros(0, np.int32), share=np.zeros(0)
)


def hashes_of(n: int) -> NDArray[np.uint64]:
    """Return a hash for each of some accounts."""
    return mixed(np.arange(1, n + 1, dtype=np.uint64) * GOLDEN)


def trace_of(rows: list[Row], n: int, number: int = 0) -> TracePairs:
    """Return a trace of one window, whose even objects belong to the half that finds.

    Every account has one post on every object that it acts on.
    """
    actions = actions_of(rows, [0] * n)
    pairs, times = close_pairs(actions)

    def both(least: int) -> Both:
        first, second = np.divmod(pairs[times >= least], n)
        return first.astype(np.int32), second.astype(np.int32)

    return TracePairs(
        number=number,
        name=f"trace{number}",
        actions=actions,
        windows_s=(WINDOW_S,),
        stretches_s=(21_600,),
        pairs=(both(1),),
        several=(both(2),),
        post=mixed((actions.object * np.int64(n) + actions.account).astype(np.uint64)),
        half=np.asarray(actions.object % 2 == 0),
    )


def close_pairs(
    actions: TraceActions,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs that are ever close, as keys, and on how many objects."""
    n, found = len(actions.stratum), [np.zeros(0, np.int64)]
    for lag in range(1, len(actions.account)):
        near = actions.object[lag:] == actions.object[:-lag]
        near &= actions.time_us[lag:] - actions.time_us[:-lag] <= WINDOW_S * 1_000_000
        # Actions are sorted: whoever is close to the next but one is close to the next.
        if not near.any():
            break
        two = actions.account[:-lag][near], actions.account[lag:][near]
        found.append(np.minimum(*two).astype(np.int64) * n + np.maximum(*two))
    return np.unique(np.concatenate(found), return_counts=True)


def people_rows(
    seed: int, accounts: int, objects: int, audience: int, at_once: int = 1
) -> list[Row]:
    """Return objects on which accounts act independently, at any time of two hours.

    `at_once` objects appear together, three hours after the ones before.
    """
    rng = np.random.default_rng(seed)
    return [
        (thing, 10_800 * (thing // at_once) + int(second), int(account))
        for thing in range(objects)
        for account, second in zip(
            rng.choice(accounts, audience, replace=False),
            rng.integers(0, 7200, audience),
            strict=True,
        )
    ]


def ring_rows(
    seed: int, members: NDArray[np.int64], joins: Callable[[int], bool]
) -> list[Row]:
    """Return what accounts do that act within half a minute on objects they join."""
    rng = np.random.default_rng(seed)
    return [
        (thing, moment + int(rng.integers(30)), int(account))
        for thing in range(120)
        if joins(thing)
        for moment in [10_800 * thing + int(rng.integers(7000))]
        for account in members
    ]


def ring_world_rows() -> list[Row]:
    """Return people who act at any time of two hours, and a ring that acts as one."""
    rows = people_rows(3, PEOPLE, objects=120, audience=60)
    return rows + ring_rows(4, RING, lambda thing: thing % 4 < 2)


@cache
def ring_world() -> TracePairs:
    return trace_of(ring_world_rows(), PEOPLE + len(RING))


def on_same_posts(trace: TracePairs, copies: int) -> list[TracePairs]:
    """Return traces to which the same posts bring other objects, with their halves."""
    actions, halves = trace.actions, PostHalves()
    found = []
    for copy in range(copies):
        objects = mixed((actions.object + 1_000_000 * copy).astype(np.uint64) * GOLDEN)
        halves.add(trace.post, unit_hashes(objects, actions.time_us, daily=False))
        found.append(replace(numbered(trace, copy), half=halves.of(trace.post)))
    return found


def numbered(trace: TracePairs, number: int) -> TracePairs:
    """Return the same trace in another place and under another name."""
    return replace(trace, number=number, name=f"trace{number}")
