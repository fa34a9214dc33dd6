"""Exact co-actions of every pair of accounts, for a ladder of windows in one sweep.

Rows are actions sorted by (object, time, account, post). A *post pair* is two rows of
different accounts on one object; two accounts *co-act* within a window when at least
one of their post pairs lies inside it, bounds included.

The sweep is Gustavson's row algorithm for sparse products: it takes one account at a
time, walks the windows of its actions, counts its partners in a dense array, lays the
post pairs out partner by partner (a counting sort) and measures each partner once. A
partner's post pairs are sorted by gap, so every window of the ladder is a prefix of
them, and one walk closes all windows. Time is proportional to the post pairs inside
the longest window; nothing is quadratic in the size of an object. What runs once per
post pair is inlined by force, which spares counting references to a dozen arrays.

Reference: F. G. Gustavson, "Two fast algorithms for sparse matrices", ACM TOMS 4(3),
1978.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

ACCOUNT_A, ACCOUNT_B, N_OBJECTS, N_FIRST, N_POSTS_A, N_POSTS_B = range(6)
N_PAIRS, FIRST_US, LAST_US, GAP_TWICE, N_A_FIRST, N_B_FIRST = range(6, 12)
N_MEASURES = 12
"""Columns of a measured row; `GAP_TWICE` is twice the median gap, so a whole number."""

INSERTION = 24
"""Post pairs up to which insertion beats merging; has no effect on results."""

BY_A, BY_B = 1, 2
"""Marks of a post already counted on either side of a pair."""


class ActionColumns(NamedTuple):
    """Actions sorted by (object, time, account, post), one entry per action.

    account, object, post, unit : int32 codes; `unit` is the object as tests see it.
    time_us : int64 microseconds.
    first : bool, this is the account's first action on its unit.
    """

    account: NDArray[np.int32]
    object: NDArray[np.int32]
    time_us: NDArray[np.int64]
    post: NDArray[np.int32]
    unit: NDArray[np.int32]
    first: NDArray[np.bool_]


class WindowIndex(NamedTuple):
    """Where an account's actions are, and which rows lie in each action's window.

    start : int64, one more than accounts, see `windows.account_index`.
    position : int32 rows; those of account a, ascending, begin at `start[a]`.
    left, right : int32; rows `left[p]:right[p]` are on the object of row p and within
    the longest window of it.
    """

    start: NDArray[np.int64]
    position: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]


class Workspace(NamedTuple):
    """Memory of one thread, reused from call to call; `make_workspace` builds it."""

    counts: NDArray[np.int64]  # post pairs per account, all zero between calls
    place: NDArray[np.int64]  # next free slot per account
    touched: NDArray[np.int32]  # partners met
    seen_object: NDArray[np.uint8]  # marks per object, all zero between pairs
    seen_post: NDArray[np.uint8]  # marks per post, all zero between pairs
    own: NDArray[np.int32]  # row of account a, per post pair
    other: NDArray[np.int32]  # row of account b
    gap: NDArray[np.int64]  # their distance in time
    order: NDArray[np.int64]  # post pairs by gap


def make_workspace(
    n_accounts: int, n_objects: int, n_posts: int, room: int
) -> Workspace:
    """Return an empty workspace for post pairs of up to `room` rows at a time."""
    return Workspace(
        counts=np.zeros(n_accounts, np.int64),
        place=np.zeros(n_accounts, np.int64),
        touched=np.zeros(n_accounts, np.int32),
        seen_object=np.zeros(n_objects, np.uint8),
        seen_post=np.zeros(n_posts, np.uint8),
        own=np.zeros(room, np.int32),
        other=np.zeros(room, np.int32),
        gap=np.zeros(room, np.int64),
        order=np.zeros(room, np.int64),
    )


@njit(cache=True, nogil=True)
def sweep(
    actions: ActionColumns,
    index: WindowIndex,
    windows_us: NDArray[np.int64],
    work: Workspace,
    out: NDArray[np.int64],
    filled: NDArray[np.int64],
    a: int,
    b: int,
    end: int,
) -> tuple[int, int, int]:
    """Measure all pairs (a, b), a < b, from a given pair on, until `out` is full.

    Parameters
    ----------
    actions, index, work : see there
    windows_us : int64 ascending, shape (w,); the last is the window of `index`
    out : int64, shape (w, room, N_MEASURES), filled by (a, b)
    filled : int64, shape (w,), rows filled per window
    a, b : the first pair to measure; b may be 0
    end : the account before which to stop

    Returns
    -------
    a, b : where to go on; a equals `end` when done
    needed : post pairs of that next pair; the workspace must have that much room
    """
    filled[:] = 0
    while a < end:
        low = max(a + 1, b)
        met = _count_partners(actions.account, index, work, a, low)
        partners = _ascending(work.touched[:met])
        free = out.shape[1] - filled[-1]
        taken = _taken(partners, work.counts, free, len(work.gap))
        if taken > 0:
            _lay_out(actions, index, work, a, low, partners[:taken])
            for partner in partners[:taken]:
                _measure(actions, windows_us, work, a, partner, out, filled)
        needed = work.counts[partners[taken]] if taken < met else 0
        work.counts[partners] = 0
        if taken < met:
            return a, partners[taken], needed
        a += 1
        b = 0
    return a, 0, 0


@njit(cache=True, nogil=True)
def _count_partners(
    account: NDArray[np.int32], index: WindowIndex, work: Workspace, a: int, low: int
) -> int:
    """Count post pairs with each account from `low` on; return how many were met."""
    met = 0
    for i in range(index.start[a], index.start[a + 1]):
        row = index.position[i]
        for other in range(index.left[row], index.right[row]):
            b = account[other]
            if b >= low:
                if work.counts[b] == 0:
                    work.touched[met] = b
                    met += 1
                work.counts[b] += 1
    return met


@njit(cache=True, nogil=True)
def _ascending(codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Sort by merging: numba's quicksort can be driven to quadratic time by input."""
    return codes[np.argsort(codes, kind="mergesort")]


