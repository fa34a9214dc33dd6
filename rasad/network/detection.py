"""All measures of a run, in order: edges trace by trace, then pairs, then groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.extend import Trace
from rasad.memory import amount, give_back
from rasad.network.assembly import Assembly, assemble
from rasad.network.calibration_rows import calibration_rows, quantile_rows
from rasad.network.compared import background_rows, compared_with
from rasad.network.confirmation import held_out
from rasad.network.frontier import frontier_rows
from rasad.network.halves import PostHalves
from rasad.network.network import (
    Network,
    build_network,
    first_mover_rows,
    group_rows,
    heldout_rows,
    member_rows,
)
from rasad.network.null_runs import false_alarms
from rasad.network.pair_rows import Shown, pair_tables, timing_rows, trace_rows
from rasad.network.trace_analysis import TraceResult, Work, analyse_trace
from rasad.network.validation import Pairs, combine
from rasad.network.waiting import Line, Room, waiting_room
from rasad.network.warnings import calibration_of, warnings
from rasad.store.sql import Store

WAITING = 8
"""Part of the memory in which what waits for all traces may stay: one in so many."""


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What a run measured, beyond the rows it wrote."""

    network: Network
    n_eligible: int
    calibration: str
    n_false_edges: int | None
    n_false_groups: int | None
    reference: str
    warnings: list[str]

    @property
    def checks(self) -> dict[str, Any]:
        """What is known of how often the tests are wrong, as columns of table `run`."""
        return {
            "calibration": self.calibration,
            "n_false_edges": self.n_false_edges,
            "n_false_groups": self.n_false_groups,
            "reference": self.reference,
        }


def measure(store: Store, traces: Mapping[str, Trace], work: Work) -> Measures:
    """Write every table of measures but `run`.

    Parameters
    ----------
    store : Store
        Holds the facts; the tables written here must be empty.
    traces : mapping of str to Trace
        The traces to analyse, in order.
    work : Work
        Population, settings and resources of the run.
    """
    limit = amount(work.resources.memory) // WAITING
    with waiting_room(work.cache, limit) as room:
        return _measured(store, traces, work, room)


def _measured(
    store: Store, traces: Mapping[str, Trace], work: Work, room: Room
) -> Measures:
    results: list[TraceResult] = []
    halves = PostHalves()
    for place, (name, trace) in enumerate(traces.items()):
        work.progress(f"trace {name}", place, len(traces))
        result = analyse_trace(store, len(results), trace, halves, work, room)
        if result is not None:
            results.append(result)
        give_back()
    del halves
    work.progress("groups", 0, 2)
    eligible = _eligible(results, work)
    asked = [test for result in results for test in result.asked]
    trusted = frozenset((test.trace, test.window_s) for test in asked if test.trusted)
    ready = Line([result.trace for result in results])
    false = false_alarms(results, trusted, work, room)
    confirmation = held_out(
        ready,
        eligible,
        trusted,
        work.people.hashes,
        work.settings,
        work.resources.threads,
        room,
    )
    tests = Line([test for result in results for test in result.tests])
    pairs = combine(tests, eligible, work.settings.validation)
    assembly = assemble(pairs, confirmation, ready, work.settings)
    del confirmation
    work.progress("groups", 1, 2)
    _write_pairs(store, results, pairs, assembly, work)
    network = _write_groups(store, results, assembly, work)
    tested = int(eligible.any(axis=0).sum())
    n_tests = int(pairs.n_tests.max(initial=1))
    m = tested * (tested - 1) // 2
    chosen = work.settings.validation
    insert_rows(store, "frontier", frontier_rows(work.run_id, m, n_tests, chosen))
    sources = background_rows(work.run_id, work.crowd)
    beside = any(one.trace.outline.actions.reference is not None for one in results)
    insert_rows(store, "background", sources)
    return Measures(
        network=network,
        n_eligible=tested,
        calibration=calibration_of(results),
        n_false_edges=false.edges if false else None,
        n_false_groups=false.groups if false else None,
        reference=compared_with(work.people, sources, beside),
        warnings=warnings(results, network, false, work),
    )


def insert_rows(store: Store, table: str, rows: list[dict[str, Any]]) -> None:
    """Append rows given as dictionaries."""
    if rows:
        store.insert(table, pa.Table.from_pylist(rows))


def _eligible(results: list[TraceResult], work: Work) -> NDArray[np.bool_]:
    none = np.zeros((0, len(work.people.accounts)), np.bool_)
    return np.stack([result.eligible for result in results]) if results else none


def _write_pairs(
    store: Store,
    results: list[TraceResult],
    pairs: Pairs,
    assembly: Assembly,
    work: Work,
) -> None:
    """Write what was measured of traces and pairs."""
    largest = work.settings.calibration.largest_ratio
    for result in results:
        named = work.run_id, result.name, result.checked
        store.insert("gap", result.gaps)
        insert_rows(store, "trace_run", result.runs)
        insert_rows(store, "calibration", calibration_rows(*named, largest))
        insert_rows(store, "calibration_quantile", quantile_rows(*named, largest))
    shown = Shown.of(results, pairs, assembly)
    for table in pair_tables(results, pairs, assembly, shown, work):
        store.insert("pair", table)
    insert_rows(store, "pair_trace", trace_rows(results, shown, work))
    insert_rows(store, "pair_timing", timing_rows(results, shown, work))


def _write_groups(
    store: Store,
    results: list[TraceResult],
    assembly: Assembly,
    work: Work,
) -> Network:
    """Write what was measured of groups."""
    network = build_network(store, assembly, work.settings, work.people)
    names = [result.name for result in results]
    insert_rows(store, "grp", group_rows(work.run_id, network))
    insert_rows(store, "member", member_rows(work.run_id, network))
    insert_rows(
        store, "heldout", heldout_rows(work.run_id, network, assembly.found, names)
    )
    insert_rows(store, "first_mover", first_mover_rows(work.run_id, network))
    return network
