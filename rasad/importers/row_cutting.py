"""A Parquet file without some of its rows, and without marks in the others."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from rasad.importers import columnar
from rasad.importers.cutting import Tally
from rasad.importers.marks import Marks


def write_rows(copy: Path, file: BinaryIO, tally: Tally, marks: Marks) -> None:
    """Write a Parquet file without some rows, and without marks in the others.

    Parameters
    ----------
    copy : pathlib.Path
        The file.
    file : binary file
        Where it is written.
    tally : Tally
        Says which rows go, and is told how many marks were replaced.
    marks : Marks
        What is replaced.

    Raises
    ------
    ImportFormatError, pyarrow.ArrowException
        If the file is damaged, or a mark stands where nothing else fits.
    """
    with columnar.opened(copy) as old:
        schema = _schema(old.schema_arrow, marks, tally)
        done = 0
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for part in old.iter_batches(columnar.BATCH, use_threads=False):
                numbers = range(done + 1, done + part.num_rows + 1)
                done += part.num_rows
                keep = pa.array([number not in tally.rows for number in numbers])
                table = pa.Table.from_batches([part.filter(keep)])
                cells = [_column(column, marks, tally) for column in table.columns]
                writer.write_table(pa.table(cells, schema=schema))


def marks_in(copy: Path, marks: Marks) -> int:
    """Return how many marks the cells and notes of a Parquet file hold."""
    tally = Tally()
    with columnar.opened(copy) as file:
        _schema(file.schema_arrow, marks, tally)
        for part in file.iter_batches(columnar.BATCH, use_threads=False):
            for column in pa.Table.from_batches([part]).columns:
                _column(column, marks, tally)
    return tally.replaced


def _schema(schema: pa.Schema, marks: Marks, tally: Tally) -> pa.Schema:
    """Return a schema whose notes, which programs leave there, hold no marks."""
    notes = {}
    for key, value in (schema.metadata or {}).items():
        text, n = marks.replaced(value.decode(errors="replace"))
        tally.replaced += n
        notes[key] = text.encode() if n else value
    return schema.with_metadata(notes or None)


def _column(column: pa.ChunkedArray, marks: Marks, tally: Tally) -> Any:
    """Return a column without marks; one that holds none is not touched."""
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_temporal(kind):
        return column
    before = tally.replaced
    values = [_value(value, marks, tally) for value in column.to_pylist()]
    return column if tally.replaced == before else pa.array(values, kind)


def _value(value: Any, marks: Marks, tally: Tally) -> Any:
    if isinstance(value, str):
        text, n = marks.replaced(value)
        tally.replaced += n
        return text
    if isinstance(value, bytes):
        text = value.decode(errors="surrogateescape")
        return _value(text, marks, tally).encode(errors="surrogateescape")
    if isinstance(value, int) and not isinstance(value, bool):
        return int(_value(str(value), marks, tally))
    if isinstance(value, float | Decimal):
        # Where a cell is missing, many programs make numbers of ids with a fraction.
        whole = isfinite(value) and value == int(value)
        return type(value)(_value(int(value), marks, tally)) if whole else value
    if isinstance(value, tuple):  # the entries of a map
        return tuple(_value(one, marks, tally) for one in value)
    if isinstance(value, list):
        return [_value(one, marks, tally) for one in value]
    if isinstance(value, dict):
        return {key: _value(one, marks, tally) for key, one in value.items()}
    return value
