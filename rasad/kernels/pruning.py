"""What cannot matter is dropped before anything is paired, exactly.

A pair is reported when it shares at least `least` objects. An account with fewer live
actions, and an object with one, can be in no such pair; nor can an action that has no
other account's action inside the window. Dropping them may leave others without
company, so rounds are repeated until little changes: stopping early keeps rows that
cannot matter either, and never drops one that can.

Rows are counted per code in 32 bits, which holds because one trace has fewer than 2**31
actions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray


class Columns(NamedTuple):
    """Rows that are dropped or moved together; `post` may be empty where unused.

    account : int32 codes.
    time_us : int64 microseconds.
    first : bool, the account's first action on its unit.
    post : int32 codes.
    """

    account: NDArray[np.int32]
    time_us: NDArray[np.int64]
    first: NDArray[np.bool_]
    post: NDArray[np.int32]


@njit(cache=True, nogil=True)
def count_codes(codes: NDArray[np.int32], counts: NDArray[np.uint32]) -> None:
    """Add how often each code occurs to `counts`, uint32 of shape (n_codes,). O(n)."""
    for row in range(uint64(len(codes))):
        counts[uint64(codes[row])] += np.uint32(1)


@njit(cache=True, nogil=True)
def mark_enough(
    account: NDArray[np.int32],
    object: NDArray[np.int32],
    per_account: NDArray[np.uint32],
    per_object: NDArray[np.uint32],
    least: int,
    keep: NDArray[np.bool_],
) -> int:
    """Mark the rows whose account and object have enough rows; return how many.

    Parameters
    ----------
    account, object : int32 codes, shape (n,), in any order
    per_account, per_object : uint32, rows by code
    least : rows that an account needs; an object needs two
    keep : bool, shape (n,), filled

    Notes
    -----
    O(n). The counts are those from before the round, so that no order of rows changes
    what is left.
    """
    kept = 0
    for row in range(uint64(len(account))):
        a, o = uint64(account[row]), uint64(object[row])
        enough = per_account[a] >= least and per_object[o] >= 2
        keep[row] = enough
        kept += enough
    return kept


@njit(cache=True, nogil=True)
def live_round(
    rows: Columns,
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    first_list: int,
    end_list: int,
    window_us: int,
    enough: NDArray[np.bool_],
    objects: NDArray[np.uint32],
    met: NDArray[np.int32],
    company: NDArray[np.bool_],
) -> int:
    """Keep the rows with another account's row in their window; count what is left.

    Parameters
    ----------
    rows : sorted by (object, time); live rows move to the front of their list
    start, stop : int64 per list; rows start[i]:stop[i] are live, `stop` is lowered
    first_list, end_list : the lists to look at
    window_us : longest window, bounds included
    enough : bool per account; rows of the others are dropped first
    objects : uint32 per account, added to: lists on which it has a live row
    met : int32 per account, all below zero; holds the last list counted
    company : bool, as long as the longest list, workspace

    Returns
    -------
    int
        Rows that are left.

    Notes
    -----
    O(rows of these lists).
    """
    left = 0
    for number in range(first_list, end_list):
        begin = start[number]
        end = _without(rows, begin, stop[number], enough)
        _mark_company(rows.account, rows.time_us, begin, end, window_us, company)
        end = _packed(rows, begin, end, company)
        stop[number] = end
        left += end - begin
        for row in range(uint64(begin), uint64(end)):
            a = uint64(rows.account[row])
            objects[a] += met[a] != number
            met[a] = number
    return left


@njit(cache=True, nogil=True, forceinline=True)
def _without(rows: Columns, begin: int, end: int, enough: NDArray[np.bool_]) -> int:
    """Move the rows of accounts that have enough to the front; return their end."""
    place = uint64(begin)
    for row in range(uint64(begin), uint64(end)):
        if enough[uint64(rows.account[row])]:
            _move(rows, row, place)
            place += uint64(1)
    return int(np.int64(place))


@njit(cache=True, nogil=True, forceinline=True)
def _packed(rows: Columns, begin: int, end: int, company: NDArray[np.bool_]) -> int:
    """Move the rows that have company to the front; return their end."""
    place = uint64(begin)
    for row in range(uint64(begin), uint64(end)):
        if company[row - uint64(begin)]:
            _move(rows, row, place)
            place += uint64(1)
    return int(np.int64(place))


@njit(cache=True, nogil=True, forceinline=True)
def _move(rows, row, place):
    if row == place:
        return
    rows.account[place] = rows.account[row]
    rows.time_us[place] = rows.time_us[row]
    rows.first[place] = rows.first[row]
    if len(rows.post):
        rows.post[place] = rows.post[row]


@njit(cache=True, nogil=True, forceinline=True)
def _mark_company(
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    begin: int,
    end: int,
    window_us: int,
    company: NDArray[np.bool_],
) -> None:
    """Mark the rows that have another account's row inside the window.

    Rows of one account that follow each other are a run: the nearest rows of anybody
    else are the last of the run before and the first of the run after.
    """
    company[: end - begin] = False
    run = begin
    for row in range(begin + 1, end):
        if account[row] == account[row - 1]:
            if run > begin:  # the run before may be near all of this one
                company[row - begin] = time_us[row] - time_us[run - 1] <= window_us
            continue
        near = time_us[row] - time_us[row - 1] <= window_us
        company[row - begin] = near
        earlier = row - 1
        while near and earlier >= run:
            company[earlier - begin] = True
            earlier -= 1
            near = earlier >= run and time_us[row] - time_us[earlier] <= window_us
        run = row


@njit(cache=True, nogil=True)
def pack(rows: Columns, start: NDArray[np.int64], stop: NDArray[np.int64]) -> int:
    """Move the live rows of all lists next to each other; return how many there are.

    Parameters
    ----------
    rows : changed in place; what is left stands in front
    start, stop : int64 per list, live rows are start[i]:stop[i]; changed to where they
        are then

    Notes
    -----
    O(live rows). Lists only ever move towards the front, so nothing is overwritten.
    """
    place = uint64(0)
    for number in range(len(stop)):
        begin, end = uint64(start[number]), uint64(stop[number])
        start[number] = np.int64(place)
        for row in range(begin, end):
            _move(rows, row, place)
            place += uint64(1)
        stop[number] = np.int64(place)
    return int(np.int64(place))


@njit(cache=True, nogil=True)
def mark_near(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    window_us: int,
    wanted: NDArray[np.bool_],
    near: NDArray[np.bool_],
) -> None:
    """Mark the rows in the window of a row by one of the wanted accounts.

    Parameters
    ----------
    start, account, time_us : lists sorted by time
    window_us : window, bounds included
    wanted : bool per account
    near : bool per row, all false, filled

    Notes
    -----
    O(n): each list is walked twice by one pointer that only moves on.
    """
    for number in range(len(start) - 1):
        done = start[number]
        for row in range(start[number], start[number + 1]):
            if wanted[account[row]]:
                done = max(done, _first_near(time_us, done, row, window_us))
                while (
                    done < start[number + 1]
                    and time_us[done] - time_us[row] <= window_us
                ):
                    near[done] = True
                    done += 1


@njit(cache=True, nogil=True, forceinline=True)
def _first_near(time_us, low, row, window_us):
    """Return the first row from `low` on that is in the window of a row."""
    while low < row and time_us[row] - time_us[low] > window_us:
        low += 1
    return low
