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
    """One text in all rows that are chosen."""

    def __init__(self, text: bytes, chosen: NDArray[np.bool_]) -> None:
        self._text, self._chosen = np.frombuffer(text, np.uint8), chosen

    def measure(self, lengths: Ints) -> None:
        lengths += self._chosen * len(self._text)

    def write(self, out: Bytes, cursor: Ints) -> None:
        write_same(self._text, self._chosen, out, cursor)


class _Plain:
    """A column of texts, numbers or truths."""

    def __init__(self, column: pa.Array, quoted: bool = True) -> None:
        is_text = column.type == pa.string()
        plain = column if is_text else pc.cast(column, pa.string())
        self._quoted = quoted and is_text
        self._texts, self._known = texts_in(plain), is_known(column)

    def measure(self, lengths: Ints) -> None:
        measure_strings(self._texts, self._known, self._quoted, lengths)

    def write(self, out: Bytes, cursor: Ints) -> None:
        write_strings(self._texts, self._known, self._quoted, out, cursor)


class _Lists:
    """A column of lists of texts."""

    def __init__(self, column: pa.Array) -> None:
        self._texts, self._start = texts_in(column.values), starts_in(column)
        self._known = is_known(column)

    def measure(self, lengths: Ints) -> None:
        measure_lists(self._texts, self._start, self._known, lengths)

    def write(self, out: Bytes, cursor: Ints) -> None:
        write_lists(self._texts, self._start, self._known, out, cursor)


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

    def same(self, text: bytes, chosen: NDArray[np.bool_] | None = None) -> None:
        """Add one text to all rows, or to those that are chosen."""
        everywhere = np.ones(self._n, np.bool_) if chosen is None else chosen
        self._pieces.append(_Same(text, everywhere))

    def column(self, column: pa.Array) -> None:
        """Add a value to each row."""
        if column.null_count == self._n:
            self.same(b"null")
        elif pa.types.is_list(column.type):
            self._pieces.append(_Lists(column))
        else:
            self._pieces.append(_Plain(column))

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
        self._pieces.append(_Plain(_spread(inner.texts(), chosen), quoted=False))

    def texts(self) -> Texts:
        """Return the text of each row."""
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
