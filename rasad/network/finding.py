"""Groups as the half of the posts shows them on which they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.network.groups import communities
from rasad.network.halves import TracePairs
from rasad.network.pair_tests import FittedNulls, fit_nulls
from rasad.network.trace_tests import null_tests
from rasad.network.validation import combine
from rasad.network.waiting import Line, Room, Waiting
from rasad.network.window_tests import WindowTests
from rasad.null_models.timing import ChosenPairs

SEVERAL = 2
"""Objects on which a pair must be close, on the half that finds, to make a group."""

RESOLUTIONS = (0.5, 2.0)
SEEDS = 4
"""Other resolutions, as factors, and other seeds with which stability is measured."""

Groups = list[NDArray[np.int64]]
"""Account codes of the members of each group, ascending."""


@dataclass(frozen=True, kw_only=True)
class FindingNetwork:
    """Pairs that make groups on the half that finds.

    Parameters
    ----------
    first, second : int64 arrays
        Account codes of the pairs that stand out.
    weight : float64 array
        How much.
    likely : dict of int to ChosenPairs
        By trace, pairs that may be no ordinary ones, and how likely each is none.
    settings : Settings
        All settings.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weight: NDArray[np.float64]
    likely: dict[int, ChosenPairs]
    settings: Settings

    @classmethod
    def of(
        cls,
        traces: Sequence[TracePairs],
        eligible: NDArray[np.bool_],
        trusted: frozenset[tuple[int, int]],
        settings: Settings,
        threads: int,
        room: Room,
    ) -> FindingNetwork:
        """Find the pairs that stand out; see `held_out`."""
        likely: dict[int, ChosenPairs] = {}
        with room.part() as waiting:
            tests: list[Waiting[WindowTests]] = []
            for trace in traces:
                found, aside = _tested(trace, trusted, settings, threads)
                tests += map(waiting.put, found)
                likely[trace.number] = aside
            pairs = combine(Line(tests), eligible, settings.validation)
        n = eligible.shape[1]
        made = pairs.p_value <= settings.groups.largest_p
        made &= pairs.lift > 1
        return cls(
            first=pairs.key[made] // n,
            second=pairs.key[made] % n,
            weight=np.log1p(pairs.lift[made]),
            likely=likely,
            settings=settings,
        )

    def groups(self, factor: float = 1.0, step: int = 0) -> Groups:
        """Return the members of each community.

        Parameters
        ----------
        factor : float
            Resolution, as a factor.
        step : int
            Added to the seed.
        """
        chosen = self.settings.groups
        found = communities(
            self.first,
            self.second,
            self.weight,
            resolution=chosen.resolution * factor,
            seed=chosen.seed + step,
            min_size=chosen.min_size,
        )
        return [group.members for group in found]

    def alternatives(self) -> list[Groups]:
        """Return the groups under other resolutions and other seeds."""
        return [
            *(self.groups(factor=factor) for factor in RESOLUTIONS),
            *(self.groups(step=step) for step in range(1, SEEDS + 1)),
        ]


def _tested(
    trace: TracePairs,
    trusted: frozenset[tuple[int, int]],
    settings: Settings,
    threads: int,
) -> tuple[list[WindowTests], ChosenPairs]:
    """Return the tests of a trace on the half that finds, and its likely pairs."""
    tests, aside = [], []
    for place, window in enumerate(trace.windows_s):
        fit = _fit(trace, place, settings, threads)
        counts = (trace.number, window) in trusted
        tests.append(null_tests(trace.number, fit, counts, threads))
        aside.append(fit.aside)
    return tests, _likely(aside, len(trace.actions.stratum))


def _fit(
    trace: TracePairs, place: int, settings: Settings, threads: int
) -> FittedNulls:
    """Fit both nulls on the half that finds.

    Pairs are those that are close there on several objects. One co-action there must
    not count for pairs alone that have another one on the half that confirms.
    """
    window_s, stretch_s = trace.windows_s[place], trace.stretches_s[place]
    pairs = trace.several[place]
    fit = fit_nulls(trace.finding, window_s, *pairs, settings, threads, stretch_s)
    return fit[fit.observed >= SEVERAL]


def _likely(aside: list[ChosenPairs], n: int) -> ChosenPairs:
    """Return the pairs of a trace that may be no ordinary ones in some window.

    Who acts together within a minute does not do so by chance within ten seconds.
    """
    keys = [one.first.astype(np.int64) * n + one.second for one in aside]
    shares = [one.share for one in aside]
    every = np.concatenate([np.zeros(0, np.int64), *keys])
    key, place = np.unique(every, return_inverse=True)
    share = np.zeros(len(key))
    np.maximum.at(share, place, np.concatenate([np.zeros(0), *shares]))
    first, second = (key // n).astype(np.int32), (key % n).astype(np.int32)
    return ChosenPairs(first=first, second=second, share=share)


def stability(members: NDArray[np.int64], others: list[Groups]) -> float:
    """Return the mean overlap with the group most like this one, as Jaccard's index.

    Parameters
    ----------
    members : int64 array
        The group.
    others : list of lists of int64 arrays
        The groups of each way to find them otherwise.
    """
    return float(
        np.mean(
            [
                max((_jaccard(members, g) for g in found), default=0.0)
                for found in others
            ]
        )
    )


def _jaccard(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return shared / (len(a) + len(b) - shared)
