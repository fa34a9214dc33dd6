"""What a child tells its parent about a file: frames of fixed form through a pipe.

A frame is its length in four bytes and a message. Messages come in one order: `Held`,
any number of `Entries`, then `End`; `Failed` may take the place of each. Whoever reads
them believes nothing, because the file may have taken the child over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from rasad.extend import Entry, Reject
from rasad.importers.cells import Lost
from rasad.importers.limits import Lacking
from rasad.importers.unpacking import Measured
from rasad.schema import Record

LENGTH = struct.Struct(">I")

LONGEST = 1 << 26
"""Bytes of a frame. The longest record is a quarter of it."""

MOST = 2_000
"""Entries in a frame."""

FULL = 1 << 22
"""Bytes of the file after which a frame is sent, however few its entries."""

Whole = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Sentence = Annotated[str, msgspec.Meta(max_length=4_000)]
Span = tuple[Whole, Whole | None, Whole | None, Literal["header", "blank", "", "!"]]
"""Line, first byte, byte after the last, and what is there: `""` stands for the next
record, `"!"` for the next reject."""


class Held(msgspec.Struct, frozen=True, tag="held", array_like=True):
    """How large and how whole the file is, and which limits the system lacks."""

    measured: Measured
    lacking: Annotated[tuple[Lacking, ...], msgspec.Meta(max_length=2)]


class Entries(msgspec.Struct, frozen=True, tag="entries", array_like=True):
    """Some spans of the file, with the records and rejects among them, in order."""

    spans: Annotated[list[Span], msgspec.Meta(max_length=MOST)]
    records: Annotated[list[Record], msgspec.Meta(max_length=MOST)]
    rejects: Annotated[list[Reject], msgspec.Meta(max_length=MOST)]


class End(msgspec.Struct, frozen=True, tag="end", array_like=True):
    """The file is read; `count` entries were sent, `lost` of them with a lost id."""

    count: int
    lost: Whole = 0


class Failed(msgspec.Struct, frozen=True, tag="failed", array_like=True):
    """Nothing more comes; `error` is a class of `rasad.errors`, or any other."""

    error: Annotated[str, msgspec.Meta(max_length=100)]
    what: Sentence = ""
    todo: Sentence = ""


Message = Held | Entries | End | Failed

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Message).decode


def framed(message: bytes) -> bytes:
    """Put its length before a message."""
    return LENGTH.pack(len(message)) + message


def messages_of(entries: Iterable[Entry], lost: Lost | None = None) -> Iterator[bytes]:
    """Put entries into messages, each soon enough and short enough, and end them."""
    waiting: list[Entry] = []
    begin = count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007 - used after the loop
        waiting.append(entry)
        end = entry.byte_end or 0
        if len(waiting) == MOST or end - begin > FULL:
            yield from _messages(waiting)
            waiting, begin = [], end
    yield from _messages(waiting)
    yield encode(End(count, lost.records if lost else 0))


def _messages(entries: list[Entry]) -> Iterator[bytes]:
    message = encode(_gathered(entries))
    if len(message) <= LONGEST or len(entries) == 1:
        yield message
        return
    half = len(entries) // 2
    yield from _messages(entries[:half])
    yield from _messages(entries[half:])


def _gathered(entries: list[Entry]) -> Entries:
    """Sort entries into what each frame holds."""
    spans, records, rejects = [], [], []
    for entry in entries:
        outcome = entry.outcome
        if isinstance(outcome, Record):
            records.append(outcome)
            outcome = ""  # type: ignore[assignment]
        elif isinstance(outcome, Reject):
            rejects.append(outcome)
            outcome = "!"  # type: ignore[assignment]
        spans.append((entry.line, entry.byte_start, entry.byte_end, outcome))
    return Entries(spans, records, rejects)  # type: ignore[arg-type]
