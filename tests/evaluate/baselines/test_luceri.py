"""Luceri and others: the fused network, its pruning, and the known mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.baselines.small_worlds import (
    Row,
    Weights,
    documents,
    layer,
    plain_cosines,
    plain_smooth,
    random_rows,
    timeless,
    top,
    weights,
    world,
)
from rasad.evaluate.baselines.luceri import LuceriFused, delays_s
from rasad.evaluate.contest import CannotJudge, Layer, Shown

DAY_S = 86_400.0
UNPRUNED = LuceriFused(least_centrality=-1.0)
"""All edges of the fused network are kept."""


def plain(pairs: list[tuple[int, int]], level: float, support: int = 1) -> Weights:
    """One trace by its definition, each object once, with the floor of two."""
    many = {who for who, did in documents(pairs).items() if len(did) >= support}
    once = {pair for pair in pairs if pair[0] in many}
    holders = documents((item, who) for who, item in once)
    shared = documents(pair for pair in sorted(once) if len(holders[pair[1]]) >= 2)
    floored = {who: items for who, items in shared.items() if len(items) >= 2}
    return top(plain_cosines(floored, plain_smooth), level)


@pytest.mark.parametrize(
    ("name", "level"), [("link", 0.80), ("hashtags", 0.65), ("text", 0.96)]
)
def test_a_trace_is_what_the_definition_says(name: str, level: float) -> None:
    pairs = [row[:2] for row in random_rows(1, 300, 40, 60)]
    found = UNPRUNED.judge(world(40, **{name: timeless(pairs)}))
    assert weights(found) == pytest.approx(plain(pairs, level), abs=1e-9)


def test_co_reposts_need_twenty_reposts() -> None:
    pairs = [row[:2] for row in random_rows(2, 600, 30, 60)]
    found = UNPRUNED.judge(world(30, repost=timeless(pairs)))
    expected = plain(pairs, 0.80, 20)
    assert 0 < len(expected) < len(plain(pairs, 0.80))
    assert weights(found) == pytest.approx(expected, abs=1e-9)


def test_fused_is_the_union_with_the_largest_weight() -> None:
    links = [row[:2] for row in random_rows(3, 200, 30, 40)]
    texts = [row[:2] for row in random_rows(4, 200, 30, 40)]
    one, two = plain(links, 0.80), plain(texts, 0.96)
    found = UNPRUNED.judge(world(30, link=timeless(links), text=timeless(texts)))
    expected = {
        pair: max(one.get(pair, 0.0), two.get(pair, 0.0))
        for pair in one.keys() | two.keys()
    }
    assert weights(found) == pytest.approx(expected, abs=1e-9)


def fast_world(delay_s: float) -> Shown:
    """Accounts 1 and 2 repost two posts of account 0, both so long after it."""
    rows: list[Row] = [(0, item, 1e9 + 5000.0 * item) for item in (0, 1)]
    rows += [(who, item, time + delay_s) for who in (1, 2) for _, item, time in rows]
    couple = timeless([(who, item) for who in (3, 4) for item in (0, 1)])
    return world(5, repost=layer(rows), link=couple)


@pytest.mark.parametrize(
    ("delay_s", "fast"),
    [(5.0, True), (60.0, True), (61.0, False), (DAY_S + 5.0, False)],
)
def test_a_day_and_five_seconds_are_not_five_seconds(
    delay_s: float, fast: bool
) -> None:
    found = UNPRUNED.judge(fast_world(delay_s))
    assert ((1, 2) in weights(found)) is fast


def test_delays_count_the_days() -> None:
    assert delays_s(fast_world(2 * DAY_S + 5.0).layers["repost"]).tolist() == [
        *(0.0, 0.0),
        *(4 * [2 * DAY_S + 5.0]),
    ]


def test_fast_reposts_are_counted_and_once_is_not_enough() -> None:
    rows = [(who, item, 100.0) for who in (0, 1) for item in (0, 0, 1)]
    rows += [(2, 0, 100.0), (2, 1, 300.0)]  # fast once, slow once
    found = UNPRUNED.judge(world(3, repost=layer(rows)))
    assert weights(found) == {(0, 1): 1.0}
    assert np.isnan(found.score[2])


def viral_world() -> Shown:
    """Three hundred accounts passed on one link, once; twelve share five others."""
    crowd = [(who, 0) for who in range(300)]
    ring = [(who, item) for who in range(300, 312) for item in range(1, 6)]
    return world(312, link=timeless(crowd + ring))


def test_one_viral_post_does_not_capture_the_ranking() -> None:
    ring = set(range(300, 312))
    captured = LuceriFused(least_objects=1).judge(viral_world())
    assert not ring & set(np.argsort(-captured.score)[:12].tolist())
    found = LuceriFused().judge(viral_world())
    score = np.nan_to_num(found.score, nan=-1.0)
    assert set(np.argsort(-score)[:12].tolist()) == ring
    assert np.isnan(found.score[:300]).all()
    assert len(found.first) == 12 * 11 // 2


def test_what_lies_below_the_centrality_is_pruned() -> None:
    # A clique of six, and a couple that has nothing to do with it.
    pairs = [(who, item) for who in range(6) for item in (0, 1)]
    pairs += [(who, item) for who in (6, 7) for item in (2, 3)]
    found = LuceriFused().judge(world(9, link=timeless(pairs)))
    assert found.score[:6] == pytest.approx(6**-0.5)
    assert found.score[6:8] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(found.score[8])
    assert found.group.tolist() == [0] * 6 + [-1] * 3
    assert set(found.second.tolist()) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ({}, "none of them"),
        ({"reply": timeless([(0, 1), (1, 1)])}, "none of them"),
        ({"link": timeless([(0, 1)])}, "here none has"),
        ({"repost": layer([(0, 1, 5.0)])}, "here none has"),
    ],
)
def test_what_it_cannot_judge(layers: dict[str, Layer], why: str) -> None:
    with pytest.raises(CannotJudge, match=why):
        LuceriFused().judge(world(2, **layers))
