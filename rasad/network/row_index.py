"""Live actions indexed by account: its rows, and what lies in the window of each."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.kernels import arrays as kernel
from rasad.kernels.lists import (
    index_rows,
    lay_facts,
    mark_runs,
    number_posts,
    number_rows,
    renumber,
)
from rasad.network.actions import account_rows
from rasad.network.pruning import LiveActions


@dataclass(frozen=True, kw_only=True)
class IndexedActions:
    """Live actions, and for every account what lies in the windows of its actions.

    accounts : begin and end of the accounts that are indexed; the others only occur.
    steps_before : int64, shape (all accounts + 1,); work before each account, and in
        all.
    most_objects, most_actions : of any one account.
    """

    lists: kernel.ActionLists
    rows: kernel.AccountRows
    codes: NDArray[np.int32]
    daily: bool
    accounts: tuple[int, int]
    steps_before: NDArray[np.int64]
    most_objects: int
    most_actions: int

    @property
    def n_accounts(self) -> int:
        """Accounts with live actions."""
        return len(self.codes)

    @property
    def whole(self) -> bool:
        """Whether all accounts are indexed."""
        return self.accounts == (0, self.n_accounts)


def indexed(
    live: LiveActions, window_us: int, accounts: tuple[int, int] | None = None
) -> IndexedActions:
    """Index live actions by account, with the rows in the longest window of each.

    Parameters
    ----------
    live : LiveActions
        At least the rows in the windows of the accounts' rows.
    window_us : int
        Longest window, microseconds.
    accounts : tuple of int, optional
        Begin and end of the labels to index; all where there is none.
    """
    n = len(live.codes)
    begin, end = accounts or (0, n)
    n_rows = np.bincount(live.account, minlength=n)
    start = np.zeros(n + 1, np.int64)
    np.cumsum(n_rows[begin:end], out=start[begin + 1 : end + 1])
    start[end + 1 :] = start[end]
    slot = np.arange(n, dtype=np.int32) if accounts else _busiest_first(n_rows)
    with ThreadPoolExecutor(2) as pool:
        index = _Index(live, window_us, (begin, end), start, pool)
        after = pool.submit(_runs, live)
        slots = pool.submit(lambda: live.account if accounts else slot[live.account])
        fact = _facts(live, n)
        index.finish()
    return IndexedActions(
        lists=kernel.ActionLists(live.account, slots.result(), after.result(), fact),
        rows=kernel.AccountRows(start, index.entry, slot),
        codes=live.codes,
        daily=live.daily,
        accounts=(begin, end),
        steps_before=index.steps_before,
        most_objects=int(index.objects.max(initial=0)),
        most_actions=int(n_rows.max(initial=0)),
    )


def _busiest_first(n_rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the place of each account when the busiest is first."""
    slot = np.empty(len(n_rows), np.int32)
    slot[np.argsort(-n_rows, kind="stable")] = np.arange(len(n_rows), dtype=np.int32)
    return slot


def _runs(live: LiveActions) -> NDArray[np.int32]:
    after = np.empty(len(live), np.int32)
    mark_runs(live.start, live.account, after)
    return after


def _facts(live: LiveActions, n_accounts: int) -> NDArray[np.int64]:
    post = np.empty(len(live), np.int32)
    if len(live.post):
        number_posts(*account_rows(live.account, n_accounts), live.post, post)
    else:
        number_rows(live.account, np.zeros(n_accounts, np.int32), post)
    fact = np.empty((len(live), 2), np.int64)
    lay_facts(live.time_us, live.first, post, fact)
    return fact


class _Index:
    """Entries and steps of some accounts, one half of the lists to a thread."""

    def __init__(
        self,
        live: LiveActions,
        window_us: int,
        accounts: tuple[int, int],
        start: NDArray[np.int64],
        pool: Executor,
    ) -> None:
        n, n_lists = len(start) - 1, len(live.start) - 1
        half = int(np.searchsorted(live.start, len(live) // 2))
        rows = np.bincount(live.account[: live.start[half]], minlength=n)
        rows[: accounts[0]] = rows[accounts[1] :] = 0
        self.entry = np.empty((int(start[-1]), 4), np.int32)
        self._halves = np.zeros((2, n), np.int32)
        self._walked = np.zeros((2, n), np.int64)
        self._start, self._middle = start, start[:-1] + rows
        cursors = start[:-1].copy(), self._middle.copy()

        def fill(part: int, first: int, end: int) -> None:
            index_rows(
                live.start,
                live.account,
                live.time_us,
                window_us,
                accounts,
                cursors[part],
                np.full(n, -1, np.int32),
                self._halves[part],
                self.entry,
                self._walked[part],
                first,
                end,
            )

        self._filled = pool.map(fill, (0, 1), (0, half), (half, n_lists))

    def finish(self) -> None:
        """Wait for both halves and number the objects of the second one on."""
        list(self._filled)
        renumber(self._middle, self._start[1:], self._halves[0], self.entry)
        self.objects = self._halves.sum(axis=0, dtype=np.int32)
        self.steps_before = np.zeros(len(self._start), np.int64)
        np.cumsum(self._walked.sum(axis=0), out=self.steps_before[1:])
