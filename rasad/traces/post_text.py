"""Links, hashtags and mentions found in the text of a post.

For files that do not state what a post holds. Every search takes time in proportion to
the text, however it was made.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rasad.traces.link_tables import SHORTENERS

LONGEST = 100_000
"""Characters of a text that are looked at."""

_INVISIBLE = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
# Marks are no word characters to `re`, yet most scripts of Asia cannot do without.
_MARKS = (
    "\u200c\u200d\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e"
    "\u1000-\u109f"
)
_URL_CHAR = rf"[^\s<>\"`«»“”،؛؟…{{}}|\\^{_INVISIBLE}]"
# Where a line break was lost, the next link follows a letter or digit at once.
_URL = re.compile(
    rf"(?:https?://|(?<![\w.@/])www\.(?=[^\s/.]+\.))(?:(?!(?<=[a-z0-9])https?://){_URL_CHAR})+",
    re.IGNORECASE,
)
_SHORT_URL = re.compile(r"https?://([^/]+)/[A-Za-z0-9_-]*", re.IGNORECASE)
_ENDINGS = ".,;:!?'*_~]"
_TAGS = re.compile(rf"(?<![\w&])(?:[#＃][\w{_MARKS}]+)+")
_HANDLE = r"(?:[\w-]+(?:\.[\w-]+)+|\w+)(?:@[\w.-]*\w)?"
_MENTION = re.compile(rf"@(?<![\w@/]@)({_HANDLE})")
_LEADING = re.compile(rf"[\s,'\"“{_INVISIBLE}]*@({_HANDLE})")


@lru_cache(maxsize=16)
def links_in(text: str, truncated: bool = False) -> tuple[str, ...]:
    """Return the links of a text, in order.

    Parameters
    ----------
    text : str
        A post's text.
    truncated : bool
        The text is known to be cut, so that a link at its end is not whole.

    Returns
    -------
    tuple of str
        As written. Links that end in an ellipsis are not whole and are left out.

    Examples
    --------
    >>> links_in("Read (https://example.com/a), then www.example.com/b!")
    ('https://example.com/a', 'www.example.com/b')
    """
    short = text[:LONGEST]
    if "://" not in short and "ww." not in short.lower():
        return ()
    return tuple(
        _trimmed(found[0])
        for found in _URL.finditer(short)
        if not _is_cut(text, found.end(), truncated) and not found[0].endswith("...")
    )


def _is_cut(text: str, end: int, truncated: bool) -> bool:
    return text.startswith("…", end) or (end == len(text) and truncated)


def _trimmed(url: str) -> str:
    """Cut what belongs to the sentence around a link."""
    short = _SHORT_URL.match(url)
    if short and short[1].lower() in SHORTENERS:
        return short[0]
    return url.rstrip(_ENDINGS + ("" if "(" in url else ")"))


@lru_cache(maxsize=16)
def _without_links(text: str) -> str:
    return _URL.sub(" ", text[:LONGEST])


def hashtags_in(text: str, truncated: bool = False) -> tuple[str, ...]:
    """Return the hashtags of a text, in order, without `#`.

    Parameters
    ----------
    text : str
        A post's text.
    truncated : bool
        The text is known to be cut, so that a tag at its end is not whole.

    Examples
    --------
    >>> hashtags_in("#a_b#c, #2 &#39; https://example.com/#d #خبر")
    ('a_b', 'c', 'خبر')
    """
    if "#" not in text and "＃" not in text:
        return ()
    rest = _without_links(text)
    return tuple(
        tag
        for found in _TAGS.finditer(rest)
        if not _is_cut(rest, found.end(), truncated)
        for tag in found[0].replace("＃", "#").split("#")
        if any(char.isalpha() for char in tag)
    )


def mentions_in(text: str) -> tuple[str, ...]:
    """Return the handles that a text mentions, in order, lower-case, without `@`.

    Examples
    --------
    >>> mentions_in("@Ann and @ann.bsky.social, not me@example.com")
    ('ann', 'ann.bsky.social')
    """
    if "@" not in text:
        return ()
    return tuple(found[1].lower() for found in _MENTION.finditer(_without_links(text)))


def leading_handles(text: str) -> tuple[str, ...]:
    """Return the handles with which a text begins: in a reply, whom it answers.

    Examples
    --------
    >>> leading_handles("@Ann @Bob see @Cid")
    ('ann', 'bob')
    """
    handles: dict[str, None] = {}
    found = _LEADING.match(text, 0, LONGEST)
    while found:
        handles[found[1].lower()] = None
        found = _LEADING.match(text, found.end(), LONGEST)
    return tuple(handles)
