"""The everyday life of all accounts of a world, a day at a time."""

from __future__ import annotations

import numpy as np

from rasad.simulate.population import LANGUAGE_SHARES, LANGUAGES, SAME_LANGUAGE
from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society.cascades import Cascades, Looking
from rasad.simulate.society.clock import Clock, Moments
from rasad.simulate.society.deeds import (
    NOTHING,
    POST,
    QUOTE,
    REPLY,
    REPOST,
    Bool,
    Deeds,
    Int,
    Originals,
)
from rasad.simulate.society.following import Following, answers, told
from rasad.simulate.society.pens import Pens
from rasad.simulate.society.people import People
from rasad.simulate.society.reposts import Reposts
from rasad.simulate.society.rows import deeds, originals, taken
from rasad.simulate.society.scenario import OrdinaryPlan
from rasad.simulate.society.sorting import order_of
from rasad.simulate.society.stage import Today

MADE_OF = np.array([POST, REPOST, QUOTE, REPLY])
"""Kinds in the order of an account's tastes."""

FITTEST = 3_000.0
ANSWERS = 0.3
"""Links and hashtags in replies and quotes, as a share of those in own posts."""


class Crowd:
    """Everybody's own posts and reactions.

    Parameters
    ----------
    plan : OrdinaryPlan
        How people live.
    people : People
        Who they are.
    clock : Clock
        When they are awake.
    pens : Pens
        What they write.
    """

    def __init__(
        self, plan: OrdinaryPlan, people: People, clock: Clock, pens: Pens
    ) -> None:
        self._plan, self._people = plan, people
        self._clock, self._pens = clock, pens
        self._following = Following(people)
        self._cascades = Cascades()
        self._late = Moments(np.empty(0, np.int64), np.empty(0, np.int64))

    @property
    def waiting(self) -> int:
        """Posts of sessions that last beyond the days made so far."""
        return len(self._late.at_ms)

    def moments(self, day: int, rng: np.random.Generator) -> Moments:
        """Return by time when people post on a day; late sessions go on from before."""
        people = self._people
        rate = np.where(people.is_awake(max(day, 0)), people.rate, 0.0)
        fresh = self._clock.sessions(day, people.week, rate, rng)
        both = Moments._make(map(np.concatenate, zip(self._late, fresh, strict=True)))
        later = both.at_ms >= (day + 1) * DAY_MS
        self._late, now = both.at(later), both.at(~later)
        return now.at(order_of(now.at_ms))

    def kinds(self, moments: Moments, rng: np.random.Generator) -> Int:
        """Draw what each posts, by taste."""
        draw = rng.random(len(moments.account), dtype=np.float32)
        taste = self._people.taste[moments.account]
        return np.asarray(MADE_OF[(draw[:, None] >= taste).sum(axis=1)], np.int64)

    def publish(self, moments: Moments, today: Today) -> Originals:
        """Write own posts at some moments."""
        rng, people, who = today.rng("own posts"), self._people, moments.account
        fitness = (rng.pareto(self._plan.fitness_tail, len(who)) + 1) * people.fame[who]
        return originals(
            moments.at_ms,
            who,
            today.new_posts(moments.at_ms),
            text=self._pens.own_texts(who, rng),
            link=self._pens.links(moments, 1.0, rng),
            tags=self._pens.tags(who, 1.0, rng),
            community=people.community[who],
            fitness=np.minimum(fitness, FITTEST),
        )

    def react(
        self, moments: Moments, kind: Int, acts: Deeds, today: Today, reposts: Reposts
    ) -> Deeds:
        """Let people repost, quote and answer what they find on the board.

        Some find what others reposted, `acts` of teams included. Whoever finds nothing,
        or only own posts or what was reposted before, looks again farther away, and
        then writes something else instead.
        """
        rng, board = today.rng("reactions"), today.board
        passes = rng.random(len(kind)) < self._plan.pass_on_share
        direct = np.flatnonzero(~passes)
        row, at_ms = np.full(len(kind), NOTHING, np.int64), moments.at_ms.copy()
        row[direct], at_ms[direct] = self._look(moments.at(direct), today, rng)
        look = Looking(at_ms, moments.account, kind, row, passes)
        row = self._cascades.passed_on(look, acts, today, rng)
        poor = _poor(moments.account, kind, board, row, reposts)
        row[poor] = self._afar(moments.at(poor), today, rng)
        at_ms[poor] = moments.at_ms[poor]
        poor = _poor(moments.account, kind, board, row, reposts)
        row[poor] = NOTHING
        kind = kind.copy()
        kind[poor] = POST
        return self._worded(Moments(at_ms, moments.account), kind, board, row, rng)

    def _look(
        self, moments: Moments, today: Today, rng: np.random.Generator
    ) -> tuple[Int, Int]:
        """Return rows of the board that people react to, and when they do."""
        n, who = len(moments.account), moments.account
        row, at_ms = np.full(n, NOTHING, np.int64), moments.at_ms.copy()
        follows = np.flatnonzero(rng.random(n) < self._plan.follow_share)
        found = answers(self._following, today.mail, moments.at(follows), rng)
        row[follows] = found
        follows, found = follows[found >= 0], found[found >= 0]
        at_ms[follows] = told(
            moments.at(follows),
            today.board.at_ms[found],
            today.day * DAY_MS,
            self._people,
            self._clock,
            rng,
        )
        others = np.flatnonzero(row < 0)
        stays = rng.random(len(others)) < self._plan.homophily
        near, far = others[stays], others[~stays]
        home, patience = self._people.community, self._people.patience
        row[near] = today.near.choose(
            home[who[near]], at_ms[near], patience[who[near]], today.fading, rng
        )
        row[far] = self._afar(moments.at(far), today, rng)
        return row, at_ms

    def _afar(self, moments: Moments, today: Today, rng: np.random.Generator) -> Int:
        """Choose from all that is read in one's language, seldom in another."""
        n, who = len(moments.account), moments.account
        foreign = rng.choice(len(LANGUAGES), n, p=LANGUAGE_SHARES)
        same = rng.random(n) < SAME_LANGUAGE
        language = np.where(same, self._people.language[who], foreign)
        patience = self._people.patience[who]
        return today.far.choose(language, moments.at_ms, patience, today.fading, rng)

    def _worded(
        self,
        moments: Moments,
        kind: Int,
        board: Originals,
        row: Int,
        rng: np.random.Generator,
    ) -> Deeds:
        """Return reactions in full: reposts repeat their target, others have words."""
        made = deeds(
            moments.at_ms,
            moments.account,
            kind,
            **{
                name: taken(board, column, row)
                for name, column in (
                    *(("target", "post"), ("source", "account")),
                    *((name, name) for name in ("text", "link", "tags")),
                )
            },
        )
        own = np.flatnonzero(kind != REPOST)
        some = moments.at(own)
        made.text[own] = self._pens.texts(some.account, rng)
        made.link[own] = self._pens.links(some, ANSWERS, rng)
        made.tags[own] = self._pens.tags(some.account, ANSWERS, rng)
        return made


def _poor(who: Int, kind: Int, board: Originals, row: Int, reposts: Reposts) -> Int:
    """Return what cannot be: nothing found, an own post, or reposted before."""
    poor: Bool = row < 0
    found = np.flatnonzero(~poor)
    poor[found] = board.account[row[found]] == who[found]
    again = np.flatnonzero(~poor & (kind == REPOST))
    poor[again] = reposts.repeated(who[again], board.post[row[again]])
    return np.flatnonzero(poor)
