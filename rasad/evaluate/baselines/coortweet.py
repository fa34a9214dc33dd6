"""CooRTweet's first step: which posts of one object fall into one window.

Repeats `detect_groups` of the R package: what is counted, which rows are left out, the
order of the result, and its participation filter, which lets through more than its
documentation says. The network that is made of the pairs is in `coortweet_network`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rasad.errors import ConfigError
from rasad.evaluate.baselines.codes import NONE, Ints, grouped
from rasad.evaluate.baselines.shares import Shares, with_missing
from rasad.evaluate.baselines.windows import (
    BLOCK,
    Partners,
    laid_out,
    later_partners,
)

Participation = Literal["shipped", "documented"]

MOST_PAIRS = 50_000_000
"""Pairs above which nothing is computed. Each is kept, at 20 bytes, and takes about 90
where it is an edge of its own: near this number, 5 GB, and twice that to write them."""


@dataclass(frozen=True, kw_only=True)
class PostPairs:
    """Pairs of rows that share an object within the window, the older one first.

    Parameters
    ----------
    shares : Shares
        The table that the rows belong to.
    older, newer : int32, shape (n,)
        Rows, in the order in which CooRTweet lists the pairs.
    fast : bool, shape (n,), optional
        Which pairs `flag_speed_share` has flagged.
    """

    shares: Shares
    older: Ints
    newer: Ints
    fast: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.older)

    @property
    def time_delta(self) -> NDArray[np.float64]:
        """Seconds between the two posts."""
        return self.gaps(slice(None))

    def gaps(self, some: slice) -> NDArray[np.float64]:
        """Return the seconds between the two posts for some of the pairs."""
        time_s = self.shares.time_s
        return np.abs(time_s[self.newer[some]] - time_s[self.older[some]])

    def only(self, kept: NDArray[np.bool_]) -> PostPairs:
        """Return some of the pairs, in the same order."""
        if kept.all():
            return self
        fast = None if self.fast is None else self.fast[kept]
        return PostPairs(
            shares=self.shares,
            older=self.older[kept],
            newer=self.newer[kept],
            fast=fast,
        )


def detect_groups(
    shares: Shares,
    window_s: float = 10.0,
    min_participation: int = 2,
    *,
    loops: bool = False,
    participation: Participation = "shipped",
) -> PostPairs:
    """Find the pairs of posts that CooRTweet finds.

    Parameters
    ----------
    shares : Shares
        The table.
    window_s : float
        Longest gap in seconds, included.
    min_participation : int
        Rows that an account must have, at first in the table, then among the posts of
        the pairs.
    loops : bool
        Keep pairs of one account, of one post, and of a post with its own reposts. What
        is missing is then a value like others, as it is to R.
    participation : {"shipped", "documented"}
        Keep a pair when either side takes part often enough, as the package does, or
        when both do, as it says it does. Either way the table is looked at once: an
        account may lose pairs and be left with fewer rows than were asked for.

    Returns
    -------
    PostPairs
        In CooRTweet's order, which depends on the order of the rows.

    Raises
    ------
    ConfigError
        If the window holds too many pairs to list them.

    Notes
    -----
    A row without a time is in no pair; without `loops`, neither is one that lacks its
    account, object or post. Rows without an account count as those of one account.
    Time is O(n log n) in rows and in pairs inside the window; memory is 20 bytes a
    pair.

    Examples
    --------
    >>> from rasad.evaluate.baselines.rival_files import ShareTable
    >>> table = ShareTable()
    >>> table.add("link", "a", "post", 5.0)
    >>> table.add("link", "b", "other post", 0.0)
    >>> table.add("link", "b", "third post", 100.0)
    >>> pairs = detect_groups(table.finished(), 10, 1)
    >>> pairs.older, pairs.newer, pairs.time_delta
    (array([1], dtype=int32), array([0], dtype=int32), array([5.]))
    """
    shares = with_missing(shares) if loops else shares
    listed = _listed(shares, min_participation)
    found = _paired(shares, listed, _pair_keys(shares, listed, window_s, loops))
    return found.only(
        participating(found, min_participation, both=participation == "documented")
    )


def participating(
    pairs: PostPairs, min_participation: int, *, both: bool = False
) -> NDArray[np.bool_]:
    """Tell which pairs have a side, or both, that takes part often enough.

    An account takes part by each of its rows whose post is in a pair. A post counts
    once for each object it shares, and also when only another object made the pair.
    """
    shares, met = pairs.shares, _met(pairs)
    enough = _rows_by_account(shares, met[shares.content]) >= min_participation
    kept = np.zeros_like(met)
    kept[shares.content[met[shares.content] & enough[shares.account]]] = True
    older, newer = kept[shares.content[pairs.older]], kept[shares.content[pairs.newer]]
    return older & newer if both else older | newer


def rows_in_pairs(pairs: PostPairs) -> NDArray[np.int64]:
    """Count the rows by which each account takes part, as `participating` does.

    Returns
    -------
    int64, shape (accounts,)
    """
    shares = pairs.shares
    return _rows_by_account(shares, _met(pairs)[shares.content])[:-1]


def _met(pairs: PostPairs) -> NDArray[np.bool_]:
    """Tell which posts are in a pair; the last is for the missing one."""
    content = pairs.shares.content
    met = np.zeros(len(pairs.shares.contents) + 1, np.bool_)
    met[content[pairs.older]] = met[content[pairs.newer]] = True
    return met


def _rows_by_account(shares: Shares, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count chosen rows by account; the last is for the missing one."""
    among = len(shares.accounts) + 1
    return np.bincount(shares.account[chosen] % among, minlength=among)


