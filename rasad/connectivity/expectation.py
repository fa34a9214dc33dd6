"""How many accounts of an aggregate would have been active, hour by hour.

A negative-binomial regression with a logarithmic link on the days before an onset: one
effect for every hour of the week, and a trend that is followed up to the onset and held
there. All windows are fitted at once, because placebo dates need hundreds of fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

DAY, WEEK = 24, 168
WEEKS = 4
HISTORY = WEEKS * WEEK
"""Hours before an onset from which is learned: 28 days."""

LEAST_HISTORY = 14 * DAY
"""Known hours below which nothing is expected: the answer is *insufficient*."""

TREND_SD = 0.5
"""Standard deviation, a priori, of the change of the logarithm in 28 days."""

LEAST = 0.05
"""Account-hours in 28 days that are expected of an aggregate that never acts."""

ROUNDS = 8
AT_ONCE = 64
"""Windows fitted in one go: what they need stays near the processor."""

BOUNDS = 0.0025, 1.0
"""Least and largest variance of what an hour of the week has of its own."""


@dataclass(frozen=True)
class Windows:
    """Stretches of hours in rows of counts, each with the days before it.

    Parameters
    ----------
    counts : ndarray of float64, shape (s, n)
        Active accounts in every hour, one row per aggregate.
    known : ndarray of bool, shape (n,)
        Hours that may be learned from: no outage, no gap in the collection.
    row : ndarray of int64, shape (b,)
        Row of counts of each window.
    onset : ndarray of int64, shape (b,)
        Hour with which each window begins.
    hours : int
        Length of all windows.
    """

    counts: Real
    known: Bool
    row: Int
    onset: Int
    hours: int

    def part(self, places: slice) -> Windows:
        """Return some of the windows."""
        row, onset = self.row[places], self.onset[places]
        return Windows(self.counts, self.known, row, onset, self.hours)

    def seen(self) -> Real:
        """Return the sum of counts in each window, shape (b,)."""
        sums = np.pad(np.cumsum(self.counts, axis=1), ((0, 0), (1, 0)))
        whole = sums[self.row, self.onset + self.hours] - sums[self.row, self.onset]
        return np.asarray(whole, np.float64)


def enough_history(known: Bool, onset: Int) -> Bool:
    """Tell which onsets have at least 14 known days among the 28 before them.

    Parameters
    ----------
    known : ndarray of bool, shape (n,)
        Hours that may be learned from.
    onset : ndarray of int64, shape (b,)
        Hours.

    Examples
    --------
    >>> enough_history(np.ones(1_000, np.bool_), np.array([335, 336])).tolist()
    [False, True]
    """
    sums = np.concatenate(([0], np.cumsum(known)))
    first = np.maximum(onset - HISTORY, 0)
    return np.asarray(sums[onset] - sums[first] >= LEAST_HISTORY, np.bool_)


def expected(windows: Windows) -> Real:
    """Return how many accounts were to be expected, summed over each window.

    Parameters
    ----------
    windows : Windows
        Every onset must have enough history.

    Returns
    -------
    ndarray of float64, shape (b,)
        Account-hours.

    Notes
    -----
    Methods reference, section 5.3. For hour ``t`` before the onset, of hour of the
    week ``h``: ``y ~ NB(mu, alpha)``, ``log mu = a_h + b t``, ``t`` in units of 28 days
    and nought at the onset. The ``a_h`` are pulled to the product of an effect of the
    hour and one of the day, as strongly as the data say that they follow it, and ``b``
    to nought. Fisher scoring; the dispersion ``alpha`` by moments.

    Examples
    --------
    >>> counts = np.tile(10.0 + np.arange(168) % 24, 5)[None]
    >>> known, zero = np.ones(840, np.bool_), np.zeros(1, np.int64)
    >>> sums = expected(Windows(counts, known, zero, zero + 672, 24))
    >>> bool(abs(sums[0] / counts[0, 672:696].sum() - 1) < 0.01)
    True
    """
    return np.asarray(hourly(windows).sum(axis=1), np.float64)


def hourly(windows: Windows) -> Real:
    """Return what was to be expected in each hour of each window, shape (b, hours)."""
    n = len(windows.onset)
    parts = [_levels(windows.part(slice(i, i + AT_ONCE))) for i in range(0, n, AT_ONCE)]
    levels = np.concatenate(parts) if parts else np.zeros((0, WEEK))
    return np.asarray(levels[:, np.arange(windows.hours) % WEEK], np.float64)


def _levels(windows: Windows) -> Real:
    """Return the expectation at the onset for each hour of the week, shape (b, 168)."""
    place = windows.onset[:, None] - HISTORY + np.arange(HISTORY)
    inside = place >= 0
    place = np.maximum(place, 0)
    shape = (len(windows.onset), WEEKS, WEEK)
    known = (windows.known[place] & inside).reshape(shape).astype(np.float64)
    seen = windows.counts[windows.row[:, None], place].reshape(shape) * known
    fit = _Fit(seen, known)
    for turn in range(ROUNDS):
        fit.improve()
        if turn in (1, 4):
            fit.disperse()
    return np.exp(fit.level)


class _Fit:
    """The regression of many windows, each of four weeks.

    Parameters
    ----------
    seen, known : ndarray of float64, shape (b, 4, 168)
        Counts, and 1 where there is one.
    """

    def __init__(self, seen: Real, known: Real) -> None:
        self.seen, self.known = seen, known
        # The middle of each hour, in units of 28 days, nought at the onset.
        hours = np.arange(HISTORY).reshape(1, WEEKS, WEEK) + 0.5
        self.time = hours / HISTORY - 1
        self.trend = np.zeros(len(seen))
        self.alpha = np.zeros(len(seen))
        self.spread = np.full(len(seen), 0.05)
        self.level = np.log(self._additive())

    def improve(self) -> None:
        """Take one step of Fisher scoring."""
        mean = self._mean()
        pull = 1 / self.spread[:, None]
        weight = mean / (1 + self.alpha[:, None, None] * mean)
        rest = (self.seen - mean) * self.known * weight / np.maximum(mean, 1e-300)
        slope = rest.sum(axis=1) - pull * (self.level - np.log(self._additive()))
        bend = weight.sum(axis=1) + pull
        shared = (weight * self.time).sum(axis=1)
        along = (rest * self.time).sum(axis=(1, 2)) - self.trend / TREND_SD**2
        steep = (weight * self.time**2).sum(axis=(1, 2)) + 1 / TREND_SD**2
        free = steep - (shared**2 / bend).sum(axis=1)
        turn = np.clip((along - (shared * slope / bend).sum(axis=1)) / free, -1, 1)
        self.trend = self.trend + turn
        step = (slope - shared * turn[:, None]) / bend
        self.level = self.level + np.clip(step, -2, 2)

    def disperse(self) -> None:
        """Set the dispersion, and how much hours of the week have of their own."""
        mean = self._mean()
        weight = mean / (1 + self.alpha[:, None, None] * mean)
        held = weight.sum(axis=1)
        used = (held / (held + 1 / self.spread[:, None])).sum(axis=1) + 1
        n = self.known.sum(axis=(1, 2))
        squares = ((self.seen - mean) ** 2 * self.known).sum(axis=(1, 2))
        squares *= n / np.maximum(n - used, 1)
        whole = (mean**2).sum(axis=(1, 2))
        self.alpha = np.maximum(
            (squares - mean.sum(axis=(1, 2))) / np.maximum(whole, 1e-9), 0
        )
        self._spread_out()

    def _spread_out(self) -> None:
        """Set the variance of hours of the week around the product of hour and day."""
        plain = self._additive()[:, None] * self._growth()
        noise = plain.sum(axis=1)
        noise += self.alpha[:, None] * (plain**2).sum(axis=1)
        apart = (self.seen.sum(axis=1) - plain.sum(axis=1)) ** 2 - noise
        squares = (plain.sum(axis=1) ** 2).sum(axis=1)
        ratio = apart.sum(axis=1) / np.maximum(squares, 1e-9)
        self.spread = np.clip(ratio, *BOUNDS)

    def _mean(self) -> Real:
        return np.asarray(np.exp(self.level)[:, None] * self._growth())

    def _growth(self) -> Real:
        """Return what the trend makes of a level, nought where nothing is known."""
        return np.asarray(np.exp(self.trend[:, None, None] * self.time) * self.known)

    def _additive(self) -> Real:
        """Return levels that are an effect of the hour times one of the day.

        Either is pulled to the level of all, by half an account.
        """
        shape = (len(self.seen), 7, DAY)
        seen = self.seen.sum(axis=1).reshape(shape)
        lasted = self._growth().sum(axis=1).reshape(shape)
        whole = (seen.sum(axis=(1, 2)) + LEAST) / np.maximum(lasted.sum(axis=(1, 2)), 1)
        level = whole[:, None]
        hour = (seen.sum(axis=1) + 0.5) / (lasted.sum(axis=1) + 0.5 / level)
        day = (seen.sum(axis=2) + 0.5) / (lasted.sum(axis=2) + 0.5 / level)
        both = day[:, :, None] * hour[:, None, :] / whole[:, None, None]
        return np.asarray(both.reshape(len(seen), WEEK))
