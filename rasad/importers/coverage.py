"""Which fields the accepted records of a file state, counted over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.store.duckdb import DuckDBStore

FIELDS = (
    *("account", "created_at", "post", "handle", "name", "account_created_at"),
    *("account_language", "description", "text", "language", "repost_of"),
    *("repost_of_account", "reply_to", "quote_of", "thread", "community", "client"),
    *("truncated", "links", "sites", "hashtags", "mentions", "objects"),
)
"""The fields of a record that are counted; each has its bit in a mask."""

ALWAYS = frozenset({"account", "created_at"})
"""Fields without which there is no record; a time may be 0."""

BY_FIELDS = """
    SELECT stated, count(*) AS n FROM batch_stated
    WHERE record IN (SELECT record FROM accepted) GROUP BY stated
"""
BY_TRACE = """
    SELECT verb, count(DISTINCT record) AS n FROM batch_action
    WHERE record IN (SELECT record FROM accepted) GROUP BY verb
"""


def masks_in(records: pa.RecordBatch) -> pa.Array:
    """Return for each record which of its fields hold something, as bits.

    A text or list that is stated to be empty holds nothing.

    Parameters
    ----------
    records : pyarrow.RecordBatch
        As `rasad.schema.record_columns.RECORD_COLUMNS`.

    Examples
    --------
    >>> from rasad.schema import Record
    >>> from rasad.schema.record_columns import columns_of
    >>> one = Record(account="x:1", platform="x", created_at=0, precision="s",
    ...     raw_time="0", text="a", links=())
    >>> mask = masks_in(columns_of([one]))[0].as_py()
    >>> [name for n, name in enumerate(FIELDS) if mask >> n & 1]
    ['account', 'created_at', 'text']
    """
    found = np.zeros(len(records), np.int64)
    for bit, name in enumerate(FIELDS):
        held = True if name in ALWAYS else _holds_something(records[name])
        found |= np.int64(held) << np.int64(bit)
    return pa.array(found)


def _holds_something(column: pa.Array) -> Any:
    if column.null_count == len(column):
        return False
    if pa.types.is_list(column.type):
        column = pc.list_value_length(column)
    elif pa.types.is_string(column.type):
        column = pc.binary_length(column)
    held = pc.fill_null(pc.cast(column, pa.bool_()), False)
    return held.to_numpy(zero_copy_only=False)


class Covered:
    """Counts, over all batches of a file, of what its accepted records state.

    Parameters
    ----------
    traces : iterable of str
        Names of all traces, also of those that the file does not feed.
    """

    def __init__(self, traces: Iterable[str]) -> None:
        self._fields: Counter[str] = Counter(dict.fromkeys(FIELDS, 0))
        self._traces: Counter[str] = Counter(dict.fromkeys(traces, 0))

    def add(self, store: DuckDBStore, tables: Mapping[str, pa.Table]) -> None:
        """Count a batch that was just added to the store.

        Parameters
        ----------
        store : DuckDBStore
            Its table `accepted` names the records of the batch that were new.
        tables : mapping of str to pyarrow.Table
            `stated`, the masks by record, and `action` with the record of each.
        """
        with store.lent(tables["stated"], "batch_stated"):
            for row in store.rows(BY_FIELDS):
                for bit, name in enumerate(FIELDS):
                    self._fields[name] += row["n"] * (row["stated"] >> bit & 1)
        with store.lent(tables["action"], "batch_action"):
            for row in store.rows(BY_TRACE):
                self._traces[row["verb"]] += row["n"]

    def add_all(self, tables: Mapping[str, pa.Table]) -> None:
        """Count a batch of which every record is new.

        Parameters
        ----------
        tables : mapping of str to pyarrow.Table
            `stated`, the masks by record, and `action` with the place of each one's
            post, ascending within a verb.
        """
        stated = tables["stated"]["stated"].to_numpy()
        for bit, name in enumerate(FIELDS):
            self._fields[name] += int((stated >> bit & 1).sum())
        verbs = tables["action"]["verb"].combine_chunks().dictionary_encode()
        of_verb, place = verbs.indices.to_numpy(), tables["action"]["place"].to_numpy()
        first = np.ones(len(place), np.bool_)
        first[1:] = (np.diff(of_verb) != 0) | (np.diff(place) != 0)
        counts = np.bincount(of_verb[first], minlength=len(verbs.dictionary))
        for verb, n in zip(verbs.dictionary.to_pylist(), counts.tolist(), strict=True):
            self._traces[verb] += n

    def rows(self, source_id: str) -> list[dict[str, Any]]:
        """Return the rows of table `coverage`; a field that nothing states is 0."""
        parts = {"field": self._fields, "trace": self._traces}
        return [
            {"source_id": source_id, "part": part, "name": name, "n": n}
            for part, counted in parts.items()
            for name, n in sorted(counted.items())
        ]
