"""What members say of themselves, and whether they name somebody in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rasad.store.sql import Store

SHORTEST_LABEL = 4
"""Letters and digits a name needs to be looked for inside of other words."""

PROFILES = """
    SELECT weighed_member.grp, account.account, account.handle, account.name,
      account.description
    FROM weighed_member JOIN account ON account.account = weighed_member.account
    WHERE coalesce(account.handle, account.name, account.description) IS NOT NULL
    ORDER BY weighed_member.grp, account.account
"""


@dataclass(frozen=True)
class Profile:
    """An account, and its handle, name and description as far as the data have them."""

    account: str
    said: tuple[str, ...]

    def names(self, labels: Sequence[str]) -> bool:
        """Tell whether one of some names occurs.

        Parameters
        ----------
        labels : sequence of str
            One of four letters and digits or more may stand inside of other words, a
            shorter one must be a word of its own.

        Examples
        --------
        >>> Profile("x:1", ("Gazette_Sport", "Sport desk")).names(["gazette"])
        True
        >>> [Profile("x:1", (name,)).names(["rt"]) for name in ("heart", "RT news")]
        [False, True]
        """
        joined = [_squashed(part) for part in self.said]
        words = {_squashed(word) for part in self.said for word in _spaced(part)}
        return any(
            label in words
            or (len(label) >= SHORTEST_LABEL and any(label in part for part in joined))
            for label in filter(None, map(_squashed, labels))
        )


def profiles_by_group(store: Store) -> dict[str, list[Profile]]:
    """Return the profiles of the members of each group, those without any left out."""
    found: dict[str, list[Profile]] = {}
    for row in store.rows(PROFILES):
        parts = (row["handle"], row["name"], row["description"])
        said = tuple(part for part in parts if part)
        found.setdefault(row["grp"], []).append(Profile(row["account"], said))
    return found


def _spaced(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


def _squashed(text: str) -> str:
    """Return the letters and digits of a text, case and forms of letters folded."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())
