"""Rows of the tables of pairs: `pair`, `pair_trace` and `pair_timing`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.network.assembly import Assembly
from rasad.network.carriers import ablation, fragility, spectrum
from rasad.network.edges import chosen, constant
from rasad.network.multiplicity import e_benjamini_hochberg
from rasad.network.trace_analysis import TraceResult, Work
from rasad.network.validation import GRADES, Pairs, WindowTests


def used_tests(results: list[TraceResult]) -> list[WindowTests]:
    """Return the tests that count: the trusted ones, or all where none is."""
    tests = [test for result in results for test in result.tests]
    return [test for test in tests if test.trusted] or tests


def largest_kept(pairs: Pairs) -> float:
    """Return the largest p-value of a kept pair, 0 where none is kept."""
    return float(pairs.p_value[pairs.kept].max(initial=0.0))


def pair_table(
    results: list[TraceResult], pairs: Pairs, assembly: Assembly, work: Work
) -> pa.Table:
    """Return the rows of table `pair`, by account ids."""
    n = len(pairs.key)
    tests = [test for result in results for test in result.tests]
    seen = pairs.best >= 0
    windows = np.array([test.window_s for test in tests] or [0], np.int32)
    carriers = np.array([test.trace for test in tests] or [0], np.int32)
    named = [result.name for result in results] or [""]
    lost, e_kept = _fragility(results, pairs), _e_kept(results, pairs, work)
    return pa.table(
        {
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
            "candidate": pa.array(assembly.candidate),
            "supporting": pa.array(assembly.supporting),
            "e_kept": pa.array(e_kept),
            "fragility": pa.array(lost, mask=~pairs.kept),
        }
    )


def _sides(key: NDArray[np.int64], work: Work) -> dict[str, pa.Array]:
    accounts = work.people.accounts
    n = max(len(accounts), 1)
    return {
        "account_a": accounts.take(pa.array(key // n)),
        "account_b": accounts.take(pa.array(key % n)),
    }


def _fragility(results: list[TraceResult], pairs: Pairs) -> NDArray[np.int64]:
    lost = np.zeros(len(pairs.key), np.int64)
    at = np.flatnonzero(pairs.kept)
    lost[at] = fragility(
        pairs.key[at],
        used_tests(results),
        pairs.n_tests[at],
        len(results),
        largest_kept(pairs),
    )
    return lost


def _e_kept(results: list[TraceResult], pairs: Pairs, work: Work) -> NDArray[np.bool_]:
    """Mark the pairs that pass e-BH; none where no test is trusted."""
    if not any(test.trusted for result in results for test in result.tests):
        return np.zeros(len(pairs.key), np.bool_)
    able = np.zeros(len(work.people.accounts), np.bool_)
    for result in results:
        able |= result.eligible
    n = int(able.sum())
    level = work.settings.validation.q
    return e_benjamini_hochberg(pairs.e_value, n * (n - 1) // 2, level)


def _shown(pairs: Pairs, assembly: Assembly) -> NDArray[np.int64]:
    """Return the keys of the pairs that make up what is shown."""
    return pairs.key[pairs.kept | assembly.supporting | assembly.candidate]


def trace_rows(
    results: list[TraceResult], pairs: Pairs, assembly: Assembly, work: Work
) -> list[dict[str, Any]]:
    """Return the rows of table `pair_trace`: which trace carries which pair."""
    key = _shown(pairs, assembly)
    n = max(len(work.people.accounts), 1)
    tests = used_tests(results)
    able = np.zeros((len(results), len(key)), np.int64)
    for place, result in enumerate(results):
        windows = sum(test.trace == place for test in tests)
        able[place] = windows * (result.eligible[key // n] & result.eligible[key % n])
    found = ablation(key, tests, able, largest_kept(pairs))
    return _named(found, key, results, work)


def timing_rows(
    results: list[TraceResult], pairs: Pairs, assembly: Assembly, work: Work
) -> list[dict[str, Any]]:
    """Return the rows of table `pair_timing`: T as a function of the stretch."""
    key = _shown(pairs, assembly)
    found = [
        row | {"trace": place}
        for place, result in enumerate(results)
        for row in spectrum(key, result.tested, work.settings, work.resources.threads)
    ]
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
