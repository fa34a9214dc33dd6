"""Puts columns of posts together; what is left out is nothing, one value is for all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rasad.simulate.society.deeds import (
    NOTHING,
    POST,
    REPOST,
    Deeds,
    Int,
    Originals,
    Real,
)

NONE = np.empty(0, dtype=np.int64)


def deeds(
    at_ms: Int,
    account: ArrayLike,
    kind: ArrayLike = POST,
    *,
    post: ArrayLike = NOTHING,
    target: ArrayLike = NOTHING,
    source: ArrayLike = NOTHING,
    text: ArrayLike = NOTHING,
    link: ArrayLike = NOTHING,
    tags: ArrayLike = NOTHING,
) -> Deeds:
    """Return posts, as many as there are moments.

    Examples
    --------
    >>> deeds(np.array([5, 6]), [1, 2], text=9).text.tolist()
    [9, 9]
    """
    columns = (at_ms, account, kind, post, target, source, text, link, tags)
    return Deeds._make(_column(column, len(at_ms)) for column in columns)


def originals(
    at_ms: Int,
    account: ArrayLike,
    post: ArrayLike,
    *,
    text: ArrayLike,
    link: ArrayLike = NOTHING,
    tags: ArrayLike = NOTHING,
    community: ArrayLike,
    fitness: ArrayLike = 1.0,
) -> Originals:
    """Return posts that others may act on, as many as there are moments."""
    attention: Real = np.broadcast_to(
        np.asarray(fitness, dtype=np.float64), len(at_ms)
    ).copy()
    columns = (at_ms, account, post, text, link, tags, community)
    return Originals._make(
        [*(_column(part, len(at_ms)) for part in columns), attention]
    )


def all_deeds(parts: Sequence[Deeds]) -> Deeds:
    """Return the rows of some tables, one after the other.

    Examples
    --------
    >>> len(all_deeds([]).at_ms)
    0
    """
    return Deeds._make(map(np.concatenate, zip(deeds(NONE, NONE), *parts, strict=True)))


def all_originals(parts: Sequence[Originals]) -> Originals:
    """Return the rows of some tables, one after the other."""
    none = originals(NONE, NONE, NONE, text=NONE, community=NONE)
    return Originals._make(map(np.concatenate, zip(none, *parts, strict=True)))


def reposts_once(rows: Deeds) -> Deeds:
    """Return the rows without reposts that their account has made before.

    Nobody can repost a post twice; the earliest stays.
    """
    again = np.lexsort((rows.at_ms, rows.target, rows.account, rows.kind))
    kind, account, target = rows.kind[again], rows.account[again], rows.target[again]
    same = np.zeros(len(again), dtype=np.bool_)
    same[1:] = (
        (kind[1:] == kind[:-1])
        & (account[1:] == account[:-1])
        & (target[1:] == target[:-1])
    )
    kept = np.ones(len(again), dtype=np.bool_)
    kept[again[same & (kind == REPOST)]] = False
    return rows.at(kept)


def taken(table: Originals, column: str, rows: Int) -> Int:
    """Return a column of whole numbers at some rows; -1 at row -1."""
    values: Int = getattr(table, column)
    found = np.full(len(rows), NOTHING, dtype=np.int64)
    known = rows >= 0
    found[known] = values[rows[known]]
    return found


def _column(values: ArrayLike, length: int) -> Int:
    return np.broadcast_to(np.asarray(values, dtype=np.int64), length).copy()
