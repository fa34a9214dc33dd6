"""Columns of the tables that 4CAT writes, and what a cell of them says."""

from __future__ import annotations

import re
from typing import NamedTuple

from rasad.importers.cells import parse_list_cell

REDACTED = "REDACTED"
"""What 4CAT writes where it takes authors out."""

HASHED = re.compile(r"[0-9a-f]{32,128}")
"""A pseudonym; 4CAT makes 48 digits."""

YES = frozenset({"yes", "true", "1"})

_COMMA = re.compile(r",\s*(?=https?://)")

Words = tuple[str, ...] | None


class Row(NamedTuple):
    """What the tables hold, under one set of names; None where a table lacks it."""

    id: str | None
    thread: str | None
    unix: str | None
    stamp: str | None
    created: str | None
    body: str | None
    author: str | None
    author_id: str | None
    username: str | None
    name: str | None
    joined: str | None
    description: str | None
    language: str | None
    client: str | None
    is_repost: str | None
    repost_of_handle: str | None
    is_quote: str | None
    quote_of: str | None
    is_reply: str | None
    answered: str | None
    reply_to: str | None
    forwarded_at: str | None
    forwarded_id: str | None
    forwarded_username: str | None
    forwarded_name: str | None
    hashtags: str | None
    challenges: str | None
    links: str | None
    mentions: str | None
    video: str | None
    group: str | None


WANTED: tuple[tuple[str, ...], ...] = (
    ("id",),
    ("thread_id",),
    ("unix_timestamp",),
    ("timestamp",),
    ("created_at",),
    ("body",),
    ("author", "account_username"),
    ("author_id", "account_id"),
    ("author_username",),
    (
        *("author_fullname", "author_full", "author_name"),
        *("author_display_name", "account_display_name"),
    ),
    ("author_created_at",),
    ("author_bio",),
    ("language_guess", "languages"),
    ("source",),
    ("is_retweet",),
    ("retweeted_user",),
    ("is_quote_tweet", "is_duet"),
    ("quote_tweet_id", "quoted_post"),
    ("is_reply",),
    ("replied_author", "replied_user"),
    ("reply_to", "replied_to_post"),
    ("unix_timestamp_forwarded_from", "timestamp_forwarded_from"),
    ("author_forwarded_from_id",),
    ("author_forwarded_from_username",),
    ("author_forwarded_from_name",),
    ("hashtags", "tags"),
    ("challenges",),
    ("urls", "links", "link_url", "link_attached"),
    ("mentions", "entities_mentioned"),
    ("post_id",),
    ("group_id",),
)
"""The columns of each field, best first."""


# --- cells -------------------------------------------------------------------------


def is_hashed(cell: str | None) -> bool:
    """Tell whether a cell holds a pseudonym.

    Examples
    --------
    >>> is_hashed("0123456789abcdef" * 3), is_hashed("someone")
    (True, False)
    """
    return bool(HASHED.fullmatch(cell or ""))


def stated(cell: str | None) -> str | None:
    """Return what is said of an author, None where 4CAT has put something else."""
    return None if cell == REDACTED or is_hashed(cell) else cell or None


def yes(cell: str | None) -> bool:
    """Tell whether a cell says yes, in the words of any version of 4CAT."""
    return (cell or "").strip().lower() in YES


def listed(cell: str | None) -> Words:
    """Return the items between commas; an empty cell says that there are none.

    Examples
    --------
    >>> listed("a,b"), listed(""), listed(None)
    (('a', 'b'), (), None)
    """
    if cell is None or cell.startswith("["):
        return parse_list_cell(cell)
    return tuple(part.strip() for part in cell.split(",") if part.strip())


def listed_links(cell: str | None) -> Words:
    """Return the links between commas, which links may hold themselves.

    Examples
    --------
    >>> listed_links("https://a.example/1,2|3,https://b.example")
    ('https://a.example/1,2|3', 'https://b.example')
    """
    if cell is None or cell.startswith("["):
        return parse_list_cell(cell)
    return tuple(part.strip() for part in _COMMA.split(cell) if part.strip())
