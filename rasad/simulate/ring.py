"""Rings to put into somebody's own data: new accounts that carry out tasks together.

Everything is an array: the actions of a case go in as codes and seconds, those of the
rings come out. What a ring borrows, it borrows from the case: its members live like
ordinary accounts of it, work at its hours, and push what is popular in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.errors import ConfigError

Ints = NDArray[np.int64]

DAY_S = 86_400
QUIET = 0.1
"""Share of the mean day's actions below which the case says nothing about a day."""

LOOK_BACK_S = 7_200
SAMPLED = 30
"""A popular object is the most used one of so many actions of the last hours."""

MOST_TASKS = 1_000.0
LONGEST_LAG_S = 366.0 * DAY_S
"""Bounds of a ring's tasks per day and of its lag; beyond, somebody has mistyped."""

LAG_SIGMA = 0.8
SPILL_OVER, SPILL_S, SPILL_SIGMA = 4.0, 1_800.0, 1.2
"""Ordinary shares of an object of a ring's own: how many, and how much later."""

DONOR_ACTIONS = 5
NEAR_S = 600
SHIFTED_S = 120
REDRAWN = 4
"""Draws of an object that must not be the donor's own action; then it is left out."""

TASK, LIFE, SPILL = 0, 1, 2
"""Why a row is there: a joint task, a member's ordinary life, an ordinary share."""


