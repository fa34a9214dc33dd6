"""Descriptions of accounts on their way into the store.

Most posts of an account describe it as the post before did, or as an older one that no
longer counts. The store would look at each description; so they wait here until they
are many, and only those that may be the newest are shown to it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_accounts

MANY = 100_000
"""Newest descriptions that wait: some 30 MB."""


class Described:
    """Gathers rows of table `account`.

    Parameters
    ----------
    store : DuckDBStore
        Inside a transaction.
    """

    def __init__(self, store: DuckDBStore) -> None:
        self._store = store
        self._waiting: list[pa.Table] = []

    def add(self, accounts: pa.Table) -> None:
        """Add descriptions; those that others replaced go as soon as they are many."""
        self._waiting.append(accounts)
        if sum(map(len, self._waiting)) > 2 * MANY:
            self._waiting = [self._newest()]
            if len(self._waiting[0]) > MANY:
                self.keep()

    def keep(self) -> None:
        """Put what waits into the store."""
        if self._waiting:
            add_accounts(self._store, self._newest())
            self._waiting = []

    def _newest(self) -> pa.Table:
        waiting = pa.concat_tables(self._waiting)
        told = (waiting[name].combine_chunks() for name in ("account", "described_at"))
        return waiting.take(pa.array(newest(*told)))


def newest(accounts: pa.Array, described_at: pa.Array) -> NDArray[np.int64]:
    """Return the places of descriptions that may be the newest of their accounts.

    Parameters
    ----------
    accounts : pyarrow.Array
        Whom each describes.
    described_at : pyarrow.Array
        When, none of them NULL.

    Examples
    --------
    >>> newest(pa.array(["a", "b", "a", "a"]), pa.array([1, 2, 3, 3])).tolist()
    [1, 2, 3]
    """
    codes = accounts.dictionary_encode()
    who, when = codes.indices.to_numpy(), described_at.cast(pa.int64()).to_numpy()
    last = np.full(len(codes.dictionary), np.iinfo(np.int64).min)
    np.maximum.at(last, who, when)
    return np.flatnonzero(when == last[who])
