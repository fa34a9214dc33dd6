"""From parts of a file to rows of the fact tables, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.extend import Reject, Trace
from rasad.importers.fact_tables import Located, as_table, fact_tables
from rasad.importers.parts import BLANK, HEADER, NOWHERE, RECORD, REJECT, Part
from rasad.importers.preview import safe_preview
from rasad.schema import columns
from rasad.schema.record_columns import RECORD_COLUMNS, columns_of

BATCH, BATCH_BYTES = 1 << 14, 32 << 20
"""Records, and bytes of memory that they take, after which a batch is full."""

NO_PLACES = np.empty(0, np.int64)


@dataclass
class Batch:
    """Parts of a file, their rejects as columns, and what the spans added up to.

    `spans` counts bytes by header, blank and record.
    """

    parts: list[Part] = field(default_factory=list)
    rejected: dict[str, list[Any]] = field(
        default_factory=lambda: {name: [] for name in columns("rejected")}
    )
    spans: dict[str, int] = field(
        default_factory=lambda: {"header": 0, "blank": 0, "record": 0}
    )
    records: int = 0
    bytes: int = 0
    ends_early: bool = False

    def add(self, part: Part) -> None:
        """Add the part that follows."""
        self.parts.append(part)
        sizes = np.bincount(part.what, part.bytes, minlength=BLANK + 1)
        self.spans["header"] += int(sizes[HEADER])
        self.spans["blank"] += int(sizes[BLANK])
        self.spans["record"] += int(sizes[RECORD] + sizes[REJECT])
        self.records += part.records.num_rows + len(part.rejects)
        self.bytes += part.records.nbytes
        for row, reject in zip(
            np.flatnonzero(part.what == REJECT), part.rejects, strict=True
        ):
            self._add_reject(part, int(row), reject)

    def _add_reject(self, part: Part, row: int, reject: Reject) -> None:
        self.ends_early |= reject.ends_early
        lists = self.rejected
        lists["line"].append(int(part.line[row]))
        lists["byte_start"].append(_byte(part.start[row]))
        lists["byte_end"].append(_byte(part.end[row]))
        lists["reason"].append(reject.reason)
        lists["preview"].append(safe_preview(reject.preview))

    def tables(
        self, source_id: str, traces: Mapping[str, Trace]
    ) -> dict[str, pa.Table]:
        """Return the rows of tables `post`, `account`, `action` and `rejected`.

        Posts and actions are not yet checked against what the case holds; of posts that
        are the same the first is there. An action carries the record it came from. Of
        an account only those descriptions are there that may be its newest. `stated`
        says of each post which fields its record holds.

        Parameters
        ----------
        source_id : str
            Id of the file.
        traces : mapping of str to Trace
            The traces whose objects become actions.
        """
        rejected = {"source_id": [source_id] * len(self.rejected["line"])}
        return {
            **fact_tables(self._located(), source_id, traces),
            "rejected": as_table("rejected", self.rejected | rejected),
        }

    def _located(self) -> Located:
        """Return the records of all parts in one, with their places."""
        records = pa.Table.from_batches(
            [part.records for part in self.parts], RECORD_COLUMNS
        ).combine_chunks()
        held = [part.what == RECORD for part in self.parts]
        line, start, end = (
            np.concatenate([NO_PLACES, *_chosen(self.parts, held, name)])
            for name in ("line", "start", "end")
        )
        nowhere = start == NOWHERE
        return Located(
            records.to_batches()[0] if records.num_rows else columns_of([]),
            pa.array(line),
            pa.array(start, mask=nowhere),
            pa.array(end, mask=nowhere),
        )


def _chosen(
    parts: list[Part], held: list[NDArray[np.bool_]], name: str
) -> list[NDArray[np.int64]]:
    return [getattr(part, name)[rows] for part, rows in zip(parts, held, strict=True)]


def _byte(place: Any) -> int | None:
    return None if place == NOWHERE else int(place)


def batches(parts: Iterable[Part]) -> Iterator[Batch]:
    """Gather the parts of one file into batches.

    Parameters
    ----------
    parts : iterable of Part
        All of the file.
    """
    batch = Batch()
    for part in parts:
        batch.add(part)
        if batch.records >= BATCH or batch.bytes >= BATCH_BYTES:
            yield batch
            batch = Batch()
    yield batch
