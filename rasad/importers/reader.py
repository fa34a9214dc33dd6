"""What a file is, and its rows: the one place where importers get cells from.

The container is told from the bytes, never from the name. Whatever a file holds,
every byte of it belongs to exactly one span.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from pathlib import Path

from rasad.errors import ImportFormatError
from rasad.extend import Entry, Head, Reject
from rasad.importers.containers import (
    PARQUET,
    check_readable,
    encoding_of,
    first_bytes,
    is_parquet,
    refuse_foreign,
)
from rasad.importers.delimited import (
    PREVIEW,
    Cells,
    Feed,
    LimitError,
    Records,
    Row,
    is_blank,
)
from rasad.importers.json_scan import LONGEST
from rasad.importers.lines import UNDECODABLE, Line, physical_lines
from rasad.importers.objects import SAMPLE, holds_json, json_head, object_rows
from rasad.importers.preambles import MOST_ROWS, header_row
from rasad.importers.sheets import OPENING, Numbered, header_of, sheet, sheet_rows
from rasad.importers.unpacking import (
    Place,
    is_packed,
    is_workbook,
    only_member,
    opened,
)
from rasad.schema import Record

DELIMITERS = (",", "\t", ";", "|")

Convert = Callable[[Cells], Record | Reject]


@dataclass(frozen=True)
class Layout:
    """How a text file is to be read."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    before: int = 0
    backslash: bool = False


def prepare(path: Path) -> None:
    """Load what reading a file needs beyond this module, before limits are set."""
    with path.open("rb") as file:
        if file.read(len(PARQUET)) == PARQUET:
            import_module("rasad.importers.columnar")


def inspect(path: Path, member: str = "", unnamed: bool = False) -> Head:
    """Look at a file that is no workbook and return its columns and first rows.

    Parameters
    ----------
    path : Path
        The file; its name does not matter.
    member : str
        Name of the file inside it, where it is a zip archive of several.
    unnamed : bool
        A column of a text file may have no name, as in tables with numbered rows.

    Returns
    -------
    Head
        Columns as written and at most 200 rows of text.

    Raises
    ------
    ImportFormatError
        If the file is missing, empty, of another kind, damaged or without records.
    """
    check_readable(path)
    member = member or only_member(path)
    place = Place(path, member)
    if is_parquet(place):
        if is_packed(path):
            raise ImportFormatError(
                f"{place.name} is Parquet, which cannot be read packed", "unpack it"
            )
        return _parquet_head(place)
    if holds_json(first_bytes(place)):
        return json_head(place)
    refuse_foreign(place)
    layout = _layout(place)
    _check_columns(place, layout.columns, unnamed)
    return Head(
        path=path,
        member=member,
        container="tsv" if layout.delimiter == "\t" else "csv",
        columns=layout.columns,
        rows=_sample(place, layout),
    )


def inspect_limited(path: Path, member: str) -> Head:
    """Look at a file, a workbook too, in a process that can do no harm.

    `rasad.importers.workbook.look` is for all others.
    """
    if not is_workbook(path):
        return inspect(path, member)
    return sheet_head(Place(path, member), list(islice(sheet(path, member), OPENING)))


def sheet_head(place: Place, opening: Sequence[Numbered]) -> Head:
    """Return the columns and first rows of a sheet, given its first rows as text.

    Raises
    ------
    ImportFormatError
        If it has no record, or columns without a name of their own.
    """
    header, columns = header_of(opening)
    width = len(columns)
    below = [cells[:width] for number, cells in opening if number > header]
    filled = [cells for cells in below if any(cells)]
    if not columns or not filled:
        raise _no_record(place)
    _check_columns(place, [name or "" for name in columns])
    return Head(
        path=place.path,
        member=place.member,
        container="workbook",
        columns=tuple(name or "" for name in columns),
        rows=tuple(map(tuple, filled[:SAMPLE])),
    )


def layout_of(head: Head) -> Layout:
    """Return how a text file is to be read."""
    return _layout(Place(head.path, head.member))


def rows(
    head: Head, optional: int = 0, wanted: Collection[str] | None = None
) -> Iterator[Row]:
    """Yield every span of a file in order: cells, a reject, the header or a blank.

    Parameters
    ----------
    head : Head
        What `inspect` returned.
    optional : int
        Trailing cells that a record of a text file may lack; they are read as None.
    wanted : collection of str, optional
        Columns that are read from Parquet; the cells of all others are None.

    Yields
    ------
    tuple of int, int or None, int or None, outcome
        Line from 1 (row in Parquet, sheets), first byte, byte after the last, and a
        list of cells, a `Reject`, `"header"` or `"blank"`.
    """
    if head.container == "parquet":
        # Of all that is read only this needs PyArrow, which takes long to load.
        from rasad.importers.columnar import parquet_rows

        yield from parquet_rows(head.path, wanted)
        return
    if head.container == "workbook":
        yield from sheet_rows(head.path, head.member)
        return
    if head.items:
        yield from object_rows(head)
        return
    place = Place(head.path, head.member)
    layout = _layout(place)
    with opened(place) as file:
        lines = physical_lines(file, layout.encoding)
        yield from _records(lines, layout, optional)


