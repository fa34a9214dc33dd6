"""Rows of a table made for another tool: whole or not at all.

Such a tool stops at a row that it cannot read, or reads it wrongly. Here it is an error
that names the line, because numbers that leave a row out are not that tool's numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rasad.errors import ImportFormatError, MappingError
from rasad.extend import Head, Reject
from rasad.importers.cells import plain_name
from rasad.importers.columnar import parquet_rows
from rasad.importers.containers import check_readable, is_parquet, refuse_foreign
from rasad.importers.mapping import ROLES, check_columns
from rasad.importers.reader import inspect, rows
from rasad.importers.unpacking import Place, check_whole, only_member, opened

Cells = list[str | None]


@dataclass(frozen=True)
class Wanted:
    """A column that a tool reads.

    Parameters
    ----------
    role : str
        What `--map` calls it.
    names : tuple of str
        What the tool calls it, older names last.
    needed : bool
        Without it the table says nothing to the tool.
    """

    role: str
    names: tuple[str, ...]
    needed: bool = True


def named_rows(
    path: Path,
    wanted: tuple[Wanted, ...],
    mapping: Mapping[str, str],
    missing: tuple[str, ...] = (),
) -> Iterator[tuple[int, Cells]]:
    """Yield line and wanted cells of every row, by the names of the columns.

    Parameters
    ----------
    path : Path
        Delimited text or Parquet.
    wanted : tuple of Wanted
        The columns; the cells come in their order.
    mapping : mapping of str to str
        Column by role, where the table has other names than the tool's.
    missing : tuple of str
        Cells of delimited text that say nothing.

    Yields
    ------
    tuple of int, list of str or None
        None where there is no such column, and for what is missing.

    Raises
    ------
    ImportFormatError
        If the file or one of its rows cannot be read.
    MappingError
        If a column is missing.
    """
    head = inspect(path)
    check_whole(Place(path, head.member))
    places = _places(head, wanted, mapping)
    columns = [head.columns[place] for place in places if place is not None]
    for line, _, _, outcome in rows(head, wanted=columns):
        if isinstance(outcome, Reject):
            raise unreadable(path, line, outcome.reason)
        if not isinstance(outcome, str):
            cells = [None if at is None else outcome[at] for at in places]
            if head.container != "parquet":
                cells = [None if cell in missing else cell for cell in cells]
            yield line, cells


def placed_rows(path: Path, width: int) -> Iterator[tuple[int, Cells]]:
    """Yield line and cells of every row, by the places of the columns.

    Text is read as the standard library reads CSV in UTF-8; its header says nothing.
    Empty lines are passed over, though the toolkit stops at one.

    Raises
    ------
    ImportFormatError
        If the file or one of its rows cannot be read, or has not `width` cells.
    """
    check_readable(path)
    place = Place(path, only_member(path))
    check_whole(place)
    empty = True
    for line, cells in _parquet_rows(path) if is_parquet(place) else _csv_rows(place):
        if len(cells) != width:
            raise (
                _other_table(path, len(cells), width)
                if empty
                else unreadable(path, line, f"{_cells(len(cells))} instead of {width}")
            )
        empty = False
        yield line, cells
    if empty:
        raise ImportFormatError(
            f"{path.name} has a header and no record",
            "give a file with at least one row",
        )


def unreadable(path: Path, line: int, reason: str) -> ImportFormatError:
    """Return the error for a row that cannot be read."""
    return ImportFormatError(
        f"Line {line} of {path.name} cannot be read ({reason})",
        "mend or remove it; rasad import reads what is sound and lists the rest",
    )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _other_table(path: Path, count: int, width: int) -> ImportFormatError:
    return ImportFormatError(
        f"The first row of {path.name} has {_cells(count)} set apart by commas, and "
        f"the tool's table has {width}",
        "say which column is which with --map post=COLUMN,account=COLUMN,time=COLUMN",
    )


def _parquet_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    for line, _, _, cells in parquet_rows(path):
        if not isinstance(cells, Reject | str):
            yield line, list(cells)


def _csv_rows(place: Place) -> Iterator[tuple[int, Cells]]:
    refuse_foreign(place)
    with opened(place) as file:
        reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8"))
        try:
            next(reader, None)
            for cells in reader:
                if cells:
                    yield reader.line_num, [*cells]
        except csv.Error as error:
            raise unreadable(place.path, reader.line_num, str(error)) from error
        except UnicodeDecodeError as error:
            raise ImportFormatError(
                f"{place.name} is not in UTF-8", "save it as UTF-8"
            ) from error


def _places(
    head: Head, wanted: tuple[Wanted, ...], mapping: Mapping[str, str]
) -> list[int | None]:
    check_columns(mapping, head.columns)
    roles = [column.role for column in wanted]
    if unused := sorted(set(mapping) - set(roles)):
        raise MappingError(
            f"The tool has no use for the role {', '.join(unused)}",
            f"use {', '.join(roles)}",
        )
    return [_place(head, column, mapping.get(column.role)) for column in wanted]


def _place(head: Head, column: Wanted, mapped: str | None) -> int | None:
    if mapped is not None:
        return head.columns.index(mapped)
    names = [plain_name(name) for name in head.columns]
    for name in column.names:
        if name in names:
            return names.index(name)
    if column.needed:
        raise MappingError(
            f"{head.path.name} has no column {column.names[0]} ({ROLES[column.role]})",
            f"say which one it is with --map {column.role}=COLUMN",
        )
    return None
