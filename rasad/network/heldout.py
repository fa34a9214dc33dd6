"""Held-out confirmation: groups found on half of the posts, tested on the other.

A group that was found because its members act together cannot be tested on the actions
that made it a group. The statistic on the other half is the number of distinct objects
on which at least two members are close: one object shared by six members counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

from rasad.extend import TraceActions
from rasad.kernels.crowds import close_units, crowd_chances, draw_crowds
from rasad.kernels.timing import HOUR_US
from rasad.network.matching import Pools
from rasad.network.occasions import Occasion
from rasad.null_models.tails import poisson_binomial_tail

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
class Crowds:
    """On how many objects each crowd is close; none where nobody is like the members.

    `share` is how many members there are for each account that stands for them,
    `strict` whether those agree with them in stratum and time of day.
    """

    counts: NDArray[np.int64]
    share: float
    strict: bool

    @property
    def mean(self) -> float:
        """Return the mean; NaN without crowds."""
        return float(self.counts.mean()) if len(self.counts) else float("nan")

    def tail(self, observed: int) -> float:
        """Return how likely a crowd is at least as close as the group.

        NaN without crowds.

        Notes
        -----
        The share of crowds that are, but no less than the tail of a negative binomial
        with their mean and variance, the latter times (1 + s) / (1 - s): m members
        drawn out of m / s accounts differ from each other by less than m other accounts
        do from them. Where crowds are few and none is as close, the negative binomial
        alone, but no less than a tenth of what one more crowd would give.

        Examples
        --------
        >>> crowds = Crowds(counts=np.zeros(10_000, np.int64), share=0.0, strict=True)
        >>> crowds.tail(3) < 1e-3
        True
        """
        n = len(self.counts)
        if n == 0:
            return float("nan")
        as_close = int((self.counts >= observed).sum())
        drawn = (1 + as_close) / (1 + n)
        fitted = self._fitted(observed)
        few = as_close == 0 and n < DRAWS
        return max(fitted, drawn / 10 if few else drawn)

    def _fitted(self, observed: int) -> float:
        mean = (self.counts.sum() + 0.5) / len(self.counts)
        variance = self.counts.var() * (1 + self.share) / (1 - self.share)
        if variance <= mean:
            return float(poisson.sf(observed - 1, mean))
        success = mean / variance
        return float(nbinom.sf(observed - 1, mean * success / (1 - success), success))


NOBODY = Crowds(counts=np.zeros(0, np.int64), share=0.0, strict=True)
"""No crowds: nobody is like the members."""


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
    testable : bool
        Whether null model T is used here and has outsiders to compare with.
    outsiders : float
        Share of outsiders among those who act where two members do.
    crowds : Crowds
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
    testable: bool
    outsiders: float
    crowds: Crowds
    chances: NDArray[np.float64]
    sessions: int


def show(
    occasion: Occasion,
    members: NDArray[np.int64],
    barred: NDArray[np.bool_],
    rng: np.random.Generator,
    beside: NDArray[np.int64] | None = None,
) -> Showing:
    """Test a group on one occasion.

    Parameters
    ----------
    occasion : Occasion
        Trace and window.
    members : int64 array
        Account codes, ascending.
    barred : bool array
        Accounts that are in no crowd: whoever is in a group that was found. Where there
        is a reference crowd, nobody else is.
    rng : numpy.random.Generator
        Draws the crowds.
    beside : int64 array, optional
        The whole group, where `members` are a crew of it: the others are no outsiders.

    Notes
    -----
    *Crowds*: every member is replaced by an outsider of the same class of activity,
    stratum and time of day, nobody twice; p is the share of crowds at least as close,
    see `Crowds.tail`. *Timing*: on each object, m members of a cell are close with
    probability 1 - exp(-pi m (m - 1) / 2), pi read off outsiders and cells alike; p is
    the Poisson-binomial tail, one object per hour.
    """
    actions = occasion.actions
    window_us = occasion.window_s * 1_000_000
    member = np.zeros(len(actions.stratum), np.bool_)
    member[members] = True
    known = _known(occasion, member)
    if beside is not None:
        known[beside] = True
    places = _places(actions, members)
    observed = int(close_units(places, actions.object, actions.time_us, window_us))
    out = known | barred
    if actions.reference is not None:
        out |= ~actions.reference
    crowds = _crowds(occasion, members, out, observed, rng)
    chances, hit_us, outsiders = _chances(occasion, places, member, known)
    testable = occasion.timing_used and outsiders >= OUTSIDERS
    sessions = len(np.unique(hit_us[hit_us >= 0] // HOUR_US))
    return Showing(
        trace=occasion.trace,
        window_s=occasion.window_s,
        observed=observed,
        expected_crowd=crowds.mean,
        expected_timing=float(chances.sum()),
        p_crowd=crowds.tail(observed),
        p_timing=timing_tail(chances, sessions, testable),
        testable=testable,
        outsiders=outsiders,
        crowds=crowds,
        chances=chances,
        sessions=sessions,
    )


def _crowds(
    occasion: Occasion,
    members: NDArray[np.int64],
    barred: NDArray[np.bool_],
    observed: int,
    rng: np.random.Generator,
) -> Crowds:
    """Return how often crowds alike are close; few where the group is like them."""
    activity = occasion.alike.activity[members]
    acting = members[activity > 0]
    pools = occasion.alike.pools(acting, barred)
    if pools is None or len(acting) < 2:
        return NOBODY
    affordable = LOOKED_AT // max(int(activity.sum()), 1)
    wanted = min(DRAWS, max(FEWEST_DRAWS, affordable))
    counts = _drawn(occasion, pools, min(FIRST_DRAWS, wanted), rng)
    if (counts >= observed).sum() <= PLAIN and wanted > FIRST_DRAWS:
        rest = _drawn(occasion, pools, wanted - FIRST_DRAWS, rng)
        counts = np.concatenate([counts, rest]) if len(rest) else rest
    return Crowds(counts=counts, share=pools.share, strict=pools.strict)


def _drawn(
    occasion: Occasion, pools: Pools, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the counts of crowds; none where they cannot be drawn."""
    found = np.zeros(draws, np.int64)
    actions = occasion.actions
    able = draw_crowds(
        pools.start, pools.account, *actions.by_account, actions.object,
        actions.time_us, occasion.window_s * 1_000_000, rng, found,
    )  # fmt: skip
    return found if able else found[:0]


