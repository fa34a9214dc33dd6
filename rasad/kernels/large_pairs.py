"""Two accounts with more post pairs than can be laid out, measured without them.

Both accounts' rows on an object are sorted by time, so the rows of one that are near a
row of the other are a range, and its ends only ever move on. Everything but the median
is read off these ranges in one pass; the median gap is found by halving the range of
gaps, counting at each step. Time is proportional to the rows of the two accounts, times
the bits of a gap, however many post pairs they make.
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
)
from rasad.kernels.measures import BY_A, BY_B, DAY_US, mark


@njit(cache=True, nogil=True)
def measure_large_pair(lists, rows, question, work, out, a, b):
    """Write one row per window in which a and b share enough objects.

    Parameters
    ----------
    lists, rows, question, work, out : see `arrays`
    a, b : the accounts
    """
    for window in range(len(question.windows_us)):
        gap = question.windows_us[window]
        tally = out.rows[window, out.filled[window]]
        tally[:] = 0
        tally[ACCOUNT_A] = a
        tally[ACCOUNT_B] = b
        tally[FIRST_US] = np.iinfo(np.int64).max
        tally[LAST_US] = np.iinfo(np.int64).min
        _add_ranges(lists, rows, question, work, tally, a, b, gap)
        if tally[N_OBJECTS] >= question.least:
            pairs = tally[N_PAIRS]
            low = _nth_gap(lists, rows, a, b, gap, (pairs - 1) // 2)
            high = _nth_gap(lists, rows, a, b, gap, pairs // 2)
            tally[GAP_TWICE] = low + high
            out.filled[window] += 1


@njit(cache=True, nogil=True)
def _add_ranges(lists, rows, question, work, tally, a, b, gap):
    """Add up, row by row of a, the range of rows of b that are near it."""
    entry, times = rows.entry, lists.time_us
    low = high = seen = rows.start[b]
    object = -1
    for i in range(rows.start[a], rows.start[a + 1]):
        low, high = _near(entry, times, rows.start[b + 1], i, gap, low, high)
        if low == high:
            continue
        row = entry[i, POSITION]
        tally[N_PAIRS] += high - low
        tally[N_OBJECTS] += entry[i, ORDINAL] != object
        object = entry[i, ORDINAL]
        tally[N_POSTS_A] += mark(work.seen_post, lists.post[row], BY_A)
        for near in range(max(seen, low), high):
            post = lists.post[entry[near, POSITION]]
            tally[N_POSTS_B] += mark(work.seen_post, post, BY_B)
        seen = max(seen, high)
        _add_order(entry, times, tally, times[row], low, high)
        if lists.first[row]:
            tally[N_FIRST] += _firsts(lists, entry, question.daily, row, low, high)
    work.seen_post[:] = 0


@njit(cache=True, nogil=True, forceinline=True)
def _near(entry, times, end, i, gap, low, high):
    """Move both ends of the range of b's entries to those near entry i of a."""
    left, right = entry[i, LEFT], entry[i, RIGHT]
    time = times[entry[i, POSITION]]
    while low < end and (
        entry[low, POSITION] < left
        or (entry[low, POSITION] < right and time - times[entry[low, POSITION]] > gap)
    ):
        low += 1
    high = max(low, high)
    while (
        high < end
        and entry[high, POSITION] < right
        and times[entry[high, POSITION]] - time <= gap
    ):
        high += 1
    return low, high


@njit(cache=True, nogil=True, forceinline=True)
def _add_order(entry, times, tally, time, low, high):
    """Add who was first, and the earliest and latest time, for one row of a."""
    tally[FIRST_US] = min(tally[FIRST_US], time, times[entry[low, POSITION]])
    tally[LAST_US] = max(tally[LAST_US], time, times[entry[high - 1, POSITION]])
    tally[N_B_FIRST] += _before(entry, times, low, high, time) - low
    tally[N_A_FIRST] += high - _before(entry, times, low, high, time + 1)


@njit(cache=True, nogil=True, forceinline=True)
def _before(entry, times, low, high, time):
    """Return the first entry of a range that is not before a time."""
    while low < high:
        middle = (low + high) // 2
        if times[entry[middle, POSITION]] < time:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, forceinline=True)
def _firsts(lists, entry, daily, row, low, high):
    """Count first actions of b in a range that are on the unit of a row of a."""
    found = 0
    day = lists.time_us[row] // DAY_US
    for near in range(low, high):
        other = entry[near, POSITION]
        if lists.first[other]:
            found += not (daily and lists.time_us[other] // DAY_US != day)
    return found


@njit(cache=True, nogil=True)
def _nth_gap(lists, rows, a, b, longest, wanted):
    """Return the gap that so many of the pair's sorted gaps precede."""
    low, high = 0, longest
    while low < high:
        middle = low + (high - low) // 2
        if _count_near(lists, rows, a, b, middle) > wanted:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True, nogil=True)
def _count_near(lists, rows, a, b, gap):
    """Count the post pairs at most a gap apart."""
    found = 0
    low = high = rows.start[b]
    for i in range(rows.start[a], rows.start[a + 1]):
        low, high = _near(
            rows.entry, lists.time_us, rows.start[b + 1], i, gap, low, high
        )
        found += high - low
    return found
