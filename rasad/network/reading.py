"""From tables of any size to codes, and away with the rows that cannot matter."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.errors import MemoryLimitError
from rasad.extend import Progress
from rasad.importers.columns import (
    ActionBatch,
    Table,
    Tally,
    action_batches,
    id_kinds,
)
from rasad.kernels.pruning import count_codes, mark_enough
from rasad.memory import written
from rasad.network.interning import Interner, interner
from rasad.network.pruning import LITTLE
from rasad.network.shelf import Shelf

ACCOUNT, OBJECT, TIME, POST = range(4)
"""Places of the columns of a piece: codes of ids, and microseconds."""

AHEAD = 3
"""Batches that are read, by a thread of their own, while the one in hand gets its
codes; they take a part of what is set aside for the program."""

HELD = 0.6
"""Share of the memory that pieces and ids may take while a file is read."""


@dataclass(frozen=True, kw_only=True)
class CodedActions:
    """All actions as codes, in pieces of (account, object, time[, post]) columns."""

    pieces: Shelf
    accounts: Interner
    n_objects: int
    tally: Tally


def read_actions(
    tables: Sequence[Table],
    pieces: Shelf,
    room: int,
    threads: int,
    progress: Progress,
) -> CodedActions:
    """Read tables into pieces of codes.

    Parameters
    ----------
    tables : sequence of Table
        The files and their columns.
    pieces : Shelf
        Filled.
    room : int
        Bytes that ids and pieces may take together.
    threads : int
        Threads to use.
    progress : callable
        Called with "reading", rows done and all rows (0 where unknown).

    Raises
    ------
    MemoryLimitError
        If the ids alone take more.
    """
    kinds = id_kinds(tables)
    ids = {role: interner(kind) for role, kind in kinds.items()}
    tally = Tally()
    counted = [table.rows for table in tables]
    total = sum(n or 0 for n in counted) if all(counted) else 0
    batches = chain.from_iterable(action_batches(t, kinds, tally) for t in tables)
    with ThreadPoolExecutor(threads) as pool:
        for batch, done in _ahead(batches, tally):
            pieces.shrink(max(int(HELD * room) - _held(ids, room), 0))
            waiting = [pool.submit(_coded, ids, batch, role) for role in ids]
            codes = dict(part.result() for part in waiting)
            pieces.put(_piece(codes, batch.time_us))
            progress("reading", done, total)
    ids["account"].seal()
    return CodedActions(
        pieces=pieces,
        accounts=ids["account"],
        n_objects=len(ids["object"]),
        tally=tally,
    )


def _ahead(
    batches: Iterator[ActionBatch], tally: Tally
) -> Iterator[tuple[ActionBatch, int]]:
    """Yield batches, and the rows up to the end of each, while the next are read."""

    def read() -> tuple[ActionBatch | None, int]:
        return next(batches, None), tally.rows

    reader = ThreadPoolExecutor(1)
    try:
        coming = deque(reader.submit(read) for _ in range(AHEAD))
        while True:
            batch, rows = coming.popleft().result()
            if batch is None:
                return
            coming.append(reader.submit(read))
            yield batch, rows
    finally:
        reader.shutdown(cancel_futures=True)


def _coded(
    ids: dict[str, Interner], batch: ActionBatch, role: str
) -> tuple[str, NDArray[np.int32]]:
    return role, ids[role].codes(getattr(batch, role))


def _held(ids: dict[str, Interner], room: int) -> int:
    """Return the bytes that ids take; refuse to take more than there are."""
    held = sum(known.bytes() for known in ids.values())
    if held > room:
        raise MemoryLimitError(
            f"The ids of the file alone take {written(held)} of memory",
            "give more with --memory, or divide the file by time",
        )
    return held


def _piece(
    codes: dict[str, NDArray[np.int32]], time_us: NDArray[np.int64]
) -> tuple[NDArray[Any], ...]:
    piece = codes["account"], codes["object"], time_us
    return (*piece, codes["post"]) if "post" in codes else piece


@dataclass(frozen=True)
class Degrees:
    """Rows that are left, by account code and by object code, uint32."""

    account: NDArray[np.uint32]
    object: NDArray[np.uint32]

    @property
    def rows(self) -> int:
        """Rows that are left."""
        return int(self.account.sum(dtype=np.int64))


def degree_pruned(coded: CodedActions, least: int, threads: int) -> Degrees:
    """Drop, piece by piece, rows of accounts and objects that have too few.

    A pair that shares `least` objects has an account with that many rows on either
    side, and objects with two rows. Rounds end when little changes.
    """
    pieces = coded.pieces
    with ThreadPoolExecutor(threads) as pool:
        degrees = _degrees(coded, pool)
        while True:
            enough = partial(_enough, degrees, least)
            for place in range(0, len(pieces), threads):
                some = range(place, min(place + threads, len(pieces)))
                kept = pool.map(enough, [pieces[n] for n in some])
                for n, piece in zip(some, kept, strict=True):
                    pieces[n] = piece
            before, degrees = degrees.rows, _degrees(coded, pool)
            if (before - degrees.rows) * LITTLE <= degrees.rows:
                return degrees


def _degrees(coded: CodedActions, pool: ThreadPoolExecutor) -> Degrees:
    account = np.zeros(len(coded.accounts), np.uint32)
    object = np.zeros(coded.n_objects, np.uint32)
    for place in range(len(coded.pieces)):
        piece = coded.pieces[place]
        halves = [(piece[ACCOUNT], account), (piece[OBJECT], object)]
        list(pool.map(lambda half: count_codes(*half), halves))
    return Degrees(account, object)


def _enough(
    degrees: Degrees, least: int, piece: tuple[NDArray[Any], ...]
) -> tuple[NDArray[Any], ...]:
    keep = np.empty(len(piece[ACCOUNT]), np.bool_)
    columns = piece[ACCOUNT], piece[OBJECT]
    kept = mark_enough(*columns, degrees.account, degrees.object, least, keep)
    return piece if kept == len(keep) else tuple(column[keep] for column in piece)
