"""Nulls made of a case's own data keep what they promise to keep."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from null_models.test_opportunity import actions_of

from rasad.extend import TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.matching import Alike
from rasad.network.null_data import (
    FEWEST_SWAPPED,
    reassigned,
    sampled_pairs,
    swapped,
)

STRETCH_S = 3600
Action = tuple[int, int, int]
"""Account, object and microsecond."""


def world(seed: int, accounts: int = 60) -> TraceActions:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, [40, 4 * 86_400, accounts], (2500, 3))
    rows[:, 1] //= 1 + 5 * (rows[:, 0] % 3)
    table = [(thing, second, account) for thing, second, account in rows.tolist()]
    return actions_of(table, [0, 1] * (accounts // 2))


def listed(actions: TraceActions) -> list[Action]:
    columns = actions.account, actions.object, actions.time_us
    return list(zip(*(column.tolist() for column in columns), strict=True))


def by_object(actions: TraceActions) -> list[tuple[int, int, int]]:
    return [(thing, time, account) for account, thing, time in listed(actions)]


@pytest.fixture
def actions() -> TraceActions:
    return world(1)


@pytest.fixture
def half(actions: TraceActions) -> np.ndarray:
    return np.asarray(actions.object % 2 == 0)


def test_swaps_keep_who_acted_on_what_and_when_somebody_did() -> None:
    # One stretch an object: no account comes to act on an object in two of them.
    rng = np.random.default_rng(2)
    table = [
        (thing, 7200 * thing + int(second), account)
        for thing in range(30)
        for account, second in enumerate(rng.integers(0, STRETCH_S, 12))
        if rng.random() < 0.7
    ]
    actions = actions_of(table, [0] * 12)
    half = np.asarray(actions.object % 2 == 0)
    moved, kept = swapped(actions, half, STRETCH_S, rng)
    large = np.bincount(actions.object)[actions.object] >= FEWEST_SWAPPED
    before = [row for row, enough in zip(listed(actions), large, strict=True) if enough]
    after = listed(moved)
    assert {(a, o) for a, o, _ in after} == {(a, o) for a, o, _ in before}
    assert Counter((o, t) for _, o, t in after) == Counter((o, t) for _, o, t in before)
    assert set(after) != set(before)
    assert by_object(moved) == sorted(by_object(moved))
    assert kept.tolist() == (moved.object % 2 == 0).tolist()


def test_swaps_keep_every_account_in_its_stretches(
    actions: TraceActions, half: np.ndarray
) -> None:
    moved, kept = swapped(actions, half, STRETCH_S, np.random.default_rng(3))
    stretch_us = STRETCH_S * 1_000_000
    sizes = Counter((o, t // stretch_us) for _, o, t in listed(actions))
    before = {
        (a, o, t // stretch_us)
        for a, o, t in listed(actions)
        if sizes[o, t // stretch_us] >= FEWEST_SWAPPED
    }
    assert {(a, o, t // stretch_us) for a, o, t in listed(moved)} == before
    assert 0 < len(moved.account) < len(actions.account)
    assert kept.tolist() == (moved.object % 2 == 0).tolist()


def test_stretches_of_few_are_left_out() -> None:
    few = [(0, a, a) for a in range(FEWEST_SWAPPED - 1)]
    many = [(1, a, a) for a in range(FEWEST_SWAPPED)]
    actions = actions_of(few + many, [0] * FEWEST_SWAPPED)
    half = np.ones(len(actions.account), np.bool_)
    moved, kept = swapped(actions, half, STRETCH_S, np.random.default_rng(4))
    assert set(moved.object.tolist()) == {1}
    assert len(moved.account) == len(kept) == FEWEST_SWAPPED


def test_blocks_keep_the_actions_of_every_day_but_later_duplicates(
    actions: TraceActions, half: np.ndarray
) -> None:
    moved, kept = reassigned(actions, half, np.random.default_rng(5))
    before, after = (
        Counter((o, t) for _, o, t in listed(one)) for one in (actions, moved)
    )
    lost = before - after
    assert not after - before
    assert 0 < lost.total() < len(actions.account) // 2
    pairs = [(a, o) for a, o, _ in listed(moved)]
    assert len(pairs) == len(set(pairs))
    first = min(t // DAY_US for _, _, t in listed(actions))
    assert all(t // DAY_US > first for _, t in lost)
    assert by_object(moved) == sorted(by_object(moved))
    assert kept.tolist() == (moved.object % 2 == 0).tolist()


def test_a_day_goes_whole_to_an_account_alike_that_acted_that_day() -> None:
    # Every object lives one day, so that nothing is dropped.
    rng = np.random.default_rng(6)
    rows = rng.integers(0, [4, 86_400, 60], (1500, 3)).tolist()
    table = [
        (day * 2000 + n, 86_400 * day + second, account)
        for n, (day, second, account) in enumerate(rows)
    ]
    actions = actions_of(table, [0, 1] * 30)
    moved, _ = reassigned(actions, np.ones(1500, np.bool_), rng)
    alike = Alike.of(actions).levels[1]
    given: dict[tuple[int, int], set[int]] = {}
    assert moved.object.tolist() == actions.object.tolist()
    for before, after in zip(listed(actions), listed(moved), strict=True):
        given.setdefault((before[2] // DAY_US, before[0]), set()).add(after[0])
    assert all(len(owners) == 1 for owners in given.values())
    owners = {(day, owner) for (day, _), (owner,) in given.items()}
    assert owners == set(given)
    assert all(alike[old] == alike[new] for (_, old), (new,) in given.items())
    assert sum(old != new for (_, old), (new,) in given.items()) > len(given) / 2


def test_sampled_pairs_are_different_and_share_a_cell() -> None:
    rng = np.random.default_rng(7)
    cell = np.sort(rng.integers(0, 200, 600))
    account = rng.integers(0, 90, 600).astype(np.int32)
    first, second = sampled_pairs(cell, account, 400, rng)
    found = list(zip(first.tolist(), second.tolist(), strict=True))
    together: dict[int, set[int]] = {}
    for where, who in zip(cell.tolist(), account.tolist(), strict=True):
        together.setdefault(where, set()).add(who)
    assert 100 < len(found) <= 400
    assert len(found) == len(set(found))
    assert all(a < b for a, b in found)
    assert all(any({a, b} <= who for who in together.values()) for a, b in found)


def test_every_pair_of_a_cell_can_be_drawn() -> None:
    cell, account = np.zeros(5, np.int64), np.arange(5, dtype=np.int32)
    first, _ = sampled_pairs(cell, account, 500, np.random.default_rng(8))
    assert len(first) == 10


@pytest.mark.parametrize("n", [0, 3])
def test_no_pairs_are_drawn_where_nobody_shares_a_cell(n: int) -> None:
    cell, account = np.arange(n), np.arange(n, dtype=np.int32)
    first, second = sampled_pairs(cell, account, 10, np.random.default_rng(9))
    assert len(first) == len(second) == 0
