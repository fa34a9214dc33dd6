"""Reading a file with one importer, whatever else would recognise it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rasad.extend import Entry, Head, Importer, Reject, Sniff, check_importer
from rasad.importers.reader import inspect
from rasad.schema import Record

EPOCH_MS = 1_288_834_974_657
MOMENT_MS = 1_500_000_012_345
"""2017-07-14 02:40:12.345 UTC."""


def snowflake(ms: int = MOMENT_MS, low: int = 7) -> str:
    return str((ms - EPOCH_MS << 22) + low)


def lines(*values: Any) -> str:
    """Write one JSON value per line."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


class Reading:
    """All that reading one file with one importer gave; every byte is accounted for."""

    def __init__(self, importer: Importer, path: Path) -> None:
        self.head: Head = inspect(path)
        sniff = importer.sniff(self.head)
        assert sniff is not None
        assert sniff.importer == importer.name
        self.sniff: Sniff = sniff
        check_importer(importer, self.head, sniff.mapping)
        self.entries: list[Entry] = list(importer.read(self.head, sniff.mapping))
        outcomes = [entry.outcome for entry in self.entries]
        self.records = [one for one in outcomes if isinstance(one, Record)]
        self.rejects = [one for one in outcomes if isinstance(one, Reject)]
        self.reasons = [one.reason for one in self.rejects]
        self._check_bytes(path)

    def _check_bytes(self, path: Path) -> None:
        at = 0
        for entry in self.entries:
            assert entry.byte_start == at
            assert entry.byte_end is not None
            at = entry.byte_end
        assert at == path.stat().st_size

    @property
    def record(self) -> Record:
        (record,) = self.records
        assert self.rejects == []
        return record
