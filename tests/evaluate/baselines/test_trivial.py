"""The yardsticks: counts, means, and a fixed rule against two loops."""

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
from rasad.evaluate.baselines import trivial, windows
from rasad.evaluate.baselines.trivial import Activity, FixedRule, Popularity
from rasad.evaluate.contest import CannotJudge, Layer

# --- rankings ------------------------------------------------------------------------


def test_activity_counts_every_action_of_every_trace() -> None:
    found = Activity().judge(
        world(3, link=timeless([(0, 0), (0, 0)]), repost=timeless([(0, 1), (2, 1)]))
    )
    assert found.score.tolist() == pytest.approx([3.0, math.nan, 1.0], nan_ok=True)
    assert (len(found.first), found.group.tolist()) == (0, [-1, -1, -1])


def test_popularity_is_the_mean_over_an_accounts_objects() -> None:
    """Object 0 of the links has three accounts; both of account 0's count once."""
    links = timeless([(0, 0), (0, 0), (1, 0), (2, 0), (0, 1)])
    found = Popularity().judge(world(4, link=links, repost=timeless([(2, 0)])))
    expected = [(3 + 1) / 2, 3.0, (3 + 1) / 2, math.nan]
    assert found.score.tolist() == pytest.approx(expected, nan_ok=True)
    assert found.group.tolist() == [-1] * 4


def test_rankings_of_nothing() -> None:
    for method in (Activity(), Popularity()):
        assert len(method.judge(world(0)).score) == 0
        assert np.isnan(method.judge(world(2, link=timeless([]))).score).all()


# --- the fixed rule ------------------------------------------------------------------


def plain(rows: list[Row], window: float) -> Weights:
    met: dict[tuple[int, int], set[int]] = {}
    for (one, item, time), (two, other, moment) in combinations(rows, 2):
        if item == other and one != two and abs(time - moment) <= window:
            met.setdefault((min(one, two), max(one, two)), set()).add(item)
    return {pair: float(len(items)) for pair, items in met.items()}


@pytest.mark.parametrize("block", [1, 7, 1 << 21])
@pytest.mark.parametrize("window", [0.0, 10.0, 90.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_rule_is_what_it_says(
    seed: int, window: float, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "BLOCK", block)
    rows = random_rows(seed, 300, 15, 20, last_s=500)
    expected = plain(rows, window)
    found = FixedRule(window_s=window, objects=1).judge(world(16, object=layer(rows)))
    assert expected
    assert weights(found) == expected
    strict = FixedRule(window_s=window, objects=2).judge(world(16, object=layer(rows)))
    assert weights(strict) == {p: w for p, w in expected.items() if w >= 2}
    for who in range(15):
        most = max((w for pair, w in expected.items() if who in pair), default=0.0)
        assert strict.score[who] == most
    assert np.isnan(strict.score[15])


def test_defaults_are_three_objects_within_a_minute() -> None:
    rows = [(0, item, 1000.0 * item) for item in range(3)]
    rows += [(1, item, 1000.0 * item + 60) for item in range(3)]
    rows += [(2, item, 1000.0 * item + 121) for item in range(3)]
    found = FixedRule().judge(world(3, link=layer(rows)))
    assert weights(found) == {(0, 1): 3.0}
    assert found.group.tolist() == [0, 0, -1]
    assert found.score.tolist() == [3.0, 3.0, 0.0]


def test_an_object_counts_once_and_traces_are_not_added() -> None:
    often = [(who, 0, float(time)) for who in (0, 1) for time in range(5)]
    two = [(who, item, 0.0) for who in (0, 1) for item in (0, 1)]
    found = FixedRule().judge(world(2, link=layer(often), repost=layer(two)))
    assert weights(found) == {}
    assert found.score.tolist() == [2.0, 2.0]


def test_traces_without_times_are_left_out() -> None:
    rows = [(who, item, 0.0) for who in (0, 1) for item in range(3)]
    shown = world(3, link=timeless([(2, 0)]), repost=layer(rows))
    assert weights(FixedRule().judge(shown)) == {(0, 1): 3.0}
    for silent in (world(2), world(3, link=timeless([(2, 0)]))):
        with pytest.raises(CannotJudge, match="times of actions"):
            FixedRule().judge(silent)


def test_one_row_is_no_pair() -> None:
    found = FixedRule().judge(world(1, link=layer([(0, 0, 0.0)])))
    assert (found.score.tolist(), found.group.tolist()) == ([0.0], [-1])


def test_a_burst_is_refused_before_it_is_laid_out() -> None:
    many = 20_000
    burst = Layer(
        account=np.arange(many),
        object=np.zeros(many, np.int64),
        time_s=np.zeros(many),
        n_objects=1,
    )
    with pytest.raises(CannotJudge, match="199,990,000 pairs of actions"):
        FixedRule().judge(world(many, link=burst))


def test_pairs_that_cannot_be_numbered_are_refused() -> None:
    wide = Layer(
        account=np.array([0, 1]),
        object=np.array([0, 0]),
        time_s=np.zeros(2),
        n_objects=1 << 40,
    )
    with pytest.raises(CannotJudge, match="too many to number"):
        trivial.close_pairs(wide, 1 << 20, 60.0)
