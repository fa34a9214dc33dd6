"""A file on its way into the store: read, understood and written at the same time.

Three things happen to a batch: it is heard from the child, becomes rows, and goes into
the store. Two threads and the caller's do one each, and no more than `AHEAD` batches
wait before each of the last two. Where there are fewer processors than that, the store
goes first: everything else can be done before its turn, and it cannot.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar

import pyarrow as pa

from rasad.extend import Trace
from rasad.importers.audit import Audit, rehearse
from rasad.importers.child import STEP_BACK
from rasad.importers.coverage import Covered
from rasad.importers.described import Described
from rasad.importers.facts import Batch
from rasad.importers.unseen import Seen, divided
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_new, add_posts

T = TypeVar("T")

Tables = dict[str, pa.Table]
Threads = tuple[ThreadPoolExecutor, ThreadPoolExecutor]

AHEAD = 3
"""Batches that are made before their turn."""

LATER, LAST = 6, STEP_BACK
"""How much threads step back that make rows, and that hear the child."""


class Loading:
    """Adds the batches of one file to a store.

    Parameters
    ----------
    store : DuckDBStore
        Inside a transaction.
    traces : mapping of str to Trace
        The traces whose objects become actions.
    source_id : str
        Id of the file.

    Attributes
    ----------
    audit : Audit
        Counts the times and ids of what passes it.
    covered : Covered
        What the accepted records state.
    """

    def __init__(
        self, store: DuckDBStore, traces: Mapping[str, Trace], source_id: str
    ) -> None:
        self.audit = Audit()
        self.covered = Covered(traces)
        self._store, self._traces, self._source_id = store, traces, source_id
        self._begun = False
        self._seen: Seen | None = None
        self._described = Described(store)

    def added(
        self, batches: Iterable[Batch], threads: Threads
    ) -> Iterator[tuple[Batch, int]]:
        """Add batches, and yield each with the number of its records that were new.

        Parameters
        ----------
        batches : iterable of Batch
            All of the file.
        threads : two ThreadPoolExecutor
            That which hears the batches, and that which makes rows of them.
        """
        hearing, making = threads
        heard = ahead(batches, hearing)
        made = ((batch, self._tables(batch)) for batch in heard)
        for batch, tables in ahead(made, making):
            yield batch, self._add(tables)
        self._described.keep()

    def _tables(self, batch: Batch) -> Tables:
        return batch.tables(self._source_id, self._traces)

    def _add(self, tables: Tables) -> int:
        """Add a batch; posts that nobody has seen need no comparison.

        Only a file of several batches is worth gathering what the store holds.
        """
        self._described.add(tables["account"])
        if not self._begun:
            self._begun = True
            accepted = add_posts(self._store, tables)
            self.covered.add(self._store, tables)
            return accepted
        self._seen = self._seen or Seen(self._store)
        unseen = self._seen.unseen(tables["post"]["post"].combine_chunks())
        new, others = divided(tables, unseen)
        self.covered.add_all(new)
        accepted = add_new(self._store, {**tables, **new})
        if len(others["post"]):
            nothing = {"rejected": tables["rejected"].slice(0, 0)}
            rest = {**tables, **others, **nothing}
            accepted += add_posts(self._store, rest)
            self.covered.add(self._store, rest)
        return accepted


@contextmanager
def stepping_back() -> Iterator[Threads]:
    """Give two threads that let others go first, the first one more than the second.

    The first begins with loading the compiled loops, which takes a quarter of a second.
    What still waits for them at the end is dropped. They must outlive the child: who
    hears it waits for its next word, and ends with it.
    """
    with ExitStack() as stack:
        hearing, making = (
            ThreadPoolExecutor(1, initializer=_step_back, initargs=(by,))
            for by in (LAST, LATER)
        )
        stack.callback(hearing.shutdown, cancel_futures=True)
        stack.callback(making.shutdown, cancel_futures=True)
        hearing.submit(rehearse)
        yield hearing, making


def _step_back(by: int) -> None:
    # Elsewhere the number of a thread may be that of another process.
    if sys.platform == "linux":
        who = os.PRIO_PROCESS, threading.get_native_id()
        with suppress(OSError):
            os.setpriority(*who, min(os.getpriority(*who) + by, 19))


def ahead(made: Iterable[T], thread: ThreadPoolExecutor) -> Iterator[T]:
    """Have the next items made while one is in use.

    Parameters
    ----------
    made : iterable
        Nobody else may iterate over it.
    thread : ThreadPoolExecutor
        Of one thread; it may outlive what the items are made from.

    Examples
    --------
    >>> with ThreadPoolExecutor(1) as thread:
    ...     list(ahead(iter("ab"), thread))
    ['a', 'b']
    """
    end: Any = object()
    items = iter(made)
    waiting = deque(thread.submit(next, items, end) for _ in range(AHEAD))
    while (item := waiting.popleft().result()) is not end:
        waiting.append(thread.submit(next, items, end))
        yield item
