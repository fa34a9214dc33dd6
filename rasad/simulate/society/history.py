"""Lets a world happen, day after day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

import numpy as np

from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society.attention import Fading
from rasad.simulate.society.clock import Clock, Moments, Sittings
from rasad.simulate.society.crowd import Crowd
from rasad.simulate.society.deeds import POST, Deeds, Originals
from rasad.simulate.society.gate import Gate
from rasad.simulate.society.ids import Clerk
from rasad.simulate.society.outage import Outages
from rasad.simulate.society.pens import Pens
from rasad.simulate.society.people import settle
from rasad.simulate.society.rows import all_deeds, all_originals
from rasad.simulate.society.scenario import Scenario
from rasad.simulate.society.shocks import News
from rasad.simulate.society.sorting import order_of
from rasad.simulate.society.stage import Today, dice
from rasad.simulate.society.tally import Tally


class History:
    """A world that is made day by day.

    Parameters
    ----------
    scenario : Scenario
        What is planned.
    seed : int
        Which of all worlds of that plan.

    Notes
    -----
    The evening before the first day is lived through too, as far as own posts go, so
    that the first readers find something on the board; it is not handed out.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self._seed = scenario, seed
        plan = scenario.ordinary
        self._troupes = scenario.troupes(seed)
        self.people = settle(plan, scenario.days, self._troupes, self._dice("people"))
        self.start_ms = _first_ms(scenario)
        clerk = Clerk(self.start_ms, self._dice("ids"))
        outages = Outages(scenario.blackouts, self.people)
        self._gate = Gate(
            scenario.days, self.people, outages, clerk, self._dice("blackouts")
        )
        sittings = Sittings(
            plan.session_posts, plan.session_gap_s, plan.session_gap_sigma
        )
        clock = Clock(scenario.start.weekday(), sittings)
        self._fading = Fading(plan.decay)
        self._pens = Pens(plan, self.people, self._fading, self._dice("pens"))
        self._crowd = Crowd(plan, self.people, clock, self._pens)
        self._news = News(plan, self.people, clock, self._pens)
        self._issue = clerk.issue
        self._board = all_originals([])

    @property
    def tally(self) -> Tally:
        """What was drawn so far, and what became of it."""
        return self._gate.tally

    @property
    def waiting(self) -> int:
        """Posts that were drawn and lie beyond the days made so far."""
        return self._crowd.waiting + self._gate.waiting

    def days(self) -> Iterator[Deeds]:
        """Yield the posts of each day by id, and so by time; to be called once."""
        self._evening_before()
        for day in range(self.scenario.days):
            yield self._day(day)
        self._gate.close(self.waiting)

    def _day(self, day: int) -> Deeds:
        today = self._open(day)
        moments = self._moments(today)
        kind = self._crowd.kinds(moments, today.rng("kinds"))
        own, others = moments.at(kind == POST), moments.at(kind != POST)
        out = self._gate.opens(day, own.account, own.at_ms)
        posts = self._crowd.publish(own.at(out), today)
        today = _seen(today, [self._board, posts])
        parts = [troupe.originals(today) for troupe in self._troupes]
        parts.append(self._news.announce(today))
        planted = self._gate.publish(day, all_originals(parts))
        today = _seen(today, [today.board, planted])
        spoken = self._news.spread(today)
        acts = [troupe.deeds(today) for troupe in self._troupes]
        acts.append(spoken)
        self.tally.draw(sum(len(part.at_ms) for part in acts))
        acts.append(
            self._crowd.react(
                others, kind[kind != POST], all_deeds(acts), today, self._gate.reposts
            )
        )
        settled = all_deeds([posts.deeds(), planted.deeds()])
        self._keep(today)
        return self._gate.admit(day, settled, all_deeds(acts))

    def _moments(self, today: Today) -> Moments:
        """Return when people post today, and count what was drawn for now or later."""
        before = self._crowd.waiting
        moments = self._crowd.moments(today.day, today.rng("sessions"))
        self.tally.draw(len(moments.at_ms) + self._crowd.waiting - before)
        return moments

    def _evening_before(self) -> None:
        """Fill the board with own posts of the day before the world."""
        today = self._open(-1)
        moments = self._crowd.moments(-1, today.rng("sessions"))
        # What of it lies past midnight is part of the world.
        self.tally.draw(self._crowd.waiting)
        own = moments.at(self._crowd.kinds(moments, today.rng("kinds")) == POST)
        self._keep(_seen(today, [self._crowd.publish(own, today)]))

    def _open(self, day: int) -> Today:
        today = Today(
            seed=self._seed,
            day=day,
            days=self.scenario.days,
            weekday=(self.scenario.start.weekday() + day) % 7,
            people=self.people,
            board=self._board,
            fading=self._fading,
            issue=self._issue,
        )
        self._pens.open_day(day, today.rng("pens"))
        return today

    def _keep(self, today: Today) -> None:
        """Leave the posts of this day and the one before on the board."""
        board = today.board
        first = np.searchsorted(board.at_ms, (today.day - 1) * DAY_MS)
        self._board = board.at(np.arange(first, len(board.at_ms)))

    def _dice(self, part: str) -> np.random.Generator:
        return dice(self._seed, part)


def _seen(today: Today, parts: list[Originals]) -> Today:
    """Return the day with these posts on the board, by time."""
    both = all_originals(parts)
    return replace(today, board=both.at(order_of(both.at_ms)))


def _first_ms(scenario: Scenario) -> int:
    midnight = datetime.combine(scenario.start, time(), UTC)
    return int(midnight.timestamp()) * 1000
