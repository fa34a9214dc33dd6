"""Whom people follow, and what of it they answer."""

from __future__ import annotations

import numpy as np

from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society.attention import SOONEST_MS
from rasad.simulate.society.clock import Clock, Moments
from rasad.simulate.society.deeds import NOTHING, Bool, Int, Originals
from rasad.simulate.society.people import People
from rasad.simulate.society.phrases import mixed
from rasad.simulate.society.sorting import order_of, places_in

SOURCES = 40
FLATTER = 3.0
"""The source of rank r of a community is followed as 1 / (r + FLATTER)."""

FOLLOWED = 5
MEMORY_MS = DAY_MS
BACK = 0.55
"""Chance that somebody answers the latest post of a source; else one before, and so
on."""

TOLD_LAG_S, TOLD_SIGMA = 90.0, 1.0
SPAN_MS = 1 << 37
"""Four years, longer than any world: account and time fit in one number, for as many
as 67 million accounts."""


class Following:
    """Sources of each community, and their followers.

    Parameters
    ----------
    people : People
        Everybody; sources are of the crowd, known and busy.

    Notes
    -----
    An account follows five sources, four of its own community and one of another
    community of its language. They are drawn by hashing its number, so that nothing
    has to be kept.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        self._sources, self._count = _leading(people)
        weight = 1 / (np.arange(SOURCES) + FLATTER)
        self._ladder = np.cumsum(weight)
        self._neighbour = _neighbours(people)

    def source(self, account: Int, which: Int) -> Int:
        """Return a source that an account follows, -1 where a community has none."""
        draw = mixed(account * FOLLOWED + which)
        community = self._people.community[account]
        abroad = which == FOLLOWED - 1
        community = np.where(abroad, self._neighbour[account], community)
        count = self._count[community]
        share = (draw % 1_000_003 + 0.5) / 1_000_003
        top = self._ladder[np.maximum(count, 1) - 1]
        rank = np.searchsorted(self._ladder, share * top, side="right")
        found = self._sources[community, np.minimum(rank, SOURCES - 1)]
        return np.where(count > 0, found, NOTHING)


class Mail:
    """What sources have published of late, to be looked up by source and moment.

    Parameters
    ----------
    board : Originals
        Posts by time.
    """

    def __init__(self, board: Originals) -> None:
        self._order = order_of(board.account)
        key = board.account * SPAN_MS + board.at_ms + SPAN_MS // 2
        self._key = key[self._order]
        self._board = board

    def latest(self, source: Int, at_ms: Int, back: Int) -> Int:
        """Return rows of the board, -1 where a source has been silent for a day.

        Parameters
        ----------
        source, at_ms, back : int64 arrays of (n,)
            Who, before when, and how many posts before the latest.
        """
        if not len(self._key):
            return np.full(len(source), NOTHING, np.int64)
        until = source * SPAN_MS + at_ms - SOONEST_MS + SPAN_MS // 2
        place = places_in(self._key, until) - 1 - back
        row = self._order[np.maximum(place, 0)]
        fresh = self._board.at_ms[row] >= at_ms - MEMORY_MS
        own = (self._board.account[row] == source) & (place >= 0)
        seen = self._board.fitness[row] > 0
        return np.where(own & fresh & seen, row, NOTHING)


def answers(
    following: Following,
    mail: Mail,
    moments: Moments,
    rng: np.random.Generator,
) -> Int:
    """Return for each moment the row of a followed post to answer, -1 for none.

    People look at two of the accounts that they follow, and answer the fresher post.
    """
    n = len(moments.at_ms)
    first = rng.integers(0, FOLLOWED, n)
    second = (first + rng.integers(1, FOLLOWED, n)) % FOLLOWED
    # The board is by time: the larger row is the fresher post.
    found = [
        mail.latest(
            following.source(moments.account, which),
            moments.at_ms,
            rng.geometric(BACK, n) - 1,
        )
        for which in (first, second)
    ]
    return np.maximum(*found)


def told(
    moments: Moments,
    born_ms: Int,
    first_ms: int,
    people: People,
    clock: Clock,
    rng: np.random.Generator,
) -> Int:
    """Return when people answer who are told at once of what sources publish.

    Parameters
    ----------
    moments : Moments
        When each would have seen the post without being told.
    born_ms : int64 array
        When the posts were published.
    first_ms : int
        Nobody acts before.
    people, clock : People, Clock
        Who is told, and who is awake.
    rng : numpy.random.Generator
        Seeded source.
    """
    n = len(born_ms)
    lag = rng.lognormal(np.log(TOLD_LAG_S * 1000), TOLD_SIGMA, n)
    soon = born_ms + SOONEST_MS + lag.astype(np.int64)
    up = rng.random(n) < clock.awake(people.week[moments.account], soon)
    prompt = people.early[moments.account] & up & (soon >= first_ms)
    return np.where(prompt, np.minimum(soon, moments.at_ms), moments.at_ms)


def _leading(people: People) -> tuple[Int, Int]:
    """Return the sources of each community by rank, and how many each has."""
    crowd: Bool = ~people.planted()
    standing = np.where(crowd, people.fame * np.sqrt(people.rate), -1.0)
    order = np.lexsort((-standing, people.community))
    order = order[crowd[order]]
    community = people.community[order]
    rank = np.arange(len(order)) - np.searchsorted(community, community)
    leads = rank < SOURCES
    sources = np.full((len(people.communities), SOURCES), NOTHING, np.int64)
    sources[community[leads], rank[leads]] = order[leads]
    return sources, (sources >= 0).sum(axis=1)


def _neighbours(people: People) -> Int:
    """Return another community of its language for each account, if there is one."""
    language = people.communities.language
    order = np.argsort(language, kind="stable")
    first = np.searchsorted(language[order], language)
    count = np.bincount(language, minlength=int(language.max()) + 1)[language]
    home = people.community
    draw = mixed(np.arange(len(home), dtype=np.int64) + (1 << 32))
    return np.asarray(order[first[home] + draw % count[home]], np.int64)
