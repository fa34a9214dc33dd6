"""How one time is written, and what the first values of a column look like.

Each time is read by itself, never by its neighbours: in another order, or split over
several files, the same rows give the same records. The first values only tell whether
a column holds times at all, and what the report should say about it.

A time without a zone is read as UTC, and the report says so. What cannot be decided
(day and month that could be swapped, spreadsheet day numbers) is refused.

Notes
-----
The precision of a time is the unit in which it is written: digits after the second
make milliseconds or microseconds, a missing second minutes, a missing time of day
days. A fraction of zeros counts as none, because some programs always write one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rasad.schema import PRECISION_US, Precision

ENOUGH = 50
"""Values of which it is worth saying that all fall on whole minutes."""

SHARE = 0.9
"""Share of the first values that must be written in one way, if none is given."""

FIRST_US = 31_536_000_000_000
LAST_US = 4_133_980_799_999_999
"""From 1971 to 2100: outside, a number is no time and a time is a mistake."""

YEAR_1_US = -62_135_596_800_000_000
YEAR_9999_US = 253_402_300_799_999_999
"""Outside, seconds that count from anywhere are no calendar time."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHIFT = {"s": 6, "ms": 3, "us": 0, "ns": -3}
UNIT_NAMES = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

_NUMBER = re.compile(r"(-?[0-9]{1,25})(?:\.([0-9]*))?")
_ISO = re.compile(
    r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})"
    r"(?:[T ]+([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)"
    r" ?(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_PARTS = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
    r"(?:[T, ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_NAMED = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) "
    r"([+-][0-9]{4}) ([0-9]{4})"
)

Instant = tuple[int, Precision]
"""Microseconds since 1970 UTC, and the unit in which they are written."""

Form = Literal["seconds", "seconds or dates", "month first"]


class TimeError(ValueError):
    """A cell or column cannot be read as a time; its text says why."""


@dataclass(frozen=True)
class Clock:
    """Reads the times of one column.

    Parameters
    ----------
    form : str
        What the first values are, for people.
    read : callable
        Turns one cell into microseconds since 1970 UTC and the unit in which it is
        written, or raises `TimeError`. It depends on the format, not on the values.
    said : tuple of str
        What the import report should say, `{}` for the column.
    naive : bool
        The first values have no zone and are read as UTC.
    """

    form: str
    read: Callable[[str], Instant]
    said: tuple[str, ...] = ()
    naive: bool = False

    def sentences(self, column: str) -> tuple[str, ...]:
        """Return what the import report should say about this column."""
        return tuple(sentence.replace("{}", column) for sentence in self.said)


def clock_for(
    cells: Iterable[str | None], form: Form | None = None, least: float = SHARE
) -> Clock:
    """Tell what a column's first values are, and how to read each value.

    Parameters
    ----------
    cells : iterable of str or None
        Its first values.
    form : {"seconds", "seconds or dates", "month first"}, optional
        Where a format fixes what numbers, or numbers between slashes, mean. Seconds
        may then count from anywhere.
    least : float, optional
        Share of the values that must be written in one way.

    Returns
    -------
    Clock
        Reads every cell of the column.

    Raises
    ------
    TimeError
        If it holds no times, or times that cannot be decided.

    Examples
    --------
    >>> clock_for(["2015-05-25 12:38"]).read("2015-05-25 12:39")[1]
    'min'
    >>> clock_for(["1629589836000"]).form
    'milliseconds since 1970'
    """
    texts = [cell.strip() for cell in cells if cell and cell.strip()]
    if not texts:
        raise TimeError("it is empty")
    read = READERS[form]
    if _share(_NUMBER, texts) >= least:
        numbers = [text for text in texts if _NUMBER.fullmatch(text)]
        counted = form in ("seconds", "seconds or dates")
        return _settled("seconds" if counted else _units(numbers), read, texts)
    if _share(_ISO, texts) >= least:
        _refuse_hijri(texts)
        return _settled("dates", read, texts)
    if _share(_NAMED, texts) >= least:
        return _settled("Twitter's dates", read, texts)
    if _share(_PARTS, texts) >= least:
        if form != "month first":
            _refuse_swapped(texts)
        return _settled("dates between slashes", read, texts)
    raise TimeError("its values are not written as times")


