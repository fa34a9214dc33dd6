"""What the browser extension Zeeschuimer saves, and what 4CAT makes of it as NDJSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rasad.extend import Entry, Head, Sniff
from rasad.importers.captures import (
    SUPPORT,
    Capture,
    Find,
    capture_entries,
    capture_warnings,
    found_in,
    inside,
    platform_name,
)
from rasad.importers.members import number_at, text_at
from rasad.importers.objects import are_most
from rasad.importers.optional_times import us_in
from rasad.schema import Item

PRIVATE = (
    "The file holds the browser and the addresses of whoever collected it. They are "
    "not imported; do not pass the file itself on."
)
META = "__import_meta"
MARKS = ("item_id", "nav_index", "timestamp_collected")


class Zeeschuimer:
    """Reads lines of the browser extension."""

    name = "zeeschuimer"
    title = "Zeeschuimer capture (NDJSON)"
    support = SUPPORT

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the envelope around each post."""
        return _sniff(self.name, head, captured, ("source_platform", "data", *MARKS))

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per line."""
        return capture_entries(head, captured)


class FourCatLines:
    """Reads posts that 4CAT took from Zeeschuimer."""

    name = "fourcat_ndjson"
    title = "4CAT export of a Zeeschuimer capture (NDJSON)"
    support = SUPPORT

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise what 4CAT adds to each post."""
        return _sniff(self.name, head, imported, (META,))

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per line."""
        return capture_entries(head, imported)


def captured(item: Item) -> Capture | None:
    """Return the post in an envelope, which is the line or stands around the item."""
    if _is_envelope(item.value):
        post = inside(item.value, "data") or {}
        return Capture(_platform(item.value), Item(post, (), {}), _seen(item.value))
    if _is_envelope(item.beside):
        whole = Item(item.value, (), {})
        return Capture(_platform(item.beside), whole, _seen(item.beside))
    return None


def _is_envelope(value: Any) -> bool:
    known = isinstance(value, Mapping) and "source_platform" in value
    return known and any(mark in value for mark in MARKS)


def imported(item: Item) -> Capture | None:
    """Return the post to which 4CAT has added the visit, without it."""
    for whole in (item.value, item.beside):
        visit = inside(whole, META)
        if visit is not None:
            post = {name: one for name, one in whole.items() if name != META}
            return Capture(_platform(visit), Item(post, (), {}), _seen(visit))
    return None


def _platform(around: Any) -> str:
    return platform_name(text_at(around, "source_platform"))


def _seen(around: Any) -> int | None:
    """Return when a post was captured; that names nobody."""
    return us_in(number_at(around, "timestamp_collected"))


def _sniff(
    name: str, head: Head, find: Find, evidence: tuple[str, ...]
) -> Sniff | None:
    found = found_in(head, find)
    if not are_most(found, head):
        return None
    return Sniff(
        importer=name,
        confidence=1.0,
        evidence=evidence,
        warnings=(PRIVATE, *capture_warnings(found)),
    )
