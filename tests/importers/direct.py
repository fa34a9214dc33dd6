"""Reading a file with one importer, whether or not it is registered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasad.extend import Entry, Importer, Reject, check_importer
from rasad.importers.reader import inspect
from rasad.schema import Record


class Direct:
    """All that one importer gave of a file, each byte of which is in one span."""

    def __init__(self, importer: Importer, path: Path) -> None:
        self.head = inspect(path)
        sniff = importer.sniff(self.head)
        assert sniff is not None, "not recognised"
        self.sniff = sniff
        check_importer(importer, self.head, sniff.mapping)
        self.entries: list[Entry] = list(importer.read(self.head, sniff.mapping))
        outcomes = [entry.outcome for entry in self.entries]
        self.records = [one for one in outcomes if isinstance(one, Record)]
        self.rejects = [one for one in outcomes if isinstance(one, Reject)]
        if self.entries[0].byte_start is not None:
            sizes = [entry.byte_end - entry.byte_start for entry in self.entries]  # type: ignore[operator]
            assert sum(sizes) == path.stat().st_size

    @property
    def record(self) -> Record:
        """The only record."""
        (record,) = self.records
        return record

    @property
    def reasons(self) -> list[str]:
        """Why records were rejected."""
        return [reject.reason for reject in self.rejects]

    def says(self, words: str) -> bool:
        """Tell whether one of the warnings holds some words."""
        return any(words in sentence for sentence in self.sniff.warnings)


def lines(values: Iterable[Any]) -> str:
    """Write values as JSON, one a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)
