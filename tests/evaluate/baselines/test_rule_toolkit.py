"""The toolkit's rule on the contest's worlds, against a double loop."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from evaluate.baselines.small_worlds import (
    Row,
    Weights,
    layer,
    random_rows,
    timeless,
    weights,
    world,
)
from rasad.evaluate.baselines import rule_toolkit, toolkit_edges
from rasad.evaluate.baselines.rule_toolkit import Toolkit
from rasad.evaluate.contest import CannotJudge, Layer


def plain(rows: list[Row], window: float) -> Weights:
    """Messages of the source that met one of the target; the heavier direction."""
    met: dict[tuple[int, int], set[int]] = {}
    for (place, one), (_, two) in permutations(enumerate(rows), 2):
        near = abs(one[2] - two[2]) <= window
        if one[0] != two[0] and one[1] == two[1] and near:
            met.setdefault((one[0], two[0]), set()).add(place)
    found: Weights = {}
    for (source, target), messages in met.items():
        pair = (min(source, target), max(source, target))
        found[pair] = max(found.get(pair, 0.0), float(len(messages)))
    return found


@pytest.mark.parametrize("least", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_edges_are_those_of_the_plain_rule(seed: int, least: int) -> None:
    one = random_rows(seed, 120, 20, 12, last_s=3000)
    two = random_rows(seed + 50, 90, 20, 12, last_s=3000)
    every = plain(one, 60)
    for pair, weight in plain(two, 60).items():
        every[pair] = max(weight, every.get(pair, 0.0))
    expected = {pair: weight for pair, weight in every.items() if weight >= least}
    found = Toolkit(min_edge_weight=least).judge(
        world(21, link=layer(one), repost=layer(two))
    )
    assert weights(found) == expected
    for who in range(20):
        most = max((w for pair, w in every.items() if who in pair), default=0.0)
        assert found.score[who] == most
    assert np.isnan(found.score[20])


def test_an_edge_weighs_as_much_as_its_heavier_direction() -> None:
    """Six messages of one around a single one of the other: six, and one back."""
    rows = [(0, 0, float(time)) for time in range(6)] + [(1, 0, 3.0)]
    found = Toolkit().judge(world(3, link=layer(rows)))
    assert weights(found) == {(0, 1): 6.0}
    assert found.group.tolist() == [0, 0, -1]


def test_defaults_are_two_messages_within_a_minute() -> None:
    rows = [(who, item, 60.0 * who) for who in (0, 1) for item in (0, 1)]
    rows += [(2, 0, 120.0), (2, 1, 121.0)]
    found = Toolkit().judge(world(3, link=layer(rows)))
    assert weights(found) == {(0, 1): 2.0}


def test_the_order_goes_on_below_the_least_weight() -> None:
    rows = [(who, item, 0.0) for who in (0, 1) for item in (0, 1)]
    rows += [(2, 2, 0.0), (3, 2, 0.0), (4, 3, 0.0)]
    found = Toolkit().judge(world(5, link=layer(rows)))
    assert weights(found) == {(0, 1): 2.0}
    assert found.score.tolist() == [2.0, 2.0, 1.0, 1.0, 0.0]
    assert found.group.tolist() == [0, 0, -1, -1, -1]


def test_actions_without_a_time_meet_nothing() -> None:
    rows = [(who, item, 0.0) for who in (0, 1) for item in (0, 1)]
    rows += [(2, 0, math.nan), (2, 1, math.nan)]
    found = Toolkit().judge(world(3, link=layer(rows), repost=timeless([(2, 0)])))
    assert found.score.tolist() == [2.0, 2.0, 0.0]
    for silent in (world(1), world(2, link=timeless([(0, 0), (1, 0)]))):
        with pytest.raises(CannotJudge, match="times of messages"):
            Toolkit().judge(silent)


def test_one_row_is_judged() -> None:
    found = Toolkit().judge(world(2, link=layer([(1, 3, 5.0)])))
    assert found.score.tolist() == pytest.approx([math.nan, 0.0], nan_ok=True)
    assert found.group.tolist() == [-1, -1]


def test_too_much_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    burst = Layer(
        account=np.arange(100),
        object=np.zeros(100, np.int64),
        time_s=np.zeros(100),
        n_objects=1,
    )
    rule = Toolkit(min_edge_weight=1)
    monkeypatch.setattr(toolkit_edges, "MOST_EDGES", 1_000)
    with pytest.raises(CannotJudge, match="more than 1,000 edges"):
        rule.judge(world(100, link=burst))
    monkeypatch.setattr(rule_toolkit, "MOST_PAIRS", 4_000)
    with pytest.raises(CannotJudge, match="60 seconds holds 4,950 pairs"):
        rule.judge(world(100, link=burst))
