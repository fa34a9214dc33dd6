"""Records of the AT protocol, on which Bluesky runs: addresses, clocks and content.

A post has up to four clocks: when a relay received it, the time inside its record key,
what its client declares, and when a server indexed it. The first that is there counts;
none is proof, because clients set two of them and the others tell when somebody looked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from rasad.importers.members import items_at, member, number_at, text_at
from rasad.importers.optional_times import instant_in
from rasad.importers.times import Instant
from rasad.schema import Kind

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"

NO_POST = {
    "app.bsky.feed.like": "no post: a like",
    "app.bsky.graph.follow": "no post: a follow",
    "app.bsky.graph.block": "no post: a block",
    "app.bsky.graph.list": "no post: a list",
    "app.bsky.graph.listitem": "no post: a member of a list",
    "app.bsky.actor.profile": "no post: a profile",
}
OTHER_RECORD = "no post: a record of another kind"

FAR_US = 300_000_000
"""Five minutes, above which the clocks of one post disagree."""

FIRST_KEY_US = 1_640_995_200_000_000
"""2022: a record key that is older was not made from the time."""

Clock = tuple[Instant, str]
"""A time, and the text it came from."""

_KEY = re.compile(r"[2-7a-j][2-7a-z]{12}")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_URI = re.compile(r"at://(did:[^/\s]+)/([A-Za-z0-9.-]+)/([^/\s?#]+)")


class Uri(NamedTuple):
    """The parts of a record's address; all None where it is none."""

    did: str | None = None
    collection: str | None = None
    key: str | None = None


def uri_of(text: str | None) -> Uri:
    """Return the parts of an address.

    Examples
    --------
    >>> uri_of("at://did:plc:abc/app.bsky.feed.post/3jzfcijpj2z2a").did
    'did:plc:abc'
    """
    found = _URI.fullmatch(text or "")
    return Uri(*found.groups()) if found else Uri()


def why_no_post(collection: str | None) -> str:
    """Say what a record is that is no post."""
    return NO_POST.get(collection or "", OTHER_RECORD)


# --- clocks --------------------------------------------------------------------------


def key_us(key: str | None) -> int | None:
    """Return the time inside a record key in microseconds since 1970 UTC.

    Notes
    -----
    A key is 64 bits in a sortable base 32, thirteen letters: 0, 53 bits of
    microseconds, and 10 bits that tell clocks apart (the protocol's TID).

    Examples
    --------
    >>> key_us("3jzfcijpj2z2a"), key_us("self")
    (1688137381887007, None)
    """
    if key is None or not _KEY.fullmatch(key):
        return None
    number = 0
    for letter in key:
        number = number * 32 + _DIGITS.index(letter)
    inside = number >> 10
    return inside if inside >= FIRST_KEY_US else None


def clocks_of(record: Any, key: str | None, around: Any) -> list[Clock]:
    """Return the clocks of a record that can be read, the one that counts first.

    Parameters
    ----------
    record : object
        What its author's client wrote.
    key : str or None
        Its key.
    around : object
        What a relay or server added.
    """
    received = clock(number_at(around, "time_us"))
    declared = clock(either(record, "createdAt", "created_at"))
    indexed = clock(either(around, "indexedAt", "indexed_at"))
    return [*received, *key_clock(key), *declared, *indexed]


def key_clock(key: str | None) -> list[Clock]:
    """Return the time inside a record key, or nothing."""
    inside = key_us(key)
    return [((inside, "us"), key)] if inside and key else []


def clock(text: str | None) -> list[Clock]:
    """Return the time that a text states, or nothing."""
    instant = instant_in(text)
    return [(instant, text)] if instant and text else []


def clock_warnings(posts: Sequence[Sequence[Clock]]) -> tuple[str, ...]:
    """Return a sentence when clocks of the first posts disagree."""
    apart = sum(_disagree(clocks) for clocks in posts)
    if not apart:
        return ()
    return (
        f"In {apart} of the first {len(posts)} posts the clocks of client, record key "
        "and server lie more than five minutes apart: such posts were dated back, came "
        "over a bridge, or were collected late.",
    )


def _disagree(clocks: Sequence[Clock]) -> bool:
    times = [instant[0] for instant, _ in clocks]
    return bool(times) and max(times) - min(times) > FAR_US


def bridge_warnings(records: Sequence[Any]) -> tuple[str, ...]:
    """Return a sentence when some of the first posts were written elsewhere."""
    bridged = sum(bool(text_at(one, "bridgyOriginalUrl")) for one in records)
    if not bridged:
        return ()
    return (
        f"{bridged} of the first {len(records)} posts came over a bridge from another "
        "network; the times they declare are those of that network.",
    )


# --- content -------------------------------------------------------------------------


def either(value: Any, *names: str) -> str | None:
    """Return the text of the first name that is there: as sent, then as SDKs write."""
    return next((text for name in names if (text := text_at(value, name))), None)


def content_of(record: Any) -> dict[str, Any]:
    """Return the fields of a `Record` that a post's own record states."""
    features, tags = _features(record), _texts(items_at(record, "tags"))
    card, quoted = _card(record), _quoted(record)
    answers = isinstance(member(record, "reply"), dict)
    kind: Kind = "quote" if quoted else "reply" if answers else "post"
    return {
        "kind": kind,
        "text": text_at(record, "text"),
        "language": next(iter(_texts(items_at(record, "langs")) or ()), None),
        "reply_to": text_at(record, "reply", "parent", "uri"),
        "thread": text_at(record, "reply", "root", "uri"),
        "quote_of": quoted,
        "links": _joined(_named(features, "uri"), (card,) if card else None),
        "hashtags": _joined(_named(features, "tag"), tags),
        "mentions": _named(features, "did"),
    }


def _features(record: Any) -> list[Any] | None:
    """Return what parts of the text are, in the order of the text."""
    facets = items_at(record, "facets")
    if facets is None:
        return None
    placed = sorted(facets, key=_place)
    return [one for facet in placed for one in items_at(facet, "features") or ()]


def _place(facet: Any) -> int:
    start = member(facet, "index", "byteStart") or member(facet, "index", "byte_start")
    return start if isinstance(start, int) else 0


def _named(features: list[Any] | None, name: str) -> tuple[str, ...] | None:
    if features is None:
        return None
    return tuple(text for one in features if (text := text_at(one, name)))


def _texts(found: Sequence[Any] | None) -> tuple[str, ...] | None:
    if found is None:
        return None
    return tuple(one for one in found if isinstance(one, str) and one)


def _joined(
    first: tuple[str, ...] | None, second: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    """Put two lists together; what one of them states is stated."""
    if first is None and second is None:
        return None
    return tuple(dict.fromkeys((*(first or ()), *(second or ()))))


def _card(record: Any) -> str | None:
    """Return the link of a post's card, also of one beside a quoted post."""
    embed = member(record, "embed")
    beside = text_at(embed, "media", "external", "uri")
    return text_at(embed, "external", "uri") or beside


def _quoted(record: Any) -> str | None:
    """Return the post that is quoted; lists and feeds can be embedded too."""
    embed = member(record, "embed", "record")
    uri = text_at(embed, "uri") or text_at(embed, "record", "uri")
    return uri if uri_of(uri).collection == POST else None
