"""What a person wants to be gone from a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LEAST_ID = 8
"""Digits of the id of a source that tell it from others."""


@dataclass(frozen=True)
class Wanted:
    """What is to be gone: accounts, posts, whole sources, a stretch of time.

    Parameters
    ----------
    accounts : tuple of str
        Ids with or without their platform, or handles.
    posts : tuple of str
        Ids of posts.
    sources : tuple of str
        Names of files as the case has them, or of the archive around several; or the
        first eight digits or more of a source's id.
    since, until : int, optional
        Microseconds since 1970 UTC: posts from the first up to, and without, the
        second; one alone has no other end.
    """

    accounts: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None

    def __bool__(self) -> bool:
        return bool(self.accounts or self.posts or self.sources or self.timed)

    @property
    def timed(self) -> bool:
        """Whether posts of some time are wanted."""
        return self.since is not None or self.until is not None

    def names(self) -> list[str]:
        """Return the accounts as they were typed, and as they stand in a case."""
        typed = [name.strip().removeprefix("@") for name in self.accounts]
        return sorted({*typed, *map(str.lower, typed)} - {""})

    def sources_among(self, bodies: Iterable[Mapping[str, Any]]) -> set[str]:
        """Return the ids of those sources that are wanted.

        Parameters
        ----------
        bodies : iterable of dict
            What the journal says of each source.

        Examples
        --------
        >>> held = [{"source_id": "0123456789", "name": "a.zip: b", "member": "b"}]
        >>> Wanted(sources=("a.zip",)).sources_among(held)
        {'0123456789'}
        """
        return {
            body["source_id"]
            for body in bodies
            if any(_names(wanted, body) for wanted in self.sources)
        }


def _names(wanted: str, body: Mapping[str, Any]) -> bool:
    around = body["name"].removesuffix(f": {body.get('member', '')}")
    ids = (body["source_id"], body.get("evidence", ""))
    return wanted in (body["name"], around) or (
        len(wanted) >= LEAST_ID and any(one.startswith(wanted) for one in ids)
    )
