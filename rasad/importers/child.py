"""The child that reads one file of somebody else's, and may do nothing else.

It is told on its standard input what is coming and then what to read, limits itself,
and answers on its standard output. Everything that reading needs is imported before the
limits are set.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from rasad.errors import RasadError
from rasad.importers import IMPORTERS, large
from rasad.importers.cells import LOST
from rasad.importers.frames import (
    LENGTH,
    Failed,
    Held,
    encode,
    framed,
    messages_of,
)
from rasad.importers.limits import Lacking, limited
from rasad.importers.reader import inspect_limited, prepare
from rasad.importers.unpacking import Place, measured

LONGEST_SENTENCE = 4_000

STEP_BACK = 12
"""How much it steps back: whoever hears it has other work, and it is always ahead."""

OUT_OF_MEMORY = framed(encode(Failed("MemoryError")))
"""Made while there is memory to make it."""


@dataclass(frozen=True)
class Coming:
    """A file like that which will be read: what both need is loaded before."""

    path: str
    member: str
    importer: str


@dataclass(frozen=True)
class Task:
    """What is to be read, as which format, within which limits."""

    path: str
    member: str
    importer: str
    mapping: dict[str, str]
    memory: int
    seconds: int


def main() -> None:
    """Get ready, hear the task, limit this process for good, and answer.

    Two lines are heard: what is coming, maybe while the file is still copied, and then
    the task.
    """
    # The compiled loops would load it, and none of ours needs it.
    sys.modules["scipy"] = None  # type: ignore[assignment]
    with suppress(OSError):
        # What is wrong with the file shows when it is read.
        _get_ready(Coming(**_told()))
    task = Task(**_told())
    _get_ready(task)
    if hasattr(os, "nice"):
        os.nice(STEP_BACK)
    with answering() as pipe:
        answer(messages(task, limited(task.memory, task.seconds)), pipe)


def _told() -> dict[str, Any]:
    line: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    return line


def _get_ready(coming: Coming | Task) -> None:
    """Load what a file needs; what is loaded already takes no time."""
    place = Place(Path(coming.path), coming.member)
    prepare(place.path)
    importer = IMPORTERS.find(coming.importer)
    if large.is_large(place, importer):
        large.prepare(importer)


@contextmanager
def answering() -> Iterator[BinaryIO]:
    """Take over the pipe: what a library prints must not come among the frames."""
    with os.fdopen(os.dup(1), "wb", buffering=0) as pipe:
        os.dup2(2, 1)
        yield pipe


def answer(told: Iterator[bytes], pipe: BinaryIO) -> None:
    """Write every frame about a file; whatever goes wrong is the last of them."""
    try:
        for message in told:
            # Put together, a large one would be copied.
            _write(pipe, LENGTH.pack(len(message)))
            _write(pipe, message)
    except RasadError as error:
        if isinstance(error.__cause__, MemoryError):
            _write(pipe, OUT_OF_MEMORY)
        else:
            _write(pipe, framed(encode(failure(error))))
    except MemoryError:
        _write(pipe, OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - its text may hold a part of the file
        _write(pipe, framed(encode(Failed(type(error).__name__))))


def failure(error: RasadError) -> Failed:
    """Return an error as it is told, its sentences cut where they are too long."""
    what, todo = error.what[:LONGEST_SENTENCE], error.todo[:LONGEST_SENTENCE]
    return Failed(type(error).__name__, what, todo)


def messages(task: Task, lacking: tuple[Lacking, ...]) -> Iterator[bytes]:
    """Yield what there is to say about a file, in order."""
    place = Place(Path(task.path), task.member)
    yield encode(Held(measured(place), lacking))
    head = inspect_limited(place.path, place.member)
    importer = IMPORTERS.find(task.importer)
    if large.is_large(place, importer) and (
        blocks := large.messages_of(head, importer)
    ):
        yield from blocks
        return
    entries = importer.read(head, task.mapping)
    yield from messages_of(LOST.passing(entries), LOST)


def _write(pipe: BinaryIO, content: bytes) -> None:
    """Write all of it; a pipe takes as much as it has room for."""
    rest = memoryview(content)
    while rest:
        rest = rest[pipe.write(rest) :]


if __name__ == "__main__":
    main()
