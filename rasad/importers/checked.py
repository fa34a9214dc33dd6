"""What a child says of a file, checked as if the file itself had said it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.extend import Head
from rasad.importers import blocks
from rasad.importers.frames import End, Entries, Message, decode
from rasad.importers.parts import (
    BLANK,
    HEADER,
    NOWHERE,
    RECORD,
    REJECT,
    Part,
)
from rasad.schema import KINDS, PRECISIONS
from rasad.schema.record_columns import columns_of

CODES = {"": RECORD, "!": REJECT, "header": HEADER, "blank": BLANK}

REQUIRED = (
    *("account", "platform", "created_at", "precision", "raw_time"),
    *("kind", "truncated"),
)
"""What every record has."""

CHOICES = {
    "kind": pa.array(KINDS, pa.string()),
    "precision": pa.array(PRECISIONS, pa.string()),
}

Mark = tuple[int, int]
"""Last line (row in Parquet) and last byte that were told of."""

MISSHAPEN = (
    *(msgspec.DecodeError, UnicodeDecodeError, RecursionError),
    *(blocks.MisshapenError, pa.ArrowException, OverflowError),
)
"""What reading a message may raise that is not in form."""


def message_of(frame: memoryview) -> Message | Part:
    """Return what a frame says.

    Raises
    ------
    One of MISSHAPEN
        If it says what makes no sense.
    """
    if frame[: len(blocks.MARK)] == blocks.MARK:
        return blocks.read(frame)
    message: Message = decode(frame)
    return _part(message) if isinstance(message, Entries) else message


def parts(
    messages: Iterator[Message | Part],
    head: Head,
    senseless: Callable[[], Exception],
    ended: Callable[[End], None] = lambda _: None,
) -> Iterator[Part]:
    """Yield the parts of a file, each of which follows the one before.

    Parameters
    ----------
    messages : iterator
        What `message_of` returned of each frame after the first.
    head : Head
        What was seen of the file.
    senseless : callable
        Makes the error that is raised where something does not fit.
    ended : callable, optional
        Told of the end.
    """
    follows = _rows_follow if head.by_rows else _bytes_follow
    last: Mark = (0, 0)
    count = 0
    for message in messages:
        if isinstance(message, Part):
            if not (_fits(message) and follows(message, last)):
                raise senseless()
            if len(message.line):
                last = int(message.line[-1]), int(message.end[-1])
            count += len(message.line)
            yield message
        elif not isinstance(message, End) or not message.lost <= message.count == count:
            raise senseless()
        else:
            ended(message)


def _part(message: Entries) -> Part:
    """Return what was told entry by entry as columns."""
    spans = zip(*message.spans, strict=True) if message.spans else ((), (), (), ())
    line, start, end, what = spans
    return Part(
        np.array(line, np.int64),
        _places(start),
        _places(end),
        np.array([CODES[one] for one in what], np.uint8),
        columns_of(message.records),
        message.rejects,
    )


def _places(places: tuple[int | None, ...]) -> Any:
    return np.array([NOWHERE if one is None else one for one in places], np.int64)


def _fits(part: Part) -> bool:
    """Tell whether there is an outcome for each span, and each is in order."""
    counts = np.bincount(part.what, minlength=BLANK + 1)
    return (
        len(counts) == BLANK + 1
        and counts[RECORD] == part.records.num_rows
        and counts[REJECT] == len(part.rejects)
        and _are_sound(part.records)
    )


def _are_sound(records: pa.RecordBatch) -> bool:
    """Tell whether records keep the rules that their types do not state."""
    return (
        not any(records[name].null_count for name in REQUIRED)
        and all(
            pc.all(pc.is_in(records[name], choices), min_count=0).as_py()
            for name, choices in CHOICES.items()
        )
        and _are_of_platforms(records)
    )


def _are_of_platforms(records: pa.RecordBatch) -> bool:
    """Tell whether each account stands behind its platform."""
    accounts, platforms = records["account"], records["platform"]
    for platform in pc.unique(platforms).to_pylist():
        some = accounts.filter(pc.equal(platforms, platform))
        if not pc.all(pc.starts_with(some, f"{platform}:")).as_py():
            return False
    return True


def _bytes_follow(part: Part, last: Mark) -> bool:
    """Tell whether spans follow each other, and the last one before them."""
    line, start, end = part.line, part.start, part.end
    before = np.concatenate([[last[1]], end[:-1]])[: len(start)]
    return bool(
        (start == before).all() and (end >= start).all() and _ascend(line, last[0])
    )


def _ascend(line: Any, last: int) -> bool:
    lines = np.concatenate([[last], line])
    return bool((np.diff(lines) >= 0).all())


def _rows_follow(part: Part, last: Mark) -> bool:
    """Tell whether rows follow each other."""
    numbers = np.arange(last[0] + 1, last[0] + 1 + len(part.line))
    nowhere = (part.start == NOWHERE).all() and (part.end == NOWHERE).all()
    return bool((part.line == numbers).all() and nowhere)