def entries(
    head: Head,
    convert: Convert,
    optional: int = 0,
    wanted: Collection[str] | None = None,
) -> Iterator[Entry]:
    """Yield one entry per span; `convert` turns the cells of a row into a record."""
    for line, start, end, outcome in rows(head, optional, wanted):
        if isinstance(outcome, list):
            yield Entry(line, start, end, convert(outcome))
        else:
            yield Entry(line, start, end, outcome)  # type: ignore[arg-type]


def reject(reason: str, cells: Cells) -> Reject:
    """Return a row that cannot be a record, with the reason and a preview."""
    return Reject(reason, ",".join(cell or "" for cell in cells)[:PREVIEW])


def _parquet_head(place: Place) -> Head:
    from rasad.importers.columnar import parquet_rows, parquet_schema

    columns, types, count = parquet_schema(place.path)
    if not count:
        raise _no_record(place)
    _check_columns(place, columns)
    first = enough(parquet_rows(place.path, batch=SAMPLE))
    sample = tuple(tuple(cells) for _, _, _, cells in first)  # type: ignore[arg-type]
    return Head(
        path=place.path, container="parquet", columns=columns, rows=sample, types=types
    )


def _no_record(place: Place) -> ImportFormatError:
    return ImportFormatError(
        f"{place.name} has a header and no record", "give a file with at least one row"
    )


def _layout(place: Place) -> Layout:
    """Find how to read a file from its first rows; the same file gives the same.

    The delimiter is the one that gives the most columns. Quotes are escaped by
    backslashes where fewer of the first records fail that way.
    """
    encoding = encoding_of(place)
    headers = [(*_header(place, encoding, mark), mark) for mark in DELIMITERS]
    columns, before, delimiter = max(headers, key=lambda found: len(found[0]))
    if len(columns) < 2:
        raise ImportFormatError(
            f"{place.name} does not begin with a header of columns set apart by comma, "
            "tab, semicolon or bar",
            "give a table whose first line names its columns",
        )
    plain = Layout(encoding, delimiter, columns, before)
    failing = _failing(place, plain)
    escaped = replace(plain, backslash=True)
    return escaped if failing and _failing(place, escaped) < failing else plain


def _header(place: Place, encoding: str, delimiter: str) -> tuple[tuple[str, ...], int]:
    """Return the header and how many rows come before it, blank ones apart."""
    first = _opening(place, encoding, delimiter)
    if not first:
        return (), 0
    before = header_row(first)
    return tuple(first[before]), before


def _opening(place: Place, encoding: str, delimiter: str) -> list[list[str]]:
    """Return the rows in which the header is looked for, up to the first damage."""
    found: list[list[str]] = []
    with opened(place) as file:
        feed = Feed(physical_lines(file, encoding))
        try:
            for cells in csv.reader(feed, strict=True, delimiter=delimiter):
                if feed.flaw or len(found) == MOST_ROWS:
                    break
                if not is_blank(cells):
                    found.append(cells)
        except (csv.Error, LimitError):
            pass
    return found


def _check_columns(place: Place, columns: Sequence[str], unnamed: bool = False) -> None:
    names = [name.strip() for name in columns]
    if "" in names and not unnamed:
        raise ImportFormatError(
            f"Column {names.index('') + 1} of {place.name} has no name",
            "give every column a name of its own",
        )
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ImportFormatError(
            f"{place.name} has more than one column named {', '.join(repeated)}",
            "give every column a name of its own",
        )


def _records(lines: Iterator[Line], layout: Layout, optional: int) -> Records:
    return Records(
        lines,
        layout.delimiter,
        layout.columns,
        optional,
        layout.backslash,
        layout.before,
    )


def _first(place: Place, layout: Layout) -> list[Cells | Reject]:
    """Return the first records, readable or not."""
    with opened(place) as file:
        spans = iter(_records(physical_lines(file, layout.encoding), layout, 1))
        return [row[3] for row in enough(spans)]


def enough(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the first records, up to a number of them and of characters in them."""
    seen = size = 0
    for row in rows:
        outcome = row[3]
        if isinstance(outcome, str):
            continue
        yield row
        seen += 1
        if isinstance(outcome, list):
            size += sum(len(cell) for cell in outcome if cell)
        if seen == SAMPLE or size > LONGEST:
            return


def _failing(place: Place, layout: Layout) -> float:
    """Return the share of the first records that cannot be read."""
    try:
        first = _first(place, layout)
    except (csv.Error, LimitError):  # read this way, the header does not end
        return 1.0
    return sum(isinstance(one, Reject) for one in first) / max(len(first), 1)


def _sample(place: Place, layout: Layout) -> tuple[tuple[str | None, ...], ...]:
    """Return the first rows; refuse a file most of whose records cannot be text."""
    first = _first(place, layout)
    good = tuple(tuple(cells) for cells in first if isinstance(cells, list))
    if not first:
        raise _no_record(place)
    if 2 * len(good) < len(first):
        _refuse(place, [bad for bad in first if isinstance(bad, Reject)])
    return good


def _refuse(place: Place, rejects: Sequence[Reject]) -> None:
    """Say why most of the first records cannot be read."""
    reasons = [reject.reason for reject in rejects]
    common = max(sorted(set(reasons)), key=reasons.count)
    raise ImportFormatError(
        f"Most of the first records of {place.name} cannot be read ({common})",
        "save it as UTF-8 and import it again"
        if UNDECODABLE in common
        else "check that it is one whole table with one header",
    )
