"""How many tests should fail now: a service's own past, and the others' present."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betaln, expit, logit

from rasad.connectivity.episodes import LEAST_TESTS
from rasad.connectivity.series import Int, Real, Series, failed_share

LEVEL, ERRORS = 14, 56
"""Measurements of which the level is the median, and from which errors are learnt."""

FEWEST = 14
"""Measurements of history before anything is said."""

LONGEST_MEMORY = 14
"""Steps within which errors may depend on each other."""

MARGIN = 2.0
"""How much errors are taken to share, over what they are seen to."""

MANY = 3
"""Controls from which their median counts, and not the least of them."""


@dataclass(frozen=True)
class Rates:
    """Failed tests out of all, where enough were made.

    Parameters
    ----------
    series : Series
        With reading *anomalies* and numbers of tests.
    places : ndarray of int64, shape (m,)
        Where in the series each of them stands.
    failed, tests : ndarray of float64, shape (m,)
        Counts.
    """

    series: Series
    places: Int
    failed: Real
    tests: Real

    @property
    def share(self) -> Real:
        """Shares of failed tests, a half of a test away from 0 and 1."""
        return np.asarray((self.failed + 0.5) / (self.tests + 1))

    @property
    def times_us(self) -> Int:
        """Begin of each measurement."""
        return self.series.times_us[self.places]

    @cached_property
    def off(self) -> Real:
        """How far each log odds is from the median of those before it.

        NaN where fewer than `FEWEST` stand before. Each series is a control of many.
        """
        every = odds(self.share)
        found = np.full(len(every), np.nan)
        for place in range(FEWEST, len(every)):
            found[place] = every[place] - np.median(every[place - LEVEL : place])
        return found


def rates(series: Series) -> Rates:
    """Return the counts of a series of failed tests.

    Parameters
    ----------
    series : Series
        Its values are shares or counts of failed tests, `out_of` numbers of tests.

    Returns
    -------
    Rates
        Measurements of fewer than 30 tests are left out: they tell nothing.

    Raises
    ------
    ValueError
        If it is no series of failed tests with their number.

    Examples
    --------
    >>> series = Series("IR", "", "ooni", "dns", "anomalies", 1, np.arange(3),
    ...     np.array([0.5, 0.2, 0.9]), out_of=np.array([100.0, 100.0, 10.0]))
    >>> rates(series).failed.tolist()
    [50.0, 20.0]
    >>> flat = Series("IR", "", "ooni", "dns", "anomalies", 1, np.arange(20),
    ...     np.full(20, 0.5), out_of=np.full(20, 99.0))
    >>> rates(flat).off[[0, 19]].tolist()
    [nan, 0.0]
    """
    if series.reading != "anomalies" or series.out_of is None:
        raise ValueError(f"{series.metric} counts no failed tests")
    tests = series.out_of
    with np.errstate(invalid="ignore"):
        failed = np.rint(failed_share(series) * tests)
        told = np.isfinite(failed) & (tests >= LEAST_TESTS) & (failed <= tests)
    places = np.flatnonzero(told)
    return Rates(series, places, failed[places], tests[places])


@dataclass(frozen=True)
class Ordinary:
    """What a measurement would be without a block.

    Parameters
    ----------
    odds : float
        Logarithm of the odds that a test fails.
    clumping : float
        How alike tests of one measurement are, 0 to 1: the correlation of a
        beta-binomial distribution.
    """

    odds: float
    clumping: float

    def log_likelihood(self, failed: float, tests: float, shift: Real) -> Real:
        """Return the logarithm of the chance of a count, if odds rise by so much.

        The part that does not depend on the odds is left out.

        Examples
        --------
        >>> ordinary = Ordinary(odds=0.0, clumping=0.01)
        >>> found = ordinary.log_likelihood(50.0, 100.0, np.array([0.0, 2.0]))
        >>> bool(found[0] > found[1])
        True
        """
        both = (1 - self.clumping) / self.clumping
        a = expit(self.odds + shift) * both
        b = both - a
        return np.asarray(betaln(failed + a, tests - failed + b) - betaln(a, b))


def ordinary(level: float, errors: Real, tests: Real, shift: float) -> Ordinary:
    """Return what is to be expected of one measurement.

    Parameters
    ----------
    level : float
        Median of the last log odds.
    errors, tests : ndarray of float64, shape (m,)
        How far earlier log odds were from their level, and numbers of tests.
    shift : float
        How far the controls are from theirs now.

    Notes
    -----
    The variance of log odds is that of counting, 1 / (n p (1 - p)), and the rest; the
    rest is robust (median absolute deviation) and makes the clumping, as
    rho = p (1 - p) tau^2.

    Examples
    --------
    >>> round(ordinary(0.0, np.array([-0.4, 0.4] * 9), np.full(18, 1e6), 0.0).clumping,
    ...     2)
    0.09
    """
    p = float(expit(level))
    spread = 1.4826 * float(np.median(np.abs(errors - np.median(errors))))
    counting = float(np.median(1 / (tests * p * (1 - p))))
    rest = max(spread**2 - counting, 0.0)
    clumping = float(np.clip(p * (1 - p) * rest, 1e-4, 0.5))
    return Ordinary(level + max(shift, 0.0), clumping)


def memory(errors: Real) -> int:
    """Return for how many steps errors go on depending on each other, at least 1.

    Notes
    -----
    Integrated autocorrelation time, 1 + 2 x the sum of autocorrelations up to the first
    that is not positive; what exceeds 1 counts twice, because a level that is read off
    the same errors hides half of what they share.

    Examples
    --------
    >>> memory(np.tile([1.0, -1.0], 20)), memory(np.repeat([1.0, -1.0, 1.0, -1.0], 10))
    (1, 11)
    """
    centred = np.clip(errors - np.median(errors), *_fences(errors))
    whole = float(centred @ centred)
    total = 1.0
    for lag in range(1, min(LONGEST_MEMORY, len(errors) // 2)):
        shared = float(centred[lag:] @ centred[:-lag]) / whole if whole else 0.0
        if shared <= 0:
            break
        total += 2 * shared
    return int(min(np.ceil(MARGIN * total - (MARGIN - 1)), LONGEST_MEMORY))


def _fences(errors: Real) -> tuple[float, float]:
    """Bound what single wild days can say of how days depend on each other."""
    wide = 4 * 1.4826 * float(np.median(np.abs(errors - np.median(errors))))
    return -max(wide, 1e-9), max(wide, 1e-9)


def odds(share: Real) -> Real:
    """Return the logarithm of odds."""
    return np.asarray(logit(share))


def common_shift(times_us: Int, controls: Sequence[Rates]) -> tuple[Real, Int]:
    """Return how far the controls are from their own past at some moments.

    Parameters
    ----------
    times_us : ndarray of int64, shape (m,)
        The moments.
    controls : sequence of Rates
        Others that the same faults of the instrument would hit.

    Returns
    -------
    shift : ndarray of float64, shape (m,)
        Median over the controls; the least where they are fewer than three; 0 without.
    n : ndarray of int64, shape (m,)
        How many told anything.
    """
    told = np.full((max(len(controls), 1), len(times_us)), np.nan)
    for row, control in enumerate(controls):
        _, here, there = np.intersect1d(times_us, control.times_us, return_indices=True)
        told[row, here] = control.off[there]
    n = np.isfinite(told).sum(axis=0)
    filled = np.where(np.isfinite(told), told, np.inf)
    ordered = np.sort(filled, axis=0)
    middle = ordered[np.maximum((n - 1) // 2, 0), np.arange(len(times_us))]
    shift = np.where(n >= MANY, middle, ordered[0])
    return np.where(n > 0, shift, 0.0), n
