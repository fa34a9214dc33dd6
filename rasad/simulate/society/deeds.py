"""What happens in a world, as columns of numbers; words are made when it is written.

A text, a link and a sequence of hashtags are each one number, from which `wording`
makes the words: two posts with the same number say the same thing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

KINDS = ("post", "repost", "quote", "reply")
"""Kinds of posts; column `kind` holds the place in this tuple."""

POST, REPOST, QUOTE, REPLY = range(4)
NOTHING = -1

Int = NDArray[np.int64]
Real = NDArray[np.float64]
Bool = NDArray[np.bool_]


class Deeds(NamedTuple):
    """Posts of all kinds; equally long arrays.

    Parameters
    ----------
    at_ms : int64 array
        Milliseconds since the world began; may lie past the day that is being made.
    account : int64 array
        Who.
    kind : int64 array
        Place in `KINDS`.
    post : int64 array
        Id of the post, or -1 where it gets one when it is written.
    target : int64 array
        Id of the post that a repost, quote or reply is about, else -1.
    source : int64 array
        Account that wrote the target, else -1.
    text, link, tags : int64 arrays
        Wording, page and sequence of hashtags, -1 for none. Those of a repost are the
        ones of its target.
    """

    at_ms: Int
    account: Int
    kind: Int
    post: Int
    target: Int
    source: Int
    text: Int
    link: Int
    tags: Int

    def at(self, rows: Int | Bool) -> Deeds:
        """Return some of the rows."""
        return Deeds._make(column[rows] for column in self)


class Originals(NamedTuple):
    """Posts that others may act on; equally long arrays.

    Parameters
    ----------
    at_ms, account, post, text, link, tags : int64 arrays
        As in `Deeds`; every one has an id.
    community : int64 array
        Where it is read.
    fitness : float64 array
        How much attention it draws; 1 is usual, 0 is seen by nobody by chance.
    """

    at_ms: Int
    account: Int
    post: Int
    text: Int
    link: Int
    tags: Int
    community: Int
    fitness: Real

    def at(self, rows: Int | Bool) -> Originals:
        """Return some of the rows."""
        return Originals._make(column[rows] for column in self)

    def deeds(self) -> Deeds:
        """Return the posts themselves."""
        none = np.full(len(self.at_ms), NOTHING, np.int64)
        return Deeds(
            at_ms=self.at_ms,
            account=self.account,
            kind=np.full(len(self.at_ms), POST, np.int64),
            post=self.post,
            target=none,
            source=none,
            text=self.text,
            link=self.link,
            tags=self.tags,
        )
