"""What a child tells of a large table: blocks of columns, and the end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from rasad.extend import Head
from rasad.importers.blocks import written
from rasad.importers.frames import LONGEST, End, encode
from rasad.importers.large import InColumns
from rasad.importers.large_tables import Reader, Table
from rasad.importers.parts import Part, part_of
from rasad.importers.reader import Layout
from rasad.importers.unpacking import Place, opened

REHEARSED = 3
"""Rows of the table that is read before there are limits."""


def messages(head: Head, reader: Reader, layout: Layout) -> Iterator[bytes]:
    """Yield the messages about a table, the last one of which is its end.

    Parameters
    ----------
    head : Head
        What was seen of it.
    reader : Reader
        How its rows become records.
    layout : Layout
        How it is written.
    """
    table = Table(layout.columns, reader, layout.delimiter, layout.before)
    count = 0
    with opened(Place(head.path, head.member)) as file:
        for part in table.parts(file):
            count += len(part.what)
            yield from _short_enough(part)
    yield encode(End(count, table.lost))


def _short_enough(part: Part) -> Iterator[bytes]:
    """Yield a part in messages that are no longer than may be."""
    message = written(part)
    if len(message) <= LONGEST:
        yield message
        return
    entries = list(part.entries())
    half = len(entries) // 2
    yield from _short_enough(part_of(entries[:half]))
    yield from _short_enough(part_of(entries[half:]))


def rehearse(importer: InColumns) -> None:
    """Read a table of three rows, so that every loop is compiled or loaded.

    Afterwards the process may neither write a cache nor take much memory.
    """
    head = Head(path=Path(), container="csv", columns=("a", "b"), rows=())
    reader = importer.reader(head)
    names = tuple(reader.wanted)
    row = ",".join('"[\'a\', ""b""]"' for _ in names)
    text = "\n".join([",".join(names), *[row] * REHEARSED])
    known = Reader(names, names, reader.many, reader.one)
    for part in Table(names, known, ",", 0).parts(io.BytesIO(text.encode())):
        written(part)
