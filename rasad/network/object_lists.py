"""From pieces of codes to lists by object, in as many parts as the memory asks for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.kernels.lists import scatter
from rasad.kernels.pruning import Columns, pack
from rasad.network.actions import Actions, listed
from rasad.network.capping import pairs_in_lists
from rasad.network.pruning import Lists, labels
from rasad.network.reading import ACCOUNT, OBJECT, POST, TIME, CodedActions, Degrees
from rasad.network.shelf import Arrays, Shelf

ROW_BYTES = 40
"""Memory of a row while its part is made: its piece, its list, and the sort."""

ACCOUNTS = 2
"""Place of the accounts among the columns of a part."""

SPARED = 5
"""Copying pays when one value in so many is gone."""


@dataclass(frozen=True, kw_only=True)
class ListedActions:
    """Lists by object of all rows that are left, in parts; objects are in one part.

    parts : (start, stop, account, time_us, first, post) columns, accounts as places in
        `codes`.
    codes : int32, the codes of the accounts that are left.
    """

    parts: Shelf
    codes: NDArray[np.int32]

    def __iter__(self) -> Iterator[Lists]:
        """Yield every part to be pruned in place, and keep what is left of it."""
        for place in range(len(self.parts)):
            start, stop, *columns = self.parts[place]
            yield Lists(Columns(*columns), start, stop)
            if self.parts.spilled:  # in memory, it is kept as it is
                self._pack(place, Lists(Columns(*columns), start, stop))

    def pack(self) -> None:
        """Put the rows of each part next to each other; their memory shrinks."""
        if self.parts.spilled:
            return  # they were kept like that
        for place in range(len(self.parts)):
            start, stop, *columns = self.parts[place]
            self._pack(place, Lists(Columns(*columns), start, stop))

    def _pack(self, place: int, lists: Lists) -> None:
        n = pack(*lists)
        left = (_shrunk(column, n) for column in lists.rows)
        self.parts[place] = (lists.start, lists.stop, *left)

    def copy(self, place: int) -> Lists:
        """Return a part whose accounts and lists can be changed."""
        start, stop, *columns = self.parts[place]
        columns[0] = columns[0].copy()
        return Lists(Columns(*columns), start.copy(), stop.copy())

    def pairs(self, gap_us: int, threads: int) -> Iterator[NDArray[np.int64]]:
        """Count, part by part, the post pairs per object at most a gap apart."""
        for place in range(len(self.parts)):
            _, stop, account, time_us, *_ = self.parts[place]
            lists = np.append(0, stop), account, time_us
            yield pairs_in_lists(*lists, len(self.codes), gap_us, threads)

    def actions(self) -> Iterator[Actions]:
        """Yield every part as actions; pruning has left its lists without gaps."""
        for place in range(len(self.parts)):
            _, stop, account, time_us, first, post = self.parts[place]
            yield Actions(
                start=np.append(0, stop),
                account=account,
                time_us=time_us,
                first=first,
                post=post,
                n_accounts=len(self.codes),
                daily=False,
            )

    @property
    def n_rows(self) -> int:
        """Rows that are left in all parts, once they are packed."""
        return sum(self.parts.length(n, ACCOUNTS) for n in range(len(self.parts)))

    def replace(self, place: int, actions: Actions) -> None:
        """Put actions in the place of a part."""
        self.parts[place] = _part(actions)


def _shrunk(column: NDArray[Any], n: int) -> NDArray[Any]:
    """Return the first n values; the memory of the others goes where they are many."""
    return column[:n] if n * SPARED > len(column) * (SPARED - 1) else column[:n].copy()


def list_by_object(
    coded: CodedActions, degrees: Degrees, parts: Shelf, room: int, threads: int
) -> ListedActions:
    """Sort the rows that are left into lists by object, one part after another.

    Parameters
    ----------
    coded, degrees : what `degree_pruned` left; the pieces are used up
    parts : Shelf
        Filled.
    room : int
        Bytes that one part may take while it is made.
    threads : int
        Threads to use.
    """
    codes = np.flatnonzero(degrees.account).astype(np.int32)
    label = labels(codes, len(degrees.account))
    objects = np.flatnonzero(degrees.object).astype(np.int32)
    number = labels(objects, len(degrees.object))
    size = degrees.object[objects]
    del objects
    tables = sum(table.nbytes for table in (label, number, size))
    bounds = _bounds(size, max(room - tables, room // 4))
    with ThreadPoolExecutor(1) as pool:
        relabelled = _relabelled(coded.pieces, label, number, pool)
        for place, pieces in enumerate(_divided(relabelled, bounds, coded.pieces)):
            start = np.zeros(bounds[place + 1] - bounds[place] + 1, np.int64)
            np.cumsum(size[bounds[place] : bounds[place + 1]], out=start[1:])
            columns = _scattered(pieces, bounds[place], start)
            actions = listed(
                start, *columns, n_accounts=len(codes), daily=False, threads=threads
            )
            parts.put(_part(actions))
    return ListedActions(parts=parts, codes=codes)


def _bounds(size: NDArray[np.uint32], room: int) -> list[int]:
    """Divide objects into ranges whose rows fit."""
    ends = np.cumsum(size, dtype=np.int64)
    n_rows = int(ends[-1]) if len(ends) else 0
    n_parts = max(-(-n_rows * ROW_BYTES // room), 1)
    cuts = np.searchsorted(ends, np.linspace(0, n_rows, n_parts + 1)[1:-1])
    return [0, *cuts.tolist(), len(size)]


def _relabelled(
    pieces: Shelf,
    label: NDArray[np.int32],
    number: NDArray[np.int32],
    pool: ThreadPoolExecutor,
) -> Iterator[Arrays]:
    """Yield every piece with its new codes; the next one is made meanwhile."""

    def codes(piece: Arrays) -> Arrays:
        return label[piece[ACCOUNT]], number[piece[OBJECT]], *piece[TIME:]

    made: Future[Arrays] | None = None
    for piece in pieces.drained():
        coming = pool.submit(codes, piece)
        if made is not None:
            yield made.result()
        made = coming
    if made is not None:
        yield made.result()


def _divided(
    pieces: Iterator[Arrays], bounds: list[int], shelf: Shelf
) -> Iterator[Iterator[Arrays]]:
    """Yield, for each range of objects, its rows; several ranges go through files."""
    n_parts = len(bounds) - 1
    if n_parts == 1:
        yield pieces
        return
    shelves = [Shelf(shelf.folder, f"range{n}", limit=0) for n in range(n_parts)]
    for piece in pieces:
        part = np.searchsorted(bounds[1:-1], piece[OBJECT], side="right")
        for n in range(n_parts):
            rows = part == n
            if rows.any():
                shelves[n].put(tuple(column[rows] for column in piece))
    for waiting in shelves:
        yield waiting.drained()


def _scattered(
    pieces: Iterator[Arrays], first: int, start: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """Return the rows of a range of objects as unsorted lists."""
    n = int(start[-1])
    account, time_us = np.empty(n, np.int32), np.empty(n, np.int64)
    post: NDArray[np.int32] = np.empty(0, np.int32)
    cursor = start[:-1].copy()
    for piece in pieces:
        posts = piece[POST] if len(piece) > POST else np.empty(0, np.int32)
        if len(posts) and not len(post):
            post = np.empty(n, np.int32)
        rows = piece[ACCOUNT], piece[OBJECT] - np.int32(first), piece[TIME], posts
        scatter(*rows, cursor, account, time_us, post)
    return account, time_us, post


def _part(actions: Actions) -> tuple[NDArray[Any], ...]:
    columns = actions.account, actions.time_us, actions.first, actions.post
    return (actions.start[:-1].copy(), actions.start[1:].copy(), *columns)
