"""Eigenvector centrality against dense linear algebra."""

from __future__ import annotations

import numpy as np
import pytest

from rasad.evaluate.baselines.answers import Edges, edges_of
from rasad.evaluate.baselines.eigenvector import centrality
from rasad.evaluate.baselines.similarity_network import no_edges


def clique(*members: int) -> Edges:
    place, later = np.triu_indices(len(members), 1)
    codes = np.array(members)
    return edges_of(codes[place], codes[later], np.ones(len(place)))


def both(one: Edges, two: Edges) -> Edges:
    return edges_of(
        np.concatenate([one.first, two.first]),
        np.concatenate([one.second, two.second]),
        np.concatenate([one.weight, two.weight]),
    )


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_the_leading_eigenvector(seed: int, weighted: bool) -> None:
    dice = np.random.default_rng([seed, *b"centrality"])
    first, second = dice.integers(0, 15, (2, 40))
    apart = first != second
    edges = edges_of(first[apart], second[apart], dice.random(apart.sum()) + 0.1)
    dense = np.zeros((15, 15))
    dense[edges.first, edges.second] = edges.weight if weighted else 1.0
    dense += dense.T
    values, vectors = np.linalg.eigh(dense)
    found = centrality(15, edges, weighted=weighted)
    assert found == pytest.approx(np.abs(vectors[:, -1]), abs=1e-7)
    assert dense @ found == pytest.approx(values[-1] * found, abs=1e-6)


def test_the_larger_clique_takes_all() -> None:
    found = centrality(9, both(clique(0, 1, 2, 3), clique(4, 5, 6)))
    assert found[:4] == pytest.approx(0.5)
    assert found[4:] == pytest.approx(0.0, abs=1e-6)


def test_equal_cliques_share_alike() -> None:
    found = centrality(6, both(clique(0, 1, 2), clique(3, 4, 5)))
    assert found == pytest.approx(6**-0.5)


def test_a_network_of_two_sides_does_not_swing() -> None:
    found = centrality(2, edges_of(np.array([0]), np.array([1]), np.ones(1)))
    assert found == pytest.approx(2**-0.5)


def test_without_edges_nobody_is_central() -> None:
    assert centrality(3, no_edges()).tolist() == [0.0, 0.0, 0.0]
