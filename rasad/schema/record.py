"""The record that importers fill: one post, exactly as a file states it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

import msgspec

Kind = Literal["post", "repost", "quote", "reply"]
Precision = Literal["us", "ms", "s", "min", "hour", "day"]

KINDS: tuple[str, ...] = get_args(Kind)
PRECISIONS: tuple[str, ...] = get_args(Precision)
PRECISION_US: dict[str, int] = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "min": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
}
"""Length of each time precision in microseconds."""


class Record(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """One post as an importer found it; text and ids exactly as in the file.

    `account` is already `platform:id`. `created_at` is in microseconds since 1970 UTC
    and `raw_time` the text it came from. `links`, `sites`, `hashtags`, `mentions` and
    `objects` are what the file says the post holds, in order; `None` is *not stated*,
    the empty tuple is *stated to be none*. `sites` are those that the file names apart
    from the links.

    `post` stays the same through all edits. Where a platform gives each edit an id of
    its own, `post` is the first of them and `edition` that of a later one. `edited_at`
    is when this text came to be, where the file marks it as edited, and `collected_at`
    when somebody saw it, both in microseconds since 1970 UTC.
    """

    account: str
    platform: str
    created_at: int
    precision: Precision
    raw_time: str
    post: str | None = None
    kind: Kind = "post"
    handle: str | None = None
    name: str | None = None
    account_created_at: int | None = None
    account_language: str | None = None
    description: str | None = None
    text: str | None = None
    language: str | None = None
    repost_of: str | None = None
    repost_of_account: str | None = None
    reply_to: str | None = None
    quote_of: str | None = None
    thread: str | None = None
    community: str | None = None
    client: str | None = None
    truncated: bool = False
    links: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None
    hashtags: tuple[str, ...] | None = None
    mentions: tuple[str, ...] | None = None
    objects: tuple[str, ...] | None = None
    edition: str | None = None
    edited_at: int | None = None
    collected_at: int | None = None


class Item(NamedTuple):
    """A JSON value that may be a record.

    `path` is where it stands: steps from the outermost value of a document or line, `*`
    for any element of a list. `beside` is what stands beside and above it: of a line
    all of it, of a document the plain values that come before.
    """

    value: Any
    path: tuple[str, ...]
    beside: Mapping[str, Any]
