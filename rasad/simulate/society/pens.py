"""What people write: their words, the pages they link to, their hashtags."""

from __future__ import annotations

import numpy as np

from rasad.simulate.society import wording
from rasad.simulate.society.attention import Fading
from rasad.simulate.society.clock import PATIENCES, Moments
from rasad.simulate.society.deeds import NOTHING, Int
from rasad.simulate.society.people import People
from rasad.simulate.society.scenario import OrdinaryPlan
from rasad.simulate.society.sharing import Library, Tagging

PAGES_LAST = 12
"""Classes of patience by which pages outlast posts: some nine times as long."""

SHORTER = 0.3
"""The chance that a set phrase is not followed by the next in rank."""


class Pens:
    """Writes for everybody.

    Parameters
    ----------
    plan : OrdinaryPlan
        How often people link, tag, or say what all say.
    people : People
        Who writes.
    fading : Fading
        How attention fades.
    rng : numpy.random.Generator
        Seeded source of what lasts as long as the world.
    """

    def __init__(
        self,
        plan: OrdinaryPlan,
        people: People,
        fading: Fading,
        rng: np.random.Generator,
    ) -> None:
        self._plan, self._people, self._fading = plan, people, fading
        links = float(people.rate.sum()) * plan.link_share
        self._library = Library(people.communities, links)
        self._tagging = Tagging(people.communities, rng)

    def open_day(self, day: int, rng: np.random.Generator) -> None:
        """Let the pages of a day appear, and draw what trends."""
        self._library.open_day(day, rng)
        self._tagging.open_day(rng)

    def texts(self, who: Int, rng: np.random.Generator) -> Int:
        """Return texts of accounts' own."""
        people = self._people
        topic = people.communities.topic[people.community[who]]
        return wording.free_text(rng, people.language[who], topic)

    def own_texts(self, who: Int, rng: np.random.Generator) -> Int:
        """Return texts of accounts' own, and now and then a set phrase."""
        text = self.texts(who, rng)
        stock = np.flatnonzero(rng.random(len(who)) < self._plan.stock_share)
        # The short phrases come first, and are the most common.
        number = rng.geometric(SHORTER, len(stock)) - 1
        text[stock] = wording.stock_phrase(self._people.language[who[stock]], number)
        return text

    def links(self, moments: Moments, part: float, rng: np.random.Generator) -> Int:
        """Return links, -1 for none; `part` is of the planned share of own posts."""
        n = len(moments.account)
        linking = np.flatnonzero(rng.random(n) < part * self._plan.link_share)
        some = moments.at(linking)
        patience = self._people.patience[some.account] + PAGES_LAST
        link = np.full(n, NOTHING, np.int64)
        link[linking] = self._library.links(
            self._near(some.account, rng),
            some.at_ms,
            np.minimum(patience, len(PATIENCES) - 1),
            self._fading,
            rng,
        )
        return link

    def tags(self, who: Int, part: float, rng: np.random.Generator) -> Int:
        """Return hashtags, -1 for none; `part` is of the planned share of own posts."""
        tagging = np.flatnonzero(rng.random(len(who)) < part * self._plan.tag_share)
        tags = np.full(len(who), NOTHING, np.int64)
        home = self._near(who[tagging], rng)
        tags[tagging] = self._tagging.sequences(home, rng)
        return tags

    def _near(self, who: Int, rng: np.random.Generator) -> Int:
        """Return the community that accounts have in mind: mostly their own."""
        people = self._people
        home, language = people.community[who], people.communities.language
        stays = rng.random(len(who)) < self._plan.homophily
        elsewhere = rng.integers(0, len(language), len(who))
        understood = language[elsewhere] == people.language[who]
        return np.where(stays | ~understood, home, elsewhere)
