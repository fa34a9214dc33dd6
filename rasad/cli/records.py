"""The first records of a file, for a person who says whether they are read right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from rasad.schema import Record
from rasad.terminal import complain, show_line, show_table

COLUMNS = ["time", "known to", "account", "handle", "kind", "target", "text", "holds"]
LONGEST = 60
"""Characters of a text that are shown."""

LISTS = ("links", "sites", "hashtags", "mentions", "objects")


def show_records(records: Sequence[Record], on_error: bool = False) -> None:
    """Print records as a table, on standard output or on that for errors."""
    if not records:
        (complain if on_error else show_line)("No post is among its first records.")
        return
    show_table("First records", list(map(_row, records)), COLUMNS, on_error)


def plain(record: Record) -> dict[str, Any]:
    """Return what a record holds, without the fields that it does not state."""
    fields = msgspec.structs.asdict(record)
    return {name: value for name, value in fields.items() if value is not None}


def _row(record: Record) -> dict[str, Any]:
    text = " ".join((record.text or "").split())
    held = [(name, getattr(record, name)) for name in LISTS]
    return {
        "time": _moment(record.created_at),
        "known to": record.precision,
        "account": record.account,
        "handle": record.handle,
        "kind": record.kind,
        "target": record.repost_of or record.quote_of or record.reply_to,
        "text": text if len(text) <= LONGEST else text[:LONGEST] + "…",
        "holds": ", ".join(f"{name} {len(some)}" for name, some in held if some),
    }


def _moment(microseconds: int) -> str:
    """Write a time; a count that is no date stays a number."""
    try:
        moment = datetime.fromtimestamp(microseconds / 1e6, UTC)
    except (OverflowError, OSError, ValueError):
        return str(microseconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}"
