"""One trace from actions to tested edges, for the whole ladder of windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.config import Coaction, Resources, Settings, digest
from rasad.extend import Progress, Trace, TraceActions
from rasad.network.calibration import (
    SHORT_S,
    Checked,
    Gate,
    NullTrace,
)
from rasad.network.coaction import (
    Actions,
    Coactions,
    Limits,
    count_coactions,
    sort_actions,
)
from rasad.network.edges import edge_table, gap_table
from rasad.network.halves import PostHalves, TracePairs, testable_pairs, unit_hashes
from rasad.network.judging import judge
from rasad.network.known_pairs import PairCache
from rasad.network.population import MOST_STRATA, CodedTrace, Population, coded_trace
from rasad.network.suspects import suspect_actions
from rasad.network.tempo import with_tempo
from rasad.network.trace_tests import TestedTrace
from rasad.network.validation import WindowTests
from rasad.schema import PRECISION_US
from rasad.store.sql import Store


@dataclass(frozen=True, kw_only=True)
class TraceResult:
    """What one trace gave beside its edges: rows for tables, tests for pairs.

    `trace` is ready for the tests of groups, `nulls` the same made of data in which
    nobody is together; `checked` are the tests' p-values on such data.
    """

    name: str
    gaps: pa.Table
    runs: list[dict[str, Any]]
    tests: list[WindowTests]
    eligible: NDArray[np.bool_]
    trace: TracePairs
    tested: TestedTrace
    nulls: list[NullTrace]
    checked: list[Checked]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What every trace of a run is analysed with."""

    run_id: str
    people: Population
    settings: Settings
    resources: Resources
    progress: Progress
    cache: Path | None = None


def analyse_trace(
    store: Store, number: int, trace: Trace, halves: PostHalves, work: Work
) -> TraceResult | None:
    """Count and test the co-actions of one trace, and write its rows of table `edge`.

    Edges are written window by window, because they are most of what a run holds.
    Returns None where the case holds no action of the trace.
    """
    cache = _cache(trace, work)
    coded = coded_trace(store, trace.name, work.people, cache.key if cache else 0)
    if len(coded.account) == 0:
        return None
    skipped = coarse_windows(coded.precisions, work.settings.coaction)
    windows = ladder(coded.precisions, work.settings.coaction)
    eligible = (
        coded.objects_per_account(len(work.people.accounts))
        >= work.settings.coaction.min_objects
    )
    actions = sort_actions(
        coded.account, coded.object, coded.time_us, coded.post, trace.long_lived
    )
    coactions = _counted(actions, windows, eligible, coded, cache, trace, work)
    named = number, trace.name
    ready = trace_pairs(named, actions, coactions, eligible, coded, halves, work)
    tested = TestedTrace.of(
        ready, actions, coactions, eligible, work.settings, work.resources.threads
    )
    gate = Gate(
        trace=ready,
        eligible=eligible,
        hashes=work.people.hashes,
        settings=work.settings,
        threads=work.resources.threads,
    )
    checks = work.settings.calibration.pairs > 0
    checked, nulls = gate.check(tested.standing_out()) if checks else ([], [])
    judged = [judge(checked, window, work.settings) for window in windows]
    if checked:
        stretches = tuple(one.stretch_s for one in judged)
        tested = tested.within(stretches, work.resources.threads)
    tests = []
    for place, window in enumerate(windows):
        by_pair = tested.window(place, judged[place].trusted, judged[place].alone)
        edges = tested.edges(place, by_pair)
        table = edge_table(
            work.run_id,
            trace.name,
            window,
            coactions,
            coactions.window_slice(place),
            edges,
            work.people,
        )
        store.insert("edge", table)
        tests.append(by_pair)
    reasons = {w: f"times are no finer than {p}" for w, p in skipped.items()}
    return TraceResult(
        name=trace.name,
        gaps=gap_table(work.run_id, trace.name, coactions),
        runs=_runs(trace.name, coded, coactions, eligible, windows, reasons, work),
        tests=tests,
        eligible=eligible,
        trace=tested.trace,
        tested=tested,
        nulls=nulls,
        checked=checked,
    )


def _counted(
    actions: Actions,
    windows: list[int],
    eligible: NDArray[np.bool_],
    coded: CodedTrace,
    cache: PairCache | None,
    trace: Trace,
    work: Work,
) -> Coactions:
    """Count co-actions, as far as the case does not know them."""
    accounts, chosen = work.people.accounts, work.settings.coaction
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
    return coactions


