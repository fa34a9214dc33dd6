"""Records of delimited text, each with its exact byte span, whatever is damaged.

The standard library's `csv` reads in strict mode over lines whose sizes are known. A
stray quote swallows the records behind it: when a record fails that took several
lines, only its first line is given up and reading starts anew at the next, so that
the damaged region ends where a record with the expected number of cells begins.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal

from rasad.extend import Reject
from rasad.importers.lines import BOM, LONGEST, TOO_LONG, Line

MOST_LINES = 1_000
"""Physical lines above which a record is not read."""

PATIENCE = 1 << 26
PATIENCE_PER_BYTE = 4
"""Bytes that may be read again in search of the end of damage: at once, and more for
each byte that was got through. Without it a hostile file costs its size a thousandfold;
beyond it a whole record that fails is given up, not its first line alone."""

PREVIEW = 200

Cells = Sequence[str | None]
Outcome = Cells | Reject | Literal["header", "blank"]
Row = tuple[int, int | None, int | None, Outcome]
"""First line, first byte, byte after the last, and what stands there."""

# Records end at LONGEST before a cell can reach it; csv's own limit is lower.
csv.field_size_limit(LONGEST)


class LimitError(Exception):
    """A record is too long to be read."""


class Feed:
    """Hands lines to `csv` and remembers which ones the present record took."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self.held: list[Line] = []
        self.size = 0
        self.flaw: str | None = None
        self._fresh = lines
        self._back: deque[Line] = deque()
        self._again = 0

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._fresh)
        text, size, flaw = line
        self.held.append(line)
        self.size += size
        if flaw is not None:
            self.flaw = flaw
        if self.size > LONGEST or len(self.held) > MOST_LINES or flaw is TOO_LONG:
            raise LimitError
        return text

    @property
    def holds_back(self) -> bool:
        """Whether lines are to be read again."""
        return bool(self._back)

    def take(self, lines: Iterator[Line]) -> None:
        """Go on with other lines."""
        self._fresh = lines

    def begin(self) -> None:
        """Forget the lines of the last record."""
        self.held.clear()
        self.size = 0
        self.flaw = None

    def give_back(self, position: int) -> None:
        """Keep the first line of the record, which starts there; read others again."""
        again = self.held[1:]
        taken = sum(size for _, size, _ in again)
        if self._again + taken > PATIENCE + PATIENCE_PER_BYTE * position:
            return
        self._again += taken
        self._back.extendleft(reversed(again))
        del self.held[1:]
        self.size -= taken


class _Damage:
    """A region in which records cannot be told apart."""

    def __init__(self, line: int, start: int, reason: str, feed: Feed) -> None:
        self.line = line
        self.start = start
        self.end = start + feed.size
        self.reason = reason
        self.preview = preview(feed.held)
        self.open_at_end = False

    def row(self, ends_early: bool = False) -> Row:
        """Return the region as one rejected span."""
        reject = Reject(self.reason, self.preview, ends_early)
        return self.line, self.start, self.end, reject


def preview(held: list[Line]) -> str:
    """Return the first characters of a record's lines."""
    shown = ""
    for text, _, flaw in held:
        shown += text if flaw is not TOO_LONG else "(a very long line)"
        if len(shown) > PREVIEW:
            break
    return shown[:PREVIEW]


