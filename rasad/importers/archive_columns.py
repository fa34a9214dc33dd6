"""Rows of Twitter's archive as columns of records.

`rasad.importers.twitter_archive` says what a row is; this gives the same for thousands
at once, and names the rows that must be read one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.importers.cell_columns import (
    EMPTY_TEXT,
    NOTHING,
    each,
    filled,
    ids,
    lists,
    snowflakes,
    times,
)
from rasad.importers.times import TimeError, read_iso
from rasad.schema.record_columns import RECORD_COLUMNS

MINUTE_US = 60_000_000

IDS = (
    *("tweetid", "userid", "retweet_tweetid", "retweet_userid"),
    *("in_reply_to_tweetid", "in_reply_to_userid", "quoted_tweet_tweetid"),
)

Cells = Mapping[str, pa.Array | None]
Flags = NDArray[np.bool_]


def records(cells: Cells, n: int) -> tuple[pa.RecordBatch, Flags]:
    """Return rows as records, and which of them must be read one by one.

    Parameters
    ----------
    cells : mapping of str to pyarrow.Array
        Columns by their names in the archive; those that are missing are None.
    n : int
        Number of rows.

    Returns
    -------
    pyarrow.RecordBatch, bool of shape (n,)
        As `RECORD_COLUMNS`; what stands in rows that are named has no meaning.
    """
    empty = pa.nulls(n, pa.string())
    cell = {name: empty if column is None else column for name, column in cells.items()}
    found, odd = _ids(cell)
    post, user = found["tweetid"], found["userid"]
    at, unit, timed = _times(post, _told(cell["tweet_time"]))
    kind = _kinds(found, cell["is_retweet"], n)
    made = _described(cell, user) | {
        "account": pc.binary_join_element_wise("twitter:", _told(user), ""),
        "platform": pa.repeat("twitter", n),
        "created_at": pa.array(at),
        "precision": unit,
        "raw_time": pc.coalesce(filled(_told(cell["tweet_time"])), _told(post)),
        "post": post,
        "kind": kind,
        "text": cell["tweet_text"],
        "language": filled(cell["tweet_language"]),
        "repost_of": found["retweet_tweetid"],
        "repost_of_account": found["retweet_userid"],
        "reply_to": found["in_reply_to_tweetid"],
        "quote_of": found["quoted_tweet_tweetid"],
        "client": filled(cell["tweet_client_name"]),
        "truncated": _truncated(kind, cell["tweet_text"]),
        "links": lists(_told(cell["urls"])),
        "hashtags": lists(_told(cell["hashtags"])),
        "mentions": lists(_told(cell["user_mentions"])),
    }
    columns = [
        made[field.name] if field.name in made else pa.nulls(n, field.type)
        for field in RECORD_COLUMNS
    ]
    odd |= ~timed | user.is_null().to_numpy(zero_copy_only=False)
    return pa.RecordBatch.from_arrays(columns, schema=RECORD_COLUMNS), odd


def _ids(cell: Mapping[str, pa.Array]) -> tuple[dict[str, pa.Array], Flags]:
    """Return the ids of each row, and which rows have one whose digits are lost."""
    found, odd = {}, np.zeros(len(cell["tweetid"]), np.bool_)
    for name in IDS:
        found[name], lost = ids(_told(cell[name]))
        odd |= lost
    return found, odd


def _told(column: pa.Array) -> pa.Array:
    """Return cells with empty ones for those of a missing column."""
    return pc.fill_null(column, EMPTY_TEXT) if column.null_count else column


def _times(post: pa.Array, stated: pa.Array) -> tuple[Any, pa.Array, Flags]:
    """Return the id's milliseconds where they agree with the minute stated."""
    us, unit, told = times(stated, _instant)
    inside = snowflakes(_told(post))
    unstated = pc.equal(stated, EMPTY_TEXT).to_numpy(zero_copy_only=False)
    agrees = (inside >= 0) & (unstated | (told & (np.abs(inside - us) < MINUTE_US)))
    return (
        np.where(agrees, inside, us),
        pc.if_else(pa.array(agrees), "ms", unit),
        told | agrees,
    )


def _instant(text: str) -> tuple[int, str] | None:
    try:
        return read_iso(text)
    except TimeError:
        return None


def _day(text: str) -> int | None:
    instant = _instant(text) if text else None
    return instant[0] if instant else None


def _described(cell: Mapping[str, pa.Array], user: pa.Array) -> dict[str, pa.Array]:
    """Return what is said of accounts; a name that repeats the hashed id is hidden."""
    born = cell["account_creation_date"]
    return {
        "handle": _unless(filled(cell["user_screen_name"]), user),
        "name": _unless(filled(cell["user_display_name"]), user),
        "account_created_at": each(_told(born), _day, pa.int64()),
        "account_language": filled(cell["account_language"]),
        "description": filled(cell["user_profile_description"]),
    }


def _unless(column: pa.Array, same: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(pc.equal(column, same), False), NOTHING, column)


def _kinds(found: Mapping[str, pa.Array], said: pa.Array, n: int) -> pa.Array:
    """Return the kinds of posts that what they point to makes them."""
    reposts = pc.equal(pc.utf8_lower(_told(said)), "true")
    return pc.case_when(
        pc.make_struct(
            pc.or_(found["retweet_tweetid"].is_valid(), reposts),
            found["quoted_tweet_tweetid"].is_valid(),
            pc.or_(
                found["in_reply_to_tweetid"].is_valid(),
                found["in_reply_to_userid"].is_valid(),
            ),
        ),
        *("repost", "quote", "reply", pa.repeat("post", n)),
    )


def _truncated(kind: pa.Array, text: pa.Array) -> pa.Array:
    cut = pc.fill_null(pc.ends_with(text, "…"), False)
    return pc.and_(pc.equal(kind, "repost"), cut)
