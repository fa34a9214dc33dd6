"""The calibration gate: how often the tests are wrong on the case's own data.

Every test is run on data in which its null is true, made from the case itself. What a
p-value promises can then be counted: of the pairs tested, one in a thousand may have a
p-value below one in a thousand. A test that breaks its promise is not trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.network.actions import sort_actions
from rasad.network.halves import (
    Both,
    TracePairs,
    co_acting,
    number_of,
)
from rasad.network.null_data import halved, reassigned, sampled_pairs, swapped
from rasad.network.pair_tests import (
    FittedNulls,
    fit_both,
    found_among,
    meetings,
    of_case,
)
from rasad.null_models.opportunity import FittedOpportunity
from rasad.null_models.tails import (
    poisson_binomial_point,
    poisson_binomial_tail,
    poisson_tail,
)
from rasad.null_models.timing import WHOLE, ChosenPairs

ALPHAS = (1e-2, 1e-3, 1e-4)
JUDGED = 1e-3
"""The level at which the gate decides."""

FEWEST = 50_000
"""Pairs below which more nulls are made of the same data."""

MOST_ROUNDS = 10
SHORT_S = 60
"""Longest window in which null model J may count without T, for pairs and groups."""

ENOUGH = 5.0
"""Expected p-values below the level that decides, below which nothing is decided."""

FINE_S = 1_800
WIDE = 6
"""A stretch is at least this many windows long, and at least half an hour."""

MOST_ACTIONS = 2_000_000
"""First actions above which accounts are sampled, the whole trace being no surer."""

_PValues = tuple[tuple[Any, ...], NDArray[np.float64]]
"""Null model, window and stretch, and p-values of pairs that were sampled there."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """p-values of one null model in one window, on data where it is true."""

    window_s: int
    null_model: str
    stretch_s: int | None
    p_values: NDArray[np.float64]

    def observed(self, alpha: float) -> int:
        """Return how many p-values are at most alpha."""
        return int((self.p_values <= alpha).sum())

    def expected(self, alpha: float) -> float:
        """Return how many should be."""
        return alpha * len(self.p_values)

    def verdict(self, largest_ratio: float) -> str:
        """Return *passed*, *refused* or *insufficient*."""
        expected = self.expected(JUDGED)
        if expected < ENOUGH:
            return "insufficient"
        above = self.observed(JUDGED) > largest_ratio * expected
        return "refused" if above else "passed"


@dataclass(frozen=True, kw_only=True)
class NullTrace:
    """A trace of data in which nobody is together, ready for the tests of a run.

    Of `trace`, the pairs that co-act are those of `fitted`.
    """

    null_model: str
    trace: TracePairs
    fitted: tuple[FittedNulls, ...]


@dataclass(frozen=True, kw_only=True)
class _Null:
    """A null that is made and not fitted yet."""

    null_model: str
    trace: TracePairs


def stretch_for(window_s: int) -> int:
    """Return the stretch inside which times are exchanged for a window.

    Examples
    --------
    >>> stretch_for(60), stretch_for(600), stretch_for(3600)
    (1800, 3600, 21600)
    """
    return max(FINE_S, WIDE * window_s)


def stretches(window_s: int, settings: Settings) -> list[int]:
    """Return the stretches that null model T may use in a window, longest first.

    Examples
    --------
    >>> stretches(60, Settings()), stretches(600, Settings())
    ([21600, 3600, 1800], [21600, 3600])
    """
    longest, least = settings.timing.stretch_s, stretch_for(window_s)
    below = np.inf if longest == WHOLE else longest
    shorter = {s for s in settings.timing.spectrum_s if least <= s < below}
    return [longest, *sorted(shorter, reverse=True)]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Makes nulls of one trace and tests them.

    Parameters
    ----------
    trace : TracePairs
        The trace as it is.
    eligible : bool array
        Accounts that may be tested, in the case or among a reference crowd.
    hashes : uint64 array
        A hash of each account that does not depend on the others.
    settings, threads
        Settings of the run; threads to use.
    """

    trace: TracePairs
    eligible: NDArray[np.bool_]
    hashes: NDArray[np.uint64]
    settings: Settings
    threads: int

    def check(self, aside: NDArray[np.bool_]) -> tuple[list[Checked], list[NullTrace]]:
        """Test both nulls on data in which they are true.

        Parameters
        ----------
        aside : bool array
            Accounts of pairs that stand out. What they do is what the nulls are to be
            held against, so it is no part of them.

        Returns
        -------
        checked : list of Checked
            By null model and window.
        nulls : list of NullTrace
            The first null of each kind, for false edges and groups.
        """
        base = self._base(aside)
        seed = self.settings.groups.seed
        rng = np.random.default_rng([seed, number_of(self.trace.name)])
        found: dict[tuple[Any, ...], list[NDArray[np.float64]]] = {}
        nulls: list[NullTrace] = []
        # T knows nothing of a reference crowd; J is what the crowd says.
        for make in (
            partial(self._timing, base.case_alone()),
            partial(self._opportunity, base.crowd_alone(self.eligible)),
        ):
            nulls += self._rounds(make, rng, found)
        checked = [
            Checked(
                null_model=model,
                window_s=window,
                stretch_s=stretch,
                p_values=np.concatenate(parts),
            )
            for (model, window, stretch), parts in found.items()
        ]
        return checked, nulls

    def _rounds(
        self,
        make: Callable[[int], Iterator[_Null]],
        rng: np.random.Generator,
        found: dict[tuple[Any, ...], list[NDArray[np.float64]]],
    ) -> list[NullTrace]:
        """Add up p-values of one null until there are enough; return the first data."""
        first: list[NullTrace] = []
        # The same salts in every trace: what belongs together is exchanged together.
        for salt in range(MOST_ROUNDS):
            nulls: list[NullTrace] = []
            tested: list[_PValues] = []
            for made in make(salt):
                fitted, parts = self._tested(made, rng)
                nulls.append(fitted)
                tested += parts
            first = first or nulls
            for key, p_values in tested:
                found.setdefault(key, []).append(p_values)
            so_far = [sum(map(len, found[key])) for key, _ in tested]
            if min(so_far, default=0) >= FEWEST or not any(so_far):
                break
        return first

    def _base(self, aside: NDArray[np.bool_]) -> TracePairs:
        """Return the trace without those that stand out, sampled where it is large."""
        actions = self.trace.actions
        kept = ~aside[actions.account]
        own = of_case(actions, actions.account)
        # Case and crowd apart: however large the crowd, all of a small case is tested.
        for part in (own, ~own):
            share = MOST_ACTIONS / max(int((kept & part).sum()), 1)
            if share < 1:
                few = self.hashes < np.uint64(share * 2.0**64)
                kept &= few[actions.account] | ~part
        return self._moved(actions.where(kept), self.trace, np.flatnonzero(kept))

    def _moved(
        self, actions: TraceActions, base: TracePairs, at: NDArray[np.int64]
    ) -> TracePairs:
        return replace(base, actions=actions, post=base.post[at], half=base.half[at])

    def _timing(self, base: TracePairs, salt: int) -> Iterator[_Null]:
        """Make one null per length of stretch, each for the windows it suits."""
        windows = base.windows_s
        for stretch in sorted({stretch_for(window) for window in windows}):
            moved, at = swapped(base.actions, base.post, stretch, salt)
            suited = tuple(w for w in windows if stretch_for(w) == stretch)
            yield self._null("timing", self._moved(moved, base, at), suited)

    def _opportunity(self, base: TracePairs, salt: int) -> Iterator[_Null]:
        """Make a null of whoever says what chance gives."""
        moved, at = reassigned(base.actions, self.hashes, salt)
        if self.trace.actions.reference is not None:
            moved, order = halved(moved, self.hashes, salt)
            at = at[order]
        yield self._null("opportunity", self._moved(moved, base, at), base.windows_s)

    def _null(self, model: str, moved: TracePairs, windows: tuple[int, ...]) -> _Null:
        pairs, several = self._pairs(moved.actions, windows)
        trace = replace(moved, windows_s=windows, pairs=pairs, several=several)
        return _Null(null_model=model, trace=trace)

    def _pairs(
        self, actions: TraceActions, windows: tuple[int, ...]
    ) -> tuple[tuple[Both, ...], tuple[Both, ...]]:
        """Return the pairs that co-act, per window."""
        columns = actions.account, actions.object, actions.time_us
        return co_acting(
            sort_actions(*columns, None, long_lived=False),
            windows,
            self.eligible,
            self.hashes,
            self.settings,
            self.threads,
        )

    def _tested(
        self, null: _Null, rng: np.random.Generator
    ) -> tuple[NullTrace, list[_PValues]]:
        """Fit a null, window by window, and return what samples of its pairs give."""
        fits, checks = [], []
        trace = null.trace
        for window, pairs in zip(trace.windows_s, trace.pairs, strict=True):
            fitted, opportunity = fit_both(
                trace.actions,
                window,
                *pairs,
                self.settings,
                self.threads,
                self.settings.timing.stretch_s,
            )
            fits.append(fitted)
            checks += self._p_values(null.null_model, fitted, opportunity, rng)
        trace = replace(trace, pairs=())
        return NullTrace(
            null_model=null.null_model, trace=trace, fitted=tuple(fits)
        ), checks

    def _p_values(
        self,
        null_model: str,
        fitted: FittedNulls,
        opportunity: FittedOpportunity,
        rng: np.random.Generator,
    ) -> list[_PValues]:
        """Return randomised p-values of sampled pairs, by model, window and stretch."""
        wanted, threads = self.settings.calibration.pairs, self.threads
        if null_model == "opportunity":
            found = _of_opportunity(fitted, opportunity, wanted, rng, threads)
            return [(("opportunity", fitted.window_s, None), found)]
        return [
            (
                ("timing", fitted.window_s, stretch),
                _of_timing(fitted.within(stretch, self.settings), wanted, rng, threads),
            )
            for stretch in stretches(fitted.window_s, self.settings)
        ]