class Records:
    """Reads the records of one file.

    Parameters
    ----------
    lines : iterator of Line
        All lines of the file.
    delimiter : str
        One character.
    columns : sequence of str
        The header, to know how many cells a record has.
    optional : int
        How many trailing cells a record may lack; they are read as None.
    backslash : bool
        A quote inside a cell may have a backslash before it, instead of being doubled.
    before : int
        How many rows, blank ones apart, come before the header and belong to it.
    """

    def __init__(
        self,
        lines: Iterator[Line],
        delimiter: str,
        columns: Sequence[str],
        optional: int = 0,
        backslash: bool = False,
        before: int = 0,
    ) -> None:
        self._feed = Feed(lines)
        self._csv = csv.reader(
            self._feed,
            strict=True,
            delimiter=delimiter,
            # With doublequote=False, csv would let pass what follows a closing quote.
            escapechar="\\" if backslash else None,
        )
        self._columns = list(columns)
        self._optional = optional
        self._before = before
        self._line = 1
        self._start = 0
        self._damage: _Damage | None = None

    @property
    def line(self) -> int:
        """The line after those that were told of."""
        return self._line

    @property
    def position(self) -> int:
        """The byte after those that were told of."""
        return self._start

    @property
    def is_whole(self) -> bool:
        """Whether no damage is open, and no line is to be read again."""
        return self._damage is None and not self._feed.holds_back

    def go_on(self, lines: Iterator[Line], line: int, size: int) -> None:
        """Go on with other lines, after so many lines and bytes that others read."""
        self._feed.take(lines)
        self._line += line
        self._start += size

    def __iter__(self) -> Iterator[Row]:
        yield self._header()
        feed, width = self._feed, len(self._columns)
        while True:
            feed.begin()
            try:
                cells = next(self._csv)
            except StopIteration:
                break
            except (csv.Error, LimitError) as error:
                self._spoilt(_reason(error, feed), _at_end(error))
                continue
            if len(cells) != width or feed.flaw or self._damage:
                yield from self._unusual(cells)
            else:
                start = self._start
                end = self._start = start + feed.size
                line = self._line
                self._line += len(feed.held)
                if cells[-1] == self._columns[-1] and self._is_header(cells):
                    yield line, start, end, "header"
                else:
                    yield line, start, end, cells
        if self._damage:
            yield self._damage.row(ends_early=self._damage.open_at_end)

    def _header(self) -> Row:
        """Read up to the header; what comes before it belongs to it."""
        self._feed.begin()
        left = self._before
        for cells in self._csv:
            if not is_blank(cells):
                if not left:
                    break
                left -= 1
        return self._span("header")

    def _is_header(self, cells: Cells) -> bool:
        """Tell whether a row repeats the header, as in files laid end to end."""
        first = str(cells[0]).strip(BOM + '"')
        return cells[1:] == self._columns[1:] and first == self._columns[0]

    def _span(self, outcome: Outcome) -> Row:
        """Close the record's span and return it."""
        line, start = self._line, self._start
        self._line += len(self._feed.held)
        self._start += self._feed.size
        return line, start, self._start, outcome

    def _unusual(self, cells: list[str]) -> Iterator[Row]:
        """Treat a record with a flaw, of another width, or behind damage."""
        missing = len(self._columns) - len(cells)
        blank = is_blank(cells) and not self._feed.flaw
        if not 0 <= missing <= self._optional and not (blank and not self._damage):
            if self._damage or len(self._feed.held) > 1:
                self._spoilt(self._misfit(len(cells)))
            else:
                yield self._rejected(self._misfit(len(cells)))
            return
        if self._damage:
            yield self._damage.row()
            self._damage = None
        if blank and missing > 0:
            yield self._span("blank")
        elif self._feed.flaw:
            yield self._rejected(f"the record holds {self._feed.flaw}")
        else:
            yield self._span([*cells, *[None] * missing])

    def _misfit(self, found: int) -> str:
        return f"expected {len(self._columns)} cells, found {found}"

    def _rejected(self, reason: str) -> Row:
        return self._span(Reject(reason, preview(self._feed.held)))

    def _spoilt(self, reason: str, at_end: bool = False) -> None:
        """Give up the first line of a record; what follows is read again."""
        self._feed.give_back(self._start)
        if not self._damage:
            self._damage = _Damage(self._line, self._start, reason, self._feed)
        self._span("blank")
        self._damage.end = self._start
        self._damage.open_at_end |= at_end


def is_blank(cells: Cells) -> bool:
    """Tell whether a record is an empty line."""
    return not cells or (len(cells) == 1 and not (cells[0] or "").strip())


def _at_end(error: Exception) -> bool:
    return "unexpected end" in str(error)


def _reason(error: Exception, feed: Feed) -> str:
    if isinstance(error, LimitError):
        long = feed.size > LONGEST or feed.flaw is TOO_LONG
        return f"the record is {TOO_LONG if long else 'longer than 1,000 lines'}"
    if _at_end(error):
        return "a quote is opened and never closed"
    return "a quote stands where no quote may stand"
