"""How alike accounts are: TF-IDF over what they acted on, and its cosine.

Accounts are rows of a sparse matrix and objects its columns. All pairs of rows with
something in common are compared, block by block: never more than a block of them and
the pairs that a method keeps are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array

from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.baselines.similarity_network import joined, some
from rasad.evaluate.contest import CannotJudge, Codes, Real

PRODUCTS = 5_000_000_000
"""Most times that accounts may meet on common objects: about two minutes."""

CANDIDATES = 200_000_000
"""Most pairs of accounts with something in common that are compared."""

KEPT = 20_000_000
"""Most pairs that a method may keep; 24 bytes each, and as much again to sort them."""

BLOCK = 1 << 22
"""Pairs that are laid out at a time; about 50 bytes each while they are."""

BINS = 1 << 16
"""Steps of the histogram that finds a share of the pairs without storing them."""

DECIMALS = 12
"""Digits of a cosine; sums in another order would else part what is equal."""

Idf = Callable[[int, Real], Real]
"""From the number of accounts and of those that have an object to its weight."""


def smooth_idf(n: int, df: Real) -> Real:
    """Return scikit-learn's smoothed weight, ln((1 + n) / (1 + df)) + 1."""
    weight: Real = np.log((1.0 + n) / (1.0 + df)) + 1.0
    return weight


def log2_idf(n: int, df: Real) -> Real:
    """Return the plain weight log2(n / df): what everybody did counts nothing."""
    weight: Real = np.log2(n / df)
    return weight


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Accounts by objects.

    Parameters
    ----------
    account : int64 array of (n,)
        Account of each row, ascending.
    matrix : float64 sparse array of (n, objects), by rows
        Counts, or their weights.
    """

    account: Codes
    matrix: Any

    def __len__(self) -> int:
        return len(self.account)

    def holders(self) -> Codes:
        """Return how many accounts have each object."""
        columns = self.matrix.shape[1]
        return np.bincount(self.matrix.indices, minlength=columns).astype(np.int64)


def counted(account: Codes, item: Codes) -> Rows:
    """Count how often each account acted on each object.

    Only accounts and objects that occur become rows and columns, so large codes cost
    nothing.

    Examples
    --------
    >>> rows = counted(np.array([7, 7, 9]), np.array([4, 4, 2**60]))
    >>> rows.account, rows.matrix.toarray()
    (array([7, 9]), array([[2., 0.],
           [0., 1.]]))
    """
    who, row = np.unique(account, return_inverse=True)
    what, column = np.unique(item, return_inverse=True)
    cells = coo_array(
        (np.ones(len(account)), (row, column)), shape=(len(who), len(what))
    )
    return Rows(account=who.astype(np.int64), matrix=cells.tocsr())


def binary(rows: Rows) -> Rows:
    """Count everything once."""
    matrix = rows.matrix.copy()
    matrix.data[:] = 1.0
    return Rows(account=rows.account, matrix=matrix)


def common(rows: Rows, least_accounts: int) -> Rows:
    """Leave out objects that fewer accounts have; no account is left out."""
    kept = np.flatnonzero(rows.holders() >= least_accounts)
    return Rows(account=rows.account, matrix=rows.matrix[:, kept])


def versatile(rows: Rows, least_objects: int) -> Rows:
    """Leave out accounts with fewer different objects."""
    kept = np.flatnonzero(np.diff(rows.matrix.indptr) >= least_objects)
    return Rows(account=rows.account[kept], matrix=rows.matrix[kept])


def tf_idf(rows: Rows, idf: Idf, *, sublinear: bool = False) -> Rows:
    """Weigh counts by how rare the object is, each row to length 1.

    Parameters
    ----------
    rows : Rows
        Counts.
    idf : callable
        `smooth_idf` or `log2_idf`.
    sublinear : bool
        Whether a count c counts as 1 + ln c.

    Returns
    -------
    Rows
        A row whose objects all weigh nothing is empty.
    """
    matrix = rows.matrix.copy()
    if sublinear:
        matrix.data = 1.0 + np.log(matrix.data)
    held = np.maximum(rows.holders(), 1).astype(np.float64)
    matrix.data *= idf(len(rows), held)[matrix.indices]
    matrix.eliminate_zeros()
    length = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    matrix.data /= np.repeat(length, np.diff(matrix.indptr))
    return Rows(account=rows.account, matrix=matrix)


def blocks(rows: Rows) -> Iterator[Edges]:
    """Yield the cosines of all pairs of rows with something in common.

    Parameters
    ----------
    rows : Rows
        Of length 1 each.

    Yields
    ------
    Edges
        Of places of rows, not of accounts.

    Raises
    ------
    CannotJudge
        If accounts meet on objects more than `PRODUCTS` times.
    """
    held = rows.holders()
    if (products := int((held * (held - 1) // 2).sum())) > PRODUCTS:
        raise CannotJudge(
            f"Its accounts meet {products:,} times on common objects; at most "
            f"{PRODUCTS:,} can be compared."
        )
    for start, stop in _spans(rows, held):
        later = rows.matrix[start:]
        found = (rows.matrix[start:stop] @ later.T).tocoo()
        weight = np.minimum(np.round(found.data, DECIMALS), 1.0)
        ahead = (found.col > found.row) & (weight > 0.0)
        yield Edges(
            first=found.row[ahead].astype(np.int64) + start,
            second=found.col[ahead].astype(np.int64) + start,
            weight=weight[ahead],
        )


def _spans(rows: Rows, held: Codes) -> Iterator[tuple[int, int]]:
    """Cut the rows so that each span has at most about `BLOCK` pairs."""
    n = len(rows)
    meetings = np.concatenate([[0], np.cumsum(held[rows.matrix.indices])])
    most = np.diff(meetings[rows.matrix.indptr])
    reach = np.concatenate([[0], np.cumsum(np.minimum(most, n - np.arange(n)))])
    start = 0
    while start < n:
        stop = int(np.searchsorted(reach, reach[start] + BLOCK, "right")) - 1
        stop = max(stop, start + 1)
        yield start, stop
        start = stop


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is known of all pairs without keeping them.

    Parameters
    ----------
    counts : int64 array of (BINS,)
        Pairs by their cosine, in equal steps from 0 to 1.
    nearest : float64 array of (n,)
        Largest cosine of each row, 0 without a pair.
    """

    counts: Codes
    nearest: Real

    @property
    def pairs(self) -> int:
        """How many pairs have a positive cosine."""
        return int(self.counts.sum())


