"""Large tables whose format knows how to read thousands of rows at once.

That needs compiled loops and Arrow, which take half a second to load: a small file is
read sooner without them, and a file in which quotes have backslashes always is.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from rasad.extend import Head, Importer
from rasad.importers.reader import layout_of
from rasad.importers.unpacking import Place, is_packed

if TYPE_CHECKING:
    from rasad.importers.large_tables import Reader

LARGE = 1 << 24
"""Bytes from which a table is large."""

PACKED = 4
"""How many times as large a packed file is, for this purpose."""


@runtime_checkable
class InColumns(Protocol):
    """An importer that can read thousands of rows at once."""

    def reader(self, head: Head) -> Reader:
        """Return how rows become records, many at once and one by one."""
        ...


def is_large(place: Place, importer: Importer) -> bool:
    """Tell whether a file is large enough, and the importer able."""
    if not isinstance(importer, InColumns):
        return False
    size = place.path.stat().st_size
    return size * (PACKED if is_packed(place.path) else 1) >= LARGE


def prepare(importer: Any) -> None:
    """Load and compile all that is needed, while that is still permitted."""
    import_module("rasad.importers.large_messages").rehearse(importer)


def messages_of(head: Head, importer: Any) -> Iterator[bytes] | None:
    """Return the messages about a large file, None if it cannot be read so."""
    layout = None if head.by_rows or head.items else layout_of(head)
    if layout is None or layout.backslash or layout.encoding != "utf-8":
        return None
    if not head.columns[-1] or not layout.delimiter.isascii():
        return None
    messages: Iterator[bytes] = import_module(
        "rasad.importers.large_messages"
    ).messages(head, importer.reader(head), layout)
    return messages
