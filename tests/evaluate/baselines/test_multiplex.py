"""Time-decayed collaboration against its definition, its choice and its bounds."""

from __future__ import annotations

import math
from itertools import combinations

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
from rasad.evaluate.baselines import multiplex
from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.baselines.multiplex import (
    EPSILON,
    FADING_S,
    DecayedMultiplex,
    clearest,
    decayed,
    meetings,
    window_s,
)
from rasad.evaluate.contest import CannotJudge, Layer


def plain(rows: list[Row], fading_s: float) -> Weights:
    """The definition: all pairs of actions on an object, faded, over k - 1."""
    found: Weights = {}
    for item in {row[1] for row in rows}:
        on = [(who, time) for who, what, time in rows if what == item]
        accounts = len({who for who, _ in on})
        for (one, t), (two, s) in combinations(on, 2):
            worth = math.exp(-abs(t - s) / fading_s)
            if one != two and worth >= EPSILON:
                pair = (min(one, two), max(one, two))
                found[pair] = found.get(pair, 0.0) + worth / (accounts - 1)
    return found


def weights_of(edges: Edges) -> Weights:
    pairs = zip(edges.first.tolist(), edges.second.tolist(), strict=True)
    return dict(zip(pairs, edges.weight.tolist(), strict=True))


def spread(n: int, gap_s: float) -> Layer:
    """One object on which so many accounts act, one after the other."""
    return Layer(
        account=np.arange(n),
        object=np.zeros(n, np.int64),
        time_s=np.arange(n, dtype=np.float64) * gap_s,
        n_objects=1,
    )


@pytest.mark.parametrize("fading_s", FADING_S)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("pile", [1, 8_000_000])
def test_weights_are_what_the_definition_says(
    monkeypatch: pytest.MonkeyPatch, fading_s: float, seed: int, pile: int
) -> None:
    monkeypatch.setattr(multiplex, "PILE", pile)
    monkeypatch.setattr("rasad.evaluate.baselines.windows.BLOCK", 50)
    rows = random_rows(seed, 300, 12, 9, last_s=20_000.0)
    found = weights_of(decayed(meetings(layer(rows), fading_s), fading_s))
    assert len(found) > 5
    assert found == pytest.approx(plain(rows, fading_s), rel=1e-9)


def test_a_pair_by_hand() -> None:
    # 0 and 1 meet on an object of three, twice; 0 is never its own companion.
    rows = [(0, 7, 0.0), (0, 7, 10.0), (1, 7, 10.0), (2, 7, 1e6)]
    found = weights_of(decayed(meetings(layer(rows), 10.0), 10.0))
    assert found == {(0, 1): pytest.approx((math.exp(-1) + 1.0) / 2)}


def test_the_window_ends_where_a_hundredth_is_left() -> None:
    end = window_s(60.0)
    assert math.exp(-end / 60.0) == pytest.approx(EPSILON)
    for gap, met in ((end, 1), (end + 0.01, 0)):
        rows = [(0, 0, 0.0), (1, 0, gap)]
        assert len(decayed(meetings(layer(rows), 60.0), 60.0)) == met


def test_the_decay_with_the_clearest_communities_is_chosen() -> None:
    # Two teams of four act within seconds of one another, on five objects each, and
    # everybody on the same object within half an hour of everybody else.
    rows = [
        (4 * team + member, item, 1000.0 * item + 1800.0 * team + member)
        for item in range(5)
        for team in (0, 1)
        for member in range(4)
    ]
    fading_s, edges = clearest(8, layer(rows), seed=1)
    assert fading_s == 10.0
    assert set(weights_of(edges)) == {
        pair for team in (0, 4) for pair in combinations(range(team, team + 4), 2)
    }
    # Ten minutes apart within a team, the quick decays see nothing.
    slow = [(who, item, time + 400.0 * (who % 4)) for who, item, time in rows]
    assert clearest(8, layer(slow), seed=1)[0] > 60.0


def test_what_costs_too_much_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiplex, "AFFORDABLE", 100)
    quick = spread(1000, 60.0)  # nothing within 46 s, all neighbours within 276 s
    assert clearest(1000, quick, seed=1)[0] == 10.0
    dense = spread(1000, 1.0)
    fading_s, edges = clearest(1000, dense, seed=1)
    assert fading_s == 10.0
    assert len(edges) == sum(1000 - gap for gap in range(1, 47))


def test_a_long_lived_object_costs_nothing_and_a_burst_is_refused() -> None:
    long_lived = spread(1_000_000, 60.0)
    assert clearest(1_000_000, long_lived, seed=1)[0] == 10.0
    with pytest.raises(CannotJudge, match="499,999,500,000 pairs of actions"):
        clearest(1_000_000, spread(1_000_000, 0.0), seed=1)


def test_too_many_pairs_of_accounts_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(multiplex, "LEIDEN_EDGES", 44)
    with pytest.raises(CannotJudge, match="45 or more pairs of accounts"):
        clearest(10, spread(10, 0.0), seed=1)


def test_layers_are_levelled_and_added() -> None:
    # One couple in each layer, alike within the layer: 1 each; in both: 2.
    reposts = [(who, item, 100.0 * item) for item in range(4) for who in (0, 1)]
    links = [(who, item, 100.0 * item) for item in range(9) for who in (0, 1)]
    links += [(who, item, 100.0 * item) for item in range(20, 29) for who in (2, 3)]
    found = DecayedMultiplex().judge(world(5, repost=layer(reposts), link=layer(links)))
    assert weights(found) == {(0, 1): pytest.approx(2.0), (2, 3): pytest.approx(1.0)}
    assert found.score[:4] == pytest.approx([2.0, 2.0, 1.0, 1.0])
    assert np.isnan(found.score[4])
    assert found.group.tolist() == [0, 0, 1, 1, -1]


def test_without_times_it_cannot_judge() -> None:
    with pytest.raises(CannotJudge, match="times"):
        DecayedMultiplex().judge(world(2, repost=timeless([(0, 1), (1, 1)])))
