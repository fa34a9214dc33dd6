"""From rows in any order to lists by object and by account, by counting sorts."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from rasad.kernels.arrays import LEFT, ORDINAL, POSITION, POST_FIRST, RIGHT, TIME_US
from rasad.kernels.measures import DAY_US, INSERTION


@njit(cache=True, nogil=True)
def scatter(
    account: NDArray[np.int32],
    object: NDArray[np.int32],
    time_us: NDArray[np.int64],
    post: NDArray[np.int32],
    cursor: NDArray[np.int64],
    lists_account: NDArray[np.int32],
    lists_time_us: NDArray[np.int64],
    lists_post: NDArray[np.int32],
) -> None:
    """Append each row to the list of its object.

    Parameters
    ----------
    account, object, time_us, post : rows in any order, shape (n,); `post` may be empty
    cursor : int64 per object, where its next row goes; moved
    lists_account, lists_time_us, lists_post : filled

    Notes
    -----
    O(n). Rows that come in the order of time make lists in the order of time.
    """
    for row in range(uint64(len(account))):
        o = uint64(object[row])
        place = uint64(cursor[o])
        cursor[o] = np.int64(place + uint64(1))
        lists_account[place] = account[row]
        lists_time_us[place] = time_us[row]
        if len(post):
            lists_post[place] = post[row]


@njit(cache=True, nogil=True)
def sort_lists(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    post: NDArray[np.int32],
) -> None:
    """Sort each list by time, then account, where it is not sorted already.

    Parameters
    ----------
    start : int64, one more than lists; list i has rows start[i]:start[i + 1]
    account, time_us, post : changed in place; `post` may be empty

    Notes
    -----
    O(n) where rows come by time and few are tied, else O(n log n), by merging: numba's
    quicksort can be driven to quadratic time by input.
    """
    for number in range(len(start) - 1):
        begin, end = start[number], start[number + 1]
        if end - begin <= INSERTION:
            _insert(account, time_us, post, begin, end)
        else:
            _sort_long(account, time_us, post, begin, end)


@njit(cache=True, nogil=True)
def _sort_long(
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    post: NDArray[np.int32],
    begin: int,
    end: int,
) -> None:
    """Sort a list by time where need be, then what is tied by account."""
    if not _by_time(time_us, begin, end):
        order = np.argsort(time_us[begin:end], kind="mergesort")
        _arrange(account, time_us, post, begin, end, order)
    tied = begin
    for row in range(begin + 1, end + 1):
        if row < end and time_us[row] == time_us[tied]:
            continue
        if row - tied <= INSERTION:
            _insert(account, time_us, post, tied, row)
        elif not _ascends(account, time_us, tied, row):
            order = np.argsort(account[tied:row], kind="mergesort")
            _arrange(account, time_us, post, tied, row, order)
        tied = row


@njit(cache=True, nogil=True)
def _by_time(time_us: NDArray[np.int64], begin: int, end: int) -> bool:
    ascending = True
    for row in range(begin + 1, end):
        ascending &= time_us[row] >= time_us[row - 1]
    return ascending


@njit(cache=True, nogil=True)
def _arrange(
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    post: NDArray[np.int32],
    begin: int,
    end: int,
    order: NDArray[np.int64],
) -> None:
    """Put some rows into an order."""
    account[begin:end] = account[begin:end][order]
    time_us[begin:end] = time_us[begin:end][order]
    if len(post):
        post[begin:end] = post[begin:end][order]


@njit(cache=True, nogil=True, forceinline=True)
def _insert(account, time_us, post, begin, end):
    """Sort a few rows by insertion, which leaves equal ones in their order."""
    for row in range(begin + 1, end):
        a, when = account[row], time_us[row]
        code = post[row] if len(post) else np.int32(0)
        place = row
        while place > begin and _later(account, time_us, place - 1, a, when):
            account[place] = account[place - 1]
            time_us[place] = time_us[place - 1]
            if len(post):
                post[place] = post[place - 1]
            place -= 1
        if place < row:
            account[place] = a
            time_us[place] = when
            if len(post):
                post[place] = code


@njit(cache=True, nogil=True, forceinline=True)
def _later(account, time_us, row, a, when):
    """Say whether a row comes after a given account and time."""
    tied = time_us[row] == when
    return time_us[row] > when or (tied and account[row] > a)


@njit(cache=True, nogil=True)
def misplaced(
    start: NDArray[np.int64], account: NDArray[np.int32], time_us: NDArray[np.int64]
) -> bool:
    """Say whether any list is not sorted by time, then account."""
    for number in range(len(start) - 1):
        if not _ascends(account, time_us, start[number], start[number + 1]):
            return True
    return False


@njit(cache=True, nogil=True)
def _ascends(
    account: NDArray[np.int32], time_us: NDArray[np.int64], begin: int, end: int
) -> bool:
    for row in range(begin + 1, end):
        tied = time_us[row] == time_us[row - 1]
        if time_us[row] < time_us[row - 1]:
            return False
        if tied and account[row] < account[row - 1]:
            return False
    return True


@njit(cache=True, nogil=True)
def mark_firsts(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    daily: bool,
    met: NDArray[np.int32],
    first: NDArray[np.bool_],
) -> None:
    """Mark each account's first row on each object, or object and UTC day.

    Parameters
    ----------
    start, account, time_us : lists sorted by time
    daily : whether an object counts as new on each day
    met : int32 per account, all below zero, workspace: the last unit it was met on
    first : bool per row, filled

    Notes
    -----
    O(n). Units are numbered as they come, so one number per account is enough.
    """
    unit = -1
    for number in range(len(start) - 1):
        day = np.int64(0)
        for row in range(start[number], start[number + 1]):
            new_day = daily and time_us[row] // DAY_US != day
            if row == start[number] or new_day:
                unit += 1
                day = time_us[row] // DAY_US
            first[row] = met[account[row]] != unit
            met[account[row]] = unit


@njit(cache=True, nogil=True)
def index_rows(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    window_us: int,
    accounts: tuple[int, int],
    cursor: NDArray[np.int64],
    last: NDArray[np.int32],
    objects: NDArray[np.int32],
    entry: NDArray[np.int32],
    steps: NDArray[np.int64],
    first_list: int,
    end_list: int,
) -> None:
    """Write down, account by account, its rows and what lies in the window of each.

    Parameters
    ----------
    start : int64, one more than lists
    account, time_us : lists sorted by time
    window_us : window in microseconds, bounds included
    accounts : begin and end of the accounts to write down
    cursor : int64 per account, where its next entry goes; moved
    last : int32 per account, all below zero, workspace: the last list it was met on
    objects : int32 per account, all zero; filled with its number of lists
    entry : int32, shape (n, 4), filled; see `arrays.AccountRows`
    steps : int64 per account, all zero; filled with the rows in its windows
    first_list, end_list : the lists to look at; objects are numbered from the first

    Notes
    -----
    Two pointers, O(n), whatever the popularity of an object.
    """
    for number in range(first_list, end_list):
        end = start[number + 1]
        low = high = start[number]
        for row in range(start[number], end):
            time, a = time_us[row], uint64(account[row])
            while time - time_us[low] > window_us:
                low += 1
            while high < end and time_us[high] - time <= window_us:
                high += 1
            if account[row] < accounts[0] or account[row] >= accounts[1]:
                continue
            objects[a] += last[a] != number
            last[a] = number
            place = uint64(cursor[a])
            cursor[a] = np.int64(place + uint64(1))
            entry[place, POSITION] = row
            entry[place, LEFT] = low
            entry[place, RIGHT] = high
            entry[place, ORDINAL] = objects[a] - 1
            steps[a] += high - low


@njit(cache=True, nogil=True)
def renumber(
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    objects: NDArray[np.int32],
    entry: NDArray[np.int32],
) -> None:
    """Add `objects` of each account to the object numbers of its entries begin:end."""
    for a in range(len(begin)):
        for i in range(begin[a], end[a]):
            entry[i, ORDINAL] += objects[a]


@njit(cache=True, nogil=True)
def mark_runs(
    start: NDArray[np.int64], account: NDArray[np.int32], after: NDArray[np.int32]
) -> None:
    """Write down, for each row, the next row of its list by another account. O(n)."""
    for number in range(len(start) - 1):
        end = start[number + 1]
        run = end
        for row in range(end - 1, start[number] - 1, -1):
            if row + 1 < end and account[row + 1] != account[row]:
                run = row + 1
            after[row] = run


@njit(cache=True, nogil=True)
def number_rows(
    account: NDArray[np.int32], seen: NDArray[np.int32], post: NDArray[np.int32]
) -> None:
    """Give each row its number among those of its account.

    Parameters
    ----------
    account : int32 per row
    seen : int32 per account, all zero, workspace
    post : int32 per row, filled

    Notes
    -----
    O(n). It is the number of the post where every row is a post of its own.
    """
    for row in range(uint64(len(account))):
        a = uint64(account[row])
        post[row] = seen[a]
        seen[a] += np.int32(1)


@njit(cache=True, nogil=True)
def number_posts(
    start: NDArray[np.int64],
    position: NDArray[np.int32],
    code: NDArray[np.int32],
    post: NDArray[np.int32],
) -> None:
    """Give each row the number of its post among those of its account.

    Parameters
    ----------
    start, position : the rows of each account, see `windows.account_index`
    code : int32 per row, posts
    post : int32 per row, filled

    Notes
    -----
    O(n log n). Small numbers keep the marks of posts in the fastest memory.
    """
    for a in range(len(start) - 1):
        rows = position[start[a] : start[a + 1]]
        order = np.argsort(code[rows], kind="mergesort")
        number = -1
        last = np.int64(-1)
        for i in order:
            number += code[rows[i]] != last
            last = np.int64(code[rows[i]])
            post[rows[i]] = number


@njit(cache=True, nogil=True)
def lay_facts(
    time_us: NDArray[np.int64],
    first: NDArray[np.bool_],
    post: NDArray[np.int32],
    fact: NDArray[np.int64],
) -> None:
    """Lay out side by side what is needed of a row together; see `arrays`. O(n)."""
    for row in range(uint64(len(time_us))):
        fact[row, TIME_US] = time_us[row]
        fact[row, POST_FIRST] = 2 * np.int64(post[row]) + np.int64(first[row])
