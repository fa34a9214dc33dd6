"""Parts of many pairs, each on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray


def in_parts(work: Callable[[slice], None], m: int, threads: int) -> None:
    """Do the parts of m items on several threads; compiled loops run side by side.

    Examples
    --------
    >>> done = []
    >>> in_parts(lambda at: done.extend(range(at.start, at.stop)), 40, threads=2)
    >>> sorted(done) == list(range(40))
    True
    """
    bounds = np.linspace(0, m, 16 * threads + 1).astype(np.int64)
    between(work, bounds, threads)


def between(
    work: Callable[[slice], None], bounds: NDArray[np.int64], threads: int
) -> None:
    """Do the parts between bounds that ascend; see `in_parts`."""
    ends = bounds.tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, map(slice, ends[:-1], ends[1:])))
