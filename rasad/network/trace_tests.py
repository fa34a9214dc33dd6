"""The tests of one trace's edges, window by window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings, Validation
from rasad.network.coaction import Actions, Coactions, count_shared_units
from rasad.network.edges import EdgeTests
from rasad.network.halves import TracePairs
from rasad.network.lift import DEFAULT_PRIOR, fit_lift_prior, lift_low
from rasad.network.multiplicity import e_value
from rasad.network.pair_tests import FittedNulls, PairTests, fit_nulls, of_case
from rasad.network.spread import fit_shape
from rasad.network.validation import correct
from rasad.network.window_tests import WindowTests
from rasad.null_models.hypergeometric import Hypergeometric
from rasad.null_models.timing import ChosenPairs


@dataclass(frozen=True, kw_only=True)
class TestedWindow:
    """Tests of the eligible pairs of one window; `able` marks them among all edges."""

    window_s: int
    able: NDArray[np.bool_]
    fitted: FittedNulls
    tests: PairTests
    lift_low: NDArray[np.float64]
    e_value: NDArray[np.float64]
    p_hypergeometric: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TestedTrace:
    """Tests of all pairs of one trace that co-act and can be tested."""

    trace: TracePairs
    windows: list[TestedWindow]
    n_possible: int
    known: ClassicTests
    settings: Settings

    @classmethod
    def of(
        cls,
        trace: TracePairs,
        actions: Actions,
        coactions: Coactions,
        eligible: NDArray[np.bool_],
        settings: Settings,
        threads: int,
    ) -> TestedTrace:
        """Test the pairs of every window.

        Parameters
        ----------
        trace : TracePairs
            First actions and testable pairs.
        actions, coactions
            All actions, and their counts.
        eligible : bool array
            Who can be tested.
        settings, threads
            Settings of the nulls; threads to use.
        """
        known = ClassicTests.of(trace, actions, threads)
        able = eligible[coactions.account_a] & eligible[coactions.account_b]
        n = int(eligible.sum())
        windows = []
        for place, (window, pairs, stretch) in enumerate(
            zip(trace.windows_s, trace.pairs, trace.stretches_s, strict=True)
        ):
            fitted = fit_nulls(
                trace.actions, window, *pairs, settings, threads, stretch
            )
            windows.append(
                _tested(
                    fitted,
                    fitted.tests(threads),
                    able[coactions.window_slice(place)],
                    known,
                )
            )
        return cls(
            trace=trace,
            windows=windows,
            n_possible=n * (n - 1) // 2,
            known=known,
            settings=settings,
        )

    def within(self, stretches_s: tuple[int, ...], threads: int) -> TestedTrace:
        """Return the same with null model T for other stretches, window by window."""
        windows = [
            window
            if window.fitted.stretch_s == stretch
            else self._again(window, stretch, threads)
            for window, stretch in zip(self.windows, stretches_s, strict=True)
        ]
        trace = replace(self.trace, stretches_s=stretches_s)
        return replace(self, trace=trace, windows=windows)

    def _again(
        self, window: TestedWindow, stretch_s: int, threads: int
    ) -> TestedWindow:
        fitted = window.fitted.within(stretch_s, self.settings)
        tests = fitted.tests(threads)
        return _tested(fitted, tests, window.able, self.known)

    def standing_out(self) -> NDArray[np.bool_]:
        """Mark the accounts of pairs that stand out, whether or not that is certain."""
        tests = [
            self.window(place, trusted=True, alone=False)
            for place in range(len(self.windows))
        ]
        n = len(self.trace.actions.stratum)
        return standing_out(tests, n, self.n_possible, self.settings.validation)

    def edges(self, place: int, by_pair: WindowTests) -> EdgeTests:
        """Return the tests of a window by edge; no q-value where the gate refuses it.

        `by_pair` are the same tests, as `window` gives them.
        """
        window = self.windows[place]
        tests = window.tests
        if by_pair.trusted:
            chosen = self.settings.validation
            q_value = correct(by_pair.p_both, self.n_possible, chosen)
        else:
            q_value = np.full(len(tests.p_value), np.nan)
        by_edge = {
            "expected": tests.expected,
            "p_value": tests.p_value,
            "p_timing": tests.p_timing,
            "p_hypergeometric": window.p_hypergeometric,
            "q_value": q_value,
            "e_value": window.e_value,
            "lift": tests.lift,
            "lift_low": window.lift_low,
        }
        spread = {name: _spread(v, window.able) for name, v in by_edge.items()}
        return EdgeTests(**spread)

    @property
    def aside(self) -> list[ChosenPairs]:
        """Return, window by window, the pairs that T's background may do without."""
        return [window.fitted.aside for window in self.windows]

    def window(self, place: int, trusted: bool, alone: bool) -> WindowTests:
        """Return the tests of one window, by pair."""
        window = self.windows[place]
        return window_tests(
            self.trace.number,
            window.fitted,
            window.tests,
            trusted,
            alone,
            window.lift_low,
            window.e_value,
        )


