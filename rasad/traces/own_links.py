"""Links of a post that lead to the post itself: its own address, or its own pictures.

Platforms add such links by themselves, and every repost, copy or capture has them.
"""

from __future__ import annotations

import re

from rasad.schema import Record
from rasad.traces.address import read_address
from rasad.traces.links import canonical_link

_PLACES = (
    "x.com/i/status/",
    "reddit.com/comments/",
    "tiktok.com/video/",
    "instagram.com/p/",
    "threads.com/t/",
)
"""What stands before the id of a post in its one address, by platform."""

_PLACES_OF_NAMED = re.compile(
    r"bsky\.app/profile/[^/]+/post/|truthsocial\.com/.*|facebook\.com/.*"
)
"""The same where a name comes between; the number alone is the post's."""

_BETWEEN = re.compile(r"[/:_]")

SHORTEST = 4
"""Characters of an id that may be looked for in a link; shorter ones are anywhere."""


FIELDS = ("platform", "handle", "post", "edition")
"""Names of all that is asked of a record."""


def without_own(links: tuple[str, ...], record: Record) -> tuple[str, ...]:
    """Return the links of a post that lead elsewhere.

    Parameters
    ----------
    links : tuple of str
        As found.
    record : Record
        The post that holds them.

    Examples
    --------
    >>> post = Record(
    ...     account="twitter:1", platform="twitter", created_at=0, precision="s",
    ...     raw_time="", post="123456",
    ... )
    >>> without_own(("https://twitter.com/a/status/123456/photo/1", "a.example"), post)
    ('a.example',)
    """
    if not links or record.post is None:
        return links
    keys = keys_of(record.post, record.edition)
    return tuple(link for link in links if not _is_own(link, keys, record))


def keys_of(post: str | None, edition: str | None) -> tuple[str, ...]:
    """Return the ends of the addresses that a post may have: one for each of its ids.

    A link in which none of them stands leads elsewhere.

    Examples
    --------
    >>> keys_of("tg:1001:7", None), keys_of("1234567", "1234568"), keys_of("7", None)
    (('7',), ('1234567', '1234568'), ())
    """
    return tuple(
        key
        for name in (post, edition)
        if name
        and (key := name if name.isalnum() else _BETWEEN.split(name)[-1])
        and (len(key) >= SHORTEST or name.startswith("tg:"))
    )


def _is_own(link: str, keys: tuple[str, ...], record: Record) -> bool:
    # Most links hold no id of a post: this is all that is asked of them.
    held = [key for key in keys if key in link]
    form = canonical_link(link) if held else None
    if form is None:
        return False
    return any(
        _is_place(form.removesuffix(key), record) for key in held if form.endswith(key)
    )


def _is_place(before: str, record: Record) -> bool:
    """Tell whether a post of this id stands where an address says."""
    if before in _PLACES or _PLACES_OF_NAMED.fullmatch(before):
        return True
    if record.platform == "telegram":
        chat = (record.post or "").split(":")[1:2]
        names = [f"c/{chat[0]}" if chat else "", (record.handle or "").lower()]
        return before in [f"t.me/{name}/" for name in names if name]
    # Elsewhere a post is named by its address, on its own server.
    home = read_address(record.post or "")
    return home is not None and before.partition("/")[0] == home.host
