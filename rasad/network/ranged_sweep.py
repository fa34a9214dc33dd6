"""The sweep over more actions than fit into memory: the same, range by range.

To measure all pairs of some accounts, only the rows in the windows of their actions are
needed, and only their own rows have to be indexed. So the accounts are divided into
ranges, for each the rows are gathered from all parts, and the sweep runs over these
rows as it would over all of them. How many accounts make a range is found by trying.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.errors import MemoryLimitError
from rasad.extend import Progress
from rasad.kernels.pruning import mark_near
from rasad.memory import written
from rasad.network.actions import kept_starts
from rasad.network.object_lists import ListedActions
from rasad.network.pruning import LiveActions, packed
from rasad.network.row_index import indexed
from rasad.network.sweep import Block, TooManyPairsError, swept, workspace_bytes

NEAR_BYTES = 42
"""Memory of a gathered row: its list, and the facts that are laid out from it."""

OWN_BYTES = 16
"""Memory of a row that is indexed, beside."""

SLOT_BYTES = 4
"""Memory of a row's counter place, where all accounts are indexed."""

INDEXED_BYTES = NEAR_BYTES + OWN_BYTES + SLOT_BYTES
"""Memory of a row where all accounts are indexed."""

ACCOUNT_BYTES = 100
"""Memory of an account while its rows are indexed."""

PAIR_BYTES = 8
"""Memory of a pair that was found."""

SHARE_OF_PAIRS = 0.2
"""Share of the memory that pairs may take."""

CROWDED = 4
"""A range that turns out not to fit is tried with one of so many parts of its rows."""

SPARE = 2
"""The next range is so many times larger where the last one filled but a part."""


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
    def room_for_rows(self) -> int:
        """Bytes that rows can take.

        Raises
        ------
        MemoryLimitError
            If there are none.
        """
        counters = self.threads * workspace_bytes(self.n_accounts, len(self.windows_us))
        fixed = counters + ACCOUNT_BYTES * self.n_accounts
        if fixed >= self.room:
            raise MemoryLimitError(
                f"The sweep needs {written(fixed)} for its counters alone",
                "give more with --memory, or fewer --threads",
            )
        return self.room - fixed

    def blocks(self, progress: Progress, most: int | None = None) -> Iterator[Block]:
        """Yield every pair that shares enough objects; accounts are places.

        Raises
        ------
        TooManyPairsError
            If they turn out to be more than `most`; what was yielded is void then.
        MemoryLimitError
            If what is near a single account does not fit.
        """
        listed = 0
        for block in self._whole(progress, most) or self._by_ranges(progress):
            listed += len(block[-1]["account_a"])
            if most is not None and listed > most:
                raise TooManyPairsError
            yield block

    def _whole(self, progress: Progress, most: int | None) -> Iterator[Block] | None:
        """Sweep over all rows at once, where they fit; parts make room first."""
        needed = self.actions.n_rows * INDEXED_BYTES
        room = self.room_for_rows
        if needed + self.actions.parts.held > room:
            self.actions.parts.shrink(0)
        if needed > room:
            return None
        rows = indexed(_joined(list(self._parts())), self.longest_us)
        fit = int(SHARE_OF_PAIRS * room) // PAIR_BYTES
        asked = self.windows_us, self.least, self.threads, progress
        return swept(rows, *asked, most, fit)

    def _by_ranges(self, progress: Progress) -> Iterator[Block]:
        before = self._owned_before()
        begin, wanted = 0, max(int(before[-1]) // CROWDED, 1)
        while begin < self.n_accounts:
            end = int(np.searchsorted(before, before[begin] + wanted, side="right")) - 1
            end = min(max(end, begin + 1), self.n_accounts)
            owned = int(before[end] - before[begin])
            near = self._near(begin, end, owned)
            if near is None:
                wanted = max(owned // CROWDED, 1)
                continue
            if self._bytes(len(near), owned) * SPARE < self.room_for_rows:
                wanted *= SPARE
            rows = indexed(near, self.longest_us, (begin, end))
            del near  # before the next rows are gathered, these must be gone
            asked = self.windows_us, self.least, self.threads, progress
            yield from swept(rows, *asked)
            del rows
            begin = end

    def _owned_before(self) -> NDArray[np.int64]:
        """Return how many rows the accounts before each one have, and all."""
        before = np.zeros(self.n_accounts + 1, np.int64)
        for part in self._parts():
            before[1:] += np.bincount(part.account, minlength=self.n_accounts)
        return np.cumsum(before)

    def _parts(self) -> Iterator[LiveActions]:
        codes = np.arange(self.n_accounts, dtype=np.int32)
        for place in range(len(self.actions.parts)):
            # Given a name, a part would stay while the next one is read.
            yield packed(self.actions.copy(place), self.label, codes, daily=False)

    def _near(self, begin: int, end: int, owned: int) -> LiveActions | None:
        """Gather the rows in the windows of some accounts' rows; None if too many."""
        found: list[LiveActions] = []
        wanted = np.zeros(self.n_accounts, np.bool_)
        wanted[begin:end] = True
        for part in self._parts():
            near = np.zeros(len(part), np.bool_)
            lists = part.start, part.account, part.time_us
            mark_near(*lists, self.longest_us, wanted, near)
            found.append(_chosen(part, near))
            del part
            if self._bytes(sum(map(len, found)), owned) > self.room_for_rows:
                if end - begin > 1:
                    return None
                raise MemoryLimitError(
                    "What lies in the windows of one account does not fit into memory",
                    "give more with --memory, or ask for shorter windows",
                )
        return _joined(found)

    def _bytes(self, near: int, owned: int) -> int:
        return near * NEAR_BYTES + owned * OWN_BYTES


def _chosen(part: LiveActions, rows: NDArray[np.bool_]) -> LiveActions:
    """Return some rows of a part."""
    start = kept_starts(part.start, rows)
    full = np.append(start[1:] > start[:-1], True)
    return LiveActions(
        start=start[full],
        account=part.account[rows],
        time_us=part.time_us[rows],
        first=part.first[rows],
        post=part.post[rows] if len(part.post) else part.post,
        codes=part.codes,
        daily=part.daily,
    )


def _joined(parts: list[LiveActions]) -> LiveActions:
    """Put the lists of several parts behind each other, column by column.

    Each column of the parts goes when it is joined, so that no two stand twice.
    """
    if len(parts) == 1:
        return parts[0]
    codes, daily = parts[0].codes, parts[0].daily
    begins = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    starts = [p.start[:-1] + b for p, b in zip(parts, begins[:-1], strict=True)]
    columns: dict[str, list[NDArray[Any]]] = {
        name: [getattr(part, name) for part in parts]
        for name in ("time_us", "account", "post", "first")
    }
    parts.clear()
    return LiveActions(
        start=np.concatenate([*starts, begins[-1:]]),
        codes=codes,
        daily=daily,
        **{name: np.concatenate(columns.pop(name)) for name in list(columns)},
    )