def _places(actions: TraceActions, members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the members' actions, ascending."""
    start, order = actions.by_account
    return np.sort(order[_ranges(start[members], start[members + 1])])


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all places from each begin to its end, one range after the other."""
    size = end - begin
    before = np.cumsum(size) - size
    places = np.arange(size.sum()) + np.repeat(begin - before, size)
    return np.asarray(places, np.int64)


def _chances(
    occasion: Occasion,
    places: NDArray[np.int64],
    member: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.int64], float]:
    """Return chances, times of the first close pair, and the share of outsiders.

    Only cells in which two members act are looked at, however large the trace.
    """
    actions = occasion.actions
    cells, acting = np.unique(occasion.cell[places], return_counts=True)
    cells = cells[acting > 1]
    begin, end = (occasion.cell_begin[at].astype(np.int64) for at in (cells, cells + 1))
    here = _ranges(begin, end)
    unit_of, hit_us, shared, outside = (
        np.zeros(len(cells), np.int64) for _ in range(4)
    )
    chance = np.zeros(len(cells))
    who = actions.account[here]
    n = crowd_chances(
        member[who], known[who], actions.stratum[who],
        np.r_[0, np.cumsum(end - begin)], occasion.cell_unit[cells].astype(np.int64),
        actions.time_us[here], occasion.window_s * 1_000_000, occasion.base[cells],
        occasion.tempo, occasion.shrinkage, unit_of, chance, hit_us, shared, outside,
    )  # fmt: skip
    everybody = shared[:n].sum() + outside[:n].sum()
    return chance[:n], hit_us[:n], float(outside[:n].sum() / max(everybody, 1))


def _known(occasion: Occasion, member: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark members and whoever is probably run together with one of them.

    Groups rarely hold everybody. Those that were missed act like members, and would
    make the group's closeness look ordinary.
    """
    pairs = occasion.pairs
    likely = pairs.share >= LIKELY
    first, second = pairs.first[likely], pairs.second[likely]
    known = member.copy()
    known[second[member[first]]] = True
    known[first[member[second]]] = True
    return known


def timing_tail(chances: NDArray[np.float64], sessions: int, testable: bool) -> float:
    """Return P(at least so many close objects) given what the members chose.

    NaN where that cannot be tested.
    """
    if not testable:
        return float("nan")
    begin = np.array([0, len(chances)], np.int64)
    return float(poisson_binomial_tail(np.array([sessions]), begin, chances)[0])
