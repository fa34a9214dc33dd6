"""Peeling against all subsets, and against the plain greedy rule."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest

from rasad.evaluate.baselines.peeling import Graph, peeled


def graph(rows: list[tuple[int, int, float]], n: int, m: int) -> Graph:
    return Graph(
        row=np.array([row for row, _, _ in rows], np.int64),
        column=np.array([column for _, column, _ in rows], np.int64),
        weight=np.array([weight for _, _, weight in rows], np.float64),
        n_rows=n,
        n_columns=m,
    )


def random_graph(seed: int, n: int, m: int, share: float, heavy: bool) -> Graph:
    dice = np.random.default_rng([seed, *b"peeling"])
    row, column = np.nonzero(dice.random((n, m)) < share)
    weight = dice.integers(1, 9, len(row)) / 8 if heavy else np.ones(len(row))
    return Graph(
        row=row, column=column, weight=weight.astype(float), n_rows=n, n_columns=m
    )


def density(given: Graph, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    inside = chosen[given.row] & chosen[given.column + given.n_rows]
    return float(given.weight[inside].sum() / max(chosen.sum(), 1))


def best_of_all(given: Graph) -> float:
    nodes = given.n_rows + given.n_columns
    subsets = product([False, True], repeat=nodes)
    return max(density(given, np.array(subset)) for subset in subsets)


def greedy(given: Graph) -> float:
    """Take away the weakest node, one by one; return the greatest density met."""
    left = given.losses() > 0
    best = 0.0
    while left.any():
        best = max(best, density(given, left))
        inside = left[given.row] & left[given.column + given.n_rows]
        losses = np.where(left, given.only(inside).losses(), np.inf)
        left[int(np.argmin(losses))] = False
    return best


@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_the_block_has_at_least_half_the_greatest_density(
    seed: int, heavy: bool
) -> None:
    given = random_graph(seed, 5, 6, 0.2 + 0.08 * seed, heavy)
    found = density(given, peeled(given).block)
    assert best_of_all(given) / 2 - 1e-12 <= found <= best_of_all(given) + 1e-12


@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_the_block_is_as_dense_as_that_of_the_plain_rule(
    seed: int, heavy: bool
) -> None:
    """Ties may be broken otherwise; weights of eighths add without rounding."""
    given = random_graph(seed, 30, 40, (0.02, 0.05, 0.15, 0.4)[seed % 4], heavy)
    found = peeled(given)
    block = density(given, found.block)
    assert block == found.density.max()
    assert block >= greedy(given) - 1e-12
    if heavy:
        assert block == pytest.approx(greedy(given), rel=0.02)


def test_nodes_that_stay_longer_were_in_something_denser() -> None:
    given = random_graph(3, 40, 60, 0.1, heavy=True)
    found = peeled(given)
    member = given.losses() > 0
    by_time = np.argsort(found.order[member])
    assert sorted(found.order[member]) == list(range(1, member.sum() + 1))
    assert (np.diff(found.density[member][by_time]) >= 0).all()
    assert (found.density[found.block] == found.density.max()).all()
    assert not found.order[~member].any()
    assert not found.density[~member].any()


def test_a_clique_with_a_tail() -> None:
    """Three by three of weight one is 9/6; each of the tail's edges would dilute it."""
    clique = [(row, column, 1.0) for row in range(3) for column in range(3)]
    tail = [(2, 3, 1.0), (3, 3, 1.0), (3, 4, 1.0), (4, 4, 1.0)]
    found = peeled(graph(clique + tail, 6, 5))
    assert np.flatnonzero(found.block).tolist() == [0, 1, 2, 6, 7, 8]
    assert found.density[[0, 1, 2, 6, 7, 8]].tolist() == [1.5] * 6
    # The whole graph is 13/10 dense, and node 5 is no part of it.
    assert found.density[4] == pytest.approx(13 / 10)
    assert (found.density[5], found.order[5]) == (0.0, 0)


def test_nothing_and_one_edge() -> None:
    assert not peeled(graph([], 2, 3)).block.any()
    found = peeled(graph([(1, 0, 0.5)], 2, 1))
    assert found.block.tolist() == [False, True, True]
    assert found.density.tolist() == [0.0, 0.25, 0.25]


def test_a_star_of_many_edges_takes_no_time() -> None:
    many = 50_000
    star = Graph(
        row=np.arange(many),
        column=np.zeros(many, np.int64),
        weight=np.ones(many),
        n_rows=many,
        n_columns=1,
    )
    begun = time.perf_counter()
    found = peeled(star)
    assert time.perf_counter() - begun < 20
    assert found.density.max() == pytest.approx(many / (many + 1))
