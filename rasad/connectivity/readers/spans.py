"""The records of a file, each with its line and bytes, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

from rasad.errors import ImportFormatError
from rasad.extend import Head, Reject
from rasad.importers.containers import check_readable, first_bytes
from rasad.importers.json_scan import ENDS_EARLY, pieces
from rasad.importers.json_scan import Path as Steps
from rasad.importers.json_values import NotJsonError, value_of
from rasad.importers.objects import holds_json
from rasad.importers.reader import inspect, rows
from rasad.importers.sheets import Texts, sheets
from rasad.importers.unpacking import Place, is_workbook, only_member, opened

Outcome = dict[str, Any] | Reject | Literal["header", "blank"]

SAMPLE = 20
"""Records of a document that are looked at to tell what it is."""


class Span(NamedTuple):
    """A part of a file: line, row or number of the record, bytes, and what is there."""

    line: int
    start: int | None
    end: int | None
    outcome: Outcome


@dataclass(frozen=True)
class Seen:
    """What was seen of a file before it is read.

    `head` is set for a table, `sheets` for a workbook: the cells that are filled in the
    first row of each.
    """

    place: Place
    kind: Literal["table", "document", "workbook"]
    begin: str
    head: Head | None = None
    sheets: tuple[tuple[str, ...], ...] = ()


def looked_at(path: Path) -> Seen:
    """Tell what kind of file one is, and what its columns are.

    Raises
    ------
    ImportFormatError
        If it is missing, empty, damaged, or none of a table, JSON and a workbook.
    """
    check_readable(path)
    if is_workbook(path):
        return Seen(Place(path), "workbook", "", sheets=tuple(sheet_heads(path)))
    place = Place(path, only_member(path))
    content = first_bytes(place)
    text = content[:2_000].decode("utf-8", errors="replace")
    if holds_json(content):
        return Seen(place, "document", text)
    head = inspect(path, place.member, unnamed=True)
    return Seen(place, "table", text, head=head)


def sheet_heads(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the cells of every sheet's first row that holds any."""
    for _, rows_ in sheets(path):
        first: Texts = next((cells for _, cells in rows_ if any(cells)), [])
        yield tuple(cell or "" for cell in first)


def first_items(place: Place, paths: Sequence[Steps]) -> list[tuple[Steps, Any]]:
    """Return path and value of a document's first records."""
    found: list[tuple[Steps, Any]] = []
    with opened(place) as file:
        for piece in islice(pieces(file, paths), 4 * SAMPLE):
            if piece.raw is not None and len(found) < SAMPLE:
                try:
                    value = value_of(piece.raw)
                except NotJsonError:
                    continue
                found.append((piece.path, value))
    return found


def table_spans(head: Head) -> Iterator[Span]:
    """Yield the spans of a table; cells by the names of columns."""
    names = [name.strip() for name in head.columns]
    for line, start, end, outcome in rows(head):
        if isinstance(outcome, str | Reject):
            yield Span(line, start, end, outcome)  # type: ignore[arg-type]
        else:
            yield Span(line, start, end, dict(zip(names, outcome, strict=True)))


def document_spans(place: Place, paths: Sequence[Steps]) -> Iterator[Span]:
    """Yield the spans of a JSON document."""
    number = 0
    with opened(place) as file:
        for piece in pieces(file, paths):
            number += piece.raw is not None or piece.flaw is not None
            yield Span(max(number, 1), piece.start, piece.end, _value(piece))


def _value(piece: Any) -> Outcome:
    if piece.flaw is not None:
        return Reject(piece.flaw, "", piece.flaw == ENDS_EARLY)
    if piece.raw is None:
        return "header"
    try:
        value = value_of(piece.raw)
    except NotJsonError as error:
        return Reject(str(error), "")
    return value if isinstance(value, dict) else Reject("no JSON object", "")


def workbook_spans(path: Path, columns: Sequence[str]) -> Iterator[Span]:
    """Yield the rows of a workbook, numbered through all sheets.

    Cells come by the names in the row of their sheet that has all the columns, in small
    letters and without blanks around them. Rows of a sheet without such a row have no
    cell.
    """
    line = 0
    for _, sheet in sheets(path):
        names: list[str] = []
        for _, cells in sheet:
            line += 1
            if not any((cell or "").strip() for cell in cells):
                yield Span(line, None, None, "blank")
            elif not names and set(columns) <= set(_names(cells)):
                names = _names(cells)
                yield Span(line, None, None, "header")
            else:
                told = dict(zip(names, cells, strict=False))
                yield Span(line, None, None, told)


def _names(cells: Texts) -> list[str]:
    return [" ".join((cell or "").lower().split()) for cell in cells]


def refused_kind(name: str) -> ImportFormatError:
    """Return the error for a file that is of no known kind."""
    return ImportFormatError(
        f"{name} is no file of public measurements that is known",
        "give one of the IP Observatory, IODA, Tor Metrics, OONI, Censored Planet, "
        "GFWatch, Cloudflare Radar or Access Now, or a table of place, time and value "
        "with --map place=COLUMN,time=COLUMN,value=COLUMN",
    )
