"""A file on its way into the store: read, understood and written at the same time.

Three things take turns on a batch, each in a thread of its own: the next one is heard
from the child, this one becomes rows, the last one goes into the store. None waits for
another but for its batch, and no more than three batches are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pyarrow as pa

from rasad.extend import Trace
from rasad.importers.audit import Audit
from rasad.importers.coverage import Covered
from rasad.importers.facts import Batch
from rasad.importers.unseen import Seen, divided
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_facts, add_new

T = TypeVar("T")
R = TypeVar("R")

Tables = dict[str, pa.Table]


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

    def added(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, int]]:
        """Add batches, and yield each with the number of its records that were new."""
        made = ((batch, self._tables(batch)) for batch in batches)
        for (batch, _), accepted in behind(made, self._add):
            yield batch, accepted

    def _tables(self, batch: Batch) -> Tables:
        return batch.tables(self._source_id, self._traces)

    def _add(self, made: tuple[Batch, Tables]) -> int:
        """Add a batch; posts that nobody has seen need no comparison.

        Only a file of several batches is worth gathering what the store holds.
        """
        _, tables = made
        if not self._begun:
            self._begun = True
            accepted = add_facts(self._store, tables)
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
            accepted += add_facts(self._store, rest)
            self.covered.add(self._store, rest)
        return accepted


def behind(made: Iterable[T], take: Callable[[T], R]) -> Iterator[tuple[T, R]]:
    """Do something with each item while the next one is made; yield both.

    Examples
    --------
    >>> list(behind([1, 2], str))
    [(1, '1'), (2, '2')]
    """
    with ThreadPoolExecutor(1) as thread:
        waiting: tuple[T, Future[R]] | None = None
        for item in made:
            if waiting:
                yield waiting[0], waiting[1].result()
            waiting = item, thread.submit(take, item)
        if waiting:
            yield waiting[0], waiting[1].result()


def ahead(made: Iterable[T], thread: ThreadPoolExecutor) -> Iterator[T]:
    """Have the next item made while one is in use.

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
    waiting = thread.submit(next, items, end)
    while (item := waiting.result()) is not end:
        waiting = thread.submit(next, items, end)
        yield item
