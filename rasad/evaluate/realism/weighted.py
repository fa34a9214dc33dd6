"""Single numbers that sum up a distribution whose values carry weights.

Every function takes values in ascending order and a weight for each. A weight of two
counts like a value that is there twice, so a bootstrap needs new weights and no new
values. Without weight the answer is NaN, never a made-up number.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Codes = NDArray[np.int64]
Statistic = Callable[[Real, Real], float]

DAY_HOURS = 24
NIGHT_HOURS = 6
"""Length of the quietest part of a day, in hours."""

WEEK_DAYS = 7
REST_DAYS = 2
MONTHS = 3
"""Busiest calendar months that count as one wave."""


def mean(values: Real, weights: Real) -> float:
    """Return the mean.

    Examples
    --------
    >>> mean(np.array([1.0, 4.0]), np.array([2.0, 1.0]))
    2.0
    """
    total = weights.sum()
    return float(values @ weights / total) if total > 0 else float("nan")


def quantile(share: float) -> Statistic:
    """Return the statistic: smallest value at or below which `share` of the weight is.

    Examples
    --------
    >>> quantile(0.5)(np.array([1.0, 2.0, 9.0]), np.ones(3))
    2.0
    """

    def statistic(values: Real, weights: Real) -> float:
        reached = np.cumsum(weights)
        if not len(reached) or reached[-1] <= 0:
            return float("nan")
        # Rounding must not push the last value out of reach.
        place = np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))
        return float(values[min(int(place), len(values) - 1)])

    return statistic


def quantile_ratio(high: float, low: float) -> Statistic:
    """Return the statistic: one quantile over another, NaN if the lower is nought."""
    upper, lower = quantile(high), quantile(low)

    def statistic(values: Real, weights: Real) -> float:
        below = lower(values, weights)
        return upper(values, weights) / below if below > 0 else float("nan")

    return statistic


def gini(values: Real, weights: Real) -> float:
    """Return Gini's coefficient of concentration: 0 all alike, towards 1 one has all.

    Examples
    --------
    >>> round(gini(np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4)), 2)
    0.75
    """
    people, held = _lorenz(values, weights)
    if held is None:
        return float("nan")
    return float(1 - np.sum(np.diff(people) * (held[1:] + held[:-1])))


def top_share(share: float) -> Statistic:
    """Return the statistic: what part of the whole the largest `share` of values hold.

    Notes
    -----
    One minus the Lorenz curve at `1 - share`, straight between its points.

    Examples
    --------
    >>> top_share(0.25)(np.array([1.0, 1.0, 1.0, 7.0]), np.ones(4))
    0.7
    """

    def statistic(values: Real, weights: Real) -> float:
        people, held = _lorenz(values, weights)
        if held is None:
            return float("nan")
        return round(float(1 - np.interp(1 - share, people, held)), 12)

    return statistic


def _lorenz(values: Real, weights: Real) -> tuple[Real, Real | None]:
    """Return shares of the values from below, and what they hold; None without any."""
    amount = values * weights
    if amount.sum() <= 0:
        return np.zeros(1), None
    people = np.r_[0.0, np.cumsum(weights) / weights.sum()]
    return people, np.r_[0.0, np.cumsum(amount) / amount.sum()]


def share_below(limit: float) -> Statistic:
    """Return the statistic: share of the weight of values below a limit.

    Examples
    --------
    >>> share_below(60)(np.array([0.0, 59.0, 60.0, 90.0]), np.ones(4))
    0.5
    """

    def statistic(values: Real, weights: Real) -> float:
        total = weights.sum()
        place = np.searchsorted(values, limit, "left")
        return float(weights[:place].sum() / total) if total > 0 else float("nan")

    return statistic


def share_from(limit: float) -> Statistic:
    """Return the statistic: share of the weight of values at or above a limit."""
    below = share_below(limit)
    return lambda values, weights: 1 - below(values, weights)


def share_within(limit: float, wider: float) -> Statistic:
    """Return the statistic: of what lies below `wider`, the share below `limit`.

    Examples
    --------
    >>> share_within(10, 100)(np.array([1.0, 50.0, 500.0]), np.ones(3))
    0.5
    """

    def statistic(values: Real, weights: Real) -> float:
        inside = weights[: np.searchsorted(values, wider, "left")]
        near = weights[: np.searchsorted(values, limit, "left")]
        total = inside.sum()
        return float(near.sum() / total) if total > 0 else float("nan")

    return statistic


def evenness(parts: int) -> Statistic:
    """Return the statistic: entropy over whole-numbered parts, 1 if all are alike.

    Parameters
    ----------
    parts : int
        How many there are; values lie from 0 to below it.

    Examples
    --------
    >>> hours = np.arange(24.0)
    >>> evenness(24)(hours, np.ones(24)), evenness(24)(hours[:1], np.ones(1))
    (1.0, 0.0)
    """

    def statistic(values: Real, weights: Real) -> float:
        share = shares_of(parts, values, weights)
        some = share[share > 0]
        if not len(some):
            return float("nan")
        return round(float(-(some @ np.log(some)) / np.log(parts)), 12) + 0.0

    return statistic


def quietest(parts: int, run: int) -> Statistic:
    """Return the statistic: share of the quietest `run` parts in a row of a circle.

    It does not depend on where the circle begins, so not on a time zone.

    Examples
    --------
    >>> quietest(7, 2)(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.ones(5))
    0.0
    """

    def statistic(values: Real, weights: Real) -> float:
        share = shares_of(parts, values, weights)
        return float(runs(share, run).min()) if share.any() else float("nan")

    return statistic


def shares_of(parts: int, values: Real, weights: Real) -> Real:
    """Return the share of the weight that falls into each part."""
    counts = np.bincount(values.astype(np.int64), weights, minlength=parts)
    total = counts.sum()
    return np.asarray(counts / total if total > 0 else counts, np.float64)


def runs(share: Real, run: int) -> Real:
    """Return what each `run` neighbours of a circle hold together, by the first."""
    around = np.r_[share, share[: run - 1]]
    return np.convolve(around, np.ones(run), "valid")


def busiest_months(values: Real, weights: Real) -> float:
    """Return the share that falls into the three busiest calendar months.

    Parameters
    ----------
    values : float64 array
        Days since 1970.

    Examples
    --------
    >>> busiest_months(np.array([0.0, 40.0, 70.0, 100.0]), np.ones(4))
    0.75
    """
    months = values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    counts = _by_value(months, weights)
    total = counts.sum()
    return float(np.sort(counts)[-MONTHS:].sum() / total) if total > 0 else np.nan


def on_full_days(least: int) -> Statistic:
    """Return the statistic: share of the weight on days that hold `least` or more.

    Examples
    --------
    >>> on_full_days(2)(np.array([3.0, 3.0, 8.0, 9.0]), np.ones(4))
    0.5
    """

    def statistic(values: Real, weights: Real) -> float:
        counts = _by_value(values.astype(np.int64), weights)
        total = counts.sum()
        return float(counts[counts >= least].sum() / total) if total > 0 else np.nan

    return statistic


def _by_value(values: Codes, weights: Real) -> Real:
    places = np.unique(values, return_inverse=True)[1]
    return np.asarray(np.bincount(places, weights), np.float64)


def tail_exponent(floor: float) -> Statistic:
    """Return the statistic: exponent α of a tail 1 - F(x) ~ x^-α above a floor.

    Notes
    -----
    Hill's estimator (Annals of Statistics 3, 1975) with the floor given: one over the
    mean of log(x / floor).

    Examples
    --------
    >>> round(tail_exponent(1.0)(np.exp(np.array([0.0, 0.5, 1.5])), np.ones(3)), 3)
    1.5
    """

    def statistic(values: Real, weights: Real) -> float:
        begin = np.searchsorted(values, floor, "left")
        total = weights[begin:].sum()
        if total <= 0:
            return float("nan")
        depth = float(np.log(values[begin:] / floor) @ weights[begin:])
        return float(total / depth) if depth > 0 else float("nan")

    return statistic
