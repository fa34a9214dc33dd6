"""Cascades: what somebody reposted is seen by readers, who may pass it on in turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society.attention import Shelf
from rasad.simulate.society.deeds import NOTHING, REPOST, Bool, Deeds, Int
from rasad.simulate.society.sorting import order_of
from rasad.simulate.society.stage import Today

HEARD_MS = DAY_MS // 4
"""How long a repost of the day before can still be passed on."""


class Reposted(NamedTuple):
    """Reposts that readers may see; equally long arrays.

    Parameters
    ----------
    at_ms, account, target : int64 arrays
        As in `Deeds`.
    """

    at_ms: Int
    account: Int
    target: Int

    def before(self, others: Reposted) -> Reposted:
        """Return the rows of both, one after the other."""
        return Reposted._make(map(np.concatenate, zip(self, others, strict=True)))

    def at(self, rows: Int | Bool) -> Reposted:
        """Return some of the rows."""
        return Reposted._make(column[rows] for column in self)


NOBODY = Reposted(*(np.empty(0, np.int64) for _ in Reposted._fields))


def reposted(deeds: Deeds) -> Reposted:
    """Return the reposts among posts of all kinds."""
    return Reposted(deeds.at_ms, deeds.account, deeds.target).at(deeds.kind == REPOST)


class Cascades:
    """Passes on what others reposted, from one generation of readers to the next.

    Notes
    -----
    A branching process in the sense of Hawkes: each reaction that passes something on
    has one parent, an earlier repost of its community, which is the likelier the more
    the account is followed and the fresher the repost is. What was passed on can be
    passed on again. The share of reactions that have a parent is the mean number of
    children of a repost, and must stay below one.
    """

    def __init__(self) -> None:
        self._heard = NOBODY

    def passed_on(
        self,
        look: Looking,
        acts: Deeds,
        today: Today,
        rng: np.random.Generator,
    ) -> Int:
        """Return rows of the board for all reactions, and remember the evening.

        Parameters
        ----------
        look : Looking
            The crowd's reactions, some of which pass something on.
        acts : Deeds
            What teams, and those who speak of news, do on the same day.
        today : Today
            The day.
        rng : numpy.random.Generator
            Seeded source.
        """
        others = self._heard.before(reposted(acts))
        row = np.concatenate((look.row, _rows_of(others.target, today)))
        parent = self._parents(look, others, today, rng)
        found = row[_roots(parent)][: len(look.row)]
        self._remember(look, found, others, today)
        return found

    @staticmethod
    def _parents(
        look: Looking, others: Reposted, today: Today, rng: np.random.Generator
    ) -> Int:
        """Return for each reaction, and each other repost, what it passes on.

        Itself where it was found without others.
        """
        at_ms = np.concatenate((look.at_ms, others.at_ms))
        account = np.concatenate((look.account, others.account))
        people = today.people
        seen = np.concatenate((look.kind == REPOST, np.ones(len(others.at_ms), bool)))
        order = order_of(at_ms)
        order = order[seen[order]]
        who = account[order]
        shelf = Shelf(
            at_ms[order], people.community[who], people.fame[who],
            len(people.communities),
        )  # fmt: skip
        reader = np.flatnonzero(look.passes)
        who = look.account[reader]
        chosen = shelf.choose(
            people.community[who], look.at_ms[reader], people.patience[who],
            today.fading, rng,
        )  # fmt: skip
        parent = np.arange(len(at_ms))
        sees = chosen != NOTHING
        parent[reader[sees]] = order[chosen[sees]]
        return parent

    def _remember(
        self, look: Looking, row: Int, others: Reposted, today: Today
    ) -> None:
        """Keep the reposts of the evening for the next morning."""
        mine = (look.kind == REPOST) & (row != NOTHING)
        target = today.board.post[row[mine]]
        done = Reposted(look.at_ms[mine], look.account[mine], target)
        every = done.before(others)
        self._heard = every.at(every.at_ms >= (today.day + 1) * DAY_MS - HEARD_MS)


class Looking(NamedTuple):
    """Reactions of the crowd on a day; equally long arrays.

    Parameters
    ----------
    at_ms, account, kind : int64 arrays
        As in `Deeds`.
    row : int64 array
        Row of the board that was found without others, -1 for none.
    passes : bool array
        Whether it passes on what somebody reposted.
    """

    at_ms: Int
    account: Int
    kind: Int
    row: Int
    passes: Bool


def _rows_of(post: Int, today: Today) -> Int:
    """Return the rows of the board with these ids, -1 for posts that have left it."""
    order = order_of(today.board.post)
    ids = today.board.post[order]
    if not len(ids):
        return np.full(len(post), NOTHING, np.int64)
    place = np.minimum(np.searchsorted(ids, post), len(ids) - 1)
    return np.where(ids[place] == post, order[place], NOTHING)


def _roots(parent: Int) -> Int:
    """Return where each chain of parents begins.

    Parents are earlier than their children, so that every chain ends.

    Examples
    --------
    >>> _roots(np.array([0, 0, 1, 3])).tolist()
    [0, 0, 0, 3]
    """
    while True:
        above = parent[parent]
        if np.array_equal(above, parent):
            return parent
        parent = above
