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
from collections.abc import Container, Iterable, Iterator
from urllib.parse import quote

PURGED = "[purged]"
"""What stands where a text, description or display name was."""

SHORTEST = 6
"""Characters of a name that is no word or number of others."""

MOST_PARTS = 16
"""Parts of a name between its dots and dashes; no platform allows more."""

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
_ESCAPED_BY_SOME = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}
"""Characters that writers for pages escape in JSON though they need not."""

_JOINT = re.compile(r"[.-]")
"""What stands between the parts of a name."""

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
    others : iterable of str
        Names of others, in lower case. A mark that is one part of such a name, before
        or after a dot or dash, is left.

    Examples
    --------
    >>> marks = Marks(["marker_07"], ["A text that only the marked account wrote."])
    >>> found, n = marks.replaced("@marker_07 and marker_070")
    >>> len(found), n, "marker_07 " in found, "marker_070" in found
    (25, 1, False, True)
    """

    def __init__(
        self,
        names: Iterable[str],
        phrases: Iterable[str],
        others: Iterable[str] = (),
    ) -> None:
        kept = sorted({name.lower() for name in names if not _is_short_number(name)})
        self.new = {name: _alike(name) for name in kept}
        self._longer = _longer_names(self.new, others)
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
                found = [*pattern.finditer(text)]
                own = [one for one in found if not self._is_of_another(text, one)]
                new = [(one, self.new[_plain(one.group()).lower()]) for one in own]
                text = _put(text, new)
                count += len(own)
        return self._without_words(text, count)

    def _without_words(self, text: str, count: int) -> tuple[str, int]:
        found = _WORD.finditer(text) if self._words else ()
        new = [(one, word) for one in found if one[1] and (word := self._new(one[1]))]
        own = [(one, word) for one, word in new if not self._is_of_another(text, one)]
        return _put(text, own), count + len(own)

    def _new(self, word: str) -> str | None:
        """Return what becomes of a word; of `PAGE_POST` each number is looked at."""
        lowered = word.lower()
        if lowered in self._words:
            return self.new[lowered]
        if "_" not in lowered:
            return None
        parts = lowered.split("_")
        if not any(part.isdigit() and part in self._words for part in parts):
            return None
        numbers = (part.isdigit() and self.new.get(part) for part in parts)
        kept = zip(numbers, word.split("_"), strict=True)
        return "_".join(number or part for number, part in kept)

    def _is_of_another(self, text: str, found: re.Match[str]) -> bool:
        """Tell whether a mark is a part of a name that somebody else has."""
        for before, name in self._longer.get(found.group().lower(), ()):
            start = found.start() - before
            if start >= 0 and text[start : start + len(name)].lower() == name:
                return True
        return False


def _longer_names(
    marks: Container[str], others: Iterable[str]
) -> dict[str, list[tuple[int, str]]]:
    """Return by mark the names of others that it is a part of, and where in each.

    Examples
    --------
    >>> _longer_names({"ali_1"}, ["ali_1.official", "ali_1", "ali_12.x"])
    {'ali_1': [(0, 'ali_1.official')]}
    """
    longer: dict[str, list[tuple[int, str]]] = {}
    for name in others:
        joints = [joint.start() for joint in _JOINT.finditer(name)]
        if not 0 < len(joints) < MOST_PARTS:
            continue
        for start in (0, *(joint + 1 for joint in joints)):
            for end in (*joints, len(name)):
                if end - start < len(name) and name[start:end] in marks:
                    longer.setdefault(name[start:end], []).append((start, name))
    return longer


def _put(text: str, new: Iterable[tuple[re.Match[str], str]]) -> str:
    """Put words in the place of what was found, in order."""
    parts, place = [], 0
    for found, word in new:
        parts += [text[place : found.start()], word]
        place = found.end()
    return "".join([*parts, text[place:]])


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
    # A handle ends where its letters do, also where Persian goes on without a space.
    flags = re.IGNORECASE | (re.ASCII if name.isascii() else re.UNICODE)
    if is_distinctive(name):
        return literal, re.compile(rf"(?<!\w)(?:{ways})(?!\w)", flags)
    # Where a dot or dash goes on it is a host, or the name of somebody else.
    named = rf"{_NAMED}(?:{ways})(?!\w|[.-]\w)"
    return literal, re.compile(
        f"{named}|{_VALUE.format(f'(?:{ways})')}", flags | re.MULTILINE
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
    ascii_only = {json.dumps(one)[1:-1] for one in plain}
    letters = {json.dumps(one, ensure_ascii=False)[1:-1] for one in plain}
    lower = ascii_only | letters
    lower |= {one.translate(_ESCAPED_BY_SOME) for one in lower}
    upper = {_ESCAPE.sub(lambda found: "\\u" + found[1].upper(), one) for one in lower}
    written = plain | lower | upper
    slashed = {one.replace("/", "\\/") for one in written}
    quoted = {one.replace('"', '""') for one in written}
    return written | slashed | quoted | {quote(text), quote(text, safe="")}


def _alike(name: str) -> str:
    """Return a random name of the same length, digits for digits.

    A number begins with a smaller digit or with 1, so that it fits where it stood.
    """
    made = "".join(map(_drawn, name))
    if not name.isdigit():
        return made
    smaller = range(1, max(int(name[0]), 2))
    return str(secrets.choice(smaller)) + made[1:]


def _drawn(char: str) -> str:
    if char.isdigit():
        # Never 0 or 9: a number keeps its length and its type.
        return secrets.choice("12345678")
    return secrets.choice(string.ascii_lowercase) if char.isalpha() else char
