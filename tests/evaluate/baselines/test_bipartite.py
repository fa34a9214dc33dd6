"""Who shares how many objects with whom, against two loops."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from evaluate.baselines.small_worlds import random_rows, timeless
from rasad.evaluate.baselines import bipartite
from rasad.evaluate.baselines.bipartite import (
    Uses,
    pairs_to_go_through,
    shared_counts,
    uses_of,
)
from rasad.evaluate.contest import CannotJudge

Counts = dict[tuple[int, int], int]


def graph(pairs: list[tuple[int, int]], n: int) -> Uses:
    return uses_of(timeless(pairs), n)


def counted(uses: Uses) -> Counts:
    found: Counts = {}
    for block in shared_counts(uses):
        ends = zip(block.first.tolist(), block.second.tolist(), strict=True)
        for pair, shared in zip(ends, block.shared.tolist(), strict=True):
            assert pair not in found
            found[pair] = shared
    return found


def plain(pairs: list[tuple[int, int]], n: int) -> Counts:
    used = [{item for who, item in pairs if who == code} for code in range(n)]
    shared = {(a, b): len(used[a] & used[b]) for a, b in combinations(range(n), 2)}
    return {pair: count for pair, count in shared.items() if count}


@pytest.mark.parametrize("block", [1, 40, 1 << 22])
@pytest.mark.parametrize("seed", range(4))
def test_shared_objects_are_those_of_the_sets(
    seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bipartite, "BLOCK", block)
    pairs = [row[:2] for row in random_rows(seed, 150, 20, 30)]
    assert counted(graph(pairs, 23)) == plain(pairs, 23)


def test_an_object_used_twice_is_used_once() -> None:
    uses = graph([(1, 0), (1, 0), (0, 0), (1, 2)], 3)
    assert uses.degree.tolist() == [1, 2, 0]
    assert uses.popularity.tolist() == [2, 0, 1]
    assert counted(uses) == {(0, 1): 1}


def test_nothing_and_one_row_share_nothing() -> None:
    assert counted(graph([], 0)) == {}
    assert counted(graph([], 3)) == {}
    assert counted(graph([(0, 5)], 1)) == {}


def test_too_many_pairs_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    uses = graph([(who, item) for who in range(5) for item in range(3)], 5)
    assert pairs_to_go_through(uses) == 30
    monkeypatch.setattr(bipartite, "MOST_PAIRS", 29)
    with pytest.raises(CannotJudge, match="30 pairs of accounts.* most is 29"):
        counted(uses)


def test_an_object_of_a_million_accounts_is_refused_at_once() -> None:
    who = np.arange(1_000_000)
    uses = Uses(
        account=who, object=np.zeros_like(who), n_accounts=len(who), n_objects=1
    )
    with pytest.raises(CannotJudge, match="499,999,500,000"):
        counted(uses)
