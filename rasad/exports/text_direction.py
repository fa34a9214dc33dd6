"""Right-to-left text: which way a text runs, and what in it must be isolated.

A browser's `dir="auto"` looks at the first strong letter only: a Persian reply that
starts with `@user` would run from left to right. So the direction is computed here,
from the words themselves, and stated.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from rasad.exports.escape import JOINERS, LINK, Piece, defanged, visible

Direction = Literal["ltr", "rtl"]

MOST_PIECES = 160
"""Pieces shown of one text; only a text made to burst a page has more."""

RTL_SHARE = 0.3
"""Share of strong letters from which a text runs from right to left."""

# Marks belong to the word, but `\w` knows letters and digits only.
MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
HASHTAG = re.compile(rf"(?<!\w)[#＃][\w{JOINERS}{MARKS}]+")
# Archives replace some handles by a hash in base 64, which has signs of its own.
MENTION = re.compile(
    r"(?<![\w@])[@＠](?:[A-Za-z0-9+/]{43}=|\w+(?:[.-]\w+)*(?:@\w+(?:[.-]\w+)+)?)"
)
TOKEN = re.compile(
    f"(?P<link>{LINK.pattern})|(?P<mention>{MENTION.pattern})|(?P<tag>{HASHTAG.pattern})",
    re.IGNORECASE,
)
REPOST = re.compile(r"^\s*RT\b")


def direction(text: str) -> Direction:
    """Return the base direction of a text.

    Parameters
    ----------
    text : str
        Text of a post, as found.

    Returns
    -------
    {"ltr", "rtl"}
        By the letters that are left once mentions, addresses, hashtags, digits and a
        leading "RT" are taken out; by the hashtags where nothing else is left.

    Notes
    -----
    A text runs from right to left when at least 0.3 of its strong letters do, the
    share that Twitter's own text library uses, or else when its first strong letter
    does.

    Examples
    --------
    >>> direction("@user سلام دنیا"), direction("Hello #سلام")
    ('rtl', 'ltr')
    """
    words = _strong(TOKEN.sub(" ", REPOST.sub(" ", text)))
    if not words:
        words = _strong(MENTION.sub(" ", LINK.sub(" ", text)))
    if not words:
        return "ltr"
    share = sum(words) / len(words)
    return "rtl" if share >= RTL_SHARE or words[0] else "ltr"


def pieces(text: str) -> list[Piece]:
    """Cut a post into what stands alone and what must be isolated.

    Parameters
    ----------
    text : str
        Text of a post, as found.

    Returns
    -------
    list of Piece
        Mentions, addresses (defanged) and Latin hashtags as `ltr`, other hashtags as
        `isolate`, invisible characters as `mark`, everything between as `plain`.

    Examples
    --------
    >>> [(piece.kind, piece.text) for piece in pieces("سلام @user_99")]
    [('plain', 'سلام '), ('ltr', '@user_99')]
    """
    cut: list[Piece] = []
    for piece in visible(text):
        cut.extend(_tokens(piece.text) if piece.kind == "plain" else [piece])
    if len(cut) > MOST_PIECES:
        cut = [*cut[:MOST_PIECES], Piece("mark", "⟦…⟧")]
    return cut


def _strong(text: str) -> list[bool]:
    """Return, per strong letter, whether it runs from right to left.

    Format characters are left out: they are how a text lies about its direction.
    """
    return [
        kind != "L"
        for character in text
        if (kind := unicodedata.bidirectional(character)) in ("L", "R", "AL")
        and unicodedata.category(character) != "Cf"
    ]


def _tokens(text: str) -> list[Piece]:
    found: list[Piece] = []
    end = 0
    for token in TOKEN.finditer(text):
        if token.start() > end:
            found.append(Piece("plain", text[end : token.start()]))
        found.append(_token(token))
        end = token.end()
    if end < len(text):
        found.append(Piece("plain", text[end:]))
    return found


def _token(token: re.Match[str]) -> Piece:
    text = token.group()
    if token.lastgroup == "link":
        return Piece("ltr", defanged(text))
    if token.lastgroup == "mention" or not any(_strong(text)):
        return Piece("ltr", text)
    return Piece("isolate", text)
