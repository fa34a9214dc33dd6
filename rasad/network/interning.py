"""Ids as codes of 32 bits, batch by batch, without Python objects."""

from __future__ import annotations

import secrets
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.errors import StoreError
from rasad.kernels.interning import (
    Texts,
    hash_texts,
    intern_integers,
    intern_texts,
    refill_integers,
    refill_texts,
)

MOST = (1 << 31) - 2
"""Different ids that codes of 32 bits can tell apart."""

SMALLEST = 1 << 12

FULL_OF_IDS, FULL_OF_TEXTS = 0.5, 0.75
"""Shares of a table that may be filled; places of texts take twice the memory."""


class Interner(Protocol):
    """Gives equal ids equal codes, in the order in which they are met."""

    def codes(self, ids: pa.Array) -> NDArray[np.int32]:
        """Return the code of each id; new ids get new codes."""
        ...

    def __len__(self) -> int: ...

    def ids(self, codes: NDArray[Any]) -> pa.Array:
        """Return the ids of codes as text."""
        ...

    def order(self, codes: NDArray[Any]) -> NDArray[np.int64]:
        """Return the places of codes in the order of the ids' UTF-8 bytes."""
        ...

    def bytes(self) -> int:
        """Return the memory in use."""
        ...

    def seal(self) -> None:
        """Let go of what only serves to find codes: no more ids come."""
        ...


def interner(kind: pa.DataType) -> Interner:
    """Return the interner for ids of this Arrow type: int64, else large text.

    Examples
    --------
    >>> people = interner(pa.int64())
    >>> people.codes(pa.array([9, 7, 9])).tolist()
    [0, 1, 0]
    >>> people.ids(np.array([1])).to_pylist()
    ['7']
    >>> names = interner(pa.large_string())
    >>> names.codes(pa.array(["b", "a", "b"], pa.large_string())).tolist()
    [0, 1, 0]
    """
    return IntegerInterner() if pa.types.is_integer(kind) else TextInterner()


class IntegerInterner:
    """Interns ids that are whole numbers of 64 bits."""

    def __init__(self) -> None:
        self._key = secrets.randbits(63)
        self._n = 0
        self._known = np.empty(0, np.int64)
        self._table = np.zeros(SMALLEST, np.uint32)

    def __len__(self) -> int:
        return self._n

    def codes(self, ids: pa.Array) -> NDArray[np.int32]:
        """Return the code of each id; new ids get new codes."""
        values = ids.to_numpy(zero_copy_only=False)
        self._make_room(len(values))
        codes = np.empty(len(values), np.int32)
        held = self._key, self._table, self._known, self._n
        self._n = intern_integers(values, *held, codes)
        return codes

    def _make_room(self, more: int) -> None:
        self._known = with_room(self._known, self._n, more)
        size = table_size(self._n + more, FULL_OF_IDS)
        if size > len(self._table):
            self._table = np.empty(0, np.uint32)  # never two at a time
            self._table = np.zeros(size, np.uint32)
            refill_integers(self._known, self._n, self._key, self._table)

    def ids(self, codes: NDArray[Any]) -> pa.Array:
        """Return the ids of codes as text."""
        return pa.array(self._known[codes]).cast(pa.large_string())

    def order(self, codes: NDArray[Any]) -> NDArray[np.int64]:
        """Return the places of codes in the order of the ids' UTF-8 bytes."""
        numbers = self._known[codes]
        if numbers.min(initial=0) < 0:
            return text_order(self.ids(codes))
        return decimal_order(numbers.astype(np.uint64))

    def bytes(self) -> int:
        """Return the memory in use."""
        return self._known.nbytes + self._table.nbytes

    def seal(self) -> None:
        """Let go of what only serves to find codes: no more ids come."""
        self._table = np.empty(0, np.uint32)


