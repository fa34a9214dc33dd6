"""Weighted networks of accounts: their sums, communities and scores."""

from __future__ import annotations

import graspologic_native
import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.answers import ALONE, Edges, numbered, raised
from rasad.evaluate.contest import CannotJudge, Codes, Outcome, Real

LEIDEN_EDGES = 3_000_000
"""Edges above which communities are not looked for; each costs about 300 bytes."""


def no_edges() -> Edges:
    """Return a network without edges."""
    none = np.empty(0, np.int64)
    return Edges(first=none, second=none, weight=np.empty(0))


def some(edges: Edges, rows: NDArray[np.bool_] | Codes) -> Edges:
    """Return some of the edges, as marks or as places."""
    return Edges(
        first=edges.first[rows], second=edges.second[rows], weight=edges.weight[rows]
    )


def ordered(edges: Edges) -> Edges:
    """Return the edges by (first, second)."""
    return some(edges, np.lexsort((edges.second, edges.first)))


def joined(parts: list[Edges]) -> Edges:
    """Put edges behind one another; a pair that comes twice stays twice."""
    parts = parts or [no_edges()]
    return Edges(
        first=np.concatenate([part.first for part in parts]),
        second=np.concatenate([part.second for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
    )


def total(parts: list[Edges]) -> Edges:
    """Add networks: the weights of a pair are summed.

    Returns
    -------
    Edges
        By (first, second), each pair once. Weights of a pair are added from the
        smallest up, so that the order of the parts does not show.

    Examples
    --------
    >>> one = Edges(first=np.array([0]), second=np.array([1]), weight=np.array([0.5]))
    >>> total([one, one]).weight
    array([1.])
    """
    rows = joined(parts)
    rows = some(rows, np.lexsort((rows.weight, rows.second, rows.first)))
    new = np.diff(rows.first, prepend=-1) != 0
    new |= np.diff(rows.second, prepend=-1) != 0
    begins = np.flatnonzero(new)
    if not len(begins):
        return rows
    weight = np.add.reduceat(rows.weight, begins)
    return Edges(first=rows.first[begins], second=rows.second[begins], weight=weight)


def communities(n_accounts: int, edges: Edges, seed: int) -> tuple[float, Codes]:
    """Find communities of the greatest modularity, by the weights.

    Parameters
    ----------
    n_accounts : int
        Account codes lie below this.
    edges : Edges
        Sorted by (first, second): the order is part of the result.
    seed : int
        Seed of the method.

    Returns
    -------
    tuple of float, int64 array of (n_accounts,)
        Modularity, 0 without edges, and the number of each account's community by
        first member; -1 for accounts without an edge.

    Raises
    ------
    CannotJudge
        If there are more than `LEIDEN_EDGES` edges.

    Notes
    -----
    Leiden (Traag, Waltman and van Eck 2019) at resolution 1, in place of the Louvain
    method that some papers use: the same quality, with communities that are connected.
    """
    if len(edges) > LEIDEN_EDGES:
        raise CannotJudge(
            f"Its network has {len(edges):,} edges; communities are looked for in at "
            f"most {LEIDEN_EDGES:,}."
        )
    label = np.full(n_accounts, ALONE, np.int64)
    if not len(edges):
        return 0.0, label
    names = [str(code) for code in range(n_accounts)]
    first, second = edges.first.tolist(), edges.second.tolist()
    listed = [
        (names[a], names[b], w)
        for a, b, w in zip(first, second, edges.weight.tolist(), strict=True)
    ]
    quality, found = graspologic_native.leiden(listed, seed=seed, use_modularity=True)
    for name, place in found.items():
        label[int(name)] = place
    return float(quality), numbered(label)


def strongest(n_accounts: int, edges: Edges, considered: Codes) -> Real:
    """Score accounts by the weight of their strongest edge.

    Parameters
    ----------
    n_accounts : int
        Length of the result.
    edges : Edges
        The network.
    considered : int64 array
        Accounts that the method looked at: 0 without an edge, all others NaN.

    Examples
    --------
    >>> one = Edges(first=np.array([0]), second=np.array([1]), weight=np.array([0.5]))
    >>> strongest(4, one, np.array([0, 1, 2]))
    array([0.5, 0.5, 0. , nan])
    """
    score = np.full(n_accounts, np.nan)
    score[considered] = 0.0
    return raised(score, edges)


def outcome(score: Real, edges: Edges, group: Codes) -> Outcome:
    """Say it in the form that all methods answer in, edges by (first, second)."""
    rows = ordered(edges)
    return Outcome(
        score=score,
        first=rows.first,
        second=rows.second,
        weight=rows.weight,
        group=group,
    )
