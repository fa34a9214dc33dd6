"""Workbooks of other people, whose rows come from a child that may do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from rasad.errors import ImportFormatError
from rasad.importers.archives import ZIP
from rasad.importers.containers import check_readable
from rasad.importers.frames import End
from rasad.importers.limits import memory_for, seconds_for
from rasad.importers.parsed import Pipe, senseless, started
from rasad.importers.sheet_child import SheetMessage, SheetTask
from rasad.importers.unpacking import OLD_OFFICE

_decode = msgspec.msgpack.Decoder(SheetMessage).decode


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
    with path.open("rb") as file:
        begin = file.read(len(OLD_OFFICE))
    if not begin.startswith((ZIP, OLD_OFFICE)):
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
