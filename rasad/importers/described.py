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

MANY, MUCH = 100_000, 32 << 20
"""Newest descriptions that wait, and their bytes: the store has little memory too."""


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
        self._rows = self._bytes = 0

    def add(self, accounts: pa.Table) -> None:
        """Add descriptions; those that others replaced go as soon as they are many."""
        self._wait(accounts)
        if self._rows > 2 * MANY or self._bytes > 2 * MUCH:
            self._wait(self._taken())
            if self._rows > MANY or self._bytes > MUCH:
                self.keep()

    def keep(self) -> None:
        """Put what waits into the store."""
        if self._waiting:
            add_accounts(self._store, self._taken())

    def _wait(self, accounts: pa.Table) -> None:
        self._waiting.append(accounts)
        self._rows += accounts.num_rows
        self._bytes += accounts.nbytes

    def _taken(self) -> pa.Table:
        """Return the newest of what waits; nothing waits any more."""
        waiting, self._waiting = pa.concat_tables(self._waiting), []
        self._rows = self._bytes = 0
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
