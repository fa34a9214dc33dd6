"""All measures of a run, in order: edges trace by trace, then pairs, then groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from rasad.extend import Trace
from rasad.network.network import (
    Network,
    build_network,
    group_rows,
    member_rows,
    pair_table,
)
from rasad.network.trace_analysis import TraceResult, Work, analyse_trace
from rasad.network.validation import Pairs, combine
from rasad.store.sql import Store

UNCALIBRATED = (
    "Uncalibrated, rank only: nothing has checked on these data how often the tests "
    "are wrong, so no error rate is shown and no group is certified."
)
NOTHING = (
    "No pair stands out above chance. Either nothing here is run as one, or the "
    "reference population may be the operation itself: data that hold little else have "
    "no ordinary accounts to compare with. The groups are candidates, ranked and not "
    "certified."
)


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What a run measured, beyond the rows it wrote."""

    network: Network
    n_eligible: int
    warnings: list[str]


def measure(store: Store, traces: Mapping[str, Trace], work: Work) -> Measures:
    """Write tables `edge`, `gap`, `trace_run`, `pair`, `grp` and `member`.

    Parameters
    ----------
    store : Store
        Holds the facts; the tables written here must be empty.
    traces : mapping of str to Trace
        The traces to analyse, in order.
    work : Work
        Population, settings and resources of the run.
    """
    results: list[TraceResult] = []
    named: list[str] = []
    for place, (name, trace) in enumerate(traces.items()):
        work.progress(f"trace {name}", place, len(traces))
        result = analyse_trace(store, len(named), trace, work)
        if result is not None:
            store.insert("gap", result.gaps)
            insert_rows(store, "trace_run", result.runs)
            results.append(result)
            named.append(name)
    pairs = _combine(results, work)
    tests = [test for result in results for test in result.tests]
    store.insert("pair", pair_table(work.run_id, pairs, tests, named, work.people))
    network = build_network(store, work.settings)
    insert_rows(store, "grp", group_rows(work.run_id, network))
    insert_rows(store, "member", member_rows(work.run_id, network))
    return Measures(
        network=network,
        n_eligible=int(_eligible(results, work).any(axis=0).sum()),
        warnings=_warnings(results, pairs, work),
    )


def insert_rows(store: Store, table: str, rows: list[dict[str, Any]]) -> None:
    """Append rows given as dictionaries."""
    if rows:
        store.insert(table, pa.Table.from_pylist(rows))


def _eligible(results: list[TraceResult], work: Work) -> Any:
    none = np.zeros((0, len(work.people.accounts)), np.bool_)
    return np.stack([result.eligible for result in results]) if results else none


def _combine(results: list[TraceResult], work: Work) -> Pairs:
    return combine(
        [test for result in results for test in result.tests],
        _eligible(results, work),
        np.array([result.short_windows for result in results], np.int64),
        work.settings.validation.q,
        work.settings.validation.lift,
    )


def _warnings(results: list[TraceResult], pairs: Pairs, work: Work) -> list[str]:
    """Say what limits this run, in sentences."""
    longest = work.settings.validation.longest_window_s
    said = [UNCALIBRATED]
    if not pairs.kept.any():
        said.append(NOTHING)
    if any(test.window_s > longest for result in results for test in result.tests):
        said.append(
            f"Windows above {longest} seconds do not enter groups: alone they cannot "
            "tell slow coordination from shared interest."
        )
    for result in results:
        said.extend(_left_out(result.runs[0]))
    return said


def _left_out(run: dict[str, Any]) -> list[str]:
    """Say what the limits on crowded objects left out of one trace."""
    said = []
    if run["untested_left_out"]:
        said.append(
            f"Trace {run['trace']} is crowded: pairs with an account below the floor "
            "of objects, which cannot be tested, were not enumerated."
        )
    if run["single_left_out"]:
        said.append(
            f"Trace {run['trace']} is crowded: pairs that share a single object inside "
            "a window are not listed there. No pair stands out by one object."
        )
    if run["n_capped_objects"]:
        said.append(
            f"Trace {run['trace']}: {run['n_capped_objects']} objects were sampled by "
            f"account, which left out {run['n_pairs_lost']} co-actions."
        )
    return said
