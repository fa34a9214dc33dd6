"""Pairs that share several objects: found first, measured one by one.

Most accounts that meet do so once. Where a pair must share several objects, the few
that do are found by counting alone and measured by merging the rows of the two.

Finding is Gustavson's row algorithm with a choice: a pair is counted in the row of
whichever account has the larger counter place. Busy accounts have the smallest places,
so the counters of a busy account are few, and those of an account that meets few others
go into a small table by hashing once there are many accounts. Either way they stay in
fast memory, whatever the number of accounts.
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
from rasad.kernels.coaction import COUNT, STAMP, gather, repeats_objects, stamps
from rasad.kernels.interning import mixed
from rasad.kernels.large_pairs import measure_large_pair
from rasad.kernels.measures import measure_all

SEARCH = 12
"""Steps that a binary search is taken for; has no effect on results."""

MERGING = 2
"""Steps of a walk that take as long as one of a merge, whose branches nobody foresees;
has no effect on results."""

DENSE = 1 << 19
"""Counters that stay in fast memory without hashing; has no effect on results."""

HALF = uint64(32)
LOWER = uint64(0xFFFF_FFFF)


@njit(cache=True, nogil=True)
def find_pairs(
    lists: ActionLists,
    rows: AccountRows,
    work: Workspace,
    least: int,
    a: int,
    end: int,
    pairs: NDArray[np.uint64],
) -> tuple[int, int]:
    """Write down the pairs that share `least` objects, until there may be no room.

    Parameters
    ----------
    lists, rows, work : see `arrays`
    least : objects to share
    a, end : the accounts whose rows are walked
    pairs : uint64, filled: the smaller account in the upper half, the other in the
        lower; as long as one account can have partners

    Returns
    -------
    a, n : where to go on, and the pairs that were found

    Notes
    -----
    O(post pairs inside the longest window).
    """
    n = 0
    while a < end:
        most = int(min(steps(rows, a), rows.slot[a]))
        if n + most > len(pairs):
            return a, n
        n = _partners(lists, rows, work, least, a, most, pairs, n)
        a += 1
    return a, n


@njit(cache=True, nogil=True, forceinline=True)
def steps(rows: AccountRows, a: int) -> int:
    """Count the rows in the windows of an account."""
    found = 0
    for i in range(rows.start[a], rows.start[a + 1]):
        found += rows.entry[i, RIGHT] - rows.entry[i, LEFT]
    return found


@njit(cache=True, nogil=True, forceinline=True)
def _partners(lists, rows, work, least, a, most, pairs, n):
    """Add the pairs of an account with accounts of smaller places; return how many.

    A counter whose stamp is below `base` is left from another account, and one whose
    stamp is that of the object in hand has counted it already.
    """
    base = stamps(work, rows.start[a + 1] - rows.start[a])
    slots, after, entry = lists.slot, lists.after, rows.entry
    own, wanted = rows.slot[a], uint32(least)
    hashed = own >= DENSE and 2 * most <= len(work.hashed)
    counter = work.hashed if hashed else work.counter
    shift = _shift(most)
    repeats = repeats_objects(rows, a)
    for i in range(uint64(rows.start[a]), uint64(rows.start[a + 1])):
        stamp = uint32(base + np.int64(entry[i, ORDINAL]))
        row, end = uint64(entry[i, LEFT]), uint64(entry[i, RIGHT])
        while row < end:
            stop = min(uint64(after[row]), end) if repeats else end
            if repeats and slots[row] == own:
                row = stop
                continue
            for other in range(row, stop):
                slot = slots[other]
                if slot < own:
                    place = uint64(slot)
                    if hashed:
                        place = _place(work, shift, slot, base)
                    last = counter[place, STAMP]
                    before = counter[place, COUNT] if last >= base else uint32(0)
                    now = uint32(before + (last < stamp))
                    counter[place, STAMP] = stamp
                    counter[place, COUNT] = now
                    if now == wanted and last < stamp:
                        b = lists.account[other]
                        pairs[n] = (uint64(min(a, b)) << HALF) | uint64(max(a, b))
                        n += 1
            row = stop
    return n


@njit(cache=True, nogil=True, forceinline=True)
def _shift(most):
    """Return the shift that leaves a place in a table twice as long as most."""
    shift = uint64(61)
    while (uint64(1) << (uint64(64) - shift)) < uint64(2 * most):
        shift -= uint64(1)
    return shift


@njit(cache=True, nogil=True, forceinline=True)
def _place(work, shift, slot, base):
    """Return the hashed place of a counter; stale ones are free, so none is cleared."""
    mask = (uint64(1) << (uint64(64) - shift)) - uint64(1)
    place = mixed(uint64(slot) ^ work.key[0]) >> shift
    while work.hashed[place, STAMP] >= base and work.owner[place] != slot:
        place = (place + uint64(1)) & mask
    work.owner[place] = slot
    return place


@njit(cache=True, nogil=True)
def measure_pairs(
    lists: ActionLists,
    rows: AccountRows,
    question: Question,
    work: Workspace,
    out: Output,
    pairs: NDArray[np.uint64],
    i: int,
) -> int:
    """Measure pairs from the i-th on, until the output is full; return where it ended.

    Notes
    -----
    O(rows of both accounts) per pair, less where one has many more than the other.
    """
    out.filled[:] = 0
    most = min(len(out.rows[0]), len(work.touched) - 1)
    accounts, partners = np.empty(most, np.int32), np.empty(most, np.int32)
    while i < len(pairs) and out.filled[-1] < len(out.rows[0]):
        free = min(most, len(out.rows[0]) - out.filled[-1])
        n = _same_account(pairs[i : i + free], accounts, partners)
        a = accounts[0]
        if steps(rows, a) > _merging(rows, a, partners[:n]):
            n = _merge_all(lists, rows, work, a, partners[:n])
        else:
            n = gather(lists, rows, work, a, partners[:n])
        if n > 0:
            pair = accounts[:n], partners[:n]
            measure_all(lists, rows, question, work, out, pair[0], pair[1])
        else:
            measure_large_pair(lists, rows, question, work, out, a, partners[0])
        i += max(n, 1)
    return i


@njit(cache=True, nogil=True)
def _same_account(pairs, accounts, partners):
    """Take apart the pairs with the smaller account of the first; return how many."""
    first = pairs[0] >> HALF
    n = 0
    while n < len(pairs) and pairs[n] >> HALF == first:
        accounts[n] = np.int32(first)
        partners[n] = np.int32(pairs[n] & LOWER)
        n += 1
    return n


@njit(cache=True, nogil=True)
def _merging(rows, a, partners):
    """Estimate the steps of merging an account's rows with those of its partners."""
    own = rows.start[a + 1] - rows.start[a]
    found = 0
    for b in partners:
        others = rows.start[b + 1] - rows.start[b]
        found += min(own + others, SEARCH * min(own, others))
    return MERGING * found


