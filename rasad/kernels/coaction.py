"""Exact co-actions of every pair of accounts, for a ladder of windows in one sweep.

Rows are actions sorted by (object, time). A *post pair* is two rows of different
accounts on one object; two accounts *co-act* within a window when at least one of their
post pairs lies inside it, bounds included.

The sweep is Gustavson's row algorithm for sparse products. It takes one account at a
time and walks the windows of its actions twice. The first walk (`_meet`) counts on how
many objects each partner is met, in one dense array whose counters are stamped, so that
nothing is cleared between accounts; only the partners that reach the least number of
objects go on. The second walk (`_collect`) gathers the post pairs of those, which are
laid out partner by partner (a counting sort). A partner's post pairs are sorted by gap,
so every window of the ladder is a prefix of them, and one walk closes all windows.

Time is proportional to the post pairs inside the longest window; nothing is quadratic
in the size of an object, and no pair is kept that is not reported. Hot loops index with
unsigned numbers, which spares numba's test for negative ones.

Reference: F. G. Gustavson, "Two fast algorithms for sparse matrices", ACM TOMS 4(3),
1978.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint32, uint64
from numpy.typing import NDArray

from rasad.kernels.arrays import (
    LEFT,
    ORDINAL,
    POSITION,
    RIGHT,
    AccountRows,
    ActionLists,
    Output,
    Question,
    Workspace,
)
from rasad.kernels.measures import INSERTION, measure_partners

STAMP, COUNT = 0, 1
"""Columns of a counter: the last object that was counted, and how many were."""

LAST_STAMP = 0xFFFF_FFFF


@njit(cache=True, nogil=True)
def sweep(
    lists: ActionLists,
    rows: AccountRows,
    question: Question,
    work: Workspace,
    out: Output,
    a: int,
    skip: int,
    end: int,
) -> tuple[int, int, int]:
    """Measure all pairs (a, b), a < b, from a given pair on, until the output is full.

    Parameters
    ----------
    lists, rows, question, work, out : see there
    a, skip : the first account, and how many of its partners are measured already
    end : the account before which to stop

    Returns
    -------
    a, skip : where to go on; a equals `end` when done
    needed : post pairs of that next pair; the workspace must have that much room

    Notes
    -----
    Every pair is measured in the row of its smaller account. O(post pairs inside the
    longest window).
    """
    out.filled[:] = 0
    while a < end:
        met = _meet(lists.account, rows, work, a, question.least)
        partners = _ascending(work.touched[:met])
        while skip < met:
            free = len(out.rows[0]) - out.filled[-1]
            if free == 0:
                return a, skip, 0
            chosen = partners[skip : skip + free]
            taken, needed = _gather(lists, rows, work, a, chosen)
            if taken == 0:
                return a, skip, needed
            measure_partners(lists, rows, question, work, out, a, chosen[:taken])
            skip += taken
        a += 1
        skip = 0
    return a, 0, 0


@njit(cache=True, nogil=True)
def count_partners(
    lists: ActionLists, rows: AccountRows, work: Workspace, least: int, a: int, end: int
) -> int:
    """Count the pairs that share `least` objects or more, from account a to the end."""
    pairs = 0
    for account in range(a, end):
        pairs += _meet(lists.account, rows, work, account, least)
    return pairs


@njit(cache=True, nogil=True)
def _meet(
    account: NDArray[np.int32],
    rows: AccountRows,
    work: Workspace,
    a: int,
    least: int,
) -> int:
    """Write down which later accounts are met on enough objects; return how many.

    A counter whose stamp is below `base` is left from another account, and one whose
    stamp is that of the object in hand has counted it already.
    """
    base = _stamps(work, rows.start[a + 1] - rows.start[a])
    counter, touched, own = work.counter, work.touched, np.int32(a)
    entry = rows.entry
    wanted = uint32(least)
    met = uint64(0)
    for i in range(uint64(rows.start[a]), uint64(rows.start[a + 1])):
        stamp = uint32(base + entry[i, ORDINAL])
        for other in range(uint64(entry[i, LEFT]), uint64(entry[i, RIGHT])):
            b = account[other]
            if b > own:
                last = counter[uint64(b), STAMP]
                before = counter[uint64(b), COUNT] if last >= base else uint32(0)
                now = uint32(before + (last < stamp))
                counter[uint64(b), STAMP] = stamp
                counter[uint64(b), COUNT] = now
                touched[met] = b
                met += uint64((now == wanted) & (last < stamp))
    return int(np.int64(met))


@njit(cache=True, nogil=True, forceinline=True)
def _stamps(work: Workspace, n: int) -> int:
    """Return the first of n stamps that no counter bears."""
    base = work.stamp[0] + 1
    if base + n >= LAST_STAMP:
        work.counter[:] = 0
        base = 1
    work.stamp[0] = base + n
    return int(base)


@njit(cache=True, nogil=True)
def _ascending(codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Sort by merging: numba's quicksort can be driven to quadratic time by input."""
    if len(codes) <= INSERTION:
        for i in range(1, len(codes)):
            code = codes[i]
            j = i
            while j > 0 and codes[j - 1] > code:
                codes[j] = codes[j - 1]
                j -= 1
            codes[j] = code
        return codes.copy()
    return codes[np.argsort(codes, kind="mergesort")]


