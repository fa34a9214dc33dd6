"""One trace from actions to tested edges, for the whole ladder of windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.config import Resources, Settings, digest
from rasad.extend import Progress, Trace
from rasad.network.calibration import Checked, Gate, NullTrace
from rasad.network.coaction import (
    Coactions,
    Limits,
    count_coactions,
    sort_actions,
)
from rasad.network.edges import edge_tables, gap_table
from rasad.network.first_actions import CountedTrace, trace_pairs
from rasad.network.halves import PostHalves, TracePairs, testable_pairs
from rasad.network.judging import judge
from rasad.network.known_pairs import PairCache
from rasad.network.ladder import SAME, coarsest, served
from rasad.network.population import CodedTrace, Population, coded_trace
from rasad.network.reference import (
    coded_crowd,
    crowd_standing_out,
    crowd_trace,
    on_days_of,
    to_the_minute,
    without_thin,
)
from rasad.network.tested_nulls import TestedNull, tested_null
from rasad.network.trace_tests import TestedTrace
from rasad.network.waiting import Room, Waiting
from rasad.network.window_tests import WindowTests
from rasad.null_models.timing import ChosenPairs
from rasad.store.sql import Store


@dataclass(frozen=True, kw_only=True)
class TraceResult:
    """What one trace gave beside its edges: rows for tables, tests for pairs.

    Parameters
    ----------
    name : str
        Name of the trace.
    gaps, runs
        Rows of tables `gap` and `trace_run`.
    eligible : bool array
        Who can be tested.
    tests : list of Waiting
        The tests of each window.
    aside : list of ChosenPairs
        For each window, the pairs that may be left out of the background of T.
    trace : Waiting
        The trace, ready for the tests of groups; its pairs are those of the tests.
    nulls : list of TestedNull
        The same made of data in which nobody is together.
    checked : list of Checked
        The tests' p-values on such data.
    """

    name: str
    gaps: pa.Table
    runs: list[dict[str, Any]]
    eligible: NDArray[np.bool_]
    tests: list[Waiting[WindowTests]]
    aside: list[ChosenPairs]
    trace: Waiting[TracePairs]
    nulls: list[TestedNull]
    checked: list[Checked]

    @property
    def asked(self) -> list[WindowTests]:
        """Return which tests there are, without their pairs."""
        return [test.outline for test in self.tests]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What every trace of a run is analysed with.

    `crowd` are the tables of a reference crowd, where there is one.
    """

    run_id: str
    people: Population
    settings: Settings
    resources: Resources
    progress: Progress
    cache: Path | None = None
    crowd: Store | None = None


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """A trace of which all pairs are counted and tested, but no test is checked.

    `eligible` and `crowd` say who can be tested, in the case and in a reference crowd.
    """

    windows: list[int]
    runs: list[dict[str, Any]]
    coactions: Coactions
    tested: TestedTrace
    eligible: NDArray[np.bool_]
    crowd: NDArray[np.bool_] | None


def analyse_trace(
    store: Store, number: int, trace: Trace, halves: PostHalves, work: Work, room: Room
) -> TraceResult | None:
    """Count and test the co-actions of one trace, and write its rows of table `edge`.

    Edges are written window by window, because they are most of what a run holds.
    Returns None where the case holds no action of the trace.
    """
    counted = _counted_trace(store, number, trace, halves, work)
    if counted is None:
        return None
    settings, threads = work.settings, work.resources.threads
    coactions, tested = counted.coactions, counted.tested
    checked, nulls = _checked(counted, work)
    judged = {window: judge(checked, window, settings) for window in counted.windows}
    waiting = [tested_null(null, judged, settings, threads, room) for null in nulls]
    del nulls
    if checked:
        stretches = tuple(one.stretch_s for one in judged.values())
        tested = tested.within(stretches, threads)
    tests = []
    for place, window in enumerate(counted.windows):
        by_pair = tested.window(place, judged[window].trusted, judged[window].alone)
        edges = tested.edges(place, by_pair)
        at = coactions.window_slice(place)
        named = work.run_id, trace.name, window
        for table in edge_tables(*named, coactions, at, edges, work.people):
            store.insert("edge", table)
        tests.append(room.put(by_pair))
    return TraceResult(
        name=trace.name,
        gaps=gap_table(work.run_id, trace.name, coactions),
        runs=counted.runs,
        eligible=counted.eligible,
        tests=tests,
        aside=tested.aside,
        trace=room.put(replace(tested.trace, pairs=())),
        nulls=waiting,
        checked=checked,
    )


