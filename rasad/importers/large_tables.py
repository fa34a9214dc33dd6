"""Parts of a large table: plain rows as columns, and every other one by itself."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.extend import Entry, Reject
from rasad.importers.cells import LOST
from rasad.importers.delimited import Cells, Row
from rasad.importers.parts import BLANK, RECORD, REJECT, Part, part_of
from rasad.importers.plain_records import Plain, PlainRecords
from rasad.schema import Record
from rasad.schema.record_columns import columns_of

Columns = Mapping[str, pa.Array | None]
Convert = Callable[[Cells], Record | Reject]


@dataclass(frozen=True)
class Reader:
    """How the rows of one format become records, many at once and one by one.

    Parameters
    ----------
    names : sequence of str
        What each column of the file plays.
    wanted : sequence of str
        What `many` asks for.
    many : callable
        From columns and their length to records, and which rows it cannot tell.
    one : callable
        From the cells of a row to a record or a reject; this decides.
    """

    names: Sequence[str]
    wanted: Sequence[str]
    many: Callable[[Columns, int], tuple[pa.RecordBatch, NDArray[np.bool_]]]
    one: Convert


class Table:
    """A text file of UTF-8, quotes doubled, on its way to parts.

    Parameters
    ----------
    columns : sequence of str
        Its header.
    reader : Reader
        How its rows become records.
    delimiter : str
        One character of ASCII.
    before : int
        How many rows, blank ones apart, come before the header and belong to it.

    Attributes
    ----------
    lost : int
        Records so far with an id whose digits are lost.
    """

    def __init__(
        self, columns: Sequence[str], reader: Reader, delimiter: str, before: int
    ) -> None:
        self._columns, self._reader = columns, reader
        self._delimiter, self._before = delimiter, before
        self.lost = 0

    def parts(self, file: BinaryIO) -> Iterator[Part]:
        """Yield all parts of the file, opened at its start, in order."""
        names = list(self._reader.names)
        wanted = {
            self._columns[names.index(name)]: name
            for name in self._reader.wanted
            if name in names
        }
        how = self._delimiter, self._columns, self._before, wanted
        for piece in PlainRecords(file, *how):
            if isinstance(piece, Plain):
                yield self._plain(piece)
            else:
                yield part_of([self._entry(row) for row in piece])

    def _entry(self, row: Row) -> Entry:
        line, start, end, outcome = row
        if isinstance(outcome, list):
            return Entry(line, start, end, self._one(outcome))
        return Entry(line, start, end, outcome)  # type: ignore[arg-type]

    def _one(self, cells: Cells) -> Record | Reject:
        before = LOST.ids
        outcome = self._reader.one(cells)
        self.lost += LOST.ids != before
        return outcome

    def _plain(self, plain: Plain) -> Part:
        what = np.where(plain.blank, BLANK, RECORD).astype(np.uint8)
        rows = np.flatnonzero(~plain.blank)
        found = plain.columns()
        cells = {name: found.get(name) for name in self._reader.wanted}
        records, odd = self._reader.many(cells, len(rows))
        rejects: list[Reject] = []
        if odd.any():
            outcomes = [
                self._one(_cells(plain.text(row), self._delimiter))
                for row in rows[odd].tolist()
            ]
            rejects = [one for one in outcomes if isinstance(one, Reject)]
            rejected = np.array([isinstance(one, Reject) for one in outcomes], np.bool_)
            what[rows[odd][rejected]] = REJECT
            made = [one for one in outcomes if isinstance(one, Record)]
            records = _with_odd(records, odd, columns_of(made), ~rejected)
        return Part(plain.line, plain.start, plain.end, what, records, rejects)


def _cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of one record that is plain, whatever ends a line for others."""
    return next(csv.reader([text], delimiter=delimiter))


def _with_odd(
    records: pa.RecordBatch,
    odd: NDArray[np.bool_],
    made: pa.RecordBatch,
    is_made: NDArray[np.bool_],
) -> pa.RecordBatch:
    """Put records that were read one by one in their places."""
    kept = ~odd
    places = np.concatenate([np.flatnonzero(kept), np.flatnonzero(odd)[is_made]])
    both = pa.Table.from_batches([records.filter(pa.array(kept)), made])
    ordered = both.take(pa.array(np.argsort(places))).combine_chunks()
    return ordered.to_batches()[0] if ordered.num_rows else made
