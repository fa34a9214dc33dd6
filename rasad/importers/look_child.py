"""The child that says what a file is and how it is to be read, and may do nothing else.

It sees the list of an archive, the footer of a Parquet file and the first rows of each
table; none of them leaves it. What it tells is short and of fixed form: `Names`, then
for each file inside `Looked` or `Unreadable`, then `End`; `Failed` may take the place
of each. It lives as the child that makes records does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from rasad.errors import ImportFormatError, RasadError
from rasad.extend import Head, Sniff
from rasad.importers import IMPORTERS, recognise
from rasad.importers.child import answer, answering, failure
from rasad.importers.containers import check_readable
from rasad.importers.frames import End, Failed, Sentence, encode
from rasad.importers.limits import limited
from rasad.importers.reader import inspect, prepare, sheet_head
from rasad.importers.sheets import OPENING, Numbered, sheets
from rasad.importers.unpacking import (
    MOST_MEMBERS,
    Place,
    is_workbook,
    litter,
    members,
)
from rasad.schema import Record

MOST_COLUMNS = 1 << 20
"""Characters in the names of columns up to which they are told."""

MOST_RECORDS = 20
"""Records that may be asked for."""

MOST_ENTRIES = 2_000
"""Spans of a file among which they are looked for."""

Container = Literal["csv", "tsv", "jsonl", "json", "parquet", "workbook"]
Name = Annotated[str, msgspec.Meta(max_length=1 << 16)]


@dataclass(frozen=True)
class LookTask:
    """Which file is looked at, what somebody said of it, and within which limits.

    `member` names one file inside it, and is empty for the only one; None is for all.
    `names` asks for their names alone, `first` for so many records of each.
    """

    path: str
    member: str | None
    importer: str | None
    mapping: dict[str, str] | None
    memory: int
    seconds: int
    names: bool = False
    first: int = 0


class Names(msgspec.Struct, frozen=True, tag="names", array_like=True):
    """What is inside a file: one empty name where it is a file by itself.

    `passed` are files in it that systems put there, which nobody reads.
    """

    names: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=MOST_MEMBERS)]
    passed: Annotated[list[Name], msgspec.Meta(max_length=MOST_MEMBERS)] = []


class Looked(msgspec.Struct, frozen=True, tag="looked", array_like=True):
    """A file that can be read, and how; too many columns are left out.

    `first` holds as many of its first records as were asked for.
    """

    member: Name
    container: Container
    columns: list[str]
    importer: Sentence
    confidence: float
    evidence: list[Sentence]
    mapping: dict[Sentence, Sentence]
    warnings: Annotated[list[Sentence], msgspec.Meta(max_length=100)]
    first: Annotated[list[Record], msgspec.Meta(max_length=MOST_RECORDS)]


class Unreadable(msgspec.Struct, frozen=True, tag="unreadable", array_like=True):
    """A file that cannot be read, and why."""

    member: Name
    why: Failed


Message = Names | Looked | Unreadable | End | Failed


def main() -> None:
    """Read the task, limit this process for good, and answer."""
    task = LookTask(**json.loads(sys.stdin.buffer.read()))
    prepare(Path(task.path))
    with answering() as pipe:
        limited(task.memory, task.seconds)
        answer(messages(task), pipe)


def messages(task: LookTask) -> Iterator[bytes]:
    """Yield what there is to say about a file, in order."""
    path = Path(task.path)
    if is_workbook(path):
        yield from _of_workbook(path, task)
        return
    names = members(path) or [""]
    yield from _told(names, litter(path))
    count = 0
    for name in [] if task.names else _wanted(path, names, task.member, "files"):
        yield encode(_looked(path, name, task))
        count += 1
    yield encode(End(count))


def seen(
    path: Path,
    member: str = "",
    importer: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Head, Sniff]:
    """Look at a file that is no workbook, in this process.

    For the child, and for files of our own.
    """
    check_readable(path)
    head = inspect(path, member)
    return head, recognise(head, name=importer, mapping=mapping)


def _told(names: list[str], passed: list[str]) -> Iterator[bytes]:
    yield encode(Names(names, passed))


def _wanted(path: Path, names: list[str], member: str | None, what: str) -> list[str]:
    """Return which of the files inside are looked at."""
    if member is None:
        return names
    if not member and len(names) > 1:
        raise ImportFormatError(
            f"{path.name} has {len(names)} {what}",
            f"save one of them as CSV; rasad import reads all {what} of it",
        )
    if member and member not in names:
        raise ImportFormatError(
            f"{path.name} has no {what.removesuffix('s')} {member}", "give another"
        )
    return [member or names[0]]


def _of_workbook(path: Path, task: LookTask) -> Iterator[bytes]:
    """Yield the names of all sheets, and what the wanted ones are."""
    openings: dict[str, list[Numbered]] = {}
    for name, rows in sheets(path):
        kept = not task.names and task.member in (None, "", name)
        openings[name] = list(islice(rows, OPENING)) if kept else []
        if len(openings) > MOST_MEMBERS:
            raise ImportFormatError(
                f"{path.name} has more than {MOST_MEMBERS:,} sheets", "split it"
            )
    if not openings:
        raise ImportFormatError(f"{path.name} is empty", "give a filled workbook")
    yield from _told(list(openings), [])
    wanted = _wanted(path, list(openings), task.member, "sheets")
    for name in [] if task.names else wanted:
        yield encode(_looked(path, name, task, openings[name]))
    yield encode(End(0 if task.names else len(wanted)))


def _looked(
    path: Path, name: str, task: LookTask, opening: list[Numbered] | None = None
) -> Looked | Unreadable:
    """Say what one file is; what is wrong with it is no fault of those beside it."""
    try:
        if opening is None:
            head, sniff = seen(path, name, task.importer, task.mapping)
        else:
            head = sheet_head(Place(path, name), opening)
            sniff = recognise(head, name=task.importer, mapping=task.mapping)
    except RasadError as error:
        return Unreadable(name, failure(error))
    size = sum(map(len, head.columns))
    return Looked(
        head.member,
        head.container,  # type: ignore[arg-type]
        list(head.columns) if size <= MOST_COLUMNS else [],
        sniff.importer,
        sniff.confidence,
        list(sniff.evidence),
        dict(sniff.mapping),
        list(sniff.warnings),
        _first(head, sniff, task.first),
    )


def _first(head: Head, sniff: Sniff, most: int) -> list[Record]:
    """Return the first records of a file, no more of which is read."""
    if not most:
        return []
    entries = IMPORTERS.find(sniff.importer).read(head, sniff.mapping)
    outcomes = (entry.outcome for entry in islice(entries, MOST_ENTRIES))
    return list(islice((one for one in outcomes if isinstance(one, Record)), most))


if __name__ == "__main__":
    main()