def randomised(
    tail: NDArray[np.float64],
    point: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return p-values that are uniform under the null, though counts are discrete.

    Parameters
    ----------
    tail, point : float64 arrays
        P(X >= observed) and P(X = observed).
    rng : numpy.random.Generator
        Source of chance.
    """
    return np.asarray(tail - rng.random(len(tail)) * point, np.float64)


def _shares(
    fitted: FittedNulls, first: NDArray[np.int32], second: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return how far the sampled pairs are left out of the background."""
    n = len(fitted.actions.stratum)
    shares = np.zeros(len(first))
    drawn, there = found_among(first.astype(np.int64) * n + second, fitted.key)
    shares[drawn] = fitted.pairs.share[there]
    return shares


def _of_timing(
    fitted: FittedNulls, wanted: int, rng: np.random.Generator, threads: int
) -> NDArray[np.float64]:
    timing = fitted.timing()
    cells, account = timing.cells, timing.actions.account
    first, second = sampled_pairs(cells.cell, account, wanted, rng)
    pairs = ChosenPairs(
        first=first, second=second, share=_shares(fitted, first, second)
    )
    met = timing.meetings(pairs, threads)
    begin, chances = timing.chances(pairs, met.shared, threads)
    tail = poisson_binomial_tail(met.sessions, begin, chances, threads=threads)
    point = poisson_binomial_point(met.sessions, begin, chances)
    p_values = randomised(tail, point, rng)
    return p_values[~np.isnan(met.p_value)]


def _of_opportunity(
    fitted: FittedNulls,
    opportunity: FittedOpportunity,
    wanted: int,
    rng: np.random.Generator,
    threads: int,
) -> NDArray[np.float64]:
    actions, rows = fitted.actions, opportunity.rows
    own = of_case(actions, actions.account)
    bins, account = rows.action_bin[own], actions.account[own]
    order = np.argsort(bins, kind="stable")
    first, second = sampled_pairs(
        bins[order].astype(np.int64), account[order], wanted, rng
    )
    _, sessions = meetings(actions, fitted.window_s, first, second, threads)
    expected = opportunity.expected(first, second, threads)
    tail = poisson_tail(sessions, expected)
    return randomised(tail, poisson.pmf(sessions, expected), rng)
