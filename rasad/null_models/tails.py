"""How surprising a count is: tails of Poisson and Poisson-binomial distributions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from rasad.kernels.tails import points, upper_tails
from rasad.null_models.parts import between

SMALLEST_P = 1e-300
"""Tails below this are printed as this; nothing depends on how much below."""


def poisson_tail(
    observed: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return P(Poisson(expected) >= observed), never below `SMALLEST_P`.

    An upper bound of the Poisson-binomial tail where `observed` is at least
    `expected` + 1 (Hoeffding 1956), hence conservative there.

    Examples
    --------
    >>> poisson_tail(np.array([1]), np.array([0.5])).round(6)
    array([0.393469])
    """
    tail = np.ones(len(observed), np.float64)
    some = observed > 0
    tail[some] = gammainc(observed[some].astype(np.float64), expected[some])
    return np.maximum(tail, SMALLEST_P)


def poisson_binomial_tail(
    observed: NDArray[np.int64],
    start: NDArray[np.int64],
    chances: NDArray[np.float64],
    threads: int = 1,
) -> NDArray[np.float64]:
    """Return P(X >= observed) of sums X of independent trials with unequal chances.

    Parameters
    ----------
    observed : int64 array of m
        Successes to reach; zero and less are reached for certain.
    start : int64 array of m + 1
        Chances `start[k]` up to `start[k + 1]` belong to sum k.
    chances : float64 array of start[m]
        The chance of each trial; beyond 0 and 1 they count as 0 and 1.
    threads : int
        How many to use; the digits do not depend on it.

    Returns
    -------
    float64 array of m
        Between `SMALLEST_P` and 1.

    Notes
    -----
    Exact convolution, to 4e-16 x trials, where there are at most 200 trials, at most
    100 successes to reach or at most 100 failures to spare. Elsewhere the saddlepoint
    of Lugannani and Rice (1980) with Daniels's (1987) first continuity correction; its
    relative error is below 1 / (10 K''), with K'' the variance tilted to the count, and
    where K'' is below 25 the convolution is used again.

    References: H. E. Daniels, "Tail probability approximations", International
    Statistical Review 55, 1987; R. W. Butler, "Saddlepoint approximations with
    applications", Cambridge 2007, section 1.2.5.

    Examples
    --------
    >>> start, chances = np.array([0, 2, 5]), np.array([0.5, 0.5, 0.1, 0.2, 0.3])
    >>> poisson_binomial_tail(np.array([2, 1]), start, chances).round(3).tolist()
    [0.25, 0.496]
    """
    tail = _over_threads(upper_tails, observed, start, chances, threads)
    return np.clip(tail, SMALLEST_P, 1.0)


def poisson_binomial_point(
    observed: NDArray[np.int64],
    start: NDArray[np.int64],
    chances: NDArray[np.float64],
    threads: int = 1,
) -> NDArray[np.float64]:
    """Return P(X = observed), by which a p-value is randomised.

    Parameters and method are those of `poisson_binomial_tail`. What is approximated is
    the difference of two tails: below the mean, where both are near one, it is right to
    1e-16 and no further. Impossible counts have chance zero.

    Examples
    --------
    >>> start, chances = np.array([0, 2]), np.array([0.5, 0.5])
    >>> poisson_binomial_point(np.array([1]), start, chances)
    array([0.5])
    """
    return _over_threads(points, observed, start, chances, threads)


def _over_threads(
    kernel: Callable[..., None],
    observed: NDArray[np.int64],
    start: NDArray[np.int64],
    chances: NDArray[np.float64],
    threads: int,
) -> NDArray[np.float64]:
    """Run a kernel over parts of about equally many chances."""
    out = np.zeros(len(observed), np.float64)
    shares = np.linspace(0, start[-1], 16 * threads + 1)
    parts = np.searchsorted(start, shares)
    parts[0], parts[-1] = 0, len(observed)

    def work(at: slice) -> None:
        begin = start[at.start : at.stop + 1]
        kernel(observed[at], begin, chances, out[at])

    between(work, parts, threads)
    return out