def flag_speed_share(
    pairs: PostPairs, window_s: float, min_participation: int = 2
) -> PostPairs:
    """Flag the pairs that also hold in a narrower window.

    The result is sorted by the ids of the posts, as CooRTweet leaves it. A pair is
    flagged for all its objects when it holds for one.
    """
    content = pairs.shares.content
    order = np.lexsort((content[pairs.newer], content[pairs.older]))
    ordered = PostPairs(
        shares=pairs.shares, older=pairs.older[order], newer=pairs.newer[order]
    )
    narrow = ordered.only(ordered.time_delta <= window_s)
    narrow = narrow.only(participating(narrow, min_participation))
    return PostPairs(
        shares=pairs.shares,
        older=ordered.older,
        newer=ordered.newer,
        fast=np.isin(_posts(ordered), _posts(narrow)),
    )


def _posts(pairs: PostPairs) -> NDArray[np.int64]:
    """Return one number for each pair of posts, whatever its object."""
    shares = pairs.shares
    older = shares.content[pairs.older].astype(np.int64)
    return older * len(shares.contents) + shares.content[pairs.newer]


def _listed(shares: Shares, least: int) -> NDArray[np.int64]:
    """Return the rows that can be in a pair, in the order in which they are listed.

    Accounts with too few rows go first. The others are put together account by
    account, then object by object: where times are equal, this decides who is older.
    """
    every = np.ones(len(shares.account), np.bool_)
    enough = _rows_by_account(shares, every) >= least
    row = np.flatnonzero(enough[shares.account])
    row = row[grouped(shares.account[row])]
    row = row[grouped(shares.object[row])]
    whole = np.isfinite(shares.time_s[row])
    for codes in (shares.object, shares.account, shares.content):
        whole &= codes[row] != NONE
    listed: NDArray[np.int64] = row[whole]
    return listed


def _pair_keys(
    shares: Shares, listed: NDArray[np.int64], window_s: float, loops: bool
) -> NDArray[np.int64]:
    """Return the pairs as numbers whose order is that of CooRTweet's result.

    A number is `later * n + earlier`, where both are places among the listed rows.
    """
    partners = later_partners(shares.object[listed], shares.time_s[listed], window_s)
    _check_pairs(partners, window_s)
    keys = np.empty(partners.pairs, np.int64)
    filled = 0
    for one, other in _blocks(shares, listed, partners, loops):
        until = filled + len(one)
        keys[filled:until] = np.maximum(one, other) * len(listed)
        keys[filled:until] += np.minimum(one, other)
        filled = until
    keys = keys[:filled]
    keys.sort()
    return keys


def _blocks(
    shares: Shares, listed: NDArray[np.int64], partners: Partners, loops: bool
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield places of two listed rows that are in a window, block by block."""
    account, content = shares.account[listed], shares.content[listed]
    itself = _posts_shared(shares)[shares.object[listed]]
    for place, partner in laid_out(partners.start, partners.stop):
        one, other = partners.row[place], partners.row[partner]
        if not loops:
            kept = (account[one] != account[other]) & (content[one] != content[other])
            kept &= (itself[one] != content[one]) & (itself[one] != content[other])
            one, other = one[kept], other[kept]
        yield one, other


def _paired(
    shares: Shares, listed: NDArray[np.int64], keys: NDArray[np.int64]
) -> PostPairs:
    """Turn numbers into pairs of rows, the older one first; of equal ones the first."""
    older, newer = np.empty(len(keys), np.int32), np.empty(len(keys), np.int32)
    for at in range(0, len(keys), BLOCK):
        late, early = np.divmod(keys[at : at + BLOCK], len(listed))
        first, second = listed[early], listed[late]
        swapped = shares.time_s[first] > shares.time_s[second]
        older[at : at + BLOCK] = np.where(swapped, second, first)
        newer[at : at + BLOCK] = np.where(swapped, first, second)
    return PostPairs(shares=shares, older=older, newer=newer)


def _posts_shared(shares: Shares) -> Ints:
    """Return for each object the post of the same id, or a code that no post has."""
    codes = {text: code for code, text in enumerate(shares.contents)}
    return np.array([codes.get(text, -2) for text in shares.objects], np.int32)


def _check_pairs(partners: Partners, window_s: float) -> None:
    if partners.pairs > MOST_PAIRS:
        raise ConfigError(
            f"A window of {window_s:g} seconds holds {partners.pairs:,} post pairs, "
            f"which CooRTweet would list one by one; the most is {MOST_PAIRS:,}",
            "narrow --window, or use rasad investigate, which counts without listing",
        )
