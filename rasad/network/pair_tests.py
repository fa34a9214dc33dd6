"""Both nulls on pairs of one trace and one window."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.kernels.timing import count_meetings
from rasad.null_models.opportunity import (
    FittedOpportunity,
    Opportunity,
    SeenPairs,
    lift,
    suspicion,
)
from rasad.null_models.parts import in_parts
from rasad.null_models.tails import poisson_tail
from rasad.null_models.timing import ChosenPairs, FittedTiming, Timing

UNUSED = -1
"""Stretch that stands for null model T not being used."""


@dataclass(frozen=True, kw_only=True)
class PairTests:
    """What both nulls say of pairs; all arrays have one entry per pair.

    Parameters
    ----------
    observed, sessions : int64 arrays
        Test objects on which the two are close, distinct hours in which they are.
    expected, expected_timing : float64 arrays
        What null models J and T expect of `observed`.
    p_value : float64 array
        J's tail of `sessions`.
    p_timing : float64 array
        T's; NaN where the two are their objects' whole audience.
    share : float64 array
        How likely the pair is no ordinary one; left out of the background of T.
    """

    observed: NDArray[np.int64]
    sessions: NDArray[np.int64]
    expected: NDArray[np.float64]
    expected_timing: NDArray[np.float64]
    p_value: NDArray[np.float64]
    p_timing: NDArray[np.float64]
    share: NDArray[np.float64]

    @property
    def lift(self) -> NDArray[np.float64]:
        """Return how many times as often as null model J expects a pair is close."""
        return lift(self.observed, self.expected)

    def __getitem__(self, at: Any) -> PairTests:
        return PairTests(
            **{item.name: getattr(self, item.name)[at] for item in fields(self)}
        )


@dataclass(frozen=True, kw_only=True)
class FittedNulls:
    """What both nulls, fitted to one trace and window, say of its pairs.

    What has one entry per action is not held: T is fitted when it is asked for.

    Parameters
    ----------
    actions : TraceActions
        First actions of everybody.
    window_s, stretch_s : int
        The window, and the stretch of T or `UNUSED`.
    model : Timing
        Null model T.
    pairs, aside : ChosenPairs
        The pairs that co-act, and those that may be left out of T's background.
    observed, sessions : int64 arrays
        Meetings of each pair: objects, and distinct hours.
    expected : float64 array
        What null model J expects of them.
    met : float
        The co-actions that J was read off.
    """

    actions: TraceActions
    window_s: int
    stretch_s: int
    model: Timing
    pairs: ChosenPairs
    aside: ChosenPairs
    observed: NDArray[np.int64]
    sessions: NDArray[np.int64]
    expected: NDArray[np.float64]
    met: float

    @property
    def key(self) -> NDArray[np.int64]:
        """Return each pair as one number, account a x accounts + account b."""
        n = len(self.actions.stratum)
        return self.pairs.first.astype(np.int64) * n + self.pairs.second

    def __getitem__(self, at: Any) -> FittedNulls:
        """Return the same with some of the pairs."""
        return replace(
            self,
            pairs=self.pairs[at],
            observed=self.observed[at],
            sessions=self.sessions[at],
            expected=self.expected[at],
        )

    def timing(self) -> FittedTiming:
        """Fit null model T."""
        return self.model.fit(self.actions, self.window_s, self.aside)

    def within(self, stretch_s: int, settings: Settings) -> FittedNulls:
        """Return the same with null model T for another stretch."""
        if stretch_s in (self.stretch_s, UNUSED):
            return replace(self, stretch_s=stretch_s)
        model = timing_model(settings, stretch_s)
        return replace(self, model=model, stretch_s=stretch_s)

    def tests(self, threads: int) -> PairTests:
        """Return the tests of the pairs that co-act."""
        timed = self.timing().meetings(self.pairs, threads)
        unused = np.full(len(self.observed), np.nan)
        return PairTests(
            observed=self.observed,
            sessions=self.sessions,
            expected=self.expected,
            expected_timing=timed.expected,
            p_value=poisson_tail(self.sessions, self.expected),
            p_timing=unused if self.stretch_s == UNUSED else timed.p_value,
            share=self.pairs.share,
        )


def fit_both(
    actions: TraceActions,
    window_s: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    settings: Settings,
    threads: int,
    stretch_s: int,
) -> tuple[FittedNulls, FittedOpportunity]:
    """Fit both nulls to one trace and window; J comes beside what is needed of it.

    Parameters
    ----------
    actions : TraceActions
        First actions of everybody.
    window_s : int
        The window in seconds.
    first, second : int32 arrays of m
        Accounts of the pairs that co-act. A pair that stands out and is not among them
        stays in the background. Pairs of a reference crowd are not tested.
    settings : Settings
        Settings of both nulls.
    threads : int
        Threads to use; they change no digit.
    stretch_s : int
        Stretch of null model T, or `UNUSED`.
    """
    observed, sessions = meetings(actions, window_s, first, second, threads)
    seen = SeenPairs(first=first, second=second, n_first=observed)
    fitted = opportunity_model(settings).fit(actions, window_s, seen, threads)
    if actions.reference is not None:
        own = of_case(actions, first) & of_case(actions, second)
        first, second = first[own], second[own]
        observed, sessions = observed[own], sessions[own]
    expected = fitted.expected(first, second, threads)
    share = suspicion(observed, expected)
    pairs = ChosenPairs(first=first, second=second, share=share)
    nulls = FittedNulls(
        actions=actions,
        window_s=window_s,
        model=timing_model(settings, stretch_s),
        pairs=pairs,
        aside=pairs[share > 0],
        observed=observed,
        sessions=sessions,
        expected=expected,
        stretch_s=stretch_s,
        met=fitted.met,
    )
    return nulls, fitted


def fit_nulls(
    actions: TraceActions,
    window_s: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    settings: Settings,
    threads: int,
    stretch_s: int,
) -> FittedNulls:
    """Fit both nulls to one trace and window; see `fit_both`."""
    return fit_both(actions, window_s, first, second, settings, threads, stretch_s)[0]


def of_case(actions: TraceActions, account: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark which accounts are none of a reference crowd."""
    if actions.reference is None:
        return np.ones(len(account), np.bool_)
    return np.asarray(~actions.reference[account])


