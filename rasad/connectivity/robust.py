"""Statistics that a few wild values do not move, and how sure few values can be."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from rasad.connectivity.series import Real

Z = 3.29
"""Half width of the interval in standard errors; holds 999 of 1,000 normal values."""


def median_of(rows: Real) -> Real:
    """Return the median of every row without its missing values.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, m)
        NaN is missing.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where a row holds nothing.

    Examples
    --------
    >>> median_of(np.array([[1.0, np.nan, 3.0, 100.0], [np.nan] * 4])).tolist()
    [3.0, nan]
    """
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    ordered = np.sort(rows, axis=1)
    n = np.isfinite(ordered).sum(axis=1)
    every = np.arange(len(rows))
    low, high = np.maximum((n - 1) // 2, 0), np.minimum(n // 2, rows.shape[1] - 1)
    between = (ordered[every, low] + ordered[every, high]) / 2
    return np.where(n > 0, between, np.nan)


def spread_of(rows: Real) -> tuple[Real, Real]:
    """Return spread and middle of every row, missing values left out.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, m)
        Errors; NaN is missing.

    Returns
    -------
    spread : ndarray of float64, shape (n,)
        The larger of core (16th to 84th percentile) and lower tail (2nd percentile),
        as standard errors of a normal distribution; NaN where a row holds nothing.
    middle : ndarray of float64, shape (n,)
        Median by nearest rank.

    Examples
    --------
    >>> spread, median = spread_of(np.arange(-50.0, 51)[None, :])
    >>> round(float(spread[0])), float(median[0])
    (34, 0.0)
    """
    ordered = np.sort(rows, axis=1)
    n = np.isfinite(ordered).sum(axis=1)
    every = np.arange(len(rows))

    def at(share: float) -> Real:
        rank = (share * np.maximum(n - 1, 0) + 0.5).astype(np.int64)
        return np.asarray(ordered[every, rank])

    core = (at(0.84) - at(0.16)) / 2
    tail = (at(0.5) - at(0.02)) / 2.05
    return np.where(n > 0, np.maximum(core, tail), np.nan), at(0.5)


def student(n: int) -> float:
    """Return how much wider an interval from so few errors must be.

    Examples
    --------
    >>> round(student(5), 1), round(student(200), 2)
    (2.6, 1.02)
    """
    if n < 2:
        return 10.0
    return min(float(stdtrit(n - 1, 0.9995)) / Z, 10.0)


def quantum(values: Real) -> float:
    """Return the smallest step between values, at least a thousandth of their middle.

    Examples
    --------
    >>> quantum(np.array([100.0, 90.0, 80.0])), quantum(np.array([0.5, 0.50001]))
    (10.0, 0.00050000...)
    """
    seen = np.unique(values[np.isfinite(values)])
    least = 0.001 * abs(float(np.median(seen))) if len(seen) else 0.0
    # Two values are a state and its change, and say nothing of a scale.
    return max(float(np.diff(seen).min()) if len(seen) > 2 else 0.0, least, 1e-9)
