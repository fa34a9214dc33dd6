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
from rasad.errors import DiskFullError, EvidenceError
from rasad.store.files import disk_errors, sync_folder
from rasad.store.in_force import in_force
from rasad.store.room import give_up_ballast

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
        """Return the hashes of all evidence copies in force, each once."""
        bodies = (entry["body"] for entry in in_force(self.entries()))
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
        """Add one entry and return when it is on the disk.

        On a full disk it takes the place of the case's ballast.

        Raises
        ------
        DiskFullError, DiskFailedError
            If the disk cannot take it. It may have been written all the same.
        """
        line = _canonical(_next(self.entries(), event, body)) + b"\n"
        whole = sum(len(line) + 1 for line in self._lines())
        try:
            self._write(line, whole)
        except DiskFullError:
            if not give_up_ballast(self.path.parent):
                raise
            self._write(line, whole)

    def _write(self, line: bytes, at: int) -> None:
        """Put a line at a place, the end of the file, and see it onto the disk."""
        with disk_errors(self.path):
            with self.path.open("ab") as file:
                file.truncate(at)
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            if not at:
                sync_folder(self.path.parent)

    def _lines(self) -> list[bytes]:
        """Return the lines that end; a tail without an end was never acknowledged."""
        if not self.path.exists():
            return []
        return self.path.read_bytes().split(b"\n")[:-1]


def chained(entries: list[dict[str, Any]], event: str, body: dict[str, Any]) -> bytes:
    """Return a whole journal: entries, chained anew where need be, and one more.

    Parameters
    ----------
    entries : list of dict
        What a journal holds, oldest first.
    event, body : str, dict
        The entry that comes after them.
    """
    whole: list[dict[str, Any]] = []
    for entry in entries:
        linked = entry | {"previous": whole[-1]["hash"] if whole else FIRST}
        whole.append(linked | {"hash": _hash(linked)})
    whole.append(_next(whole, event, body))
    return b"".join(_canonical(entry) + b"\n" for entry in whole)


def _next(
    entries: list[dict[str, Any]], event: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Return the entry that follows others."""
    entry: dict[str, Any] = {
        "n": len(entries) + 1,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "version": __version__,
        "event": event,
        "body": body,
        "previous": entries[-1]["hash"] if entries else FIRST,
    }
    return entry | {"hash": _hash(entry)}


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