def found_among(
    key: NDArray[np.int64], among: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which numbers occur among others, which ascend, and where there.

    Examples
    --------
    >>> places, there = found_among(np.array([3, 8, 5]), np.array([1, 3, 5]))
    >>> places.tolist(), there.tolist()
    ([0, 2], [1, 2])
    """
    at = np.searchsorted(among, key)
    inside = np.flatnonzero(at < len(among))
    same = inside[among[at[inside]] == key[inside]]
    return same, at[same]


def opportunity_model(settings: Settings) -> Opportunity:
    """Return null model J."""
    chosen = settings.opportunity
    return Opportunity(
        bin_s=chosen.bin_s, shrinkage=chosen.shrinkage, rounds=chosen.rounds
    )


def timing_model(settings: Settings, stretch_s: int) -> Timing:
    """Return null model T for a stretch, or that of the settings where it is unused.

    Then it still says how close members would be, for people to read.
    """
    chosen = settings.timing
    stretch_s = chosen.stretch_s if stretch_s == UNUSED else stretch_s
    return Timing(stretch_s=stretch_s, shrinkage=chosen.shrinkage)


def meetings(
    actions: TraceActions,
    window_s: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the objects on which two accounts are close, and the hours in which.

    Co-actions of one hour are one occasion: somebody scrolls through a list once. Tests
    count the hours.
    """
    actions = actions.shared
    start, order = actions.by_account
    observed, sessions = (np.zeros(len(first), np.int64) for _ in range(2))
    unit, window_us = actions.object[order], window_s * 1_000_000

    def work(at: slice) -> None:
        count_meetings(
            first[at], second[at], start, unit, order, actions.time_us, window_us,
            observed[at], sessions[at],
        )  # fmt: skip

    in_parts(work, len(first), threads)
    return observed, sessions
