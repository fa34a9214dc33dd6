"""Who used which objects in a trace, and how many of them two accounts share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from rasad.evaluate.baselines.codes import distinct
from rasad.evaluate.contest import CannotJudge, Codes, Layer

MOST_PAIRS = 500_000_000
"""Most pairs of two accounts on one object that are gone through. They take about a
minute, whatever the number of accounts; none is kept."""

BLOCK = 1 << 22
"""Pairs on one object that are counted at a time; about 40 bytes each."""


@dataclass(frozen=True, kw_only=True)
class Uses:
    """The bipartite graph of a trace: which account used which object, each once.

    Parameters
    ----------
    account, object : int64 arrays of m
        Ends of each edge, ascending; codes as in the layer.
    n_accounts, n_objects : int
        Codes lie below these; not each of them needs to be used.
    """

    account: Codes
    object: Codes
    n_accounts: int
    n_objects: int

    @property
    def degree(self) -> Codes:
        """How many objects each account used."""
        return np.bincount(self.account, minlength=self.n_accounts)

    @property
    def popularity(self) -> Codes:
        """How many accounts used each object."""
        return np.bincount(self.object, minlength=self.n_objects)


@dataclass(frozen=True, kw_only=True)
class SharedCounts:
    """Pairs of accounts and how many objects they share, at least one.

    Parameters
    ----------
    first, second : int64 arrays of m
        The accounts, the smaller code first.
    shared : int64 array of m
        Objects that both used.
    """

    first: Codes
    second: Codes
    shared: Codes


def uses_of(layer: Layer, n_accounts: int) -> Uses:
    """Return the bipartite graph of a layer.

    Examples
    --------
    >>> twice = Layer(
    ...     account=np.array([1, 0, 1]), object=np.array([2, 2, 2]),
    ...     time_s=np.full(3, np.nan), n_objects=3,
    ... )
    >>> graph = uses_of(twice, 2)
    >>> graph.account.tolist(), graph.object.tolist(), graph.popularity.tolist()
    ([0, 1], [2, 2], [0, 0, 2])
    """
    width = max(layer.n_objects, 1)
    account, item = np.divmod(distinct(layer.account * width + layer.object), width)
    return Uses(
        account=account,
        object=item,
        n_accounts=n_accounts,
        n_objects=layer.n_objects,
    )


def pairs_to_go_through(uses: Uses) -> int:
    """Return how many pairs of accounts there are, summed over the objects."""
    popularity = uses.popularity
    return int((popularity * (popularity - 1) // 2).sum())


def shared_counts(uses: Uses) -> Iterator[SharedCounts]:
    """Yield every pair that shares an object, each once, block by block.

    Raises
    ------
    CannotJudge
        If there are more than `MOST_PAIRS` to go through.

    Notes
    -----
    A sparse product, row by row of accounts. Time is that of the pairs on each object,
    memory that of a block: an account has at most as many partners as there are
    accounts.
    """
    many = pairs_to_go_through(uses)
    if many > MOST_PAIRS:
        raise CannotJudge(
            f"It would go through {many:,} pairs of accounts on one object; the most "
            f"is {MOST_PAIRS:,}."
        )
    popular = (uses.popularity >= 2)[uses.object]
    table = _matrix(uses, popular)
    other = table.T.tocsr()
    steps = np.bincount(
        uses.account[popular],
        uses.popularity[uses.object[popular]],
        minlength=uses.n_accounts,
    ).astype(np.float64)
    for low, high in _blocks(steps):
        # Accounts before the block have met it already.
        met = (table[low:high] @ other[:, low:]).tocoo()
        later = met.col > met.row
        yield SharedCounts(
            first=met.row[later].astype(np.int64) + low,
            second=met.col[later].astype(np.int64) + low,
            shared=met.data[later].astype(np.int64),
        )


def _matrix(uses: Uses, chosen: NDArray[np.bool_]) -> csr_matrix:
    account, item = uses.account[chosen], uses.object[chosen]
    return csr_matrix(
        (np.ones(len(account), np.int32), (account, item)),
        shape=(uses.n_accounts, uses.n_objects),
    )


def _blocks(steps: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of accounts that take about `BLOCK` steps, at least one account."""
    total = np.cumsum(steps)
    low, last = 0, int(np.flatnonzero(steps).max(initial=-1)) + 1
    while low < last:
        begun = total[low - 1] if low else 0.0
        high = max(int(np.searchsorted(total, begun + BLOCK, "right")), low + 1)
        high = min(high, last)
        yield low, high
        low = high