@njit(cache=True, nogil=True)
def _taken(
    partners: NDArray[np.int32], count: NDArray[np.int64], free: int, room: int
) -> int:
    """How many partners, from the first, have room for results and post pairs."""
    rows = 0
    for taken in range(len(partners)):
        rows += count[partners[taken]]
        if taken >= free or rows > room:
            return taken
    return len(partners)


@njit(cache=True, nogil=True)
def _lay_out(
    actions: ActionColumns,
    index: WindowIndex,
    work: Workspace,
    a: int,
    low: int,
    partners: NDArray[np.int32],
) -> None:
    """Write the post pairs of these partners, each partner's next to each other."""
    slot = 0
    for partner in partners:
        work.place[partner] = slot
        slot += work.counts[partner]
    last = partners[-1]
    for i in range(index.start[a], index.start[a + 1]):
        row = index.position[i]
        time = actions.time_us[row]
        for other in range(index.left[row], index.right[row]):
            b = actions.account[other]
            if low <= b <= last:
                slot = work.place[b]
                work.place[b] = slot + 1
                work.own[slot] = row
                work.other[slot] = other
                work.gap[slot] = abs(actions.time_us[other] - time)


@njit(cache=True, nogil=True, forceinline=True)
def _measure(
    actions: ActionColumns,
    windows_us: NDArray[np.int64],
    work: Workspace,
    a: int,
    b: int,
    out: NDArray[np.int64],
    filled: NDArray[np.int64],
) -> None:
    """Write one row per window in which a and b co-act."""
    end = work.place[b]
    begin = end - work.counts[b]
    _sort_by_gap(work.gap, work.order, begin, end)
    tally = out[-1, filled[-1]]  # the longest window gets a row in any case
    tally[:] = 0
    tally[ACCOUNT_A] = a
    tally[ACCOUNT_B] = b
    tally[FIRST_US] = np.iinfo(np.int64).max
    tally[LAST_US] = np.iinfo(np.int64).min
    window = 0
    for i in range(begin, end):
        while work.gap[work.order[i]] > windows_us[window]:
            _close(work, begin, tally, out, filled, window)
            window += 1
        _add(actions, work, tally, work.own[work.order[i]], work.other[work.order[i]])
    for rest in range(window, len(windows_us)):
        _close(work, begin, tally, out, filled, rest)
    _unmark(actions, work, begin, end)


