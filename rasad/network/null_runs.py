"""Whole runs on data in which nobody is together: all that is found is false."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.network.calibration import NullTrace
from rasad.network.confirmation import held_out
from rasad.network.trace_analysis import TraceResult, Work
from rasad.network.trace_tests import null_tests
from rasad.network.validation import combine


@dataclass(frozen=True, kw_only=True)
class FalseAlarms:
    """Pairs kept and groups confirmed on data in which nobody is together."""

    edges: int
    groups: int


def false_alarms(
    results: list[TraceResult],
    trusted: frozenset[tuple[int, int]],
    work: Work,
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
    """
    alone = frozenset(
        (test.trace, test.window_s)
        for result in results
        for test in result.tests
        if test.alone
    )
    nulls = [_within(null, result, work) for result in results for null in result.nulls]
    if not nulls or not trusted:
        return None
    edges = groups = 0
    for model in sorted({null.null_model for null in nulls}):
        chosen = [null for null in nulls if null.null_model == model]
        eligible = _eligible(chosen)
        edges += _edges(chosen, eligible, trusted, alone, work)
        found = held_out(
            [null.trace for null in chosen],
            eligible,
            trusted,
            work.people.hashes,
            work.settings,
            work.resources.threads,
        ).groups
        groups += sum(group.confirmed for group in found)
    return FalseAlarms(edges=edges, groups=groups)


def _eligible(nulls: list[NullTrace]) -> NDArray[np.bool_]:
    """Return who could be tested where, shape (n_traces, n_accounts)."""
    able = {null.trace.number: null.trace.actions.eligible for null in nulls}
    return np.stack([able[number] for number in sorted(able)])


def _within(null: NullTrace, result: TraceResult, work: Work) -> NullTrace:
    """Return a null with the stretches that the gate chose."""
    chosen = dict(zip(result.trace.windows_s, result.trace.stretches_s, strict=True))
    stretches = tuple(chosen[window] for window in null.trace.windows_s)
    fitted = tuple(
        one.within(stretch, work.settings)
        for one, stretch in zip(null.fitted, stretches, strict=True)
    )
    trace = replace(null.trace, stretches_s=stretches)
    return replace(null, trace=trace, fitted=fitted)


def _edges(
    nulls: list[NullTrace],
    eligible: NDArray[np.bool_],
    trusted: frozenset[tuple[int, int]],
    alone: frozenset[tuple[int, int]],
    work: Work,
) -> int:
    tests = [
        null_tests(
            null.trace.number,
            fitted,
            (null.trace.number, fitted.window_s) in trusted,
            work.resources.threads,
            alone=(null.trace.number, fitted.window_s) in alone,
        )
        for null in nulls
        for fitted in null.fitted
    ]
    return int(combine(tests, eligible, work.settings.validation).kept.sum())
