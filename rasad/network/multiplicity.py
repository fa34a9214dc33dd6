"""Many pairs, several tests each: corrected p-values, e-values, combined tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

NO_EVIDENCE = 0.5
"""Largest p-value that combinations count: a test that shows nothing adds nothing.

With p = 1 it would drown all others, and leaving it out would reward choosing the best.
"""

RATIOS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""How many times as often as chance an e-value bets that a pair co-acts."""

LARGEST_E = 1e300
"""Larger e-values are given as this one: it is not infinite."""


def benjamini_hochberg(p: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    """Return q-values over m tests of which only these can be small.

    Parameters
    ----------
    p : float64 array
        The p-values that were computed; all other tests have p = 1.
    m : int
        All tests, at least `len(p)`.

    Notes
    -----
    Benjamini and Hochberg (1995). Pairs that never co-act need not be enumerated: a
    p-value of one changes no smaller one's q-value except through m.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04]), 4)
    array([0.04, 0.08])
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * m / np.arange(1, len(p) + 1)
    q = np.empty(len(p), np.float64)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def benjamini_yekutieli(p: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    """Return q-values that hold however the tests depend on each other.

    Parameters
    ----------
    p : float64 array
        The p-values that were computed; all other tests have p = 1.
    m : int
        All tests, at least `len(p)`.

    Notes
    -----
    Benjamini and Yekutieli (2001): q-values of Benjamini and Hochberg times
    1 + 1/2 + ... + 1/m, which is digamma(m + 1) + Euler's constant.

    Examples
    --------
    >>> benjamini_yekutieli(np.array([0.01, 0.04]), 4).round(4)
    array([0.0833, 0.1667])
    """
    harmonic = digamma(m + 1.0) + np.euler_gamma
    return np.asarray(np.minimum(benjamini_hochberg(p, m) * harmonic, 1.0), np.float64)


def e_value(
    observed: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the evidence of each pair as a bet that chance does not win on average.

    Parameters
    ----------
    observed : int64 array
        Co-actions of each pair.
    expected : float64 array
        How many chance gives.

    Returns
    -------
    float64 array
        The mean over r in `RATIOS` of r^observed exp(-expected (r - 1)), at most
        `LARGEST_E`.

    Notes
    -----
    If the count is a sum of independent chances p_o, its r^S has the expectation
    product of 1 + p_o (r - 1), at most exp(mu (r - 1)) with mu the sum of chances: each
    term, and so their mean, has an expectation of at most one. It holds too where
    `expected` is more than mu, and for the Poisson distribution. By Markov's
    inequality, 1 / e is a p-value.

    Examples
    --------
    >>> e_value(np.array([0, 1, 4]), np.array([0.0, 0.5, 0.5])).round(2).tolist()
    [1.0, 0.34, 32.42]
    """
    total = np.full(len(observed), -np.inf)
    for ratio in RATIOS:
        bet = observed * np.log(ratio) - expected * (ratio - 1.0)
        np.logaddexp(total, bet, out=total)
    total -= np.log(len(RATIOS))
    return np.asarray(np.exp(np.minimum(total, np.log(LARGEST_E))), np.float64)


def e_benjamini_hochberg(
    e: NDArray[np.float64], m: int, alpha: float
) -> NDArray[np.bool_]:
    """Mark the discoveries among m tests of which only these can be large.

    Parameters
    ----------
    e : float64 array
        The e-values that were computed; all other tests have at most e = 1.
    m : int
        All tests, at least `len(e)`.
    alpha : float
        Largest share of false discoveries on average, below one.

    Notes
    -----
    Wang and Ramdas (2022): the k largest e-values, with the largest k for which the
    k-th is at least m / (alpha k). It holds however the tests depend on each other.
    A test that was left out could never be marked: m / (alpha k) is more than one.

    Examples
    --------
    >>> e_benjamini_hochberg(np.array([45.0, 1.0, 50.0]), 4, 0.05).tolist()
    [True, False, True]
    """
    order = np.argsort(-e, kind="stable")
    rank = np.arange(1, len(e) + 1)
    enough = np.flatnonzero(e[order] >= m / (alpha * rank))
    found = np.zeros(len(e), np.bool_)
    found[order[: enough.max(initial=-1) + 1]] = True
    return found


def cauchy_statistic(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return tan((1/2 - p) pi), without losing small p-values to rounding.

    Examples
    --------
    >>> cauchy_statistic(np.array([0.25, 0.5])).round(3)
    array([1., 0.])
    """
    clipped = np.minimum(p, NO_EVIDENCE)
    return np.asarray(1.0 / np.tan(np.pi * clipped), np.float64)


def cauchy_tail(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return P(Cauchy >= mean), accurate far out.

    Examples
    --------
    >>> float(cauchy_tail(np.array([1.0]))[0])
    0.25
    """
    return np.asarray(np.arctan2(1.0, mean) / np.pi, np.float64)


def cauchy_combination(p: NDArray[np.float64]) -> float:
    """Combine tests of one hypothesis into one p-value, however they depend.

    Parameters
    ----------
    p : float64 array
        Above zero; NaN where a test had no opportunity to show anything: it is left
        out. One in which nothing was seen (p = 1) counts as `NO_EVIDENCE`.

    Returns
    -------
    float
        NaN where no test had an opportunity.

    Notes
    -----
    Liu and Xie (2020): the mean of Cauchy statistics is nearly Cauchy far out. Here
    none is negative, so that the mean of k independent ones is larger by
    (ln k + 1) / pi, the drift of one-sided stable variables; it is taken off.

    Examples
    --------
    >>> round(cauchy_combination(np.array([0.01, 0.9, np.nan])), 4)
    0.0207
    """
    known = p[~np.isnan(p)]
    if len(known) == 0:
        return float("nan")
    k = len(known)
    drift = (np.log(k) + (k > 1)) / np.pi
    mean = cauchy_statistic(known).mean() - drift
    return float(cauchy_tail(np.array([mean]))[0])
