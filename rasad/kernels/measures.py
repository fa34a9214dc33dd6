"""What two accounts did together, measured for every window of the ladder at once.

The post pairs of two accounts are sorted by gap, so that every window is a prefix of
them: one walk adds them up and writes a row whenever a window ends. These functions run
once per pair or post pair and are inlined by force, which spares counting references to
a dozen arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rasad.kernels.arrays import (
    ACCOUNT_A,
    ACCOUNT_B,
    FIRST_US,
    GAP_TWICE,
    LAST_US,
    N_A_FIRST,
    N_B_FIRST,
    N_FIRST,
    N_MEASURES,
    N_OBJECTS,
    N_PAIRS,
    N_POSTS_A,
    N_POSTS_B,
    ORDINAL,
    POSITION,
    POST_FIRST,
    TIME_US,
    AccountRows,
    ActionLists,
    Output,
    Question,
    Workspace,
)

INSERTION = 24
"""Entries up to which insertion beats merging; has no effect on results."""

DAY_US = 86_400_000_000

BY_A, BY_B = 1, 2
"""Marks of a post already counted on either side of a pair."""


@njit(cache=True, nogil=True)
def measure_all(
    lists: ActionLists,
    rows: AccountRows,
    question: Question,
    work: Workspace,
    out: Output,
    accounts: NDArray[np.int32],
    partners: NDArray[np.int32],
) -> None:
    """Measure pairs whose post pairs are laid out one pair after another.

    One call serves many pairs: a call counts references to every array, which takes
    longer than a pair does and makes threads wait for each other.
    """
    begin = 0
    for number in range(len(partners)):
        end = work.touched[number]
        slots = work.slot[begin:end]
        a, b = accounts[number], partners[number]
        _measure(lists, rows, question, work, out, a, b, slots)
        begin = end


@njit(cache=True, nogil=True, forceinline=True)
def _measure(
    lists: ActionLists,
    rows: AccountRows,
    question: Question,
    work: Workspace,
    out: Output,
    a: int,
    b: int,
    slots: NDArray[np.int64],
) -> None:
    """Write one row per window in which a and b share enough objects."""
    windows_us = question.windows_us
    order = work.order[: len(slots)]
    _sort_by_gap(work.gap, slots, order)
    tally = out.rows[-1, out.filled[-1]]  # the longest window gets a row in any case
    tally[:] = 0
    tally[ACCOUNT_A] = a
    tally[ACCOUNT_B] = b
    tally[FIRST_US] = np.iinfo(np.int64).max
    tally[LAST_US] = np.iinfo(np.int64).min
    window = 0
    for i in order:
        while work.gap[i] > windows_us[window]:
            _close(question, work, order, tally, out, window)
            window += 1
        _add(lists, rows, question, work, tally, i)
    for rest in range(window, len(windows_us)):
        _close(question, work, order, tally, out, rest)
    _unmark(lists, rows, work, slots)


@njit(cache=True, nogil=True, forceinline=True)
def _sort_by_gap(
    gap: NDArray[np.int64], slots: NDArray[np.int64], order: NDArray[np.int64]
) -> None:
    if len(slots) > INSERTION:
        order[:] = slots[np.argsort(gap[slots], kind="mergesort")]
        return
    for i in range(len(slots)):
        j = i
        while j > 0 and gap[order[j - 1]] > gap[slots[i]]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = slots[i]


@njit(cache=True, nogil=True, forceinline=True)
def _close(
    question: Question,
    work: Workspace,
    order: NDArray[np.int64],
    tally: NDArray[np.int64],
    out: Output,
    window: int,
) -> None:
    """Copy the tally into a window's rows, with the middle of its sorted gaps."""
    if tally[N_OBJECTS] < question.least:
        return
    pairs = tally[N_PAIRS]
    middle = order[(pairs - 1) // 2], order[pairs // 2]
    tally[GAP_TWICE] = work.gap[middle[0]] + work.gap[middle[1]]
    place = out.filled[window]
    for measure in range(N_MEASURES):  # half the time of a slice assignment
        out.rows[window, place, measure] = tally[measure]
    out.filled[window] = place + 1


@njit(cache=True, nogil=True, forceinline=True)
def _add(
    lists: ActionLists,
    rows: AccountRows,
    question: Question,
    work: Workspace,
    tally: NDArray[np.int64],
    i: int,
) -> None:
    """Count one post pair."""
    entry, fact = rows.entry, lists.fact
    own, other = entry[work.own[i], POSITION], work.other[i]
    ordinal = entry[work.own[i], ORDINAL]
    own_us, other_us = fact[own, TIME_US], fact[other, TIME_US]
    tally[N_PAIRS] += 1
    tally[N_OBJECTS] += mark(work.seen_object, ordinal, BY_A)
    tally[N_POSTS_A] += mark(work.seen_post, post_of(fact, own), BY_A)
    tally[N_POSTS_B] += mark(work.seen_post, post_of(fact, other), BY_B)
    if is_first(fact, own) and is_first(fact, other):
        apart = question.daily and own_us // DAY_US != other_us // DAY_US
        tally[N_FIRST] += not apart
    tally[FIRST_US] = min(tally[FIRST_US], own_us, other_us)
    tally[LAST_US] = max(tally[LAST_US], own_us, other_us)
    tally[N_A_FIRST] += own_us < other_us
    tally[N_B_FIRST] += other_us < own_us


@njit(cache=True, nogil=True, forceinline=True)
def post_of(fact, row):
    """Return the number of a row's post among those of its account."""
    return fact[row, POST_FIRST] >> 1


@njit(cache=True, nogil=True, forceinline=True)
def is_first(fact, row):
    """Say whether a row is its account's first action on its unit."""
    return fact[row, POST_FIRST] & 1 == 1


@njit(cache=True, nogil=True, forceinline=True)
def mark(seen: NDArray[np.uint8], code: int, side: int) -> int:
    """Mark a code and return 1 when it was not marked before, else 0."""
    if seen[code] & side:
        return 0
    seen[code] |= side
    return 1


@njit(cache=True, nogil=True, forceinline=True)
def _unmark(
    lists: ActionLists, rows: AccountRows, work: Workspace, slots: NDArray[np.int64]
) -> None:
    for i in slots:
        entry = rows.entry[work.own[i]]
        work.seen_object[entry[ORDINAL]] = 0
        work.seen_post[post_of(lists.fact, entry[POSITION])] = 0
        work.seen_post[post_of(lists.fact, work.other[i])] = 0