def _share(pattern: re.Pattern[str], texts: list[str]) -> float:
    return sum(bool(pattern.fullmatch(text)) for text in texts) / len(texts)


def _settled(form: str, read: Callable[[str], Instant], texts: list[str]) -> Clock:
    found = list(_readable(read, texts))
    if not found:
        raise TimeError("its values are not written as times")
    naive = read is not read_month_first and any(map(_lacks_zone, texts))
    return Clock(form, read, tuple(_remarks(form, naive, read, found)), naive)


def _readable(
    read: Callable[[str], Instant], texts: Iterable[str]
) -> Iterable[Instant]:
    for text in texts:
        try:
            yield read(text)
        except TimeError:
            continue


def _lacks_zone(text: str) -> bool:
    iso = _ISO.fullmatch(text)
    return bool(iso[4] and not iso[5]) if iso else bool(_PARTS.fullmatch(text))


def _remarks(
    form: str, naive: bool, read: Callable[[str], Instant], found: list[Instant]
) -> Iterable[str]:
    """Say what the first values show, without claiming it of later ones."""
    if form.endswith("since 1970"):
        yield f"Column {{}} holds {form}."
    if naive:
        yield "Times in column {} have no zone and are read as UTC."
    if form == "dates between slashes" and read is read_time:
        yield (
            "Dates in column {} whose day and month could be swapped are rejected; "
            "write them as YYYY-MM-DD to keep them."
        )
    finest = min((unit for _, unit in found), key=PRECISION_US.__getitem__)
    if finest in ("min", "day"):
        unit = {"min": "minute"}.get(finest, finest)
        yield f"The first times in column {{}} are given to the {unit} only."
    elif len(found) >= ENOUGH and not any(us % 60_000_000 for us, _ in found):
        yield "The first times in column {} all fall on whole minutes."


def _units(texts: list[str]) -> str:
    """Name the units of the first numbers; refuse a column without any."""
    units = [_unit(text) for text in texts]
    seen = [UNIT_NAMES[unit] for unit in SHIFT if unit in units]
    if sum(unit is not None for unit in units) >= SHARE * len(texts):
        return " and ".join(seen) + " since 1970"
    days = [text for text in texts if 20_000 <= _whole(text) <= 80_000]
    if len(days) >= SHARE * len(texts):
        raise TimeError(
            "it holds the day numbers of a spreadsheet; format the column as "
            "YYYY-MM-DD HH:MM:SS and save again"
        )
    raise TimeError("its numbers are no times since 1970")


def _refuse_hijri(texts: list[str]) -> None:
    found = [match for match in map(_ISO.fullmatch, texts) if match]
    if sum(1300 <= int(match[1]) <= 1500 for match in found) >= SHARE * len(found):
        raise TimeError(
            "its years belong to the Solar or Lunar Hijri calendar; convert them to "
            "Gregorian dates"
        )


def _refuse_swapped(texts: list[str]) -> None:
    """Refuse a column of which no value, or each of two ways, shows the month."""
    found = [match for match in map(_PARTS.fullmatch, texts) if match]
    if any(int(m[1]) > 12 for m in found) == any(int(m[2]) > 12 for m in found):
        raise TimeError(
            "day and month cannot be told apart; write the times as YYYY-MM-DD HH:MM:SS"
        )


# --- one value -----------------------------------------------------------------------


