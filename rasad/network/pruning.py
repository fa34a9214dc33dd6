"""The live part of a trace: the actions that can be in a pair worth reporting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rasad.kernels.pruning import Columns, live_round, pack
from rasad.network.actions import Actions, over_lists

LITTLE = 25
"""Rounds end when fewer than one in so many of the rows that are left were dropped."""


@dataclass(frozen=True, kw_only=True)
class LiveActions:
    """Actions with company inside the window, by object, then time.

    `account` holds labels: places in `codes`, which gives the account codes in the
    order in which pairs are to be reported. The other arrays are as in `Actions`.
    """

    start: NDArray[np.int64]
    account: NDArray[np.int32]
    time_us: NDArray[np.int64]
    first: NDArray[np.bool_]
    post: NDArray[np.int32]
    codes: NDArray[np.int32]
    daily: bool

    def __len__(self) -> int:
        return len(self.account)


class Lists(NamedTuple):
    """Lists of rows that are pruned in place: list i is rows start[i]:stop[i]."""

    rows: Columns
    start: NDArray[np.int64]
    stop: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        """Rows that are left."""
        return int((self.stop - self.start).sum())


def live_actions(
    actions: Actions, window_us: int, least: int, threads: int = 1
) -> LiveActions:
    """Drop every action that can be in no pair that is reported, exactly.

    Parameters
    ----------
    actions : Actions
        Actions of one trace; left unchanged.
    window_us : int
        The longest window, microseconds.
    least : int
        Objects that a pair must share inside it.
    threads : int
        Threads to use.

    Examples
    --------
    >>> from rasad.network.actions import sort_actions
    >>> column = np.array
    >>> actions = sort_actions(
    ...     column([7, 3, 5]), column([0, 0, 1]), column([0, 9, 9]), None, False
    ... )
    >>> live = live_actions(actions, 10, 1)
    >>> live.codes.tolist(), live.account.tolist()
    ([3, 7], [1, 0])
    """
    lists = lists_of(actions)
    n = actions.n_accounts
    objects = prune([lists], window_us, least, threads, n)
    codes = np.flatnonzero(objects).astype(np.int32)
    return packed(lists, labels(codes, n), codes, actions.daily)


def lists_of(actions: Actions) -> Lists:
    """Return a copy of actions as lists that can be pruned."""
    return Lists(
        Columns(
            actions.account.copy(),
            actions.time_us.copy(),
            actions.first.copy(),
            actions.post.copy(),
        ),
        actions.start[:-1].copy(),
        actions.start[1:].copy(),
    )


def prune(
    parts: Iterable[Lists], window_us: int, least: int, threads: int, n_accounts: int
) -> NDArray[np.uint32]:
    """Lower `stop` round by round; return on how many lists each account is live.

    Parameters
    ----------
    parts : iterable of Lists
        All lists of the trace, in parts that are looked at one after another; iterated
        once per round.
    """
    enough = np.ones(n_accounts, np.bool_)
    while True:
        before = left = 0
        objects = np.zeros(n_accounts, np.uint32)
        for part in parts:
            before += part.n_rows
            left += _round(part, window_us, enough, threads, objects)
        # Company is mutual: dropping those without it leaves nobody else without.
        if least == 1 or (before - left) * LITTLE <= left:
            return objects
        enough = objects >= least


def _round(
    lists: Lists,
    window_us: int,
    enough: NDArray[np.bool_],
    threads: int,
    objects: NDArray[np.uint32],
) -> int:
    """Run one round over lists of equal weight, one range of them to a thread."""
    longest = int((lists.stop - lists.start).max(initial=0))

    def ranged(first: int, end: int) -> tuple[int, NDArray[np.uint32]]:
        seen = np.zeros(len(enough), np.uint32)
        met = np.full(len(enough), -1, np.int32)
        company = np.empty(longest, np.bool_)
        left = live_round(
            *lists,
            first,
            end,
            window_us,
            enough,
            objects=seen,
            met=met,
            company=company,
        )
        return left, seen

    before = np.append(0, np.cumsum(lists.stop - lists.start))
    parts = over_lists(ranged, before, threads)
    for _, seen in parts:
        objects += seen
    return sum(left for left, _ in parts)


def labels(codes: NDArray[np.int32], n_accounts: int) -> NDArray[np.int32]:
    """Return the place of each account code in a list of codes; 0 for all others."""
    label = np.zeros(n_accounts, np.int32)
    label[codes] = np.arange(len(codes), dtype=np.int32)
    return label


def packed(
    lists: Lists, label: NDArray[np.int32], codes: NDArray[np.int32], daily: bool
) -> LiveActions:
    """Return the live rows next to each other, in the memory of the lists."""
    n = pack(*lists)
    start, stop = lists.start, lists.stop
    full = stop > start
    rows = lists.rows
    rows.account[:n] = label[rows.account[:n]]
    return LiveActions(
        start=np.append(start[full], n),
        account=rows.account[:n],
        time_us=rows.time_us[:n],
        first=rows.first[:n],
        post=rows.post[:n],
        codes=codes,
        daily=daily,
    )
