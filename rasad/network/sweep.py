"""The sweep over all accounts: parts of equal work, on threads, in a fixed order.

The typed layer over the kernels. Results come block by block, so that nobody has to
hold all of them, and in an order that no thread can change.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rasad.extend import Progress
from rasad.kernels import arrays as kernel
from rasad.kernels.coaction import sweep
from rasad.kernels.pair_search import find_pairs, measure_pairs
from rasad.network.row_index import IndexedActions

OUTPUT_ROOM = 1 << 14
"""Pairs measured per call of the kernel; bounds its memory and the wait for Ctrl-C."""

PAIR_ROOM = 1 << 18
"""Post pairs laid out at a time; two accounts with more are measured without them."""

RANGES = 256
"""Parts into which the accounts are divided, at most."""

SMALLEST_RANGE = 1 << 18
"""Steps of work below which a part is not worth its thread."""

PAIRS_AT_A_TIME = 1 << 15
"""Pairs that are measured between two looks at Ctrl-C."""

AHEAD = 2
"""Parts per thread whose results may wait for their turn."""

Result = TypeVar("Result")

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


def workspace_bytes(n_accounts: int, n_windows: int) -> int:
    """Return the memory of one thread."""
    counters = 20 * n_accounts + 12 * kernel.HASHED
    output = n_windows * OUTPUT_ROOM * kernel.N_MEASURES * 8
    return counters + 36 * PAIR_ROOM + output


def found_pairs(
    actions: IndexedActions,
    least: int,
    threads: int,
    progress: Progress,
    most: int | None = None,
) -> NDArray[np.uint64] | None:
    """Return the pairs that share at least `least` objects, None where there are more.

    Parameters
    ----------
    actions, least, threads, progress : as for `swept`, of all accounts
    most : int, optional
        Pairs above which there is no use in finding more.

    Returns
    -------
    ndarray of uint64 or None
        Sorted; the smaller label is in the upper half of each, the other in the lower.
    """
    crew = _Crew(actions, kernel.Question(np.zeros(1, np.int64), least, False), threads)
    parts = _ranges(actions.steps_before, *actions.accounts)
    found, n = [], 0
    for pairs in crew.in_order(_Worker.found, parts, "co-actions", progress):
        found.append(pairs)
        n += len(pairs)
        if most is not None and n > most:
            return None
    joined = np.empty(n, np.uint64)
    while found:  # each part goes when it is copied
        pairs = found.pop()
        joined[n - len(pairs) : n] = pairs
        n -= len(pairs)
    joined.sort()
    return joined


class TooManyPairsError(Exception):
    """More pairs share enough objects than may be listed."""


def swept(
    actions: IndexedActions,
    windows_us: NDArray[np.int64],
    least: int,
    threads: int,
    progress: Progress,
    most: int | None = None,
    fit: int | None = None,
) -> Iterator[Block]:
    """Yield every pair that shares at least `least` objects, by (a, b) in each window.

    Parameters
    ----------
    actions : IndexedActions
        Indexed with the last of the windows. Pairs (a, b) are reported whose a is
        among the accounts that are indexed.
    windows_us : ndarray of int64
        The ladder, ascending, microseconds.
    least : int
        Objects that a pair must share inside a window to be reported there.
    threads : int
        Threads to use.
    progress : callable
        Called with stage, steps done and all steps as parts finish, from this thread.
    most : int, optional
        Pairs that may be listed.
    fit : int, optional
        Pairs that fit into memory; more are counted and measured account by account.

    Raises
    ------
    TooManyPairsError
        Before the first block, if there are more than may be listed and all accounts
        are indexed and so many fit.
    """
    pairs = None
    if actions.whole and (least > 1 or most is not None):
        limit = min((n for n in (most, fit) if n is not None), default=None)
        pairs = found_pairs(actions, least, threads, progress, limit)
        if pairs is None and limit == most:
            raise TooManyPairsError
    if least == 1:
        pairs = None  # all that was asked is how many there are
    question = kernel.Question(windows_us, least, actions.daily)
    crew = _Crew(actions, question, threads, pairs)
    if pairs is not None:
        bounds = np.arange(0, len(pairs) + PAIRS_AT_A_TIME, PAIRS_AT_A_TIME)
        parts = list(pairwise(np.minimum(bounds, len(pairs)).tolist()))
        blocks = crew.in_order(_Worker.measured, parts, "edges", progress)
    else:
        parts = _ranges(actions.steps_before, *actions.accounts)
        blocks = crew.in_order(_Worker.swept, parts, "co-actions", progress)
    for part in blocks:
        yield from part


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
    """The memory of each thread, the sign to stop, and results in their order.

    Workers do not know their crew: in a circle of references, all the rows would stay
    until somebody looks for circles.
    """

    def __init__(
        self,
        actions: IndexedActions,
        question: kernel.Question,
        threads: int,
        pairs: NDArray[np.uint64] | None = None,
    ) -> None:
        self.threads = threads
        self.stop = threading.Event()
        self.workers: SimpleQueue[_Worker] = SimpleQueue()
        for _ in range(threads):
            self.workers.put(_Worker(actions, question, self.stop, pairs))

    def in_order(
        self,
        work: Callable[[_Worker, int, int], Result],
        parts: list[tuple[int, int]],
        stage: str,
        progress: Progress,
    ) -> Iterator[Result]:
        """Do some work on every part and yield the results; few of them wait."""
        with ThreadPoolExecutor(self.threads) as pool:
            waiting: deque[Future[Result]] = deque()
            try:
                for done, part in enumerate([*parts, *[None] * AHEAD * self.threads]):
                    if part is not None:
                        begin, end = part
                        waiting.append(pool.submit(self._done, work, begin, end))
                    if waiting and done >= AHEAD * self.threads:
                        result = waiting.popleft().result()
                        progress(stage, done - AHEAD * self.threads + 1, len(parts))
                        yield result
            finally:
                self.stop.set()
                pool.shutdown(cancel_futures=True)

    def _done(
        self, work: Callable[[_Worker, int, int], Result], begin: int, end: int
    ) -> Result:
        worker = self.workers.get()
        try:
            return work(worker, begin, end)
        finally:
            self.workers.put(worker)


class _Worker:
    """Memory of one thread, and the loops that empty it when it is full."""

    def __init__(
        self,
        actions: IndexedActions,
        question: kernel.Question,
        stop: threading.Event,
        pairs: NDArray[np.uint64] | None,
    ) -> None:
        windows = len(question.windows_us)
        most = actions.most_objects, actions.most_actions
        self.codes = actions.codes
        self.question = question
        self.stop = stop
        self.pairs = np.empty(0, np.uint64) if pairs is None else pairs
        self.space = kernel.make_workspace(actions.n_accounts, *most, PAIR_ROOM)
        rows = np.empty((windows, OUTPUT_ROOM, kernel.N_MEASURES), np.int64)
        self.out = kernel.Output(rows, np.zeros(windows, np.int64))
        self.fixed = actions.lists, actions.rows

    def found(self, begin: int, end: int) -> NDArray[np.uint64]:
        """Find the pairs in the rows of some accounts."""
        room = max(len(self.codes), OUTPUT_ROOM)
        pairs = np.empty(room, np.uint64)
        parts = []
        a = begin
        while a < end and not self.stop.is_set():
            least = self.question.least
            a, n = find_pairs(*self.fixed, self.space, least, a, end, pairs)
            parts.append(pairs[:n].copy())
        return np.concatenate(parts)

    def measured(self, begin: int, end: int) -> list[Block]:
        """Measure some of the pairs that were found."""
        blocks = []
        pairs = self.pairs[begin:end]
        i = 0
        while i < len(pairs) and not self.stop.is_set():
            question = self.question
            i = measure_pairs(*self.fixed, question, self.space, self.out, pairs, i)
            blocks.append(self._emptied())
        return blocks

    def swept(self, begin: int, end: int) -> list[Block]:
        """Measure all pairs (a, b) with a from begin to end."""
        blocks = []
        a, skip = begin, 0
        while a < end and not self.stop.is_set():
            question = self.question
            a, skip = sweep(*self.fixed, question, self.space, self.out, a, skip, end)
            if self.out.filled[-1]:
                blocks.append(self._emptied())
        return blocks

    def _emptied(self) -> Block:
        return [
            _measured(self.out.rows[window, :n], self.codes)
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
