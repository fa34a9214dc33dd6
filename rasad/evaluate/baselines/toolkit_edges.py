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
from rasad.evaluate.baselines.codes import NONE, Ints
from rasad.evaluate.baselines.toolkit_text import WordSets
from rasad.evaluate.baselines.windows import all_partners, laid_out

MOST_EDGES = 100_000_000
"""Edges above which no network is made; each takes about 40 bytes at the end, so that
near this number 4 GB are needed, and 7 GB to write them."""

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
    """Messages that meet, each once, seen from the first; a block holds whole senders.

    Parameters
    ----------
    sender : int64, shape (n,)
        A message and its account as one number, ascending by account.
    user, other_user : int64, shape (n,)
        The accounts.
    filled : bool, shape (n,)
        Whether they share more than the empty link or text.
    """

    sender: Keys
    user: Keys
    other_user: Keys
    filled: NDArray[np.bool_]


def meetings(
    joined: Joined, window_s: float, loops: bool, similarity: float
) -> Iterator[Met]:
    """Yield the messages that meet, each seen from both sides.

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
    several = len(sender) > int(sender.max(initial=-1)) + 1
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
        filled = joined.key[one] != joined.empty
        if several:
            once = _once(sender[one], sender[other], filled)
            one, other, filled = one[once], other[once], filled[once]
        if len(one):
            yield Met(
                sender[one],
                joined.user[one].astype(np.int64),
                joined.user[other].astype(np.int64),
                filled,
            )


def _senders(joined: Joined) -> Keys:
    """Return a number for message and account; a repeated id can have several."""
    width = int(joined.message.max(initial=0)) + 1
    both = joined.user.astype(np.int64) * width + joined.message
    number: Keys = np.unique(both, return_inverse=True)[1]
    return number


def loops_of_messages(joined: Joined, least: int, similarity: float) -> int:
    """Count the accounts that have a loop where every message meets itself.

    Parameters
    ----------
    joined : Joined
        The rows.
    least : int
        Weight that a loop needs.
    similarity : float
        Least similarity of their words, where there are words.
    """
    row = np.arange(len(joined.user))
    if joined.words is not None:
        row = row[joined.words.similarity(row, row) >= similarity]
    _, first = np.unique(_senders(joined)[row], return_index=True)
    messages = np.bincount(joined.user[row[first]])
    return int((messages >= max(least, 1)).sum())


def _once(sender: Keys, other: Keys, filled: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return places that hold each pair once; one that shares more comes first."""
    pair = sender * (int(other.max(initial=0)) + 1) + other
    order = np.argsort(pair * 2 + ~filled)
    once: NDArray[np.int64] = order[_begins(pair[order])]
    return once


@dataclass(frozen=True)
class Counted:
    """Edges that weigh enough, and the pairs of messages that made them.

    Parameters
    ----------
    source, target : int32, shape (n,)
        The accounts of each edge.
    weight : int64, shape (n,)
        Distinct messages of the source that met one of the target.
    pairs : int
        Pairs of messages behind the edges, each counted once.
    empty_pairs : int
        How many of them share nothing but the empty link or text.
    """

    source: Ints
    target: Ints
    weight: NDArray[np.int64]
    pairs: int
    empty_pairs: int


class Total:
    """Adds up edges over blocks whose accounts ascend.

    What is counted of each edge stands in three rows: its weight, its pairs of
    messages, and those of them that share more than nothing.
    """

    def __init__(self, users: int, min_edge_weight: int) -> None:
        self._users = users
        self._least = min_edge_weight
        self._open = (np.zeros(0, np.int64), np.zeros((3, 0), np.int64))
        self._done: list[tuple[Ints, Ints, NDArray[np.int64]]] = []
        self._pairs = np.zeros(2, np.int64)
        self._behind: list[tuple[Keys, NDArray[np.int64]]] = []

    def add(self, met: Met) -> None:
        """Count the edges of a block."""
        # A message counts once for each account that it met.
        number = np.sort((met.sender * self._users + met.other_user) * 2 + met.filled)
        meeting = number >> 1
        begins = _begins(meeting)
        once = meeting[begins]
        pairs = np.diff(np.append(begins, len(number)))
        filled = np.add.reduceat(number & 1, begins)
        first = _begins(met.sender)
        user = met.user[first][np.searchsorted(met.sender[first], once // self._users)]
        keys = user * self._users + once % self._users
        counts = np.stack([np.ones_like(pairs), pairs, filled])
        self._close(int(met.user[0]))
        keys, counts = _added(self._open, (keys, counts))
        last = np.searchsorted(keys, met.user[-1] * self._users)
        self._keep(keys[:last], counts[:, :last])
        self._open = keys[last:], counts[:, last:]

    def finished(self) -> Counted:
        """Return all edges that weigh enough."""
        self._close(self._users)
        nothing = np.zeros(0, np.int32)
        done = self._done or [(nothing, nothing, np.zeros(0, np.int64))]
        source, target, weight = (
            np.concatenate(column) for column in zip(*done, strict=True)
        )
        pairs, filled = self._counted_pairs().tolist()
        return Counted(source, target, weight, pairs, pairs - filled)

    def _close(self, user: int) -> None:
        """Keep the edges of the last account when another one begins."""
        keys, counts = self._open
        if len(keys) and keys[0] // self._users != user:
            self._keep(keys, counts)
            self._open = keys[:0], counts[:, :0]

    def _keep(self, keys: Keys, counts: NDArray[np.int64]) -> None:
        heavy = counts[0] >= self._least
        keys, weight, counts = keys[heavy], counts[0, heavy], counts[1:, heavy]
        source, target = np.divmod(keys, self._users)
        self._done.append((source.astype(np.int32), target.astype(np.int32), weight))
        if sum(len(part[0]) for part in self._done) > MOST_EDGES:
            raise ConfigError(
                f"The network has more than {MOST_EDGES:,} edges",
                "narrow --window or raise --min-edge-weight",
            )
        if self._least > 1:
            self._behind.append((keys, counts))
        else:
            self._pairs += counts.sum(axis=1)

    def _counted_pairs(self) -> NDArray[np.int64]:
        """Count each pair once that an edge is made of, in whatever direction.

        A pair is seen from both sides. Where every edge weighs enough, both were
        counted; elsewhere the edge that goes back may have been left out. Times that
        are a window apart but for their rounding can be seen from one side alone.
        """
        if not self._behind:
            return (self._pairs + 1) // 2
        keys = np.concatenate([part for part, _ in self._behind])
        counts = np.concatenate([part for _, part in self._behind], axis=1)
        back = keys % self._users * self._users + keys // self._users
        twice = np.isin(back, keys)
        pairs: NDArray[np.int64] = counts[:, ~twice].sum(axis=1)
        pairs += (counts[:, twice].sum(axis=1) + 1) // 2
        return pairs


def _begins(ordered: Keys) -> NDArray[np.int64]:
    """Return where each run of equal numbers begins."""
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])


def _added(
    one: tuple[Keys, NDArray[np.int64]], other: tuple[Keys, NDArray[np.int64]]
) -> tuple[Keys, NDArray[np.int64]]:
    """Add two lists of counts by key."""
    keys, place = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    counts = np.concatenate([one[1], other[1]], axis=1)
    # Doubles hold these sums exactly: they are far below 2**53.
    total = [np.bincount(place, row, len(keys)) for row in counts]
    return keys, np.array(total).astype(np.int64)
