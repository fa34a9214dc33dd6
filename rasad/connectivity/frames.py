"""What a child tells its parent about a file of measurements, and who says it.

Messages come in one order: `Held`, `Found`, any number of `Rows`, then `Rest` and
`End`; `Failed` may take the place of each. The parent believes none of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from rasad.connectivity.parts import Name, Yield
from rasad.connectivity.readers import recognise
from rasad.connectivity.readers.form import (
    Format,
    Reader,
    RepeatedError,
    UnreadableError,
    UnwantedError,
)
from rasad.connectivity.readers.spans import (
    Outcome,
    Seen,
    Span,
    document_spans,
    looked_at,
    table_spans,
    workbook_spans,
)
from rasad.errors import RasadError
from rasad.extend import Reject
from rasad.importers.child import Task, answer, answering
from rasad.importers.frames import MOST, End, Failed, Held, Whole, encode
from rasad.importers.limits import Lacking, limited
from rasad.importers.reader import prepare
from rasad.importers.unpacking import measured

FULL = 200_000
"""Values after which a frame is sent, however few its rows."""

What = Literal["header", "blank", "", "!", "-", "="]
"""`""` stands for what the next of `taken` says, `"!"` and `"-"` for a record that is
rejected or filtered for the next of `reasons`, `"="` for one that was there before."""

FORM = "not of the form of this format"


class Found(msgspec.Struct, frozen=True, tag="found", array_like=True):
    """What the file is: name and title of its format, and whether bytes have places."""

    format: Name
    title: Name
    by_bytes: bool
    provisional: bool = False


class Rows(msgspec.Struct, frozen=True, tag="rows", array_like=True):
    """Some spans of the file, and what they say, in order."""

    spans: Annotated[
        list[tuple[Whole, Whole | None, Whole | None, What]],
        msgspec.Meta(max_length=MOST),
    ]
    taken: Annotated[list[list[Yield]], msgspec.Meta(max_length=MOST)]
    reasons: Annotated[list[Name], msgspec.Meta(max_length=MOST)]
    ends_early: bool = False


class Rest(msgspec.Struct, frozen=True, tag="rest", array_like=True):
    """What all records together say."""

    taken: list[Yield]


Message = Held | Found | Rows | Rest | End | Failed

decode = msgspec.msgpack.Decoder(Message).decode


@dataclass(frozen=True)
class ReadingTask(Task):
    """What is to be read; `mapping` holds the columns that somebody chose."""

    name: str = ""


def main() -> None:
    """Read the task, limit this process for good, and answer."""
    task = ReadingTask(**json.loads(sys.stdin.buffer.read()))
    prepare(Path(task.path))
    with answering() as pipe:
        answer(messages(task, limited(task.memory, task.seconds)), pipe)


def messages(task: ReadingTask, lacking: tuple[Lacking, ...] = ()) -> Iterator[bytes]:
    """Yield what there is to say about a file, in order."""
    seen = looked_at(Path(task.path))
    yield encode(Held(measured(seen.place), lacking))
    kind, context = recognise(seen, task.name, task.mapping)
    by_rows = seen.kind == "workbook" or (seen.head is not None and seen.head.by_rows)
    yield encode(Found(kind.name, kind.title, not by_rows, kind.provisional))
    reader = kind.reader(context)
    gathered, count = _Frame(), 0
    for span in _spans(seen, kind):
        count += 1
        gathered.add(span, reader)
        if gathered.full:
            yield encode(gathered.rows())
            gathered = _Frame()
    yield encode(gathered.rows())
    yield encode(Rest(list(reader.rest())))
    yield encode(End(count))


def _spans(seen: Seen, kind: Format) -> Iterator[Span]:
    if seen.head is not None:
        return table_spans(seen.head)
    if seen.kind == "document":
        return document_spans(seen.place, kind.paths)
    return workbook_spans(seen.place.path, kind.columns)


class _Frame:
    """Rows on their way into a frame."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int | None, int | None, What]] = []
        self._taken: list[list[Yield]] = []
        self._reasons: list[str] = []
        self._values = 0
        self._ends_early = False

    @property
    def full(self) -> bool:
        """Whether it is time to send it."""
        return len(self._spans) == MOST or self._values > FULL

    def rows(self) -> Rows:
        """Return the frame."""
        return Rows(self._spans, self._taken, self._reasons, self._ends_early)

    def add(self, span: Span, reader: Reader) -> None:
        """Take a span, and what its record says."""
        what = self._what(span.outcome, reader)
        self._spans.append((span.line, span.start, span.end, what))

    def _what(self, outcome: Outcome, reader: Reader) -> What:
        if isinstance(outcome, Reject):
            self._ends_early |= outcome.ends_early
            return self._left("!", outcome.reason)
        if isinstance(outcome, str):
            return outcome
        try:
            found = reader.take(outcome)
        except RepeatedError:
            return "="
        except RasadError:
            raise
        except UnwantedError as why:
            return self._left("-", str(why))
        except UnreadableError as why:
            return self._left("!", str(why))
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            return self._left("!", FORM)
        self._taken.append(list(found))
        self._values += sum(_size(one) for one in found)
        return ""

    def _left(self, what: What, reason: str) -> What:
        self._reasons.append(reason)
        return what


def _size(one: Any) -> int:
    times: Sequence[int] = getattr(one, "times_us", ())
    return len(times)


def roles_text(roles: Mapping[str, str]) -> dict[str, str]:
    """Return chosen columns as a task holds them."""
    return {str(role): str(column) for role, column in sorted(roles.items())}


if __name__ == "__main__":
    main()
