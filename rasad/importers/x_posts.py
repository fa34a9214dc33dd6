"""What all formats of posts on X have in common: times, texts, clients, kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rasad.importers.cells import damage_warning, snowflake_us
from rasad.importers.members import member, text_at
from rasad.importers.optional_times import instant_in
from rasad.importers.times import Instant, read_time
from rasad.schema import PRECISION_US, Kind

PLATFORM = "twitter"

QUARTER_US = 900_000_000
FURTHEST_US = 14 * 3_600_000_000
"""Zones differ from UTC by whole quarter hours, and by 14 hours at most."""

_CLIENT = re.compile(r"<a\b[^>]*>([^<]*)</a>", re.IGNORECASE)


def post_time(
    post: str | None, stated: str | None, finer: str | None = None
) -> Instant:
    """Return when a post was written, as finely as the file allows.

    Parameters
    ----------
    post : str or None
        Its id, which holds milliseconds if it is later than November 2010.
    stated : str or None
        Its time as the file has it.
    finer : str or None
        The same time in milliseconds, where a format repeats it.

    Returns
    -------
    tuple of int and str
        Microseconds since 1970 UTC, and the unit in which they are known. Milliseconds
        are taken where they agree with the time stated, where that cannot be read, and
        where both differ by whole quarter hours: that is a wrong zone of whoever wrote
        the file.

    Raises
    ------
    TimeError
        If neither the file nor the id holds a time.

    Examples
    --------
    >>> post_time("1000000000000000000", "2018-05-25T13:05:53.000Z")
    (1527253553758000, 'ms')
    >>> post_time("5", "2018-05-25T13:05:53.000Z")
    (1527253553000000, 's')
    """
    inside = snowflake_us(post)
    field = instant_in(stated) or instant_in(finer)
    if field is None:
        if inside is None:
            return read_time(stated or finer or "")
        return inside, "ms"
    fine = instant_in(finer)
    for us in (fine and fine[0], inside):
        if us is not None and _agree(us, field):
            return us, "ms"
    if inside is not None and _in_other_zone(inside, field):
        return inside, "ms"
    return field


def post_warnings(
    posts: Iterable[tuple[str | None, str | None]],
    ids: Mapping[str, Iterable[str | None]],
) -> tuple[str, ...]:
    """Return sentences on the ids and times of the first posts.

    Parameters
    ----------
    posts : iterable of pairs
        Id and time stated.
    ids : mapping of str to iterable of str or None
        Ids as written, by the name of their column.
    """
    said: tuple[str, ...] = ()
    for name, cells in ids.items():
        said += damage_warning(name, cells)
    pairs = list(posts)
    gaps = [_gap(post, stated) for post, stated in pairs]
    if shifted := gaps.count("zone"):
        said += (
            f"In {shifted} of the first {len(pairs)} posts the time stated and the one "
            "inside the id differ by whole quarter hours, as a wrong time zone makes "
            "them: the id's time is taken.",
        )
    if apart := gaps.count("apart"):
        said += (
            f"In {apart} of the first {len(pairs)} posts the time inside the id is not "
            "the time stated; the stated one is kept.",
        )
    return said


def plain_text(text: str | None) -> str | None:
    """Return a text without the three escapes that X puts into what people write.

    Examples
    --------
    >>> plain_text("a &lt; b &amp; &amp;lt; &copy;")
    'a < b & &lt; &copy;'
    """
    if text is None or "&" not in text:
        return text
    text = text.replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&amp;", "&")


def client_name(source: str | None) -> str | None:
    """Return a posting client's name without the link around it.

    Examples
    --------
    >>> client_name('<a href="https://a.example" rel="nofollow">A client</a>')
    'A client'
    """
    found = _CLIENT.fullmatch((source or "").strip())
    return (plain_text(found[1]) if found else source) or None


def kind_of(repost: object, quote: object, reply: object) -> Kind:
    """Return the kind of a post from what it repeats, quotes or answers."""
    if repost:
        return "repost"
    if quote:
        return "quote"
    return "reply" if reply else "post"


def is_cut(text: str | None) -> bool:
    """Tell whether a text is a repost's that was cut to fit.

    Examples
    --------
    >>> is_cut("RT @someone: many wor…"), is_cut("I wonder…")
    (True, False)
    """
    return (text or "").startswith("RT @") and (text or "").rstrip().endswith("…")


def _agree(us: int, field: Instant) -> bool:
    """Tell whether a time is the one stated; X never states more than the second."""
    return abs(us - field[0]) < max(PRECISION_US[field[1]], PRECISION_US["s"])


def _in_other_zone(inside: int, field: Instant) -> bool:
    """Tell whether a time is right but for its zone; minutes are too coarse to tell."""
    us, unit = field
    gap = inside - us
    zone = round(gap / QUARTER_US) * QUARTER_US
    fine = PRECISION_US[unit] <= PRECISION_US["s"]
    near = abs(gap - zone) < PRECISION_US["s"]
    return fine and near and 0 < abs(zone) <= FURTHEST_US


def _gap(post: str | None, stated: str | None) -> str | None:
    inside, field = snowflake_us(post), instant_in(stated)
    if inside is None or field is None:
        return None
    if _agree(inside, field):
        return None
    return "zone" if _in_other_zone(inside, field) else "apart"


def link_of(url: Any) -> str | None:
    """Return where a link leads; a picture is none."""
    shown = text_at(url, "display_url") or ""
    if member(url, "media_key") is not None or shown.startswith("pic."):
        return None
    names = ("unwound_url", "expanded_url", "url")
    return next(filter(None, (text_at(url, name) for name in names)), None)
