r"""What a purge looks for, and what it puts in its place.

Two kinds of strings name an account. *Names* are ids and handles: they are replaced as
whole words by a random word of the same form, one for each, so that who mentioned one
account still did so together. *Phrases* are texts, descriptions and display names: they
are replaced by one word. Both are looked for as they are written in tables, in JSON, in
addresses and in pages.

A name like `iran` or `42` is a word or number of others, too. Only what has six
characters and a digit or underscore among them is replaced wherever it stands; other
names only after `@` or `/`, or as a whole value; numbers below six digits not at all.
"""

from __future__ import annotations

import html
import json
import re
import secrets
import string
from collections.abc import Iterable, Iterator
from urllib.parse import quote

PURGED = "[purged]"
"""What stands where a text, description or display name was."""

SHORTEST = 6
"""Characters of a name that is no word or number of others."""

LONG = 20
"""Characters of a text that nobody else writes by chance."""

_WORD = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\.|%[0-9a-fA-F]{2}"
    rf"|((?:[0-9]{{{SHORTEST},}}+(?![A-Za-z_])"
    rf"|[A-Za-z0-9_]{{{SHORTEST},}}+(?!\"\s*:)))"
)
"""A word; what an escape ends with is none of it, and keys of JSON are none."""

_VALUE = r"(?:(?<=[\"',;|\t])|^){}(?=[\"',;|\t\r\n]|$)(?!\"\s*:)"
"""A whole value of a table or of JSON, and no key."""

_ANY_WORD = re.compile(r"\w+")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_NAMED = r"(?:(?<=[@/])|(?<=%40)|(?<=%2[fF]))"


def is_distinctive(name: str) -> bool:
    """Tell whether a name cannot be a word or number of somebody else.

    Examples
    --------
    >>> is_distinctive("marker_07"), is_distinctive("iran"), is_distinctive("1234567")
    (True, False, True)
    """
    told = any(char.isdigit() or char == "_" for char in name)
    return len(name) >= SHORTEST and told


class Marks:
    """Strings to be purged, and what becomes of each.

    Parameters
    ----------
    names : iterable of str
        Ids and handles.
    phrases : iterable of str
        Texts, descriptions and display names.

    Examples
    --------
    >>> marks = Marks(["marker_07"], ["A text that only the marked account wrote."])
    >>> found, n = marks.replaced("@marker_07 and marker_070")
    >>> len(found), n, "marker_07 " in found, "marker_070" in found
    (25, 1, False, True)
    """

    def __init__(self, names: Iterable[str], phrases: Iterable[str]) -> None:
        kept = sorted({name.lower() for name in names if not _is_short_number(name)})
        self.new = {name: _alike(name) for name in kept}
        self._words = {
            name
            for name in kept
            if is_distinctive(name) and re.fullmatch(r"\w+", name, re.ASCII)
        }
        rest = [name for name in kept if name not in self._words]
        self._patterns = [*map(_name_pattern, rest)]
        texts = sorted({text.strip() for text in phrases} - {""}, key=_longest_first)
        self._phrases = [
            pattern for text in texts for pattern in _phrase_patterns(text)
        ]

    def replaced(self, text: str) -> tuple[str, int]:
        """Return a text without the marks, and how many there were."""
        count = 0
        words = set(_ANY_WORD.findall(text)) if self._phrases else set()
        for inner, literal, pattern in self._phrases:
            if (not inner or inner in words) and literal in text:
                text, n = pattern.subn(PURGED, text)
                count += n
        lowered = text.lower() if self._patterns else ""
        for literal, pattern in self._patterns:
            if literal in lowered:
                text, n = pattern.subn(self._other, text)
                count += n
        return self._without_words(text, count)

    def _without_words(self, text: str, count: int) -> tuple[str, int]:
        parts, place = [], 0
        for found in _WORD.finditer(text) if self._words else ():
            if found[1] and found[1].lower() in self._words:
                parts += [text[place : found.start()], self.new[found[1].lower()]]
                place = found.end()
                count += 1
        return "".join([*parts, text[place:]]), count

    def _other(self, found: re.Match[str]) -> str:
        return self.new[_plain(found.group()).lower()]


def _longest_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _plain(written: str) -> str:
    """Undo how a name was written in JSON."""
    try:
        return str(json.loads(f'"{written}"'))
    except ValueError:
        return written


def _is_short_number(name: str) -> bool:
    return name.isdigit() and len(name) < SHORTEST


def _name_pattern(name: str) -> tuple[str, re.Pattern[str]]:
    r"""Return what to look for first, and the pattern of a name of another form."""
    ways = "|".join(sorted({re.escape(name), re.escape(json.dumps(name)[1:-1])}))
    # Of a name beyond ASCII only its first letter can be looked for in any writing.
    literal = name if name.isascii() else ""
    if is_distinctive(name):
        return literal, re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE)
    # Where a dot or dash goes on it is a host, or the name of somebody else.
    named = rf"{_NAMED}(?:{ways})(?!\w|[.-]\w)"
    return literal, re.compile(
        f"{named}|{_VALUE.format(f'(?:{ways})')}", re.IGNORECASE | re.MULTILINE
    )


def _phrase_patterns(text: str) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Yield a word to look for first, what to look for then, and the pattern."""
    whole = len(text) < LONG and not is_distinctive(text)
    for way in _ways(text):
        escaped = re.escape(way)
        pattern = _VALUE.format(escaped) if whole else escaped
        # The first word and the last may run into what stands beside the phrase.
        inner = max(_ANY_WORD.findall(way)[1:-1], key=len, default="")
        yield inner, way, re.compile(pattern, re.MULTILINE)


def _ways(text: str) -> set[str]:
    """Return how a text may be written in a table, in JSON, an address and a page."""
    lines = {text, text.replace("\n", "\r\n")}
    plain = {*lines, *map(html.escape, lines), html.escape(text, quote=False)}
    lower = {json.dumps(one)[1:-1] for one in plain}
    upper = {_ESCAPE.sub(lambda found: "\\u" + found[1].upper(), one) for one in lower}
    letters = {json.dumps(one, ensure_ascii=False)[1:-1] for one in plain}
    written = plain | lower | upper | letters
    slashed = {one.replace("/", "\\/") for one in written}
    quoted = {one.replace('"', '""') for one in written}
    return written | slashed | quoted | {quote(text), quote(text, safe="")}


def _alike(name: str) -> str:
    """Return a random name of the same length, digits for digits."""
    return "".join(map(_drawn, name))


def _drawn(char: str) -> str:
    if char.isdigit():
        # Never 0 or 9: a number keeps its length and its type.
        return secrets.choice("12345678")
    return secrets.choice(string.ascii_lowercase) if char.isalpha() else char
