"""A null world into which one small ring is planted, or an innocent one is framed."""

from __future__ import annotations

import numpy as np

from benchmarks.errorbars.worlds.planted import (
    Orders,
    both,
    camouflage,
    carried_out,
    newcomers,
)
from benchmarks.errorbars.worlds.table import Actions, World, dice

RING = "ring"
MEMBERS = 15

VICTIM, SOCKS = "victim", "socks"
N_SOCKS = 50
COPIED_FROM_S, COPIED_TO_S = 5, 60
VICTIM_ACTIONS = (40, 200)
"""How much an account does that is worth framing, and is no machine."""


def with_ring(world: World, orders: Orders, members: int = MEMBERS) -> World:
    """Return the world with a ring, whose members also live like anybody else."""
    rng = dice(world.seed, RING)
    accounts = newcomers(world, "operator", RING, members)
    codes = len(world.accounts) + np.arange(members)
    work = carried_out(world, codes, float(accounts.zone[0]), orders, rng)
    return world.with_planted(both(work, camouflage(world, codes, rng)), accounts)


def with_framing(
    world: World, socks: int = N_SOCKS, compliance: float = 1.0, disguised: bool = False
) -> World:
    """Return the world with accounts that copy whatever one ordinary account does.

    Parameters
    ----------
    world : World
        A null world.
    socks : int
        Accounts that copy, each five to sixty seconds after the victim.
    compliance : float
        The share of the victim's actions that each copies.
    disguised : bool
        Whether they also live like anybody else.
    """
    rng = dice(world.seed, "framing")
    done = np.bincount(world.actions.account, minlength=len(world.accounts))
    low, high = VICTIM_ACTIONS
    able = np.flatnonzero((done >= low) & (done <= high))
    victim = int(rng.choice(able if len(able) else np.array([done.argmax()])))
    seen = world.actions.at(world.actions.account == victim)
    codes = len(world.accounts) + np.arange(socks)
    row, who = np.nonzero(rng.random((len(seen.second), socks)) < compliance)
    lag = rng.integers(COPIED_FROM_S, COPIED_TO_S + 1, len(row))
    copies = Actions(seen.second[row] + lag, codes[who], seen.thing[row])
    if disguised:
        copies = both(copies, camouflage(world, codes, rng))
    framed = world.with_planted(copies, newcomers(world, "sock", SOCKS, socks))
    framed.accounts.role[victim] = VICTIM
    framed.accounts.team[victim] = VICTIM
    return framed
