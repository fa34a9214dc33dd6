"""The live part of a trace: the actions that can be in a pair worth reporting."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.kernels.pruning import Columns, live_round
from rasad.network.actions import Actions

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

    def relabelled(self, codes: NDArray[np.int32]) -> LiveActions:
        """Return the same actions for the same accounts in another order."""
        place = np.empty(int(self.codes.max(initial=-1)) + 1, np.int32)
        place[codes] = np.arange(len(codes), dtype=np.int32)
        return replace(self, account=place[self.codes][self.account], codes=codes)


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
    rows = Columns(
        actions.account.copy(),
        actions.time_us.copy(),
        actions.first.copy(),
        actions.post.copy(),
    )
    stop = actions.start[1:].copy()
    bounds = actions.start, stop
    n = actions.n_accounts
    objects = _prune(rows, *bounds, window_us, least, threads, n)
    return _packed(rows, *bounds, np.flatnonzero(objects), n, actions.daily)


def _prune(
    rows: Columns,
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    window_us: int,
    least: int,
    threads: int,
    n_accounts: int,
) -> NDArray[np.uint32]:
    """Lower `stop` round by round; return on how many lists each account is live."""
    enough = np.ones(n_accounts, np.bool_)
    left = len(rows.account)
    while True:
        before = left
        left, objects = _round(rows, start, stop, window_us, enough, threads)
        # Company is mutual: dropping those without it leaves nobody else without.
        if least == 1 or (before - left) * LITTLE <= left:
            return objects
        enough = objects >= least


def _round(
    rows: Columns,
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    window_us: int,
    enough: NDArray[np.bool_],
    threads: int,
) -> tuple[int, NDArray[np.uint32]]:
    """Run one round over lists of equal weight, one part to a thread."""
    longest = int((stop - start[:-1]).max(initial=0))

    def part(first: int, end: int) -> tuple[int, NDArray[np.uint32]]:
        objects = np.zeros(len(enough), np.uint32)
        met = np.full(len(enough), -1, np.int32)
        company = np.empty(longest, np.bool_)
        shared = rows, start, stop, first, end, window_us, enough
        return live_round(*shared, objects, met, company), objects

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda ends: part(*ends), _parts(start, threads)))
    total = np.zeros(len(enough), np.uint32)
    for _, objects in parts:
        total += objects
    return sum(left for left, _ in parts), total


def _parts(start: NDArray[np.int64], n: int) -> Sequence[tuple[int, int]]:
    """Divide lists into n ranges with about as many rows."""
    wanted = np.linspace(0, start[-1], n + 1)[1:-1]
    cuts = np.searchsorted(start, wanted).tolist()
    return list(pairwise([0, *cuts, len(start) - 1]))


def _packed(
    rows: Columns,
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    codes: NDArray[Any],
    n_accounts: int,
    daily: bool,
) -> LiveActions:
    """Return the live rows of each list next to each other; empty lists go."""
    begin = start[:-1]
    size = stop - begin
    live = size > 0
    packed = np.zeros(np.count_nonzero(live) + 1, np.int64)
    np.cumsum(size[live], out=packed[1:])
    chosen = np.arange(packed[-1])
    chosen += np.repeat(begin[live] - packed[:-1], size[live])
    label = np.zeros(n_accounts, np.int32)
    label[codes] = np.arange(len(codes), dtype=np.int32)
    return LiveActions(
        start=packed,
        account=label[rows.account[chosen]],
        time_us=rows.time_us[chosen],
        first=rows.first[chosen],
        post=rows.post[chosen] if len(rows.post) else rows.post,
        codes=codes.astype(np.int32),
        daily=daily,
    )
