"""Aggregates of ordinary accounts that were as busy as a group before the cut."""

from __future__ import annotations

import numpy as np

from rasad.connectivity.expectation import Int, Real

DRAWS = 199
CLASSES = (8, 4, 2, 1)
"""Classes of activity that are tried, the finest first."""

SPARE = 2.0
"""Ordinary accounts of a class for each of the group, or draws would be all alike."""


def draw_controls(group: Real, pool: Real, seed: int, draws: int = DRAWS) -> Int | None:
    """Draw aggregates of ordinary accounts, each as large and as busy as a group.

    Parameters
    ----------
    group : ndarray of float64, shape (n,)
        Active hours of each member before the cut.
    pool : ndarray of float64, shape (m,)
        Active hours of each ordinary account before the cut, in a fixed order.
    seed : int
        Seed of the draws.
    draws : int
        How many.

    Returns
    -------
    ndarray of int64, shape (draws, n), or None
        Places in the pool; None where too few ordinary accounts are as busy.

    Examples
    --------
    >>> few, many = np.repeat([1.0, 9.0], 20), np.repeat([1.0, 9.0], 50)
    >>> drawn = draw_controls(few, many, 1, draws=3)
    >>> drawn.shape, [int((many[one] > 5).sum()) for one in drawn]
    ((3, 40), [20, 20, 20])
    >>> draw_controls(few, few, 1) is None
    True
    """
    for classes in CLASSES:
        inner = np.arange(1, classes) / classes
        edges = np.unique(np.quantile(group, inner, method="higher"))
        own = np.bincount(np.searchsorted(edges, group, "right"), None, len(edges) + 1)
        kind = np.searchsorted(edges, pool, "right")
        there = np.bincount(kind, None, len(edges) + 1)
        if (there >= SPARE * own).all():
            dice = np.random.default_rng([seed, *b"matched controls"])
            return np.stack([_one(kind, own, dice) for _ in range(draws)])
    return None


def _one(kind: Int, own: Int, dice: np.random.Generator) -> Int:
    """Draw one aggregate: as many accounts of each class as the group has."""
    drawn = [
        dice.choice(np.flatnonzero(kind == place), n, replace=False)
        for place, n in enumerate(own.tolist())
    ]
    return np.sort(np.concatenate(drawn))
