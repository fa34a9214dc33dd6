"""What was done to a case: append-only, hash-chained, on the disk before it counts.

Each line is one JSON object that carries the hash of the line before it. The journal
never holds account names or texts, only hashes, counts and what a person chose.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from rasad import __version__
from rasad.errors import EvidenceError
from rasad.store.files import disk_errors

FIRST = "0" * 64
"""What stands for the line before the first."""


class Journal:
    """The journal of one case.

    Parameters
    ----------
    path : pathlib.Path
        The file; it is made by the first `append`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(Path(folder, "journal.jsonl"))
    ...     journal.append("import", {"source_id": "ab"})
    ...     [entry["event"] for entry in journal.entries()]
    ['import']
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def told(self, name: str) -> list[Any]:
        """Return what entries say under a name, in their order."""
        bodies = (entry["body"] for entry in self.entries())
        return [body[name] for body in bodies if name in body]

    def copies(self) -> list[str]:
        """Return the hashes of all evidence copies that entries name, each once."""
        bodies = (entry["body"] for entry in self.entries())
        named = (body.get("evidence", body.get("source_id")) for body in bodies)
        return list(dict.fromkeys(copy for copy in named if copy))

    def entries(self) -> list[dict[str, Any]]:
        """Return all entries, oldest first.

        A last line that a power cut left half-written was never acknowledged and is
        left out.

        Raises
        ------
        EvidenceError
            If a line was changed, removed, added or moved.
        """
        previous, entries = FIRST, []
        for number, line in enumerate(self._lines(), 1):
            entry = _read(line, previous)
            if entry is None:
                raise EvidenceError(
                    f"Line {number} of the journal is not what was written",
                    "restore journal.jsonl from a copy; nothing was changed",
                )
            previous = entry["hash"]
            entries.append(entry)
        return entries

    def append(self, event: str, body: dict[str, Any]) -> None:
        """Add one entry and return when it is on the disk."""
        entries = self.entries()
        entry: dict[str, Any] = {
            "n": len(entries) + 1,
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "version": __version__,
            "event": event,
            "body": body,
            "previous": entries[-1]["hash"] if entries else FIRST,
        }
        entry["hash"] = _hash(entry)
        whole = sum(len(line) + 1 for line in self._lines())
        with disk_errors(self.path), self.path.open("ab") as file:
            file.truncate(whole)
            file.write(_canonical(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> list[bytes]:
        """Return the lines that end; a tail without an end was never acknowledged."""
        if not self.path.exists():
            return []
        return self.path.read_bytes().split(b"\n")[:-1]


def _canonical(entry: dict[str, Any]) -> bytes:
    return json.dumps(
        entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def _hash(entry: dict[str, Any]) -> str:
    rest = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(_canonical(rest)).hexdigest()


def _read(line: bytes, previous: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or entry.get("previous") != previous:
        return None
    return entry if entry.get("hash") == _hash(entry) else None
