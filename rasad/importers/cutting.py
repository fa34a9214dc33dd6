"""A copy of a file without the records of some accounts, in the form that it had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import BinaryIO

from rasad.extend import Entry, Head, Reject
from rasad.importers.containers import encoding_of
from rasad.importers.identity import post_id
from rasad.importers.marks import Marks
from rasad.importers.objects import DOCUMENT, LINES
from rasad.importers.unpacking import Place, opened
from rasad.schema import Record

BLOCK = 1 << 20
"""Bytes that are looked through at once; many marks are sought faster in many bytes."""

NULL = b"null"
"""What stands in JSON where a record was; nothing would leave two commas."""

TABLES = ("csv", "tsv")


Part = tuple[bytes, bool]
"""Bytes, and whether they are the header of a table."""


@dataclass(frozen=True)
class Owned:
    """Whose records are cut out: accounts by their ids, single posts, those of a time.

    Posts from `since` up to, and without, `until`, in microseconds since 1970 UTC; none
    where both are None.
    """

    accounts: Set[str]
    posts: Set[str]
    since: int | None = None
    until: int | None = None

    def holds(self, record: Record) -> bool:
        """Tell whether a record is to be cut out."""
        return (
            record.account in self.accounts
            or post_id(record) in self.posts
            or record.edition in self.posts
            or self._of_then(record.created_at)
        )

    def _of_then(self, time: int) -> bool:
        if self.since is None and self.until is None:
            return False
        begun = self.since is None or time >= self.since
        return begun and (self.until is None or time < self.until)


@dataclass
class Tally:
    """What was done to a file.

    `cut` counts records, `rejected` and `cut_rejects` what could not be read.
    """

    records: int = 0
    cut: int = 0
    rejected: int = 0
    cut_rejects: int = 0
    replaced: int = 0
    rows: set[int] = field(default_factory=set)

    @property
    def left(self) -> tuple[int, int]:
        """Return how many records, and how many that cannot be read, are left."""
        records = self.records - self.rejected - self.cut
        return records, self.rejected - self.cut_rejects

    @property
    def changed(self) -> bool:
        """Tell whether the copy differs from the file at all."""
        return bool(self.cut or self.cut_rejects or self.replaced)


def cut_bytes(
    head: Head, entries: Iterable[Entry], owned: Owned, marks: Marks, tally: Tally
) -> Iterator[bytes]:
    """Yield what a text or JSON file is without some records and marks, unpacked.

    Parameters
    ----------
    head : Head
        What was seen of the file.
    entries : iterable of Entry
        Its entries, in order and without gap.
    owned : Owned
        Whose records are cut out.
    marks : Marks
        What is replaced in all others.
    tally : Tally
        Is told what was done.

    Notes
    -----
    A record of a table or of a line is cut out with its line. In a document, or in a
    line that is a page of several, `null` stands in its place; a page of nothing else
    goes with its line. The header of a table is left as it is: it names columns.
    """
    place = Place(head.path, head.member)
    encoding = encoding_of(place) if head.container in TABLES else "utf-8"
    with opened(place) as file:
        cutter = _Cutter(file, encoding, owned, marks, tally)
        ways = {LINES: cutter.lines, DOCUMENT: cutter.document}
        for kept, is_header in _gathered(
            ways.get(head.container, cutter.table)(entries)
        ):
            yield kept if is_header else cutter.without(kept)


def count_rows(entries: Iterable[Entry], owned: Owned, tally: Tally) -> None:
    """Count the rows of a Parquet file, and note which are to be cut out."""
    for entry in entries:
        if _is_cut(entry, owned, tally):
            tally.rows.add(entry.line)


def _is_cut(entry: Entry, owned: Owned, tally: Tally, named: int = 0) -> bool:
    """Count an entry, and tell whether it is to be cut out.

    What could not be read is anybody's: it goes where it names somebody at all.
    """
    if isinstance(entry.outcome, str):
        return False
    tally.records += 1
    if isinstance(entry.outcome, Record):
        cut = owned.holds(entry.outcome)
        tally.cut += cut
        return cut
    tally.rejected += 1
    tally.cut_rejects += named > 0
    return named > 0


class _Cutter:
    """Goes through a file once."""

    def __init__(
        self, file: BinaryIO, encoding: str, owned: Owned, marks: Marks, tally: Tally
    ) -> None:
        self._file, self._owned, self._marks = file, owned, marks
        self._encoding, self._tally = encoding, tally
        self._errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"

    def table(self, entries: Iterable[Entry]) -> Iterator[Part]:
        """Yield what is kept of a table, its header apart."""
        for entry in entries:
            raw, cut = self._next(entry)
            if not cut:
                yield raw, entry.outcome == "header"

    def document(self, entries: Iterable[Entry]) -> Iterator[Part]:
        """Yield what is kept of a document, and `null` for what is not."""
        for entry in entries:
            raw, cut = self._next(entry)
            yield (NULL if cut else raw), False

    def lines(self, entries: Iterable[Entry]) -> Iterator[Part]:
        """Yield what is kept of lines of JSON, each of which may be a page."""
        for _, together in groupby(entries, key=attrgetter("line")):
            told = [*together]
            parts = [self._next(entry) for entry in told]
            records = sum(not isinstance(entry.outcome, str) for entry in told)
            gone = sum(cut for _, cut in parts)
            if not gone or gone < records:
                yield b"".join(NULL if cut else raw for raw, cut in parts), False

    def without(self, raw: bytes) -> bytes:
        """Return bytes without the marks; what is no text stays as it is."""
        text, n = self._marks.replaced(raw.decode(self._encoding, self._errors))
        self._tally.replaced += n
        return text.encode(self._encoding, self._errors) if n else raw

    def _next(self, entry: Entry) -> tuple[bytes, bool]:
        raw = self._file.read((entry.byte_end or 0) - (entry.byte_start or 0))
        named = 0
        if isinstance(entry.outcome, Reject):
            named = self._marks.replaced(raw.decode(self._encoding, "replace"))[1]
        return raw, _is_cut(entry, self._owned, self._tally, named)


def _gathered(parts: Iterable[Part]) -> Iterator[Part]:
    """Join parts to blocks; the header of a table stays apart."""
    block: list[bytes] = []
    size = 0
    for raw, is_header in parts:
        if is_header or size >= BLOCK:
            yield b"".join(block), False
            block, size = [], 0
        if is_header:
            yield raw, True
        else:
            block.append(raw)
            size += len(raw)
    yield b"".join(block), False
