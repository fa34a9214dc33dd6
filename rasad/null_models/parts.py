"""Parts of many pairs, each on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray


def in_parts(
    work: Callable[[slice], None], m: int, threads: int, least: int = 1
) -> None:
    """Do the parts of m items on several threads; compiled loops run side by side.

    Parameters
    ----------
    work : callable
        Does the items of a slice.
    m, threads : int
        Number of items, and of threads.
    least : int
        Items that a part has at least if there is more than one, where beginning a
        part costs something.

    Examples
    --------
    >>> done = []
    >>> in_parts(lambda at: done.extend(range(at.start, at.stop)), 40, threads=2)
    >>> sorted(done) == list(range(40))
    True
    """
    parts = max(1, min(16 * threads, m // least))
    bounds = np.linspace(0, m, parts + 1).astype(np.int64)
    between(work, bounds, threads)


def between(
    work: Callable[[slice], None], bounds: NDArray[np.int64], threads: int
) -> None:
    """Do the parts between bounds that ascend; see `in_parts`."""
    ends = bounds.tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, map(slice, ends[:-1], ends[1:])))
