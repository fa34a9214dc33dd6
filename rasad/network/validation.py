"""From many tests per pair to one, corrected over every pair that was possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_EVIDENCE = 0.999
"""p-value of a test in which a pair could have shown something and showed nothing.

One would make the Cauchy combination minus infinity, whatever the other tests say.
"""


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


FEWEST_OBJECTS = 2
"""Objects that a candidate shares at least: one co-action is never remarkable."""

MOST_CANDIDATES = 500
"""Pairs to rank where none stands out; more than a person will look at."""


@dataclass(frozen=True, kw_only=True)
class WindowTests:
    """Tests of pairs in one trace and window.

    `key` is account_a x n_accounts + account_b, ascending; `combined` says whether the
    window is short enough for its test to keep a pair.
    """

    trace: int
    window_s: int
    combined: bool
    key: NDArray[np.int64]
    n_first: NDArray[np.int64]
    p_value: NDArray[np.float64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]
    q_value: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """All tested pairs, ascending by key; see table `pair`.

    `best` points into the tests given to `combine` (-1 where no short window showed
    anything); `slow` marks pairs that stand out in a long window; `candidate` marks the
    strongest pairs where none is kept.
    """

    key: NDArray[np.int64]
    p_value: NDArray[np.float64]
    q_value: NDArray[np.float64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]
    n_tests: NDArray[np.int64]
    best: NDArray[np.int64]
    kept: NDArray[np.bool_]
    candidate: NDArray[np.bool_]
    slow: NDArray[np.bool_]


def combine(
    tests: list[WindowTests],
    eligible: NDArray[np.bool_],
    short_windows: NDArray[np.int64],
    largest_q: float,
    smallest_lift: float,
) -> Pairs:
    """Combine the tests of each pair and correct over all possible pairs.

    Parameters
    ----------
    tests : list of WindowTests
        In the order of traces and windows.
    eligible : bool array of (n_traces, n_accounts)
        Who could be tested where.
    short_windows : int64 array of n_traces
        How many windows of each trace are combined.
    largest_q, smallest_lift : float
        What a kept pair has to reach.

    Notes
    -----
    Cauchy combination (Liu and Xie 2020) with equal weights over every eligible trace
    and combined window. A test in which both accounts were eligible and nothing was
    seen counts with p = 0.999: leaving it out would reward choosing the best test.
    """
    n = eligible.shape[1]
    key = np.unique(np.concatenate([test.key for test in tests] or [np.zeros(0, int)]))
    n_tests = _count_tests(key, eligible, short_windows)
    silent = float(cauchy_statistic(np.array([1.0]))[0])
    total = n_tests * silent
    best_p = np.full(len(key), np.inf)
    best = np.full(len(key), -1, np.int64)
    n_first = np.zeros(len(key), np.int64)
    lift = np.zeros(len(key))
    low = np.zeros(len(key))
    slow = np.zeros(len(key), np.bool_)
    for place, test in enumerate(tests):
        at = np.searchsorted(key, test.key)
        if not test.combined:
            stands_out = (test.q_value <= largest_q) & (test.lift_low >= smallest_lift)
            slow[at] |= stands_out
            continue
        total[at] += cauchy_statistic(test.p_value) - silent
        better = test.p_value < best_p[at]
        chosen = at[better]
        best_p[chosen] = test.p_value[better]
        best[chosen] = place
        n_first[chosen] = test.n_first[better]
        lift[chosen] = test.lift[better]
        low[chosen] = test.lift_low[better]
    mean = np.divide(total, n_tests, out=np.full(len(key), silent), where=n_tests > 0)
    p_value = cauchy_tail(mean)
    tested = int(eligible.any(axis=0).sum()) if n else 0
    q_value = benjamini_hochberg(p_value, tested * (tested - 1) // 2)
    kept = (q_value <= largest_q) & (low >= smallest_lift) & (best >= 0)
    return Pairs(
        key=key,
        p_value=p_value,
        q_value=q_value,
        lift=lift,
        lift_low=low,
        n_tests=n_tests,
        best=best,
        kept=kept,
        candidate=_candidates(key, p_value, np.where(lift > 1, n_first, 0), kept),
        slow=slow & ~kept,
    )


def _candidates(
    key: NDArray[np.int64],
    p_value: NDArray[np.float64],
    n_first: NDArray[np.int64],
    kept: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Mark what to look at first where no pair is kept."""
    candidate = np.zeros(len(key), np.bool_)
    if not kept.any():
        several = np.flatnonzero(n_first >= FEWEST_OBJECTS)
        order = np.lexsort((key[several], p_value[several]))
        candidate[several[order[:MOST_CANDIDATES]]] = True
    return candidate


def _count_tests(
    key: NDArray[np.int64],
    eligible: NDArray[np.bool_],
    short_windows: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return how many tests each pair could have shown something in."""
    n = max(eligible.shape[1], 1)
    first, second = key // n, key % n
    counts = np.zeros(len(key), np.int64)
    for able, windows in zip(eligible, short_windows, strict=True):
        counts += windows * (able[first] & able[second])
    return counts
