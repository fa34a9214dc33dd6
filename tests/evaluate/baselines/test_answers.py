"""Edges of several traces make one network, with groups and scores."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.baselines.small_worlds import timeless, world
from rasad.evaluate.baselines.answers import (
    Edges,
    active,
    components,
    edges_of,
    numbered,
    raised,
    united,
)

Listed = list[tuple[int, int, float]]


def edges(rows: Listed) -> Edges:
    first, second, weight = (list(column) for column in zip(*rows, strict=True))
    return edges_of(
        np.array(first, np.int64),
        np.array(second, np.int64),
        np.array(weight, np.float64),
    )


def listed(found: Edges) -> Listed:
    columns = (found.first.tolist(), found.second.tolist(), found.weight.tolist())
    return list(zip(*columns, strict=True))


def test_a_pair_counts_once_whichever_way_it_is_written() -> None:
    found = edges([(5, 2, 1.0), (2, 5, 4.0), (0, 1, 2.0), (5, 2, 3.0)])
    assert listed(found) == [(0, 1, 2.0), (2, 5, 4.0)]


def test_the_heaviest_trace_counts() -> None:
    found = united([edges([(0, 1, 2.0)]), edges([(1, 0, 5.0), (3, 2, 1.0)])])
    assert listed(found) == [(0, 1, 5.0), (2, 3, 1.0)]
    assert listed(united([])) == []


def test_edges_are_those_of_a_dictionary() -> None:
    dice = np.random.default_rng(1)
    rows = [
        (int(a), int(b), float(w))
        for a, b, w in zip(
            dice.integers(0, 9, 200),
            dice.integers(9, 30, 200),
            dice.integers(1, 50, 200),
            strict=True,
        )
    ]
    best: dict[tuple[int, int], float] = {}
    for a, b, w in rows:
        best[a, b] = max(w, best.get((a, b), 0.0))
    assert listed(edges(rows)) == [(*pair, w) for pair, w in sorted(best.items())]


def test_accounts_without_actions_have_no_score() -> None:
    shown = world(3, link=timeless([(2, 0)]), repost=timeless([(0, 0)]))
    assert active(shown).tolist() == pytest.approx([0.0, np.nan, 0.0], nan_ok=True)
    score = raised(active(shown), edges([(0, 2, 3.0)]))
    assert score.tolist() == pytest.approx([3.0, np.nan, 3.0], nan_ok=True)


def test_components_are_numbered_by_their_first_member() -> None:
    found = components(edges([(6, 1, 1.0), (0, 4, 1.0), (4, 2, 1.0)]), 8)
    assert found.tolist() == [0, 1, 0, -1, 0, -1, 1, -1]
    assert components(united([]), 2).tolist() == [-1, -1]
    assert components(united([]), 0).tolist() == []


def test_numbers_have_no_gaps() -> None:
    assert numbered(np.array([9, 9, -1, 4, 7])).tolist() == [0, 0, -1, 1, 2]
