"""Columns of Arrow as the arrays that kernels take, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.kernels.blake2b import DIGEST
from rasad.kernels.interning import Texts


def texts_in(column: pa.Array) -> Texts:
    """Return the bytes and offsets of a column of text, NULL or not.

    Examples
    --------
    >>> texts_in(pa.array(["ab", None, "c"]).slice(1)).offset.tolist()
    [2, 2, 3]
    """
    _, offsets, content = column.buffers()
    if offsets is None:
        return Texts(_lent(None, np.uint8), _lent(bytes(4), np.int32))
    offset = _lent(offsets, np.int32)[column.offset :][: len(column) + 1]
    return Texts(_lent(content, np.uint8), offset)


def _lent(buffer: Any, kind: type[np.generic]) -> NDArray[Any]:
    """Return a buffer as an array that nobody writes to, an empty one included.

    Loops are compiled for what they are given, and one that may be written to is
    another kind: a process that may compile no more would end with the first.
    """
    held = buffer is not None and len(buffer)
    array = np.frombuffer(buffer, kind) if held else np.empty(0, kind)
    array.flags.writeable = False
    return array


def starts_in(column: pa.Array) -> NDArray[np.int32]:
    """Return where each list of a column begins among the values of all."""
    return np.asarray(column.offsets.to_numpy(), np.int32)


def is_known(column: pa.Array) -> NDArray[np.bool_]:
    """Tell for each value of a column whether it is more than NULL."""
    if column.null_count == 0:
        return np.ones(len(column), np.bool_)
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), np.bool_)


def text_column(
    content: Any, offset: NDArray[Any], known: NDArray[np.bool_] | None = None
) -> pa.Array:
    """Return texts as a column of Arrow.

    Parameters
    ----------
    content : buffer
        The bytes of all texts.
    offset : int32, shape (n + 1,)
        Where each begins.
    known : bool, shape (n,), optional
        Where it is false, NULL.

    Examples
    --------
    >>> text_column(b"abc", np.array([0, 2, 3])).to_pylist()
    ['ab', 'c']
    """
    mask = None if known is None else pa.array(known).buffers()[1]
    held = [mask, pa.py_buffer(offset.astype(np.int32)), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), len(offset) - 1, held)


def hex_column(hashes: bytes) -> pa.Array:
    """Return hashes of `DIGEST` bytes as a column of hexadecimal digits.

    Examples
    --------
    >>> hex_column(bytes(16)).to_pylist()
    ['00000000000000000000000000000000']
    """
    n = len(hashes) // DIGEST
    offset = np.arange(n + 1, dtype=np.int32) * (2 * DIGEST)
    return text_column(hashes.hex().encode(), offset)
