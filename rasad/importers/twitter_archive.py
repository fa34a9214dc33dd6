"""Twitter's information operations archive: 31 columns, ids hashed or plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    is_damaged,
    parse_list_cell,
    picker,
    plain_names,
    snowflake_us,
    unusable,
)
from rasad.importers.delimited import Cells
from rasad.importers.reader import Convert, entries, reject
from rasad.importers.times import Instant, TimeError, read_iso
from rasad.schema import Kind, Record

if TYPE_CHECKING:
    from rasad.importers.large_tables import Reader

SIGNATURE = (
    "tweetid",
    "userid",
    "tweet_time",
    "tweet_text",
    "is_retweet",
    "retweet_tweetid",
)
ALIASES = {
    "retweet_user_id": "retweet_userid",
    "retweet_tweet_id": "retweet_tweetid",
}
MINUTE_US = 60_000_000
REMEMBERED = 16_384


class Tweet(NamedTuple):
    """The columns that are used, by their names in the archive."""

    tweetid: str | None
    userid: str | None
    tweet_time: str | None
    tweet_text: str | None
    is_retweet: str | None
    retweet_tweetid: str | None
    user_display_name: str | None
    user_screen_name: str | None
    user_profile_description: str | None
    account_creation_date: str | None
    account_language: str | None
    tweet_language: str | None
    tweet_client_name: str | None
    in_reply_to_userid: str | None
    in_reply_to_tweetid: str | None
    quoted_tweet_tweetid: str | None
    retweet_userid: str | None
    hashtags: str | None
    urls: str | None
    user_mentions: str | None


class TwitterArchive:
    """Reads the tweet files of Twitter's information operations archive."""

    name = "x_io_tweets"
    title = "Twitter information operations archive (tweets)"
    support = (
        "It holds suspended accounts only: groups among them can be described, but no "
        "rate of false alarms or ordinary behaviour can be learned from it."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the archive by its column names, in any order and case."""
        names = _names(head)
        if not set(SIGNATURE) <= set(names):
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=SIGNATURE,
            warnings=_warnings(head),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span; columns are found by name, never by place."""
        names = _names(head)
        wanted = [
            head.columns[names.index(name)] for name in Tweet._fields if name in names
        ]
        return entries(head, _converter(names), wanted=wanted)

    def reader(self, head: Head) -> Reader:
        """Return how rows become records, many at once and one by one."""
        from rasad.importers.archive_columns import records
        from rasad.importers.large_tables import Reader

        names = _names(head)
        return Reader(names, Tweet._fields, records, _converter(names))


def _names(head: Head) -> list[str]:
    return [ALIASES.get(name, name) for name in plain_names(head)]


def _warnings(head: Head) -> tuple[str, ...]:
    pick = picker(_names(head), ("tweetid", "userid", "tweet_time", "retweet_tweetid"))
    picked = [pick(row) for row in head.rows]
    said = damage_warning("tweetid", [row[0] for row in picked])
    said += damage_warning("userid", [row[1] for row in picked])
    said += damage_warning("retweet_tweetid", [row[3] for row in picked])
    apart = sum(_disagree(row[0], row[2]) for row in picked)
    if apart:
        said += (
            f"In {apart} of the first {len(picked)} tweets the time inside the id is "
            "not the time stated; the stated one is kept, to the minute.",
        )
    hashed = sum(
        not (row[1] or "0").isdigit() and not is_damaged(row[1]) for row in picked
    )
    if hashed:
        said += (
            f"{hashed} of the first {len(picked)} user ids are hashed: they match "
            "inside this release only.",
        )
    return said


def _disagree(tweet: str | None, stated: str | None) -> bool:
    inside = snowflake_us(tweet)
    try:
        field = read_iso(stated or "")[0]
    except TimeError:
        return False
    return inside is not None and abs(inside - field) >= MINUTE_US


def _converter(names: list[str]) -> Convert:
    pick = picker(names, Tweet._fields)
    days = _days()
    # Times are to the minute: many posts share one.
    stated = lru_cache(maxsize=REMEMBERED)(read_iso)

    def convert(cells: Cells) -> Record | Reject:
        tweet = Tweet._make(pick(cells))
        post, user = clean_id(tweet.tweetid), clean_id(tweet.userid)
        if user is None:
            return reject(unusable("userid", tweet.userid), cells)
        try:
            created_at, precision = _time(post, tweet.tweet_time, stated)
        except TimeError as error:
            return reject(str(error), cells)
        text, handle, name = (
            tweet.tweet_text,
            tweet.user_screen_name,
            tweet.user_display_name,
        )
        repost_of = clean_id(tweet.retweet_tweetid)
        reply_to = clean_id(tweet.in_reply_to_tweetid)
        quote_of = clean_id(tweet.quoted_tweet_tweetid)
        kind = _kind(tweet, repost_of, quote_of, reply_to)
        return Record(
            account="twitter:" + user,
            platform="twitter",
            created_at=created_at,
            precision=precision,
            raw_time=tweet.tweet_time or post or "",
            post=post,
            kind=kind,
            # A handle or name that repeats the hashed id was hidden by the release.
            handle=None if handle == user else handle or None,
            name=None if name == user else name or None,
            account_created_at=days(tweet.account_creation_date),
            account_language=tweet.account_language or None,
            description=tweet.user_profile_description or None,
            text=text,
            language=tweet.tweet_language or None,
            repost_of=repost_of,
            repost_of_account=clean_id(tweet.retweet_userid),
            reply_to=reply_to,
            quote_of=quote_of,
            client=tweet.tweet_client_name or None,
            truncated=kind == "repost" and text is not None and text.endswith("…"),
            links=parse_list_cell(tweet.urls),
            hashtags=parse_list_cell(tweet.hashtags),
            mentions=parse_list_cell(tweet.user_mentions),
        )

    return convert


def _time(
    tweet: str | None, stated: str | None, read: Callable[[str], Instant]
) -> Instant:
    """Return the id's milliseconds where they agree with the minute stated."""
    inside = snowflake_us(tweet)
    if not stated and inside is not None:
        return inside, "ms"
    field, written = read(stated or "")
    if inside is not None and abs(inside - field) < MINUTE_US:
        return inside, "ms"
    return field, written


def _kind(
    tweet: Tweet, repost_of: str | None, quote_of: str | None, reply_to: str | None
) -> Kind:
    if repost_of or (tweet.is_retweet or "").lower() == "true":
        return "repost"
    if quote_of:
        return "quote"
    return "reply" if reply_to or clean_id(tweet.in_reply_to_userid) else "post"


def _days() -> Callable[[str | None], int | None]:
    """Return a reader of account creation dates, of which there are few."""
    known: dict[str | None, int | None] = {None: None, "": None}

    def read(text: str | None) -> int | None:
        if text not in known:
            try:
                known[text] = read_iso(text or "")[0]
            except TimeError:
                known[text] = None
        return known[text]

    return read