class TextInterner:
    """Interns ids that are text."""

    def __init__(self) -> None:
        self._key = secrets.randbits(63)
        self._n = 0
        self._hashes = np.empty(0, np.uint64)
        self._offset = np.zeros(1, np.int64)
        self._bytes = np.empty(0, np.uint8)
        self._table = np.zeros(SMALLEST, np.uint64)

    def __len__(self) -> int:
        return self._n

    def codes(self, ids: pa.Array) -> NDArray[np.int32]:
        """Return the code of each id; new ids get new codes."""
        texts = texts_of(ids)
        self._make_room(len(ids), int(texts.offset[-1] - texts.offset[0]))
        codes = np.empty(len(ids), np.int32)
        known = Texts(self._bytes, self._offset)
        held = self._key, self._table, self._hashes, known, self._n
        self._n = intern_texts(texts, *held, codes)
        return codes

    def _make_room(self, more: int, more_bytes: int) -> None:
        self._hashes = with_room(self._hashes, self._n, more)
        self._offset = with_room(self._offset, self._n + 1, more)
        self._bytes = with_room(self._bytes, int(self._offset[self._n]), more_bytes)
        size = table_size(self._n + more, FULL_OF_TEXTS)
        if size > len(self._table):
            self._table = np.empty(0, np.uint64)  # never two at a time
            self._table = np.zeros(size, np.uint64)
            refill_texts(self._hashes, self._n, self._table)

    def ids(self, codes: NDArray[Any]) -> pa.Array:
        """Return the ids of codes as text."""
        return self._ids().take(pa.array(codes))

    def _ids(self) -> pa.Array:
        """Return all ids by code, without a copy."""
        offset = pa.py_buffer(self._offset[: self._n + 1])
        buffers = [None, offset, pa.py_buffer(self._bytes)]
        return pa.Array.from_buffers(pa.large_string(), self._n, buffers)

    def order(self, codes: NDArray[Any] | None = None) -> NDArray[np.int64]:
        """Return the places of codes in the order of the ids' UTF-8 bytes.

        Without codes, those of all ids.
        """
        return text_order(self._ids() if codes is None else self.ids(codes))

    def hashes(self, key: int) -> NDArray[np.uint64]:
        """Return a hash of every id; the same key gives the same."""
        hashes = np.empty(self._n, np.uint64)
        hash_texts(Texts(self._bytes, self._offset), key, hashes)
        return hashes

    def bytes(self) -> int:
        """Return the memory in use."""
        parts = self._hashes, self._offset, self._bytes, self._table
        return sum(part.nbytes for part in parts)

    def seal(self) -> None:
        """Let go of what only serves to find codes: no more ids come."""
        self._table = self._hashes = np.empty(0, np.uint64)


def texts_of(ids: pa.Array) -> Texts:
    """Return the bytes and offsets of an array of large text without NULL."""
    _, offsets, content = ids.buffers()
    offset = np.frombuffer(offsets, np.int64)[ids.offset :][: len(ids) + 1]
    return Texts(np.frombuffer(content or b"", np.uint8), offset)


def text_order(ids: pa.Array) -> NDArray[np.int64]:
    """Return the places of ids in the order of their UTF-8 bytes."""
    return np.asarray(pc.sort_indices(ids).to_numpy(), np.int64)


def decimal_order(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the places of numbers in the order of their decimal digits as text.

    Filled up with zeros to one length, digits compare as numbers do; where they are
    equal then, the shorter is the beginning of the longer.

    Examples
    --------
    >>> decimal_order(np.array([9, 10, 1, 100], np.uint64)).tolist()
    [2, 1, 3, 0]
    """
    if len(numbers) == 0:
        return np.empty(0, np.int64)
    shortest, longest = _digits(np.array([numbers.min(), numbers.max()]))
    if shortest == longest:
        return np.argsort(numbers)
    digits = _digits(numbers)
    filled = numbers * (np.uint64(10) ** (19 - digits).astype(np.uint64))
    order = np.argsort(filled)
    ascending = filled[order]
    if np.any(ascending[1:] == ascending[:-1]):
        return np.lexsort((digits, filled))  # takes three times as long
    return order


def _digits(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    powers = np.uint64(10) ** np.arange(1, 20, dtype=np.uint64)
    return np.searchsorted(powers, numbers, side="right") + 1


def with_room(array: NDArray[Any], used: int, more: int) -> NDArray[Any]:
    """Return an array with room for more values after those that are used.

    It grows by half at least, so that each value is copied a few times at most.
    """
    if used + more <= len(array):
        return array
    grown = np.empty(max(used + more, len(array) * 3 // 2), array.dtype)
    grown[:used] = array[:used]
    return grown


def table_size(n: int, full: float) -> int:
    """Return the power of two of which n ids fill at most this share.

    Raises
    ------
    StoreError
        If codes of 32 bits cannot tell so many ids apart.
    """
    if n > MOST:
        raise StoreError(
            "The file holds more than two thousand million ids", "divide it by time"
        )
    size = SMALLEST
    while size * full < n:
        size *= 2
    return size
