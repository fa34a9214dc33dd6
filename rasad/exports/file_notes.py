"""What an import said of its files; what it said of several files is told once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_OPEN = 8
"""Notes on single files that are shown without being asked for."""


@dataclass(frozen=True, kw_only=True)
class FileNote:
    """A sentence, how many files it was said of, and the name of the first."""

    sentence: str
    n_files: int
    first: str


@dataclass(frozen=True, kw_only=True)
class FileNotes:
    """Notes on several files each, and notes on one file each, in the files' order."""

    shared: list[FileNote]
    single: list[FileNote]

    @property
    def folded(self) -> bool:
        """Whether the notes on single files would hide what comes after them."""
        return len(self.single) > MOST_OPEN


def file_notes(sources: Iterable[Mapping[str, Any]]) -> FileNotes:
    """Gather the notes of files, each sentence once.

    Parameters
    ----------
    sources : iterable of mappings
        Rows of table `source`; `notes` is a JSON list of sentences, or None.

    Examples
    --------
    >>> row = {"name": "a.csv", "notes": '["No times.", "Cut short."]'}
    >>> found = file_notes([row, {"name": "b.csv", "notes": '["No times."]'}])
    >>> [(note.sentence, note.n_files) for note in found.shared]
    [('No times.', 2)]
    >>> [(note.sentence, note.first) for note in found.single]
    [('Cut short.', 'a.csv')]
    """
    files: dict[str, list[str]] = {}
    for row in sources:
        for sentence in dict.fromkeys(json.loads(row["notes"] or "[]")):
            files.setdefault(str(sentence), []).append(row["name"])
    notes = [
        FileNote(sentence=sentence, n_files=len(names), first=names[0])
        for sentence, names in files.items()
    ]
    return FileNotes(
        shared=[note for note in notes if note.n_files > 1],
        single=[note for note in notes if note.n_files == 1],
    )
