"""The child that reads the sheets of a workbook, and may do nothing else.

It tells rows of text, whatever they mean: what files hold is learnt from the first of
them, and tables that are no posts are read from all. It lives as the child that makes
records does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from rasad.importers.child import answer, answering
from rasad.importers.frames import End, Failed, encode
from rasad.importers.limits import limited
from rasad.importers.sheets import Numbered, sheets

FULL = 1 << 16
"""Characters after which rows are sent."""


@dataclass(frozen=True)
class SheetTask:
    """Which workbook is to be read, how many rows of each sheet, within which limits.

    All rows where `most` is None.
    """

    path: str
    most: int | None
    memory: int
    seconds: int


class Rows(msgspec.Struct, frozen=True, tag="rows", array_like=True):
    """Some rows of a sheet, one after the other; `first` is the number of the first."""

    sheet: str
    first: int
    cells: list[list[str | None]]


SheetMessage = Rows | End | Failed


def main() -> None:
    """Read the task, limit this process for good, and answer."""
    task = SheetTask(**json.loads(sys.stdin.buffer.read()))
    with answering() as pipe:
        limited(task.memory, task.seconds)
        answer(messages(task), pipe)


def messages(task: SheetTask) -> Iterator[bytes]:
    """Yield the rows of all sheets, in order."""
    count = 0
    for name, rows in sheets(Path(task.path)):
        for part in _parts(islice(rows, task.most)):
            count += len(part)
            yield encode(Rows(name, part[0][0], [cells for _, cells in part]))
    yield encode(End(count))


def _parts(rows: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    """Gather rows until they are enough for a frame."""
    part: list[Numbered] = []
    size = 0
    for number, cells in rows:
        part.append((number, cells))
        # A cell weighs something even if it is empty.
        size += sum(len(cell or "") + 1 for cell in cells)
        if size > FULL:
            yield part
            part, size = [], 0
    if part:
        yield part


if __name__ == "__main__":
    main()
