"""Records whose names were replaced by pseudonyms before a case got them.

Rasad writes these files itself, when a person imports at a level of privacy: a line is
a record, and nothing else of the file that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.objects import WHOLE, are_most, object_entries, refused
from rasad.schema import Item, Record

MARK = "pseudonymous_record"
"""The one member of each line, which holds the record."""

NO_RECORD = "not a record with pseudonyms"


class HiddenRecords:
    """Reads records with pseudonyms, as `rasad import --privacy` writes them."""

    name = "rasad_pseudonyms"
    title = "records with pseudonyms, written by Rasad"
    support = (
        "It has the actions of the posts under pseudonyms: who is who, and at the "
        "level share what was said, cannot be seen."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise lines that hold one record each."""
        found = [item for item in head.items if _held(item.value) is not None]
        if not are_most(found, head):
            return None
        return Sniff(importer=self.name, confidence=1.0, evidence=(MARK,))

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per line."""
        return object_entries(head, _record, WHOLE)


def written(record: Record) -> bytes:
    """Return a record as a line.

    Examples
    --------
    >>> one = Record(account="x:a", platform="x", created_at=5, precision="s",
    ...     raw_time="")
    >>> written(one)[:51]
    b'{"pseudonymous_record":{"account":"x:a","platform":'
    """
    stated = {
        name: value
        for name, value in msgspec.structs.asdict(record).items()
        if value is not None
    }
    return msgspec.json.encode({MARK: stated}) + b"\n"


def _held(value: Any) -> Any:
    return value.get(MARK) if isinstance(value, Mapping) else None


def _record(item: Item) -> Record | Reject:
    try:
        return msgspec.convert(_held(item.value), Record)
    except msgspec.ValidationError:
        return refused(NO_RECORD, item)
