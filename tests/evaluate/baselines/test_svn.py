"""Statistically validated networks against fractions and against plain loops."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations
from typing import Literal

import numpy as np
import pytest

from evaluate.baselines.small_worlds import random_rows, timeless, weights, world
from rasad.evaluate.baselines import bipartite, validated
from rasad.evaluate.baselines.svn import Svn
from rasad.evaluate.contest import CannotJudge

Pairs = list[tuple[int, int]]


def tail(shared: int, one: int, two: int, among: int) -> Fraction:
    """P(X >= shared), hypergeometric."""
    ways = sum(
        math.comb(one, x) * math.comb(among - one, two - x)
        for x in range(shared, min(one, two) + 1)
    )
    return Fraction(ways, math.comb(among, two))


def plain_p(pairs: Pairs) -> dict[tuple[int, int], float]:
    """Return p-values of all pairs of accounts that act, those with p = 1 too."""
    used: dict[int, set[int]] = {}
    for who, item in pairs:
        used.setdefault(who, set()).add(item)
    among = len({item for _, item in pairs})
    return {
        (a, b): float(tail(len(used[a] & used[b]), len(used[a]), len(used[b]), among))
        for a, b in combinations(sorted(used), 2)
    }


def plain_kept(
    p: dict[tuple[int, int], float], alpha: float, correction: str
) -> dict[tuple[int, int], float]:
    """Step up, or divide: Benjamini and Hochberg's rule and Bonferroni's."""
    m = len(p)
    if correction == "bonferroni":
        cut = alpha / m
    else:
        ordered = sorted(p.values())
        passing = [x for k, x in enumerate(ordered, 1) if x <= alpha * k / m]
        cut = max(passing, default=-1.0)
    return {pair: -math.log10(x) for pair, x in p.items() if x <= cut}


def clique(members: range, objects: range) -> Pairs:
    return [(who, item) for who in members for item in objects]


CORRECTIONS: list[Literal["fdr", "bonferroni"]] = ["fdr", "bonferroni"]


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("seed", range(3))
def test_edges_are_what_the_definition_says(
    seed: int, correction: Literal["fdr", "bonferroni"]
) -> None:
    pairs = [row[:2] for row in random_rows(seed, 150, 25, 60)]
    pairs += clique(range(25, 29), range(60, 66))
    p = plain_p(pairs)
    expected = plain_kept(p, 0.05, correction)
    found = Svn(alpha=0.05, correction=correction).judge(
        world(30, link=timeless(pairs))
    )
    assert len(expected) >= 6
    assert weights(found) == pytest.approx(expected, rel=1e-9)
    for who in range(29):
        worth = max(-math.log10(x) for pair, x in p.items() if who in pair)
        assert found.score[who] == pytest.approx(worth, abs=1e-9)
    assert np.isnan(found.score[29])


def test_a_pair_by_hand() -> None:
    """Both used the same 2 of 4 objects: one chance in six; three pairs are tested."""
    pairs = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3)]
    found = Svn(alpha=0.51).judge(world(3, link=timeless(pairs)))
    assert weights(found) == {(0, 1): pytest.approx(math.log10(6))}
    assert found.score.tolist() == pytest.approx([math.log10(6)] * 2 + [0.0])
    assert found.group.tolist() == [0, 0, -1]
    assert not weights(Svn(alpha=0.49).judge(world(3, link=timeless(pairs))))


def test_traces_are_tested_apart_and_united() -> None:
    one, two = clique(range(3), range(5)), clique(range(2, 5), range(5))
    noise = [(who, 10 + who) for who in range(5, 40)]
    shown = world(40, link=timeless(one + noise), repost=timeless(two + noise))
    found = Svn().judge(shown)
    assert set(weights(found)) == {*combinations(range(3), 2), (2, 3), (2, 4), (3, 4)}
    assert found.group[:6].tolist() == [0, 0, 0, 0, 0, -1]
    apart = Svn().judge(world(40, link=timeless(one + noise)))
    assert weights(found)[0, 1] == weights(apart)[0, 1]


@pytest.mark.parametrize("pairs", [[], [(0, 0)], [(0, 0), (0, 0)], [(0, 0), (1, 1)]])
def test_worlds_without_a_shared_object_have_no_edge(pairs: Pairs) -> None:
    found = Svn().judge(world(2, link=timeless(pairs)))
    assert weights(found) == {}
    assert found.group.tolist() == [-1, -1]
    assert np.nan_to_num(found.score).tolist() == [0.0, 0.0]
    assert len(Svn().judge(world(0)).score) == 0


@pytest.mark.parametrize("block", [1, 30])
def test_blocks_do_not_show(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = world(25, link=timeless(row[:2] for row in random_rows(5, 400, 25, 30)))
    whole = Svn(alpha=0.5).judge(shown)
    monkeypatch.setattr(bipartite, "BLOCK", block)
    parts = Svn(alpha=0.5).judge(shown)
    assert weights(parts) == weights(whole)
    assert parts.score.tolist() == whole.score.tolist()


def test_too_many_small_p_values_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = clique(range(6), range(5)) + [(who, who) for who in range(6, 40)]
    monkeypatch.setattr(validated, "MOST_EDGES", 14)
    with pytest.raises(CannotJudge, match="more than 14 pairs"):
        Svn().judge(world(40, link=timeless(pairs)))
