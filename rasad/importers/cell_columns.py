"""What cells say, for whole columns: ids, lists and times, each as `cells` reads it.

What is plain is told by compiled loops. All other cells are read one by one, each
different one once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.importers.cells import (
    FIRST_SNOWFLAKE,
    NOT_STATED,
    SNOWFLAKE_EPOCH_MS,
    clean_id,
    parse_list_cell,
)
from rasad.importers.times import FIRST_US, LAST_US
from rasad.kernels.cells import EMPTY, LOOK, judge_ids, read_minutes, read_numbers
from rasad.kernels.layout import text_column, texts_in
from rasad.kernels.list_cells import LIST, judge_lists, write_items
from rasad.kernels.list_cells import LOOK as UNKNOWN
from rasad.schema.record_columns import TEXTS

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOTHING, EMPTY_TEXT = pa.scalar(None, pa.string()), pa.scalar("", pa.string())


def ids(column: pa.Array) -> tuple[pa.Array, Flags]:
    """Return what `clean_id` makes of each cell, and which it gives up.

    Those are no ids, and no words for *missing* either: their digits are lost.

    Examples
    --------
    >>> found, lost = ids(pa.array(["7", "", "absent", "8.98926E+17", " 9 ", "ab+c="]))
    >>> found.to_pylist(), lost.tolist().index(True)
    (['7', None, None, None, '9', 'ab+c='], 3)
    """
    what = np.empty(len(column), np.uint8)
    judge_ids(texts_in(column), what)
    cleaned = pc.if_else(pa.array(what == EMPTY), NOTHING, column)
    lost = what == LOOK
    if not lost.any():
        return cleaned, lost
    look = pa.array(lost)
    cells = column.filter(look)
    read = each(cells, clean_id)
    unstated = pc.is_in(cells, pa.array(NOT_STATED))
    lost[lost] = pc.and_not(read.is_null(), unstated).to_numpy(zero_copy_only=False)
    return pc.replace_with_mask(cleaned, look, read), lost


def each(
    column: pa.Array, read: Callable[[str], Any], kind: pa.DataType | None = None
) -> pa.Array:
    """Return what a function makes of each cell, called once for different ones."""
    cells = column.dictionary_encode()
    known = pa.array(map(read, cells.dictionary.to_pylist()), kind or pa.string())
    return known.take(cells.indices)


def lists(column: pa.Array) -> pa.Array:
    """Return what `parse_list_cell` makes of each cell.

    Examples
    --------
    >>> lists(pa.array(["['a', 'b']", "[]", "", "[7, 8]", "x,y"])).to_pylist()
    [['a', 'b'], [], None, ['7', '8'], ['x', 'y']]
    """
    texts, n = texts_in(column), len(column)
    what, counts = np.empty(n, np.uint8), np.empty(n, np.int32)
    judge_lists(texts, what, counts)
    offset = np.empty(int(counts.sum()) + 1, np.int32)
    out = np.empty(int(texts.offset[-1] - texts.offset[0]), np.uint8)
    used = write_items(texts, np.flatnonzero(what == LIST), counts, offset, out)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    known = np.packbits(what == LIST, bitorder="little")
    items = text_column(out[:used], offset)
    plain = pa.Array.from_buffers(
        TEXTS, n, [pa.py_buffer(known), pa.py_buffer(start)], children=[items]
    )
    look = what == UNKNOWN
    if not look.any():
        return plain
    read = each(column.filter(pa.array(look)), parse_list_cell, TEXTS)
    places = np.where(look, n + np.cumsum(look) - 1, np.arange(n))
    return pa.concat_arrays([plain, read]).take(pa.array(places))


def filled(column: pa.Array) -> pa.Array:
    """Return cells with NULL for empty ones."""
    return pc.if_else(pc.equal(column, EMPTY_TEXT), NOTHING, column)


def snowflakes(identifiers: pa.Array) -> Ints:
    """Return what `snowflake_us` does of each id, -1 where there is no time inside."""
    numbers = np.empty(len(identifiers), np.uint64)
    read = np.empty(len(identifiers), np.bool_)
    read_numbers(texts_in(identifiers), 1, numbers, read)
    ms = (numbers >> np.uint64(22)).astype(np.int64) + SNOWFLAKE_EPOCH_MS
    return np.where(numbers >= FIRST_SNOWFLAKE, ms * 1_000, -1)


def times(
    column: pa.Array, read: Callable[[str], tuple[int, str] | None]
) -> tuple[Ints, pa.Array, Flags]:
    """Read times: microseconds since 1970 UTC, their units, and which are times.

    Parameters
    ----------
    column : pyarrow.Array
        Cells.
    read : callable
        From a cell to the time and its unit, or None; it must read minutes as such.
    """
    us, plain = np.zeros(len(column), np.int64), np.empty(len(column), np.bool_)
    read_minutes(texts_in(column), us, plain)
    plain &= (us >= FIRST_US) & (us <= LAST_US)
    if plain.all():
        return us, pa.repeat("min", len(column)), plain
    rest = pa.array(~plain)
    cells = column.filter(rest).dictionary_encode()
    known = list(map(read, cells.dictionary.to_pylist()))
    codes = cells.indices.to_numpy()
    us[~plain] = np.array([one[0] if one else 0 for one in known], np.int64)[codes]
    units = pa.array([one[1] if one else "min" for one in known], pa.string())
    told = plain.copy()
    told[~plain] = np.array([one is not None for one in known], np.bool_)[codes]
    unit = pc.replace_with_mask(
        pa.repeat("min", len(column)), rest, units.take(cells.indices)
    )
    return us, unit, told
