"""From many tests per pair to one, corrected over every pair that was possible."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.config import Validation
from rasad.network.multiplicity import (
    NO_EVIDENCE,
    benjamini_hochberg,
    benjamini_yekutieli,
    cauchy_statistic,
    cauchy_tail,
)
from rasad.network.spread import spread_tail
from rasad.null_models.tails import poisson_tail

FEWEST_OBJECTS = 2
"""Objects that a candidate shares at least: one co-action is never remarkable."""

LONGEST_ALONE_S = 600
"""Longest window in which null model J may count alone, where T cannot be tested."""

MARGIN = 1.5
"""How many times as often as J expects two could co-act, where J counts against T: the
gate lets it be wrong by as much."""

CONTRADICTED = 0.5
"""p-value of T above which J does not count alone."""

MOST_CANDIDATES = 500
"""Pairs to rank where none stands out; more than a person will look at."""


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


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """All tested pairs, ascending by key; see table `pair`.

    `best` points into the tests given to `combine` (-1 where none was used); `grade` is
    a place in `GRADES`. `candidate` marks the strongest pairs where none is kept.
    """

    key: NDArray[np.int64]
    p_value: NDArray[np.float64]
    p_timing: NDArray[np.float64]
    q_value: NDArray[np.float64]
    e_value: NDArray[np.float64]
    n_first: NDArray[np.int64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]
    n_tests: NDArray[np.int64]
    best: NDArray[np.int64]
    kept: NDArray[np.bool_]
    candidate: NDArray[np.bool_]
    grade: NDArray[np.int32]


GRADES = ("none", "shared_interest", "slow", "closed_ring", "tight")
"""Grades, by their number in `Pairs.grade`."""


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """Sums over a pair's tests, by the pair's place.

    `untold` is `total` as if the user had said nothing of strata in long windows.
    `timed` marks pairs that null model T could test in some window, `untimed` counts
    the windows in which they co-act and it could not.
    """

    total: NDArray[np.float64]
    untold: NDArray[np.float64]
    timing: NDArray[np.float64]
    timed: NDArray[np.bool_]
    untimed: NDArray[np.int64]
    long: NDArray[np.float64]
    e_value: NDArray[np.float64]


def correct(
    p: NDArray[np.float64], m: int, settings: Validation
) -> NDArray[np.float64]:
    """Return q-values over m tests, by the method that the settings name."""
    if settings.dependence:
        return benjamini_yekutieli(p, m)
    return benjamini_hochberg(p, m)


def combine(
    tests: list[WindowTests], eligible: NDArray[np.bool_], settings: Validation
) -> Pairs:
    """Combine the tests of each pair and correct over all possible pairs.

    Parameters
    ----------
    tests : list of WindowTests
        In the order of traces and windows.
    eligible : bool array of (n_traces, n_accounts)
        Who could be tested where.
    settings : Validation
        What a kept pair has to reach.

    Notes
    -----
    Cauchy combination (Liu and Xie 2020) with equal weights over every trace in which
    both accounts are eligible and every trusted window. A test in which nothing was
    seen says nothing either way: it counts with p = 1/2, which adds nothing to the sum
    and one to the number of tests. Leaving it out would reward choosing the best test;
    p = 1 would drown all others.
    """
    trusted = [place for place, test in enumerate(tests) if test.trusted]
    # Where no test is trusted, all of them rank, and nothing is kept.
    used = trusted or list(range(len(tests)))
    key = _all_keys(tests)
    chosen_tests = [tests[place] for place in used]
    n_tests = _count_tests(key, eligible, chosen_tests)
    sums, n = _add_up(key, tests, used, settings), len(key)
    best = _best(key, tests, used)
    tested = int(eligible.any(axis=0).sum()) if eligible.size else 0
    m = tested * (tested - 1) // 2
    many = np.maximum(n_tests, 1)
    p_value = cauchy_tail(sums.total / many)
    q_value = correct(p_value, m, settings)
    chosen = _of_best(key, tests, best)
    alone = np.isnan(chosen["p_timing"])
    kept = (q_value <= settings.q) & (chosen["lift_low"] >= settings.lift)
    kept &= (best >= 0) & bool(trusted)
    untold = q_value
    if any(test.alone for test in chosen_tests):
        untold = correct(cauchy_tail(sums.untold / many), m, settings)
    short = [t for t in chosen_tests if t.window_s <= settings.longest_window_s]
    n_timed = _count_tests(key, eligible, short) - sums.untimed
    p_timing = cauchy_tail(sums.timing / np.maximum(n_timed, 1))
    p_timing[~sums.timed] = np.nan
    seen = np.where(chosen["lift"] > 1, chosen["n_first"], 0).astype(np.int64)
    return Pairs(
        key=key,
        p_value=p_value,
        p_timing=p_timing,
        q_value=q_value if trusted else np.full(n, np.nan),
        e_value=sums.e_value / many,
        n_first=chosen["n_first"].astype(np.int64),
        lift=chosen["lift"],
        lift_low=chosen["lift_low"],
        n_tests=n_tests,
        best=best,
        kept=kept,
        candidate=_candidates(key, p_value, seen, kept),
        grade=_grade(
            kept,
            kept & (untold > settings.q),
            p_timing,
            cauchy_tail(sums.long),
            alone,
            m,
            settings,
        )
        if trusted
        else np.zeros(n, np.int32),
    )


def _all_keys(tests: list[WindowTests]) -> NDArray[np.int64]:
    """Return every pair once, ascending; a stable sort merges what is sorted."""
    parts = [test.key for test in tests] or [np.zeros(0, np.int64)]
    key = np.sort(np.concatenate(parts), kind="stable")
    return key[np.r_[True, key[1:] != key[:-1]]] if len(key) else key


def _add_up(
    key: NDArray[np.int64],
    tests: list[WindowTests],
    used: list[int],
    settings: Validation,
) -> _Sums:
    n = len(key)
    total, untold, timing, long, e_value = (np.zeros(n) for _ in range(5))
    timed, untimed = np.zeros(n, np.bool_), np.zeros(n, np.int64)
    for place in used:
        test = tests[place]
        at = np.searchsorted(key, test.key)
        known = ~np.isnan(test.p_timing)
        lasting = test.window_s > settings.longest_window_s
        evidence = cauchy_statistic(test.p_both)
        total[at] += evidence
        if test.alone and lasting:
            evidence = cauchy_statistic(replace(test, alone=False).p_both)
        untold[at] += evidence
        counts = known | (test.window_s <= LONGEST_ALONE_S)
        e_value[at[counts]] += test.e_value[counts]
        if lasting:
            long[at] = np.maximum(long[at], cauchy_statistic(test.p_value))
            continue
        timing[at[known]] += cauchy_statistic(test.p_timing[known])
        timed[at[known]] = True
        untimed[at[~known]] += 1
    return _Sums(
        total=total,
        untold=untold,
        timing=timing,
        timed=timed,
        untimed=untimed,
        long=long,
        e_value=e_value,
    )


def _best(
    key: NDArray[np.int64], tests: list[WindowTests], used: list[int]
) -> NDArray[np.int64]:
    """Return the place of each pair's smallest p-value among the tests, -1 for none."""
    best = np.full(len(key), -1, np.int64)
    smallest = np.full(len(key), np.inf)
    for place in used:
        test = tests[place]
        at = np.searchsorted(key, test.key)
        better = test.p_both < smallest[at]
        smallest[at[better]] = test.p_both[better]
        best[at[better]] = place
    return best


