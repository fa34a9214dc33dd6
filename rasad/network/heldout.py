"""Held-out confirmation: groups found on half of the objects, tested on the other.

A group that was found because its members act together cannot be tested on the actions
that made it a group. The statistic on the other half is the number of distinct objects
on which at least two members are close: one object shared by six members counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.kernels.crowds import close_units, crowd_chances, draw_crowds
from rasad.kernels.timing import HOUR_US
from rasad.network.halves import TracePairs
from rasad.network.matching import Alike
from rasad.network.multiplicity import cauchy_combination
from rasad.network.pair_tests import UNUSED, fit_nulls
from rasad.null_models.tails import poisson_binomial_tail
from rasad.null_models.timing import ChosenPairs, FittedTiming

DRAWS = 10_000
"""Crowds drawn where that is cheap: 999 could not pass a correction over 50 groups."""

LOOKED_AT = 100_000_000
"""Actions looked at per group; fewer crowds are drawn of members that act a lot."""

FEWEST_DRAWS = 400
FIRST_DRAWS = 500
PLAIN = 20
"""Crowds as close as the group among the first ones, above which no more are drawn."""

LIKELY = 0.5
"""Chance that a pair is no ordinary one, from which neither counts as an outsider."""

OUTSIDERS = 0.2
"""Share of outsiders among those who act on a group's objects, below which the group is
their audience and null model T has nobody to compare with."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One trace and window on the half on which groups are confirmed."""

    trace: int
    window_s: int
    timing_used: bool
    actions: TraceActions
    alike: Alike
    timed: FittedTiming
    pairs: ChosenPairs
    cell_begin: NDArray[np.int64]
    cell_unit: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Showing:
    """What one occasion shows of a group.

    Parameters
    ----------
    trace, window_s : int
        The occasion.
    observed : int
        Distinct objects on which two members are close.
    expected_crowd, expected_timing : float
        What crowds alike, and the times of others, would give.
    p_crowd, p_timing : float
        Tails of both; NaN where the test cannot be made.
    outsiders : float
        Share of outsiders among those who act where two members do.
    counts : int64 array
        What each crowd gave.
    chances : float64 array
        Chance, by object, that two members are close.
    sessions : int
        Distinct hours in which two members are first close on an object.
    """

    trace: int
    window_s: int
    observed: int
    expected_crowd: float
    expected_timing: float
    p_crowd: float
    p_timing: float
    outsiders: float
    counts: NDArray[np.int64]
    chances: NDArray[np.float64]
    sessions: int


def occasions(
    traces: list[TracePairs],
    trusted: frozenset[tuple[int, int]],
    settings: Settings,
    threads: int,
) -> list[Occasion]:
    """Fit null model T on the held-out half, for every trusted short window."""
    longest = settings.validation.longest_window_s
    return [
        _occasion(trace, place, settings, threads)
        for trace in traces
        for place, window in enumerate(trace.windows_s)
        if window <= longest and (trace.number, window) in trusted
    ]


def _occasion(
    trace: TracePairs, place: int, settings: Settings, threads: int
) -> Occasion:
    actions = trace.part(finding=False)
    window_s, stretch_s = trace.windows_s[place], trace.stretches_s[place]
    pairs = trace.several[place]
    fitted = fit_nulls(actions, window_s, *pairs, settings, threads, stretch_s)
    cells = fitted.timing.cells
    return Occasion(
        trace=trace.number,
        window_s=window_s,
        timing_used=stretch_s != UNUSED,
        actions=actions,
        alike=Alike.of(actions),
        timed=fitted.timing,
        pairs=fitted.pairs,
        cell_begin=np.r_[cells.begin, len(actions.account)],
        cell_unit=actions.object[cells.begin].astype(np.int64),
    )