def trace_pairs(
    named: tuple[int, str],
    actions: Actions,
    coactions: Coactions,
    eligible: NDArray[np.bool_],
    coded: CodedTrace,
    halves: PostHalves,
    work: Work,
) -> TracePairs:
    """Return first actions, halves and testable pairs of a trace."""
    firsts = first_actions(actions, eligible, work.people)
    share = work.settings.opportunity.stratum_share
    every = coded.post_hash[actions.post]
    objects = coded.object_hash[actions.object]
    halves.add(every, unit_hashes(objects, actions.time_us, actions.daily))
    post = _first_posts(actions, every)
    pairs, several = testable_pairs(coactions, eligible)
    windows = coactions.windows_s
    suspect = np.zeros(len(firsts.account))
    for at in [at for at, window in enumerate(windows) if window <= SHORT_S][-1:]:
        suspect = suspect_actions(
            firsts, windows[at], several[at], work.settings, work.resources.threads
        )
    stratum = with_tempo(firsts.stratum, firsts, suspect, share, MOST_STRATA)
    return TracePairs(
        number=named[0],
        name=named[1],
        actions=replace(firsts, stratum=stratum),
        windows_s=windows,
        stretches_s=(work.settings.timing.stretch_s,) * coactions.n_windows,
        pairs=pairs,
        several=several,
        post=post,
        half=halves.of(post),
    )


def _first_posts(actions: Actions, post: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the post of each first action.

    Of posts by one account on one object at one time, the one with the smallest hash
    stands for all, so that no order of rows chooses.
    """
    new = np.diff(actions.object, prepend=-1) != 0
    new |= np.diff(actions.account, prepend=-1) != 0
    new |= np.diff(actions.time_us, prepend=actions.time_us[:1]) != 0
    begin = np.flatnonzero(new)
    lowest = np.minimum.reduceat(post, begin)
    return np.repeat(lowest, np.diff(np.r_[begin, len(post)]))[actions.first]


def _cache(trace: Trace, work: Work) -> PairCache | None:
    if work.cache is None:
        return None
    return PairCache.of(work.cache, trace.name, digest(work.settings.coaction))


def coarse_windows(precisions: dict[str, int], settings: Coaction) -> dict[int, str]:
    """Return the windows that the time precision cannot serve, with that precision.

    Examples
    --------
    >>> coarse_windows({"min": 5, "ms": 95}, Coaction())
    {10: 'min'}
    """
    total = sum(precisions.values())
    skipped = {}
    for window in settings.windows_s:
        coarser = [p for p in precisions if PRECISION_US[p] > window * 1_000_000]
        share = sum(precisions[p] for p in coarser) / total
        if share > settings.coarse_share:
            skipped[window] = max(coarser, key=lambda p: precisions[p])
    return skipped


SAME = 0
"""Window of two actions at the same stated time: where times were rounded to minutes,
those of one minute lie less than a minute apart, which those of adjacent ones may not.
"""


def ladder(precisions: dict[str, int], settings: Coaction) -> list[int]:
    """Return the windows to compute, in ascending order.

    Where most times were rounded to minutes, the same stated minute takes the place of
    the windows that are too short for them.

    Examples
    --------
    >>> ladder({"min": 95, "ms": 5}, Coaction()), ladder({"s": 9}, Coaction())
    ([0, 60, 600, 3600], [10, 60, 600, 3600])
    """
    skipped = coarse_windows(precisions, settings)
    windows = [window for window in settings.windows_s if window not in skipped]
    mostly = max(precisions, key=lambda p: precisions[p], default="us")
    return [SAME, *windows] if skipped and mostly == "min" else windows


def coarsest(precisions: dict[str, int], settings: Coaction) -> str:
    """Return the coarsest precision of more than a few times.

    Examples
    --------
    >>> coarsest({"min": 5, "s": 900, "day": 1}, Coaction())
    's'
    """
    enough = [
        precision
        for precision, n in precisions.items()
        if n > settings.coarse_share * sum(precisions.values())
    ]
    return max(enough, key=lambda precision: PRECISION_US[precision])


def first_actions(
    actions: Actions, eligible: NDArray[np.bool_], people: Population
) -> TraceActions:
    """Return the first action of each account on each test object."""
    return TraceActions(
        account=actions.account[actions.first],
        object=actions.unit[actions.first],
        time_us=actions.time_us[actions.first],
        eligible=eligible,
        stratum=people.stratum,
    )


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
