"""What a file is and how it is read, found out by a child that may do nothing else.

No byte of somebody else's file is parsed in this process. What the child says is
checked here as if the file itself had said it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from rasad.errors import RasadError
from rasad.extend import Head, Sniff
from rasad.importers import IMPORTERS
from rasad.importers.archives import EMPTY_ZIP, ZIP
from rasad.importers.containers import PARQUET, check_readable
from rasad.importers.frames import End
from rasad.importers.limits import memory_for, seconds_for
from rasad.importers.look_child import Looked, LookTask, Message, Names, Unreadable
from rasad.importers.parsed import Pipe, senseless, started
from rasad.importers.unpacking import OLD_OFFICE
from rasad.schema import Record

CHILD = "rasad.importers.look_child"
"""The module whose `main` the child runs."""

_decode = msgspec.msgpack.Decoder(Message).decode

Understood = tuple[Head, Sniff]
"""What was seen of a file, without its rows, and how it is read."""

BEGINS = {"parquet": (PARQUET,), "workbook": (ZIP, OLD_OFFICE)}
"""How files begin whose rows have no bytes; no other may be read without a balance."""

SEVERAL = (ZIP, EMPTY_ZIP, OLD_OFFICE)
"""How files begin that may hold several."""


def looked(
    path: Path,
    member: str = "",
    importer: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Understood:
    """Look at a file, or at one inside it, in a limited child process.

    Parameters
    ----------
    path : pathlib.Path
        The file; its name does not matter.
    member : str
        Name of the file inside it where it is an archive, of the sheet where it is a
        workbook; it may be left out where there is only one.
    importer : str, optional
        The format that it has.
    mapping : mapping of str to str, optional
        Column by role, as far as somebody said.

    Returns
    -------
    head : Head
        Its container and columns; no rows.
    sniff : Sniff
        How it is read.

    Raises
    ------
    RasadError
        If it cannot be read, a person has to say what its columns are, or the child
        needs too much or makes no sense.
    """
    every = (one for _, one in _asked(path, member, importer, mapping))
    found = [one for one in every if one is not None]
    if len(found) != 1:
        raise senseless(path.name)
    if isinstance(found[0], RasadError):
        raise found[0]
    return found[0]


def all_looked(
    path: Path, importer: str | None = None, mapping: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Understood | RasadError | None]]:
    """Look at all files inside one, by one child; what is wrong with one is told.

    Yields
    ------
    member : str
        The name of the file inside, empty where it is a file by itself.
    understood : tuple of Head and Sniff, RasadError, or None
        How it is read, why it cannot be, or None for what a system put there.
    """
    yield from _asked(path, None, importer, mapping)


def first_records(head: Head, sniff: Sniff, most: int) -> list[Record]:
    """Return the first records of a file that was looked at, for a person to see.

    Parameters
    ----------
    head, sniff : Head, Sniff
        What `looked` returned.
    most : int
        How many, 20 at most.

    Raises
    ------
    RasadError
        If they cannot be read, or the child makes no sense.
    """
    task = _task(head.path, head.member, sniff.importer, sniff.mapping, first=most)
    with started(task, CHILD) as process:
        pipe = Pipe(process, task, head.path.name)
        for message in pipe.messages(_decode):
            if isinstance(message, Unreadable):
                raise pipe.failed(message.why)
            if isinstance(message, Looked):
                return message.first
    raise senseless(head.path.name)


def names_in(path: Path) -> list[str]:
    """Return the names of the files in an archive or of the sheets in a workbook.

    Any other file is one by itself, with an empty name, and is not looked at.

    Raises
    ------
    ImportFormatError
        If the archive or workbook cannot be read.
    """
    check_readable(path)
    if not _begins(path, SEVERAL):
        return [""]
    task = _task(path, None, names=True)
    with started(task, CHILD) as process:
        pipe = Pipe(process, task, path.name)
        names, *rest = pipe.messages(_decode)
        if not isinstance(names, Names) or rest != [End(0)]:
            raise senseless(path.name)
        return _sound(names, path.name)


def _asked(
    path: Path,
    member: str | None,
    importer: str | None,
    mapping: Mapping[str, str] | None,
) -> Iterator[tuple[str, Understood | RasadError | None]]:
    check_readable(path)
    task = _task(path, member, importer, mapping)
    with started(task, CHILD) as process:
        pipe = Pipe(process, task, path.name)
        messages = pipe.messages(_decode)
        names = next(messages)
        if not isinstance(names, Names):
            raise senseless(path.name)
        yield from ((name, None) for name in names.passed)
        left, count = _sound(names, path.name), 0
        for message in messages:
            if isinstance(message, End):
                if message.count != count or (member is None and left):
                    raise senseless(path.name)
                continue
            if isinstance(message, Names) or message.member not in left:
                raise senseless(path.name)
            left.remove(message.member)
            count += 1
            yield message.member, _understood(message, path, pipe, task)


def _task(
    path: Path,
    member: str | None,
    importer: str | None = None,
    mapping: Mapping[str, str] | None = None,
    names: bool = False,
    first: int = 0,
) -> LookTask:
    return LookTask(
        path=str(path.absolute()),
        member=member,
        importer=importer,
        mapping=dict(mapping) if mapping else None,
        memory=memory_for(path),
        seconds=seconds_for(path.stat().st_size),
        names=names,
        first=first,
    )


def _sound(told: Names, name: str) -> list[str]:
    """Return names, each of which stands for another file."""
    if len(set(told.names)) < len(told.names):
        raise senseless(name)
    return list(told.names)


def _understood(
    message: Looked | Unreadable, path: Path, pipe: Pipe, task: LookTask
) -> Understood | RasadError:
    if isinstance(message, Unreadable):
        return pipe.failed(message.why)
    begins = BEGINS.get(message.container)
    if (
        message.importer not in IMPORTERS
        or task.importer not in (None, message.importer)
        or not 0 < message.confidence <= 1
        or (begins and not _begins(path, begins))
    ):
        raise senseless(path.name)
    head = Head(
        path=path,
        container=message.container,
        columns=tuple(message.columns),
        rows=(),
        member=message.member,
    )
    sniff = Sniff(
        importer=message.importer,
        confidence=message.confidence,
        evidence=tuple(message.evidence),
        mapping=message.mapping,
        warnings=tuple(message.warnings),
    )
    return head, sniff


def _begins(path: Path, magics: tuple[bytes, ...]) -> bool:
    with path.open("rb") as file:
        return file.read(len(OLD_OFFICE)).startswith(magics)
