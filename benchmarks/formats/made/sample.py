"""What a made file is, and how its rows and objects are written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SECOND = 1_700_000_000
"""2023-11-14 22:13:20 UTC, the time of the first post of every file."""

EPOCH_MS = 1_288_834_974_657
BIG = 2**53 + 1
"""The smallest number that a double cannot hold."""

TEXTS = (
    "سلام دنیا، این یک متن است",
    "two words 🙂 and\na second line",
    'quoted "words", and commas',
    "مرحبا بالعالم من هنا",
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A made file: its format, its name, its bytes and what must become of them.

    `duplicate` records repeat one before them; `rejected` ones are no posts, or lack
    what a post needs.
    """

    format: str
    name: str
    content: bytes
    accepted: int
    duplicate: int = 0
    rejected: int = 0


def snowflake(n: int = 0, low: int = 7) -> str:
    """Return an id of X whose time is that of the post of this number."""
    return str((SECOND * 1000 + n * 1000 + 345 - EPOCH_MS << 22) + low)


def person(n: int) -> str:
    """Return the id of an account, above what a double can hold."""
    return str(BIG + 2 * n)


def table(rows: Sequence[dict[str, str]], delimiter: str = ",") -> bytes:
    """Write rows under the columns of the first."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def lines(values: Iterable[Any]) -> bytes:
    """Write one JSON value a line."""
    return b"".join(document(value) + b"\n" for value in values)


def document(value: Any, indent: int | None = None) -> bytes:
    """Write one JSON value."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()
