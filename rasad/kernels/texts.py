"""Texts one after another: copied, escaped and put together, a row at a time.

Python makes an object of each text that it looks at. Here a column of texts is one run
of bytes, as Arrow lays it out, and what is made of several columns is written row by
row into another.

References: strings of JSON are those of RFC 8259, section 7, control characters with
the short forms that it names.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from rasad.kernels.bytewise import copied

QUOTE, BACKSLASH, SPACE = 0x22, 0x5C, 0x20

LONG = 64
"""Bytes from which it is faster to look at many at once."""

_SHORT = np.zeros(32, np.uint8)
for _code, _letter in ((8, "b"), (9, "t"), (10, "n"), (12, "f"), (13, "r")):
    _SHORT[_code] = ord(_letter)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_NULL = np.frombuffer(b"null", np.uint8)


@njit(cache=True, nogil=True)
def is_plain(content, begin, end):
    """Tell whether nothing is to be escaped, without a branch for each byte."""
    special = 0
    for byte in content[begin:end]:
        special += (byte < SPACE) | (byte == QUOTE) | (byte == BACKSLASH)
    return special == 0


@njit(cache=True, nogil=True, forceinline=True)
def escaped_size(content, begin, end):
    """Return the bytes that a text takes inside the quotes of a JSON string."""
    size = end - begin
    if size >= LONG and is_plain(content, begin, end):
        return size
    for at in range(begin, end):
        byte = content[at]
        if byte < SPACE:
            size += 1 if _SHORT[byte] else 5
        elif byte in (QUOTE, BACKSLASH):
            size += 1
    return size


@njit(cache=True, nogil=True, forceinline=True)
def write_escaped(content, begin, end, out, place):
    """Write a text as JSON does inside quotes; return the place after it."""
    if end - begin >= LONG and is_plain(content, begin, end):
        return copied(content, begin, end, out, place)
    for at in range(begin, end):
        byte = content[at]
        if byte < SPACE:
            out[place] = BACKSLASH
            if _SHORT[byte]:
                out[place + 1] = _SHORT[byte]
                place += 2
            else:
                out[place + 1] = 0x75
                out[place + 2] = 0x30
                out[place + 3] = 0x30
                out[place + 4] = _HEX[byte >> 4]
                out[place + 5] = _HEX[byte & 15]
                place += 6
        else:
            if byte in (QUOTE, BACKSLASH):
                out[place] = BACKSLASH
                place += 1
            out[place] = byte
            place += 1
    return place


@njit(cache=True, nogil=True)
def measure_strings(before, texts, known, quoted, escaped, lengths):
    """Add the size of each text as JSON to `lengths`.

    Parameters
    ----------
    before : uint8, what is written before each
    texts : Texts of n rows
    known : bool, shape (n,); where it is false, `null` is written
    quoted : whether texts are strings of JSON, or are written as they are
    escaped : whether there may be something to escape
    lengths : int64, shape (n,), added to
    """
    around = len(before) + 2 * quoted
    for row in range(len(known)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        if not known[row]:
            lengths[row] += len(before) + 4
        elif escaped:
            lengths[row] += around + escaped_size(texts.bytes, begin, end)
        else:
            lengths[row] += around + end - begin


@njit(cache=True, nogil=True)
def write_strings(before, texts, known, quoted, escaped, out, cursor):
    """Write what `measure_strings` measured.

    Parameters
    ----------
    before, texts, known, quoted, escaped : as there
    out : uint8, written to
    cursor : int64, shape (n,), where each row goes on; moved
    """
    for row in range(len(known)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        place = copied(before, 0, len(before), out, cursor[row])
        if not known[row]:
            cursor[row] = copied(_NULL, 0, 4, out, place)
            continue
        if quoted:
            out[place] = QUOTE
            place += 1
        if escaped:
            place = write_escaped(texts.bytes, begin, end, out, place)
        else:
            place = copied(texts.bytes, begin, end, out, place)
        if quoted:
            out[place] = QUOTE
            place += 1
        cursor[row] = place


@njit(cache=True, nogil=True)
def measure_lists(before, texts, start, known, lengths):
    """Add the size of each list of texts as JSON to `lengths`.

    Parameters
    ----------
    before : uint8, what is written before each
    texts : Texts of all lists
    start : int32, shape (n + 1,); list i holds texts start[i] to start[i + 1] - 1
    known, lengths : as for `measure_strings`
    """
    for row in range(len(known)):
        lengths[row] += len(before)
        if not known[row]:
            lengths[row] += 4
            continue
        first, last = start[row], start[row + 1]
        lengths[row] += 2 + max(last - first - 1, 0)
        for one in range(first, last):
            begin, end = texts.offset[one], texts.offset[one + 1]
            lengths[row] += escaped_size(texts.bytes, begin, end) + 2


@njit(cache=True, nogil=True)
def write_lists(before, texts, start, known, out, cursor):
    """Write what `measure_lists` measured; see `write_strings`."""
    for row in range(len(known)):
        place = copied(before, 0, len(before), out, cursor[row])
        if not known[row]:
            cursor[row] = copied(_NULL, 0, 4, out, place)
            continue
        out[place] = 0x5B
        place += 1
        for one in range(start[row], start[row + 1]):
            if one > start[row]:
                out[place] = 0x2C
                place += 1
            out[place] = QUOTE
            begin, end = texts.offset[one], texts.offset[one + 1]
            place = write_escaped(texts.bytes, begin, end, out, place + 1)
            out[place] = QUOTE
            place += 1
        out[place] = 0x5D
        cursor[row] = place + 1


@njit(cache=True, nogil=True)
def write_same(text, out, cursor):
    """Write one text, uint8, into each row."""
    for row in range(len(cursor)):
        cursor[row] = copied(text, 0, len(text), out, cursor[row])


@njit(cache=True, nogil=True)
def holds_each(texts, sought, found):
    """Tell of each text whether it holds the text of the same row of another column.

    Parameters
    ----------
    texts, sought : Texts of n rows
    found : bool, shape (n,), filled

    Notes
    -----
    O(bytes of both) unless texts are made of beginnings of what is sought.
    """
    for row in range(len(found)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        first, last = sought.offset[row], sought.offset[row + 1]
        found[row] = first == last
        for at in range(begin, end - (last - first) + 1):
            same = 0
            while (
                first + same < last
                and texts.bytes[at + same] == sought.bytes[first + same]
            ):
                same += 1
            if first + same == last:
                found[row] = True
                break
