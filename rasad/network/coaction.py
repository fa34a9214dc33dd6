"""From the actions of one trace to the counts of every co-acting pair.

The typed layer over `rasad.kernels.coaction`: it decides by stated rules what is left
out when co-actions would explode, spreads the accounts over threads and puts the
results together in an order that no thread can change.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.extend import Progress, no_progress
from rasad.kernels import coaction as kernel
from rasad.kernels.windows import window_bounds
from rasad.network.actions import (
    Actions,
    account_rows,
    count_shared_units,
    n_codes,
    sort_actions,
)
from rasad.network.capping import gap_histogram, thinned

__all__ = [
    "Actions",
    "Coactions",
    "count_coactions",
    "count_shared_units",
    "sort_actions",
]

SECOND_US = 1_000_000

OUTPUT_ROOM = 1 << 16
"""Pairs measured per call of the kernel; bounds its memory and the wait for Ctrl-C."""

PAIR_ROOM = 1 << 22
"""Post pairs laid out at a time; one pair of accounts with more makes it grow."""

RANGES = 256
"""Parts into which the accounts are divided, at most."""

SMALLEST_RANGE = 1 << 18
"""Steps of work below which a part is not worth its thread."""

POLL_S = 0.2
"""How long the calling thread may be deaf to Ctrl-C."""

MEASURES = {
    "account_a": (kernel.ACCOUNT_A, np.int32),
    "account_b": (kernel.ACCOUNT_B, np.int32),
    "n_objects": (kernel.N_OBJECTS, np.int32),
    "n_first": (kernel.N_FIRST, np.int32),
    "n_posts_a": (kernel.N_POSTS_A, np.int32),
    "n_posts_b": (kernel.N_POSTS_B, np.int32),
    "n_pairs": (kernel.N_PAIRS, np.int64),
    "first_us": (kernel.FIRST_US, np.int64),
    "last_us": (kernel.LAST_US, np.int64),
    "median_gap_us": (kernel.GAP_TWICE, np.float64),
    "n_a_first": (kernel.N_A_FIRST, np.int64),
    "n_b_first": (kernel.N_B_FIRST, np.int64),
}
"""Where the kernel writes each array of `Coactions`, and its type."""

Block = dict[str, list[NDArray[Any]]]
"""Some measured pairs: for each measure, one array per window."""


@dataclass(frozen=True, kw_only=True)
class Coactions:
    """Every co-acting pair in every window, sorted by (window, a, b).

    The first thirteen arrays have one entry per pair and window in which it co-acts;
    table `edge` says what they mean.

    Parameters
    ----------
    window_s : ndarray of int32
        Window, seconds.
    account_a, account_b : ndarray of int32
        Account codes, a below b.
    n_objects, n_first, n_posts_a, n_posts_b : ndarray of int32
        Distinct objects, units by first actions, distinct posts on either side.
    n_pairs, n_a_first, n_b_first : ndarray of int64
        Post pairs; those in which a, or b, acted strictly earlier.
    first_us, last_us : ndarray of int64
        Earliest and latest action of a post pair.
    median_gap_us : ndarray of float64
        Median gap of the post pairs, microseconds.
    windows_s : tuple of int
        The ladder that was asked for.
    gap_edges_s, gap_counts : ndarray of int64
        Histogram of gaps: `gap_counts[i]` post pairs of different accounts lie above
        edge i seconds (the first bin includes it) and up to edge i + 1. It counts all
        accounts and objects, also those left out of the pairs.
    untested_left_out : bool
        Accounts that are not eligible were dropped before pairs were made.
    n_capped_objects : int
        Objects that were thinned.
    n_pairs_lost : int
        Co-actions inside the longest window lost by thinning, exactly.
    """

    window_s: NDArray[np.int32]
    account_a: NDArray[np.int32]
    account_b: NDArray[np.int32]
    n_objects: NDArray[np.int32]
    n_first: NDArray[np.int32]
    n_posts_a: NDArray[np.int32]
    n_posts_b: NDArray[np.int32]
    n_pairs: NDArray[np.int64]
    first_us: NDArray[np.int64]
    last_us: NDArray[np.int64]
    median_gap_us: NDArray[np.float64]
    n_a_first: NDArray[np.int64]
    n_b_first: NDArray[np.int64]
    windows_s: tuple[int, ...]
    gap_edges_s: NDArray[np.int64]
    gap_counts: NDArray[np.int64]
    untested_left_out: bool
    n_capped_objects: int
    n_pairs_lost: int

    def __len__(self) -> int:
        return len(self.window_s)

    @property
    def n_windows(self) -> int:
        """Windows of the ladder, also those in which nobody co-acts."""
        return len(self.windows_s)

    def window_slice(self, place: int) -> slice:
        """Return where the pairs of a window are; `place` counts in the ladder."""
        if not self.windows_s:
            return slice(0, 0)
        window = self.windows_s[place]
        begin, end = np.searchsorted(self.window_s, [window, window + 1])
        return slice(int(begin), int(end))


def count_coactions(
    actions: Actions,
    windows_s: Sequence[int],
    *,
    eligible: NDArray[np.bool_],
    account_hash: NDArray[np.uint64],
    threads: int = 1,
    max_untested_pairs: int = 5_000_000,
    max_pairs: int = 5_000_000,
    progress: Progress = no_progress,
) -> Coactions:
    """Count the co-actions of every pair of accounts in a ladder of windows.

    The result is exact, and the same for any number of threads. Time grows with the
    co-actions inside the longest window, so these are counted first (in linear time,
    without making any), and when they are too many, in this order:

    1. above `max_untested_pairs` (or `max_pairs`, if that is smaller), the actions of
       accounts that are not eligible are dropped. Pairs of eligible accounts keep
       their exact counts.
    2. If more than `max_pairs` are left, the most crowded objects are thinned: with c
       the largest number for which the sum over objects of min(co-actions, c) is at
       most `max_pairs`, an object with P > c co-actions keeps the accounts whose hash
       is below sqrt(c / P) of 2**64. Counts of pairs on these objects are then lower
       bounds. By chance more than `max_pairs` may stay.

    Parameters
    ----------
    actions : Actions
        Actions of one trace.
    windows_s : sequence of int
        Windows in seconds, positive, ascending; none gives an empty result.
    eligible : ndarray of bool, shape (n_accounts,)
        Accounts that can be tested.
    account_hash : ndarray of uint64, shape (n_accounts,)
        A hash of each account's id, evenly spread.
    threads : int
        Threads to use.
    max_untested_pairs, max_pairs : int
        Co-actions inside the longest window that are enumerated at most.
    progress : callable
        Called with stage, steps done and all steps as parts finish, from this thread.

    Returns
    -------
    Coactions

    Raises
    ------
    ValueError
        If the windows do not ascend or the arrays per account do not cover all codes.

    Examples
    --------
    Two accounts use one object three seconds apart.

    >>> column = np.array
    >>> actions = sort_actions(
    ...     column([0, 1]), column([0, 0]), column([0, 3_000_000]), column([0, 1]),
    ...     long_lived=False,
    ... )
    >>> edges = count_coactions(
    ...     actions,
    ...     (1, 10),
    ...     eligible=np.array([True, True]),
    ...     account_hash=np.array([1, 2], np.uint64),
    ... )
    >>> edges.window_s.tolist(), edges.n_objects.tolist(), edges.median_gap_us.tolist()
    ([10], [1], [3000000.0])
    """
    _check_request(actions, windows_s, eligible, account_hash)
    longest_s = max(windows_s, default=0)
    edges, counts = gap_histogram(actions, longest_s)
    untested_left_out = counts.sum() > min(max_untested_pairs, max_pairs)
    if untested_left_out:
        actions = actions.kept(eligible[actions.account])
    actions, n_capped, n_lost = thinned(
        actions, longest_s * SECOND_US, max_pairs, account_hash
    )
    return Coactions(
        **_measured(actions, windows_s, len(eligible), threads, progress),
        windows_s=tuple(windows_s),
        gap_edges_s=edges,
        gap_counts=counts,
        untested_left_out=bool(untested_left_out),
        n_capped_objects=n_capped,
        n_pairs_lost=n_lost,
    )


def _check_request(
    actions: Actions,
    windows_s: Sequence[int],
    eligible: NDArray[np.bool_],
    account_hash: NDArray[np.uint64],
) -> None:
    if list(windows_s) != sorted(set(windows_s)) or min(windows_s, default=1) <= 0:
        raise ValueError("windows_s must be positive and ascend")
    if eligible.dtype != np.bool_ or account_hash.dtype != np.uint64:
        raise ValueError("eligible must be bool and account_hash uint64")
    if not n_codes(actions.account) <= len(eligible) == len(account_hash):
        raise ValueError("eligible and account_hash need one entry per account")


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What all workers read, and the sign to stop."""

    columns: kernel.ActionColumns
    index: kernel.WindowIndex
    windows_us: NDArray[np.int64]
    steps_before: NDArray[np.int64]  # per account, and in all
    stop: threading.Event


