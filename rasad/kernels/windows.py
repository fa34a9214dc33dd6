"""Which rows lie in a window, and how many pairs they make, without making any.

Rows are actions sorted by (object, time). Rows that belong together (one object; or one
account's rows on one object) form a *run*; the counts need runs to be contiguous and
sorted by time. The pairs of different accounts are the pairs of an object's run minus
those of its accounts' own runs. Every loop here is linear in the rows.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def account_index(
    account: NDArray[np.int32],
    start: NDArray[np.int64],
    position: NDArray[np.int32],
) -> None:
    """Fill the rows of each account, ascending, by a stable counting sort.

    Parameters
    ----------
    account : int32 codes, shape (n,)
    start : int64 zeros, shape (n_accounts + 1,), filled
    position : int32, shape (n,), filled

    Notes
    -----
    O(n + n_accounts).
    """
    for row in range(len(account)):
        start[account[row] + 1] += 1
    for code in range(1, len(start)):
        start[code] += start[code - 1]
    # Filling moves each start to the next account's; one step back restores them.
    for row in range(len(account)):
        position[start[account[row]]] = row
        start[account[row]] += 1
    for code in range(len(start) - 1, 0, -1):
        start[code] = start[code - 1]
    start[0] = 0


@njit(cache=True, nogil=True)
def window_bounds(
    object: NDArray[np.int32],
    time_us: NDArray[np.int64],
    window_us: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
) -> None:
    """Fill, for each row, the rows of its object within the window, by two pointers.

    Parameters
    ----------
    object, time_us : sorted by (object, time), shape (n,)
    window_us : window in microseconds, bounds included
    left, right : int32, shape (n,), filled; the rows are `left[p]` to `right[p] - 1`

    Notes
    -----
    O(n), whatever the popularity of an object.
    """
    n = len(object)
    low = 0
    high = 0
    for row in range(n):
        code = object[row]
        time = time_us[row]
        while object[low] != code or time - time_us[low] > window_us:
            low += 1
        while high < n and object[high] == code and time_us[high] - time <= window_us:
            high += 1
        left[row] = low
        right[row] = high


@njit(cache=True, nogil=True)
def pairs_within(
    run: NDArray[np.int32], time_us: NDArray[np.int64], gap_us: int
) -> int:
    """Count the pairs of rows of one run at most `gap_us` apart.

    Parameters
    ----------
    run : int32, shape (n,), equal values contiguous
    time_us : int64, shape (n,), ascending within a run
    gap_us : largest gap, included

    Notes
    -----
    Two pointers, O(n).
    """
    pairs = 0
    low = 0
    for row in range(len(run)):
        while run[low] != run[row] or time_us[row] - time_us[low] > gap_us:
            low += 1
        pairs += row - low
    return pairs


@njit(cache=True, nogil=True)
def pairs_by_object(
    run: NDArray[np.int32],
    object: NDArray[np.int32],
    time_us: NDArray[np.int64],
    gap_us: int,
    pairs: NDArray[np.int64],
) -> None:
    """Add the pairs of each run at most `gap_us` apart to the object of the run.

    Parameters
    ----------
    run, time_us, gap_us : as for `pairs_within`
    object : int32, shape (n,), constant within a run
    pairs : int64, shape (n_objects,), added to

    Notes
    -----
    Two pointers, O(n).
    """
    low = 0
    for row in range(len(run)):
        while run[low] != run[row] or time_us[row] - time_us[low] > gap_us:
            low += 1
        pairs[object[row]] += row - low


@njit(cache=True, nogil=True)
def pairs_in_lists(
    start: NDArray[np.int64], time_us: NDArray[np.int64], gap_us: int
) -> int:
    """Count the pairs of rows of each list at most `gap_us` apart, one account or two.

    Parameters
    ----------
    start : int64, one more than lists; list i has rows start[i]:start[i + 1]
    time_us : int64, ascending within a list
    gap_us : largest gap, included

    Notes
    -----
    Two pointers, O(n).
    """
    pairs = 0
    for number in range(len(start) - 1):
        low = start[number]
        for row in range(start[number], start[number + 1]):
            while time_us[row] - time_us[low] > gap_us:
                low += 1
            pairs += row - low
    return pairs
