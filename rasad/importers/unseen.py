"""Which posts of a batch nobody has seen, so that nothing has to be compared.

Whether a post is new, or another version of one that is held, is asked of the store.
In a file of millions that question costs more than anything else, and nearly always the
answer is that the post is new. So the ids of all posts are kept as hashes of eight
bytes: where a hash is new, so is the post. Where it is not, the store is asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasad.kernels.interning import hash_texts
from rasad.kernels.layout import texts_in
from rasad.kernels.seen import meet, refill
from rasad.store.sql import Store

SMALLEST = 1 << 16
FULL = 0.7
"""Share of the table that may be filled."""

Tables = Mapping[str, pa.Table]


class Seen:
    """The posts that a case holds.

    Parameters
    ----------
    store : Store
        Its posts are those that were seen already.

    Examples
    --------
    >>> from rasad.store.duckdb import DuckDBStore
    >>> with DuckDBStore(None) as store:
    ...     seen = Seen(store)
    >>> seen.unseen(pa.array(["a", "b", "a"])).tolist()
    [False, True, False]
    >>> seen.unseen(pa.array(["b", "c"])).tolist()
    [False, True]
    """

    def __init__(self, store: Store) -> None:
        self._key = secrets.randbits(63)
        self._n = 0
        self._table = np.zeros(SMALLEST, np.uint64)
        for batch in store.stream("SELECT post FROM post"):
            self._met(batch.column(0).cast(pa.string()))

    def unseen(self, posts: pa.Array) -> NDArray[np.bool_]:
        """Tell which posts are new and here once; all are seen from now on."""
        known, hashes = self._met(posts)
        if known.any():
            known |= np.isin(hashes, hashes[known])
        return ~known

    def _met(self, posts: pa.Array) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
        self._make_room(len(posts))
        hashes = np.empty(len(posts), np.uint64)
        hash_texts(texts_in(posts), self._key, hashes)
        known = np.empty(len(posts), np.bool_)
        self._n += int(meet(hashes, self._table, known))
        return known, hashes

    def _make_room(self, more: int) -> None:
        size = len(self._table)
        while size * FULL < self._n + more:
            size *= 2
        if size > len(self._table):
            larger = np.zeros(size, np.uint64)
            refill(self._table, larger)
            self._table = larger


def divided(tables: Tables, unseen: NDArray[np.bool_]) -> tuple[Tables, Tables]:
    """Divide posts and actions into those of unseen posts, and all others.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        `post`, `stated`, and `action` with the place of each one's post among them.
    unseen : bool, one per post
        What `Seen.unseen` told.
    """
    if unseen.all():
        return tables, {name: table.slice(0, 0) for name, table in tables.items()}
    return _some(tables, unseen), _some(tables, ~unseen)


def _some(tables: Tables, chosen: NDArray[np.bool_]) -> Tables:
    posts = pa.array(chosen)
    actions = pa.array(chosen[tables["action"]["place"].to_numpy()])
    return {
        "post": tables["post"].filter(posts),
        "stated": tables["stated"].filter(posts),
        "action": tables["action"].filter(actions),
    }