def _task(actions: Actions, windows_s: Sequence[int], n_accounts: int) -> _Task:
    windows_us = np.array(windows_s, np.int64) * SECOND_US
    start, rows = account_rows(actions.account, n_accounts)
    left, right = np.empty_like(rows), np.empty_like(rows)
    longest = windows_us[-1]
    window_bounds(actions.object, actions.time_us, longest, left, right)
    steps = np.zeros(len(rows) + 1, np.int64)
    np.cumsum((right - left)[rows], out=steps[1:])
    columns = (getattr(actions, name) for name in kernel.ActionColumns._fields)
    return _Task(
        columns=kernel.ActionColumns(*columns),
        index=kernel.WindowIndex(start, rows, left, right),
        windows_us=windows_us,
        steps_before=steps[start],
        stop=threading.Event(),
    )


class _Worker:
    """Memory of one thread, and the loop that empties it when it is full."""

    def __init__(self, task: _Task) -> None:
        columns = task.columns
        self.task = task
        self.sizes = (
            len(task.index.start) - 1,
            n_codes(columns.object),
            n_codes(columns.post),
        )
        self.space = kernel.make_workspace(*self.sizes, PAIR_ROOM)
        shape = (len(task.windows_us), OUTPUT_ROOM, kernel.N_MEASURES)
        self.out = np.empty(shape, np.int64)
        self.filled = np.zeros(len(task.windows_us), np.int64)

    def measure(self, begin: int, end: int) -> list[Block]:
        """Measure the pairs (a, b) with a from begin to end, unless told to stop."""
        task = self.task
        fixed = task.columns, task.index, task.windows_us
        blocks = []
        a, b = begin, 0
        while a < end and not task.stop.is_set():
            results = self.space, self.out, self.filled
            a, b, needed = kernel.sweep(*fixed, *results, a, b, end)
            if self.filled[-1]:
                blocks.append(self._emptied())
            if needed > len(self.space.gap):
                self.space = kernel.make_workspace(*self.sizes, needed)
        return blocks

    def _emptied(self) -> Block:
        return {
            name: [
                self.out[window, :n, column].astype(dtype)
                for window, n in enumerate(self.filled)
            ]
            for name, (column, dtype) in MEASURES.items()
        }


