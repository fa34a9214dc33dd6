"""What rivals' edges say: one network of several traces, its groups and its scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from rasad.evaluate.contest import Codes, Real, Shown

ALONE = -1
"""Group of an account that is in none."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Pairs of account codes, the smaller first, each once and ascending; weights."""

    first: Codes
    second: Codes
    weight: Real

    def __len__(self) -> int:
        return len(self.first)

    def only(self, chosen: NDArray[np.bool_]) -> Edges:
        """Return some of the edges."""
        return Edges(
            first=self.first[chosen],
            second=self.second[chosen],
            weight=self.weight[chosen],
        )


def edges_of(first: Codes, second: Codes, weight: Real) -> Edges:
    """Return edges in their order; a pair that comes twice keeps its largest weight.

    Parameters
    ----------
    first, second : int64 arrays of m
        Ends in either order.
    weight : float64 array of m

    Examples
    --------
    >>> found = edges_of(np.array([2, 0]), np.array([0, 2]), np.array([1.0, 3.0]))
    >>> found.first.tolist(), found.second.tolist(), found.weight.tolist()
    ([0], [2], [3.0])
    """
    low, high = np.minimum(first, second), np.maximum(first, second)
    width = int(high.max(initial=0)) + 1
    key = low * width + high
    order = np.argsort(key)
    key = key[order]
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    heaviest = np.maximum.reduceat(weight[order], begins) if len(key) else weight
    low, high = np.divmod(key[begins], width)
    return Edges(first=low, second=high, weight=heaviest)


def united(parts: Iterable[Edges]) -> Edges:
    """Return the edges of any of the traces, with their largest weight.

    Examples
    --------
    >>> len(united([]))
    0
    """
    several = list(parts)
    nothing = np.zeros(0, np.int64)
    return edges_of(
        np.concatenate([nothing, *(part.first for part in several)]),
        np.concatenate([nothing, *(part.second for part in several)]),
        np.concatenate([np.zeros(0), *(part.weight for part in several)]),
    )


def active(shown: Shown) -> Real:
    """Return a score for each account: 0 if it acts, NaN if nothing is known of it."""
    score = np.full(shown.n_accounts, np.nan)
    for layer in shown.layers.values():
        score[layer.account] = 0.0
    return score


def raised(score: Real, edges: Edges) -> Real:
    """Return scores that are at least the weight of each account's heaviest edge."""
    higher = score.copy()
    np.fmax.at(higher, edges.first, edges.weight)
    np.fmax.at(higher, edges.second, edges.weight)
    return higher


def components(edges: Edges, n_accounts: int) -> Codes:
    """Return the connected component of each account, numbered by first member.

    Examples
    --------
    >>> two = edges_of(np.array([3, 0]), np.array([1, 4]), np.ones(2))
    >>> components(two, 5).tolist()
    [0, 1, -1, 1, 0]
    """
    ends = (edges.first, edges.second)
    graph = coo_matrix((np.ones(len(edges)), ends), shape=(n_accounts, n_accounts))
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    linked = np.zeros(n_accounts, np.bool_)
    linked[edges.first] = linked[edges.second] = True
    label[~linked] = ALONE
    return numbered(label)


def numbered(label: Codes) -> Codes:
    """Return groups with numbers from 0 in the order of their first members.

    Examples
    --------
    >>> numbered(np.array([7, -1, 2, 7])).tolist()
    [0, -1, 1, 0]
    """
    grouped = np.flatnonzero(label != ALONE)
    _, first, place = np.unique(label[grouped], return_index=True, return_inverse=True)
    number = np.full(len(label), ALONE, np.int64)
    number[grouped] = np.argsort(np.argsort(first))[place]
    return number
