"""Tweets of the Internet Research Agency as NBC News published them in 2018."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    is_damaged,
    parse_list_cell,
    plain_names,
    retweeted_handle,
    snowflake_us,
    unusable,
)
from rasad.importers.html import plain_text
from rasad.importers.named import named_entries, sampled
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.times import Instant, TimeError, read_time
from rasad.schema import Kind, Record

SIGNATURE = (
    "user_id",
    "user_key",
    "created_at",
    "created_str",
    "retweeted_status_id",
    "tweet_id",
)
MINUTE_US = 60_000_000
IDS = ("user_id", "tweet_id", "retweeted_status_id")


class Tweet(NamedTuple):
    """The columns that are used, by their names in the release."""

    user_id: str | None
    user_key: str | None
    created_at: str | None
    created_str: str | None
    text: str | None
    tweet_id: str | None
    source: str | None
    hashtags: str | None
    expanded_urls: str | None
    mentions: str | None
    retweeted_status_id: str | None
    in_reply_to_status_id: str | None


WANTED = tuple((name,) for name in Tweet._fields)


class NbcRelease:
    """Reads NBC's table of tweets."""

    name = "nbc_ira"
    title = "Internet Research Agency tweets (NBC News)"
    support = (
        "It holds what could be recovered of one operation's deleted tweets: many of "
        "its accounts and tweets are missing, and nobody ordinary is in it."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the release by its columns."""
        if not set(plain_names(head)).issuperset(SIGNATURE):
            return None
        cells = sampled(head, tuple((name,) for name in IDS))
        said = [damage_warning(n, (row[i] for row in cells)) for i, n in enumerate(IDS)]
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=SIGNATURE,
            warnings=(PROVISIONAL, *(sentence for one in said for sentence in one)),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        return named_entries(head, WANTED, _make)


def _make(values: Sequence[str | None]) -> Record | str:
    tweet = Tweet._make(values)
    handle = (tweet.user_key or "").strip()
    account = clean_id(tweet.user_id) or handle.lower()
    if not account:
        return unusable("user_id", tweet.user_id)
    post = clean_id(tweet.tweet_id)
    created_at, precision = _time(tweet, post)
    reposted = clean_id(tweet.retweeted_status_id)
    retweeted = retweeted_handle(tweet.text)
    kind = _kind(tweet, retweeted)
    return Record(
        account="twitter:" + account,
        platform="twitter",
        created_at=created_at,
        precision=precision,
        raw_time=tweet.created_str or tweet.created_at or "",
        post=post,
        kind=kind,
        handle=handle or None,
        text=tweet.text,
        repost_of=reposted,
        repost_of_account=retweeted if kind == "repost" else None,
        reply_to=clean_id(tweet.in_reply_to_status_id),
        client=plain_text(tweet.source or "") or None,
        truncated=kind == "repost" and (tweet.text or "").endswith("…"),
        links=parse_list_cell(tweet.expanded_urls),
        hashtags=parse_list_cell(tweet.hashtags),
        mentions=parse_list_cell(tweet.mentions),
    )


def _time(tweet: Tweet, post: str | None) -> Instant:
    """Return the id's milliseconds where they agree with the time stated."""
    inside = snowflake_us(post)
    stated = tweet.created_str or tweet.created_at
    if not stated and inside is not None:
        return inside, "ms"
    field, written = _stated(tweet)
    if inside is not None and abs(inside - field) < MINUTE_US:
        return inside, "ms"
    return field, written


def _stated(tweet: Tweet) -> Instant:
    """Read the date, else the number of milliseconds, which all end in zeros."""
    try:
        return read_time(tweet.created_str or "")
    except TimeError:
        return read_time(tweet.created_at or "")[0], "s"


def _kind(tweet: Tweet, retweeted: str | None) -> Kind:
    stated = tweet.retweeted_status_id
    if clean_id(stated) or is_damaged(stated) or retweeted:
        return "repost"
    return "reply" if clean_id(tweet.in_reply_to_status_id) else "post"
