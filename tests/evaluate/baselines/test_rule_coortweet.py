"""CooRTweet's rule on the contest's worlds; its parity values are below."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from evaluate.baselines.small_worlds import (
    Row,
    layer,
    random_rows,
    timeless,
    weights,
    world,
)
from rasad.evaluate.baselines import coortweet, rule_coortweet
from rasad.evaluate.baselines.rule_coortweet import CooRTweet
from rasad.evaluate.contest import CannotJudge, Layer

Pair = tuple[int, int]


def plain(rows: list[Row], window: float, least: int) -> Counter[Pair]:
    """Pairs of posts of one trace by pair of accounts; every row is a post.

    Accounts need enough rows; then, a pair stays when either side's account has enough
    rows among those that are in a pair.
    """
    many = Counter(who for who, _, _ in rows)
    kept = [place for place, (who, _, _) in enumerate(rows) if many[who] >= least]
    found = [
        (a, b)
        for a, b in combinations(kept, 2)
        if rows[a][1] == rows[b][1]
        and rows[a][0] != rows[b][0]
        and abs(rows[a][2] - rows[b][2]) <= window
    ]
    met = {place for pair in found for place in pair}
    takes_part = Counter(rows[place][0] for place in met)
    return Counter(
        (min(rows[a][0], rows[b][0]), max(rows[a][0], rows[b][0]))
        for a, b in found
        if takes_part[rows[a][0]] >= least or takes_part[rows[b][0]] >= least
    )


@pytest.mark.parametrize("least", [1, 2, 4])
@pytest.mark.parametrize("seed", range(4))
def test_edges_are_those_of_the_plain_rule(seed: int, least: int) -> None:
    one = random_rows(seed, 120, 20, 12, last_s=200)
    two = random_rows(seed + 50, 90, 20, 12, last_s=200)
    counts = plain(one, 10, least) + plain(two, 10, least)
    cut = float(np.quantile(list(counts.values()), 0.5))
    found = CooRTweet(min_participation=least).judge(
        world(21, link=layer(one), repost=layer(two))
    )
    assert weights(found) == {pair: c for pair, c in counts.items() if c > cut}
    assert len(weights(found)) > 5
    for who in range(20):
        most = max((c for pair, c in counts.items() if who in pair), default=0)
        assert found.score[who] == most
    assert np.isnan(found.score[20])


def meeting(one: int, two: int, item: int, times: int) -> list[Row]:
    """Two accounts that share an object so many times, five seconds apart."""
    moments = [1000.0 * (item * 50 + time) for time in range(times)]
    return [row for t in moments for row in ((one, item, t), (two, item, t + 5))]


def test_traces_make_one_network_whose_weights_add_up() -> None:
    """Weights 3 + 2, 2 and 2: the median is 2, and one edge is above it."""
    link = meeting(0, 1, 0, 3) + meeting(2, 3, 1, 2)
    repost = meeting(0, 1, 0, 2) + meeting(4, 5, 1, 2)
    found = CooRTweet().judge(world(6, link=layer(link), repost=layer(repost)))
    assert weights(found) == {(0, 1): 5.0}
    assert found.group.tolist() == [0, 0, -1, -1, -1, -1]
    assert found.score.tolist() == [5.0, 5.0, 2.0, 2.0, 2.0, 2.0]


def test_participation_is_asked_for_in_each_trace() -> None:
    """One post in each of two traces is not two posts in one."""
    shown = world(2, link=layer(meeting(0, 1, 0, 1)), repost=layer(meeting(0, 1, 0, 1)))
    assert CooRTweet().judge(shown).score.tolist() == [0.0, 0.0]
    assert CooRTweet(min_participation=1).judge(shown).score.tolist() == [2.0, 2.0]


def test_the_window_is_ten_seconds_included() -> None:
    rows = [(0, 0, 0.0), (1, 0, 10.0), (0, 1, 0.0), (1, 1, 10.5)]
    found = CooRTweet(min_participation=1).judge(world(2, link=layer(rows)))
    assert found.score.tolist() == [1.0, 1.0]


def test_actions_without_a_time_are_in_no_pair() -> None:
    rows = [*meeting(0, 1, 0, 3), (2, 0, math.nan), (2, 0, math.nan)]
    found = CooRTweet().judge(world(3, link=layer(rows)))
    assert found.score.tolist() == [3.0, 3.0, 0.0]
    for silent in (world(1), world(2, link=timeless([(0, 0), (1, 0)]))):
        with pytest.raises(CannotJudge, match="times of posts"):
            CooRTweet().judge(silent)


def test_one_row_is_judged() -> None:
    found = CooRTweet().judge(world(2, link=layer([(1, 3, 5.0)])))
    assert found.score.tolist() == pytest.approx([math.nan, 0.0], nan_ok=True)
    assert found.group.tolist() == [-1, -1]


def test_too_many_pairs_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    burst = Layer(
        account=np.arange(100),
        object=np.zeros(100, np.int64),
        time_s=np.zeros(100),
        n_objects=1,
    )
    rule = CooRTweet(min_participation=1)
    monkeypatch.setattr(rule_coortweet, "MOST_PAIRS", 9_000)
    with pytest.raises(CannotJudge, match="10 seconds holds 9,900 pairs"):
        rule.judge(world(100, link=burst, repost=burst))
    monkeypatch.setattr(coortweet, "MOST_PAIRS", 4_000)
    with pytest.raises(CannotJudge, match="4,950 post pairs"):
        rule.judge(world(100, link=burst))
