"""What journal entries say after purges: some sources were rewritten, some are gone.

The journal is only ever added to, so an import stays in it when a purge has replaced
what was imported. Whoever asks what a case holds reads the entries through here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Entry = dict[str, Any]

PURGE = "purge"
"""The event of a purge in the journal."""

DIGITS = 32
"""Hexadecimal digits of a tombstone: two accounts share one by chance never."""


def in_force(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries as they stand after all purges among them.

    Parameters
    ----------
    entries : sequence of dict
        Entries of a journal, oldest first.

    Returns
    -------
    list of dict
        An entry that names a source which was rewritten has the body of what it became;
        one whose source is gone is left out. All others are as they were.

    Examples
    --------
    >>> told = [
    ...     {"event": "import", "body": {"source_id": "ab"}},
    ...     {"event": "import", "body": {"source_id": "cd"}},
    ...     {"event": "purge", "body": {"sources": [
    ...         {"was": "ab", "now": {"source_id": "ef"}}, {"was": "cd", "now": None},
    ...     ]}},
    ... ]
    >>> [entry["body"]["source_id"] for entry in in_force(told[:2])]
    ['ab', 'cd']
    >>> [entry["body"].get("source_id") for entry in in_force(told)]
    ['ef', None]
    """
    standing: list[Entry] = []
    for entry in entries:
        if entry["event"] == PURGE:
            became = {one["was"]: one["now"] for one in entry["body"]["sources"]}
            standing = _after(standing, became)
        standing.append(entry)
    return standing


def _after(entries: Iterable[Entry], became: Mapping[str, Any]) -> list[Entry]:
    bodies = (
        (entry, became.get(entry["body"].get("source_id"), entry["body"]))
        for entry in entries
    )
    return [entry | {"body": body} for entry, body in bodies if body is not None]


class Tombstones:
    """What was purged: times, and accounts and posts by their salted hashes alone.

    Parameters
    ----------
    entries : iterable of dict
        Entries of a journal.

    Examples
    --------
    >>> body = {"salt": "00ff", "tombstones": [tombstone("00ff", "x:1")], "sources": []}
    >>> tombs = Tombstones([{"event": "purge", "body": body}])
    >>> tombs.holds("x:1"), tombs.holds("x:2"), bool(Tombstones([]))
    (True, False, False)

    Attributes
    ----------
    sources : set of str
        Ids of sources that were removed or rewritten.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        bodies = [entry["body"] for entry in entries if entry["event"] == PURGE]
        self._known = [(one["salt"], frozenset(one["tombstones"])) for one in bodies]
        self._asked: dict[str, bool] = {}
        times = [(one.get("since"), one.get("until")) for one in bodies]
        self._times = [(a, b) for a, b in times if (a, b) != (None, None)]
        self.sources = {cut["was"] for one in bodies for cut in one.get("sources", ())}

    def __bool__(self) -> bool:
        return bool(self._times) or any(marks for _, marks in self._known)

    def of_then(self, time: int) -> bool:
        """Tell whether posts of a time, in microseconds since 1970, were purged."""
        return any(
            (since is None or time >= since) and (until is None or time < until)
            for since, until in self._times
        )

    def holds(self, name: str) -> bool:
        """Tell whether an account, or `post:` and the id of a post, was purged."""
        if name not in self._asked:
            self._asked[name] = any(
                tombstone(salt, name) in marks for salt, marks in self._known
            )
        return self._asked[name]


def tombstone(salt: str, name: str) -> str:
    """Return what stays of the name of an account or post that was purged."""
    keyed = hmac.new(bytes.fromhex(salt), name.encode(), hashlib.sha256)
    return keyed.hexdigest()[:DIGITS]
