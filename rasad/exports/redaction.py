"""Texts, objects and counts without what names an account."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from rasad.exports.escape import LINK, SCHEME
from rasad.exports.pseudonyms import Pseudonyms
from rasad.importers.marks import is_distinctive

_MENTION = re.compile(r"(?<![A-Za-z0-9_])[@\uff20][\w.-]*\w")
_WORD = re.compile(r"[A-Za-z0-9_]+|[^\W\x00-\x7f]+")
"""A run of letters of one kind: a handle may stand before Persian without a space."""

_BETWEEN = re.compile(r"\W")
_AFTER_HOST = re.compile(r"[/?#\\]")
_LABELS = re.compile(r"([.\s,#:]+)")
"""What stands between the labels of a site, or between tags."""

LONGEST = 8
"""Words of a display name that are looked for together."""

PLAIN_KEYS = ("trace", "traces", "rule", "grade")
"""Keys in counts whose values are words of ours."""

OPEN_OBJECTS = ("domain", "hashtags")
"""Traces whose objects name no account by themselves."""

OF_POSTS, OF_ACCOUNTS, OF_LINKS = ("repost", "reply"), ("mention",), ("link",)


class Redaction:
    """Takes the accounts of a case out of texts.

    Parameters
    ----------
    names : Pseudonyms
        What stands in their place.
    known : mapping of str to str
        Account by everything that names it: ids, handles and display names, in lower
        case.
    sites : bool
        Show of a link its site alone.

    Examples
    --------
    >>> names = Pseudonyms(bytes(32))
    >>> redaction = Redaction(names, {"some one": "x:1", "some_1": "x:1"}, sites=True)
    >>> redaction.text("@some_1 and Some One at https://a.example/some_1?x=1")
    '@r3zj-6z2v-vthy-qt6p and r3zj-6z2v-vthy-qt6p at [link: a.example]'
    """

    def __init__(
        self, names: Pseudonyms, known: Mapping[str, str], sites: bool
    ) -> None:
        self._names, self._known, self._sites = names, known, sites

    def text(self, text: str) -> str:
        """Return a text without links, mentions and known names."""
        return self._words(_MENTION.sub(self._mention, LINK.sub(self._link, text)))

    def shape(self, text: str) -> str:
        """Return what may be said of a text without quoting it."""
        made = self._names.of("text", text)
        return f"[text {made}, {len(text)} characters]"

    def object(self, value: str) -> str:
        """Return an object without what names an account."""
        trace, mark, rest = value.partition(":")
        if not mark:
            return self._names.of("object", value)
        return f"{trace}:{self._value(trace, rest)}"

    def _value(self, trace: str, value: str) -> str:
        if trace in OF_POSTS:
            return self._names.of("post", value)
        if trace in OF_ACCOUNTS:
            return self.person(value)
        if trace in OPEN_OBJECTS:
            return self._labels(value)
        if trace in OF_LINKS:
            return self._address(value)
        return self._names.of(trace, value)

    def person(self, name: str) -> str:
        """Return the pseudonym of whoever a name or handle belongs to."""
        account = self._known.get(name.lower())
        if account is None:
            return self._names.of("name", name.lower())
        return self._names.account(account).partition(":")[2]

    def counts(self, text: str) -> str:
        """Return counts or pointers in JSON without names."""
        return json.dumps(self._inside("", json.loads(text)), sort_keys=True)

    def _inside(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            inner = {name: self._inside(name, one) for name, one in value.items()}
            return _in_order(inner) if "account_a" in inner else inner
        if isinstance(value, list):
            return [self._inside(key, one) for one in value]
        if not isinstance(value, str) or key in PLAIN_KEYS:
            return value
        if key.startswith("account"):
            return self._names.account(value)
        return self.person(value)

    def _address(self, value: str) -> str:
        """Return a link: its site, and all else of it as a pseudonym."""
        scheme = SCHEME.match(value)
        rest = value[scheme.end() if scheme else 0 :]
        before = _AFTER_HOST.split(rest, maxsplit=1)[0]
        host = before.rpartition("@")[2]
        site = self._labels(host)
        return f"{site}/{self._names.of('link', value)}" if host != rest else site

    def _labels(self, value: str) -> str:
        """Return a site or tags without known names, of which one may be a label.

        A whole label or tag that is somebody's name is replaced, whatever word it is.
        """
        return "".join(map(self._label, _LABELS.split(value)))

    def _label(self, label: str) -> str:
        account = self._known.get(_written_out(label).lower())
        return self._words(label) if account is None else self._stand_in(account)

    def _link(self, found: re.Match[str]) -> str:
        scheme = SCHEME.match(found.group())
        rest = found.group()[scheme.end() if scheme else 0 :]
        host = _AFTER_HOST.split(rest, maxsplit=1)[0].rpartition("@")[2]
        return f"[link: {host}]" if self._sites else "[link]"

    def _mention(self, found: re.Match[str]) -> str:
        return "@" + self.person(found.group()[1:])

    def _words(self, text: str) -> str:
        """Replace known names of up to `LONGEST` words, longest first."""
        words = list(_WORD.finditer(text))
        parts, place, n = [], 0, 0
        while n < len(words):
            size, account = self._named(text, words, n)
            if account is not None:
                parts += [text[place : words[n].start()], self._stand_in(account)]
                place = words[n + size - 1].end()
            n += max(size, 1)
        return "".join([*parts, text[place:]])

    def _named(
        self, text: str, words: list[re.Match[str]], first: int
    ) -> tuple[int, str | None]:
        for size in range(min(LONGEST, len(words) - first), 0, -1):
            stretch = text[words[first].start() : words[first + size - 1].end()]
            account = self._known.get(stretch.lower())
            # One word without a digit may be anybody's word.
            several = _BETWEEN.search(stretch) is not None
            if account is not None and (several or is_distinctive(stretch)):
                return size, account
        return 0, None

    def _stand_in(self, account: str) -> str:
        return self._names.account(account).partition(":")[2]


def _written_out(label: str) -> str:
    """Return a label of a site in its own letters.

    Examples
    --------
    >>> _written_out("xn--mgba3a4f16a")
    'ایران'
    >>> _written_out("xn--")
    'xn--'
    """
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def between_words(name: str) -> str:
    """Return a display name from its first to its last word, in lower case.

    Examples
    --------
    >>> between_words("★ Some One ★")
    'some one'
    """
    words = list(_WORD.finditer(name))
    return name[words[0].start() : words[-1].end()].lower() if words else ""


def _in_order(pair: dict[str, Any]) -> dict[str, Any]:
    first, second = sorted((pair["account_a"], pair["account_b"]), key=str.encode)
    return pair | {"account_a": first, "account_b": second}
