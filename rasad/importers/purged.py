"""What was purged from a case does not come back with another file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rasad.errors import EvidenceError
from rasad.extend import Entry
from rasad.importers.facts import post_id
from rasad.schema import Record
from rasad.store.in_force import Tombstones
from rasad.store.journal import Journal

POST = "post:"
"""What stands before the id of a post in the name of its tombstone."""


def unpurged(entries: Iterable[Entry], journal: Journal, name: str) -> Iterable[Entry]:
    """Pass entries on; refuse a file that brings back what was purged.

    Parameters
    ----------
    entries : iterable of Entry
        What an importer yields.
    journal : Journal
        Of the case that they are for.
    name : str
        What a person calls the file.

    Raises
    ------
    EvidenceError
        While it is iterated, if a record is of a purged account or is a purged post.
    """
    tombstones = Tombstones(journal.entries())
    return _checked(entries, tombstones, name) if tombstones else entries


def _checked(
    entries: Iterable[Entry], tombstones: Tombstones, name: str
) -> Iterator[Entry]:
    for entry in entries:
        if isinstance(entry.outcome, Record) and _is_purged(entry.outcome, tombstones):
            raise EvidenceError(
                f"Record {entry.line} of {name} belongs to what was purged from this "
                "case",
                "nothing was imported; take what was purged out of the file first",
            )
        yield entry


def _is_purged(record: Record, tombstones: Tombstones) -> bool:
    return tombstones.holds(record.account) or tombstones.holds(POST + post_id(record))
