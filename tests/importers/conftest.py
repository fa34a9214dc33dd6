"""Files made by the tests, never copied from real ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rasad.extend import Entry, Head, Reject, check_importer
from rasad.importers import IMPORTERS, recognise
from rasad.importers.reader import inspect
from rasad.schema import Record

Write = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    """Write bytes, text or rows into a file and return its path."""

    def write(content: bytes | str | Sequence[Sequence[str]], name: str = "a") -> Path:
        if not isinstance(content, bytes | str):
            buffer = io.StringIO(newline="")
            csv.writer(buffer).writerows(content)
            content = buffer.getvalue()
        if isinstance(content, str):
            content = content.encode()
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


class Read:
    """All that reading one file gave."""

    def __init__(self, path: Path, mapping: dict[str, str] | None = None) -> None:
        self.head: Head = inspect(path)
        self.sniff = recognise(self.head, mapping=mapping)
        importer = IMPORTERS.find(self.sniff.importer)
        check_importer(importer, self.head, self.sniff.mapping)
        self.entries: list[Entry] = list(importer.read(self.head, self.sniff.mapping))
        outcomes = [entry.outcome for entry in self.entries]
        self.records = [one for one in outcomes if isinstance(one, Record)]
        self.rejects = [one for one in outcomes if isinstance(one, Reject)]


@pytest.fixture
def read() -> type[Read]:
    """Inspect, recognise, check the contract and read a file."""
    return Read
