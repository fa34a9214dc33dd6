"""Groups found on half of the objects, and what the other half says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.network.calibration import SHORT_S
from rasad.network.carriers import MOST_REMOVED
from rasad.network.groups import communities
from rasad.network.halves import TracePairs
from rasad.network.heldout import (
    Showing,
    combined,
    crowd_tail,
    occasions,
    show,
    timing_tail,
)
from rasad.network.multiplicity import benjamini_hochberg
from rasad.network.pair_tests import fit_nulls
from rasad.network.trace_tests import null_tests
from rasad.network.validation import Pairs, WindowTests, combine

SEVERAL = 2
"""Objects on which a pair must be close, on the half that finds, to make a group."""

RESOLUTIONS = (0.5, 2.0)
SEEDS = 4
"""Other resolutions, as factors, and other seeds with which stability is measured."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """A group found on one half, with its tests on the other.

    Parameters
    ----------
    members : int64 array
        Account codes, ascending.
    showings : tuple of Showing
        What each trace and short window shows on the half that confirms.
    p_crowd, p_timing : float
        Both tests over all of them; NaN where none could be made.
    p_value : float
        The larger of both; null model J's alone, in windows of at most a minute, where
        the group is its objects' audience.
    q_value : float
        Corrected over all groups found.
    confirmed : bool
        Whether the group is confirmed.
    fragility : int
        Objects of the confirming half that must go before it is no longer confirmed;
        0 where it is not.
    stability : float
        Mean overlap (Jaccard) with the best match under other seeds and resolutions.
    """

    members: NDArray[np.int64]
    showings: tuple[Showing, ...]
    p_crowd: float
    p_timing: float
    p_value: float
    q_value: float
    confirmed: bool
    fragility: int
    stability: float


@dataclass(frozen=True, kw_only=True)
class _Network:
    """Pairs that make groups on the half that finds."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weight: NDArray[np.float64]

    def groups(
        self, settings: Settings, factor: float = 1.0, step: int = 0
    ) -> list[NDArray[np.int64]]:
        """Return the members of each community."""
        found = communities(
            self.first,
            self.second,
            self.weight,
            resolution=settings.groups.resolution * factor,
            seed=settings.groups.seed + step,
            min_size=settings.groups.min_size,
        )
        return [group.members for group in found]


def held_out(
    traces: list[TracePairs],
    eligible: NDArray[np.bool_],
    trusted: frozenset[tuple[int, int]],
    settings: Settings,
    threads: int,
) -> list[HeldOut]:
    """Find groups on one half of the objects and confirm them on the other.

    Parameters
    ----------
    traces : list of TracePairs
        The traces of a run.
    eligible : bool array of (n_traces, n_accounts)
        Who could be tested where.
    trusted : set of (trace, window)
        Tests that the calibration gate let pass; others confirm nothing.
    settings : Settings
        All settings.
    threads : int
        Threads to use; they change no digit.

    Returns
    -------
    list of HeldOut
        By first member.
    """
    network = _finding_network(traces, eligible, trusted, settings, threads)
    groups = network.groups(settings)
    if not groups:
        return []
    others = _alternatives(network, settings)
    where = occasions(traces, trusted, settings, threads)
    rng = np.random.default_rng(settings.groups.seed)
    shown = [tuple(show(one, members, rng) for one in where) for members in groups]
    p_values = np.array([_p_value(showings) for showings in shown])
    q_values = benjamini_hochberg(p_values, len(p_values))
    passed = q_values <= settings.validation.q
    limit = float(p_values[passed].max(initial=0.0))
    return [
        HeldOut(
            members=members,
            showings=showings,
            p_crowd=combined([one.p_crowd for one in showings]),
            p_timing=combined([one.p_timing for one in showings]),
            p_value=float(p),
            q_value=float(q),
            confirmed=bool(confirmed),
            fragility=_fragility(showings, limit),
            stability=_stability(members, others),
        )
        for members, showings, p, q, confirmed in zip(
            groups, shown, p_values, q_values, passed, strict=True
        )
    ]


def _fragility(showings: tuple[Showing, ...], limit: float) -> int:
    """Return how many objects must go before the p-value exceeds the limit."""
    removed = 0
    left = showings
    while removed < MOST_REMOVED and _p_value(left) <= limit:
        removed += 1
        left = tuple(_without(one, removed) for one in showings)
    return removed


def _without(showing: Showing, removed: int) -> Showing:
    """Return what an occasion would show without some of the objects."""
    observed = max(showing.observed - removed, 0)
    sessions = max(showing.sessions - removed, 0)
    return replace(
        showing,
        observed=observed,
        sessions=sessions,
        p_crowd=crowd_tail(showing.counts, observed),
        p_timing=timing_tail(showing.chances, sessions, showing.outsiders),
    )


def _finding_network(
    traces: list[TracePairs],
    eligible: NDArray[np.bool_],
    trusted: frozenset[tuple[int, int]],
    settings: Settings,
    threads: int,
) -> _Network:
    """Return the pairs that stand out on the half that finds."""
    n = eligible.shape[1]
    tests = [
        _window_tests(trace, place, trusted, settings, threads)
        for trace in traces
        for place in range(len(trace.windows_s))
    ]
    pairs = combine(tests, eligible, settings.validation)
    made = pairs.p_value <= settings.groups.largest_p
    made &= (_most(pairs, tests) >= SEVERAL) & (pairs.lift > 1)
    return _Network(
        first=pairs.key[made] // n,
        second=pairs.key[made] % n,
        weight=np.log1p(pairs.lift[made]),
    )


def _most(pairs: Pairs, tests: list[WindowTests]) -> NDArray[np.int64]:
    """Return on how many objects each pair is close, in the window with the most."""
    most = np.zeros(len(pairs.key), np.int64)
    for test in tests:
        at = np.searchsorted(pairs.key, test.key)
        most[at] = np.maximum(most[at], test.n_first)
    return most


def _window_tests(
    trace: TracePairs,
    place: int,
    trusted: frozenset[tuple[int, int]],
    settings: Settings,
    threads: int,
) -> WindowTests:
    window_s = trace.windows_s[place]
    first, second = trace.several[place]
    actions = trace.part(finding=True)
    stretch_s = trace.stretches_s[place]
    fitted = fit_nulls(actions, window_s, first, second, settings, threads, stretch_s)
    passed = (trace.number, window_s) in trusted
    return null_tests(trace.number, fitted, passed, threads)


def _alternatives(
    network: _Network, settings: Settings
) -> list[list[NDArray[np.int64]]]:
    """Return the groups under other resolutions and other seeds."""
    return [
        *(network.groups(settings, factor=factor) for factor in RESOLUTIONS),
        *(network.groups(settings, step=step) for step in range(1, SEEDS + 1)),
    ]


def _stability(
    members: NDArray[np.int64], others: list[list[NDArray[np.int64]]]
) -> float:
    """Return the mean overlap with the group most like this one, as Jaccard's index."""
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


def _p_value(showings: tuple[Showing, ...]) -> float:
    """Return what confirms a group: both tests, or J's in short windows alone."""
    timed = [one.p_timing for one in showings]
    if all(np.isnan(p) for p in timed):
        short = [one.p_crowd for one in showings if one.window_s <= SHORT_S]
        return combined(short) if short else 1.0
    return max(combined([one.p_crowd for one in showings]), combined(timed))
