"""FRAUDAR finds what is dense beyond its popularity, camouflage or not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluate.baselines.small_worlds import timeless, world
from rasad.evaluate.baselines import fraudar
from rasad.evaluate.baselines.fraudar import Fraudar
from rasad.evaluate.contest import CannotJudge, Outcome

Pairs = list[tuple[int, int]]
RING = range(200, 215)
OTHER = range(215, 230)


def crowd(seed: int) -> Pairs:
    """Two hundred accounts that like what is popular, 12 objects each."""
    dice = np.random.default_rng([seed, *b"crowd"])
    items = (300 * dice.random((200, 12)) ** 3).astype(np.int64)
    return [(who, int(item)) for who in range(200) for item in items[who]]


def block(members: range, objects: range, share: float, seed: int) -> Pairs:
    dice = np.random.default_rng([seed, *b"block"])
    return [(a, o) for a in members for o in objects if dice.random() < share]


def judged(pairs: Pairs, n: int = 230, blocks: int = 10) -> Outcome:
    return Fraudar(blocks=blocks).judge(world(n, link=timeless(pairs)))


def members(found: Outcome, number: int) -> list[int]:
    return np.flatnonzero(found.group == number).tolist()


def test_a_ring_on_objects_of_its_own_is_the_first_block() -> None:
    found = judged(crowd(1) + block(RING, range(300, 320), 0.9, 1))
    assert members(found, 0) == list(RING)
    assert found.score[list(RING)].min() > np.nanmax(found.score[:200])
    assert np.isnan(found.score[215:]).all()
    assert not len(found.first)


@pytest.mark.parametrize("camouflage", ["random", "popular"])
def test_camouflage_does_not_hide_it(camouflage: str) -> None:
    """Every account of the ring acts on 12 innocent objects too, like the crowd."""
    dice = np.random.default_rng([5, *camouflage.encode()])
    power = 1 if camouflage == "random" else 4
    drawn = (300 * dice.random((len(RING), 12)) ** power).astype(np.int64)
    hidden = [(who, int(o)) for who, row in zip(RING, drawn, strict=True) for o in row]
    found = judged(crowd(1) + hidden + block(RING, range(300, 320), 0.9, 1))
    assert members(found, 0) == list(RING)


def test_without_the_logarithm_popular_objects_would_win() -> None:
    """The crowd is larger and has more edges inside; only its objects are popular."""
    dense = block(range(120), range(300, 310), 0.95, 2)
    ring = block(RING, range(320, 340), 0.9, 2)
    assert len(dense) / (120 + 10) > len(ring) / (15 + 20)
    found = judged(dense + ring, blocks=1)
    assert members(found, 0) == list(RING)


def test_a_second_block_is_found_in_what_is_left() -> None:
    rings = block(RING, range(300, 320), 0.95, 3) + block(
        OTHER, range(320, 336), 0.9, 3
    )
    found = judged(crowd(1) + rings)
    assert [members(found, 0), members(found, 1)] == [list(RING), list(OTHER)]
    once = judged(crowd(1) + rings, blocks=1)
    assert set(once.group.tolist()) == {-1, 0}


def test_as_published_it_vouches_for_one_block_and_not_for_everybody() -> None:
    pairs = crowd(1) + block(RING, range(300, 320), 0.95, 3)
    found = Fraudar().judge(world(230, link=timeless(pairs)))
    assert np.flatnonzero(found.group >= 0).tolist() == list(RING)
    assert (judged(pairs).group >= 0).sum() > 2 * len(RING)


def test_the_score_of_a_block_is_its_density_by_hand() -> None:
    """Two accounts, two objects: four edges of 1/log(2 + 5) over four nodes."""
    pairs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    found = judged(pairs, n=2)
    assert found.score.tolist() == pytest.approx([1 / math.log(7)] * 2, rel=1e-8)
    assert found.group.tolist() == [0, 0]


def test_objects_of_several_traces_stand_side_by_side() -> None:
    half = [block(RING, range(at, at + 10), 1.0, 1) for at in (300, 310)]
    apart = Fraudar(blocks=10).judge(
        world(230, link=timeless(crowd(1) + half[0]), repost=timeless(half[1]))
    )
    together = judged(crowd(1) + half[0] + half[1])
    assert apart.group.tolist() == together.group.tolist()
    assert apart.score == pytest.approx(together.score, nan_ok=True)


def test_repeated_actions_count_once() -> None:
    pairs = crowd(1) + block(RING, range(300, 320), 0.9, 1)
    once, thrice = judged(pairs), judged(pairs * 3)
    assert once.score.tolist() == pytest.approx(thrice.score.tolist(), nan_ok=True)


@pytest.mark.parametrize("pairs", [[], [(0, 0)], [(0, 0), (1, 1)]])
def test_small_worlds_are_judged(pairs: Pairs) -> None:
    found = judged(pairs, n=3)
    assert len(found.score) == 3
    assert np.isnan(found.score[2])
    assert found.group[2] == -1
    if len(pairs) < 2:
        assert found.group.tolist() == [-1, -1, -1]


def test_too_large_a_graph_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fraudar, "MOST_EDGES", 3)
    with pytest.raises(CannotJudge, match="4 edges; the most is 3"):
        judged([(0, 0), (0, 1), (1, 0), (1, 1)], n=2)
