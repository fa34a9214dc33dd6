"""A set of 64-bit hashes that grows: what was met before, in eight bytes each."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray


@njit(cache=True, nogil=True, forceinline=True)
def _place(wanted, table):
    """Return where a hash stands, or where it is to go."""
    mask = uint64(len(table) - 1)
    place = wanted & mask
    while table[place] != uint64(0) and table[place] != wanted:
        place = (place + uint64(1)) & mask
    return place


@njit(cache=True, nogil=True)
def meet(
    hashes: NDArray[np.uint64], table: NDArray[np.uint64], known: NDArray[np.bool_]
) -> int:
    """Add hashes to a table and tell which were there; return how many were not.

    Parameters
    ----------
    hashes : uint64, shape (m,)
    table : uint64, a power of two long and never full, 0 where empty; filled
    known : bool, shape (m,), filled

    Notes
    -----
    O(m) expected. A hash of 0 counts as 1. Linear probing; hashes are taken as they
    are, so they must be made with a key that nobody knows.
    """
    new = 0
    for i in range(len(hashes)):
        wanted = max(hashes[i], uint64(1))
        place = _place(wanted, table)
        known[i] = table[place] == wanted
        if not known[i]:
            table[place] = wanted
            new += 1
    return new


@njit(cache=True, nogil=True)
def refill(old: NDArray[np.uint64], table: NDArray[np.uint64]) -> None:
    """Put all hashes of a table into a larger, empty one. O(len(old)) expected."""
    for held in old:
        if held != uint64(0):
            table[_place(held, table)] = held
