"""Pieces of a file on their way into a case: spans in order, and records as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.extend import Entry, Reject
from rasad.schema import Record
from rasad.schema.record_columns import columns_of, records_in

RECORD, REJECT, HEADER, BLANK = range(4)
"""What stands in a span."""

WORDS = {HEADER: "header", BLANK: "blank"}

NOWHERE = -1
"""The byte of a span without byte positions."""

MOST = 20_000
"""Entries of a part that is put together from them."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Some spans of a file that follow each other.

    Attributes
    ----------
    line, start, end : int64, shape (n,)
        First line, first byte and byte after the last; `NOWHERE` without positions.
    what : uint8, shape (n,)
        What stands there.
    records : pyarrow.RecordBatch
        The records among them in order, as `RECORD_COLUMNS`.
    rejects : list of Reject
        The rejects among them in order.
    """

    line: Ints
    start: Ints
    end: Ints
    what: NDArray[np.uint8]
    records: pa.RecordBatch
    rejects: list[Reject]

    @property
    def bytes(self) -> NDArray[np.int64]:
        """Return the size of each span; those without positions have none."""
        return self.end - self.start

    def entries(self) -> Iterator[Entry]:
        """Yield the spans one by one."""
        records, rejects = iter(records_in(self.records)), iter(self.rejects)
        spans = (self.line, self.start, self.end, self.what)
        for line, start, end, what in zip(
            *(one.tolist() for one in spans), strict=True
        ):
            begin, after = (None, None) if start == NOWHERE else (start, end)
            if what == RECORD:
                yield Entry(line, begin, after, next(records))
            elif what == REJECT:
                yield Entry(line, begin, after, next(rejects))
            else:
                yield Entry(line, begin, after, WORDS[what])  # type: ignore[arg-type]


def parts_of(entries: Iterable[Entry], most: int = MOST) -> Iterator[Part]:
    """Put entries together to parts of so many of them at most.

    Examples
    --------
    >>> entries = [Entry(1, 0, 2, "header"), Entry(2, 2, 3, Reject("no", "x"))]
    >>> [[*part.entries()] == entries for part in parts_of(entries)]
    [True]
    """
    waiting = iter(entries)
    while some := list(islice(waiting, most)):
        yield part_of(some)


def part_of(entries: list[Entry]) -> Part:
    """Put entries together to one part."""
    outcomes = [entry.outcome for entry in entries]
    return Part(
        np.array([entry.line for entry in entries], np.int64),
        _places([entry.byte_start for entry in entries]),
        _places([entry.byte_end for entry in entries]),
        np.array([_code(outcome) for outcome in outcomes], np.uint8),
        columns_of([one for one in outcomes if isinstance(one, Record)]),
        [one for one in outcomes if isinstance(one, Reject)],
    )


def _places(places: list[int | None]) -> Ints:
    return np.array([NOWHERE if place is None else place for place in places], np.int64)


def _code(outcome: object) -> int:
    if isinstance(outcome, Record):
        return RECORD
    if isinstance(outcome, Reject):
        return REJECT
    return HEADER if outcome == "header" else BLANK
