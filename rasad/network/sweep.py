"""The sweep over all accounts: ranges of equal work, on threads, in a fixed order.

The typed layer over `rasad.kernels.coaction`. Results come block by block, so that
nobody has to hold all of them, and in an order that no thread can change.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.extend import Progress
from rasad.kernels import arrays as kernel
from rasad.kernels.coaction import count_partners, sweep
from rasad.kernels.lists import index_rows, number_posts
from rasad.network.pruning import LiveActions

OUTPUT_ROOM = 1 << 14
"""Pairs measured per call of the kernel; bounds its memory and the wait for Ctrl-C."""

PAIR_ROOM = 1 << 20
"""Post pairs laid out at a time; one pair of accounts with more makes it grow."""

RANGES = 256
"""Parts into which the accounts are divided, at most."""

SMALLEST_RANGE = 1 << 18
"""Steps of work below which a part is not worth its thread."""

AHEAD = 2
"""Parts per thread that may wait for their turn."""

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
"""Where the kernel writes each measure, and its type."""

Block = list[dict[str, NDArray[Any]]]
"""Some measured pairs: for each window, an array per measure. Accounts are codes."""


@dataclass(frozen=True, kw_only=True)
class IndexedActions:
    """Live actions, and for every account what lies in the windows of its actions.

    steps_before : int64, shape (accounts + 1,); work before each account, and in all.
    most_objects, most_actions : of any one account.
    """

    lists: kernel.ActionLists
    rows: kernel.AccountRows
    codes: NDArray[np.int32]
    daily: bool
    steps_before: NDArray[np.int64]
    most_objects: int
    most_actions: int

    @property
    def n_accounts(self) -> int:
        """Accounts with live actions."""
        return len(self.codes)

    @property
    def co_actions(self) -> int:
        """Pairs of rows inside the longest window, those of one account included."""
        return (int(self.steps_before[-1]) - len(self.lists.account)) // 2


def indexed(live: LiveActions, window_us: int) -> IndexedActions:
    """Index live actions by account, with the rows in the longest window of each."""
    n = len(live.codes)
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(live.account, minlength=n), out=start[1:])
    entry = np.empty((len(live), 4), np.int32)
    steps = np.zeros(n + 1, np.int64)
    objects = np.zeros(n, np.int32)
    last = np.full(n, -1, np.int32)
    columns = live.start, live.account, live.time_us
    index_rows(*columns, window_us, start[:-1].copy(), last, objects, entry, steps[1:])
    np.cumsum(steps, out=steps)
    post = np.empty(len(live), np.int32)
    number_posts(start, entry, live.post, post)
    return IndexedActions(
        lists=kernel.ActionLists(live.account, live.time_us, live.first, post),
        rows=kernel.AccountRows(start, entry),
        codes=live.codes,
        daily=live.daily,
        steps_before=steps,
        most_objects=int(objects.max(initial=0)),
        most_actions=int(np.diff(start).max(initial=0)),
    )


def workspace_bytes(n_accounts: int, n_windows: int) -> int:
    """Return the memory of one thread, but for what one huge pair may add."""
    per_pair = PAIR_ROOM * 36
    return 12 * n_accounts + per_pair + n_windows * OUTPUT_ROOM * kernel.N_MEASURES * 8


def count_pairs(
    actions: IndexedActions,
    least: int,
    threads: int,
    accounts: tuple[int, int] | None = None,
) -> int:
    """Count the pairs that share at least `least` objects, without measuring them."""
    crew = _Crew(actions, kernel.Question(np.zeros(1, np.int64), least, False), threads)
    ranges = _ranges(actions.steps_before, *(accounts or (0, actions.n_accounts)))
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(lambda ends: crew.count(*ends), ranges))


def swept(
    actions: IndexedActions,
    windows_us: NDArray[np.int64],
    least: int,
    threads: int,
    progress: Progress,
    accounts: tuple[int, int] | None = None,
) -> Iterator[Block]:
    """Yield every pair that shares at least `least` objects, by (a, b) in each window.

    Parameters
    ----------
    actions : IndexedActions
        Indexed with the last of the windows.
    windows_us : ndarray of int64
        The ladder, ascending, microseconds.
    least : int
        Objects that a pair must share inside a window to be reported there.
    threads : int
        Threads to use.
    progress : callable
        Called with stage, steps done and all steps as parts finish, from this thread.
    accounts : tuple of int, optional
        Report only pairs whose first account has a label in this range.
    """
    begin, end = accounts or (0, actions.n_accounts)
    question = kernel.Question(windows_us, least, actions.daily)
    crew = _Crew(actions, question, threads)
    ranges = _ranges(actions.steps_before, begin, end)
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[int, Future[list[Block]]]] = deque()
        try:
            for first, after in ranges:
                waiting.append((after, pool.submit(crew.measure, first, after)))
                if len(waiting) > AHEAD * threads:
                    yield from _next(waiting, actions.steps_before, progress)
            while waiting:
                yield from _next(waiting, actions.steps_before, progress)
        finally:
            crew.stop.set()
            pool.shutdown(cancel_futures=True)


def _next(
    waiting: deque[tuple[int, Future[list[Block]]]],
    steps_before: NDArray[np.int64],
    progress: Progress,
) -> list[Block]:
    after, part = waiting.popleft()
    blocks = part.result()
    progress("co-actions", int(steps_before[after]), int(steps_before[-1]))
    return blocks


def _ranges(
    steps_before: NDArray[np.int64], begin: int, end: int
) -> list[tuple[int, int]]:
    """Divide accounts into ranges of roughly equal work."""
    low, high = int(steps_before[begin]), int(steps_before[end])
    size = max((high - low) // RANGES, SMALLEST_RANGE)
    cuts = np.searchsorted(steps_before, np.arange(low + size, high, size))
    inside = cuts[(cuts > begin) & (cuts < end)]
    return list(pairwise(np.unique([begin, *inside, end]).tolist()))


class _Crew:
    """The memory of each thread, the sign to stop, and the work of one part."""

    def __init__(
        self, actions: IndexedActions, question: kernel.Question, threads: int
    ) -> None:
        self.actions = actions
        self.question = question
        self.stop = threading.Event()
        self.workers: SimpleQueue[_Worker] = SimpleQueue()
        for _ in range(threads):
            self.workers.put(_Worker(actions, len(question.windows_us)))

    def measure(self, begin: int, end: int) -> list[Block]:
        """Measure the pairs (a, b) with a from begin to end, unless told to stop."""
        worker = self.workers.get()
        try:
            return list(worker.blocks(self, begin, end))
        finally:
            self.workers.put(worker)

    def count(self, begin: int, end: int) -> int:
        """Count the pairs (a, b) with a from begin to end."""
        worker = self.workers.get()
        try:
            fixed = self.actions.lists, self.actions.rows, worker.space
            return int(count_partners(*fixed, self.question.least, begin, end))
        finally:
            self.workers.put(worker)


class _Worker:
    """Memory of one thread, and the loop that empties it when it is full."""

    def __init__(self, actions: IndexedActions, n_windows: int) -> None:
        most = actions.most_objects, actions.most_actions
        self.sizes = (actions.n_accounts, *most)
        self.space = kernel.make_workspace(*self.sizes, PAIR_ROOM)
        rows = np.empty((n_windows, OUTPUT_ROOM, kernel.N_MEASURES), np.int64)
        self.out = kernel.Output(rows, np.zeros(n_windows, np.int64))

    def blocks(self, crew: _Crew, begin: int, end: int) -> Iterator[Block]:
        fixed = crew.actions.lists, crew.actions.rows, crew.question
        a, skip = begin, 0
        while a < end and not crew.stop.is_set():
            results = self.space, self.out
            a, skip, needed = sweep(*fixed, *results, a, skip, end)
            if self.out.filled[-1]:
                yield self._emptied(crew.actions.codes)
            if needed > len(self.space.gap):
                self.space = kernel.make_workspace(*self.sizes, needed)

    def _emptied(self, codes: NDArray[np.int32]) -> Block:
        return [
            _measured(self.out.rows[window, :n], codes)
            for window, n in enumerate(self.out.filled)
        ]


def _measured(
    rows: NDArray[np.int64], codes: NDArray[np.int32]
) -> dict[str, NDArray[Any]]:
    columns = {
        name: rows[:, place].astype(dtype) for name, (place, dtype) in MEASURES.items()
    }
    columns["median_gap_us"] /= 2  # the kernel gives twice the median
    for side in ("account_a", "account_b"):
        columns[side] = codes[columns[side]]
    return columns
