"""Posts of the Internet Research Agency as Clemson University published them.

Three cuts of one release: all 21 columns, the first 15, and the re-cut by author
(`bet4a`), which has no tweet ids. None says which tweet a retweet repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    picker,
    plain_names,
    snowflake_us,
    unusable,
)
from rasad.importers.delimited import Cells
from rasad.importers.reader import Convert, entries, reject
from rasad.importers.times import (
    Clock,
    Instant,
    TimeError,
    clock_for,
    read_month_first,
)
from rasad.schema import Kind, Record

SIGNATURES: tuple[tuple[str, ...], ...] = (
    (
        "external_author_id",
        "author",
        "content",
        "publish_date",
        "harvested_date",
        "account_category",
    ),
    ("author_id", "content", "publish_date", "updates"),
)
KINDS_BY_TYPE: dict[str, Kind] = {
    "RETWEET": "repost",
    "R": "repost",
    "QUOTE_TWEET": "quote",
    "Q": "quote",
}
MINUTE_US = 60_000_000


class Tweet(NamedTuple):
    """The columns that are used, by their names in the release."""

    author: str | None
    author_id: str | None
    external_author_id: str | None
    alt_external_id: str | None
    article_url: str | None
    tweet_id: str | None
    content: str | None
    publish_date: str | None
    language: str | None
    post_type: str | None
    retweet: str | None
    tco1_step1: str | None
    tco2_step1: str | None
    tco3_step1: str | None


_ARTICLE = re.compile(r"twitter\.com/([0-9]+)/status")
_SHORT = re.compile(r"https?://t\.co/[A-Za-z0-9]+")


class InternetResearchAgency:
    """Reads the Internet Research Agency's posts in each of their three cuts."""

    name = "clemson_ira"
    title = "Internet Research Agency posts (Clemson, FiveThirtyEight)"
    support = (
        "It holds one operation only and does not say which post a retweet repeats: "
        "retweets are compared by their text, which is weaker."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise one of the cuts by its columns."""
        names = plain_names(head)
        found = [cut for cut in SIGNATURES if set(cut) <= set(names)]
        if not found:
            return None
        try:
            clock = _clock(head, names)
        except TimeError:
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=found[0],
            warnings=(*_id_warnings(head, names), *clock.sentences("publish_date")),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        names = plain_names(head)
        wanted = [
            head.columns[names.index(name)] for name in Tweet._fields if name in names
        ]
        return entries(head, _converter(names), wanted=wanted)


def _clock(head: Head, names: list[str]) -> Clock:
    place = names.index("publish_date")
    return clock_for((row[place] for row in head.rows), form="month first")


def _id_warnings(head: Head, names: list[str]) -> tuple[str, ...]:
    said: tuple[str, ...] = ()
    for name in ("external_author_id", "alt_external_id", "tweet_id"):
        if name in names:
            place = names.index(name)
            said += damage_warning(name, (row[place] for row in head.rows))
    return said


def _converter(names: list[str]) -> Convert:
    pick = picker(names, Tweet._fields)
    expanded = "tco1_step1" in names

    def convert(cells: Cells) -> Record | Reject:
        tweet = Tweet._make(pick(cells))
        account = _account(tweet)
        if account is None:
            return reject(unusable("author", tweet.external_author_id), cells)
        post = clean_id(tweet.tweet_id)
        try:
            created_at, precision = _time(post, tweet.publish_date)
        except TimeError as error:
            return reject(str(error), cells)
        return Record(
            account="twitter:" + account,
            platform="twitter",
            created_at=created_at,
            precision=precision,
            raw_time=tweet.publish_date or "",
            post=post,
            kind=_kind(tweet.post_type, tweet.retweet),
            handle=tweet.author or tweet.author_id or None,
            text=unquoted(tweet.content),
            language=tweet.language or None,
            links=_links(tweet, expanded),
        )

    return convert


def _account(tweet: Tweet) -> str | None:
    """Return the id that is still whole, else the handle in lower case."""
    linked = _ARTICLE.search(tweet.article_url or "")
    stated = (tweet.alt_external_id, linked and linked[1], tweet.external_author_id)
    for identifier in stated:
        if whole := clean_id(identifier):
            return whole
    handle = tweet.author or tweet.author_id
    return handle.lower() if handle else None


def _time(tweet: str | None, published: str | None) -> Instant:
    field, precision = read_month_first(published or "")
    inside = snowflake_us(tweet)
    if inside is not None and abs(inside - field) < MINUTE_US:
        return inside, "ms"
    return field, precision


def _kind(post_type: str | None, retweet: str | None) -> Kind:
    kind = KINDS_BY_TYPE.get((post_type or "").upper())
    if kind is None:
        return "repost" if (retweet or "").lower() in ("1", "true") else "post"
    return kind


def unquoted(text: str | None) -> str | None:
    """Take off the single quotes that this release puts around some texts.

    Examples
    --------
    >>> unquoted("'@someone hello'"), unquoted("'tis the season")
    ('@someone hello', "'tis the season")
    """
    if text and len(text) > 2 and text[0] == text[-1] == "'":
        return text[1:-1]
    return text


def _links(tweet: Tweet, expanded: bool) -> tuple[str, ...] | None:
    """Return first redirects and short links; None where the cut states none."""
    steps = (tweet.tco1_step1, tweet.tco2_step1, tweet.tco3_step1)
    links = [step for step in steps if step]
    links += _SHORT.findall(tweet.content or "")
    return tuple(dict.fromkeys(links)) if links or expanded else None
