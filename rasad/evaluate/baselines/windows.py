"""Which rows lie within a window of one another, and those pairs block by block.

Nothing is paired before it is known to be inside the window: rows are sorted by key
and time, and each row gets the range of its partners. An object shared eight thousand
times, once a minute, costs eight thousand steps when the window is ten seconds.

Times are doubles and are compared as the tools compare them, down to the rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.codes import Ints

BLOCK = 1 << 21
"""Pairs that are laid out at a time; about 100 bytes each while they are."""

Places = NDArray[np.int64]
Times = NDArray[np.float64]


@dataclass(frozen=True)
class Partners:
    """Rows in the order of key and time, with the range of each one's partners.

    Parameters
    ----------
    row : int64, shape (n,)
        The row at each place.
    start, stop : int64, shape (n,)
        The partners of the row at a place stand at `start` to `stop - 1`.
    """

    row: Places
    start: Places
    stop: Places

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return int((self.stop - self.start).sum())


def later_partners(key: Ints, time_s: Times, window_s: float) -> Partners:
    """Find for each row the later ones of its key with t' - t <= window.

    Each pair is found once; rows of equal time are ordered as they come.

    Examples
    --------
    >>> found = later_partners(np.array([7, 7, 7]), np.array([0.0, 5.0, 10.5]), 10.0)
    >>> found.start.tolist(), found.stop.tolist()
    ([1, 2, 3], [2, 3, 3])
    """
    row = np.lexsort((time_s, key))
    moments, rank = np.unique(time_s[row], return_inverse=True)
    with np.errstate(over="ignore"):  # beyond the largest double is infinitely late
        high = np.searchsorted(moments, moments + window_s, "right")
        _settle(moments, high, window_s)
    stop = _places(key[row], rank, len(moments), high)
    return Partners(row, np.arange(1, len(row) + 1), stop)


def all_partners(key: Ints, time_s: Times, window_s: float) -> Partners:
    """Find for each row those of its key with t - window <= t' <= t + window.

    Each pair is found from both sides, and each row is its own partner.

    Examples
    --------
    >>> found = all_partners(np.array([7, 7, 7]), np.array([0.0, 5.0, 10.5]), 10.0)
    >>> found.start.tolist(), found.stop.tolist()
    ([0, 0, 1], [2, 3, 3])
    """
    row = np.lexsort((time_s, key))
    moments, rank = np.unique(time_s[row], return_inverse=True)
    with np.errstate(over="ignore"):
        low = np.searchsorted(moments, moments - window_s, "left")
        high = np.searchsorted(moments, moments + window_s, "right")
    return Partners(
        row,
        _places(key[row], rank, len(moments), low),
        _places(key[row], rank, len(moments), high),
    )


def _settle(moments: Times, high: Places, window_s: float) -> None:
    """Move bounds to where the rounded difference, not the rounded sum, says."""
    last = len(moments) - 1
    while True:
        gap = moments[np.minimum(high, last)] - moments
        if not (more := (high <= last) & (gap <= window_s)).any():
            break
        high[more] += 1
    while (less := moments[high - 1] - moments > window_s).any():
        high[less] -= 1


def _places(key: Ints, rank: Places, moments: int, bound: Places) -> Places:
    """Turn bounds among the moments into places among the sorted rows."""
    base = key.astype(np.int64) * (moments + 1)
    return np.searchsorted(base + rank, base + bound[rank], "left")


def laid_out(
    start: Places, stop: Places, ends: NDArray[np.bool_] | None = None
) -> Iterator[tuple[Places, Places]]:
    """Yield the pairs of ranges in blocks of about `BLOCK`.

    Parameters
    ----------
    start, stop : int64, shape (n,)
        Ranges, one per place.
    ends : bool, shape (n,), optional
        Where a block may end; anywhere if not given. The last must be true.

    Yields
    ------
    tuple of int64 arrays
        Places, ascending, and their partners.

    Examples
    --------
    >>> for place, partner in laid_out(np.array([1, 2]), np.array([3, 3])):
    ...     print(place, partner)
    [0 0 1] [1 2 2]
    """
    count = np.maximum(stop - start, 0)
    total = np.cumsum(count)
    may_end = np.arange(len(count)) if ends is None else np.flatnonzero(ends)
    done = taken = 0
    while taken < len(may_end):
        begun = int(total[done - 1]) if done else 0
        upto = int(np.searchsorted(total[may_end], begun + BLOCK, "right"))
        taken = max(upto, taken + 1)
        until = int(may_end[taken - 1]) + 1
        if total[until - 1] > begun:
            yield _block(start, count, done, until)
        done = until


def _block(
    start: Places, count: Places, done: int, until: int
) -> tuple[Places, Places]:
    some = count[done:until]
    place = np.repeat(np.arange(done, until), some)
    first = np.repeat(start[done:until] - (np.cumsum(some) - some), some)
    return place, first + np.arange(len(place))
