"""How many units pairs of accounts share, however far apart in time."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def count_shared(
    start: NDArray[np.int64],
    unit: NDArray[np.int32],
    account_a: NDArray[np.int32],
    account_b: NDArray[np.int32],
    shared: NDArray[np.int64],
) -> None:
    """Fill, for each pair, how many units both accounts used at any time.

    Parameters
    ----------
    start : int64, shape (n_accounts + 1,); account a owns `unit[start[a]:start[a+1]]`
    unit : int32, ascending and distinct within an account
    account_a, account_b : int32, shape (m,)
    shared : int64, shape (m,), filled

    Notes
    -----
    The shorter list gallops through the longer one: O(s log(l / s)) for lengths s, l.
    """
    for pair in range(len(account_a)):
        a, b = account_a[pair], account_b[pair]
        if start[a + 1] - start[a] > start[b + 1] - start[b]:
            a, b = b, a
        at = start[b]
        common = 0
        for i in range(start[a], start[a + 1]):
            at = _gallop(unit, at, start[b + 1], unit[i])
            if at == start[b + 1]:
                break
            if unit[at] == unit[i]:
                common += 1
        shared[pair] = common


@njit(cache=True, nogil=True)
def _gallop(unit: NDArray[np.int32], low: int, end: int, wanted: int) -> int:
    """Find the first place from `low` on that has at least the wanted unit."""
    step = 1
    while low + step < end and unit[low + step] < wanted:
        step *= 2
    high = min(low + step, end)
    low += step // 2
    while low < high:
        middle = (low + high) // 2
        if unit[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
