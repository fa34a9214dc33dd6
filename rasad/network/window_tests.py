"""What both null models say of pairs in one trace and window."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.network.multiplicity import NO_EVIDENCE
from rasad.network.spread import spread_tail
from rasad.null_models.tails import poisson_tail

LONGEST_ALONE_S = 600
"""Longest window in which null model J may count alone, where T cannot be tested."""

MARGIN = 1.5
"""How many times as often as J expects two could co-act, where J counts against T: the
gate lets it be wrong by as much."""

CONTRADICTED = 0.5
"""p-value of T above which J does not count alone."""


@dataclass(frozen=True, kw_only=True)
class WindowTests:
    """Tests of pairs in one trace and window.

    `key` is account_a x n_accounts + account_b, ascending. `p_value` is null model J's,
    `p_timing` T's (NaN: not testable); `trusted` says whether the calibration gate let
    the tests of this trace and window pass, `alone` that J counts without T, with
    ordinary pairs spread as `shape` says; see `fit_shape`.
    """

    trace: int
    window_s: int
    trusted: bool
    alone: bool
    shape: float
    key: NDArray[np.int64]
    n_first: NDArray[np.int64]
    sessions: NDArray[np.int64]
    expected: NDArray[np.float64]
    expected_timing: NDArray[np.float64]
    p_value: NDArray[np.float64]
    p_timing: NDArray[np.float64]
    e_value: NDArray[np.float64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]

    def __getitem__(self, at: Any) -> WindowTests:
        """Return the tests of some of the pairs."""
        arrays = {name: getattr(self, name)[at] for name in ARRAYS}
        return replace(self, **arrays)

    @property
    def p_both(self) -> NDArray[np.float64]:
        """Return one p-value of both nulls; see `both_together`."""
        return self.without(0)

    def without(self, removed: int) -> NDArray[np.float64]:
        """Return `p_both` with some occasions taken away; what chance gives stays.

        Tails without them are Poisson ones, no smaller than exact ones above the mean.
        """
        if not removed:
            chance, timing, left = self.p_value, self.p_timing, self.sessions
        else:
            left = np.maximum(self.sessions - removed, 0)
            chance = poisson_tail(left, self.expected)
            timing = poisson_tail(left, np.nan_to_num(self.expected_timing))
            timing[np.isnan(self.p_timing)] = np.nan
        both = both_together(chance, timing, self.window_s)
        if self.alone:
            alone = spread_tail(left, MARGIN * self.expected, self.shape)
            alone[timing > CONTRADICTED] = NO_EVIDENCE
            both = np.minimum(both, alone)
        return both


ARRAYS = [
    item.name
    for item in fields(WindowTests)
    if item.name not in ("trace", "window_s", "trusted", "alone", "shape")
]
"""What has one entry per pair."""


def both_together(
    p_value: NDArray[np.float64], p_timing: NDArray[np.float64], window_s: int
) -> NDArray[np.float64]:
    """Return the larger of both nulls' p-values, at most 1/2.

    Parameters
    ----------
    p_value, p_timing : float64 arrays
        Null model J's, and T's with NaN where it cannot be tested: J's counts then. In
        a window above `LONGEST_ALONE_S` J alone cannot tell shared interest from slow
        coordination, and says nothing either way.
    window_s : int
        The window in seconds.

    Examples
    --------
    >>> both_together(np.array([0.01, 0.01]), np.array([0.2, np.nan]), 60)
    array([0.2 , 0.01])
    """
    both = np.minimum(np.fmax(p_value, p_timing), NO_EVIDENCE)
    if window_s > LONGEST_ALONE_S:
        both[np.isnan(p_timing)] = NO_EVIDENCE
    return both
