"""From many tests per pair to one, corrected over every pair that was possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Validation
from rasad.network.multiplicity import (
    benjamini_hochberg,
    benjamini_yekutieli,
    cauchy_statistic,
    cauchy_tail,
)
from rasad.network.window_tests import LONGEST_ALONE_S, WindowTests

FEWEST_OBJECTS = 2
"""Objects that a candidate shares at least: one co-action is never remarkable."""

MOST_CANDIDATES = 500
"""Pairs to rank where none stands out; more than a person will look at."""


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

    def __getitem__(self, at: slice) -> Pairs:
        """Return some of the pairs."""
        names = [item.name for item in fields(self)]
        return Pairs(**{name: getattr(self, name)[at] for name in names})


GRADES = ("none", "shared_interest", "slow", "closed_ring", "tight")
"""Grades, by their number in `Pairs.grade`."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Which tests of a trace and window there are."""

    trace: int
    window_s: int
    trusted: bool
    alone: bool


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

    @classmethod
    def of(cls, n: int) -> _Sums:
        """Return sums over no test of n pairs."""
        return cls(
            total=np.zeros(n),
            untold=np.zeros(n),
            timing=np.zeros(n),
            timed=np.zeros(n, np.bool_),
            untimed=np.zeros(n, np.int64),
            long=np.zeros(n),
            e_value=np.zeros(n),
        )

    def add(
        self,
        at: NDArray[np.int64],
        test: WindowTests,
        p_both: NDArray[np.float64],
        settings: Validation,
    ) -> None:
        """Add the tests of one window, whose pairs have the places `at`."""
        known = ~np.isnan(test.p_timing)
        lasting = test.window_s > settings.longest_window_s
        evidence = cauchy_statistic(p_both)
        self.total[at] += evidence
        if test.alone and lasting:
            evidence = cauchy_statistic(replace(test, alone=False).p_both)
        self.untold[at] += evidence
        counts = known | (test.window_s <= LONGEST_ALONE_S)
        self.e_value[at[counts]] += test.e_value[counts]
        if lasting:
            self.long[at] = np.maximum(self.long[at], cauchy_statistic(test.p_value))
            return
        self.timing[at[known]] += cauchy_statistic(test.p_timing[known])
        self.timed[at[known]] = True
        self.untimed[at[~known]] += 1


@dataclass(frozen=True, kw_only=True)
class _Best:
    """What each pair's test with the smallest p-value says, by the pair's place.

    `place` is that test's among all, -1 where there is none.
    """

    place: NDArray[np.int64]
    p_both: NDArray[np.float64]
    n_first: NDArray[np.int64]
    lift: NDArray[np.float64]
    lift_low: NDArray[np.float64]
    p_timing: NDArray[np.float64]

    @classmethod
    def of(cls, n: int) -> _Best:
        """Return what is known of n pairs before any test."""
        return cls(
            place=np.full(n, -1, np.int64),
            p_both=np.full(n, np.inf),
            n_first=np.zeros(n, np.int64),
            lift=np.zeros(n),
            lift_low=np.zeros(n),
            p_timing=np.zeros(n),
        )

    def hold(
        self,
        at: NDArray[np.int64],
        test: WindowTests,
        p_both: NDArray[np.float64],
        place: int,
    ) -> None:
        """Hold on to the tests of one window where they are better than any before."""
        better = p_both < self.p_both[at]
        here = at[better]
        self.p_both[here], self.place[here] = p_both[better], place
        self.n_first[here] = test.n_first[better]
        self.lift[here] = test.lift[better]
        self.lift_low[here] = test.lift_low[better]
        self.p_timing[here] = test.p_timing[better]


def correct(
    p: NDArray[np.float64], m: int, settings: Validation
) -> NDArray[np.float64]:
    """Return q-values over m tests, by the method that the settings name."""
    if settings.dependence:
        return benjamini_yekutieli(p, m)
    return benjamini_hochberg(p, m)


def combine(
    tests: Sequence[WindowTests], eligible: NDArray[np.bool_], settings: Validation
) -> Pairs:
    """Combine the tests of each pair and correct over all possible pairs.

    Parameters
    ----------
    tests : sequence of WindowTests
        In the order of traces and windows; gone through twice, one after the other.
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
    key, asked = _asked(tests)
    trusted = [place for place, one in enumerate(asked) if one.trusted]
    # Where no test is trusted, all of them rank, and nothing is kept.
    used = trusted or list(range(len(tests)))
    n, chosen_tests = len(key), [asked[place] for place in used]
    n_tests = _count_tests(key, eligible, chosen_tests)
    sums, best = _Sums.of(n), _Best.of(n)
    for place in used:
        test = tests[place]
        at, p_both = np.searchsorted(key, test.key), test.p_both
        sums.add(at, test, p_both, settings)
        best.hold(at, test, p_both, place)
    tested = int(eligible.any(axis=0).sum()) if eligible.size else 0
    m = tested * (tested - 1) // 2
    many = np.maximum(n_tests, 1)
    p_value = cauchy_tail(sums.total / many)
    q_value = correct(p_value, m, settings)
    alone = np.isnan(best.p_timing)
    kept = (q_value <= settings.q) & (best.lift_low >= settings.lift)
    kept &= (best.place >= 0) & bool(trusted)
    untold = q_value
    if any(one.alone for one in chosen_tests):
        untold = correct(cauchy_tail(sums.untold / many), m, settings)
    short = [t for t in chosen_tests if t.window_s <= settings.longest_window_s]
    n_timed = _count_tests(key, eligible, short) - sums.untimed
    p_timing = cauchy_tail(sums.timing / np.maximum(n_timed, 1))
    p_timing[~sums.timed] = np.nan
    seen = np.where(best.lift > 1, best.n_first, 0)
    return Pairs(
        key=key,
        p_value=p_value,
        p_timing=p_timing,
        q_value=q_value if trusted else np.full(n, np.nan),
        e_value=sums.e_value / many,
        n_first=best.n_first,
        lift=best.lift,
        lift_low=best.lift_low,
        n_tests=n_tests,
        best=best.place,
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


def _asked(tests: Sequence[WindowTests]) -> tuple[NDArray[np.int64], list[_Asked]]:
    """Return every pair once, ascending, and which tests there are."""
    key = np.zeros(0, np.int64)
    asked: list[_Asked] = []
    for test in tests:
        asked.append(
            _Asked(
                trace=test.trace,
                window_s=test.window_s,
                trusted=test.trusted,
                alone=test.alone,
            )
        )
        # A stable sort merges what is sorted.
        key = np.sort(np.concatenate([key, test.key]), kind="stable")
        key = key[np.r_[True, key[1:] != key[:-1]]] if len(key) else key
    return key, asked


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
    key: NDArray[np.int64], eligible: NDArray[np.bool_], used: list[_Asked]
) -> NDArray[np.int64]:
    """Return how many tests each pair could have shown something in."""
    n = max(eligible.shape[1], 1)
    first, second = key // n, key % n
    counts = np.zeros(len(key), np.int64)
    for trace, able in enumerate(eligible):
        windows = sum(test.trace == trace for test in used)
        counts += windows * (able[first] & able[second])
    return counts
