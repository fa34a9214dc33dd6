"""Plain text and links out of the HTML in which some platforms give what people wrote.

The standard library's parser takes minutes for 64 kB of markup that somebody broke on
purpose. Here every character is looked at a bounded number of times, and nothing fails:
what is no HTML stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

BREAKS = frozenset({"br"})
BLOCKS = frozenset({"p", "div", "li", "blockquote"})
HIDDEN = frozenset({"script", "style"})

_MARKUP = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)(?P<inside>[^<>]*+)>"
    r"|(?P<comment><!--)|<[!?/][^<>]*+>"
)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])([A-Za-z][\w-]*+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++))"
)
_HIDDEN_END = re.compile(r"</(?:script|style)[^<>]*+>", re.IGNORECASE)


class Piece(NamedTuple):
    """A stretch of text and the tag after it; the name is empty where none follows."""

    text: str
    name: str = ""
    is_end: bool = False
    inside: str = ""


def plain_text(html: str) -> str:
    r"""Return the text that a reader of some HTML sees, with breaks as newlines.

    Examples
    --------
    >>> plain_text("<p>one &amp; <b>two</b><br>three</p><p>four</p>")
    'one & two\nthree\nfour'
    """
    parts = []
    for piece in _pieces(html):
        parts.append(_unescaped(piece.text))
        if piece.name in BREAKS or (piece.is_end and piece.name in BLOCKS):
            parts.append("\n")
    return "".join(parts).strip("\n")


def anchors(html: str) -> list[tuple[str, frozenset[str]]]:
    """Return where the links of some HTML lead, and the marks of each.

    Marks are the words of `class` and `rel`, which tell links to accounts and hashtags
    from others.

    Examples
    --------
    >>> anchors('<a class="mention" href="https://a.example/?x=1&amp;y=2">here</a>')
    [('https://a.example/?x=1&y=2', frozenset({'mention'}))]
    """
    found = []
    for piece in _pieces(html):
        if piece.name == "a" and not piece.is_end:
            named = _attributes(piece.inside)
            marks = f"{named.get('class', '')} {named.get('rel', '')}".lower().split()
            found.append((named.get("href", "").strip(), frozenset(marks)))
    return [(link, marks) for link, marks in found if link]


def _pieces(html: str) -> Iterator[Piece]:
    """Yield the text between tags, without comments and what is never shown."""
    at = 0
    while match := _MARKUP.search(html, at):
        name = (match["name"] or "").lower()
        yield Piece(html[at : match.start()], name, bool(match["end"]), match[3] or "")
        at = match.end()
        if match["comment"]:
            end = html.find("-->", at)
            at = end + 3 if end >= 0 else len(html)
        elif name in HIDDEN and not match["end"]:
            hidden = _HIDDEN_END.search(html, at)
            at = hidden.end() if hidden else len(html)
    yield Piece(html[at:])


def _attributes(inside: str) -> dict[str, str]:
    named: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        value = next(one for one in (match[2], match[3], match[4]) if one is not None)
        named.setdefault(match[1].lower(), _unescaped(value))
    return named


def _unescaped(text: str) -> str:
    try:
        return unescape(text) if "&" in text else text
    except ValueError:  # a character's number of thousands of digits
        return text
