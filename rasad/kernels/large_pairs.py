"""Two accounts with more post pairs than can be laid out, measured without them.

Both accounts' rows on an object are sorted by time, so the rows of one that are near a
row of the other are a range, and its ends only ever move on. The rows of b are picked
out of the windows of a's, so that only a needs to be indexed. Everything but the median
is read off these ranges in one pass; the median gap is found by halving the range of
gaps, counting at each step. Time is proportional to the rows in the windows of a, and
to those of the two accounts times the bits of a gap, however many post pairs they make.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from rasad.kernels.arrays import (
    ACCOUNT_A,
    ACCOUNT_B,
    FIRST_US,
    GAP_TWICE,
    LAST_US,
    LEFT,
    N_A_FIRST,
    N_B_FIRST,
    N_FIRST,
    N_OBJECTS,
    N_PAIRS,
    N_POSTS_A,
    N_POSTS_B,
    ORDINAL,
    POSITION,
    RIGHT,
    TIME_US,
)
from rasad.kernels.measures import BY_A, BY_B, DAY_US, is_first, mark, post_of


@njit(cache=True, nogil=True)
def measure_large_pair(lists, rows, question, work, out, a, b):
    """Write one row per window in which a and b share enough objects.

    Parameters
    ----------
    lists, rows, question, work, out : see `arrays`
    a, b : the accounts
    """
    others = _others(lists, rows, a, b)
    for window in range(len(question.windows_us)):
        gap = question.windows_us[window]
        tally = out.rows[window, out.filled[window]]
        tally[:] = 0
        tally[ACCOUNT_A] = a
        tally[ACCOUNT_B] = b
        tally[FIRST_US] = np.iinfo(np.int64).max
        tally[LAST_US] = np.iinfo(np.int64).min
        _add_ranges(lists, rows, question, work, tally, a, others, gap)
        if tally[N_OBJECTS] >= question.least:
            pairs = tally[N_PAIRS]
            low = _nth_gap(lists, rows, a, others, gap, (pairs - 1) // 2)
            high = _nth_gap(lists, rows, a, others, gap, pairs // 2)
            tally[GAP_TWICE] = low + high
            out.filled[window] += 1


@njit(cache=True, nogil=True)
def _others(lists, rows, a, b):
    """Return the rows of b in the windows of a, ascending."""
    others = np.empty(_picked(lists, rows, a, b, np.empty(0, np.int32)), np.int32)
    _picked(lists, rows, a, b, others)
    return others


@njit(cache=True, nogil=True)
def _picked(lists, rows, a, b, others):
    """Write down the rows of b in the windows of a, as far as there is room; count."""
    found = 0
    seen = 0
    for i in range(rows.start[a], rows.start[a + 1]):
        right = rows.entry[i, RIGHT]
        for row in range(max(seen, rows.entry[i, LEFT]), right):
            if lists.account[row] == b:
                if found < len(others):
                    others[found] = row
                found += 1
        seen = right
    return found


@njit(cache=True, nogil=True)
def _add_ranges(lists, rows, question, work, tally, a, others, gap):
    """Add up, row by row of a, the range of rows of b that are near it."""
    entry, fact = rows.entry, lists.fact
    low = high = seen = 0
    object = -1
    for i in range(rows.start[a], rows.start[a + 1]):
        low, high = _near(entry, fact, others, i, gap, low, high)
        if low == high:
            continue
        row = entry[i, POSITION]
        tally[N_PAIRS] += high - low
        tally[N_OBJECTS] += entry[i, ORDINAL] != object
        object = entry[i, ORDINAL]
        tally[N_POSTS_A] += mark(work.seen_post, post_of(fact, row), BY_A)
        for near in range(max(seen, low), high):
            post = post_of(fact, others[near])
            tally[N_POSTS_B] += mark(work.seen_post, post, BY_B)
        seen = max(seen, high)
        _add_order(fact, others, tally, fact[row, TIME_US], low, high)
        if is_first(fact, row):
            tally[N_FIRST] += _firsts(fact, others, question.daily, row, low, high)
    work.seen_post[:] = 0


@njit(cache=True, nogil=True, forceinline=True)
def _near(entry, fact, others, i, gap, low, high):
    """Move both ends of the range of b's rows to those near entry i of a."""
    left, right, end = entry[i, LEFT], entry[i, RIGHT], len(others)
    time = fact[entry[i, POSITION], TIME_US]
    while low < end and (
        others[low] < left
        or (others[low] < right and time - fact[others[low], TIME_US] > gap)
    ):
        low += 1
    high = max(low, high)
    while (
        high < end
        and others[high] < right
        and fact[others[high], TIME_US] - time <= gap
    ):
        high += 1
    return low, high


@njit(cache=True, nogil=True, forceinline=True)
def _add_order(fact, others, tally, time, low, high):
    """Add who was first, and the earliest and latest time, for one row of a."""
    tally[FIRST_US] = min(tally[FIRST_US], time, fact[others[low], TIME_US])
    tally[LAST_US] = max(tally[LAST_US], time, fact[others[high - 1], TIME_US])
    tally[N_B_FIRST] += _before(fact, others, low, high, time) - low
    tally[N_A_FIRST] += high - _before(fact, others, low, high, time + 1)


@njit(cache=True, nogil=True, forceinline=True)
def _before(fact, others, low, high, time):
    """Return the first place of a range that is not before a time."""
    while low < high:
        middle = (low + high) // 2
        if fact[others[middle], TIME_US] < time:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, forceinline=True)
def _firsts(fact, others, daily, row, low, high):
    """Count first actions of b in a range that are on the unit of a row of a."""
    found = 0
    day = fact[row, TIME_US] // DAY_US
    for near in range(low, high):
        other = others[near]
        if is_first(fact, other):
            found += not (daily and fact[other, TIME_US] // DAY_US != day)
    return found


@njit(cache=True, nogil=True)
def _nth_gap(lists, rows, a, others, longest, wanted):
    """Return the gap that so many of the pair's sorted gaps precede."""
    low, high = 0, longest
    while low < high:
        middle = low + (high - low) // 2
        if _count_near(lists, rows, a, others, middle) > wanted:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True, nogil=True)
def _count_near(lists, rows, a, others, gap):
    """Count the post pairs at most a gap apart."""
    found = 0
    low = high = 0
    for i in range(rows.start[a], rows.start[a + 1]):
        low, high = _near(rows.entry, lists.fact, others, i, gap, low, high)
        found += high - low
    return found
