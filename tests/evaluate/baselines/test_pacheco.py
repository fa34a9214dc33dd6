"""Pacheco and others: support, bins, sequences, and the share of all edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluate.baselines.small_worlds import (
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
from rasad.evaluate.baselines import pacheco
from rasad.evaluate.baselines.pacheco import PachecoCosine
from rasad.evaluate.contest import CannotJudge, Layer

LOOSE = PachecoCosine(kept_quantile=0.0, least_accounts=1)
"""Every positive cosine is an edge."""


def plain(pairs: list[tuple[int, int]], support: int, level: float) -> Weights:
    enough = {who: did for who, did in documents(pairs).items() if len(did) >= support}
    return top(plain_cosines(enough, plain_smooth, True, 3), level)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("level", [0.0, 0.9])
def test_co_reposts_are_what_the_definition_says(seed: int, level: float) -> None:
    pairs = [row[:2] for row in random_rows(seed, 400, 40, 60)]
    found = PachecoCosine(kept_quantile=level).judge(world(40, repost=timeless(pairs)))
    expected = plain(pairs, 10, level)
    assert len(expected) > 5
    assert weights(found) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("level", [0.0, 0.9])
def test_synchronous_posts_are_what_the_definition_says(level: float) -> None:
    rows = random_rows(3, 400, 30, 60)
    moments = sorted({(who, time) for who, _, time in rows})
    pairs = [(who, math.floor(time / 1800)) for who, time in moments]
    found = PachecoCosine(kept_quantile=level).judge(world(30, link=layer(rows)))
    assert weights(found) == pytest.approx(plain(pairs, 8, level), abs=1e-9)


def test_support_is_ten_reposts_and_not_more_than_ten() -> None:
    pairs = [(who, item) for who in (0, 1) for item in range(10)]
    pairs += [(2, item) for item in range(9)]
    found = LOOSE.judge(world(4, repost=timeless(pairs)))
    assert weights(found) == {(0, 1): 1.0}
    assert found.score[:2].tolist() == [1.0, 1.0]
    assert np.isnan(found.score[2:]).all()


def test_the_share_is_of_all_edges_and_not_of_a_hundred_neighbours() -> None:
    # 130 accounts alike: all pairs tie at 1. Whoever keeps a hundred neighbours an
    # account can keep 6,500 pairs at most, of 8,385.
    pairs = [(who, item) for who in range(130) for item in range(10)]
    found = PachecoCosine().judge(world(130, repost=timeless(pairs)))
    assert len(found.first) == 130 * 129 // 2
    assert set(found.weight.tolist()) == {1.0}
    assert set(found.group.tolist()) == {0}


def test_the_order_goes_on_below_the_edges() -> None:
    """Two are the same; a third is like them, a fourth less, and a fifth not at all."""
    same = [(who, item) for who in (0, 1) for item in range(10)]
    near = [(2, item) for item in range(1, 11)] + [(3, item) for item in range(6, 16)]
    pairs = same + near + [(4, item) for item in range(20, 30)]
    rule = PachecoCosine(least_accounts=1, kept_quantile=0.99)
    found = rule.judge(world(6, repost=timeless(pairs)))
    assert weights(found) == {(0, 1): 1.0}
    assert found.score[:2].tolist() == [1.0, 1.0]
    assert 1.0 > found.score[2] > found.score[3] > 0.0
    assert found.score[4] == 0.0
    assert np.isnan(found.score[5])


def test_objects_of_two_accounts_count_only_where_there_are_no_others() -> None:
    couple = [(who, item) for who in (0, 1) for item in range(10)]
    assert weights(PachecoCosine().judge(world(2, repost=timeless(couple)))) == {
        (0, 1): 1.0
    }
    crowd = [(who, 99) for who in (0, 1, 2) for _ in range(10)]
    found = PachecoCosine(kept_quantile=0.0).judge(
        world(3, repost=timeless(couple + crowd))
    )
    assert weights(found) == {(0, 1): 1.0, (0, 2): 1.0, (1, 2): 1.0}


def test_time_bins_begin_with_the_half_hour() -> None:
    first = [(0, 0, 1800.0 * step) for step in range(8)]
    late = [(1, 0, 1800.0 * step + 1799.0) for step in range(8)]
    next_bin = [(2, 0, 1800.0 * (step + 100)) for step in range(8)]
    found = LOOSE.judge(world(3, link=layer(first + late + next_bin)))
    assert weights(found) == {(0, 1): 1.0}


def tagged(who: int, items: list[int], start_s: float) -> list[tuple[int, int, float]]:
    return [(who, item, start_s + 60.0 * place) for place, item in enumerate(items)]


@pytest.mark.parametrize(
    ("items", "start_s", "joined"),
    [
        ([1, 2, 3, 4, 5], 40_000.0, True),
        ([1, 2, 3, 5, 4], 40_000.0, False),  # another order
        ([1, 2, 3, 4, 5, 5], 40_000.0, False),  # one more
        ([1, 2, 3, 4, 5], 40_000.0 + 86_400.0, True),  # the next day
        ([1, 2, 3, 4], 40_000.0, False),
    ],
)
def test_hashtag_sequences_of_a_day_match_exactly(
    items: list[int], start_s: float, joined: bool
) -> None:
    rows = tagged(0, [1, 2, 3, 4, 5], 3600.0) + tagged(1, items, start_s)
    found = PachecoCosine().judge(world(2, hashtags=layer(rows)))
    assert weights(found) == ({(0, 1): 1.0} if joined else {})


def test_days_part_at_midnight_and_one_list_over_and_over_is_no_sequence() -> None:
    one = tagged(0, [1, 2, 3, 4, 5], 86_400.0 - 120.0)
    two = tagged(1, [1, 2, 3, 4, 5], 3600.0)
    same = [row for who in (2, 3) for row in tagged(who, [7] * 5, 9000.0)]
    found = PachecoCosine(least_posts=9).judge(
        world(4, hashtags=layer(one + two + same))
    )
    assert weights(found) == {}
    assert found.score[1] == 0.0


def test_a_crowd_with_one_sequence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacheco, "KEPT", 44)
    rows = [row for who in range(10) for row in tagged(who, [1, 2, 3, 4, 5], 0.0)]
    with pytest.raises(CannotJudge, match="45 times"):
        PachecoCosine().judge(world(10, hashtags=layer(rows)))


def test_clusters_are_connected_components() -> None:
    pairs = [(who, item) for who in (0, 1) for item in range(10)]
    pairs += [(who, item) for who in (3, 4) for item in range(20, 30)]
    found = LOOSE.judge(world(5, repost=timeless(pairs)))
    assert found.group.tolist() == [0, 0, -1, 1, 1]


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ({}, "none of them"),
        ({"link": timeless([(0, 1)])}, "none of them"),
        ({"repost": timeless([(0, 1)])}, "here none has any"),
    ],
)
def test_what_it_cannot_judge(layers: dict[str, Layer], why: str) -> None:
    with pytest.raises(CannotJudge, match=why):
        PachecoCosine().judge(world(2, **layers))
