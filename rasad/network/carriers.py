"""What carries a kept pair: which trace, at which timescale, on how many objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.network.edges import or_none
from rasad.network.halves import TracePairs
from rasad.network.multiplicity import cauchy_statistic, cauchy_tail
from rasad.network.pair_tests import found_among, timing_model
from rasad.network.window_tests import WindowTests
from rasad.null_models.opportunity import suspicion
from rasad.null_models.timing import ChosenPairs

MOST_REMOVED = 1_000
"""Objects to take away at most when asking how fragile a pair or group is."""


def trace_statistics(
    key: NDArray[np.int64],
    tests: Sequence[WindowTests],
    n_traces: int,
    removed: int = 0,
) -> NDArray[np.float64]:
    """Return each trace's sum of Cauchy statistics, shape (n_traces, n_pairs).

    Parameters
    ----------
    key : int64 array
        Pairs, ascending.
    tests : list of WindowTests
        Tests that count.
    n_traces : int
        Traces of the run.
    removed : int
        Objects to take away from each test first. What chance would give stays, so that
        the answer is on the safe side.
    """
    sums = np.zeros((n_traces, len(key)))
    for test in tests:
        place, there = found_among(key, test.key)
        p_value = test[there].without(removed)
        sums[test.trace, place] += cauchy_statistic(p_value)
    return sums


def fragility(
    key: NDArray[np.int64],
    tests: Sequence[WindowTests],
    n_tests: NDArray[np.int64],
    n_traces: int,
    limit: float,
) -> NDArray[np.int64]:
    """Return how many objects each pair can lose before its p-value exceeds the limit.

    Parameters
    ----------
    key : int64 array
        Kept pairs, ascending.
    tests : list of WindowTests
        Tests that count.
    n_tests : int64 array
        Tests that were combined, by pair.
    n_traces : int
        Traces of the run.
    limit : float
        Largest p-value of a kept pair.

    Notes
    -----
    An object taken away is missing from every window and every trace. Tails without it
    are Poisson ones, which are no smaller than the exact ones above their mean.
    """
    removed = np.zeros(len(key), np.int64)
    alive = np.arange(len(key))
    for step in range(1, MOST_REMOVED + 1):
        if len(alive) == 0:
            break
        sums = trace_statistics(key[alive], tests, n_traces, removed=step).sum(axis=0)
        removed[alive] = step
        alive = alive[cauchy_tail(sums / n_tests[alive]) <= limit]
    return removed


def ablation(
    key: NDArray[np.int64],
    tests: Sequence[WindowTests],
    able: NDArray[np.int64],
    limit: float,
) -> list[dict[str, Any]]:
    """Return what each trace contributes to each pair, by places in `key`.

    Parameters
    ----------
    key : int64 array
        Pairs, ascending.
    tests : list of WindowTests
        Tests that count.
    able : int64 array of (n_traces, n_pairs)
        Tests of each trace in which both accounts could show something.
    limit : float
        Largest p-value of a kept pair.
    """
    sums = trace_statistics(key, tests, len(able))
    total, many = sums.sum(axis=0), able.sum(axis=0)
    whole = cauchy_tail(total / np.maximum(many, 1))
    rows = []
    for trace, place in zip(*np.nonzero(able), strict=True):
        others = many[place] - able[trace, place]
        without = np.delete(sums[:, place], trace).sum()
        p_without = float(cauchy_tail(without / others)) if others else None
        lost = p_without is None or p_without > limit
        rows.append(
            {
                "place": int(place),
                "trace": int(trace),
                "p_alone": float(cauchy_tail(sums[trace, place] / able[trace, place])),
                "p_without": p_without,
                "carries": bool(whole[place] <= limit and lost),
            }
        )
    return rows


def narrowed(tests: Sequence[WindowTests], key: NDArray[np.int64]) -> list[WindowTests]:
    """Return tests without the pairs whose keys are not among the given ones.

    Parameters
    ----------
    tests : sequence of WindowTests
        Gone through once, one after the other.
    key : int64 array
        Pairs, ascending.
    """
    return [test[found_among(key, test.key)[1]] for test in tests]


def spectrum(
    chosen: NDArray[np.int64],
    trace: TracePairs,
    tested: Sequence[tuple[WindowTests, ChosenPairs]],
    settings: Settings,
    threads: int,
) -> list[dict[str, Any]]:
    """Return null model T of chosen pairs for each stretch of the spectrum.

    Parameters
    ----------
    chosen : int64 array
        Keys of the pairs, ascending.
    trace : TracePairs
        The trace.
    tested : sequence of (WindowTests, ChosenPairs)
        The tests of its windows, and the pairs that may be left out of T's background.
    settings, threads
        Settings of the run; threads to use.
    """
    rows = []
    n = len(trace.actions.stratum)
    for test, aside in tested:
        places, there = found_among(chosen, test.key)
        if len(there) == 0:
            continue
        few = test[there]
        pairs = ChosenPairs(
            first=(few.key // n).astype(np.int32),
            second=(few.key % n).astype(np.int32),
            share=suspicion(few.n_first, few.expected),
        )
        for stretch in settings.timing.spectrum_s:
            model = timing_model(settings, stretch)
            timed = model.fit(trace.actions, test.window_s, aside)
            met = timed.meetings(pairs, threads)
            rows += [
                {
                    "place": int(place),
                    "window_s": test.window_s,
                    "jitter_s": stretch,
                    "n_shared": int(met.shared[at]),
                    "n_close": int(met.observed[at]),
                    "expected": float(met.expected[at]),
                    "p_timing": or_none(met.p_value[at]),
                }
                for at, place in enumerate(places)
            ]
    return rows
