"""Rows of tables that 4CAT writes, one set of columns per platform on a common core."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rasad.importers.atproto import clock, key_clock, uri_of
from rasad.importers.cells import (
    clean_id,
    retweeted_handle,
    unusable,
)
from rasad.importers.fourcat_columns import (
    REDACTED,
    Row,
    is_hashed,
    listed,
    listed_links,
    stated,
    yes,
)
from rasad.importers.html import anchors
from rasad.importers.html import plain_text as html_text
from rasad.importers.mastodon_posts import NOT_LINKS
from rasad.importers.telegram_names import message_id
from rasad.importers.times import Instant, TimeError, read_time
from rasad.importers.x_posts import client_name, is_cut, kind_of, plain_text, post_time
from rasad.schema import Record

X, TIKTOK, TELEGRAM, BLUESKY = "twitter", "tiktok", "telegram", "bluesky"
INSTAGRAM, THREADS, TRUTH, OTHER = "instagram", "threads", "truthsocial", "generic"

ANONYMOUS = "no account: 4CAT took the authors out"
NOBODY = frozenset({"anonymous", "[deleted]", "undefined", "none"})
"""Names under which many people post on platforms without accounts."""

_POST_LINK = re.compile(r"https://bsky\.app/profile/(did:[^/]+)/post/([^/?#]+)")

Fields = dict[str, Any]


# --- what all have -------------------------------------------------------------------


def record_of(row: Row, platform: str) -> Record | str:
    """Return the record of a row, or say why it is none.

    Raises
    ------
    TimeError
        If it has no time that can be read; the text is the reason.
    """
    account = _account(row, platform)
    if account is None:
        return _no_account(row)
    (created_at, precision), raw = time_of(row, platform)
    handle = stated(row.username if platform == TELEGRAM else row.author)
    common: Fields = {
        "account": f"{platform}:{account}",
        "platform": platform,
        "created_at": created_at,
        "precision": precision,
        "raw_time": raw,
        "post": clean_id(row.id),
        "handle": handle,
        "name": stated(row.name),
        "description": stated(row.description),
        "account_created_at": _us(row.joined),
        "language": _language(row.language),
        "text": row.body,
    }
    return Record(**common | MORE.get(platform, _core)(row))


def time_of(row: Row, platform: str) -> tuple[Instant, str]:
    """Return when a post was written, and the text it came from."""
    if platform == BLUESKY:
        key = uri_of(row.id).key
        clocks = [*key_clock(key), *clock(row.created), *clock(row.stamp)]
        if not clocks:
            raise TimeError("it has no time that can be read")
        return clocks[0]
    raw = next(filter(None, (row.unix, _zoned(row.created), row.stamp)), "")
    if platform == X:
        return post_time(clean_id(row.id), raw), raw or row.id or ""
    return read_time(raw), raw


def _zoned(text: str | None) -> str | None:
    """Return a time if it states its zone; `timestamp` beside it never does."""
    return text if (text or "").endswith(("Z", "+00:00")) else None


def _account(row: Row, platform: str) -> str | None:
    """Return an account's id, or its handle in lower case where there is no id."""
    if REDACTED in (row.author, row.author_id):
        return None
    if platform == TELEGRAM:
        return _sender(row)
    if row.author_id:
        return clean_id(row.author_id)
    handle = (row.author or "").strip().lstrip("@").lower()
    return None if handle in NOBODY else handle or None


def _no_account(row: Row) -> str:
    if REDACTED in (row.author, row.author_id):
        return ANONYMOUS
    return unusable("author", row.author_id or row.author)


def _us(text: str | None) -> int | None:
    return next((instant[0] for instant, _ in clock(stated(text))), None)


def _language(cell: str | None) -> str | None:
    first = (cell or "").split(",")[0].strip()
    return None if first in ("", "N/A") else first


# --- what platforms have -------------------------------------------------------------


def _core(row: Row) -> Fields:
    """Return what is stated; that nothing is listed may be the tool's doing."""
    return {
        "hashtags": listed(row.hashtags) or None,
        "mentions": listed(row.mentions) or None,
        "links": listed_links(row.links) or None,
        "community": clean_id(row.group),
        "thread": clean_id(row.thread),
    }


