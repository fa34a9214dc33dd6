"""How a column of times is written, decided once from its first values.

A time without a zone is read as UTC, and the report says so. What cannot be decided
(day and month that could be swapped, spreadsheet day numbers) is refused.

Notes
-----
The precision of a column is the finest unit in which its first values are written;
with at least 50 values it is coarsened to the longest unit that divides all of them
(all seconds zero: minutes). A later value that does not fit is given its own, finer
precision, and one written without seconds or without time of day its own, coarser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from rasad.schema import PRECISION_US, PRECISIONS, Precision

ENOUGH = 50
"""Values from which zeros at the end are taken for a rounded column."""

SHARE = 0.9
"""Share of the first values that must be written in one way."""

FIRST_US = 31_536_000_000_000
LAST_US = 4_133_980_799_999_999
"""From 1971 to 2100: outside, a number is no time and a time is a mistake."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHIFT = {"s": 6, "ms": 3, "us": 0, "ns": -3}
UNIT_NAMES = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?")
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


class TimeError(ValueError):
    """A cell or column cannot be read as a time; its text says why."""


@dataclass(frozen=True)
class Clock:
    """Reads the times of one column.

    Parameters
    ----------
    form : str
        What the column holds, for people.
    parse : callable
        Turns a cell into microseconds and the unit in which it is written.
    precision : str
        Precision of the column.
    naive : bool
        The times have no zone and are read as UTC.
    bounded : bool
        Times before 1971 and after 2100 are refused.
    """

    form: str
    parse: Callable[[str], Instant]
    precision: Precision
    naive: bool = False
    bounded: bool = True

    def read(self, text: str) -> Instant:
        """Return microseconds since 1970 UTC and the precision of one cell.

        Raises
        ------
        TimeError
            If it is written in another way, or is no plausible time.
        """
        us, written = self.parse(text)
        if self.bounded and not FIRST_US <= us <= LAST_US:
            raise TimeError("its time lies before 1971 or after 2100")
        precision = self.precision
        if us % PRECISION_US[precision]:
            precision = _longest_unit([us])
        if PRECISION_US[written] > PRECISION_US[precision] and written in _WRITTEN_OUT:
            precision = written
        return us, precision

    def sentences(self, column: str) -> tuple[str, ...]:
        """Return what the import report should say about this column."""
        said = []
        if self.form.endswith("since 1970"):
            said.append(f"Column {column} holds {self.form}.")
        if self.naive:
            said.append(f"Times in column {column} have no zone and are read as UTC.")
        if PRECISION_US[self.precision] > PRECISION_US["s"]:
            unit = {"min": "minute"}.get(self.precision, self.precision)
            said.append(f"Times in column {column} are given to the {unit} only.")
        return tuple(said)


_WRITTEN_OUT = ("min", "day")
"""Units that are seen in the writing: no seconds, or no time of day."""


def clock_for(cells: Iterable[str | None], form: str | None = None) -> Clock:
    """Decide how a column of times is written.

    Parameters
    ----------
    cells : iterable of str or None
        Its first values.
    form : {"seconds", "month first"}, optional
        Where a format fixes what numbers, or numbers between slashes, mean. Seconds
        may then count from anywhere.

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
    >>> clock_for(["2015-05-25 12:38", "2015-05-25 12:39"]).precision
    'min'
    >>> clock_for(["1629589836000"]).form
    'milliseconds since 1970'
    """
    texts = [cell.strip() for cell in cells if cell and cell.strip()]
    if not texts:
        raise TimeError("it is empty")
    if form == "seconds" and _share(_NUMBER, texts) >= SHARE:
        return _settled("seconds", _reader("s"), texts, bounded=False)
    if form == "month first" and _share(_PARTS, texts) >= SHARE:
        return _settled("month/day/year", _slashed(0, 1), texts)
    if _share(_NUMBER, texts) >= SHARE:
        return _numbers(texts)
    if _share(_ISO, texts) >= SHARE:
        return _dates(texts)
    if _share(_NAMED, texts) >= SHARE:
        return _settled("Twitter's dates", _named, texts)
    if _share(_PARTS, texts) >= SHARE:
        return _slashes(texts)
    raise TimeError("its values are not written as times")


def _share(pattern: re.Pattern[str], texts: list[str]) -> float:
    return sum(bool(pattern.fullmatch(text)) for text in texts) / len(texts)


def _settled(
    form: str,
    parse: Callable[[str], Instant],
    texts: list[str],
    naive: bool = False,
    bounded: bool = True,
) -> Clock:
    read = list(_readable(parse, texts))
    if not read:
        raise TimeError("its values are not written as times")
    precision = min((written for _, written in read), key=PRECISION_US.__getitem__)
    if len(read) >= ENOUGH:
        longest = _longest_unit([us for us, _ in read])
        precision = max(precision, longest, key=PRECISION_US.__getitem__)
    return Clock(form, parse, precision, naive, bounded)


def _readable(
    parse: Callable[[str], Instant], texts: Iterable[str]
) -> Iterable[Instant]:
    for text in texts:
        try:
            yield parse(text)
        except TimeError:
            continue