def standing_out(
    tests: Iterable[WindowTests], n: int, n_possible: int, settings: Validation
) -> NDArray[np.bool_]:
    """Mark, of n accounts, those of pairs that stand out in some window."""
    marked = np.zeros(n, np.bool_)
    for window in tests:
        out = correct(window.p_both, n_possible, settings) <= settings.q
        marked[window.key[out] // n] = True
        marked[window.key[out] % n] = True
    return marked


def window_tests(
    trace: int,
    fitted: FittedNulls,
    tests: PairTests,
    trusted: bool,
    alone: bool,
    lift_low: NDArray[np.float64],
    e_value: NDArray[np.float64],
) -> WindowTests:
    """Return what `combine` needs of one trace and window."""
    return WindowTests(
        trace=trace,
        window_s=fitted.window_s,
        trusted=trusted,
        alone=alone,
        shape=fit_shape(tests.sessions, tests.expected) if alone else np.inf,
        key=fitted.key,
        n_first=tests.observed,
        sessions=tests.sessions,
        expected=tests.expected,
        expected_timing=np.where(
            np.isnan(tests.p_timing), np.nan, tests.expected_timing
        ),
        p_value=tests.p_value,
        p_timing=tests.p_timing,
        e_value=e_value,
        lift=tests.lift,
        lift_low=lift_low,
    )


def null_tests(
    trace: int,
    fitted: FittedNulls,
    trusted: bool,
    threads: int,
    alone: bool = False,
) -> WindowTests:
    """Test the pairs of a trace and window on data of which only p-values matter."""
    tests = fitted.tests(threads)
    low = lift_low(tests.observed, tests.expected, DEFAULT_PRIOR)
    return window_tests(trace, fitted, tests, trusted, alone, low, np.zeros(len(low)))


def _tested(
    fitted: FittedNulls,
    tests: PairTests,
    able: NDArray[np.bool_],
    known: ClassicTests,
) -> TestedWindow:
    observed = tests.observed
    raised = np.fmax(tests.expected, tests.expected_timing)
    prior = fit_lift_prior(observed, tests.expected)
    return TestedWindow(
        window_s=fitted.window_s,
        able=able,
        fitted=fitted,
        tests=tests,
        lift_low=lift_low(observed, tests.expected, prior),
        e_value=e_value(tests.sessions, raised),
        p_hypergeometric=known.of_pairs(fitted.key),
    )


@dataclass(frozen=True, kw_only=True)
class ClassicTests:
    """The classic test, whatever the time, of the pairs of the longest window."""

    key: NDArray[np.int64]
    p_value: NDArray[np.float64]

    @classmethod
    def of(cls, trace: TracePairs, actions: Actions, threads: int) -> ClassicTests:
        """Test the pairs that co-act in the longest window."""
        if not trace.pairs:
            return cls(key=np.zeros(0, np.int64), p_value=np.zeros(0))
        first, second = trace.pairs[-1]
        own = of_case(trace.actions, first) & of_case(trace.actions, second)
        first, second = first[own], second[own]
        shared, degree, n_units = count_shared_units(
            actions, first, second, threads=threads
        )
        return cls(
            key=first.astype(np.int64) * len(trace.actions.stratum) + second,
            p_value=Hypergeometric().p_values(
                shared, degree[first], degree[second], n_units
            ),
        )

    def of_pairs(self, key: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the p-values of some of the pairs."""
        return self.p_value[np.searchsorted(self.key, key)]


def _spread(
    values: NDArray[np.float64], able: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Put values at their edges; the other edges are not testable."""
    spread = np.full(len(able), np.nan)
    spread[able] = values
    return spread
