r"""Records of delimited text, as long as nothing is unusual about them.

A record is plain if a strict reader would take it: each cell is quoted as a whole or
not at all, quotes inside are doubled, there are as many cells as columns, and there is
no NUL. Whatever else comes stops the scan, so that somebody more patient can look at
it.
Lines end at `\n`, `\r\n` or a bare `\r`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from rasad.kernels.bytewise import copied

QUOTE, FEED, RETURN, NUL = 0x22, 0x0A, 0x0D, 0x00

MORE, UNUSUAL, FULL = range(3)
"""Why a scan stops: a record goes on beyond the bytes, is not plain, or is one more
than there is room for."""

BARE, QUOTED, DOUBLED = range(3)
"""How a cell is written: without quotes, in quotes, and with doubled quotes inside."""


class Form(NamedTuple):
    """How the text is written.

    delimiter : one byte. width : columns. slot : int16, shape (width,), where a column
    goes among those that are wanted, or -1. last : uint8, the name of the last column;
    a record that ends in it may be the header again, and is unusual.
    most_bytes, most_lines : beyond these a record is unusual.
    """

    delimiter: int
    width: int
    slot: NDArray[np.int16]
    last: NDArray[np.uint8]
    most_bytes: int
    most_lines: int


class Scanned(NamedTuple):
    """What a scan fills, a row for each record.

    end : int64, the byte after it. lines : int32. blank : bool, an empty line.
    cell : int32, shape (rows, wanted, 3): first byte, byte after the last, how written.
    """

    end: NDArray[np.int64]
    lines: NDArray[np.int32]
    blank: NDArray[np.bool_]
    cell: NDArray[np.int32]


@njit(cache=True, nogil=True)
def scan(content, at, final, form, found):
    """Scan records from a place on where one begins.

    Parameters
    ----------
    content : uint8
    at : where the first record begins
    final : whether the text ends where the bytes do
    form : Form
    found : Scanned, filled

    Returns
    -------
    int, int
        How many records were scanned, and why it stopped after them.
    """
    for row in range(len(found.end)):
        if at == len(content):
            return row, MORE
        end, lines, cells = _record(content, at, final, form, found.cell[row])
        if end < 0:
            return row, MORE
        blank = cells == 0
        if cells not in (0, form.width):
            return row, UNUSUAL
        if end - at > form.most_bytes or lines > form.most_lines:
            return row, UNUSUAL
        found.end[row], found.lines[row], found.blank[row] = end, lines, blank
        at = end
    return len(found.end), FULL


@njit(cache=True, nogil=True, forceinline=True)
def _record(content, at, final, form, cell):
    """Scan one record; return its end, its lines and its cells.

    The end is -1 where the bytes do not suffice; -1 cells are an unusual record, and
    none an empty line.
    """
    begin, size, lines, column = at, len(content), 1, 0
    while True:
        if at < size and content[at] == QUOTE:
            first, how = at + 1, QUOTED
            at, lines, how = _quoted(content, first, final, lines)
            if at < 0 or how < 0:
                return at, lines, -1
            last = at
            at += 1
        else:
            first, how = at, BARE
            while at < size:
                byte = content[uint64(at)]
                if byte in (form.delimiter, FEED, RETURN):
                    break
                if byte == NUL:
                    return at, lines, -1
                at += 1
            last = at
        if at == size and not final:
            return -1, lines, -1
        if column < form.width and form.slot[column] >= 0:
            slot = form.slot[column]
            cell[slot, 0], cell[slot, 1], cell[slot, 2] = first, last, how
        column += 1
        if at == size or content[at] != form.delimiter:
            break
        at += 1
    if at < size:
        if content[at] not in (FEED, RETURN):
            return at, lines, -1
        if content[at] == RETURN:
            if at + 1 == size and not final:
                return -1, lines, -1
            at += at + 1 < size and content[at + 1] == FEED
        at += 1
    if column == 1 and first == last and how == BARE and first == begin:
        return at, lines, 0
    if _is_last(content, first, last, form):
        return at, lines, -1
    return at, lines, column


@njit(cache=True, nogil=True, forceinline=True)
def _quoted(content, at, final, lines):
    """Go to the quote that ends a cell; return its place, lines, and how it is written.

    The place is -1 where the bytes do not suffice; how it is written is -1 where it is
    not plain.
    """
    size, how = len(content), QUOTED
    while at < size:
        byte = content[uint64(at)]
        if byte == QUOTE:
            if at + 1 == size:
                return (at if final else -1), lines, how
            if content[at + 1] != QUOTE:
                return at, lines, how
            how = DOUBLED
            at += 1
        elif byte == FEED:
            lines += 1
        elif byte == RETURN:
            if at + 1 == size:
                break
            lines += content[at + 1] != FEED
        elif byte == NUL:
            return at, lines, -1
        at += 1
    return (at if final else -1), lines, -1


@njit(cache=True, nogil=True, forceinline=True)
def _is_last(content, first, last, form):
    if last - first != len(form.last):
        return False
    same = True
    for i in range(len(form.last)):
        same &= content[first + i] == form.last[i]
    return same


@njit(cache=True, nogil=True)
def measure_cells(content, cell, rows, offset):
    """Tell where each cell begins in its column.

    Parameters
    ----------
    content : uint8
    cell : int32, shape (n, wanted, 3), as in `Scanned`
    rows : int64, shape (m,), the records that have cells
    offset : int32, shape (wanted, m + 1), filled
    """
    wanted = cell.shape[1]
    offset[:, 0] = 0
    for i in range(len(rows)):
        row = rows[i]
        for slot in range(wanted):
            first, last = cell[row, slot, 0], cell[row, slot, 1]
            size = last - first
            if cell[row, slot, 2] == DOUBLED:
                size -= _doubled(content, first, last)
            offset[slot, i + 1] = offset[slot, i] + size


@njit(cache=True, nogil=True, forceinline=True)
def _doubled(content, at, last):
    """Count the quotes that are doubled."""
    n = 0
    while at < last:
        if content[at] == QUOTE:
            n += 1
            at += 1
        at += 1
    return n


@njit(cache=True, nogil=True)
def copy_cells(content, cell, rows, offset, base, out):
    """Write each cell where it belongs, quotes undoubled.

    Parameters
    ----------
    content, cell, rows, offset : as for `measure_cells`
    base : int64, shape (wanted,), where each column begins
    out : uint8, filled

    Notes
    -----
    Row by row: the bytes of a record are near each other, and columns are written to in
    order.
    """
    for i in range(len(rows)):
        row = rows[i]
        for slot in range(cell.shape[1]):
            place = base[slot] + offset[slot, i]
            at, last = cell[row, slot, 0], cell[row, slot, 1]
            if cell[row, slot, 2] != DOUBLED:
                copied(content, at, last, out, place)
                continue
            while at < last:
                out[place] = content[at]
                place += 1
                at += 1 + (content[at] == QUOTE)