def survey(rows: Rows) -> Survey:
    """Look at all pairs once.

    Raises
    ------
    CannotJudge
        If there are more than `CANDIDATES` pairs, or more work than `PRODUCTS`.
    """
    counts = np.zeros(BINS, np.int64)
    nearest = np.zeros(len(rows))
    seen = 0
    for block in blocks(rows):
        seen += len(block)
        _refuse_above(seen, CANDIDATES, "compared")
        counts += np.bincount(_bin(block.weight), minlength=BINS)
        np.maximum.at(nearest, block.first, block.weight)
        np.maximum.at(nearest, block.second, block.weight)
    return Survey(counts=counts, nearest=nearest)


def _bin(weight: Real) -> Codes:
    return np.minimum((weight * BINS).astype(np.int64), BINS - 1)


def _refuse_above(pairs: int, most: int, done: str) -> None:
    if pairs > most:
        raise CannotJudge(
            f"It finds {pairs:,} or more pairs of accounts with something in common; "
            f"at most {most:,} can be {done}."
        )


def positive(rows: Rows) -> Edges:
    """Return all pairs of accounts with a positive cosine.

    Raises
    ------
    CannotJudge
        If there are more than `KEPT`, or more work than `PRODUCTS`.
    """
    parts: list[Edges] = []
    seen = 0
    for block in blocks(rows):
        seen += len(block)
        _refuse_above(seen, KEPT, "kept")
        parts.append(block)
    return _named(rows, joined(parts))


def above_quantile(rows: Rows, level: float, known: Survey | None = None) -> Edges:
    """Return the pairs whose cosine reaches a quantile of all positive cosines.

    Parameters
    ----------
    rows : Rows
        Of length 1 each.
    level : float
        From 0 to 1; 0.995 keeps the top half per cent, and all that tie with it.
    known : Survey, optional
        The survey of these rows, if it is at hand.

    Raises
    ------
    CannotJudge
        If there are more pairs than can be compared or kept.

    Notes
    -----
    The quantile interpolates between order statistics, as numpy and pandas do. The
    first look finds the step of the histogram that holds it, the second keeps only
    what lies in this step or above, so that the cut is exact.
    """
    known = survey(rows) if known is None else known
    if known.pairs == 0:
        return joined([])
    place = (known.pairs - 1) * level
    below = np.cumsum(known.counts)
    step = int(np.searchsorted(below, int(place), "right"))
    left_out = int(below[step - 1]) if step else 0
    _refuse_above(known.pairs - left_out, KEPT, "kept")
    found = joined([some(block, _bin(block.weight) >= step) for block in blocks(rows)])
    ordered = np.sort(found.weight)
    low = int(place) - left_out
    high = min(low + 1, len(ordered) - 1)
    cut = ordered[low] + (ordered[high] - ordered[low]) * (place - int(place))
    return _named(rows, some(found, found.weight >= cut))


def _named(rows: Rows, places: Edges) -> Edges:
    """Turn places of rows, which ascend with the account, into accounts."""
    return Edges(
        first=rows.account[places.first],
        second=rows.account[places.second],
        weight=places.weight,
    )
