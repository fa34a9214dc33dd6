"""Rows of a Parquet file, every cell as the exact text of its value."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rasad.errors import ImportFormatError
from rasad.importers.archives import FREE, RATIO, bomb
from rasad.importers.delimited import Row
from rasad.importers.doubles import float_text

BATCH = 16_384

END = 8
"""Bytes at the end of a file: the length of its footer, and the magic."""

BUFFER = 1 << 20
"""Bytes of a column that are read from the file at a time."""

LONGEST_FOOTER, FOOTER_SHARE = 1 << 22, 100
"""Bytes of a footer, or one in so many of the file's, above which it is no table's."""

FREE_ROWS = 1_000_000
"""Rows that a file may claim; beyond these each takes a byte of it at least."""

Text = list[str | None]


def parquet_schema(path: Path) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Return column names, column types and the number of rows.

    Raises
    ------
    ImportFormatError
        If the file is damaged, or claims more rows than it can hold.
    """
    with opened(path) as file:
        if file.metadata.num_rows > FREE_ROWS + path.stat().st_size:
            raise bomb(path.name)
        schema = file.schema_arrow
        types = tuple(str(column.type) for column in schema)
        return tuple(schema.names), types, file.metadata.num_rows


def parquet_rows(
    path: Path, wanted: Collection[str] | None = None, batch: int = BATCH
) -> Iterator[Row]:
    """Yield the rows of a Parquet file as cells of text.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str, optional
        Columns to read; all cells of the others are None.
    batch : int
        Rows that are decoded at a time.

    Yields
    ------
    tuple of int, None, None, list
        Row number from 1, no byte positions, one cell per column.

    Raises
    ------
    ImportFormatError
        If the file is damaged.
    """
    done = decoded = 0
    with opened(path) as file:
        most = max(FREE, RATIO * path.stat().st_size)
        names = file.schema_arrow.names
        kept = [name for name in names if wanted is None or name in wanted]
        for part in file.iter_batches(batch, columns=kept, use_threads=False):
            values = {name: _plain(part.column(name)) for name in kept}
            decoded += sum(column.nbytes for column in values.values())
            if decoded > most:
                raise bomb(path.name)
            last = done + part.num_rows
            columns = [
                _texts(values[name]) if name in values else repeat(None)
                for name in names
            ]
            numbers = range(done + 1, last + 1)
            for line, *cells in zip(numbers, *columns, strict=False):
                yield line, None, None, cells
            done = last


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; damage, whenever it shows, is one sentence."""
    _check_footer(path)
    try:
        # Reading ahead, or a group of rows at once, may mean a whole file in memory.
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
            yield file
    except pa.ArrowMemoryError:
        raise  # what has too little memory is not damaged
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        raise _damaged(path) from error


def _check_footer(path: Path) -> None:
    """Refuse a file most of which is its footer, before that becomes objects."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - END, 0))
        footer = int.from_bytes(file.read(4), "little")
    if footer > max(LONGEST_FOOTER, size // FOOTER_SHARE):
        raise _damaged(path)


def _damaged(path: Path) -> ImportFormatError:
    return ImportFormatError(
        f"{path.name} is a damaged Parquet file", "get a whole copy of it"
    )


def _plain(column: pa.Array) -> pa.Array:
    """Return a column whose values stand in it as often as they occur."""
    encoded = pa.types.is_dictionary(column.type)
    return column.dictionary_decode() if encoded else column


def _texts(column: pa.Array) -> Text:
    """Return the values of a column as text, None for NULL."""
    for is_kind, convert in CONVERSIONS:
        if is_kind(column.type):
            return convert(column)
    return [None if value is None else str(value) for value in column.to_pylist()]


def _cast(column: pa.Array) -> Text:
    texts: Text = column.cast(pa.string()).to_pylist()
    return texts


def _strings(column: pa.Array) -> Text:
    texts: Text = column.to_pylist()
    return texts


def _times(column: pa.Array) -> Text:
    """Return times in UTC; a fraction of zero is left out."""
    if column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    texts = pc.replace_substring_regex(column.cast(pa.string()), r"\.0+(Z?)$", r"\1")
    return _strings(texts)


def _floats(column: pa.Array) -> Text:
    return [float_text(value) for value in column.to_pylist()]


def _lists(column: pa.Array) -> Text:
    return [
        None if value is None else json.dumps(value, ensure_ascii=False, default=str)
        for value in column.to_pylist()
    ]


def _bytes(column: pa.Array) -> Text:
    try:
        return _cast(column)
    except pa.ArrowInvalid:
        return [None if value is None else value.hex() for value in column.to_pylist()]


CONVERSIONS: tuple[tuple[Callable[[Any], bool], Callable[[pa.Array], Text]], ...] = (
    (pa.types.is_string, _strings),
    (pa.types.is_large_string, _strings),
    (pa.types.is_timestamp, _times),
    (pa.types.is_floating, _floats),
    (pa.types.is_integer, _cast),
    (pa.types.is_boolean, _cast),
    (pa.types.is_date, _cast),
    (pa.types.is_binary, _bytes),
    (pa.types.is_large_binary, _bytes),
    (pa.types.is_nested, _lists),
)
"""How each type becomes text, first match; anything else as Python prints it."""
