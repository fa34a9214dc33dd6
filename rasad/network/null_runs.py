"""Whole runs on data in which nobody is together: all that is found is false."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.network.confirmation import held_out
from rasad.network.tested_nulls import TestedNull
from rasad.network.trace_analysis import TraceResult, Work
from rasad.network.validation import combine
from rasad.network.waiting import Line, Room


@dataclass(frozen=True, kw_only=True)
class FalseAlarms:
    """Pairs kept and groups confirmed on data in which nobody is together."""

    edges: int
    groups: int


def false_alarms(
    results: list[TraceResult],
    trusted: frozenset[tuple[int, int]],
    work: Work,
    room: Room,
) -> FalseAlarms | None:
    """Count false pairs and groups under both nulls together, None if none is trusted.

    Parameters
    ----------
    results : list of TraceResult
        What each trace gave, with the nulls made of it.
    trusted : set of (trace, window)
        Tests that the calibration gate let pass.
    work : Work
        Settings and resources of the run.
    room : Room
        Where tests wait.
    """
    nulls = [null for result in results for null in result.nulls]
    if not nulls or not trusted:
        return None
    edges = groups = 0
    for model in sorted({null.null_model for null in nulls}):
        chosen = [null for null in nulls if null.null_model == model]
        traces = Line([null.trace for null in chosen])
        eligible = _eligible(chosen)
        tests = Line([test for null in chosen for test in null.tests])
        pairs = combine(tests, eligible, work.settings.validation)
        edges += int(pairs.kept.sum())
        found = held_out(
            traces,
            eligible,
            trusted,
            work.people.hashes,
            work.settings,
            work.resources.threads,
            room,
        ).groups
        groups += sum(group.confirmed for group in found)
    return FalseAlarms(edges=edges, groups=groups)


def _eligible(nulls: list[TestedNull]) -> NDArray[np.bool_]:
    """Return who could be tested where, shape (n_traces, n_accounts)."""
    able = {null.number: null.eligible for null in nulls}
    return np.stack([able[number] for number in sorted(able)])
