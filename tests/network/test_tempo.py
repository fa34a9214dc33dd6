"""Tempo: who is usually early, and how it divides strata."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from null_models.test_opportunity import actions_of
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.network.tempo import AUDIENCE, EARLY, PRIOR, tempo, with_tempo

Row = tuple[int, int, int]
"""Object, second and account."""

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 20), st.integers(0, 7)), max_size=50
)


def plain_tempo(
    rows: list[Row], account: int, suspect: dict[tuple[int, int], float]
) -> float:
    """Return an account's mean lateness, its place shared with those of one time.

    `suspect` says, by object and account, how far an action counts for nothing.
    """
    lateness, counts = [], []
    for thing in {row[0] for row in rows}:
        times = {a: t for t, a in sorted((t, a) for o, t, a in rows if o == thing)}
        if account in times and len(times) >= AUDIENCE:
            mine = times[account]
            before = sum(t < mine for t in times.values())
            beside = sum(t == mine for t in times.values()) - 1
            place = before + beside / 2 + 0.5
            counts.append(1 - suspect[thing, account])
            lateness.append(-math.log(place / len(times)) * counts[-1])
    return (sum(lateness) + PRIOR) / (sum(counts) + PRIOR)


def nobody(actions: TraceActions) -> NDArray[np.float64]:
    """Suspect no action."""
    return np.zeros(len(actions.account))


@given(table=ROWS, seed=st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_tempo_is_the_mean_of_the_definition(table: list[Row], seed: int) -> None:
    actions = actions_of(table, [0] * 8)
    chosen = np.random.default_rng(seed).choice([0.0, 0.25, 1.0], len(actions.account))
    columns = actions.object, actions.time_us // 1_000_000, actions.account
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    places = zip(actions.object.tolist(), actions.account.tolist(), strict=True)
    suspect = dict(zip(places, chosen.tolist(), strict=True))
    mean = [plain_tempo(rows, account, suspect) for account in range(8)]
    want = [sum(value >= edge for edge in EARLY) for value in mean]
    assert tempo(actions, chosen).tolist() == want


def test_nobody_is_early_among_those_who_act_at_one_time() -> None:
    actions = actions_of([(o, 60, a) for o in range(40) for a in range(9)], [0] * 9)
    assert tempo(actions, nobody(actions)).tolist() == [0] * 9


def test_being_first_of_few_means_nothing() -> None:
    few = [(o, a, a) for o in range(40) for a in range(AUDIENCE - 1)]
    actions = actions_of(few, [0] * 5)
    assert tempo(actions, nobody(actions)).tolist() == [0] * 5


def ranked(accounts: int, strata: list[int]) -> tuple[list[Row], list[int]]:
    """Return accounts that always act in the same order, and their strata."""
    return [(o, a, a) for o in range(40) for a in range(accounts)], strata


def test_strata_are_divided_by_tempo() -> None:
    rows, strata = ranked(20, [0, 1] * 10)
    actions = actions_of(rows, strata)
    divided = with_tempo(actions.stratum, actions, nobody(actions), 0.0, 100)
    early = tempo(actions, nobody(actions))
    assert set(early.tolist()) == {0, 1, 2}
    seen = set(zip(divided.tolist(), strata, early.tolist(), strict=True))
    assert len(seen) == len(set(divided.tolist())) == 6
    assert set(divided.tolist()) == set(range(6))


@pytest.mark.parametrize(("share", "left"), [(0.0, 3), (0.3, 2), (0.9, 1)])
def test_a_rare_tempo_joins_the_slower_one(share: float, left: int) -> None:
    rows, strata = ranked(20, [0] * 20)
    actions = actions_of(rows, strata)
    early = np.bincount(tempo(actions, nobody(actions))).tolist()
    divided = with_tempo(actions.stratum, actions, nobody(actions), share, 100)
    sizes = np.bincount(divided).tolist()
    joined = {3: early, 2: [early[0], early[1] + early[2]], 1: [20]}
    assert sizes == joined[left]


def test_the_smallest_stratum_loses_its_tempo_first() -> None:
    rows, strata = ranked(20, [0] * 14 + [1] * 6)
    order = np.random.default_rng(4).permutation(20)
    rows = [(thing, second, int(order[account])) for thing, second, account in rows]
    actions = actions_of(rows, strata)
    every = with_tempo(actions.stratum, actions, nobody(actions), 0.0, 100)
    most = len(set(every.tolist())) - 1
    fewer = with_tempo(actions.stratum, actions, nobody(actions), 0.0, most)
    small = np.array(strata) == 1
    assert len(set(every[small].tolist())) > 1
    assert len(set(fewer[small].tolist())) == 1
    assert len(set(fewer[~small].tolist())) == len(set(every[~small].tolist()))
    assert sorted(set(fewer.tolist())) == list(range(len(set(fewer.tolist()))))


def test_those_who_act_nowhere_do_not_count_towards_the_share() -> None:
    rows, strata = ranked(20, [0] * 400)
    actions = actions_of(rows, strata)
    divided = with_tempo(actions.stratum, actions, nobody(actions), 0.05, 100)
    assert len(set(divided.tolist())) == 3


def test_what_is_done_beside_suspects_makes_nobody_early() -> None:
    rows, strata = ranked(20, [0] * 20)
    actions = actions_of(rows, strata)
    suspect = np.where(actions.account < 2, 1.0, 0.0)
    assert tempo(actions, nobody(actions))[:4].tolist() == [2, 2, 2, 1]
    assert tempo(actions, suspect)[:4].tolist() == [0, 0, 2, 1]
