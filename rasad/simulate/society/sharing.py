"""What people link to and tag with: pages that fade, pools of hashtags, and trends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasad.simulate.population import LANGUAGES
from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society import wording
from rasad.simulate.society.attention import Fading, Shelf
from rasad.simulate.society.deeds import NOTHING, Int, Real
from rasad.simulate.society.people import Communities
from rasad.simulate.vocabulary import LEXICONS

PAGES_PER_LINK = 0.3
PAGE_TAIL, FITTEST_PAGE = 1.3, 300.0
SITES_SEEN = 40
"""Sites that a community knows; the one of rank r has a weight of 1 / r."""

POOL = 13
"""Hashtags of a community; a prime, so that every stride meets all of them."""

COMMON = 4
TRENDS = (0.6, 0.3, 0.1)
TREND_SHARE = 0.2
LENGTHS = (0.4, 0.3, 0.2, 0.1)
"""Shares of sequences of one, two, three and four hashtags."""


class Pages(NamedTuple):
    """Pages by time of birth; equally long arrays."""

    born_ms: Int
    community: Int
    fitness: Real
    link: Int

    def since(self, at_ms: int) -> Pages:
        """Return what was born at some moment or later."""
        first = int(np.searchsorted(self.born_ms, at_ms))
        return Pages._make(column[first:] for column in self)


class Library:
    """Pages to link to, made day by day.

    Parameters
    ----------
    communities : Communities
        Each has pages of its own.
    links_per_day : float
        Links that the crowd is going to share; there are fewer pages than that.
    """

    def __init__(self, communities: Communities, links_per_day: float) -> None:
        self._communities = communities
        self._expected = links_per_day * PAGES_PER_LINK
        self._count = 0
        none = np.empty(0, np.int64)
        self._pages = Pages(none, none, np.empty(0), none)
        self._shelf = self._shelved()

    def open_day(self, day: int, rng: np.random.Generator) -> None:
        """Let the pages of a day appear, and forget those of three days ago."""
        n = int(rng.poisson(self._expected))
        born = np.sort(rng.integers(day * DAY_MS, (day + 1) * DAY_MS, n))
        weight = self._communities.weight
        community = rng.choice(len(weight), n, p=weight / weight.sum())
        rank = _ranked(SITES_SEEN, n, rng)
        # Neighbours among communities know some of the same sites.
        site = community * 7 + rank
        number = self._count + np.arange(n)
        fitness = np.minimum(rng.pareto(PAGE_TAIL, n) + 1, FITTEST_PAGE)
        fresh = Pages(born, community, fitness, wording.page("ordinary", number, site))
        kept = self._pages.since((day - 2) * DAY_MS)
        self._pages = Pages._make(map(np.concatenate, zip(kept, fresh, strict=True)))
        self._count += n
        self._shelf = self._shelved()

    def _shelved(self) -> Shelf:
        pages = self._pages
        groups = len(self._communities)
        return Shelf(pages.born_ms, pages.community, pages.fitness, groups)

    def links(
        self,
        community: Int,
        at_ms: Int,
        patience: Int,
        fading: Fading,
        rng: np.random.Generator,
    ) -> Int:
        """Return pages that people of some communities link to at some moments."""
        chosen = self._shelf.choose(community, at_ms, patience, fading, rng)
        found = chosen >= 0
        link = np.full(len(chosen), NOTHING, np.int64)
        link[found] = self._pages.link[chosen[found]]
        return link


class Tagging:
    """Hashtags of communities, and what trends on a day.

    Parameters
    ----------
    communities : Communities
        Each uses a few words of its language and some tags of its own.
    rng : numpy.random.Generator
        Seeded source.
    """

    def __init__(self, communities: Communities, rng: np.random.Generator) -> None:
        self._language = communities.language
        words = np.array([len(LEXICONS[name].tag_words()) for name in LANGUAGES])
        self._words, self._tags = words, words * words
        shape = (len(communities), POOL)
        usual = rng.integers(0, words[communities.language, None], shape)
        own = rng.integers(
            words[communities.language, None],
            self._tags[communities.language, None],
            shape,
        )
        number = np.where(np.arange(POOL) < COMMON, usual, own)
        # Whether a common or an own tag leads differs between communities.
        number = rng.permuted(number, axis=1)
        self._pool = wording.tag(communities.language[:, None], number)
        self._trends = self._pool[: len(LANGUAGES), : len(TRENDS)]

    def open_day(self, rng: np.random.Generator) -> None:
        """Draw what trends in each language."""
        shape = (len(LANGUAGES), len(TRENDS))
        number = rng.integers(self._words[:, None], self._tags[:, None], shape)
        self._trends = wording.tag(np.arange(len(LANGUAGES))[:, None], number)

    def sequences(self, community: Int, rng: np.random.Generator) -> Int:
        """Return sequences that people of some communities use."""
        n = len(community)
        # The square of a uniform favours the head of the pool, as use does.
        start = (rng.random(n) ** 2 * POOL).astype(np.int64)
        stride = rng.integers(1, POOL, n)
        length = np.searchsorted(np.cumsum(LENGTHS)[:-1], rng.random(n), "right") + 1
        place = np.arange(len(LENGTHS))
        chosen = (start[:, None] + stride[:, None] * place) % POOL
        tags = self._pool[community[:, None], chosen]
        trend = np.searchsorted(np.cumsum(TRENDS)[:-1], rng.random(n), "right")
        trending = self._trends[self._language[community], trend]
        tags[:, 0] = np.where(rng.random(n) < TREND_SHARE, trending, tags[:, 0])
        return wording.tag_sequence(np.where(place < length[:, None], tags, NOTHING))


def _ranked(count: int, n: int, rng: np.random.Generator) -> Int:
    """Draw ranks from nought, the one of rank r with a weight of 1 / (r + 1)."""
    ladder = np.cumsum(1 / (np.arange(count) + 1.0))
    drawn = np.searchsorted(ladder, rng.random(n) * ladder[-1], side="right")
    return np.asarray(np.minimum(drawn, count - 1), np.int64)
