"""Shutdowns on Access Now's list, from any of the five schemas of its workbooks.

The schemas are those of the sheets 2016 to 2018, 2019, 2020, 2021 and 2022. Names of
columns differ in case and in blanks, and end dates are numbers, words or nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from rasad.connectivity.country_names import code_of
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.parts import Event, EventKind, Scope, Status, Yield
from rasad.connectivity.readers.form import (
    Format,
    Reader,
    Row,
    UnreadableError,
    UnwantedError,
    moment,
    plausible,
    words,
)

COLUMNS = ("start_date", "end_date", "country", "area_name", "geo_scope")

SERVICES = ("facebook", "twitter", "whatsapp", "instagram", "telegram")
OTHERS = ("other_affected", "other_service_details (specify)", "service_details")
"""Columns that name services, by the schema."""

YES = ("yes", "1", "1.0", "true")

EPOCH_DAY = 25_569
"""The number of the first day of 1970 in a spreadsheet."""

_DAYS = re.compile(r"[2-7][0-9]{4}(\.[0-9]+)?")
"""A day that lost its format and is a number now."""

_NATIONAL = re.compile(
    r"^(near )?(nation ?w|national(?! capital)|country ?-?wide|entire country)"
    r"|\b(nationwide|whole country|entire country)\b"
)

SCOPES: tuple[tuple[str, Scope], ...] = (
    ("national", "national"),
    ("more than one state", "regional"),
    ("more than one city", "regional"),
    ("regional", "regional"),
    ("level 3", "regional"),
    ("level 2", "regional"),
    ("one city", "local"),
    ("local", "local"),
    ("level 1", "local"),
)
"""How far a shutdown went, by what column `geo_scope` holds, the first that fits."""


class Shutdowns(Reader):
    """A row is an event, to the day."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the event of a row."""
        cells = {_plain(name): value for name, value in row.items()}
        if not {"start_date", "country"} <= set(cells):
            raise UnwantedError("its sheet has no columns of events")
        name = words(cells["country"], 100)
        if not name:
            raise UnreadableError("it names no country")
        begin = _day(cells["start_date"])
        end, status = _end(cells, begin)
        scope = _scope(cells)
        return [
            Event(
                country=code_of(name) or name,
                area="" if scope == "national" else words(cells.get("area_name")),
                source="access-now",
                kind=_kind(cells),
                started_us=begin,
                ended_us=end,
                exact_us=DAY_US,
                status=status,
                scope=scope,
                cause=words(cells.get("actual_cause"), 100).lower(),
                services=_services(cells),
                record=_digest(cells),
            )
        ]


def _digest(cells: Row) -> str:
    """Return what tells a row from another one that says the same about the event."""
    told = "\n".join(f"{name}\t{cells[name]}" for name in sorted(cells))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16]


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def _lower(cells: Row, *names: str) -> str:
    """Return the first of some columns that holds something, in small letters."""
    found = (" ".join(str(cells.get(name) or "").lower().split()) for name in names)
    return next((text for text in found if text), "")


def _day(value: Any) -> int:
    """Return the moment at which a day begins, by UTC: the list tells no clock."""
    text = str(value or "").strip()
    if _DAYS.fullmatch(text):
        return plausible((int(text.partition(".")[0]) - EPOCH_DAY) * DAY_US)
    return moment(text) // DAY_US * DAY_US


def _end(cells: Row, begin: int) -> tuple[int | None, Status]:
    """Return the moment after the last day, if it is known and not before the first."""
    written = _lower(cells, "end_date")
    if "ongoing" in (written, _lower(cells, "shutdown_status")):
        return None, "ongoing"
    try:
        end = _day(written) + DAY_US
    except UnreadableError:
        return None, "unknown"
    return (end, "ended") if end > begin else (None, "unknown")


def _kind(cells: Row) -> EventKind:
    extent = _lower(
        cells, "shutdown_extent", "full or service-based", "shutdown_type_group"
    )
    form = _lower(cells, "shutdown_type", "shutdown_type_new")
    throttled = "throttl" in f"{form} {extent}"
    if throttled and "shutdown" not in form and "full" not in extent:
        return "throttle"
    if throttled and form == "throttle":
        return "throttle"
    only = "service" in extent and "full" not in extent
    return "block" if only else "shutdown"


def _scope(cells: Row) -> Scope:
    area, told = _lower(cells, "area_name"), _lower(cells, "geo_scope")
    if _NATIONAL.search(area):
        return "national"
    return next((scope for text, scope in SCOPES if text in told), "")


def _services(cells: Row) -> tuple[str, ...]:
    """Return the services that were blocked, where not all were."""
    if _kind(cells) == "shutdown":
        return ()
    named = [name for name in SERVICES if _lower(cells, f"{name}_affected") in YES]
    others = re.split(r",|;|\band\b", _lower(cells, *OTHERS))
    found = [*named, *(words(other, 60) for other in others)]
    return tuple(sorted({one for one in found if one}))[:50]


FORMATS = (
    Format(
        name="access-now",
        title="Access Now, shutdowns",
        kind="workbook",
        columns=COLUMNS,
        reader=Shutdowns,
    ),
    Format(
        name="access-now-table",
        title="Access Now, shutdowns as a table",
        kind="table",
        columns=COLUMNS,
        reader=Shutdowns,
    ),
)
