"""Outages that people at Cloudflare Radar noted, as JSON or as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rasad.connectivity.parts import Event, EventKind, Scope, Yield
from rasad.connectivity.readers.form import (
    SECOND_US,
    Format,
    Reader,
    Row,
    UnreadableError,
    UnwantedError,
    country,
    moment,
    words,
)

SCOPES: dict[str, Scope] = {
    "NATIONWIDE": "national",
    "REGIONAL": "regional",
    "NETWORK": "network",
    "PLATFORM": "network",
}
ORDERED = "GOVERNMENT_DIRECTED"


class Annotations(Reader):
    """An annotation is one event for each country that it names."""

    def take(self, row: Row) -> Sequence[Yield]:
        """Return the events of one annotation."""
        begin = moment(row["startDate"])
        end = moment(row["endDate"]) if row.get("endDate") else None
        if end is not None and end < begin:
            raise UnreadableError("it ends before it begins")
        codes = [code for code in map(country, _list(row["locations"])) if code]
        if not codes:
            raise UnwantedError("it names no country")
        cause, extent = _outage(row, "outageCause"), _outage(row, "outageType")
        return [
            Event(
                country=code,
                area=words(row.get("scope"), 200),
                source="cloudflare-radar",
                kind=_kind(cause),
                started_us=begin,
                ended_us=end,
                exact_us=SECOND_US,
                status="ended" if end is not None else "unknown",
                scope=SCOPES.get(extent, ""),
                cause=words(cause.replace("_", " ").lower(), 100),
            )
            for code in sorted(set(codes))
        ]


def _kind(cause: str) -> EventKind:
    return "shutdown" if cause == ORDERED else "outage"


def _outage(row: Row, name: str) -> str:
    """Return a member of `outage`, which a table may name in its own way."""
    inside = row.get("outage")
    found = inside.get(name) if isinstance(inside, dict) else None
    for column in (f"outage.{name}", f"outage_{name}", name):
        found = found or row.get(column)
    return str(found or "").strip().upper()


def _list(value: Any) -> list[str]:
    """Return a list of codes, which a table writes in one cell."""
    if isinstance(value, list):
        return [str(one) for one in value]
    text = str(value or "").strip()
    if text.startswith("["):
        found = json.loads(text.replace("'", '"'))
        return [str(one) for one in found]
    return text.replace(";", ",").replace("|", ",").replace(" ", ",").split(",")


FORMATS = (
    Format(
        name="cloudflare-outages",
        title="Cloudflare Radar, outages",
        kind="document",
        paths=(("result", "annotations", "*"), ("annotations", "*")),
        keys=("startDate", "locations", "eventType"),
        reader=Annotations,
        provisional=True,
    ),
    Format(
        name="cloudflare-outages-table",
        title="Cloudflare Radar, outages as a table",
        kind="table",
        columns=("startDate", "endDate", "locations", "eventType"),
        reader=Annotations,
        provisional=True,
    ),
)