def _x(row: Row) -> Fields:
    """Return a post on X; the original of a repost has its author's name only."""
    marked = retweeted_handle(row.body)
    repost = yes(row.is_repost) or bool(row.repost_of_handle)
    if row.is_repost is None and row.repost_of_handle is None:
        repost = marked is not None
    author = (row.repost_of_handle or "").lower() or marked
    quote = clean_id(row.quote_of)
    held = {
        "links": listed_links(row.links),
        "hashtags": listed(row.hashtags),
        "mentions": listed(row.mentions),
    }
    if repost:  # what is behind the cut of its text is missing
        held = {name: found or None for name, found in held.items()}
    return held | {
        "kind": kind_of(
            repost,
            quote or yes(row.is_quote),
            yes(row.is_reply) or row.answered or row.reply_to,
        ),
        "text": plain_text(row.body),
        "repost_of_account": author if repost else None,
        "quote_of": quote,
        "thread": clean_id(row.thread),
        "client": client_name(row.client),
        "truncated": is_cut(row.body),
    }


def _tiktok(row: Row) -> Fields:
    """Return a video, or a comment on the video that is named beside it."""
    video = clean_id(row.video)
    tags = (listed(row.hashtags), listed(row.challenges))
    known = [one for one in tags if one is not None]
    return {
        "kind": "reply" if video else "quote" if yes(row.is_quote) else "post",
        "reply_to": clean_id(row.thread) if video else None,
        "thread": video,
        "hashtags": tuple(dict.fromkeys(sum(known, ()))) if known else None,
    }


def _truth(row: Row) -> Fields:
    """Return a post on Truth Social, whose text is HTML."""
    html = row.body or ""
    links = [link for link, marks in anchors(html) if not marks & NOT_LINKS]
    return _core(row) | {
        "text": None if row.body is None else html_text(html),
        "links": tuple(dict.fromkeys(links)),
        "hashtags": listed(row.hashtags),
        "mentions": listed(row.mentions),
    }


# --- Bluesky -------------------------------------------------------------------------


def _bluesky(row: Row) -> Fields:
    answered = (row.reply_to or "").strip()
    thread = clean_id(row.thread)
    return {
        "kind": kind_of(False, row.quote_of, answered),
        "reply_to": _address(answered),
        "quote_of": _address(row.quote_of),
        "thread": thread if answered else None,
        "links": listed_links(row.links),
        "hashtags": listed(row.hashtags),
        "mentions": listed(row.mentions),
    }


def _address(link: str | None) -> str | None:
    """Return the address of a post; its link names the author by a handle at times.

    Words in capitals say that a post was deleted or hidden.
    """
    found = _POST_LINK.fullmatch(link or "")
    if found:
        return f"at://{found[1]}/app.bsky.feed.post/{found[2]}"
    return link if "://" in (link or "") else None


# --- Telegram ------------------------------------------------------------------------


def _telegram(row: Row) -> Fields:
    chat = _chat(row)
    number = (row.id or "").rpartition("-")[2]
    answered = clean_id(row.reply_to)
    forwarded = _is_forwarded(row)
    link = row.links or ""
    return {
        "post": message_id(chat, number),
        "kind": "repost" if forwarded else "reply" if answered else "post",
        "repost_of_account": _origin(row) if forwarded else None,
        "reply_to": message_id(chat, answered),
        "community": chat,
        # The card of a message leads to one link; its text may hold others.
        "links": (link,) if "://" in link else None,
        "mentions": listed(row.mentions),
    }


def _chat(row: Row) -> str | None:
    return (row.thread or "").strip().lower() or None


def _is_forwarded(row: Row) -> bool:
    """Tell whether a message is a forward; its time is never pseudonymised."""
    if row.forwarded_at is not None:
        return bool(row.forwarded_at.strip())
    return bool(stated(row.forwarded_id) or stated(row.forwarded_name))


def _origin(row: Row) -> str | None:
    cells = (row.forwarded_id, row.forwarded_username, row.forwarded_name)
    return next((cell for cell in cells if cell and cell != REDACTED), None)


def _sender(row: Row) -> str | None:
    """Return who wrote a message, as other formats name the same account.

    The table has numbers without saying what they count. A person has a name and a
    channel has none; without a name and a username the bare number is kept. Messages
    without an author are the chat's; where empty cells are pseudonymised too, the one
    of an author looks like the one of an origin that is not there.
    """
    author = (row.author or "").strip()
    is_blank = is_hashed(author) and author == row.forwarded_id
    if not author or (is_blank and not _is_forwarded(row)):
        return _chat(row)
    number = clean_id(author)
    if number is None or not number.isdigit():
        return number
    if row.name:
        return f"user{number}"
    return f"channel{number}" if row.username else number


MORE: dict[str, Callable[[Row], Fields]] = {
    X: _x,
    TIKTOK: _tiktok,
    TELEGRAM: _telegram,
    BLUESKY: _bluesky,
    TRUTH: _truth,
}
"""What each platform adds to, and changes in, the common fields."""