def _counted_trace(
    store: Store, number: int, trace: Trace, halves: PostHalves, work: Work
) -> _Counted | None:
    """Count and test a trace; None where the case holds no action of it.

    What is returned holds no action twice.
    """
    cache = _cache(trace, work)
    coded = coded_trace(store, trace.name, work.people, cache.key if cache else 0)
    if len(coded.account) == 0:
        return None
    settings, threads = work.settings, work.resources.threads
    others = coded_crowd(work.crowd, trace.name, work.people) if work.crowd else None
    crowd_precisions = others.precisions if others else None
    reasons, windows = served(coded.precisions, crowd_precisions, settings.coaction)
    case, coactions = _counted(coded, windows, cache, trace, work)
    crowd = _crowd(coded, others, windows, trace, work)
    named = number, trace.name
    ready = trace_pairs(
        named, coactions.windows_s, case, crowd, halves, work.people, settings, threads
    )
    return _Counted(
        windows=windows,
        runs=_runs(trace.name, coded, coactions, case.eligible, windows, reasons, work),
        coactions=coactions,
        tested=TestedTrace.of(
            ready, case.actions, coactions, case.eligible, settings, threads
        ),
        eligible=case.eligible,
        crowd=crowd.eligible if crowd else None,
    )


def _counted(
    coded: CodedTrace,
    windows: list[int],
    cache: PairCache | None,
    trace: Trace,
    work: Work,
) -> tuple[CountedTrace, Coactions]:
    """Count co-actions, as far as the case does not know them."""
    accounts, chosen = work.people.accounts, work.settings.coaction
    columns = coded.account, coded.object, coded.time_us, coded.post
    actions = sort_actions(*columns, trace.long_lived)
    eligible = coded.objects_per_account(len(accounts)) >= chosen.min_objects
    coactions = count_coactions(
        actions,
        windows,
        threads=work.resources.threads,
        eligible=eligible,
        account_hash=work.people.hashes,
        limits=Limits(
            untested_pairs=chosen.max_untested_pairs,
            pairs=chosen.max_pairs,
            co_actions=chosen.max_co_actions,
        ),
        known=cache.load(accounts, coded.prints) if cache else None,
        progress=work.progress,
    )
    answered = coactions.answers(trace.long_lived)
    if cache and answered:
        cache.save(accounts, coded.prints, answered, coactions.pairs)
    pairs, several = testable_pairs(coactions, eligible)
    case = CountedTrace(
        coded=coded, actions=actions, eligible=eligible, pairs=pairs, several=several
    )
    return case, coactions


def _crowd(
    case: CodedTrace,
    others: CodedTrace | None,
    windows: list[int],
    trace: Trace,
    work: Work,
) -> CountedTrace | None:
    """Count what the reference crowd did, if it did anything."""
    if others is None:
        return None
    others = on_days_of(case, others)
    if SAME in windows:
        others = to_the_minute(others)
    threads = work.resources.threads
    return crowd_trace(others, windows, trace, work.people, work.settings, threads)


def _checked(counted: _Counted, work: Work) -> tuple[list[Checked], list[NullTrace]]:
    """Check the tests on data in which nobody is together, if that is asked for.

    Whoever stands out, in the case or in the reference crowd, is set aside.
    """
    if not work.settings.calibration.pairs:
        return [], []
    tested, crowd = counted.tested, counted.crowd
    eligible, aside = counted.eligible, tested.standing_out()
    if crowd is not None:
        eligible = eligible | crowd
        alone = tested.trace.crowd_alone(crowd)
        aside |= crowd_standing_out(alone, work.settings, work.resources.threads)
    gate = Gate(
        trace=tested.trace,
        eligible=eligible,
        hashes=work.people.hashes,
        settings=work.settings,
        threads=work.resources.threads,
    )
    checked, nulls = gate.check(aside)
    return (without_thin(checked, tested) if crowd is not None else checked), nulls


def _cache(trace: Trace, work: Work) -> PairCache | None:
    if work.cache is None:
        return None
    return PairCache.of(work.cache, trace.name, digest(work.settings.coaction))


def _runs(
    trace: str,
    coded: CodedTrace,
    coactions: Coactions,
    eligible: NDArray[np.bool_],
    windows: list[int],
    reasons: dict[int, str],
    work: Work,
) -> list[dict[str, Any]]:
    """Return the rows of table `trace_run`."""
    rows = []
    for window in sorted({*work.settings.coaction.windows_s, *windows}):
        computed = window in windows
        edges = (
            coactions.window_slice(windows.index(window)) if computed else slice(0, 0)
        )
        rows.append(
            {
                "run_id": work.run_id,
                "trace": trace,
                "window_s": window,
                "computed": computed,
                "reason": reasons.get(window),
                "n_actions": len(coded.account),
                "n_repeated": coded.n_repeated,
                "precision": coarsest(coded.precisions, work.settings.coaction),
                "n_objects": coded.n_objects,
                "n_accounts": len(np.unique(coded.account)),
                "n_eligible": int(eligible.sum()),
                "n_edges": edges.stop - edges.start,
                "n_capped_objects": coactions.n_capped_objects,
                "n_pairs_lost": coactions.n_pairs_lost,
                "untested_left_out": coactions.untested_left_out,
                "single_left_out": coactions.single_left_out,
            }
        )
    return rows
