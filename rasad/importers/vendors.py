"""Mentions that listening services export: Meltwater and Brandwatch.

Both mix platforms in one table, write times in a zone that the file does not name, and
often hold excerpts or withhold the text. A post on Twitter tells its time by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import (
    clean_id,
    damage_warning,
    parse_list_cell,
    plain_names,
    retweeted_handle,
    snowflake_us,
)
from rasad.importers.named import Names, named_entries, sampled
from rasad.importers.preambles import BRANDWATCH, MELTWATER, MELTWATER_LATER
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.times import Instant, TimeError
from rasad.importers.vendor_dates import read_date
from rasad.schema import Kind, Record

SITES = {
    "twitter": ("twitter.com", "x.com"),
    "facebook": ("facebook.com",),
    "instagram": ("instagram.com",),
    "threads": ("threads.net", "threads.com"),
    "youtube": ("youtube.com", "youtu.be"),
    "tiktok": ("tiktok.com",),
    "reddit": ("reddit.com",),
    "bluesky": ("bsky.app",),
    "telegram": ("t.me",),
    "vk": ("vk.com",),
}
PLATFORMS = {site: platform for platform, sites in SITES.items() for site in sites}
ELSEWHERE = "web"

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("repost", "retweet", "share", "shared"), "repost"),
    **dict.fromkeys(("quote", "quote tweet"), "quote"),
    **dict.fromkeys(("reply", "comment"), "reply"),
}
"""Words for kinds of posts, which both services use; any other word is a post."""

LARGEST_OFFSET_US = 15 * 3_600_000_000
QUARTER_US = 900_000_000
"""Zones are set apart by quarters of an hour."""

ENOUGH = 3
"""Posts on Twitter that show in which zone the times of a file are."""

FEW = 0.5
"""Share of posts with their text, below which texts cannot be compared."""

_STATUS = re.compile(r"(?:twitter|x)\.com/(?:\w+/status(?:es)?|i/web/status)/([0-9]+)")
_HANDLE = re.compile(r"(?:twitter|x)\.com/(?!i/)(\w+)/status")
_QUOTED = re.compile(r"QT @\w+")
_BETWEEN_LINKS = re.compile(r";\s*(?=https?://)")


class Mention(NamedTuple):
    """What is used of a mention; each service has other names for it."""

    date: str | None
    other_date: str | None
    time: str | None
    address: str | None
    post: str | None
    account: str | None
    other_account: str | None
    handle: str | None
    author: str | None
    name: str | None
    text: str | None
    excerpt: str | None
    kind: str | None
    language: str | None
    client: str | None
    description: str | None
    community: str | None
    reposted: str | None
    replied: str | None
    thread_author: str | None
    links: str | None
    hashtags: str | None
    mentions: str | None
    site: str | None
    page_type: str | None


def _wanted(**names: tuple[str, ...]) -> Names:
    return tuple(names.get(field, ()) for field in Mention._fields)


MELTWATER_NAMES = _wanted(
    date=("date",),
    other_date=("alternate date format",),
    time=("time",),
    address=("url",),
    post=("tweet id",),
    account=("twitter id",),
    handle=("twitter screen name", "author handle"),
    author=("influencer", "author name"),
    excerpt=("hit sentence",),
    kind=("content type",),
    language=("language",),
    client=("twitter client",),
    description=("twitter bio",),
    links=("links",),
    hashtags=("hashtags",),
    site=("source domain", "source"),
)
BRANDWATCH_NAMES = _wanted(
    date=("date",),
    address=("url",),
    account=("x author id", "twitter author id"),
    other_account=("bluesky author id",),
    handle=("author",),
    name=("full name",),
    text=("full text",),
    excerpt=("snippet",),
    kind=("thread entry type",),
    language=("language",),
    community=("subreddit",),
    reposted=("retweet of",),
    replied=("reply to",),
    thread_author=("thread author",),
    links=("expanded urls",),
    hashtags=("hashtags",),
    mentions=("mentioned authors",),
    site=("domain",),
    page_type=("page type",),
)


class Meltwater:
    """Reads mentions of both generations of Meltwater's exports."""

    name = "meltwater"
    title = "Meltwater (mentions)"
    support = (
        "It holds excerpts chosen by a search, from many platforms at once; articles "
        "without a named author are left out, and times are whole minutes at best."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the columns of either generation."""
        names = set(plain_names(head))
        found = [s for s in (MELTWATER, MELTWATER_LATER) if names.issuperset(s)]
        if not found:
            return None
        rows = [Mention._make(row) for row in sampled(head, MELTWATER_NAMES)]
        excerpts = (
            "The column Hit Sentence holds an excerpt of what was written: equal "
            "excerpts may come from different texts."
        )
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=found[0],
            warnings=(
                *(PROVISIONAL, _zone_said(rows), excerpts),
                *damage_warning("Tweet Id", (row.post for row in rows)),
                *damage_warning("Twitter Id", (row.account for row in rows)),
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        return named_entries(head, MELTWATER_NAMES, _make)


class Brandwatch:
    """Reads mentions that Brandwatch exported, with or without a preamble."""

    name = "brandwatch"
    title = "Brandwatch (mentions)"
    support = (
        "It holds what a search found on many platforms; the full text of posts on X "
        "is often withheld, and which post was shared is seldom stated."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the columns, whatever columns of categories there are."""
        if not set(plain_names(head)).issuperset(BRANDWATCH):
            return None
        rows = [Mention._make(row) for row in sampled(head, BRANDWATCH_NAMES)]
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=BRANDWATCH,
            warnings=(
                *(PROVISIONAL, _zone_said(rows)),
                *_withheld_said(rows),
                *damage_warning("X Author ID", (row.account for row in rows)),
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        return named_entries(head, BRANDWATCH_NAMES, _make)


# --- what the report says ------------------------------------------------------------


def _zone_said(rows: Iterable[Mention]) -> str:
    """Say in which zone times are, as far as ids of posts on Twitter show it."""
    offsets = list(_offsets(rows))
    if len(offsets) < ENOUGH:
        return (
            "Times are in the zone of the account that exported them, which the file "
            "does not name: they are read as UTC and may be hours off."
        )
    quarters = round(median(offsets) / QUARTER_US)
    if not quarters:
        return "Ids of posts on Twitter show that the times of this file are in UTC."
    hours, minutes = divmod(abs(quarters) * 15, 60)
    return (
        f"Ids of posts on Twitter show that the times of this file are {hours}:"
        f"{minutes:02} hours {'ahead of' if quarters > 0 else 'behind'} UTC: those "
        "posts get the time of their id, all others are off by that much."
    )


def _offsets(rows: Iterable[Mention]) -> Iterator[int]:
    for row in rows:
        inside = snowflake_us(_tweet(row))
        try:
            stated = _stated(row)[0]
        except TimeError:
            continue
        if inside is not None and abs(stated - inside) <= LARGEST_OFFSET_US:
            yield stated - inside


def _withheld_said(rows: Sequence[Mention]) -> tuple[str, ...]:
    whole = sum(bool(row.text) for row in rows)
    if not rows or whole >= FEW * len(rows):
        return ()
    return (
        f"Only {whole} of the first {len(rows)} mentions have their full text: do not "
        "compare texts.",
    )


# --- one mention ---------------------------------------------------------------------


def _make(values: Sequence[str | None]) -> Record | str:
    row = Mention._make(values)
    platform = _platform(row)
    account = _account(row, platform)
    if account is None:
        return "it has no usable author, or no site"
    post = _tweet(row) if platform == "twitter" else row.address or None
    created_at, precision = _time(row, post if platform == "twitter" else None)
    text = row.text or row.excerpt
    kind = _kind(row.kind, text)
    return Record(
        account=f"{platform}:{account}",
        platform=platform,
        created_at=created_at,
        precision=precision,
        raw_time=" ".join(part for part in (row.date, row.time) if part),
        post=post,
        kind=kind,
        handle=_handle(row.handle) or None,
        name=row.name or (row.author if row.author != row.handle else None) or None,
        description=row.description or None,
        text=text,
        language=row.language or None,
        repost_of=_status(row.reposted),
        repost_of_account=_reposted(row, text) if kind == "repost" else None,
        reply_to=_status(row.replied),
        community=row.community or None,
        client=row.client or None,
        truncated=_is_cut(row, platform),
        links=parse_list_cell(_BETWEEN_LINKS.sub(" ", row.links or "")),
        hashtags=_words(row.hashtags),
        mentions=_words(row.mentions),
    )


def _host(address: str | None) -> str:
    try:
        host = urlsplit(address or "").hostname or ""
    except ValueError:
        return ""
    return re.sub(r"^(?:www|m|mobile|old)\.", "", host)


def _platform(row: Mention) -> str:
    """Return the platform on which a mention stands; `web` where it is another site."""
    host = _host(row.address)
    named = (_named(row.site), _named(row.page_type))
    return PLATFORMS.get(host) or next(filter(None, named), ELSEWHERE)


def _named(cell: str | None) -> str | None:
    site = (cell or "").strip().lower().removeprefix("www.")
    word = "twitter" if site == "x" else site
    return word if word in SITES else PLATFORMS.get(site)


def _account(row: Mention, platform: str) -> str | None:
    """Return the id that is whole, else the handle in lower case."""
    if platform == "twitter" and (identifier := _id(row.account)):
        return identifier
    if platform == "bluesky" and (identifier := _id(row.other_account)):
        return identifier
    handle = _handle(row.handle) or _handle(row.author)
    if platform == "twitter" and not handle:
        found = _HANDLE.search(row.address or "")
        handle = found[1] if found else ""
    if not handle:
        return None
    if platform != ELSEWHERE:
        return handle.lower()
    site = _host(row.address) or (row.site or "").strip().lower()
    return f"{site}/{handle.lower()}" if site else None


def _id(cell: str | None) -> str | None:
    """Return an id; spreadsheets are kept from rounding by quotes around it."""
    return clean_id((cell or "").strip(" =\"'"))


def _handle(cell: str | None) -> str:
    return (cell or "").strip().lstrip("@")


def _tweet(row: Mention) -> str | None:
    return _id(row.post) or _status(row.address)


def _status(address: str | None) -> str | None:
    found = _STATUS.search(address or "")
    return found[1] if found else None


def _time(row: Mention, tweet: str | None) -> Instant:
    """Return the id's time where there is one: that of the file has no zone."""
    inside = snowflake_us(tweet)
    return (inside, "ms") if inside is not None else _stated(row)


def _stated(row: Mention) -> Instant:
    """Read the date, or the other date, with the time of day beside it."""
    failed = TimeError("it has no time")
    for date in (row.date, row.other_date):
        try:
            if date:
                return read_date(date, row.time)
        except TimeError as error:
            failed = error
    raise failed


def _kind(word: str | None, text: str | None) -> Kind:
    """Return the kind that is stated, else the one by which a text begins."""
    stated = KINDS.get((word or "").strip().lower())
    if stated:
        return stated
    if retweeted_handle(text):
        return "repost"
    return "quote" if _QUOTED.match(text or "") else "post"


def _reposted(row: Mention, text: str | None) -> str | None:
    return _handle(row.thread_author).lower() or retweeted_handle(text)


def _is_cut(row: Mention, platform: str) -> bool:
    """Tell whether a text is an excerpt; posts on Twitter are short enough to fit."""
    if row.text or not row.excerpt:
        return False
    dots = ("…", "...")
    return platform != "twitter" or row.excerpt.strip().endswith(dots)


def _words(cell: str | None) -> tuple[str, ...] | None:
    return parse_list_cell((cell or "").replace(";", ","))
