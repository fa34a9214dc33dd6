"""Dates as listening services write them: months by name, the time beside the day."""

from __future__ import annotations

import re

from rasad.importers.times import MONTHS, Instant, TimeError, read_time

_DAY = re.compile(r"([0-9]{1,2})[- ]([A-Z][a-z]{2})[- ]([0-9]{4}|[0-9]{2})")
_CLOCK = re.compile(
    r"(?:(.*[0-9])[ ,]+)?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? ?([AaPp][Mm])?"
)


def read_date(date: str, time: str | None = None) -> Instant:
    """Read a date such as `10-May-2021`, with the time of day in or beside it.

    Examples
    --------
    >>> read_date("10-May-21", "11:59 PM") == read_time("2021-05-10 23:59")
    True
    """
    clock = _CLOCK.fullmatch(date.strip())
    day = (clock[1] if clock and clock[1] else date).strip()
    if clock is None:
        clock = _CLOCK.fullmatch((time or "").strip())
    found = _DAY.fullmatch(day)
    if found:
        day = _iso_day(found)
    elif not (clock and clock[5]) and _CLOCK.fullmatch(date.strip()):
        return read_time(date)
    midnight, precision = read_time(day)
    if clock is None or precision != "day":
        return midnight, precision
    return midnight + _since_midnight(clock), "s" if clock[4] else "min"


def _iso_day(found: re.Match[str]) -> str:
    place = MONTHS.find(found[2])
    if place % 3:
        raise TimeError("its time is not a date")
    year = found[3] if len(found[3]) == 4 else "20" + found[3]
    return f"{year}-{place // 3 + 1:02}-{int(found[1]):02}"


def _since_midnight(clock: re.Match[str]) -> int:
    hour, minute, second = int(clock[2]), int(clock[3]), int(clock[4] or 0)
    if clock[5]:
        hour = hour % 12 + (12 if clock[5].lower() == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise TimeError("its time does not exist in the calendar")
    return ((hour * 60 + minute) * 60 + second) * 1_000_000
