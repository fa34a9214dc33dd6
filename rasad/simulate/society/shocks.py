"""News that everybody speaks of: many who are awake answer within minutes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasad.simulate.population import LANGUAGES
from rasad.simulate.rhythm import HOUR_MS
from rasad.simulate.society import wording
from rasad.simulate.society.clock import Clock, Moments
from rasad.simulate.society.deeds import (
    NOTHING,
    POST,
    QUOTE,
    REPOST,
    Deeds,
    Int,
    Originals,
    Real,
)
from rasad.simulate.society.pens import Pens
from rasad.simulate.society.people import People
from rasad.simulate.society.rows import (
    all_deeds,
    all_originals,
    deeds,
    originals,
    taken,
)
from rasad.simulate.society.scenario import OrdinaryPlan
from rasad.simulate.society.stage import Today

FIRST_H, HOURS = 5, 16
FIRST_PAGE = 1 << 30
"""No page of a newsroom in the world has so high a number."""

HERALD_WITHIN_MS = 45_000
FITNESS = 1_000.0
LAG_S, LAG_SIGMA = 300.0, 0.9
EARLIER = 3.0
"""How many times faster those are who are told of what is new."""

BUSIER, BUSIEST = 0.4, 3.0
"""Exponent by which who posts more is reached more, and the most by which."""

REPOST_SHARE, QUOTE_SHARE, LINK_SHARE = 0.55, 0.1, 0.2
"""What people do with news; the others post its hashtags."""


class Shock(NamedTuple):
    """Something that happened: when, its page, its hashtags and posts by language."""

    at_ms: int
    page: int
    tags: Int
    post: Int


class News:
    """Brings news, and lets people speak of it.

    Parameters
    ----------
    plan : OrdinaryPlan
        How often, and how far it reaches.
    people, clock, pens : People, Clock, Pens
        Who is there, who is awake, and what they write.
    """

    def __init__(
        self, plan: OrdinaryPlan, people: People, clock: Clock, pens: Pens
    ) -> None:
        self._plan, self._people = plan, people
        self._clock, self._pens = clock, pens
        usual = max(float(people.rate.mean()), 1e-12)
        self._reach = np.minimum((people.rate / usual) ** BUSIER, BUSIEST)
        self._shocks: list[Shock] = []
        self._count = 0

    def announce(self, today: Today) -> Originals:
        """Let a well-known account of each language bring each piece of news."""
        rng = today.rng("news")
        self._shocks, parts = [], [all_originals([])]
        for _ in range(rng.poisson(self._plan.news_per_day)):
            hour = today.day * 24 + FIRST_H + HOURS * rng.random()
            posts = self._heralds(int(hour * HOUR_MS), today, rng)
            parts.append(posts)
        return all_originals(parts)

    def _heralds(self, at_ms: int, today: Today, rng: np.random.Generator) -> Originals:
        people = self._people
        fame = np.where(people.planted(), 0.0, people.fame)
        fame *= people.is_awake(today.day)
        speakers = [fame * (people.language == code) for code in range(len(LANGUAGES))]
        who = np.array([_drawn(known, rng) for known in speakers if known.any()], int)
        language = people.language[who]
        moments = np.sort(at_ms + rng.integers(0, HERALD_WITHIN_MS, len(who)))
        page = int(wording.page("newsroom", FIRST_PAGE + self._count, self._count))
        number = rng.integers(0, wording.FIRST_SPECIAL, 2)
        tags = wording.tag_sequence(
            np.stack([wording.tag(language, n) for n in number], axis=1)
        )
        post = today.new_posts(moments)
        self._count += 1
        by_language = np.full((2, len(LANGUAGES)), NOTHING, np.int64)
        by_language[:, language] = tags, post
        self._shocks.append(Shock(at_ms, page, by_language[0], by_language[1]))
        return originals(
            moments,
            who,
            post,
            text=wording.news(language, rng.integers(0, 1 << 20)),
            link=page,
            tags=tags,
            community=people.community[who],
            fitness=FITNESS,
        )

    def spread(self, today: Today) -> Deeds:
        """Let those who are awake answer today's news, each piece once."""
        rng = today.rng("news spreads")
        return all_deeds([self._answered(shock, today, rng) for shock in self._shocks])

    def _answered(self, shock: Shock, today: Today, rng: np.random.Generator) -> Deeds:
        people, everybody = self._people, len(self._people)
        pace = np.where(people.early, 1 / EARLIER, 1.0)
        lag = pace * rng.lognormal(np.log(LAG_S * 1000), LAG_SIGMA, everybody)
        at_ms = shock.at_ms + HERALD_WITHIN_MS + lag.astype(np.int64)
        chance = self._plan.news_reach * self._reach
        chance *= self._clock.awake(people.week, at_ms) * people.is_awake(today.day)
        who = np.flatnonzero(rng.random(everybody) < chance)
        return self._spoken(Moments(at_ms[who], who), shock, today.board, rng)

    def _spoken(
        self, moments: Moments, shock: Shock, board: Originals, rng: np.random.Generator
    ) -> Deeds:
        """Repost or quote the news, share its page, or use its hashtags."""
        who, language = moments.account, self._people.language[moments.account]
        shares = np.cumsum([REPOST_SHARE, QUOTE_SHARE, LINK_SHARE])
        how = np.searchsorted(shares, rng.random(len(who)), side="right")
        found = _rows(board, shock.post)[language]
        # Where the news did not get out, people speak of it all the same.
        how = np.where((how < 2) & (found < 0), 2, how)
        row = np.where(how < 2, found, NOTHING)
        made = deeds(
            moments.at_ms,
            who,
            np.array([REPOST, QUOTE, POST, POST])[how],
            target=taken(board, "post", row),
            source=taken(board, "account", row),
            text=np.where(
                how == 0, taken(board, "text", row), self._pens.texts(who, rng)
            ),
            link=np.where((how == 0) | (how == 2), shock.page, NOTHING),
            tags=np.where((how == 0) | (how == 3), shock.tags[language], NOTHING),
        )
        return made.at(made.source != who)


def _drawn(weight: Real, rng: np.random.Generator) -> int:
    ladder = np.cumsum(weight)
    return int(np.searchsorted(ladder, rng.random() * ladder[-1], side="right"))


def _rows(board: Originals, post: Int) -> Int:
    """Return the rows of the board that hold some posts, -1 for none."""
    order = np.argsort(board.post, kind="stable")
    place = np.searchsorted(board.post[order], post)
    row = order[np.minimum(place, len(order) - 1)] if len(order) else post * 0
    held = board.post[row] == post if len(order) else post < NOTHING
    return np.where(held, row, NOTHING)
