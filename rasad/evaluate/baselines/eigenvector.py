"""Eigenvector centrality: an account counts by the accounts that it is tied to."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.contest import Real

STEPS = 1_000
TOLERANCE = 1e-10


def centrality(n_accounts: int, edges: Edges, *, weighted: bool = False) -> Real:
    """Return the leading eigenvector of a network, of length 1.

    Parameters
    ----------
    n_accounts : int
        Length of the result.
    edges : Edges
        The network.
    weighted : bool
        Whether weights count; every edge counts 1 otherwise.

    Returns
    -------
    float64 array of (n_accounts,)
        Not negative; zeros if there are no edges.

    Notes
    -----
    x = Ax / lambda (Bonacich 1987), by the power method on A + I, which has the same
    eigenvectors and does not swing to and fro on a network of two sides. It starts from
    equal shares, so that of several parts of the network with equal eigenvalues none is
    preferred. What lies outside the leading part goes to 0. It stops when a step moves
    nothing by more than 1e-10, or after a thousand.

    Examples
    --------
    >>> star = Edges(first=np.array([0, 0]), second=np.array([1, 2]),
    ...              weight=np.ones(2))
    >>> centrality(4, star).round(4)
    array([0.7071, 0.5   , 0.5   , 0.    ])
    """
    if not len(edges):
        return np.zeros(n_accounts)
    tied = np.unique(np.concatenate([edges.first, edges.second]))
    a, b = np.searchsorted(tied, edges.first), np.searchsorted(tied, edges.second)
    value = edges.weight if weighted else np.ones(len(edges))
    half = coo_array((value, (a, b)), shape=(len(tied), len(tied))).tocsr()
    whole = (half + half.T).tocsr()
    share = np.full(len(tied), len(tied) ** -0.5)
    for _ in range(STEPS):
        moved = share + whole @ share
        moved /= np.linalg.norm(moved)
        still = np.abs(moved - share).max() < TOLERANCE
        share = moved
        if still:
            break
    found = np.zeros(n_accounts)
    found[tied] = share
    return found
