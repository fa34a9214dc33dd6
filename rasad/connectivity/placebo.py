"""Dates on which nothing happened, to hold an event against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rasad.connectivity.expectation import DAY, WEEK, Bool, Int, Real, enough_history

WANTED = 200
"""Placebo dates from which the strictest matching is used."""

MOST = 1_000
"""More dates are thinned evenly; they would overlap each other."""

SEASON = 45 * DAY
YEAR = 365 * DAY + 6
"""A season is 45 days before or after, of any year, in hours."""

FRIDAY = 1
"""Hour-of-epoch days count from a Thursday."""

TIERS = (
    "the same weekday, hour and season",
    "the same weekday and hour",
    "the same hour, working days or weekends alike",
    "the same hour",
    "any hour",
)
"""How dates can be matched to an event, the strictest first."""


@dataclass(frozen=True)
class Placebos:
    """Onsets on which nothing is known to have happened.

    Parameters
    ----------
    onset : ndarray of int64, shape (b,)
        Hours, ascending.
    matched : str
        How they are like the event, one of `TIERS`.
    apart : int
        How many windows there are that do not overlap each other.
    """

    onset: Int
    matched: str
    apart: int


def placebos(
    event: int, hours: int, known: Bool, quiet: Bool, start_hour: int
) -> Placebos:
    """Choose placebo dates for an event.

    Parameters
    ----------
    event, hours : int
        Hour with which the event begins, and its length.
    known : ndarray of bool, shape (n,)
        Hours that may be learned from.
    quiet : ndarray of bool, shape (n,)
        Hours that a placebo window may hold: known ones of the event's territory.
    start_hour : int
        Hours from 1970 to the first hour.

    Returns
    -------
    Placebos
        Of the strictest tier with 200 dates, else of all there are.

    Examples
    --------
    >>> known = np.ones(60 * 168, np.bool_)
    >>> known[5_000:5_024] = False
    >>> found = placebos(5_000, 24, known, known, 0)
    >>> len(found.onset), found.apart, found.matched
    (230, 230, 'the same hour, working days or weekends alike')
    """
    onset = _free(hours, quiet)
    onset = onset[enough_history(known, onset)]
    name, chosen = _strictest(onset, event, start_hour)
    step = max(-(-len(chosen) // MOST), 1)
    return Placebos(chosen[::step], name, _apart(chosen, hours))


def _strictest(onset: Int, event: int, start_hour: int) -> tuple[str, Int]:
    """Return the strictest tier with enough dates, else the last, and its dates."""
    for name, alike in _alike(event + start_hour):
        chosen = onset[alike(onset + start_hour)]
        if len(chosen) >= WANTED:
            return name, chosen
    return TIERS[-1], onset


def _free(hours: int, quiet: Bool) -> Int:
    """Return onsets of windows that hold quiet hours alone."""
    if len(quiet) < hours:
        return np.zeros(0, np.int64)
    loud = np.concatenate(([0], np.cumsum(~quiet)))
    return np.flatnonzero(loud[hours:] == loud[:-hours]).astype(np.int64)


def _alike(event: int) -> list[tuple[str, Callable[[Int], Bool]]]:
    """Return, for each tier, what tells dates that are like the event.

    Examples
    --------
    >>> [bool(alike(np.array([7 * 24]))[0]) for _, alike in _alike(0)]
    [True, True, True, True, True]
    """

    def hour(at: Int) -> Bool:
        return np.asarray((at - event) % DAY == 0)

    def weekday(at: Int) -> Bool:
        return np.asarray((at - event) % WEEK == 0)

    def season(at: Int) -> Bool:
        away = (at - event) % YEAR
        return np.asarray(weekday(at) & (np.minimum(away, YEAR - away) <= SEASON))

    def kind(at: Int) -> Bool:
        return np.asarray(hour(at) & (_weekend(at) == _weekend(np.array([event]))))

    def every(at: Int) -> Bool:
        return np.ones(len(at), np.bool_)

    return list(zip(TIERS, (season, weekday, kind, hour, every), strict=True))


def _weekend(at: Int) -> Bool:
    """Tell which hours lie on Friday to Sunday: weekends differ between countries."""
    return np.asarray((at // DAY - FRIDAY) % 7 < 3)


def _apart(onset: Int, hours: int) -> int:
    """Count windows that do not overlap, from the first one on."""
    n, free = 0, -1
    for at in onset.tolist():
        if at >= free:
            n, free = n + 1, at + hours
    return n


def placebo_p(value: float, others: Real, apart: int) -> float:
    """Return how rarely a placebo is as low as a value.

    Parameters
    ----------
    value : float
        Of the event.
    others : ndarray of float64, shape (b,)
        Of the placebo dates.
    apart : int
        How many of their windows do not overlap.

    Notes
    -----
    Methods reference, section 5.3: ``p = (1 + #) / (1 + B)``. Windows that overlap are
    not so many observations; ``B`` is the number that do not, and ``#`` the share of
    all that are as low, times ``B``.

    Examples
    --------
    >>> placebo_p(-1.0, np.array([-2.0, 0.0, 0.1, 0.2]), 4)
    0.4
    """
    share = float((others <= value).mean()) if len(others) else 1.0
    return (1 + share * apart) / (1 + apart)


def calibrated(p: float) -> float:
    """Return the e-value of a p-value.

    Notes
    -----
    ``e = (1 - p + p ln p) / (p (ln p)^2)``, the mixture over all power calibrators
    ``k p^(k-1)``, ``0 < k < 1`` (Vovk and Wang 2021). Above one half it is one half,
    its value at 1: how near to 1 a p-value is would tell who stayed on.

    Examples
    --------
    >>> round(calibrated(0.001), 1), calibrated(0.9)
    (20.8, 0.5)
    """
    if p > 0.5:
        return 0.5
    log = float(np.log(p))
    return float((1 - p + p * log) / (p * log**2))
