"""The sweep over more actions than fit into memory: the same, range by range.

To measure all pairs of some accounts, only the rows in the windows of their actions are
needed. So the accounts are divided into ranges, for each the rows are gathered from all
parts, and the sweep runs over these rows as it would over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rasad.errors import MemoryLimitError
from rasad.extend import Progress
from rasad.kernels.pruning import mark_near
from rasad.memory import written
from rasad.network.object_lists import ListedActions
from rasad.network.pruning import LiveActions, packed
from rasad.network.sweep import (
    Block,
    IndexedActions,
    indexed,
    swept,
    workspace_bytes,
)

LIVE_BYTES = 62
"""Memory of a live row: its list, entry, counter's place and post number, and the
copy of its list that is made where there are several parts."""

CROWDED = 4
"""Parts into which a range is divided whose rows turn out not to fit."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What is swept, and with how much of the machine.

    Parameters
    ----------
    actions : ListedActions
        Pruned lists in parts.
    label : ndarray of int32
        For each of their account codes, its place in the order of the results.
    n_accounts : int
        Accounts that have a place.
    windows_us : ndarray of int64
        The ladder.
    least : int
        Objects that a pair must share.
    threads : int
        Threads to use.
    room : int
        Bytes that may be used.
    """

    actions: ListedActions
    label: NDArray[np.int32]
    n_accounts: int
    windows_us: NDArray[np.int64]
    least: int
    threads: int
    room: int

    @property
    def longest_us(self) -> int:
        """The longest window."""
        return int(self.windows_us[-1])

    @property
    def rows_that_fit(self) -> int:
        """Rows that can be indexed at a time."""
        fixed = self.threads * workspace_bytes(self.n_accounts, len(self.windows_us))
        fit = (self.room - fixed) // LIVE_BYTES
        if fit < 1:
            raise MemoryLimitError(
                f"The sweep needs {written(fixed)} for its counters alone",
                "give more with --memory, or fewer --threads",
            )
        return fit

    def blocks(self, progress: Progress, most: int | None = None) -> Iterator[Block]:
        """Yield every pair that shares enough objects; accounts are places.

        Raises
        ------
        TooManyPairsError
            If they turn out to be more than `most`; what was yielded is void then.
        """
        listed = 0
        for rows, accounts in self._ranges():
            asked = self.windows_us, self.least, self.threads, progress, accounts
            left = None if most is None else most - listed
            for block in swept(rows, *asked, left):
                listed += len(block[-1]["account_a"])
                yield block

    def _ranges(self) -> Iterator[tuple[IndexedActions, tuple[int, int]]]:
        """Yield indexed rows with the range of accounts for which they are whole."""
        if self.actions.n_rows <= self.rows_that_fit:
            whole = (0, self.n_accounts)
            yield indexed(_joined(list(self._parts())), self.longest_us), whole
            return
        owned = np.zeros(self.n_accounts, np.int64)
        for part in self._parts():
            owned += np.bincount(part.account, minlength=self.n_accounts)
        waiting = [self._divided(owned, 0, self.n_accounts)]
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                continue
            begin, end = waiting[-1].pop(0)
            near = self._near(begin, end)
            if len(near) <= self.rows_that_fit or end - begin == 1:
                yield indexed(near, self.longest_us, by_label=True), (begin, end)
            else:
                waiting.append(self._divided(owned, begin, end))

    def _divided(
        self, owned: NDArray[np.int64], begin: int, end: int
    ) -> list[tuple[int, int]]:
        """Divide a range of accounts into parts that own about as many rows."""
        before = np.concatenate([[0], np.cumsum(owned[begin:end])])
        n = max(2 * int(before[-1]) // self.rows_that_fit, CROWDED)
        cuts = np.searchsorted(before, np.linspace(0, before[-1], n + 1)[1:-1])
        # The middle too: where one account owns nearly all, no cut would be inside.
        middle = (begin + end) // 2
        return list(pairwise(np.unique([begin, middle, *(begin + cuts), end]).tolist()))

    def _parts(self) -> Iterator[LiveActions]:
        codes = np.arange(self.n_accounts, dtype=np.int32)
        for lists in self.actions.copies():
            yield packed(lists, self.label, codes, daily=False)

    def _near(self, begin: int, end: int) -> LiveActions:
        """Gather the rows in the windows of the actions of some accounts."""
        found: list[LiveActions] = []
        wanted = np.zeros(self.n_accounts, np.bool_)
        wanted[begin:end] = True
        for part in self._parts():
            near = np.zeros(len(part), np.bool_)
            lists = part.start, part.account, part.time_us
            mark_near(*lists, self.longest_us, wanted, near)
            found.append(_chosen(part, near))
            if sum(map(len, found)) > self.rows_that_fit and end - begin > 1:
                break
        return _joined(found)


def _chosen(part: LiveActions, rows: NDArray[np.bool_]) -> LiveActions:
    before = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(rows, out=before[1:])
    return LiveActions(
        start=before[part.start],
        account=part.account[rows],
        time_us=part.time_us[rows],
        first=part.first[rows],
        post=part.post[rows] if len(part.post) else part.post,
        codes=part.codes,
        daily=part.daily,
    )


def _joined(parts: list[LiveActions]) -> LiveActions:
    """Put the lists of several parts behind each other."""
    if len(parts) == 1:
        return parts[0]
    begins = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    starts = [p.start[:-1] + b for p, b in zip(parts, begins[:-1], strict=True)]
    return LiveActions(
        start=np.concatenate([*starts, begins[-1:]]),
        account=np.concatenate([part.account for part in parts]),
        time_us=np.concatenate([part.time_us for part in parts]),
        first=np.concatenate([part.first for part in parts]),
        post=np.concatenate([part.post for part in parts]),
        codes=parts[0].codes,
        daily=parts[0].daily,
    )
