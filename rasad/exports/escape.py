"""Making foreign text harmless: visible controls, defanged links, inert cells.

Nothing here writes markup. Texts become pieces; the templates decide what surrounds a
piece, and escape what it holds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

PieceKind = Literal["plain", "ltr", "isolate", "mark"]

JOINERS = "\u200c\u200d"
"""ZWNJ is Persian spelling and ZWJ holds emoji together: both are kept."""

SEEN = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd"
)
"""Format characters that one sees, such as the Arabic number sign."""

BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that one does not see, such as the Hangul filler."""

FORMULA = "=+-@\t\r\n\x00＝＋－＠"
"""First characters by which a spreadsheet takes a cell for a formula."""

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]+|(?<![\w.@-])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"]*",
    re.IGNORECASE,
)
HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A stretch of text and how a page must hold it.

    `plain` as it is; `ltr` isolated from left to right; `isolate` isolated in its own
    direction; `mark` an invisible character, written out.
    """

    kind: PieceKind
    text: str


def visible(text: str) -> list[Piece]:
    r"""Cut a text where an invisible character stands, and name that character.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of Piece
        `plain` and `mark` pieces. A repeated character becomes one mark with a count.

    Examples
    --------
    >>> [piece.text for piece in visible("a\u202eb")]
    ['a', '⟦U+202E⟧', 'b']
    """
    pieces: list[Piece] = []
    start = place = 0
    while place < len(text):
        if not is_invisible(text[place]):
            place += 1
            continue
        if place > start:
            pieces.append(Piece("plain", text[start:place]))
        start = _run_end(text, place)
        pieces.append(Piece("mark", _badge(text[place], start - place)))
        place = start
    if place > start:
        pieces.append(Piece("plain", text[start:place]))
    return pieces


@lru_cache(maxsize=4096)
def is_invisible(character: str) -> bool:
    r"""Tell whether a character changes a line without being seen on it.

    Examples
    --------
    >>> is_invisible("\u202e"), is_invisible("\u200c"), is_invisible("ب")
    (True, False, False)
    """
    if character in JOINERS or character == "\n":
        return False
    if character in BLANK:
        return True
    category = unicodedata.category(character)
    if category == "Cf":
        return character not in SEEN
    return category in ("Cc", "Cs", "Zl", "Zp") or ord(character) & 0xFFFE == 0xFFFE


def defanged(address: str) -> str:
    """Write an address so that no program takes it for a link.

    Examples
    --------
    >>> defanged("https://example.org/a.html")
    'hxxps://example[.]org/a.html'
    >>> defanged("t.co/x")
    't[.]co/x'
    """
    scheme = SCHEME.match(address)
    start = scheme.end() if scheme else 0
    host, slash, path = address[start:].partition("/")
    head = address[:start].lower().replace("tt", "xx", 1)
    return head + host.replace(".", "[.]") + slash + path


def defanged_object(value: str) -> str:
    """Write the value of an object: an address or host defanged, the rest as it is.

    Examples
    --------
    >>> defanged_object("news.example"), defanged_object("#tag")
    ('news[.]example', '#tag')
    """
    if HOST.fullmatch(value):
        return defanged(value)
    return LINK.sub(lambda found: defanged(found.group()), value)


def inert_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula.

    Examples
    --------
    >>> inert_cell("=1+1"), inert_cell("text")
    ("'=1+1", 'text')
    """
    return "'" + text if text and text[0] in FORMULA else text


def _run_end(text: str, place: int) -> int:
    end = place + 1
    while end < len(text) and text[end] == text[place]:
        end += 1
    return end


def _badge(character: str, times: int) -> str:
    badge = f"⟦U+{ord(character):04X}⟧"
    return badge if times == 1 else f"{badge}×{times}"