BEST = ("n_first", "lift", "lift_low", "p_timing")
"""What is said of a pair's best test."""


def _of_best(
    key: NDArray[np.int64], tests: list[WindowTests], best: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Return what each pair's best test says of its effect."""
    chosen = {name: np.zeros(len(key)) for name in BEST}
    for place, test in enumerate(tests):
        at = np.flatnonzero(best == place)
        there = np.searchsorted(test.key, key[at])
        for name, values in chosen.items():
            values[at] = getattr(test, name)[there]
    return chosen


def _grade(
    kept: NDArray[np.bool_],
    told: NDArray[np.bool_],
    p_timing: NDArray[np.float64],
    p_long: NDArray[np.float64],
    alone: NDArray[np.bool_],
    m: int,
    settings: Validation,
) -> NDArray[np.int32]:
    """Return what the tests of each pair mean together, a place in `GRADES`.

    `told` marks pairs that only J in long windows keeps, by the user's word that strata
    tell interests apart, `alone` those whose best test J makes alone.
    """
    known = np.flatnonzero(~np.isnan(p_timing))
    timed = np.zeros(len(kept), np.bool_)
    timed[known] = correct(p_timing[known], m, settings) <= settings.q
    long = correct(p_long, m, settings) <= settings.q
    grade = np.zeros(len(kept), np.int32)
    grade[long] = GRADES.index("shared_interest")
    grade[timed & ~kept] = GRADES.index("slow")
    grade[kept] = GRADES.index("slow")
    grade[kept & alone] = GRADES.index("closed_ring")
    grade[told] = GRADES.index("shared_interest")
    grade[kept & timed] = GRADES.index("tight")
    return grade


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
    key: NDArray[np.int64], eligible: NDArray[np.bool_], used: list[WindowTests]
) -> NDArray[np.int64]:
    """Return how many tests each pair could have shown something in."""
    n = max(eligible.shape[1], 1)
    first, second = key // n, key % n
    counts = np.zeros(len(key), np.int64)
    for trace, able in enumerate(eligible):
        windows = sum(test.trace == trace for test in used)
        counts += windows * (able[first] & able[second])
    return counts
