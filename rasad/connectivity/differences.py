"""D1 of many windows, and what it would be if all had the noise of one of them.

At night few accounts are active, and D1 scatters more than by day; so it does where it
is night for a group and day for others. A window is held against other hours or groups
only after theirs scatter as its own does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.connectivity.expectation import Bool, Int, Real, Windows, expected
from rasad.connectivity.rules import ROUNDED, rounded

HALF = ROUNDED / 2
"""Added to seen and expected, so that nobody seen is no logarithm of nought."""


@dataclass(frozen=True)
class Differences:
    """A group and its control in windows of one length.

    Parameters
    ----------
    group, control : ndarray of float64, shape (b,)
        Log R of either.
    noise : ndarray of float64, shape (b,)
        Variance of R of the group over that of its control by counting and rounding
        alone, where nothing happens.
    least : ndarray of float64, shape (b,)
        Log R of a group of which nobody was active.
    """

    group: Real
    control: Real
    noise: Real
    least: Real

    @property
    def d1(self) -> Real:
        """Difference of both."""
        return self.group - self.control

    @property
    def silent(self) -> Real:
        """D1 of a group of which nobody was active."""
        return self.least - self.control


def differences(
    group: Real, control: Real, known: Bool, onset: Int, hours: int
) -> Differences:
    """Compare groups with a control in windows that begin at given hours.

    Parameters
    ----------
    group : ndarray of float64, shape (n,) or (m, n)
        Active accounts by the hour, of one group or of several.
    control : ndarray of float64, shape (n,)
        The same of the control.
    known : ndarray of bool, shape (n,)
        Hours that may be learned from.
    onset : ndarray of int64, shape (b,)
        Hours; one, where there are several groups.
    hours : int
        Length of the windows.

    Examples
    --------
    >>> counts, known = np.full(800, 10.0), np.ones(800, np.bool_)
    >>> found = differences(counts, 20 * counts, known, np.array([700]), 24)
    >>> found.d1.round(3).tolist(), found.silent.round(1).tolist()
    ([0.0], [-4.6])
    """
    own = _counted(np.atleast_2d(group), known, onset, hours)
    others = _counted(control[None], known, onset, hours)
    n = len(own.log)
    return Differences(
        own.log,
        np.broadcast_to(others.log, n),
        own.noise + others.noise,
        log_of(np.zeros(n), own.hoped),
    )


@dataclass(frozen=True)
class _Counted:
    log: Real
    hoped: Real

    @property
    def noise(self) -> Real:
        """Variance of R by counting and by rounding."""
        return np.asarray((self.hoped + ROUNDED**2 / 12) / (self.hoped + HALF) ** 2)


def _counted(rows: Real, known: Bool, onset: Int, hours: int) -> _Counted:
    """Return log R of one row at many onsets, or of many rows at one."""
    n = max(len(rows), len(onset))
    row = np.arange(n) if len(rows) > 1 else np.zeros(n, np.int64)
    at = onset if len(onset) == n else np.full(n, onset[0])
    windows = Windows(rows, known, row, at, hours)
    hoped = expected(windows)
    return _Counted(log_of(windows.seen(), hoped), hoped)


def likened(others: Differences, one: Differences) -> Real:
    """Return D1 of other windows or groups, scattering as that of one does.

    Parameters
    ----------
    others : Differences
        Windows in which nothing happened, or groups to which nothing did, shape (b,).
    one : Differences
        The window that is held against them, shape (1,).

    Returns
    -------
    ndarray of float64, shape (b,)
        Never below what a group of which nobody was active has in that window.

    Notes
    -----
    ``x = exp(D1) - 1`` has variance ``t + v``: ``v`` is `Differences.noise`, ``t`` what
    moods and news add in any window, by the median of ``|x|`` over all of them. Each
    ``x`` is multiplied by the root of ``(t + v_one) / (t + v_other)``. Between windows
    of the same hour that is nearly one.

    Examples
    --------
    >>> def window(d1, noise):
    ...     return Differences(np.array(d1), np.zeros(len(d1)), np.array(noise),
    ...         np.full(len(d1), -3.0))
    >>> day = window([-0.1, 0.0, 0.1], [0.01, 0.01, 0.01])
    >>> likened(day, window([0.0], [0.04])).round(2).tolist()
    [-0.16, 0.0, 0.15]
    """
    apart = np.exp(others.d1) - 1
    usual = (1.4826 * float(np.median(np.abs(apart)))) ** 2
    own = max(usual - float(np.median(others.noise)), 0.0)
    scaled = 1 + apart * np.sqrt((own + one.noise) / (own + others.noise))
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(np.maximum(scaled, 0.0))
    # Not by way of exp(silent): a silence is no lower than a silence, to the last bit.
    return np.asarray(np.maximum(logs, one.silent), np.float64)


def log_of(seen: Real, hoped: Real) -> Real:
    """Return log R of sums of account-hours, each rounded before it is used."""
    return np.asarray(np.log((rounded(seen) + HALF) / (hoped + HALF)), np.float64)