@njit(cache=True, nogil=True)
def _merge_all(lists, rows, work, a, partners):
    """Lay out the post pairs of as many partners as there is room for; return that."""
    entry, fact, start = rows.entry, lists.fact, rows.start
    slots, owns, others, gaps = work.slot, work.own, work.other, work.gap
    found = 0
    for number in range(len(partners)):
        b = np.int64(partners[number])
        end = _merge(entry, fact, start, owns, others, gaps, a, b, found)
        if end > len(gaps):
            return number
        for place in range(found, end):
            slots[place] = place
        work.touched[number] = end
        found = end
    return len(partners)


@njit(cache=True, nogil=True, forceinline=True)
def _merge(entry, fact, start, owns, others, gaps, a, b, found):
    """Write the post pairs of a and b from place `found` on; return the place after.

    The rows of the less busy account are walked, and those of the other searched: both
    ascend, and so do the bounds of the windows, so one pointer moves through the other.
    What finds no room is counted only.
    """
    n_a, n_b = start[a + 1] - start[a], start[b + 1] - start[b]
    few, many = (a, b) if n_a <= n_b else (b, a)
    low, end = uint64(start[many]), uint64(start[many + 1])
    search = max(n_a, n_b) > SEARCH * min(n_a, n_b)
    place, room = uint64(found), uint64(len(gaps))
    for i in range(uint64(start[few]), uint64(start[few + 1])):
        left, right = entry[i, LEFT], entry[i, RIGHT]
        if search:
            low = _lower_bound(entry, low, end, left)
        else:
            while low < end and entry[low, POSITION] < left:
                low += uint64(1)
        near = low
        while near < end and entry[near, POSITION] < right:
            if place < room:
                own, other = (i, near) if few == a else (near, i)
                owns[place] = own
                others[place] = entry[other, POSITION]
                own_us = fact[uint64(entry[own, POSITION]), TIME_US]
                other_us = fact[uint64(entry[other, POSITION]), TIME_US]
                gaps[place] = abs(own_us - other_us)
            place += uint64(1)
            near += uint64(1)
    return int(np.int64(place))


@njit(cache=True, nogil=True, forceinline=True)
def _lower_bound(entry, low, end, wanted):
    """Return the first entry from `low` on whose row is at least the wanted one."""
    while low < end:
        middle = (low + end) >> uint64(1)
        if entry[middle, POSITION] < wanted:
            low = middle + uint64(1)
        else:
            end = middle
    return low