@njit(cache=True, nogil=True)
def _gather(
    lists: ActionLists,
    rows: AccountRows,
    work: Workspace,
    a: int,
    partners: NDArray[np.int32],
) -> tuple[int, int]:
    """Lay out the post pairs of as many of the partners as there is room for.

    Returns how many partners that is, and the post pairs of the first. Halving the
    partners until they fit costs a walk each time, and is rare: rooms are large.
    """
    taken = len(partners)
    while True:
        found = _collect(lists, rows, work, a, partners[:taken])
        if found <= len(work.gap):
            _lay_out(work, found, taken)
            return taken, found
        if taken == 1:
            return 0, found
        taken = (taken + 1) // 2


@njit(cache=True, nogil=True)
def _collect(
    lists: ActionLists,
    rows: AccountRows,
    work: Workspace,
    a: int,
    partners: NDArray[np.int32],
) -> int:
    """Write the post pairs of these partners as they are met; return how many.

    A counter above `base` holds the partner's number; its count is that of its post
    pairs. What finds no room is counted only.
    """
    base = _stamps(work, len(partners))
    counter, entry = work.counter, rows.entry
    for number in range(len(partners)):
        counter[partners[number], STAMP] = base + number
        counter[partners[number], COUNT] = 0
    found = uint64(0)
    room = uint64(len(work.gap))
    for i in range(uint64(rows.start[a]), uint64(rows.start[a + 1])):
        time = lists.time_us[uint64(entry[i, POSITION])]
        for other in range(uint64(entry[i, LEFT]), uint64(entry[i, RIGHT])):
            b = uint64(lists.account[other])
            stamp = counter[b, STAMP]
            if stamp >= base:
                counter[b, COUNT] += uint32(1)
                if found < room:
                    work.number[found] = stamp - base
                    work.own[found] = i
                    work.other[found] = other
                    work.gap[found] = abs(lists.time_us[other] - time)
                found += uint64(1)
    return int(np.int64(found))


@njit(cache=True, nogil=True)
def _lay_out(work: Workspace, found: int, n: int) -> None:
    """Order the collected post pairs by partner; `touched` gets where each ends."""
    ends = work.touched
    ends[: n + 1] = 0
    for i in range(found):
        ends[work.number[i] + 1] += 1
    for number in range(n):
        ends[number + 1] += ends[number]
    for i in range(found):
        number = work.number[i]
        work.slot[ends[number]] = i
        ends[number] += 1
