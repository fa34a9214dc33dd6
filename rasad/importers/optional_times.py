"""Times that a record can do without: what cannot be read is not stated."""

from __future__ import annotations

from collections.abc import Iterable

from rasad.importers.times import Instant, TimeError, clock_for, read_time


def instant_in(text: str | None) -> Instant | None:
    """Return the time that a text states and its precision, None where it states none.

    Examples
    --------
    >>> instant_in("2024-03-01"), instant_in("long ago"), instant_in(None)
    ((1709251200000000, 'day'), None, None)
    """
    try:
        return read_time(text) if text else None
    except TimeError:
        return None


def us_in(text: str | None) -> int | None:
    """Return the time that a text states, in microseconds since 1970 UTC, or None.

    Examples
    --------
    >>> us_in("Thu Jun 07 06:36:05 +0000 2012"), us_in("long ago")
    (1339050965000000, None)
    """
    found = instant_in(text)
    return None if found is None else found[0]


def clock_remarks(column: str, cells: Iterable[str | None]) -> tuple[str, ...]:
    """Return what is to be said of a column's times; nothing where it has none."""
    try:
        return clock_for(cells).sentences(column)
    except TimeError:
        return ()