def show(
    occasion: Occasion, members: NDArray[np.int64], rng: np.random.Generator
) -> Showing:
    """Test a group on one occasion.

    Parameters
    ----------
    occasion : Occasion
        Trace and window.
    members : int64 array
        Account codes, ascending.
    rng : numpy.random.Generator
        Draws the crowds.

    Notes
    -----
    *Crowds*: every member is replaced by an outsider of the same class of activity,
    stratum and time of day; p is the share of crowds at least as close. Where fewer
    than `DRAWS` crowds are affordable, the tail of a negative binomial with their mean
    and variance is used. *Timing*: on each object, m members of a cell are close with
    probability 1 - exp(-pi m (m - 1) / 2), pi read off outsiders and cells alike; p is
    the Poisson-binomial tail, one object per hour.
    """
    actions = occasion.actions
    window_us = occasion.window_s * 1_000_000
    member = np.zeros(len(actions.stratum), np.bool_)
    member[members] = True
    acted = member[actions.account]
    places = np.flatnonzero(acted)
    observed = int(close_units(places, actions.object, actions.time_us, window_us))
    counts = _crowds(occasion, members, observed, len(places), rng)
    chances, hit_us, outsiders = _chances(occasion, member)
    if not occasion.timing_used:
        outsiders = 0.0
    sessions = len(np.unique(hit_us[hit_us >= 0] // HOUR_US))
    return Showing(
        trace=occasion.trace,
        window_s=occasion.window_s,
        observed=observed,
        expected_crowd=float(counts.mean()),
        expected_timing=float(chances.sum()),
        p_crowd=crowd_tail(counts, observed),
        p_timing=timing_tail(chances, sessions, outsiders),
        outsiders=outsiders,
        counts=counts,
        chances=chances,
        sessions=sessions,
    )


def _crowds(
    occasion: Occasion,
    members: NDArray[np.int64],
    observed: int,
    n_actions: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return how often crowds alike are close; few where the group is like them."""
    pools = occasion.alike.pools(members)
    affordable = LOOKED_AT // max(n_actions, 1)
    wanted = min(DRAWS, max(FEWEST_DRAWS, affordable))
    first = _drawn(occasion, pools, min(FIRST_DRAWS, wanted), rng)
    if (first >= observed).sum() > PLAIN or wanted <= FIRST_DRAWS:
        return first
    rest = _drawn(occasion, pools, wanted - FIRST_DRAWS, rng)
    return np.concatenate([first, rest])


def _drawn(
    occasion: Occasion,
    pools: tuple[NDArray[np.int64], NDArray[np.int64]],
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    found = np.zeros(draws, np.int64)
    picks = rng.random((draws, len(pools[0]) - 1))
    actions = occasion.actions
    draw_crowds(
        *pools, *actions.by_account, actions.object, actions.time_us,
        occasion.window_s * 1_000_000, picks, found,
    )  # fmt: skip
    return found


def _chances(
    occasion: Occasion, member: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64], float]:
    """Return chances, times of the first close pair, and the share of outsiders."""
    actions, timed = occasion.actions, occasion.timed
    most = len(occasion.cell_unit)
    unit_of, hit_us, shared, outside = (np.zeros(most, np.int64) for _ in range(4))
    chance = np.zeros(most)
    who = actions.account
    n = crowd_chances(
        member[who], _known(occasion, member)[who], actions.stratum[who],
        occasion.cell_begin, occasion.cell_unit, actions.time_us,
        occasion.window_s * 1_000_000, timed.base, timed.tempo, timed.shrinkage,
        unit_of, chance, hit_us, shared, outside,
    )  # fmt: skip
    everybody = shared[:n].sum() + outside[:n].sum()
    return chance[:n], hit_us[:n], float(outside[:n].sum() / max(everybody, 1))


def _known(occasion: Occasion, member: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark members and whoever is probably run together with one of them.

    The half that finds rarely finds everybody. Those it missed act like members, and
    would make the group's closeness look ordinary.
    """
    pairs = occasion.pairs
    likely = pairs.share >= LIKELY
    first, second = pairs.first[likely], pairs.second[likely]
    known = member.copy()
    known[second[member[first]]] = True
    known[first[member[second]]] = True
    return known


def crowd_tail(counts: NDArray[np.int64], observed: int) -> float:
    """Return how likely a crowd alike is at least as close as the group.

    Examples
    --------
    >>> crowd_tail(np.zeros(10_000, np.int64), 3) < 1e-3
    True
    """
    drawn = (1 + (counts >= observed).sum()) / (1 + len(counts))
    if len(counts) >= DRAWS or drawn > PLAIN / FIRST_DRAWS:
        return float(drawn)
    mean = (counts.sum() + 0.5) / len(counts)
    variance = counts.var()
    if variance <= mean:
        return float(poisson.sf(observed - 1, mean))
    success = mean / variance
    return float(nbinom.sf(observed - 1, mean * success / (1 - success), success))


def timing_tail(chances: NDArray[np.float64], sessions: int, outsiders: float) -> float:
    """Return P(at least so many close objects) given what the members chose.

    NaN where they are the audience, so that nobody is there to compare with.
    """
    if outsiders < OUTSIDERS:
        return float("nan")
    begin = np.array([0, len(chances)], np.int64)
    return float(poisson_binomial_tail(np.array([sessions]), begin, chances)[0])


def combined(p_values: list[float]) -> float:
    """Return the Cauchy combination of tests, NaN where none could be made.

    A test that shows nothing says nothing either way: it counts with p = 1/2, since
    p = 1 would drown all others.
    """
    if all(np.isnan(p) for p in p_values):
        return float("nan")
    stacked = np.minimum(np.array(p_values), 0.5)[:, None]
    return float(cauchy_combination(stacked, np.ones(len(p_values)))[0])
