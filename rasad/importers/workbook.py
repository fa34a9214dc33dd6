"""Workbooks of other people, whose rows come from a child that may do nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from rasad.errors import ImportFormatError
from rasad.extend import Head
from rasad.importers.containers import check_readable
from rasad.importers.frames import End
from rasad.importers.limits import memory_for, seconds_for
from rasad.importers.parsed import Pipe, senseless, started
from rasad.importers.reader import inspect, sheet_head
from rasad.importers.sheet_child import SheetMessage, SheetTask
from rasad.importers.sheets import OPENING, Numbered
from rasad.importers.unpacking import MOST_MEMBERS, Place, is_workbook

_decode = msgspec.msgpack.Decoder(SheetMessage).decode

Openings = Mapping[str, list[Numbered]]
"""The first rows of each sheet."""


class SheetRow(NamedTuple):
    """A row of a sheet: the sheet's name, the row's number from 1, and its cells.

    A cell is the exact text of its value, None where it is empty. Dates are ISO
    (`2020-01-31`, `2020-01-31 12:00:00`), whole numbers have no fraction, and those of
    17 digits or more keep their exponent because their last digits are lost.
    """

    sheet: str
    row: int
    cells: list[str | None]


def sheet_rows(path: Path, most: int | None = None) -> Iterator[SheetRow]:
    """Yield all rows of a workbook, read in a limited child process.

    Parameters
    ----------
    path : Path
        A workbook: .xlsx, .xlsm, .xlsb, .xls or .ods; its name does not matter.
    most : int, optional
        Rows of each sheet, from its first; all without it.

    Yields
    ------
    SheetRow
        Sheets in their order, rows from 1, empty rows too; sheets in which nothing
        stands are left out. All rows of a sheet have as many cells as its widest.

    Raises
    ------
    ImportFormatError
        If it is no workbook, damaged, encrypted or a bomb, if the child needs too
        much, or if python-calamine is not installed.
    """
    check_readable(path)
    if not is_workbook(path):
        raise ImportFormatError(f"{path.name} is not a workbook", "give a workbook")
    size = path.stat().st_size
    task = SheetTask(str(path.absolute()), most, memory_for(path), seconds_for(size))
    with started(task, "rasad.importers.sheet_child") as process:
        for sheet, row, cells in _heard(Pipe(process, task, path.name)):
            if most is not None and row > most:
                raise senseless(path.name)
            yield SheetRow(sheet, row, cells)


def _heard(pipe: Pipe) -> Iterator[tuple[str, int, list[str | None]]]:
    """Yield what the child says, none of which is believed."""
    count, sheet, last = 0, "", 0
    for message in pipe.messages(_decode):
        if isinstance(message, End):
            if message.count != count:
                raise senseless(pipe.name)
            continue
        if message.sheet != sheet:
            sheet, last = message.sheet, 0
        if message.first != last + 1 or not message.cells:
            raise senseless(pipe.name)
        for last, cells in enumerate(message.cells, message.first):  # noqa: B007
            yield sheet, last, cells
        count += len(message.cells)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets in which something stands, in their order."""
    return list(_openings(path))


def look(path: Path, member: str = "") -> Head:
    """Look at any file and return its columns and first rows.

    Parameters
    ----------
    path : Path
        The file; its name does not matter.
    member : str
        Name of the file inside it where it is an archive, of the sheet where it is a
        workbook; it may be left out where there is only one.

    Raises
    ------
    ImportFormatError
        If it cannot be read.
    """
    check_readable(path)
    if not is_workbook(path):
        return inspect(path, member)
    openings = _openings(path)
    if not member and len(openings) > 1:
        raise ImportFormatError(
            f"{path.name} has {len(openings)} sheets",
            "save one of them as CSV; rasad import reads all of them",
        )
    name = member or next(iter(openings))
    if name not in openings:
        raise ImportFormatError(f"{path.name} has no sheet {name}", "give another")
    return sheet_head(Place(path, name), openings[name])


def _openings(path: Path) -> Openings:
    about = path.stat()
    return _openings_once(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=4)
def _openings_once(path: Path, *_: int) -> Openings:
    """Look at a workbook once, however many of its sheets are read."""
    openings: dict[str, list[Numbered]] = {}
    for sheet, row, cells in sheet_rows(path, OPENING):
        openings.setdefault(sheet, []).append((row, cells))
        if len(openings) > MOST_MEMBERS:
            raise ImportFormatError(
                f"{path.name} has more than {MOST_MEMBERS:,} sheets", "split it"
            )
    if not openings:
        raise ImportFormatError(f"{path.name} is empty", "give a filled workbook")
    return openings
