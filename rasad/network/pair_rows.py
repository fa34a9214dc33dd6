"""Rows of the tables of pairs: `pair`, `pair_trace` and `pair_timing`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.network.assembly import Assembly
from rasad.network.carriers import ablation, fragility, narrowed, spectrum
from rasad.network.edges import MOST_ROWS, chosen, constant
from rasad.network.multiplicity import e_benjamini_hochberg
from rasad.network.trace_analysis import TraceResult, Work
from rasad.network.validation import GRADES, Pairs
from rasad.network.waiting import Line
from rasad.network.window_tests import WindowTests


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The pairs that make up what is shown, and the tests of these alone.

    Parameters
    ----------
    key : int64 array
        The pairs, ascending.
    tests : list of lists of WindowTests
        All tests of each trace.
    largest : float
        Largest p-value of a kept pair, 0 where none is kept.
    """

    key: NDArray[np.int64]
    tests: list[list[WindowTests]]
    largest: float

    @classmethod
    def of(cls, results: list[TraceResult], pairs: Pairs, assembly: Assembly) -> Shown:
        """Read the tests of the pairs that are shown."""
        key = pairs.key[pairs.kept | assembly.supporting | assembly.candidate]
        return cls(
            key=key,
            tests=[narrowed(Line(result.tests), key) for result in results],
            largest=float(pairs.p_value[pairs.kept].max(initial=0.0)),
        )

    @property
    def used(self) -> list[WindowTests]:
        """Return the tests that count: the trusted ones, or all where none is."""
        tests = [test for trace in self.tests for test in trace]
        return [test for test in tests if test.trusted] or tests


def pair_tables(
    results: list[TraceResult],
    pairs: Pairs,
    assembly: Assembly,
    shown: Shown,
    work: Work,
) -> Iterator[pa.Table]:
    """Yield the rows of table `pair`, by account ids, some at a time."""
    n = len(pairs.key)
    lost = _fragility(len(results), pairs, shown)
    added = {
        "candidate": assembly.candidate,
        "supporting": assembly.supporting,
        "e_kept": _e_kept(results, pairs, work),
    }
    for begin in range(0, n, MOST_ROWS):
        at = slice(begin, begin + MOST_ROWS)
        marks = {name: pa.array(values[at]) for name, values in added.items()}
        marks["fragility"] = pa.array(lost[at], mask=~pairs.kept[at])
        yield pa.table(_pair_columns(results, pairs[at], work) | marks)


def _pair_columns(
    results: list[TraceResult], pairs: Pairs, work: Work
) -> dict[str, pa.Array]:
    n = len(pairs.key)
    asked = [test for result in results for test in result.asked]
    seen = pairs.best >= 0
    windows = np.array([test.window_s for test in asked] or [0], np.int32)
    carriers = np.array([test.trace for test in asked] or [0], np.int32)
    named = [result.name for result in results] or [""]
    return {
        "run_id": constant(work.run_id, n),
        **_sides(pairs.key, work),
        "p_value": pa.array(pairs.p_value),
        "p_timing": pa.array(pairs.p_timing, pa.float64(), from_pandas=True),
        "q_value": pa.array(pairs.q_value, pa.float64(), from_pandas=True),
        "e_value": pa.array(pairs.e_value),
        "lift_low": pa.array(pairs.lift_low, mask=~seen),
        "best_trace": chosen(named, carriers[pairs.best], ~seen),
        "best_window_s": pa.array(windows[pairs.best], mask=~seen),
        "n_tests": pa.array(pairs.n_tests.astype(np.int32)),
        "grade": chosen(list(GRADES), pairs.grade, None),
        "kept": pa.array(pairs.kept),
    }


def _sides(key: NDArray[np.int64], work: Work) -> dict[str, pa.Array]:
    accounts = work.people.accounts
    n = max(len(accounts), 1)
    return {
        "account_a": accounts.take(pa.array(key // n)),
        "account_b": accounts.take(pa.array(key % n)),
    }


def _fragility(n_traces: int, pairs: Pairs, shown: Shown) -> NDArray[np.int64]:
    lost = np.zeros(len(pairs.key), np.int64)
    at = np.flatnonzero(pairs.kept)
    lost[at] = fragility(
        pairs.key[at], shown.used, pairs.n_tests[at], n_traces, shown.largest
    )
    return lost


def _e_kept(results: list[TraceResult], pairs: Pairs, work: Work) -> NDArray[np.bool_]:
    """Mark the pairs that pass e-BH; none where no test is trusted."""
    if not any(test.trusted for result in results for test in result.asked):
        return np.zeros(len(pairs.key), np.bool_)
    able = np.zeros(len(work.people.accounts), np.bool_)
    for result in results:
        able |= result.eligible
    n = int(able.sum())
    level = work.settings.validation.q
    return e_benjamini_hochberg(pairs.e_value, n * (n - 1) // 2, level)


def trace_rows(
    results: list[TraceResult], shown: Shown, work: Work
) -> list[dict[str, Any]]:
    """Return the rows of table `pair_trace`: which trace carries which pair."""
    key, tests = shown.key, shown.used
    n = max(len(work.people.accounts), 1)
    able = np.zeros((len(results), len(key)), np.int64)
    for place, result in enumerate(results):
        windows = sum(test.trace == place for test in tests)
        able[place] = windows * (result.eligible[key // n] & result.eligible[key % n])
    return _named(ablation(key, tests, able, shown.largest), key, results, work)


def timing_rows(
    results: list[TraceResult], shown: Shown, work: Work
) -> list[dict[str, Any]]:
    """Return the rows of table `pair_timing`: T as a function of the stretch."""
    key, found = shown.key, []
    for place, (result, tests) in enumerate(zip(results, shown.tests, strict=True)):
        tested = list(zip(tests, result.aside, strict=True))
        trace, threads = result.trace.load(), work.resources.threads
        rows = spectrum(key, trace, tested, work.settings, threads)
        found += [row | {"trace": place} for row in rows]
    return _named(found, key, results, work)


def _named(
    rows: list[dict[str, Any]],
    key: NDArray[np.int64],
    results: list[TraceResult],
    work: Work,
) -> list[dict[str, Any]]:
    """Put names in the place of numbers."""
    sides = {name: ids.to_pylist() for name, ids in _sides(key, work).items()}
    return [
        {
            "run_id": work.run_id,
            **{name: ids[row["place"]] for name, ids in sides.items()},
            **{name: value for name, value in row.items() if name != "place"},
            "trace": results[row["trace"]].name,
        }
        for row in rows
    ]
