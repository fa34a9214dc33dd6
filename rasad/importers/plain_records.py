"""Records of a large table a few thousand at once, as long as they are plain.

Plain records are found by a compiled scan. Where one is not, the reader of
`rasad.importers.delimited` goes on, until what it has read is whole again and a stretch
of the file has passed; it decides what everything else is, and its accounts go on as if
it had read all of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.importers.delimited import MOST_LINES, Records, Row
from rasad.importers.lines import LONGEST, further_lines, physical_lines
from rasad.kernels.delimited import (
    UNUSUAL,
    Form,
    Scanned,
    copy_cells,
    measure_cells,
    scan,
)
from rasad.kernels.layout import text_column

SIZE = 1 << 23
"""Bytes of the file that are scanned at once, unless a record needs more."""

ROWS = 1 << 14
"""Records that are scanned at once."""

STRETCH = 1 << 18
"""Bytes that the patient reader reads at least before the scan tries again."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Plain:
    """Plain records that follow each other.

    Attributes
    ----------
    content : uint8
        The bytes in which they lie.
    line, start, end : int64, shape (n,)
        First line, first byte and byte after the last of each, in the file.
    blank : bool, shape (n,)
        Whether it is an empty line, which has no cells.
    """

    content: Bytes
    line: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    blank: NDArray[np.bool_]
    _cell: NDArray[np.int32]
    _slots: Mapping[str, int]
    _from: int

    def columns(self) -> dict[str, pa.Array]:
        """Return the cells of each wanted column, empty lines left out."""
        rows = np.flatnonzero(~self.blank)
        wanted = len(self._slots)
        offset = np.empty((wanted, len(rows) + 1), np.int32)
        measure_cells(self.content, self._cell, rows, offset)
        ends = np.cumsum(offset[:, -1], dtype=np.int64)
        base, out = ends - offset[:, -1], np.empty(int(ends[-1]), np.uint8)
        copy_cells(self.content, self._cell, rows, offset, base, out)
        return {
            name: text_column(out[base[slot] : ends[slot]], offset[slot])
            for name, slot in self._slots.items()
        }

    def text(self, row: int) -> str:
        """Return a record as it is written, its line's end with it."""
        begin, end = int(self.start[row]) - self._from, int(self.end[row]) - self._from
        return self.content[begin:end].tobytes().decode()


class Ahead:
    """The bytes of a file from a place on, as far as they were read.

    Parameters
    ----------
    file : binary file
        Opened at its start.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.held, self.begin, self.done = b"", 0, False

    def fill(self, size: int) -> None:
        """Hold so many bytes at least, unless the file ends before."""
        pieces, held = [self.held], len(self.held)
        while held < size and not self.done:
            piece = self._file.read(max(size - held, 1 << 16))
            self.done = not piece
            pieces.append(piece)
            held += len(piece)
        self.held = b"".join(pieces)

    def drop(self, position: int) -> None:
        """Let go of all bytes before a position."""
        self.held = self.held[position - self.begin :]
        self.begin = position

    def tail(self, position: int) -> Tail:
        """Return a file that begins at a position; its bytes stay held."""
        return Tail(self, position)


class Tail:
    """Reads bytes that are held, and further ones of the same file."""

    def __init__(self, ahead: Ahead, position: int) -> None:
        self._ahead, self._at = ahead, position

    def read(self, size: int) -> bytes:
        """Return the next bytes, and nothing at the end."""
        begin = self._at - self._ahead.begin
        self._ahead.fill(begin + size)
        found = self._ahead.held[begin : begin + size]
        self._at += len(found)
        return found


class PlainRecords:
    """Reads the records of one file of UTF-8.

    Parameters
    ----------
    file : binary file
        Opened at its start.
    delimiter : str
        One character of ASCII.
    columns : sequence of str
        The header.
    before : int
        How many rows, blank ones apart, come before the header and belong to it.
    wanted : mapping of str to str
        Columns whose cells are asked for, and the names under which they are.
    """

    def __init__(
        self,
        file: BinaryIO,
        delimiter: str,
        columns: Sequence[str],
        before: int,
        wanted: Mapping[str, str],
    ) -> None:
        self._ahead = Ahead(file)
        lines = physical_lines(self._ahead.tail(0), "utf-8")  # type: ignore[arg-type]
        self._records = Records(lines, delimiter, columns, before=before)
        self._slots = {name: slot for slot, name in enumerate(wanted.values())}
        slots = [
            self._slots[wanted[name]] if name in wanted else -1 for name in columns
        ]
        self._form = Form(
            ord(delimiter),
            len(columns),
            np.array(slots, np.int16),
            np.frombuffer(columns[-1].encode(), np.uint8),
            LONGEST,
            MOST_LINES,
        )
        self._found = Scanned(
            np.empty(ROWS, np.int64),
            np.empty(ROWS, np.int32),
            np.empty(ROWS, np.bool_),
            np.empty((ROWS, len(self._slots), 3), np.int32),
        )

    def __iter__(self) -> Iterator[Plain | list[Row]]:
        """Yield all spans of the file in order, plain ones together."""
        patient = iter(self._records)
        yield [next(patient)]
        while True:
            plain = self._scanned()
            if plain is not None:
                yield plain
                continue
            rows = list(self._patiently(patient))
            if not rows:
                return
            yield rows

    def _scanned(self) -> Plain | None:
        """Return the next plain records, None where the next one is not plain."""
        records, ahead = self._records, self._ahead
        ahead.drop(records.position)
        size, n, why = SIZE, 0, 0
        while not n:
            ahead.fill(size)
            content = np.frombuffer(ahead.held, np.uint8)
            n, why = scan(content, 0, ahead.done, self._form, self._found)
            if not n and (why == UNUSUAL or ahead.done or size > LONGEST + SIZE):
                return None
            size *= 2
        end = int(self._found.end[n - 1])
        if not _is_text(ahead.held[:end]):
            return None
        plain = self._plain(content, n)
        records.go_on(
            further_lines(ahead.tail(records.position + end)),  # type: ignore[arg-type]
            int(self._found.lines[:n].sum()),
            end,
        )
        return plain

    def _plain(self, content: Bytes, n: int) -> Plain:
        found, records = self._found, self._records
        end = found.end[:n] + records.position
        lines = np.cumsum(found.lines[:n], dtype=np.int64) + records.line
        return Plain(
            content,
            np.concatenate([[records.line], lines[:-1]]),
            np.concatenate([[records.position], end[:-1]]),
            end,
            found.blank[:n].copy(),
            found.cell[:n].copy(),
            self._slots,
            records.position,
        )

    def _patiently(self, patient: Iterator[Row]) -> Iterator[Row]:
        """Yield rows until a stretch is behind, and nothing is left open."""
        records = self._records
        least = records.position + STRETCH
        for row in patient:
            yield row
            self._ahead.drop(records.position)
            if records.is_whole and records.position >= least:
                break
        else:
            return
        # What was read beyond this place is read again by whoever goes on.
        position = records.position
        records.go_on(further_lines(self._ahead.tail(position)), 0, 0)  # type: ignore[arg-type]


def _is_text(content: bytes) -> bool:
    """Tell whether bytes are UTF-8."""
    column = text_column(content, np.array([0, len(content)]))
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
