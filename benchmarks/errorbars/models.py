"""The null models as the benchmark calls them: the one place that knows their shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.errorbars.events import Events
from benchmarks.errorbars.rules import Pairs
from benchmarks.errorbars.worlds.table import START, Bool, Int, Real
from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.network.multiplicity import benjamini_hochberg
from rasad.null_models.opportunity import (
    FittedOpportunity,
    Opportunity,
    SeenPairs,
    operated,
)
from rasad.null_models.tails import poisson_tail
from rasad.null_models.timing import ChosenPairs, FittedTiming, Timing

SECOND_US = 1_000_000
LEAST_OBJECTS = 2


@dataclass(frozen=True, kw_only=True)
class Question:
    """First actions of everybody, and the pairs of codes that co-act in a window."""

    actions: TraceActions
    window_s: int
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    n_first: Int
    n_eligible: int

    @property
    def possible(self) -> int:
        """How many pairs could have been tested."""
        return self.n_eligible * (self.n_eligible - 1) // 2


def asked(events: Events, pairs: Pairs, window_s: int, stratum: Int) -> Question:
    """Return first actions, and those pairs of them that can be tested.

    Parameters
    ----------
    events : Events
        First actions.
    pairs : Pairs
        Pairs with the objects that they share inside the window.
    window_s : int
        The window.
    stratum : int64 array
        Stratum of each account code.
    """
    order = np.lexsort((events.account, events.second, events.thing))
    done = np.bincount(events.account, minlength=len(events.names))
    eligible = done >= LEAST_OBJECTS
    able = eligible[pairs.first] & eligible[pairs.second]
    return Question(
        actions=TraceActions(
            account=events.account[order].astype(np.int32),
            object=events.thing[order].astype(np.int32),
            time_us=(START + events.second[order]) * SECOND_US,
            eligible=eligible,
            stratum=stratum.astype(np.int32),
        ),
        window_s=window_s,
        first=pairs.first[able].astype(np.int32),
        second=pairs.second[able].astype(np.int32),
        n_first=pairs.weight[able].astype(np.int64),
        n_eligible=int(eligible.sum()),
    )


def fitted_opportunity(question: Question, threads: int = 1) -> FittedOpportunity:
    """Fit null model J as it is shipped."""
    settings = Settings().opportunity
    model = Opportunity(
        bin_s=settings.bin_s, shrinkage=settings.shrinkage, rounds=settings.rounds
    )
    seen = SeenPairs(
        first=question.first, second=question.second, n_first=question.n_first
    )
    return model.fit(question.actions, question.window_s, seen, threads)


def same_bin_only(fitted: FittedOpportunity) -> FittedOpportunity:
    """Return the variant that forgets chances across the boundary of two bins."""
    return replace(fitted, later=np.zeros_like(fitted.later))


def opportunity_p(
    question: Question, fitted: FittedOpportunity, threads: int = 1
) -> Real:
    """Return the p-values of null model J."""
    expected = fitted.expected(question.first, question.second, threads)
    return poisson_tail(question.n_first, expected)


def chosen_pairs(question: Question, expected: Real) -> ChosenPairs:
    """Return the pairs as null model T takes them, by what null model J expects."""
    share = np.where(
        question.n_first >= LEAST_OBJECTS, operated(question.n_first, expected), 0.0
    )
    return ChosenPairs(first=question.first, second=question.second, share=share)


def fitted_timing(question: Question, pairs: ChosenPairs) -> FittedTiming:
    """Fit null model T as it is shipped."""
    settings = Settings().timing
    model = Timing(stretch_s=settings.stretch_s, shrinkage=settings.shrinkage)
    return model.fit(question.actions, question.window_s, pairs)


def timing_p(fitted: FittedTiming, pairs: ChosenPairs, threads: int = 1) -> Real:
    """Return the p-values of null model T; NaN where it cannot be asked."""
    return fitted.meetings(pairs, threads).p_value


def passes(p_value: Real, possible: int, q: float = 0.05) -> Bool:
    """Mark the p-values that pass Benjamini-Hochberg over all possible pairs."""
    return np.asarray(benjamini_hochberg(p_value, possible) <= q)