def _measured(
    actions: Actions,
    windows_s: Sequence[int],
    n_accounts: int,
    threads: int,
    progress: Progress,
) -> dict[str, Any]:
    blocks = []
    if windows_s:
        task = _task(actions, windows_s, n_accounts)
        blocks = _run(task, threads, progress)
    return _joined(blocks, windows_s)


def _ranges(steps_before: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Divide the accounts into ranges of roughly equal work."""
    total = int(steps_before[-1])
    size = max(total // RANGES, SMALLEST_RANGE)
    cuts = np.searchsorted(steps_before, np.arange(size, total, size))
    bounds = np.unique([0, *cuts, len(steps_before) - 1]).tolist()
    return list(pairwise(bounds))


def _run(task: _Task, threads: int, progress: Progress) -> list[Block]:
    """Measure all ranges and return their blocks in the order of accounts."""
    workers: SimpleQueue[_Worker] = SimpleQueue()
    for _ in range(threads):
        workers.put(_Worker(task))

    def measured(begin: int, end: int) -> list[Block]:
        worker = workers.get()
        try:
            return worker.measure(begin, end)
        finally:
            workers.put(worker)

    ranges = _ranges(task.steps_before)
    with ThreadPoolExecutor(threads) as pool:
        try:
            parts = {pool.submit(measured, *part): part for part in ranges}
            _wait(parts, task.steps_before, progress)
        except BaseException:
            task.stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return [block for part in parts for block in part.result()]


def _wait(
    parts: Mapping[Future[list[Block]], tuple[int, int]],
    steps_before: NDArray[np.int64],
    progress: Progress,
) -> None:
    """Report parts as they finish; wakes up often enough to be interrupted."""
    done = 0
    pending = set(parts)
    while pending:
        finished, pending = wait(pending, POLL_S, FIRST_COMPLETED)
        for part in finished:
            part.result()
            begin, end = parts[part]
            done += int(steps_before[end] - steps_before[begin])
        if finished:
            progress("co-actions", done, int(steps_before[-1]))


def _joined(blocks: list[Block], windows_s: Sequence[int]) -> dict[str, Any]:
    """Join the blocks of each window, letting go of each measure when it is joined."""
    counts = [sum(len(b["n_pairs"][w]) for b in blocks) for w in range(len(windows_s))]
    window_s = np.repeat(np.array(windows_s, np.int32), counts)
    columns: dict[str, Any] = {"window_s": window_s}
    for name, (_, dtype) in MEASURES.items():
        pieces = [block.pop(name) for block in blocks]
        by_window = [piece[w] for w in range(len(windows_s)) for piece in pieces]
        columns[name] = np.concatenate([np.empty(0, dtype), *by_window])
    columns["median_gap_us"] /= 2  # the kernel gives twice the median
    return columns
