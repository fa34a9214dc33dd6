"""Who did what to what when, column by column: the fast way through large tables.

Parquet columns of whole numbers, text and timestamps go to arrays without a Python
object per row. Everything else, other columns and delimited files included, is read
cell by cell. Either way the same values are the same ids and times, and every row is
counted: read, or rejected with a reason. Ids are taken as they are written; only space
around them and words for a missing value are cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasad.errors import MappingError
from rasad.extend import Head, Reject
from rasad.importers.cells import NOT_STATED, plain_name
from rasad.importers.columnar import opened
from rasad.importers.mapping import check_columns, map_option
from rasad.importers.objects import SAMPLE
from rasad.importers.optional_times import us_in
from rasad.importers.reader import inspect, rows
from rasad.importers.suggest import guess_mapping
from rasad.importers.times import FIRST_US, LAST_US, SHIFT
from rasad.importers.unpacking import Place, check_whole

ROWS = 1 << 20
BATCH_BYTES = 32 << 20
"""Rows of Parquet that are held at a time, at most, and about how many bytes."""

CELLS = 1 << 16
"""Rows of other files that are held at a time."""

ROLES = ("account", "object", "time")


@dataclass(frozen=True)
class Table:
    """A file whose columns for account, object, time and maybe post are known."""

    head: Head
    columns: Mapping[str, str]

    @property
    def rows(self) -> int | None:
        """Rows of the file, where it says so."""
        if self.head.container != "parquet":
            return None
        with opened(self.head.path) as file:
            return int(file.metadata.num_rows)

    @property
    def fast(self) -> bool:
        """Whether all columns go to arrays without a Python object per row."""
        if self.head.container != "parquet":
            return False
        kinds = dict(zip(self.head.columns, self.head.types, strict=True))
        ids = [kinds[name] for role, name in self.columns.items() if role != "time"]
        time = kinds[self.columns["time"]]
        return all(map(_is_id, ids)) and (
            time in ("int64", "int32", "uint32") or time.startswith("timestamp[")
        )


@dataclass(frozen=True, kw_only=True)
class ActionBatch:
    """Some rows: ids as Arrow arrays without NULL, times in microseconds."""

    account: pa.Array
    object: pa.Array
    post: pa.Array | None
    time_us: NDArray[np.int64]


@dataclass
class Tally:
    """What became of the rows: read, or rejected by reason."""

    read: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """All rows, read or rejected."""
        return self.read + sum(self.rejected.values())


def action_table(path: Path, mapping: Mapping[str, str] | None) -> Table:
    """Look at a file and settle which column plays which role.

    Raises
    ------
    MappingError
        If account, object or time is not known, or a column does not exist.
    """
    head = inspect(path)
    check_whole(Place(path, head.member))
    named = {plain_name(column): column for column in head.columns}
    exact = {role: named[role] for role in ROLES if role in named}
    found = {**guess_mapping(head).sure, **exact, **(mapping or {})}
    columns = {role: found[role] for role in (*ROLES, "post") if role in found}
    if "post" in columns and "post" not in (mapping or {}):
        del columns["post"]  # what looks like an id of a post may repeat
    check_columns(columns, head.columns)
    if missing := [role for role in ROLES if role not in columns]:
        example = {role: columns.get(role, role.upper()) for role in ROLES}
        raise MappingError(
            f"{path.name} has no column that is clearly the {' or the '.join(missing)}",
            f"name the columns: {map_option(example)}",
        )
    return Table(head, columns)


def id_kinds(tables: Sequence[Table]) -> dict[str, pa.DataType]:
    """Return for each role how all tables together write its ids.

    Whole numbers only where every table has them; text otherwise.
    """
    roles = [role for role in ("account", "object", "post") if role in _roles(tables)]
    return {role: _kind(role, tables) for role in roles}


def _roles(tables: Sequence[Table]) -> set[str]:
    return set.intersection(*(set(table.columns) for table in tables))


def _kind(role: str, tables: Sequence[Table]) -> pa.DataType:
    whole = all(table.fast and _type(table, role) in INTEGERS for table in tables)
    return pa.int64() if whole else pa.large_string()


INTEGERS = ("int64", "int32", "int16", "int8", "uint32", "uint16", "uint8")


def _type(table: Table, role: str) -> str:
    return table.head.types[table.head.columns.index(table.columns[role])]


def _is_id(kind: str) -> bool:
    return kind in INTEGERS or kind in ("string", "large_string", "uint64")


def action_batches(
    table: Table, kinds: Mapping[str, pa.DataType], tally: Tally
) -> Iterator[ActionBatch]:
    """Yield the rows of a table that say who did what when.

    Parameters
    ----------
    table : Table
        The file and its columns.
    kinds : mapping
        How ids are to be written, from `id_kinds`.
    tally : Tally
        Told what became of every row.
    """
    batches = _fast(table, tally) if table.fast else _slow(table, tally)
    for batch in batches:
        tally.read += len(batch["time"])
        ids = {role: batch[role].cast(kind) for role, kind in kinds.items()}
        yield ActionBatch(
            account=ids["account"],
            object=ids["object"],
            post=ids.get("post"),
            time_us=batch["time"],
        )


def _fast(table: Table, tally: Tally) -> Iterator[dict[str, Any]]:
    names = list(dict.fromkeys(table.columns.values()))
    with opened(table.head.path) as file:
        for part in file.iter_batches(_rows(file, names), columns=names):
            columns = {r: part.column(name) for r, name in table.columns.items()}
            time_us = times_us(columns.pop("time"))
            yield _complete({r: _ids(c) for r, c in columns.items()}, time_us, tally)


def _rows(file: pq.ParquetFile, names: Sequence[str]) -> int:
    """Return how many rows to hold: fewer where their text is long."""
    first = next(file.iter_batches(SAMPLE, columns=names), None)
    if first is None:
        return ROWS
    row_bytes = max(first.get_total_buffer_size() // max(len(first), 1), 1)
    return int(min(max(BATCH_BYTES // row_bytes, 1), ROWS))


def _slow(table: Table, tally: Tally) -> Iterator[dict[str, Any]]:
    place = {r: table.head.columns.index(name) for r, name in table.columns.items()}
    records = rows(table.head, wanted=set(table.columns.values()))
    while part := list(islice(records, CELLS)):
        cells = [row[3] for row in part if isinstance(row[3], list)]
        outcomes = [row[3] for row in part]
        tally.rejected.update(o.reason for o in outcomes if isinstance(o, Reject))
        columns = {r: _texts(cells, i) for r, i in place.items() if r != "time"}
        time_us = pa.array([us_in(row[place["time"]]) for row in cells], pa.int64())
        yield _complete({r: _ids(c) for r, c in columns.items()}, time_us, tally)


def _texts(cells: list[Any], place: int) -> pa.Array:
    return pa.array([row[place] for row in cells], pa.large_string())


def _ids(column: pa.Array) -> pa.Array:
    """Return ids, NULL where none is stated."""
    if pa.types.is_integer(column.type) and column.type != pa.uint64():
        return column
    text = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
    stated = pc.invert(pc.is_in(text, pa.array(["", *NOT_STATED], text.type)))
    return pc.if_else(stated, text, pa.scalar(None, text.type))


def times_us(column: pa.Array) -> pa.Array:
    """Return times in microseconds since 1970 UTC, NULL where there is none.

    Each whole number is seconds, milliseconds, microseconds or nanoseconds, whichever
    makes it a time from 1971 to 2100. Timestamps without a zone are UTC; others than
    from these years are none.

    Examples
    --------
    >>> times_us(pa.array([1_500_000_000, 1_500_000_000_123, 7])).to_pylist()
    [1500000000000000, 1500000000123000, None]
    """
    if pa.types.is_timestamp(column.type):
        whole, shift = column.cast(pa.int64()), SHIFT[column.type.unit]
        low, high = _bounds(shift)
        stated = pc.and_(pc.greater_equal(whole, low), pc.less_equal(whole, high))
        outside = ~_array(pc.fill_null(stated, False))
        kept = pc.if_else(stated, whole, 0)
        return pa.array(_scaled(_numbers(kept), shift), mask=outside)
    numbers = _numbers(column.cast(pa.int64()))
    found = np.zeros(len(numbers), np.int64)
    left = np.ones(len(numbers), np.bool_)
    for shift in SHIFT.values():
        low, high = _bounds(shift)
        if low <= numbers.min(initial=low) and numbers.max(initial=high) <= high:
            return pa.array(_scaled(numbers, shift))  # almost always one unit for all
        fits = (numbers >= low) & (numbers <= high) & left
        found[fits] = _scaled(numbers, shift)[fits]
        left &= ~fits
    return pa.array(found, mask=left)


def _bounds(shift: int) -> tuple[int, int]:
    """Return the first and last number that is a time in this unit."""
    if shift >= 0:
        return -(-FIRST_US // 10**shift), LAST_US // 10**shift
    return FIRST_US * 10**-shift, LAST_US * 10**-shift + 10**-shift - 1


def _numbers(values: pa.Array) -> NDArray[np.int64]:
    return np.asarray(pc.fill_null(values, 0).to_numpy())


def _scaled(numbers: NDArray[np.int64], shift: int) -> NDArray[np.int64]:
    scale: int = 10 ** abs(shift)
    return numbers * scale if shift >= 0 else numbers // scale


def _null(values: pa.Array) -> NDArray[np.bool_]:
    return _array(pc.is_null(values))


def _array(flags: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(flags.to_numpy(zero_copy_only=False))


def _complete(
    columns: dict[str, pa.Array], time_us: pa.Array, tally: Tally
) -> dict[str, Any]:
    """Keep the rows that have everything; count the others by what they lack first."""
    columns = {**columns, "time": time_us}
    if not any(column.null_count for column in columns.values()):
        return {**columns, "time": time_us.to_numpy()}
    whole = np.ones(len(time_us), np.bool_)
    for role, column in columns.items():
        lacking = _null(column) & whole
        if lacking.any():
            tally.rejected[f"it has no usable {role}"] += int(lacking.sum())
        whole &= ~lacking
    kept = {role: column.filter(pa.array(whole)) for role, column in columns.items()}
    return {**kept, "time": kept["time"].to_numpy()}
