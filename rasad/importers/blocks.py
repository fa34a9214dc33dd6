"""Records as columns in a frame: a fixed row of buffers, each checked before its use.

A block begins with a byte that no other message begins with, then says how many spans
and records it holds and how large each buffer is. The buffers follow in one order: the
spans, then one column of the record after another, then the rejects. They are laid out
as Arrow's columns are, but nothing of Arrow's own messages is read: sizes must be what
the counts ask for, and Arrow then checks all offsets and that texts are UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.extend import Reject
from rasad.importers.parts import Part
from rasad.kernels.interning import Texts
from rasad.kernels.layout import is_known, starts_in, texts_in
from rasad.schema.record_columns import NUMBER, RECORD_COLUMNS, TEXTS, TRUTH

MARK = b"\xc1"
"""The byte that MessagePack never uses."""

MOST = 1 << 20
"""Spans of a block; one of so many would have records of sixty bytes."""

ALIGNED = 8
"""Every buffer begins at a multiple of so many bytes."""

Rejects = Annotated[list[Reject], msgspec.Meta(max_length=MOST)]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Rejects).decode


class MisshapenError(ValueError):
    """A block is not what its own counts say."""


def _count(kind: pa.DataType) -> int:
    """Return how many buffers a column of a kind has, that of NULLs among them."""
    return 4 if kind == TEXTS else 3 if kind == pa.string() else 2


COUNTS = 2 + 4 + sum(map(_count, RECORD_COLUMNS.types)) + 1
"""Spans, records, and the sizes of all buffers."""

HEAD = ALIGNED + 8 * COUNTS


# --- writing -------------------------------------------------------------------------


def written(part: Part) -> bytes:
    """Return a part as a message."""
    buffers: list[Any] = [part.line, part.start, part.end, part.what]
    for column in part.records.columns:
        buffers += _buffers(column)
    buffers.append(_encode(part.rejects))
    views = [memoryview(one).cast("B") for one in buffers]
    counts = [len(part.what), part.records.num_rows, *map(len, views)]
    pieces: list[Any] = [MARK.ljust(ALIGNED, b"\0"), np.array(counts, np.uint64).data]
    for view in views:
        pieces += [view, bytes(-len(view) % ALIGNED)]
    return b"".join(pieces)


def _buffers(column: pa.Array) -> list[Any]:
    """Return the buffers of a column; of one that holds nothing all are empty."""
    if column.null_count == len(column):
        return [b""] * _count(column.type)
    known = _bits(is_known(column)) if column.null_count else b""
    if column.type == TEXTS:
        column = _bare_lists(column)
        start = starts_in(column)
        values = column.values.slice(start[0], start[-1] - start[0])
        return [known, start - start[0], *_of_texts(texts_in(values))]
    if column.type == pa.string():
        return [known, *_of_texts(texts_in(pc.fill_null(column, "")))]
    if column.type == TRUTH:
        return [known, _bits(column.fill_null(False).to_numpy(zero_copy_only=False))]
    return [known, column.fill_null(0).to_numpy()]


def _bare_lists(column: pa.Array) -> pa.Array:
    """Return lists with nothing behind NULL ones; Arrow may leave values there."""
    if not np.diff(starts_in(column))[~is_known(column)].any():
        return column
    return column.take(pa.array(np.arange(len(column))))


def _of_texts(texts: Texts) -> tuple[Any, Any]:
    offset = texts.offset.astype(np.int32)
    begin, end = int(offset[0]), int(offset[-1])
    return offset - np.int32(begin), np.ascontiguousarray(texts.bytes[begin:end])


def _bits(truths: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(truths, bitorder="little")


# --- reading -------------------------------------------------------------------------


def read(message: memoryview) -> Part:
    """Return the part that a message holds; nothing of it is believed.

    Raises
    ------
    MisshapenError, pyarrow.ArrowException, msgspec.DecodeError
        If anything of it is not as it has to be.
    """
    if len(message) < HEAD:
        raise MisshapenError("no head")
    counts = np.frombuffer(message, np.uint64, COUNTS, ALIGNED).tolist()
    n, records = counts[:2]
    if not records <= n <= MOST:
        raise MisshapenError("counts")
    buffers = _cut(message, counts[2:])
    line, start, end = (_numbers(next(buffers), n) for _ in range(3))
    what = next(buffers)
    _check(len(what) == n)
    columns = [_column(kind, records, buffers) for kind in RECORD_COLUMNS.types]
    return Part(
        line,
        start,
        end,
        np.frombuffer(what, np.uint8),
        pa.RecordBatch.from_arrays(columns, schema=RECORD_COLUMNS),
        _decode(next(buffers)),
    )


def _cut(message: memoryview, sizes: list[int]) -> Iterator[memoryview]:
    """Yield the buffers one after another; they must fill the message."""
    padded = sum(size + -size % ALIGNED for size in sizes)
    _check(HEAD + padded == len(message))
    at = HEAD
    for size in sizes:
        yield message[at : at + size]
        at += size + -size % ALIGNED


def _check(true: bool) -> None:
    if not true:
        raise MisshapenError("sizes")


def _numbers(buffer: memoryview, n: int) -> NDArray[np.int64]:
    _check(len(buffer) == 8 * n)
    return np.frombuffer(buffer, np.int64)


def _column(kind: pa.DataType, n: int, buffers: Iterator[memoryview]) -> pa.Array:
    held = [next(buffers) for _ in range(_count(kind))]
    if not any(map(len, held)):
        return pa.nulls(n, kind)
    known = held[0]
    _check(len(known) in (0, _bytes_for(n)))
    if kind == TEXTS:
        column = _lists(held, n)
    elif kind == pa.string():
        column = _strings(held, n)
    else:
        _check(len(held[1]) == (8 * n if kind == NUMBER else _bytes_for(n)))
        column = pa.Array.from_buffers(kind, n, _lent(held))
    column.validate(full=True)
    return column


def _bytes_for(bits: int) -> int:
    return -(-bits // 8)


def _lent(buffers: list[memoryview]) -> list[Any]:
    """Return buffers as Arrow takes them; without that of NULLs nothing is NULL."""
    known = pa.py_buffer(buffers[0]) if len(buffers[0]) else None
    return [known, *map(pa.py_buffer, buffers[1:])]


def _strings(held: list[memoryview], n: int) -> pa.Array:
    _check(len(held[1]) == 4 * (n + 1))
    offset = np.frombuffer(held[1], np.int32)
    _check(int(offset[0]) == 0 and int(offset[-1]) == len(held[2]))
    column = pa.Array.from_buffers(pa.string(), n, _lent(held))
    _check_nulls(column, offset)
    return column


def _lists(held: list[memoryview], n: int) -> pa.Array:
    _check(len(held[1]) == 4 * (n + 1) and len(held[2]) % 4 == 0)
    start = np.frombuffer(held[1], np.int32)
    values = len(held[2]) // 4 - 1
    _check(int(start[0]) == 0 and int(start[-1]) == values)
    texts = _strings([memoryview(b""), *held[2:]], values)
    texts.validate(full=True)
    column = pa.Array.from_buffers(TEXTS, n, _lent(held[:2]), children=[texts])
    _check_nulls(column, start)
    return column


def _check_nulls(column: pa.Array, offset: NDArray[np.int32]) -> None:
    """Refuse texts behind what is said to be NULL."""
    if column.null_count:
        _check(not np.diff(offset)[~is_known(column)].any())
