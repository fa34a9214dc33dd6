"""Compiled tails of sums of unequal chances (the Poisson-binomial distribution).

A chance of zero or less never comes true, one of one or more always does; the rest are
*open*. Only open chances are summed.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

EXACT_STATES = 100
"""States to which a sum is always convolved; more are approximated where possible.

No more are needed where there are 200 trials or fewer, so that these are always exact.
"""

SMALLEST_VARIANCE = 25.0
"""Tilted variance from which a saddlepoint is used: its error is below a tenth of 1/25.

Where a few trials decide and all others are settled there is little to approximate.
"""

FARTHEST_TILT = 700.0
"""Largest tilt in either direction; exp of more is no float."""

MOST_STEPS = 60
"""Newton steps after which a saddlepoint is given up; five are usual."""

NEAR_MEAN = 0.01
"""Standard deviations from the mean at which the formula gives way to its limit."""


@njit(cache=True, nogil=True)
def upper_tails(observed, start, chances, out):
    """Compute P(X >= observed) of the sum X of each row's independent trials.

    Rows stand alone, so any split over threads gives the same digits.

    Parameters
    ----------
    observed : int64 array of m
        Successes to reach.
    start : int64 array of m + 1
        Where each row of `chances` begins and the last one ends.
    chances : float64 array
        Chance of each trial.
    out : float64 array of m
        Receives the tails.
    """
    for k in range(len(observed)):
        out[k] = _upper_tail(observed[k], chances[start[k] : start[k + 1]])


@njit(cache=True, nogil=True)
def points(observed, start, chances, out):
    """Compute P(X = observed); see `upper_tails`."""
    for k in range(len(observed)):
        out[k] = _point(observed[k], chances[start[k] : start[k + 1]])


@njit(cache=True, nogil=True)
def _upper_tail(observed, row):
    certain, able = _split(row)
    need = observed - certain
    if need <= 0:
        return 1.0
    if need > able:
        return 0.0
    if min(need, able - need + 1) > EXACT_STATES:
        tail = saddlepoint_tail(need, able, row)
        if not math.isnan(tail):
            return tail
    return convolved(need, able, row, True)


@njit(cache=True, nogil=True)
def _point(observed, row):
    certain, able = _split(row)
    need = observed - certain
    if need < 0 or need > able:
        return 0.0
    if min(need, able - need) > EXACT_STATES:
        tail = saddlepoint_tail(need, able, row)
        above = saddlepoint_tail(need + 1, able, row)
        if not (math.isnan(tail) or math.isnan(above)):
            return max(tail - above, 0.0)
    return convolved(need, able, row, False)


@njit(cache=True, nogil=True)
def _split(row):
    """Return how many trials are certain and how many are open."""
    certain = 0
    able = 0
    for p in row:
        if p >= 1.0:
            certain += 1
        elif not p <= 0.0:
            able += 1
    return certain, able


@njit(cache=True, nogil=True)
def convolved(need, able, row, or_more):
    """Return the exact chance of `need` successes, or of that many or more.

    `missing[r]` is the chance that r successes are missing yet. Only positive terms are
    added, so that each result has a relative error of at most 4e-16 x trials however
    small it is. States that cannot occur yet or cannot end well any more are skipped.
    """
    missing = np.zeros(need + 2)
    missing[need] = 1.0
    left = able
    for p in row:
        if p <= 0.0 or p >= 1.0:
            continue
        q = 1.0 - p
        left -= 1
        missing[0] = missing[0] * (1.0 if or_more else q) + missing[1] * p
        lowest = max(1, need - (able - left))
        for r in range(lowest, min(need, left) + 1):
            missing[r] = missing[r] * q + missing[r + 1] * p
    return missing[0]


@njit(cache=True, nogil=True)
def saddlepoint_tail(need, able, row):
    """Return P(X >= need) after Lugannani and Rice, for 0 < need < able.

    With K the cumulant generating function, u the root of K'(u) = need,
    w = sign(u) sqrt(2 (u need - K(u))) and v = (1 - exp(-u)) sqrt(K''(u)),

        P = 1 - Phi(w) + phi(w) (1 / v - 1 / w),

    Daniels's first continuity correction. (His second, with need - 1/2, is a little
    nearer in the middle, and fails where chances are tiny: 1 / v falls below 1 / w^3.)
    At the mean the bracket is infinity less infinity; its limit is
    1 / (2 sqrt(K'')) - K''' / (6 K''^1.5). NaN if it cannot be relied on.
    """
    u = _tilt(need, able, row)
    if math.isnan(u):
        return math.nan
    cumulant, variance, third = _cumulants(u, row)
    if variance < SMALLEST_VARIANCE:
        return math.nan
    half_square = max(u * need - cumulant, 0.0)
    w = math.copysign(math.sqrt(2.0 * half_square), u)
    if abs(w) < NEAR_MEAN:
        bracket = 0.5 / math.sqrt(variance) - third / (6.0 * variance**1.5)
    else:
        bracket = -1.0 / (math.expm1(-u) * math.sqrt(variance)) - 1.0 / w
    density = math.exp(-half_square) / math.sqrt(2.0 * math.pi)
    tail = 0.5 * math.erfc(w / math.sqrt(2.0)) + density * bracket
    return min(max(tail, 0.0), 1.0)


@njit(cache=True, nogil=True)
def _tilt(need, able, row):
    """Return u at which the tilted mean is what is needed, or NaN.

    Newton's steps inside a bracket, for the logarithm of the odds: it is straight where
    all chances are equal.
    """
    wanted = math.log(need) - math.log(able - need)
    low, high = -FARTHEST_TILT, FARTHEST_TILT
    u = 0.0
    for _ in range(MOST_STEPS):
        if not (u > low and u < high):
            u = 0.5 * (low + high)
        mean, lacking, variance = _moments(u, row)
        if mean < need:
            low = u
        else:
            high = u
        if variance < 1e-9:
            # A flat place says nothing about where the root is: bisect.
            u = math.inf
            continue
        odds = math.log(mean) - math.log(lacking)
        step = (wanted - odds) * mean * lacking / (able * variance)
        u += step
        if abs(step) <= 1e-10 * (1.0 + abs(u)):
            return u
    return math.nan


@njit(cache=True, nogil=True)
def _moments(u, row):
    """Return K' of the open trials at u, what it lacks of their number, and K''."""
    grown = math.exp(u)
    mean, lacking, variance = 0.0, 0.0, 0.0
    for p in row:
        if p > 0.0 and p < 1.0:
            share = 1.0 / (1.0 - p + p * grown)
            hit = p * grown * share
            miss = (1.0 - p) * share
            mean += hit
            lacking += miss
            variance += hit * miss
    return mean, lacking, variance


@njit(cache=True, nogil=True)
def _cumulants(u, row):
    """Return K, K'' and K''' of the open trials at u."""
    grown = math.exp(u)
    cumulant, variance, third = 0.0, 0.0, 0.0
    for p in row:
        if p > 0.0 and p < 1.0:
            total = 1.0 - p + p * grown
            tilted = p * grown / total
            spread = tilted * (1.0 - p) / total
            cumulant += math.log(total)
            variance += spread
            third += spread * (1.0 - 2.0 * tilted)
    return cumulant, variance, third