def _longest_unit(instants: list[int]) -> Precision:
    """Return the longest unit that divides all of some times."""
    for unit in reversed(PRECISIONS):
        step = PRECISION_US[unit]
        if all(us % step == 0 for us in instants):
            return unit  # type: ignore[return-value]
    return "us"


# --- numbers -------------------------------------------------------------------------


def _numbers(texts: list[str]) -> Clock:
    """Tell seconds, milliseconds, microseconds and nanoseconds by their range."""
    units = Counter(_unit(text) for text in texts if _NUMBER.fullmatch(text))
    unit, count = units.most_common(1)[0]
    if unit is None:
        days = [text for text in texts if 20_000 <= _whole(text) <= 80_000]
        if len(days) >= SHARE * len(texts):
            raise TimeError(
                "it holds the day numbers of a spreadsheet; format the column as "
                "YYYY-MM-DD HH:MM:SS and save again"
            )
        raise TimeError("its numbers are no seconds since 1970")
    if count < SHARE * len(texts):
        raise TimeError("it mixes units of time")
    return _settled(f"{UNIT_NAMES[unit]} since 1970", _reader(unit), texts)


def _whole(text: str) -> int:
    return int(text.partition(".")[0]) if _NUMBER.fullmatch(text) else -1


def _unit(text: str) -> str | None:
    """Return the unit in which a number is a time from 1971 to 2100."""
    whole = _whole(text)
    for unit, shift in SHIFT.items():
        us = whole * 10**shift if shift >= 0 else whole // 10**-shift
        if FIRST_US <= us <= LAST_US:
            return unit
    return None


def _reader(unit: str) -> Callable[[str], Instant]:
    """Return a reader of numbers that never rounds."""
    shift = SHIFT[unit]
    scale = 10 ** max(shift, 0)
    written: Precision = "us" if unit == "ns" else unit  # type: ignore[assignment]

    def read(text: str) -> Instant:
        if not _NUMBER.fullmatch(text := text.strip()):
            raise TimeError(f"its time is not a number of {UNIT_NAMES[unit]}")
        whole, _, fraction = text.partition(".")
        if not fraction.strip("0") or shift <= 0:
            us = int(whole) * scale
            return (us if shift >= 0 else us // 10**-shift), written
        part = int((fraction + "000000")[:shift])
        us = int(whole) * scale + (-part if text[0] == "-" else part)
        return us, "ms" if unit == "s" and len(fraction) <= 3 else "us"

    return read


# --- dates ---------------------------------------------------------------------------


def _dates(texts: list[str]) -> Clock:
    found = [match for match in map(_ISO.fullmatch, texts) if match]
    old = sum(1300 <= int(match[1]) <= 1500 for match in found)
    if old >= SHARE * len(found):
        raise TimeError(
            "its years belong to the Solar or Lunar Hijri calendar; convert them to "
            "Gregorian dates"
        )
    naive = any(match[4] and not match[5] for match in found)
    return _settled("dates", read_iso, texts, naive=naive)


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
    year, month, day, clock, zone = match.groups()
    if not clock:
        return _instant(f"{year}-{month}-{day}"), "day"
    zone = zone or "Z"
    if zone in ("UTC", "GMT", "z"):
        zone = "Z"
    us = _instant(f"{year}-{month}-{day}T{clock}{zone}")
    if len(clock) == 5:
        return us, "min"
    fraction = len(clock) - 9
    return us, "s" if fraction < 1 else "ms" if fraction <= 3 else "us"


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeError("its time does not exist in the calendar") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _named(text: str) -> Instant:
    """Read `Thu Jun 07 06:36:05 +0000 2012`."""
    match = _NAMED.fullmatch(text.strip())
    place = MONTHS.find(match[1]) if match else -1
    if not match or place % 3:
        raise TimeError("its time is not a date")
    _, day, clock, zone, year = match.groups()
    return _instant(f"{year}-{place // 3 + 1:02}-{day}T{clock}{zone}"), "s"


def _slashes(texts: list[str]) -> Clock:
    """Tell day from month by values that cannot be a month."""
    found = [match for match in map(_PARTS.fullmatch, texts) if match]
    first_is_day = any(int(match[1]) > 12 for match in found)
    second_is_day = any(int(match[2]) > 12 for match in found)
    if first_is_day == second_is_day:
        raise TimeError(
            "day and month cannot be told apart; write the times as YYYY-MM-DD HH:MM:SS"
        )
    if first_is_day:
        return _settled("day/month/year", _slashed(1, 0), texts, naive=True)
    return _settled("month/day/year", _slashed(0, 1), texts, naive=True)


def _slashed(month: int, day: int) -> Callable[[str], Instant]:
    """Return a reader of dates with month and day at the given places."""

    def read(text: str) -> Instant:
        match = _PARTS.fullmatch(text.strip())
        if not match:
            raise TimeError("its time is not a date between slashes")
        parts = match.groups()
        date = f"{parts[2]}-{int(parts[month]):02}-{int(parts[day]):02}"
        if parts[3] is None:
            return _instant(date), "day"
        us = _instant(f"{date}T{int(parts[3]):02}:{parts[4]}:{parts[5] or '00'}Z")
        return us, "s" if parts[5] else "min"

    return read
