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
from rasad.network.halves import GOLDEN, mixed
from rasad.network.matching import kinds

FEWEST_SWAPPED = 5
"""Participants of an object in a stretch of time, below which nothing is exchanged."""


def swapped(
    actions: TraceActions, post: NDArray[np.uint64], stretch_s: int, salt: int
) -> tuple[TraceActions, NDArray[np.int64]]:
    """Exchange times among those who acted on one object in one stretch of time.

    Stretches in which fewer than `FEWEST_SWAPPED` acted are left out: two who exchange
    their times are as close as before.

    Parameters
    ----------
    actions : TraceActions
        First actions, sorted by (object, time, account).
    post : uint64 array
        A hash of each action's post.
    stretch_s : int
        Length of a stretch in seconds.
    salt : int
        Another one exchanges otherwise.

    Returns
    -------
    actions : TraceActions
        First actions, sorted as before.
    places : int64 array
        Where each stood before: what belongs to the time and object, not the account.

    Notes
    -----
    Participants of a stretch are put in a circle in the order of a keyed hash of their
    posts, and each takes the time of the next. Where the same posts stand in another
    trace they are exchanged alike, so that what one post brings to several traces stays
    together, as it does in the data.
    """
    stretch = actions.time_us // (stretch_s * 1_000_000)
    order = np.lexsort((_keys(post, salt), stretch, actions.object))
    changed = np.diff(actions.object, prepend=-1) != 0
    changed |= np.diff(stretch, prepend=stretch[:1]) != 0
    cell = np.cumsum(changed) - 1
    enough = np.bincount(cell)[cell] >= FEWEST_SWAPPED
    account = np.empty_like(actions.account)
    account[order] = actions.account[order[_next_in(cell)]]
    return _sorted(actions, account, np.flatnonzero(enough))


def reassigned(
    actions: TraceActions, hashes: NDArray[np.uint64], salt: int
) -> tuple[TraceActions, NDArray[np.int64]]:
    """Give the day of each account to another account like it that acted that day.

    Parameters
    ----------
    actions : TraceActions
        First actions, sorted by (object, time, account).
    hashes : uint64 array
        A hash of each account's id.
    salt : int
        Another one gives otherwise.

    Returns
    -------
    actions : TraceActions
        First actions; where an account comes to act on an object twice, the later
        action is dropped.
    places : int64 array
        Where each stood before.

    Notes
    -----
    The accounts of one day and class are put in a circle by a keyed hash, and each
    takes the day of the next, in every trace.
    """
    n = len(actions.stratum)
    days, day = np.unique(actions.time_us // DAY_US, return_inverse=True)
    block = day.astype(np.int64) * n + actions.account
    blocks, where = np.unique(block, return_inverse=True)
    owner, alike = blocks % n, kinds(actions)
    by_day = days[blocks // n].astype(np.uint64) * GOLDEN
    order = np.lexsort((_keys(hashes[owner] ^ by_day, salt), alike[owner], blocks // n))
    changed = np.diff(blocks[order] // n, prepend=-1) != 0
    changed |= np.diff(alike[owner[order]], prepend=-1) != 0
    given = np.empty(len(blocks), np.int64)
    given[order] = owner[order[_next_in(np.cumsum(changed) - 1)]]
    account = given[where].astype(actions.account.dtype)
    return _sorted(actions, account, np.arange(len(account)))


def halved(
    actions: TraceActions, hashes: NDArray[np.uint64], salt: int
) -> tuple[TraceActions, NDArray[np.int64]]:
    """Make half of a crowd the reference of the other half.

    A crowd that is held against itself cannot show that its rates are off: what is
    tested would be what they were read off.

    Parameters
    ----------
    actions : TraceActions
        First actions of a crowd, sorted by (object, time, account).
    hashes : uint64 array
        A hash of each account's id.
    salt : int
        Another one divides otherwise.

    Returns
    -------
    actions : TraceActions
        Those of the tested half, then those of the half that says what chance gives.
    places : int64 array
        Where each stood before.
    """
    reference = (_keys(hashes, salt) & np.uint64(1)).astype(np.bool_)
    inside = reference[actions.account]
    own = replace(actions.where(~inside), eligible=actions.eligible & ~reference)
    places = np.concatenate([np.flatnonzero(~inside), np.flatnonzero(inside)])
    return own.beside(actions.where(inside), reference), places


def _keys(hashes: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    return mixed(hashes + mixed(np.array([salt + 1], np.uint64)))


def _next_in(cell: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place after each one in its cell, the first after the last."""
    after = np.arange(1, len(cell) + 1)
    ends = np.flatnonzero(np.diff(cell, append=-1) != 0)
    begins = np.r_[0, ends[:-1] + 1]
    after[ends] = begins[: len(ends)]
    return after


def _sorted(
    actions: TraceActions, account: NDArray[np.int32], rows: NDArray[np.int64]
) -> tuple[TraceActions, NDArray[np.int64]]:
    """Sort rows anew, under other accounts; keep each account's first on each object.

    Returns what is left, and where it stood before.
    """
    order = rows[
        np.lexsort((account[rows], actions.time_us[rows], actions.object[rows]))
    ]
    pair = actions.object[order].astype(np.int64) * len(actions.stratum)
    pair += account[order]
    at = order[np.sort(np.unique(pair, return_index=True)[1])]
    moved = replace(
        actions,
        account=account[at],
        object=actions.object[at],
        time_us=actions.time_us[at],
    )
    return moved, at


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
