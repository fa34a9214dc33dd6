"""What was purged from a case does not come back with another file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.errors import EvidenceError
from rasad.importers.parts import RECORD, Part
from rasad.importers.record_names import post_ids
from rasad.schema.record_columns import Columns
from rasad.store.in_force import Tombstones
from rasad.store.journal import Journal

POST = "post:"
"""What stands before the id of a post in the name of its tombstone."""


def unpurged(
    parts: Iterable[Part], journal: Journal, row: Mapping[str, Any]
) -> Iterable[Part]:
    """Pass parts on; refuse a file that brings back what was purged.

    Parameters
    ----------
    parts : iterable of Part
        All of a file.
    journal : Journal
        Of the case that they are for.
    row : dict
        Id and name of the source, as in table `source`.

    Raises
    ------
    EvidenceError
        If the source was purged itself; and while it is iterated, if a record is of a
        purged account or time, or is a purged post.
    """
    tombstones = Tombstones(journal.entries())
    if row["source_id"] in tombstones.sources:
        raise EvidenceError(
            f"{row['name']} was purged from this case",
            "nothing was imported; import it into another case",
        )
    return _checked(parts, tombstones, row["name"]) if tombstones else parts


def _checked(
    parts: Iterable[Part], tombstones: Tombstones, name: str
) -> Iterator[Part]:
    for part in parts:
        for row in np.flatnonzero(part.what == RECORD)[_purged(part, tombstones)]:
            raise EvidenceError(
                f"Record {part.line[row]} of {name} belongs to what was purged from "
                "this case",
                "nothing was imported; take what was purged out of the file first",
            )
        yield part


def _purged(part: Part, tombstones: Tombstones) -> NDArray[np.bool_]:
    """Tell of each record whether it was purged, by account, post or time."""
    columns = Columns(part.records)
    posts = [POST + post for post in post_ids(columns).to_pylist()]
    editions = [POST + (one or "") for one in part.records["edition"].to_pylist()]
    named = zip(part.records["account"].to_pylist(), posts, editions, strict=True)
    then = map(tombstones.of_then, part.records["created_at"].to_pylist())
    return np.array(
        [
            old or any(map(tombstones.holds, names))
            for old, names in zip(then, named, strict=True)
        ],
        np.bool_,
    )
