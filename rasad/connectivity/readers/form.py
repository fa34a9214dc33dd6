"""What every reader of public measurements is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from rasad.connectivity.clocks import two_letters
from rasad.connectivity.country_names import code_of
from rasad.connectivity.parts import EARLIEST_US, LATEST_US, Yield
from rasad.importers.json_scan import Path as Steps
from rasad.importers.times import MONTHS, TimeError, read_time

Row = Mapping[str, Any]
"""A record: cells by the names of columns, or an object of JSON."""

Kind = Literal["table", "document", "workbook"]

SECOND_US = 1_000_000


class UnreadableError(ValueError):
    """A record that cannot be read; its text says why, and holds nothing of it."""


class UnwantedError(Exception):
    """A record that can be read and is not wanted; its text says why."""


class RepeatedError(Exception):
    """A record that says again what an earlier one said."""


@dataclass(frozen=True)
class Context:
    """What a reader knows of a file beside its records.

    Parameters
    ----------
    name : str
        What a person calls it, with its ending.
    begin : str
        Its first characters.
    columns : tuple of str
        Of a table, in order.
    roles : dict of str to str
        Column by role, as somebody chose them.
    """

    name: str
    begin: str = ""
    columns: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Name without ending."""
        return self.name.partition(".")[0]


class Reader:
    """Reads the records of one file; a reader per file, so that it may remember."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def take(self, row: Row) -> Sequence[Yield]:
        """Return what a record says.

        Raises
        ------
        UnwantedError
            If it is not wanted.
        RepeatedError
            If it was said before.
        LookupError, TypeError, ValueError
            If it cannot be read; the text of an `UnreadableError` says why.
        """
        raise NotImplementedError

    def rest(self) -> Sequence[Yield]:
        """Return what only all records together say."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file.

    Parameters
    ----------
    name : str
        Permanent.
    title : str
        For people.
    kind : {"table", "document", "workbook"}
        Text or Parquet, JSON, or an Excel workbook.
    columns : tuple of str
        Of a table, or of a sheet of a workbook: those that it has.
    paths : tuple of paths
        Where a document has its records.
    keys : tuple of str
        Of a document: keys that its records have.
    reader : callable
        Makes the reader of a file.
    fits : callable, optional
        From the columns of a table whether it is of this kind, instead of `columns`.
    provisional : bool
        It was written from a published description and never checked against a file.
    """

    name: str
    title: str
    kind: Kind
    reader: Callable[[Context], Reader]
    columns: tuple[str, ...] = ()
    paths: tuple[Steps, ...] = ()
    keys: tuple[str, ...] = ()
    fits: Callable[[Sequence[str]], bool] | None = None
    provisional: bool = False


def number(value: object) -> float:
    """Return a number; what is empty, or no finite number, was not measured.

    Examples
    --------
    >>> number("7"), number(" "), number(None)
    (7.0, nan, nan)
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnreadableError("a value is no number")
    try:
        found = float(value)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("a value is no number") from error
    return found if math.isfinite(found) else math.nan


def at_least(value: float, least: float) -> float:
    """Refuse what is smaller than it can be."""
    if value < least:
        raise UnreadableError("a value is smaller than it can be")
    return value


def plausible(us: int) -> int:
    """Refuse a moment at which nobody measured the internet."""
    if not EARLIEST_US <= us < LATEST_US:
        raise UnreadableError("its time lies before 1990 or after 2099")
    return us


def moment(text: object) -> int:
    """Return a moment that is written as a date; one without an offset is by UTC.

    Examples
    --------
    >>> moment("2022-01-01"), moment("11-Nov-2019 00:00:00")
    (1640995200000000, 1573430400000000)
    """
    written = str(text).strip()
    try:
        return plausible(read_time(named_month(written))[0])
    except TimeError as error:
        raise UnreadableError(str(error)) from error


def named_month(text: str) -> str:
    """Write 11-Nov-2019 as 2019-11-11, whatever language the system speaks."""
    day, _, rest = text.partition("-")
    month, _, after = rest.partition("-")
    place = MONTHS.lower().find(month.lower()) if len(month) == 3 else -1
    if place < 0 or place % 3 or not day.isdigit():
        return text
    year, _, clock = after.partition(" ")
    return f"{year}-{place // 3 + 1:02}-{int(day):02} {clock}".strip()


def epoch(value: object) -> int:
    """Return seconds since 1970 as microseconds."""
    seconds = number(value)
    if not abs(seconds) < LATEST_US / SECOND_US:
        raise UnreadableError("its time lies before 1990 or after 2099")
    return plausible(round(seconds * 1e6))


@lru_cache(maxsize=10_000)
def country(text: object) -> str:
    """Return the code of a country from a code of two or three letters or a name.

    Examples
    --------
    >>> country("irn"), country("Iran (Islamic Republic of)"), country("??")
    ('IR', 'IR', '')
    """
    written = str(text or "").strip()
    code = two_letters(written)
    if len(code) in (2, 3) and code.isascii() and code.isalpha():
        return code
    return code_of(written)


def needed_country(text: object) -> str:
    """Return the code of a country, or set the record aside."""
    found = country(text)
    if not found:
        raise UnwantedError("it is of no country" if text else "it names no country")
    return found


@lru_cache(maxsize=10_000)
def region_of(*parts: object) -> str:
    """Return the name of a region from those of its parts, the larger one first.

    Examples
    --------
    >>> region_of("Tehran", "Rey/South", None)
    'Tehran/Rey-South'
    """
    names = (" ".join(str(part or "").split()) for part in parts)
    return "/".join(name.replace("/", "-") for name in names if name)


def words(value: object, most: int = 280) -> str:
    """Return text on one line, without anything that is no text, cut where too long."""
    text = " ".join(str(value or "").split())
    return "".join(char for char in text if char.isprintable())[:most]
