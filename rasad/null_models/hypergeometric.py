"""The classic time-blind test of shared objects, kept beside ours for comparison.

Two accounts that used k_a and k_b of N objects share at least x of them with
probability P(X >= x), X hypergeometric. Objects count as equally popular and always
available, which is wrong wherever people react to events; see the page on this method.

Reference: M. Tumminello, S. Micciche, F. Lillo, J. Piilo, R. N. Mantegna,
"Statistically validated networks in bipartite complex systems", PLoS ONE 6(3), 2011.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

SMALLEST = 1e-300
"""A smaller p-value is given as this one: it is not zero."""

PRECISION = 1e-17
"""Terms below this fraction of the sum no longer matter."""


@dataclass(frozen=True, kw_only=True)
class Hypergeometric:
    """Null model of statistically validated networks.

    Examples
    --------
    Both accounts used 2 of 4 objects, the same two: one chance in six.

    >>> shared, degree = np.array([2]), np.array([2])
    >>> Hypergeometric().p_values(shared, degree, degree, 4).round(4).tolist()
    [0.1667]
    """

    name: str = "hypergeometric"
    title: str = "Shared objects, time ignored"
    assumption: str = (
        "Every account picks its objects at random among all objects of the trace, "
        "whatever their popularity, language and time."
    )

    def p_values(
        self,
        shared: NDArray[Any],
        degree_a: NDArray[Any],
        degree_b: NDArray[Any],
        n_units: int,
    ) -> NDArray[np.float64]:
        """Return the chance of sharing at least as many objects.

        Parameters
        ----------
        shared : ndarray of integers, shape (n,)
            Objects that both accounts used.
        degree_a, degree_b : ndarray of integers, shape (n,)
            Objects that each used.
        n_units : int
            Objects of the trace.

        Returns
        -------
        ndarray of float64, shape (n,)
            P(X >= shared), between 1e-300 and 1.

        Raises
        ------
        ValueError
            If an account shares more objects than it used, or used more than there are.

        Notes
        -----
        Sums the terms of the smaller tail from its largest one on, each from the one
        before; equal triples are computed once. Relative error is about 1e-16 times
        `n_units`.
        """
        few, many = np.minimum(degree_a, degree_b), np.maximum(degree_a, degree_b)
        possible = (shared >= 0) & (shared <= few) & (many <= n_units)
        if not np.all(possible & (few + many - shared <= n_units)):
            raise ValueError("shared and degrees contradict each other")
        triples = np.stack([shared, few, many]).astype(np.int64)
        distinct, place = np.unique(triples, axis=1, return_inverse=True)
        p_values = _upper_tail(distinct[0], distinct[1], distinct[2], n_units)
        return p_values[place.ravel()]


def _upper_tail(
    x: NDArray[np.int64], few: NDArray[np.int64], many: NDArray[np.int64], n: int
) -> NDArray[np.float64]:
    """Sum whichever tail falls away from x, and turn it round if it is the lower."""
    upper = x * n > few * many
    start = np.where(upper, x, x - 1)
    log_term = _log_probability(np.maximum(start, 0), few, many, n)
    tail = np.exp(log_term + np.log(_relative_sum(start, few, many, n, upper)))
    tail[start < 0] = 0.0  # nothing lies below zero shared objects
    return np.clip(np.where(upper, tail, 1 - tail), SMALLEST, 1.0)


def _log_choose(n: NDArray[Any], k: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(-np.log1p(n) - betaln(n - k + 1, k + 1))


def _log_probability(
    x: NDArray[np.int64], few: NDArray[np.int64], many: NDArray[np.int64], n: int
) -> NDArray[np.float64]:
    """Return log P(X = x); impossible values below the support give -inf."""
    rest = np.maximum(few - x, 0)
    possible = rest <= n - many
    rest = np.minimum(rest, n - many)
    log_ways = _log_choose(many, x) + _log_choose(n - many, rest)
    return np.where(possible, log_ways - _log_choose(np.array(n), few), -np.inf)


def _relative_sum(
    start: NDArray[np.int64],
    few: NDArray[np.int64],
    many: NDArray[np.int64],
    n: int,
    upper: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the tail from the first term on, in units of that term."""
    total = np.ones(len(start))
    term = (start >= 0).astype(np.float64)
    y = start.astype(np.float64)
    step = np.where(upper, 1.0, -1.0)
    rows = np.arange(len(start))
    while len(rows):
        ratio = _ratio(y, few[rows], many[rows], n, step > 0)
        term = term * ratio
        total[rows] += term
        going = term > PRECISION * total[rows]
        rows, term, y, step = rows[going], term[going], (y + step)[going], step[going]
    return total


def _ratio(
    y: NDArray[np.float64],
    few: NDArray[np.int64],
    many: NDArray[np.int64],
    n: int,
    upper: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return P(X = y + 1) / P(X = y) or, downwards, P(X = y - 1) / P(X = y)."""
    free = n - few - many + y
    up = np.where(upper, (few - y) * (many - y), y * free)
    down = np.where(upper, (y + 1) * (free + 1), (few - y + 1) * (many - y + 1))
    return np.maximum(up, 0) / down
