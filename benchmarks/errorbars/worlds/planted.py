"""What is planted into a world: orders that a team carries out, and camouflage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.errorbars.worlds.table import DAY, HOUR, Accounts, Actions, Int, World

OWN_SHARE = 0.5
SPILL_OVER, SPILL_S, SPILL_SIGMA = 4.0, 1_800.0, 1.2
"""Ordinary shares of an object of a team's own: how many, and how much later."""

SHIFT_FROM_H, SHIFT_H = 8.0, 8.0
LOOK_BACK_S = 2 * HOUR
SAMPLED = 30
"""A popular object is the most used one of so many actions of the last hours."""

DONOR_ACTIONS = 5
NEAR_S = 600
SHIFTED_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Orders:
    """How a team works.

    Parameters
    ----------
    tasks_per_day : int
        Joint tasks, at random moments of a shift of eight hours.
    compliance : float
        The chance that a member carries a task out.
    lag_s : float
        Mean of the exponential delay after the order, in seconds.
    """

    tasks_per_day: int = 2
    compliance: float = 0.9
    lag_s: float = 60.0


def newcomers(world: World, role: str, team: str, n: int) -> Accounts:
    """Return accounts to be planted, who pretend to be of any community."""
    rng = np.random.default_rng([world.seed, n, *team.encode()])
    like = rng.integers(0, len(world.accounts), n)
    return Accounts(
        role=np.full(n, role, "<U8"),
        team=np.full(n, team, "<U8"),
        community=world.accounts.community[like],
        zone=np.full(n, world.accounts.zone[like[0]]) if n else np.zeros(0),
        early=np.zeros(n, np.bool_),
    )


def moments(world: World, per_day: int, zone: float, rng: np.random.Generator) -> Int:
    """Draw when tasks are given: at random within a shift of every day."""
    day = np.repeat(np.arange(world.days), per_day)
    local = SHIFT_FROM_H + SHIFT_H * rng.random(len(day))
    return np.sort((day * DAY + (local - zone) % 24 * HOUR).astype(np.int64))


def carried_out(
    world: World, members: Int, zone: float, orders: Orders, rng: np.random.Generator
) -> Actions:
    """Let a team carry out its tasks, half of them on objects of its own."""
    begin = moments(world, orders.tasks_per_day, zone, rng)
    own = rng.random(len(begin)) < OWN_SHARE
    thing = np.where(own, world.next_thing + np.arange(len(begin)), 0)
    thing[~own] = popular(world, begin[~own], rng)
    task, who = np.nonzero(rng.random((len(begin), len(members))) < orders.compliance)
    lag = rng.exponential(orders.lag_s, len(task)).astype(np.int64)
    deeds = Actions(begin[task] + lag, members[who], thing[task])
    return both(deeds, spill_over(world, begin[own], thing[own], SPILL_OVER, rng))


def both(one: Actions, other: Actions) -> Actions:
    """Return the rows of two lists of actions."""
    return Actions(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))


def popular(world: World, begin: Int, rng: np.random.Generator) -> Int:
    """Return for each moment an object that many share, of those shared just before."""
    actions = world.actions
    used = np.bincount(actions.thing)
    high = np.searchsorted(actions.second, begin)
    low = np.searchsorted(actions.second, begin - LOOK_BACK_S)
    width = np.maximum(high - low, 1)
    drawn = low + (rng.random((SAMPLED, len(begin))) * width).astype(np.int64)
    things = actions.thing[np.clip(drawn, 0, len(actions.thing) - 1)]
    best = used[things].argmax(axis=0)
    return np.asarray(things[best, np.arange(len(begin))], np.int64)


def spill_over(
    world: World, begin: Int, thing: Int, mean: float, rng: np.random.Generator
) -> Actions:
    """Let a few ordinary accounts share objects that a team started."""
    active = world.actions.account
    ordinary = active[world.accounts.role[active] == "ordinary"]
    times = rng.poisson(mean, len(begin))
    lag = rng.lognormal(np.log(SPILL_S), SPILL_SIGMA, int(times.sum()))
    # Drawn by action: who does much finds much.
    who = ordinary[rng.integers(0, len(ordinary), len(lag))]
    second = np.repeat(begin, times) + lag.astype(np.int64)
    return Actions(second, who, np.repeat(thing, times))


def camouflage(world: World, members: Int, rng: np.random.Generator) -> Actions:
    """Give members an ordinary life: another account's rhythm, objects of the minutes.

    Each member copies when one ordinary account acts, give or take two minutes, and
    takes an object that somebody, whoever it is, shared in the ten minutes before.
    """
    actions = world.actions
    done = np.bincount(actions.account, minlength=len(world.accounts))
    able = (done >= DONOR_ACTIONS) & (world.accounts.role == "ordinary")
    donors = np.flatnonzero(able)
    chosen = rng.choice(donors, len(members), replace=len(donors) < len(members))
    pattern = np.flatnonzero(np.isin(actions.account, chosen))
    by_donor = pattern[np.argsort(actions.account[pattern], kind="stable")]
    start = np.searchsorted(actions.account[by_donor], chosen)
    count = done[chosen]
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    row = by_donor[np.repeat(start, count) + offset]
    shifted = rng.uniform(-SHIFTED_S, SHIFTED_S, len(row))
    second = actions.second[row] + shifted.astype(np.int64)
    high = np.searchsorted(actions.second, second)
    low = np.searchsorted(actions.second, second - NEAR_S)
    found = low + (rng.random(len(row)) * (high - low)).astype(np.int64)
    known = high > low
    return Actions(
        second[known], np.repeat(members, count)[known], actions.thing[found[known]]
    )
