"""What names an account in the files of a case, learnt from all its records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasad.importers.cutting import Owned
from rasad.importers.looking import looked
from rasad.importers.parsed import parsed
from rasad.schema import Record

Body = dict[str, Any]
"""What the journal says of a source."""


class Traits:
    """What names some accounts, gathered from every record of theirs.

    Parameters
    ----------
    owned : Owned
        Accounts and posts.
    posts : iterable of str
        Ids of posts that are known to be theirs.
    """

    def __init__(self, owned: Owned, posts: Iterable[str]) -> None:
        self._owned = owned
        self.posts = set(posts)
        self.names: set[str] = set()
        self.profiles: set[str] = set()
        self.texts: set[str] = set()

    def look_at(self, record: Record) -> None:
        """Learn from a record: one of theirs, or one that passes theirs on."""
        if self._owned.holds(record):
            self.posts |= {record.post or "", record.edition or ""}
            self.texts |= {record.text or ""}
            if record.account in self._owned.accounts:
                self.names |= {record.handle or ""}
                self.profiles |= {record.name or "", record.description or ""}
        elif record.kind == "repost" and record.repost_of in self.posts:
            # After the name of the account that is passed on stands its text.
            self.texts |= {(record.text or "").partition(": ")[2], record.text or ""}


def gathered(copy: Path, body: Body, traits: Traits) -> None:
    """Read a source for what names the accounts."""
    head, sniff = looked(copy, body.get("member", ""), body["format"], body["mapping"])
    with parsed(head, sniff, body["name"]) as reading:
        for entry in reading.entries:
            if isinstance(entry.outcome, Record):
                traits.look_at(entry.outcome)
