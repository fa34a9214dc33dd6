"""Sheets of a workbook, every cell as the exact text of its value.

Only a limited child may call this; everybody else asks `rasad.importers.workbook`.

Notes
-----
A workbook holds numbers as doubles. Whole ones from 2^53 on keep their exponent here,
so that an id which lost its digits is seen. A formula is what was last computed of it,
a cell with an error is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasad.errors import ImportFormatError
from rasad.extend import Reject
from rasad.importers.delimited import PREVIEW, Outcome, Row, is_blank
from rasad.importers.doubles import float_text
from rasad.importers.json_scan import LONGEST, TOO_LONG
from rasad.importers.objects import SAMPLE
from rasad.importers.preambles import MOST_ROWS, header_row
from rasad.importers.unpacking import check_parts, is_workbook

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

OPENING = MOST_ROWS + SAMPLE
"""Rows of a sheet that sniffing may look at, its header among them."""

Texts = list[str | None]
Numbered = tuple[int, Texts]
"""The number of a row, from 1, and its cells."""

EXTRA = (
    "install what reads them: pip install 'rasad[excel]', or save it as CSV in UTF-8"
)
NOT_A_SHEET = "save the sheet as CSV in UTF-8"


def sheets(path: Path) -> Iterator[tuple[str, Iterator[Numbered]]]:
    """Yield the name and the rows of each sheet that is not empty, in their order.

    Raises
    ------
    ImportFormatError
        If the workbook is damaged, encrypted or a bomb, or what reads it is missing.
    """
    book = _opened(path)
    for name in book.sheet_names:
        # One sheet is in memory at a time.
        rows = _rows(path, book, name)
        first = next(rows, None)
        if first:
            yield name, _again(first, rows)


def sheet(path: Path, name: str) -> Iterator[Numbered]:
    """Yield the rows of one sheet, empty ones too, as `sheets` does."""
    return _rows(path, _opened(path), name)


def header_of(opening: Sequence[Numbered]) -> Numbered:
    """Return the row that names the columns, given the first rows of a sheet.

    Columns without a name at its end are left out. The number is 0 where all is empty.
    """
    filled = [one for one in opening if not is_blank([cell or "" for cell in one[1]])]
    if not filled:
        return 0, []
    place = header_row(
        [[cell or "" for cell in cells] for _, cells in filled[:MOST_ROWS]]
    )
    number, cells = filled[place]
    return number, _filled(cells)


def sheet_rows(path: Path, name: str) -> Iterator[Row]:
    """Yield every row of a sheet in order: cells, a reject, the header or a blank.

    A row in which something stands beside the columns is rejected.

    Yields
    ------
    tuple of int, None, None, outcome
        The row's number in the sheet, and no byte positions.
    """
    rows = sheet(path, name)
    opening = list(islice(rows, OPENING))
    header, columns = header_of(opening)
    for part in (opening, rows):
        for number, cells in part:
            yield number, None, None, _outcome(number, cells, header, len(columns))


def _outcome(number: int, cells: Texts, header: int, width: int) -> Outcome:
    if number <= header:
        return "header"
    found = len(_filled(cells))
    if not found:
        return "blank"
    if found > width:
        preview = ",".join(cell or "" for cell in cells)[:PREVIEW]
        return Reject(f"expected {width} cells, found {found}", preview)
    return cells[:width]


def _filled(cells: Texts) -> Texts:
    """Return cells without the empty ones at their end."""
    last = next(
        (i for i in range(len(cells), 0, -1) if (cells[i - 1] or "").strip()), 0
    )
    return cells[:last]


def _again(first: Numbered, rest: Iterator[Numbered]) -> Iterator[Numbered]:
    yield first
    yield from rest


def _opened(path: Path) -> CalamineWorkbook:
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise ImportFormatError(
            f"{path.name} is a workbook, and nothing here can read workbooks", EXTRA
        ) from error
    if not is_workbook(path):
        raise ImportFormatError(f"{path.name} is not a workbook", "give a workbook")
    check_parts(path)
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as error:
        raise ImportFormatError(
            f"{path.name} is an encrypted workbook", "save it without a password"
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> ImportFormatError:
    return ImportFormatError(
        f"{path.name} is a damaged workbook, or none", "get a whole copy, or save CSV"
    )


def _rows(path: Path, book: CalamineWorkbook, name: str) -> Iterator[Numbered]:
    import python_calamine as calamine

    try:
        found = book.get_sheet_by_name(name)
    except calamine.WorksheetNotFound:
        return  # a chart
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _damaged(path) from error
    for number, values in enumerate(found.iter_rows(), 1):
        yield number, _texts(path, values)


def _texts(path: Path, values: Sequence[Any]) -> Texts:
    texts = [_text(value) for value in values]
    if sum(len(text) for text in texts if text) > LONGEST:
        raise ImportFormatError(f"A row of {path.name} is {TOO_LONG}", NOT_A_SHEET)
    return texts


def _text(value: Any) -> str | None:
    """Return what a cell holds as text; None for an empty one.

    Examples
    --------
    >>> _text(12.0), _text(1.2345678901234568e18), _text(""), _text(True)
    ('12', '1.2345678901234568E+18', None, 'true')
    >>> _text(datetime(2020, 1, 1, 12, 0, 0, 5000))
    '2020-01-01 12:00:00.005'
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime):
        # Its days with fractions do not tell more than milliseconds.
        unit = "milliseconds" if value.microsecond else "seconds"
        return value.isoformat(sep=" ", timespec=unit)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return float_text(value.total_seconds())
    # ODF may state whole numbers as such; from 2^53 on they are doubles all the same.
    return float_text(float(value))
