"""How many pairs lie in a window, without making any, and whose rows are where."""

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
def pairs_by_list(
    start: NDArray[np.int64],
    account: NDArray[np.int32],
    time_us: NDArray[np.int64],
    gap_us: int,
    inside: NDArray[np.int32],
    pairs: NDArray[np.int64],
) -> None:
    """Count, list by list, the pairs of rows of two accounts at most `gap_us` apart.

    Parameters
    ----------
    start : int64, one more than lists; list i has rows start[i]:start[i + 1]
    account, time_us : lists sorted by time
    gap_us : largest gap, included
    inside : int32 per account, all zero, workspace: its rows in the window
    pairs : int64 per list, filled

    Notes
    -----
    Two pointers and a count per account, O(n), whatever the number of pairs.
    """
    for number in range(len(start) - 1):
        begin, end = start[number], start[number + 1]
        low = begin
        found = 0
        for row in range(begin, end):
            while time_us[row] - time_us[low] > gap_us:
                inside[account[low]] -= 1
                low += 1
            found += row - low - inside[account[row]]
            inside[account[row]] += 1
        for row in range(low, end):
            inside[account[row]] -= 1
        pairs[number] = found