def read_time(text: str) -> Instant:
    """Read one time, however it is written; nothing but its text decides.

    Raises
    ------
    TimeError
        If it is no time, could be two, or lies before 1971 or after 2100.

    Examples
    --------
    >>> read_time("2017-09-04 20:05"), read_time("1504555500")
    ((1504555500000000, 'min'), (1504555500000000, 's'))
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        return _plausible(_iso(match))
    if match := _NUMBER.fullmatch(text):
        unit = _unit(text)
        if unit is None:
            raise TimeError("its number is no time from 1971 to 2100")
        return _number(match, unit)
    if match := _NAMED.fullmatch(text):
        return _plausible(_named(match))
    if match := _PARTS.fullmatch(text):
        return _plausible(_slashed(match, _month_first(match)))
    raise TimeError("its time is not written as a time" if text else "it has no time")


def read_seconds(text: str) -> Instant:
    """Read a number of seconds that may count from anywhere."""
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        raise TimeError("its time is not a number of seconds")
    us, written = _number(match, "s")
    if not YEAR_1_US <= us <= YEAR_9999_US:
        raise TimeError("its time lies before year 1 or after year 9999")
    return us, written


def read_seconds_or_date(text: str) -> Instant:
    """Read any number as seconds, and anything else as a date."""
    return (read_seconds if _NUMBER.fullmatch(text.strip()) else read_time)(text)


def read_month_first(text: str) -> Instant:
    """Read month/day/year, or any time that cannot be mistaken."""
    match = _PARTS.fullmatch(text.strip())
    return _plausible(_slashed(match, True)) if match else read_time(text)


READERS: dict[Form | None, Callable[[str], Instant]] = {
    None: read_time,
    "seconds": read_seconds,
    "seconds or dates": read_seconds_or_date,
    "month first": read_month_first,
}
"""How a value is read, by what a format fixes."""


def read_iso(text: str) -> Instant:
    """Read an ISO date with or without time of day and zone; no zone is UTC.

    Examples
    --------
    >>> read_iso("2017-09-04 20:05")
    (1504555500000000, 'min')
    """
    match = _ISO.fullmatch(text.strip())
    if not match:
        raise TimeError("its time is not a date")
    return _plausible(_iso(match))


def _plausible(instant: Instant) -> Instant:
    if not FIRST_US <= instant[0] <= LAST_US:
        raise TimeError("its time lies before 1971 or after 2100")
    return instant


def _whole(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else -1


def _unit(text: str) -> str | None:
    """Return the unit in which a number is a time from 1971 to 2100."""
    whole = _whole(text)
    for unit, shift in SHIFT.items():
        us = whole * 10**shift if shift >= 0 else whole // 10**-shift
        if FIRST_US <= us <= LAST_US:
            return unit
    return None


def _number(match: re.Match[str], unit: str) -> Instant:
    """Return a number of units without ever rounding; nanoseconds are cut."""
    whole, fraction, shift = int(match[1]), match[2] or "", SHIFT[unit]
    if shift <= 0:
        return whole // 10**-shift, "us"
    us = whole * 10**shift
    if not fraction.strip("0"):
        return us, unit  # type: ignore[return-value]
    part = int((fraction + "000000")[:shift])
    us += -part if match[1][0] == "-" else part
    return us, "ms" if unit == "s" and len(fraction) <= 3 else "us"


def _iso(match: re.Match[str]) -> Instant:
    year, month, day, clock, zone = match.groups()
    if not clock:
        return _instant(f"{year}-{month}-{day}"), "day"
    zone = zone or "Z"
    if zone in ("UTC", "GMT", "z"):
        zone = "Z"
    us = _instant(f"{year}-{month}-{day}T{clock}{zone}")
    if len(clock) == 5:
        return us, "min"
    fraction = clock[9:]
    if not fraction.strip("0"):
        return us, "s"
    return us, "ms" if len(fraction) <= 3 else "us"


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeError("its time does not exist in the calendar") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _named(match: re.Match[str]) -> Instant:
    """Read `Thu Jun 07 06:36:05 +0000 2012`."""
    month, day, clock, zone, year = match.groups()
    place = MONTHS.find(month)
    if place % 3:
        raise TimeError("its time is not a date")
    return _instant(f"{year}-{place // 3 + 1:02}-{day}T{clock}{zone}"), "s"


def _month_first(match: re.Match[str]) -> bool:
    """Tell day from month by the value that cannot be a month."""
    first, second = int(match[1]), int(match[2])
    if first <= 12 and second <= 12 and first != second:
        raise TimeError("day and month of its time could be swapped")
    return first <= 12


def _slashed(match: re.Match[str], month_first: bool) -> Instant:
    first, second, year, hour, minute, seconds = match.groups()
    month, day = (first, second) if month_first else (second, first)
    date = f"{year}-{int(month):02}-{int(day):02}"
    if hour is None:
        return _instant(date), "day"
    us = _instant(f"{date}T{int(hour):02}:{minute}:{seconds or '00'}Z")
    return us, "s" if seconds else "min"
