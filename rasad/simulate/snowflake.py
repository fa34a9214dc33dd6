"""Ids that carry their millisecond, as the platform of the archive gives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EPOCH_MS = 1_288_834_974_657
TIME_SHIFT = 22
WORKER_SHIFT = 12
WORKERS = 1 << (TIME_SHIFT - WORKER_SHIFT)
DAY_MS = 86_400_000


def snowflakes(at_ms: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return unique ids for ascending milliseconds since 1970 UTC.

    Parameters
    ----------
    at_ms : int64 array
        Ascending, at most 4096 alike.
    rng : numpy.random.Generator
        Source of the worker numbers.

    Notes
    -----
    An id is (ms - 1288834974657) << 22 | worker << 12 | sequence. The sequence counts
    within a millisecond over all workers, so ids are unique. They ascend by
    millisecond, not always within one.

    Examples
    --------
    >>> ids = snowflakes(np.array([1700000000000] * 2), np.random.default_rng(1))
    >>> (ids[0] != ids[1], milliseconds(ids).tolist())
    (np.True_, [1700000000000, 1700000000000])
    """
    sequence = np.arange(len(at_ms)) - np.searchsorted(at_ms, at_ms)
    worker = rng.integers(0, WORKERS, len(at_ms))
    time = (at_ms - EPOCH_MS) << TIME_SHIFT
    return np.asarray(time | (worker << WORKER_SHIFT) | sequence, dtype=np.int64)


def milliseconds(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the milliseconds since 1970 UTC that ids carry."""
    return np.asarray((ids >> TIME_SHIFT) + EPOCH_MS, dtype=np.int64)