@njit(cache=True, nogil=True, forceinline=True)
def _sort_by_gap(
    gap: NDArray[np.int64], order: NDArray[np.int64], begin: int, end: int
) -> None:
    if end - begin > INSERTION:
        order[begin:end] = begin + np.argsort(gap[begin:end], kind="mergesort")
        return
    for i in range(begin, end):
        j = i
        while j > begin and gap[order[j - 1]] > gap[i]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = i


@njit(cache=True, nogil=True, forceinline=True)
def _close(
    work: Workspace,
    begin: int,
    tally: NDArray[np.int64],
    out: NDArray[np.int64],
    filled: NDArray[np.int64],
    window: int,
) -> None:
    """Copy the tally into a window's rows, with the middle of its sorted gaps."""
    pairs = tally[N_PAIRS]
    if pairs == 0:
        return
    middle = work.order[begin + (pairs - 1) // 2], work.order[begin + pairs // 2]
    tally[GAP_TWICE] = work.gap[middle[0]] + work.gap[middle[1]]
    place = filled[window]
    for measure in range(N_MEASURES):  # half the time of a slice assignment
        out[window, place, measure] = tally[measure]
    filled[window] = place + 1


@njit(cache=True, nogil=True, forceinline=True)
def _add(
    actions: ActionColumns,
    work: Workspace,
    tally: NDArray[np.int64],
    own: int,
    other: int,
) -> None:
    """Count one post pair."""
    object, post, unit = actions.object, actions.post, actions.unit
    own_us, other_us = actions.time_us[own], actions.time_us[other]
    tally[N_PAIRS] += 1
    tally[N_OBJECTS] += _mark(work.seen_object, object[own], BY_A)
    tally[N_POSTS_A] += _mark(work.seen_post, post[own], BY_A)
    tally[N_POSTS_B] += _mark(work.seen_post, post[other], BY_B)
    if actions.first[own] and actions.first[other] and unit[own] == unit[other]:
        tally[N_FIRST] += 1
    tally[FIRST_US] = min(tally[FIRST_US], own_us, other_us)
    tally[LAST_US] = max(tally[LAST_US], own_us, other_us)
    if own_us < other_us:
        tally[N_A_FIRST] += 1
    elif other_us < own_us:
        tally[N_B_FIRST] += 1


@njit(cache=True, nogil=True, forceinline=True)
def _mark(seen: NDArray[np.uint8], code: int, side: int) -> int:
    """Mark a code and return 1 when it was not marked before, else 0."""
    if seen[code] & side:
        return 0
    seen[code] |= side
    return 1


@njit(cache=True, nogil=True, forceinline=True)
def _unmark(actions: ActionColumns, work: Workspace, begin: int, end: int) -> None:
    for i in range(begin, end):
        work.seen_object[actions.object[work.own[i]]] = 0
        work.seen_post[actions.post[work.own[i]]] = 0
        work.seen_post[actions.post[work.other[i]]] = 0


@njit(cache=True, nogil=True)
def count_shared(
    start: NDArray[np.int64],
    unit: NDArray[np.int32],
    account_a: NDArray[np.int32],
    account_b: NDArray[np.int32],
    shared: NDArray[np.int64],
) -> None:
    """Fill, for each pair, how many units both accounts used at any time.

    Parameters
    ----------
    start : int64, shape (n_accounts + 1,); account a owns `unit[start[a]:start[a+1]]`
    unit : int32, ascending and distinct within an account
    account_a, account_b : int32, shape (m,)
    shared : int64, shape (m,), filled

    Notes
    -----
    The shorter list gallops through the longer one: O(s log(l / s)) for lengths s, l.
    """
    for pair in range(len(account_a)):
        a, b = account_a[pair], account_b[pair]
        if start[a + 1] - start[a] > start[b + 1] - start[b]:
            a, b = b, a
        at = start[b]
        common = 0
        for i in range(start[a], start[a + 1]):
            at = _gallop(unit, at, start[b + 1], unit[i])
            if at == start[b + 1]:
                break
            if unit[at] == unit[i]:
                common += 1
        shared[pair] = common


@njit(cache=True, nogil=True)
def _gallop(unit: NDArray[np.int32], low: int, end: int, wanted: int) -> int:
    """Find the first place from `low` on that has at least the wanted unit."""
    step = 1
    while low + step < end and unit[low + step] < wanted:
        step *= 2
    high = min(low + step, end)
    low += step // 2
    while low < high:
        middle = (low + high) // 2
        if unit[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
