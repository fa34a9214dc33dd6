"""Nulls made from a case's own data: what it would look like if nobody were together.

*Swaps* keep who acted on what, and in which stretch of time, and exchange the times
among those who acted on one object in one stretch: null model T is true of the result.
*Blocks* keep every day as it was but give each account's day to another account like
it, so that no pair of accounts meets on more than one day by more than chance: null
model J is true of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.halves import restrict
from rasad.network.matching import Alike

FEWEST_SWAPPED = 5
"""Participants of an object in a stretch of time, below which nothing is exchanged."""


def swapped(
    actions: TraceActions,
    half: NDArray[np.bool_],
    stretch_s: int,
    rng: np.random.Generator,
) -> tuple[TraceActions, NDArray[np.bool_]]:
    """Exchange times among those who acted on one object in one stretch of time.

    Stretches in which fewer than `FEWEST_SWAPPED` acted are left out: two who exchange
    their times are as close as before.

    Parameters
    ----------
    actions : TraceActions
        First actions, sorted by (object, time, account).
    half : bool array
        One flag per action, which stays with its object.
    stretch_s : int
        Length of a stretch in seconds.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    actions : TraceActions
        First actions, sorted as before.
    half : bool array
        The flags of those that are left.
    """
    stretch = actions.time_us // (stretch_s * 1_000_000)
    mixed = np.lexsort((rng.random(len(stretch)), stretch, actions.object))
    changed = np.diff(actions.object, prepend=-1) != 0
    changed |= np.diff(stretch, prepend=stretch[:1]) != 0
    cell = np.cumsum(changed) - 1
    enough = np.bincount(cell)[cell] >= FEWEST_SWAPPED
    moved = replace(actions, account=actions.account[mixed])
    return _sorted(restrict(moved, enough), half[enough])


def reassigned(
    actions: TraceActions, half: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[TraceActions, NDArray[np.bool_]]:
    """Give the day of each account to another account like it that acted that day.

    Parameters
    ----------
    actions : TraceActions
        First actions, sorted by (object, time, account).
    half : bool array
        One flag per action, which goes with it.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    actions : TraceActions
        First actions; where an account comes to act on an object twice, the later
        action is dropped.
    half : bool array
        The flags of those that are left.
    """
    n = len(actions.stratum)
    days, day = np.unique(actions.time_us // DAY_US, return_inverse=True)
    block = day.astype(np.int64) * n + actions.account
    blocks, where = np.unique(block, return_inverse=True)
    owner, alike = blocks % n, Alike.of(actions).levels[1]
    # Blocks of one day and class are dealt out anew among their owners.
    by_class = np.lexsort((owner, alike[owner], blocks // n))
    mixed = np.lexsort((rng.random(len(blocks)), alike[owner], blocks // n))
    given = np.empty(len(blocks), np.int64)
    given[mixed] = owner[by_class]
    moved = replace(actions, account=given[where].astype(actions.account.dtype))
    return _sorted(moved, half)


def _sorted(
    actions: TraceActions, half: NDArray[np.bool_]
) -> tuple[TraceActions, NDArray[np.bool_]]:
    """Sort anew and keep the first action of each account on each object."""
    order = np.lexsort((actions.account, actions.time_us, actions.object))
    pair = actions.object[order].astype(np.int64) * len(actions.stratum)
    pair += actions.account[order]
    kept = np.sort(np.unique(pair, return_index=True)[1])
    at = order[kept]
    columns = {
        name: getattr(actions, name)[at] for name in ("account", "object", "time_us")
    }
    return replace(actions, **columns), half[at]


def sampled_pairs(
    cell: NDArray[np.int64],
    account: NDArray[np.int32],
    wanted: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Draw pairs of different accounts that share a cell, each pair once.

    Parameters
    ----------
    cell : int64 array of m
        Cell of each action, ascending.
    account : int32 array of m
        Who acted.
    wanted : int
        Pairs to draw at most.
    rng : numpy.random.Generator
        Source of chance.

    Notes
    -----
    An action is drawn, then another one of its cell: how close they are plays no part.
    """
    if len(cell) == 0:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    begin = np.searchsorted(cell, cell)
    size = np.searchsorted(cell, cell, side="right") - begin
    several = np.flatnonzero(size > 1)
    if len(several) == 0:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    one = several[rng.integers(len(several), size=wanted)]
    other = begin[one] + (rng.random(wanted) * size[one]).astype(np.int64)
    a, b = account[one], account[other]
    low, high = np.minimum(a, b)[a != b], np.maximum(a, b)[a != b]
    n = int(account.max()) + 1
    key = np.unique(low.astype(np.int64) * n + high)
    return (key // n).astype(np.int32), (key % n).astype(np.int32)
