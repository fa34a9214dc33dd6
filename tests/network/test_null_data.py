"""Nulls made of a case's own data keep what they promise to keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from null_models.test_opportunity import actions_of
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.halves import mixed
from rasad.network.matching import kinds
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


def posts_of(actions: TraceActions) -> NDArray[np.uint64]:
    """Return one post for each action, whichever trace it is seen in."""
    n = np.int64(len(actions.stratum))
    return mixed((actions.object * n + actions.account).astype(np.uint64))


def hashes_of(actions: TraceActions) -> NDArray[np.uint64]:
    return mixed(np.arange(1, len(actions.stratum) + 1, dtype=np.uint64))


def check_places(
    actions: TraceActions, moved: TraceActions, places: NDArray[np.int64]
) -> None:
    """Object and time stay where they stood; only the account is another."""
    assert moved.object.tolist() == actions.object[places].tolist()
    assert moved.time_us.tolist() == actions.time_us[places].tolist()


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
    moved, places = swapped(actions, posts_of(actions), STRETCH_S, 2)
    large = np.bincount(actions.object)[actions.object] >= FEWEST_SWAPPED
    before = [row for row, enough in zip(listed(actions), large, strict=True) if enough]
    after = listed(moved)
    assert {(a, o) for a, o, _ in after} == {(a, o) for a, o, _ in before}
    assert Counter((o, t) for _, o, t in after) == Counter((o, t) for _, o, t in before)
    assert set(after) != set(before)
    assert by_object(moved) == sorted(by_object(moved))
    check_places(actions, moved, places)


def test_swaps_keep_every_account_in_its_stretches(
    actions: TraceActions,
) -> None:
    moved, places = swapped(actions, posts_of(actions), STRETCH_S, 3)
    stretch_us = STRETCH_S * 1_000_000
    sizes = Counter((o, t // stretch_us) for _, o, t in listed(actions))
    before = {
        (a, o, t // stretch_us)
        for a, o, t in listed(actions)
        if sizes[o, t // stretch_us] >= FEWEST_SWAPPED
    }
    assert {(a, o, t // stretch_us) for a, o, t in listed(moved)} == before
    assert 0 < len(moved.account) < len(actions.account)
    check_places(actions, moved, places)


def test_stretches_of_few_are_left_out() -> None:
    few = [(0, a, a) for a in range(FEWEST_SWAPPED - 1)]
    many = [(1, a, a) for a in range(FEWEST_SWAPPED)]
    actions = actions_of(few + many, [0] * FEWEST_SWAPPED)
    moved, places = swapped(actions, posts_of(actions), STRETCH_S, 4)
    assert set(moved.object.tolist()) == {1}
    assert len(moved.account) == len(places) == FEWEST_SWAPPED


def times_of(actions: TraceActions) -> dict[tuple[int, int], int]:
    return {(thing, account): time for account, thing, time in listed(actions)}


def test_what_one_post_brings_to_two_traces_is_exchanged_alike() -> None:
    """The second trace names other objects, in another order, and has fewer posts."""
    one = actions_of([(o, 60 * a, a) for o in range(20) for a in range(12)], [0] * 12)
    there = one.object % 2 == 0
    other = actions_of(
        [(40 - o, t // 1_000_000, a) for a, o, t in listed(one.where(there))],
        [0] * 12,
    )
    place = np.lexsort((other.account, other.time_us, -other.object))
    post = np.empty(len(place), np.uint64)
    post[place] = posts_of(one)[there]
    for salt in range(3):
        first, _ = swapped(one, posts_of(one), STRETCH_S, salt)
        second, _ = swapped(other, post, STRETCH_S, salt)
        here = times_of(first)
        assert {(40 - o, a): t for (o, a), t in times_of(second).items()} == {
            key: time for key, time in here.items() if key[0] % 2 == 0
        }


@pytest.mark.parametrize("model", ["timing", "opportunity"])
def test_the_same_salt_gives_the_same_null_and_another_one_another(
    actions: TraceActions, model: str
) -> None:
    def null(salt: int) -> list[Action]:
        if model == "timing":
            return listed(swapped(actions, posts_of(actions), STRETCH_S, salt)[0])
        return listed(reassigned(actions, hashes_of(actions), salt)[0])

    assert null(0) == null(0)
    assert len({tuple(null(salt)) for salt in range(5)}) == 5


def test_nobody_keeps_a_time_more_often_than_by_chance() -> None:
    """Everybody takes the time of the next in a circle, hence never their own."""
    table = [(o, 60 * a, a) for o in range(50) for a in range(12)]
    actions = actions_of(table, [0] * 12)
    moved, _ = swapped(actions, posts_of(actions), STRETCH_S, 0)
    took = np.zeros((12, 12))
    np.add.at(took, (moved.account, moved.time_us // 60_000_000), 1)
    assert np.diag(took).tolist() == [0] * 12
    # 132 pairs of giver and taker, 50 circles: 4.5 times each on average; Poisson
    # counts reach 16 with probability 2e-5, in 132 pairs less than once in 300.
    assert took.max() < 16


def test_blocks_keep_the_actions_of_every_day_but_later_duplicates(
    actions: TraceActions,
) -> None:
    moved, places = reassigned(actions, hashes_of(actions), 5)
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
    check_places(actions, moved, places)


def test_a_day_goes_whole_to_an_account_alike_that_acted_that_day() -> None:
    # Every object lives one day, so that nothing is dropped.
    rng = np.random.default_rng(6)
    rows = rng.integers(0, [4, 86_400, 60], (1500, 3)).tolist()
    table = [
        (day * 2000 + n, 86_400 * day + second, account)
        for n, (day, second, account) in enumerate(rows)
    ]
    actions = actions_of(table, [0, 1] * 30)
    moved, _ = reassigned(actions, hashes_of(actions), 6)
    alike = kinds(actions)
    given: dict[tuple[int, int], set[int]] = {}
    assert moved.object.tolist() == actions.object.tolist()
    for before, after in zip(listed(actions), listed(moved), strict=True):
        given.setdefault((before[2] // DAY_US, before[0]), set()).add(after[0])
    assert all(len(owners) == 1 for owners in given.values())
    owners = {(day, owner) for (day, _), (owner,) in given.items()}
    assert owners == set(given)
    assert all(alike[old] == alike[new] for (_, old), (new,) in given.items())
    assert sum(old != new for (_, old), (new,) in given.items()) > len(given) / 2


def test_a_day_is_given_alike_in_every_trace(actions: TraceActions) -> None:
    """Where both traces class everybody alike, one owner gives to one taker."""
    hashes, single = (
        hashes_of(actions),
        actions_of(
            [(o, t // 1_000_000, a) for a, o, t in listed(actions)],
            actions.stratum.tolist(),
        ),
    )
    other = replace(single, object=single.object + 100)
    first, second = (listed(reassigned(one, hashes, 7)[0]) for one in (actions, other))
    assert first == [(account, thing - 100, time) for account, thing, time in second]


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
