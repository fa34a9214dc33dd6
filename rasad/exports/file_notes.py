"""What an import said of its files; what it said of many of them is told once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NUMBER = re.compile(r"\d[\d,.]*")

IN_ONE_LINE = 3
"""Files that are all named before one sentence that is the same for them."""


@dataclass(frozen=True)
class FileNote:
    """A sentence on a file."""

    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Sentences, one on each of several files, that differ in nothing but numbers.

    `others` are those after the first, as many as are listed of `n_files` - 1; `same`
    says that all have the numbers of the first too.
    """

    first: FileNote
    others: list[FileNote]
    n_files: int
    same: bool

    @property
    def names(self) -> list[str]:
        """Names of the files that the first sentence is printed for."""
        beside = self.others if self.same and self.n_files <= IN_ONE_LINE else []
        return [self.first.name, *(note.name for note in beside)]

    @property
    def folded(self) -> int:
        """How many files are told of below the first sentence."""
        return self.n_files - len(self.names)


@dataclass(frozen=True, kw_only=True)
class FileNotes:
    """What was said of files; `n_left_out` more remarks are not listed."""

    remarks: list[Remark]
    n_left_out: int


def file_notes(sources: Iterable[Mapping[str, Any]], most: int) -> FileNotes:
    """Gather the notes of all files, by what they say, in the order they were made.

    Parameters
    ----------
    sources : iterable of mappings
        Rows of table `source`; `notes` is a JSON list of sentences, or None.
    most : int
        Remarks to list, and files to list for each.

    Examples
    --------
    >>> row = {"name": "a.csv", "notes": '["3 of 9 times are odd.", "Cut short."]'}
    >>> other = {"name": "b.csv", "notes": '["4 of 7 times are odd."]'}
    >>> for remark in file_notes([row, other], 40).remarks:
    ...     print(remark.n_files, remark.same, remark.first.sentence)
    2 False 3 of 9 times are odd.
    1 True Cut short.
    """
    kinds: dict[tuple[str, int], list[FileNote]] = {}
    for row in sources:
        of_file: Counter[str] = Counter()
        for sentence in dict.fromkeys(json.loads(row["notes"] or "[]")):
            kind = NUMBER.sub("#", str(sentence))
            # A second sentence of a kind on one file is no second file.
            key, note = (kind, of_file[kind]), FileNote(row["name"], str(sentence))
            kinds.setdefault(key, []).append(note)
            of_file[kind] += 1
    remarks = [_remark(notes, most) for notes in kinds.values()]
    left_out = max(len(remarks) - most, 0)
    return FileNotes(remarks=remarks[:most], n_left_out=left_out)


def _remark(notes: list[FileNote], most: int) -> Remark:
    sentences = {note.sentence for note in notes}
    others = notes[1 : most + 1]
    same = len(sentences) == 1
    return Remark(first=notes[0], others=others, n_files=len(notes), same=same)
