"""Records as columns: the same fields, for work on thousands of records at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.schema.record import Record

T = TypeVar("T")

FEW = 2_000
"""Records below which they are looked at one by one: what works on columns takes longer
to load."""

NUMBER, TRUTH, TEXTS = pa.int64(), pa.bool_(), pa.list_(pa.string())


def _kind(hint: Any) -> pa.DataType:
    named = str(hint)
    if "tuple" in named:
        return TEXTS
    if "bool" in named:
        return TRUTH
    return NUMBER if "int" in named else pa.string()


FIELDS = Record.__struct_fields__
RECORD_COLUMNS: pa.Schema = pa.schema(
    [(name, _kind(hint)) for name, hint in get_type_hints(Record).items()]
)
"""One column for each field of a record, in the same order."""

_fields = attrgetter(*FIELDS)


def columns_of(records: Sequence[Record]) -> pa.RecordBatch:
    """Return records as columns.

    Examples
    --------
    >>> one = Record(account="x:1", platform="x", created_at=5, precision="s",
    ...     raw_time="5", hashtags=("a",))
    >>> columns = columns_of([one])
    >>> columns["hashtags"].to_pylist(), records_in(columns) == [one]
    ([['a']], True)
    """
    listed = zip(*map(_fields, records), strict=True) if records else [()] * len(FIELDS)
    arrays = [
        pa.array(values, kind)
        for values, kind in zip(listed, RECORD_COLUMNS.types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=RECORD_COLUMNS)


def records_in(columns: pa.RecordBatch) -> list[Record]:
    """Return the records that columns hold."""
    lists = [
        [None if value is None else tuple(value) for value in column.to_pylist()]
        if kind == TEXTS
        else column.to_pylist()
        for column, kind in zip(columns.columns, RECORD_COLUMNS.types, strict=True)
    ]
    return [
        Record(**dict(zip(FIELDS, values, strict=True)))
        for values in zip(*lists, strict=True)
    ]


class Columns:
    """Records as columns, from which several parties read the same things.

    Parameters
    ----------
    table : pyarrow.RecordBatch
        As `RECORD_COLUMNS`.
    """

    def __init__(self, table: pa.RecordBatch) -> None:
        self.table = table
        self._found: dict[Any, Any] = {}

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def are_few(self) -> bool:
        """Whether it is faster to look at the records one by one."""
        return len(self) < FEW

    @cached_property
    def records(self) -> list[Record]:
        """The records one by one, for whoever cannot do without."""
        return records_in(self.table)

    def rows(self, kinds: Iterable[str]) -> NDArray[np.int64]:
        """Return the places of posts of some kinds, ascending."""
        wanted = tuple(kinds)
        return self.once(("rows", wanted), lambda: self._rows(wanted))

    def _rows(self, kinds: tuple[str, ...]) -> NDArray[np.int64]:
        chosen = pc.is_in(self.table["kind"], pa.array(kinds, pa.string()))
        return np.flatnonzero(chosen.to_numpy(zero_copy_only=False))

    def column(self, name: str, kinds: Iterable[str]) -> pa.Array:
        """Return a column of the posts of some kinds."""
        wanted = tuple(kinds)
        return self.once((name, wanted), lambda: self._column(name, wanted))

    def _column(self, name: str, kinds: tuple[str, ...]) -> pa.Array:
        rows = self.rows(kinds)
        whole = self.table[name]
        return whole if len(rows) == len(self) else whole.take(pa.array(rows))

    def once(self, name: Any, find: Callable[[], T]) -> T:
        """Return what was found under this name, or find it."""
        if name not in self._found:
            self._found[name] = find()
        found: T = self._found[name]
        return found
