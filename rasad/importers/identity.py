"""What makes a post one post, and a version of it one version.

`rasad.importers.record_names` finds the same for whole columns; this decides.
"""

from __future__ import annotations

import hashlib
from operator import attrgetter
from typing import Any

import msgspec

from rasad.schema import Record

_content = attrgetter(
    *("account", "kind", "created_at", "text", "language"),
    *("repost_of", "repost_of_account", "reply_to", "quote_of", "thread"),
    *("community", "client", "truncated"),
    *("links", "hashtags", "mentions", "objects"),
)
_encode = msgspec.json.Encoder().encode


def record_hash(record: Record, post: str) -> str:
    """Return the hash that names a post version.

    What describes the account, how exactly the time was written, and when the post was
    collected is left out: a post does not change because its author was renamed.
    """
    content = (record.platform, post, *_content(record))
    # Files that state no sites or edits are the same records as before these could be.
    if record.sites is not None:
        content = (*content, record.sites)
    if record.edition is not None or record.edited_at is not None:
        content = (*content, {"edit": (record.edition, record.edited_at)})
    return _digest(content)


def post_id(record: Record) -> str:
    """Return the native id, or a hash where the file has none."""
    if record.post:
        return record.post
    return _digest(
        (
            record.platform,
            record.account,
            record.raw_time,
            record.kind,
            record.text,
            record.objects,
        )
    )


def _digest(content: tuple[Any, ...]) -> str:
    return hashlib.blake2b(_encode(content), digest_size=16).hexdigest()
