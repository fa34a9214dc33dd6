"""One trace from actions to tested edges, for the whole ladder of windows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.config import Coaction, Resources, Settings, digest
from rasad.extend import Progress, Trace, TraceActions
from rasad.network.coaction import (
    Actions,
    Coactions,
    Limits,
    count_coactions,
    count_shared_units,
    sort_actions,
)
from rasad.network.edges import EdgeTests, edge_table, gap_table
from rasad.network.known_pairs import PairCache
from rasad.network.population import CodedTrace, Population, coded_trace
from rasad.network.validation import WindowTests, benjamini_hochberg
from rasad.null_models.hypergeometric import Hypergeometric
from rasad.null_models.opportunity import (
    Opportunity,
    SeenPairs,
    lift,
    lift_low,
    poisson_tail,
)
from rasad.schema import PRECISION_US
from rasad.store.sql import Store


@dataclass(frozen=True, kw_only=True)
class TraceResult:
    """What one trace gave beside its edges: rows for tables, tests for pairs."""

    gaps: pa.Table
    runs: list[dict[str, Any]]
    tests: list[WindowTests]
    eligible: NDArray[np.bool_]
    short_windows: int


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
    store: Store, number: int, trace: Trace, work: Work
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
    windows = [w for w in work.settings.coaction.windows_s if w not in skipped]
    eligible = (
        coded.objects_per_account(len(work.people.accounts))
        >= work.settings.coaction.min_objects
    )
    actions = sort_actions(
        coded.account, coded.object, coded.time_us, coded.post, trace.long_lived
    )
    accounts = work.people.accounts
    coactions = count_coactions(
        actions,
        windows,
        threads=work.resources.threads,
        eligible=eligible,
        account_hash=work.people.hashes,
        limits=Limits(
            untested_pairs=work.settings.coaction.max_untested_pairs,
            pairs=work.settings.coaction.max_pairs,
            co_actions=work.settings.coaction.max_co_actions,
        ),
        known=cache.load(accounts, coded.prints) if cache else None,
        progress=work.progress,
    )
    answered = coactions.answers(trace.long_lived)
    if cache and answered:
        cache.save(accounts, coded.prints, answered, coactions.pairs)
    tested = _TestedTrace(number, trace.name, actions, coactions, eligible, work)
    tests = []
    for place, window in enumerate(windows):
        edges, window_tests = tested.window(place, window)
        store.insert("edge", edges)
        tests.append(window_tests)
    reasons = {w: f"times are no finer than {p}" for w, p in skipped.items()}
    return TraceResult(
        gaps=gap_table(work.run_id, trace.name, coactions),
        runs=_runs(trace.name, coded, coactions, eligible, windows, reasons, work),
        tests=tests,
        eligible=eligible,
        short_windows=sum(1 for test in tests if test.combined),
    )


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


class _TestedTrace:
    """Tests the edges of one trace, window by window."""

    def __init__(
        self,
        number: int,
        trace: str,
        actions: Actions,
        coactions: Coactions,
        eligible: NDArray[np.bool_],
        work: Work,
    ) -> None:
        self.number = number
        self.trace = trace
        self.actions = first_actions(actions, eligible, work.people)
        self.coactions = coactions
        self.eligible = eligible
        self.work = work
        self.p_hypergeometric = self._hypergeometric(actions)

    def window(self, place: int, window_s: int) -> tuple[pa.Table, WindowTests]:
        """Test the edges of one window of the ladder."""
        c = self.coactions
        at = c.window_slice(place)
        first, second = c.account_a[at], c.account_b[at]
        able = self.eligible[first] & self.eligible[second]
        settings = self.work.settings
        tests = self._edge_tests(window_s, at, able)
        edges = edge_table(
            self.work.run_id, self.trace, window_s, c, at, tests, self.work.people
        )
        n = len(self.eligible)
        return edges, WindowTests(
            trace=self.number,
            window_s=window_s,
            combined=window_s <= settings.validation.longest_window_s,
            key=first[able].astype(np.int64) * n + second[able],
            n_first=c.n_first[at][able].astype(np.int64),
            p_value=tests.p_value[able],
            lift=tests.lift[able],
            lift_low=tests.lift_low[able],
            q_value=tests.q_value[able],
        )

    def _edge_tests(
        self, window_s: int, at: slice, able: NDArray[np.bool_]
    ) -> EdgeTests:
        c, settings = self.coactions, self.work.settings.opportunity
        observed = c.n_first[at][able].astype(np.int64)
        first, second = c.account_a[at][able], c.account_b[at][able]
        model = Opportunity(
            bin_s=settings.bin_s, shrinkage=settings.shrinkage, rounds=settings.rounds
        )
        threads = self.work.resources.threads
        seen = SeenPairs(first=first, second=second, n_first=observed)
        fitted = model.fit(self.actions, window_s, seen, threads)
        expected = fitted.expected(first, second, threads)
        p_value = poisson_tail(observed, expected)
        n = int(self.eligible.sum())
        return EdgeTests(
            expected=_spread(expected, able),
            p_value=_spread(p_value, able),
            p_hypergeometric=self._for_edges(at, able),
            q_value=_spread(benjamini_hochberg(p_value, n * (n - 1) // 2), able),
            lift=_spread(lift(observed, expected), able),
            lift_low=_spread(lift_low(observed, expected), able),
        )

    def _keys(self, at: slice) -> NDArray[np.int64]:
        c = self.coactions
        return c.account_a[at].astype(np.int64) * len(self.eligible) + c.account_b[at]

    def _for_edges(self, at: slice, able: NDArray[np.bool_]) -> NDArray[np.float64]:
        keys, values = self.p_hypergeometric
        return _spread(values[np.searchsorted(keys, self._keys(at)[able])], able)

    def _hypergeometric(
        self, actions: Actions
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Test, whatever the time, the pairs that are edges in the longest window."""
        c = self.coactions
        if c.n_windows == 0:
            return np.zeros(0, np.int64), np.zeros(0)
        at = c.window_slice(c.n_windows - 1)
        first, second = c.account_a[at], c.account_b[at]
        able = self.eligible[first] & self.eligible[second]
        shared, degree, n_units = count_shared_units(
            actions, first[able], second[able], threads=self.work.resources.threads
        )
        p = Hypergeometric().p_values(
            shared, degree[first[able]], degree[second[able]], n_units
        )
        return self._keys(at)[able], p


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


def _spread(
    values: NDArray[np.float64], able: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Put values at their edges; the other edges are not testable."""
    spread = np.full(len(able), np.nan)
    spread[able] = values
    return spread


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
    for window in work.settings.coaction.windows_s:
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
