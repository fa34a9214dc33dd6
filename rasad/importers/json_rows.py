"""A JSON text for each row of some columns, exactly as the encoder would write it."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.kernels.interning import Texts
from rasad.kernels.layout import is_known, starts_in, text_column, texts_in
from rasad.kernels.texts import (
    is_plain,
    measure_lists,
    measure_strings,
    write_lists,
    write_same,
    write_strings,
)

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


class _Piece(Protocol):
    """A part of each row's text."""

    def measure(self, lengths: Ints) -> None:
        """Add its size in each row."""
        ...

    def write(self, out: Bytes, cursor: Ints) -> None:
        """Write it where each row's cursor is, and move those."""
        ...


class _Same:
    """One text in all rows."""

    def __init__(self, text: bytes) -> None:
        self._text = np.frombuffer(text, np.uint8)

    def measure(self, lengths: Ints) -> None:
        lengths += len(self._text)

    def write(self, out: Bytes, cursor: Ints) -> None:
        write_same(self._text, out, cursor)


class _Plain:
    """A column of texts, numbers or truths, and a text before each of them."""

    def __init__(self, before: bytes, column: pa.Array, quoted: bool = True) -> None:
        is_text = column.type == pa.string()
        texts = texts_in(column if is_text else pc.cast(column, pa.string()))
        quoted &= is_text
        # Most columns hold nothing to escape, which is told faster for all at once.
        escaped = quoted and not is_plain(
            texts.bytes, texts.offset[0], texts.offset[-1]
        )
        self._written = np.frombuffer(before, np.uint8), texts, is_known(column)
        self._how = quoted, escaped

    def measure(self, lengths: Ints) -> None:
        measure_strings(*self._written, *self._how, lengths)

    def write(self, out: Bytes, cursor: Ints) -> None:
        write_strings(*self._written, *self._how, out, cursor)


class _Lists:
    """A column of lists of texts, and a text before each of them."""

    def __init__(self, before: bytes, column: pa.Array) -> None:
        self._before = np.frombuffer(before, np.uint8)
        self._texts, self._start = texts_in(column.values), starts_in(column)
        self._known = is_known(column)

    def measure(self, lengths: Ints) -> None:
        measure_lists(self._before, self._texts, self._start, self._known, lengths)

    def write(self, out: Bytes, cursor: Ints) -> None:
        write_lists(self._before, self._texts, self._start, self._known, out, cursor)


class JsonRows:
    r"""Puts the rows together piece by piece.

    Parameters
    ----------
    n : int
        Number of rows.

    Examples
    --------
    >>> rows = JsonRows(2)
    >>> rows.same(b"[")
    >>> rows.column(pa.array(['a"b', None]))
    >>> rows.same(b"]")
    >>> bytes(rows.texts().bytes)
    b'["a\\"b"][null]'
    """

    def __init__(self, n: int) -> None:
        self._n = n
        self._pieces: list[_Piece] = []
        self._before = b""

    def same(self, text: bytes) -> None:
        """Add one text to all rows."""
        self._before += text

    def column(self, column: pa.Array) -> None:
        """Add a value to each row."""
        if column.null_count == self._n:
            self.same(b"null")
        elif pa.types.is_list(column.type):
            self._pieces.append(_Lists(self._taken(), column))
        else:
            self._pieces.append(_Plain(self._taken(), column))

    def _taken(self) -> bytes:
        """Return what is written before the next column."""
        before, self._before = self._before, b""
        return before

    def sequence(self, columns: list[Any]) -> None:
        """Add an array of one value of each column to each row."""
        for number, column in enumerate(columns):
            self.same(b"," if number else b"[")
            self.column(column)
        self.same(b"]")

    def optional(
        self,
        before: bytes,
        columns: list[Any],
        after: bytes,
        chosen: NDArray[np.bool_],
    ) -> None:
        """Add values with something around them to the rows that are chosen."""
        rows = pa.array(chosen)
        inner = JsonRows(int(chosen.sum()))
        for number, column in enumerate(columns):
            inner.same(b"," if number else before)
            inner.column(column.filter(rows))
        inner.same(after)
        spread = _spread(inner.texts(), chosen)
        self._pieces.append(_Plain(self._taken(), spread, quoted=False))

    def texts(self) -> Texts:
        """Return the text of each row."""
        self._pieces.append(_Same(self._taken()))
        lengths = np.zeros(self._n, np.int64)
        for piece in self._pieces:
            piece.measure(lengths)
        offset = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        out, cursor = np.empty(int(offset[-1]), np.uint8), offset[:-1].copy()
        for piece in self._pieces:
            piece.write(out, cursor)
        return Texts(out, offset)


def _spread(texts: Texts, chosen: NDArray[np.bool_]) -> pa.Array:
    """Return texts as a column in which all other rows are empty."""
    lengths = np.zeros(len(chosen), np.int64)
    lengths[chosen] = np.diff(texts.offset)
    offset = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return text_column(texts.bytes, offset)
