"""A file of measurements, read in a child process that may do nothing else.

The child is limited as that of any import is. What it says is checked here as if the
file itself had said it: its form, its order, and that spans follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rasad.connectivity.frames import (
    Found,
    Message,
    ReadingTask,
    Rest,
    Rows,
    decode,
    roles_text,
)
from rasad.connectivity.parts import Part, Yield
from rasad.errors import EvidenceError
from rasad.importers.containers import check_readable
from rasad.importers.frames import End, Held
from rasad.importers.limits import LACKING, memory_for, seconds_for
from rasad.importers.parsed import Pipe, senseless, started

CHILD = "rasad.connectivity.frames"
"""The module whose `main` the child runs."""


@dataclass(frozen=True)
class Told:
    """All that a child says of a file but its rows."""

    held: Held
    found: Found

    @property
    def lacking(self) -> list[str]:
        """Sentences on limits that this system does not have."""
        return [LACKING[one] for one in self.held.lacking]


def read_apart(
    path: Path, name: str, roles: Mapping[str, str]
) -> Iterator[Told | Rows | Rest]:
    """Read a file in a child process, which is gone when all is read.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        What a person calls it.
    roles : dict of str to str
        Columns that somebody chose.

    Yields
    ------
    Told, then Rows, then Rest
        What the file is, its rows, and what they say together.

    Raises
    ------
    RasadError
        What the reader raised.
    ImportFormatError
        If the child needs too much, dies, falls silent or says what makes no sense.
    """
    check_readable(path)
    seconds = seconds_for(path.stat().st_size)
    memory = memory_for(path)
    told = (str(path.absolute()), "", "", roles_text(roles), memory, seconds, name)
    task = ReadingTask(*told)
    with started(task, CHILD) as process:
        yield from checked(Pipe(process, task, name).messages(decode), name)


def checked(messages: Iterator[Message], name: str) -> Iterator[Told | Rows | Rest]:
    """Yield what messages say, if they come in order and their spans are whole.

    Raises
    ------
    ImportFormatError
        If they are not.
    EvidenceError
        If bytes of the file are in no span.
    """
    held, found = next(messages, None), next(messages, None)
    if not isinstance(held, Held) or not isinstance(found, Found):
        raise senseless(name)
    yield Told(held, found)
    line = end = count = 0
    rest: Rest | None = None
    for message in messages:
        if isinstance(message, Rows) and rest is None and _fits(message):
            line, end = _follow(message, found.by_bytes, (line, end), name)
            count += len(message.spans)
            yield message
        elif isinstance(message, Rest) and rest is None and _sound(message.taken):
            rest = message
        elif not isinstance(message, End) or rest is None or message.count != count:
            raise senseless(name)
    if rest is None:
        raise senseless(name)
    if found.by_bytes and end != held.measured.size:
        raise EvidenceError(
            f"{held.measured.size - end} bytes of {name} are unaccounted for",
            "nothing was read; report this with the shape of the file",
        )
    yield rest


def _follow(
    rows: Rows, by_bytes: bool, last: tuple[int, int], name: str
) -> tuple[int, int]:
    """Return the last line and byte of a frame whose spans follow those before."""
    line, end = last
    for number, begin, after, _ in rows.spans:
        if by_bytes:
            fits = begin == end and after is not None and after >= end
            fits &= number >= line
        else:
            fits = begin is None and after is None and number == line + 1
        if not fits:
            raise senseless(name)
        line, end = number, after or end
    return line, end


def _fits(rows: Rows) -> bool:
    whats = [what for _, _, _, what in rows.spans]
    reasons = whats.count("!") + whats.count("-")
    return (
        whats.count("") == len(rows.taken)
        and reasons == len(rows.reasons)
        and all(map(_sound, rows.taken))
    )


def _sound(taken: list[Yield]) -> bool:
    """Tell whether measurements keep the rules that their types do not state."""
    return all(
        len(one.times_us) == len(one.values) and len(one.out_of) in (0, len(one.values))
        for one in taken
        if isinstance(one, Part)
    )