@dataclass(frozen=True, kw_only=True)
class RingDesign:
    """How a ring works.

    Parameters
    ----------
    members : int
        Accounts of the ring.
    tasks_per_day : float
        Joint tasks on a day on which the ring is active; what is left of a whole
        number is the chance of one more.
    compliance : float
        The chance that a member carries a task out.
    lag_s : float
        Median of the log-normal delay after the order, in seconds; sigma is 0.8.
    own_share : float
        Share of tasks whose object is new; the others push what is popular.
    active_share : float
        Share of the days on which the ring is active.
    camouflage : float
        Share of an ordinary account's actions that each member repeats, with objects
        of the same minutes.

    Raises
    ------
    ConfigError
        If a value makes no ring.

    Examples
    --------
    >>> RingDesign(members=15, tasks_per_day=2).compliance
    0.9
    """

    members: int = 15
    tasks_per_day: float = 2.0
    compliance: float = 0.9
    lag_s: float = 60.0
    own_share: float = 0.5
    active_share: float = 1.0
    camouflage: float = 1.0

    def __post_init__(self) -> None:
        if self.members < 2:
            raise ConfigError(
                f"{self.members} accounts are no ring", "give it two or more"
            )
        for name in ("compliance", "own_share", "active_share", "camouflage"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(
                    f"A ring's {name} is {getattr(self, name)}", "give a share, 0 to 1"
                )
        for name, most in (("tasks_per_day", MOST_TASKS), ("lag_s", LONGEST_LAG_S)):
            if not 0 <= getattr(self, name) <= most:
                raise ConfigError(
                    f"A ring's {name} is {getattr(self, name)}",
                    f"give 0 to {most:,.0f}",
                )


@dataclass(frozen=True)
class CaseActions:
    """The actions of one trace of a case, by time.

    Parameters
    ----------
    account, object : int64 arrays of m
        Codes from 0.
    second : int64 array of m
        Ascending seconds since 1970 UTC.
    """

    account: Ints
    object: Ints
    second: Ints

    @classmethod
    def of(cls, account: Ints, object: Ints, second: Ints) -> CaseActions:
        """Return actions given in any order; the order does not matter."""
        order = np.lexsort((object, account, second))
        return cls(account[order], object[order], second[order])

    def __len__(self) -> int:
        return len(self.second)


@dataclass(frozen=True)
class RingActions:
    """What one ring does, and what ordinary accounts do because of it.

    Parameters
    ----------
    account : int64 array of m
        Place among the members, or ~code of an account of the case.
    object : int64 array of m
        Number of the ring's task whose object it is, or ~code of an object of the
        case.
    second : int64 array of m
        Seconds since 1970 UTC; rows are by time.
    reason : int64 array of m
        `TASK`, `LIFE` or `SPILL`.
    like : int64 array of members
        Code of the account of the case whose life each member borrows.
    n_tasks : int
        Tasks that were given.
    together : float
        Tasks that two members both carried out, mean over pairs.
    """

    account: Ints
    object: Ints
    second: Ints
    reason: Ints
    like: Ints
    n_tasks: int
    together: float

    def __len__(self) -> int:
        return len(self.second)


def working_days(actions: CaseActions) -> Ints:
    """Return the days since 1970 of which a case says something.

    Days with fewer than a tenth of the mean day's actions are left out: a ring that
    works while nothing was collected would be seen by that alone.

    Examples
    --------
    >>> busy = np.repeat([0, 2], 50) * 86_400
    >>> second = np.sort(np.append(busy, 5 * 86_400))
    >>> working_days(CaseActions(second, second, second)).tolist()
    [0, 2]
    """
    days, counts = np.unique(actions.second // DAY_S, return_counts=True)
    return np.asarray(days[counts >= QUIET * counts.mean()]) if len(days) else days


def make_ring(
    actions: CaseActions, design: RingDesign, seed: int, number: int = 1
) -> RingActions:
    """Make one ring for a case.

    Parameters
    ----------
    actions : CaseActions
        What the case holds; at least one action.
    design : RingDesign
        How the ring works.
    seed, number : int
        Another seed or number, another ring. The rings of a case know nothing of each
        other: one is the same whether it is put in alone or beside others.

    Returns
    -------
    RingActions
        Inside the time from the first to the last action of the case.

    Notes
    -----
    A task is given at the time of a random action of an active day, give or take two
    minutes, so that a ring keeps the hours of the case. Its object is new, or the most
    used one of 30 actions of the two hours before. Each member carries it out with the
    chance `compliance`, after a log-normal lag. A new object is found by four
    ordinary accounts on average, half of them within half an hour; without them
    nothing could be compared with the ring's times. A member's other life is that of
    an account of the case with at least five actions: the same times, give or take two
    minutes, and objects that others acted on in the ten minutes before.

    Examples
    --------
    >>> second = np.arange(0, 5 * 86_400, 300)
    >>> place = np.arange(len(second))
    >>> case = CaseActions(place % 40, place % 97, second)
    >>> ring = make_ring(case, RingDesign(members=6, tasks_per_day=3), seed=1)
    >>> ring.n_tasks, 0 < ring.together < 15
    (15, True)
    """
    rng = np.random.default_rng([seed, *f"ring {number}".encode()])
    begin = _moments(actions, design, rng)
    own = rng.random(len(begin)) < design.own_share
    thing = np.where(own, np.arange(len(begin)), ~_popular(actions, begin, rng))
    obeys = rng.random((len(begin), design.members)) < design.compliance
    task, who = np.nonzero(obeys)
    parts = [
        (who, thing[task], begin[task] + _lags(design, len(task), rng), TASK),
        (*_spill_over(actions, begin[own], thing[own], rng), SPILL),
    ]
    like = _donors(actions, design.members, rng)
    parts.append((*_life(actions, like, design.camouflage, rng), LIFE))
    joint = obeys.sum(axis=1)
    pairs = design.members * (design.members - 1)
    rows = _inside(parts, actions)
    return RingActions(
        *rows,
        like=like,
        n_tasks=len(begin),
        together=float((joint * (joint - 1)).sum() / pairs),
    )


def _moments(
    actions: CaseActions, design: RingDesign, rng: np.random.Generator
) -> Ints:
    """Draw when tasks are given: when somebody acts, on days on which it is active."""
    days = working_days(actions)
    n_active = int(np.ceil(design.active_share * len(days)))
    active = np.sort(rng.permutation(days)[:n_active])
    whole = np.floor(design.tasks_per_day)
    more = rng.random(n_active) < design.tasks_per_day - whole
    day = np.repeat(active, (whole + more).astype(np.int64))
    low = np.searchsorted(actions.second, day * DAY_S)
    high = np.searchsorted(actions.second, (day + 1) * DAY_S)
    place = low + (rng.random(len(day)) * (high - low)).astype(np.int64)
    shift = rng.integers(-SHIFTED_S, SHIFTED_S + 1, len(day))
    return np.sort(actions.second[place] + shift)


def _before(actions: CaseActions, second: Ints, back_s: int) -> tuple[Ints, Ints]:
    """Return, for each time, the range of actions shortly before it.

    In quiet hours it goes further back, to the last 30; at the very start, it is the
    first.
    """
    high = np.maximum(np.searchsorted(actions.second, second), 1)
    low = np.searchsorted(actions.second, second - back_s)
    return np.clip(np.minimum(low, high - SAMPLED), 0, None), high


def _popular(actions: CaseActions, begin: Ints, rng: np.random.Generator) -> Ints:
    """Return for each moment an object that many act on, of those of just before."""
    used = np.bincount(actions.object)
    low, high = _before(actions, begin, LOOK_BACK_S)
    drawn = low + (rng.random((SAMPLED, len(begin))) * (high - low)).astype(np.int64)
    objects = actions.object[drawn]
    best = used[objects].argmax(axis=0)
    return np.asarray(objects[best, np.arange(len(begin))], np.int64)


def _lags(design: RingDesign, n: int, rng: np.random.Generator) -> Ints:
    return (design.lag_s * rng.lognormal(0.0, LAG_SIGMA, n)).astype(np.int64)


def _spill_over(
    actions: CaseActions, begin: Ints, thing: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Let a few ordinary accounts find objects that a ring started."""
    times = rng.poisson(SPILL_OVER, len(begin))
    n = int(times.sum())
    lag = (SPILL_S * rng.lognormal(0.0, SPILL_SIGMA, n)).astype(np.int64)
    # Drawn by action: who does much finds much.
    who = actions.account[rng.integers(0, len(actions), n)]
    return ~who, np.repeat(thing, times), np.repeat(begin, times) + lag


def _donors(actions: CaseActions, n: int, rng: np.random.Generator) -> Ints:
    """Draw the accounts whose life is borrowed, each once as long as there are enough.

    Where nobody does much, anybody will do.
    """
    done = np.bincount(actions.account)
    able = np.flatnonzero(done >= min(DONOR_ACTIONS, int(done.max())))
    return rng.choice(able, n, replace=len(able) < n)


def _life(
    actions: CaseActions, like: Ints, share: float, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Give each member the times of an account, and objects of the minutes before."""
    by_account = np.argsort(actions.account, kind="stable")
    held = actions.account[by_account]
    start = np.searchsorted(held, like)
    count = np.searchsorted(held, like, side="right") - start
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    row = by_account[np.repeat(start, count) + offset]
    member = np.repeat(np.arange(len(like)), count)
    kept = rng.random(len(row)) < share
    row, member = row[kept], member[kept]
    shift = rng.integers(-SHIFTED_S, SHIFTED_S + 1, len(row))
    second = actions.second[row] + shift
    low, high = _before(actions, second, NEAR_S)
    found = np.full(len(row), -1, np.int64)
    for _ in range(REDRAWN):
        drawn = low + (rng.random(len(row)) * (high - low)).astype(np.int64)
        fine = actions.account[drawn] != actions.account[row]
        found = np.where((found < 0) & fine, drawn, found)
    known = found >= 0
    return member[known], ~actions.object[found[known]], second[known]


def _inside(
    parts: list[tuple[Ints, Ints, Ints, int]], actions: CaseActions
) -> tuple[Ints, Ints, Ints, Ints]:
    """Put the rows together, by time, without those outside what was collected."""
    account, thing, second = (
        np.concatenate([part[place] for part in parts]).astype(np.int64)
        for place in range(3)
    )
    reason = np.repeat([part[3] for part in parts], [len(part[2]) for part in parts])
    kept = (second >= actions.second[0]) & (second <= actions.second[-1])
    order = np.flatnonzero(kept)
    order = order[
        np.lexsort((reason[order], thing[order], account[order], second[order]))
    ]
    return account[order], thing[order], second[order], reason[order]
