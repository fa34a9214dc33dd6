"""Every table as a file of its own: Parquet, CSV or JSON lines.

Rows are in the order of the table's key and cut into row groups of one size, so that
the bytes do not depend on threads or on how the engine hands rows over. Ids stay text
and times are UTC to the microsecond in every form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rasad import __version__
from rasad.exports.escape import FORMULA, inert_cell
from rasad.schema import TABLES, columns
from rasad.store.files import written_whole

GROUP_ROWS = 65_536
"""Rows of a Parquet row group, and of a block of the other forms."""

NAIVE_UTC = pa.timestamp("us")


class Ordered(Protocol):
    """What writing tables asks of a store: rows in the order of the key."""

    def batches(self, table: str, size: int = ...) -> Iterator[pa.RecordBatch]:
        """Read a table in the order of its key, in batches."""
        ...

    def arrow_schema(self, table: str) -> pa.Schema:
        """Return the Arrow schema in which a table is read."""
        ...


Writer = Callable[[Ordered, str, BinaryIO], None]


class TableExport:
    """An export of one file per table.

    Parameters
    ----------
    name : str
        Permanent name, and the ending of the files.
    title : str
        What it is, for people.
    writer : callable
        Writes one table into an open file.
    """

    def __init__(self, name: str, title: str, writer: Writer) -> None:
        self.name = name
        self.title = title
        self.writer = writer

    def write(self, store: Any, folder: Path) -> list[Path]:
        """Write every table into an existing folder and return the files, sorted."""
        paths = [folder / f"{table}.{self.name}" for table in TABLES]
        for table, path in zip(TABLES, paths, strict=True):
            with written_whole(path) as file:
                self.writer(store, table, file)
        return sorted(paths)


def write_tables(store: Ordered, folder: Path) -> list[Path]:
    """Write every table as `<table>.parquet`.

    Parameters
    ----------
    store : Ordered
        Where the tables are, such as `DuckDBStore`.
    folder : pathlib.Path
        An existing folder; files of the same names are replaced.

    Returns
    -------
    list of pathlib.Path
        One file per table, sorted by name.

    Raises
    ------
    DiskFullError
        If the disk cannot take a file; that file is not there then.

    Examples
    --------
    >>> import tempfile
    >>> from rasad.store.duckdb import DuckDBStore
    >>> with tempfile.TemporaryDirectory() as folder, DuckDBStore(None) as store:
    ...     written = write_tables(store, Path(folder))
    ...     written[0].name
    'account.parquet'
    """
    return PARQUET.write(store, folder)


def schema_version() -> str:
    """Return twelve digits that name the columns of all tables and their types.

    Examples
    --------
    >>> len(schema_version())
    12
    """
    declared = {table: columns(table) for table in TABLES}
    canonical = json.dumps(declared, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _parquet(store: Ordered, table: str, file: BinaryIO) -> None:
    about = {"rasad.version": __version__, "rasad.schema": schema_version()}
    schema = _in_utc(store.arrow_schema(table)).with_metadata(about)
    with pq.ParquetWriter(file, schema, compression="zstd", version="2.6") as writer:
        for block in _blocks(store, table):
            writer.write_table(block.cast(schema), row_group_size=GROUP_ROWS)


def _csv(store: Ordered, table: str, file: BinaryIO) -> None:
    header = [inert_cell(name) for name in columns(table)]
    file.write((",".join(header) + "\n").encode())
    options = pa_csv.WriteOptions(include_header=False)
    for block in _blocks(store, table):
        cells = [_inert(_as_text(column)) for column in block.columns]
        pa_csv.write_csv(pa.table(cells, names=block.column_names), file, options)


def _jsonl(store: Ordered, table: str, file: BinaryIO) -> None:
    for block in _blocks(store, table):
        columns_ = [_timed(column) for column in block.columns]
        rows = pa.table(columns_, names=block.column_names).to_pylist()
        # The standard library's encoder writes NaN, which is no JSON; this one null.
        file.write(msgspec.json.Encoder().encode_lines(rows))


def _blocks(store: Ordered, table: str) -> Iterator[pa.Table]:
    """Read a table in blocks of one size, whatever sizes the engine hands over."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in store.batches(table):
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= GROUP_ROWS:
            whole = pa.Table.from_batches(waiting)
            while rows >= GROUP_ROWS:
                yield whole.slice(0, GROUP_ROWS).combine_chunks()
                whole = whole.slice(GROUP_ROWS)
                rows -= GROUP_ROWS
            waiting = whole.to_batches()
    if rows:
        yield pa.Table.from_batches(waiting).combine_chunks()


def _in_utc(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [
            field.with_type(NAIVE_UTC) if pa.types.is_timestamp(field.type) else field
            for field in schema
        ]
    )


def _timed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write times as text in UTC; leave other columns as they are."""
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    return column


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write times and lists as text; leave other columns as they are."""
    if pa.types.is_list(column.type):
        texts = [
            None if row is None else json.dumps(row, ensure_ascii=False)
            for row in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return _timed(column)


def _inert(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put an apostrophe before what a spreadsheet would run; numbers are exempt."""
    if not pa.types.is_string(column.type):
        return column
    first = pc.utf8_slice_codeunits(column, 0, 1)
    risky = pc.is_in(first, value_set=pa.array(list(FORMULA)))
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


PARQUET = TableExport(
    "parquet", "One Parquet file per table, for programs and notebooks", _parquet
)
CSV = TableExport("csv", "One CSV file per table, safe to open in a spreadsheet", _csv)
JSONL = TableExport(
    "jsonl", "One file of JSON lines per table, every value as it is", _jsonl
)
