"""Exact co-actions of every pair of accounts, for a ladder of windows in one sweep.

Rows are actions sorted by (object, time). A *post pair* is two rows of different
accounts on one object; two accounts *co-act* within a window when at least one of their
post pairs lies inside it, bounds included.

The sweep is Gustavson's row algorithm for sparse products. It takes one account at a
time and walks the windows of its actions twice. The first walk (`_meet`) counts on how
many objects each partner is met, in one dense array whose counters are stamped, so that
nothing is cleared between accounts. The second (`_collect`) gathers the post pairs,
which are laid out partner by partner by a counting sort, and measured; a partner whose
post pairs have no room is measured without them (`large_pairs`). It is the way where
most pairs that meet are reported; `pair_search` is the one where few are. A partner's
post pairs are sorted by gap, so every window of the ladder is a prefix of them, and one
walk closes all windows.

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
    TIME_US,
    AccountRows,
    ActionLists,
    Output,
    Question,
    Workspace,
)
from rasad.kernels.large_pairs import measure_large_pair
from rasad.kernels.measures import INSERTION, measure_all

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
) -> tuple[int, int]:
    """Measure all pairs (a, b), a < b, from a given pair on, until the output is full.

    Parameters
    ----------
    lists, rows, question, work, out : see there
    a, skip : the first account, and how many of its partners are measured already
    end : the account before which to stop

    Returns
    -------
    a, skip : where to go on; a equals `end` when done

    Notes
    -----
    Every pair is measured in the row of its smaller account. O(post pairs inside the
    longest window).
    """
    out.filled[:] = 0
    while a < end:
        met = _meet(lists, rows, work, a, question.least)
        partners = _ascending(work.touched[:met])
        own = np.full(min(met, len(out.rows[0])), a, np.int32)
        while skip < met:
            free = len(out.rows[0]) - out.filled[-1]
            if free == 0:
                return a, skip
            chosen = partners[skip : skip + free]
            taken = gather(lists, rows, work, a, chosen)
            if taken > 0:
                measure_all(
                    lists, rows, question, work, out, own[:taken], chosen[:taken]
                )
            else:
                measure_large_pair(lists, rows, question, work, out, a, chosen[0])
            skip += max(taken, 1)
        a += 1
        skip = 0
    return a, 0


@njit(cache=True, nogil=True)
def _meet(
    lists: ActionLists, rows: AccountRows, work: Workspace, a: int, least: int
) -> int:
    """Write down which later accounts are met on enough objects; return how many.

    A counter whose stamp is below `base` is left from another account, and one whose
    stamp is that of the object in hand has counted it already.
    """
    base = stamps(work, rows.start[a + 1] - rows.start[a])
    counter, touched, own = work.counter, work.touched, np.int32(a)
    account, slots, after = lists.account, lists.slot, lists.after
    entry, wanted = rows.entry, uint32(least)
    repeats = repeats_objects(rows, a)
    met = uint64(0)
    for i in range(uint64(rows.start[a]), uint64(rows.start[a + 1])):
        stamp = uint32(base + np.int64(entry[i, ORDINAL]))
        other, end = uint64(entry[i, LEFT]), uint64(entry[i, RIGHT])
        while other < end:
            stop = uint64(after[other]) if repeats else end
            if repeats and account[other] == own:
                other = stop
                continue
            for row in range(other, min(stop, end)):
                b = account[row]
                if b > own:
                    slot = uint64(slots[row])
                    last = counter[slot, STAMP]
                    before = counter[slot, COUNT] if last >= base else uint32(0)
                    now = uint32(before + (last < stamp))
                    counter[slot, STAMP] = stamp
                    counter[slot, COUNT] = now
                    touched[met] = b
                    met += uint64((now == wanted) & (last < stamp))
            other = stop
    return int(np.int64(met))


@njit(cache=True, nogil=True, forceinline=True)
def repeats_objects(rows: AccountRows, a: int) -> bool:
    """Say whether an account has several rows on one object."""
    last = rows.start[a + 1] - 1
    n = rows.start[a + 1] - rows.start[a]
    return bool(n > 0 and rows.entry[last, ORDINAL] + 1 < n)


@njit(cache=True, nogil=True, forceinline=True)
def stamps(work: Workspace, n: int) -> int:
    """Return the first of n stamps that no counter bears."""
    base = work.stamp[0] + 1
    if base + n >= LAST_STAMP:
        work.counter[:] = 0
        work.hashed[:] = 0
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
def gather(
    lists: ActionLists,
    rows: AccountRows,
    work: Workspace,
    a: int,
    partners: NDArray[np.int32],
) -> int:
    """Lay out the post pairs of as many of the partners as there is room for.

    Returns how many partners that is: none where the first alone has too many.
    """
    taken = len(partners)
    while True:
        found = _collect(lists, rows, work, a, partners[:taken])
        if found <= len(work.gap):
            _lay_out(work, found, taken)
            return taken
        if taken == 1:
            return 0
        taken = (taken + 1) // 2  # a walk each time, but rooms are large


@njit(cache=True, nogil=True)
def _collect(
    lists: ActionLists,
    rows: AccountRows,
    work: Workspace,
    a: int,
    partners: NDArray[np.int32],
) -> int:
    """Write the post pairs of these partners as they are met; return how many.

    A counter at `base` or above holds the partner's number. What finds no room is
    counted only.
    """
    base = stamps(work, len(partners))
    counter, entry, own = work.counter, rows.entry, np.int32(a)
    account, after = lists.account, lists.after
    slots, fact = lists.slot, lists.fact
    repeats = repeats_objects(rows, a)
    for number in range(len(partners)):
        counter[rows.slot[partners[number]], STAMP] = base + number
    found, room = uint64(0), uint64(len(work.gap))
    for i in range(uint64(rows.start[a]), uint64(rows.start[a + 1])):
        time = fact[uint64(entry[i, POSITION]), TIME_US]
        other, end = uint64(entry[i, LEFT]), uint64(entry[i, RIGHT])
        while other < end:
            stop = uint64(after[other]) if repeats else end
            if repeats and account[other] == own:
                other = stop
                continue
            for row in range(other, min(stop, end)):
                stamp = counter[uint64(slots[row]), STAMP]
                if stamp >= base:
                    if found < room:
                        work.number[found] = stamp - base
                        work.own[found] = i
                        work.other[found] = row
                        work.gap[found] = abs(fact[row, TIME_US] - time)
                    found += uint64(1)
            other = stop
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
