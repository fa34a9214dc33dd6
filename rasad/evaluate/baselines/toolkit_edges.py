"""How the toolkit's edges are counted: messages met, block by block.

Memory is that of messages and edges: a block is counted and forgotten, and an account's
edges are finished before those of the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.errors import ConfigError
from rasad.evaluate.baselines.codes import NONE, Ints, distinct
from rasad.evaluate.baselines.toolkit_text import WordSets
from rasad.evaluate.baselines.windows import all_partners, laid_out

MOST_EDGES = 100_000_000
"""Edges above which no network is made; each takes 32 bytes at the end."""

Keys = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What one network joins: rows with a key, a time, a message and an account.

    Parameters
    ----------
    key, message, user : int32, shape (n,)
    time_s : float64, shape (n,)
    words : WordSets, optional
        Where texts are compared beside; a row's text stands at the row's place.
    empty : int
        The key that stands for nothing: the empty link or text; -1 if there is none.
    """

    key: Ints
    message: Ints
    user: Ints
    time_s: NDArray[np.float64]
    words: WordSets | None = None
    empty: int = NONE


@dataclass(frozen=True)
class Met:
    """Rows that meet, seen from the first; a block holds whole senders.

    Parameters
    ----------
    sender, other_sender : int64, shape (n,)
        A message and its account as one number, ascending by account.
    user, other_user : int64, shape (n,)
        The accounts.
    filled : bool, shape (n,)
        Whether they share more than the empty link or text.
    """

    sender: Keys
    other_sender: Keys
    user: Keys
    other_user: Keys
    filled: NDArray[np.bool_]


def meetings(
    joined: Joined, window_s: float, loops: bool, similarity: float
) -> Iterator[Met]:
    """Yield the rows that meet, each seen from both sides.

    Parameters
    ----------
    joined : Joined
        The rows.
    window_s : float
        Longest gap in seconds.
    loops : bool
        Let two messages of one account meet.
    similarity : float
        Least similarity of their words, where there are words.
    """
    sender = _senders(joined)
    found = all_partners(joined.key, joined.time_s, window_s)
    # Visit the rows account by account and message by message: what a message met
    # stands together, and an account's edges are done when the next one begins.
    visit = np.argsort(sender[found.row], kind="stable")
    visited = sender[found.row][visit]
    ends = np.append(visited[1:] != visited[:-1], True)[: len(visited)]
    for place, partner in laid_out(found.start[visit], found.stop[visit], ends):
        one, other = found.row[visit[place]], found.row[partner]
        kept = joined.message[one] != joined.message[other]
        if not loops:
            kept &= joined.user[one] != joined.user[other]
        one, other = one[kept], other[kept]
        if joined.words is not None:
            alike = joined.words.similarity(one, other) >= similarity
            one, other = one[alike], other[alike]
        if len(one):
            yield Met(
                sender[one],
                sender[other],
                joined.user[one].astype(np.int64),
                joined.user[other].astype(np.int64),
                joined.key[one] != joined.empty,
            )


def _senders(joined: Joined) -> Keys:
    """Return a number for message and account; a repeated id can have several."""
    width = int(joined.message.max(initial=0)) + 1
    both = joined.user.astype(np.int64) * width + joined.message
    number: Keys = np.unique(both, return_inverse=True)[1]
    return number


class Total:
    """Adds up edges over blocks whose accounts ascend."""

    def __init__(self, users: int, min_edge_weight: int) -> None:
        self.pairs = 0
        self.empty_pairs = 0
        self._users = users
        self._least = min_edge_weight
        self._open = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._done: list[tuple[Ints, Ints, NDArray[np.int64]]] = []

    def add(self, met: Met) -> None:
        """Count the edges of a block."""
        self._count_pairs(met)
        # A message counts once for each account that it met.
        once = distinct(met.sender * self._users + met.other_user)
        begins = np.append(True, met.sender[1:] != met.sender[:-1])
        user_of = met.user[begins]
        place = np.searchsorted(met.sender[begins], once // self._users)
        keys, weights = np.unique(
            user_of[place] * self._users + once % self._users, return_counts=True
        )
        self._close(int(met.user[0]))
        keys, weights = _added(*self._open, keys, weights)
        last = np.searchsorted(keys, met.user[-1] * self._users)
        self._keep(keys[:last], weights[:last])
        self._open = keys[last:], weights[last:]

    def edges(self) -> tuple[Ints, Ints, NDArray[np.int64]]:
        """Return sources, targets and weights of all edges that weigh enough."""
        self._close(self._users)
        if not self._done:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64)
        source, target, weight = zip(*self._done, strict=True)
        return np.concatenate(source), np.concatenate(target), np.concatenate(weight)

    def _close(self, user: int) -> None:
        """Keep the edges of the last account when another one begins."""
        keys, weights = self._open
        if len(keys) and keys[0] // self._users != user:
            self._keep(keys, weights)
            self._open = keys[:0], weights[:0]

    def _keep(self, keys: Keys, weights: NDArray[np.int64]) -> None:
        heavy = weights >= self._least
        source, target = np.divmod(keys[heavy], self._users)
        self._done.append(
            (source.astype(np.int32), target.astype(np.int32), weights[heavy])
        )
        if sum(len(part[0]) for part in self._done) > MOST_EDGES:
            raise ConfigError(
                f"The network has more than {MOST_EDGES:,} edges",
                "narrow --window or raise --min-edge-weight",
            )

    def _count_pairs(self, met: Met) -> None:
        once = met.sender < met.other_sender
        width = int(met.other_sender.max()) + 1
        pair = met.sender[once] * width + met.other_sender[once]
        every, real = distinct(pair), distinct(pair[met.filled[once]])
        self.pairs += len(every)
        self.empty_pairs += len(every) - len(real)


def _added(
    keys: Keys, weights: NDArray[np.int64], more: Keys, added: NDArray[np.int64]
) -> tuple[Keys, NDArray[np.int64]]:
    """Add two lists of weights by key."""
    together, place = np.unique(np.concatenate([keys, more]), return_inverse=True)
    # Doubles hold these sums exactly: they are far below 2**53.
    total = np.bincount(place, np.concatenate([weights, added]), len(together))
    return together, total.astype(np.int64)
