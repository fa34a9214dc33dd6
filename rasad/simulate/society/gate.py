"""What is written of a day: only what can have happened, with an id, by time."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society.deeds import NOTHING, REPOST, Bool, Deeds, Int, Originals
from rasad.simulate.society.ids import Clerk
from rasad.simulate.society.outage import Outages
from rasad.simulate.society.people import People
from rasad.simulate.society.reposts import DAYS, Reposts
from rasad.simulate.society.rows import all_deeds, all_originals
from rasad.simulate.society.sorting import order_of
from rasad.simulate.society.tally import Tally

Rows = TypeVar("Rows", Deeds, Originals)


class Gate:
    """Lets posts of each day through to the file, or to the next day, or drops them.

    Parameters
    ----------
    days : int
        Of the world.
    people : People
        Everybody, with the days on which each is there.
    outages : Outages
        What does not get out.
    clerk : Clerk
        Gives ids.
    rng : numpy.random.Generator
        Seeded source of what blackouts take.
    """

    def __init__(
        self,
        days: int,
        people: People,
        outages: Outages,
        clerk: Clerk,
        rng: np.random.Generator,
    ) -> None:
        self.tally = Tally(people)
        self.reposts = Reposts()
        self._days, self._people = days, people
        self._outages, self._clerk, self._rng = outages, clerk, rng
        self._late = all_deeds([])
        self._late_posts = all_originals([])
        self._lost = np.empty(0, np.int64)

    @property
    def waiting(self) -> int:
        """Posts that are carried over to the next day."""
        return len(self._late.at_ms) + len(self._late_posts.at_ms)

    def opens(self, day: int, account: Int, at_ms: Int) -> Bool:
        """Tell which posts of accounts get out on a day; count the others."""
        people = self._people
        there = people.first_day[account] <= day
        there &= day <= people.last_day[account]
        self.tally.keep(there, "the account is not there")
        out = self._outages.passes(account, at_ms, self._rng)
        self.tally.keep(out | ~there, "lost in a blackout")
        return there & out

    def publish(self, day: int, posts: Originals) -> Originals:
        """Return the posts of teams that others can see on a day.

        Those of the day before that lie on this one come out too.
        """
        self.tally.draw(len(posts.at_ms))
        both = all_originals([self._late_posts, posts])
        now, self._late_posts = self._split(day, both)
        kept = self._begins(day, now.at_ms)
        kept[kept] = self.opens(day, now.account[kept], now.at_ms[kept])
        self._lose(now.post[~kept])
        return now.at(kept)

    def admit(self, day: int, settled: Deeds, others: Deeds) -> Deeds:
        """Return all posts of a day with ids, by id and so by time.

        Parameters
        ----------
        day : int
            From 0.
        settled : Deeds
            Own posts of the day that got out already.
        others : Deeds
            All else of this day, some of it for later.
        """
        both = all_deeds([self._late, others])
        now, self._late = self._split(day, both)
        now = self._possible(day, now)
        self._lost = self._lost[self._clerk.moment(self._lost) >= _oldest(day)]
        rows = self._numbered(all_deeds([settled, now]))
        done = rows.kind == REPOST
        self.reposts.remember(rows.account[done], rows.target[done])
        self._clerk.forget_before((day + 1) * DAY_MS)
        self.tally.write(rows)
        return rows

    def close(self, waiting: int) -> None:
        """Count what is left when the world ends."""
        self.tally.keep(np.zeros(waiting, np.bool_), "after the end")

    def _split(self, day: int, rows: Rows) -> tuple[Rows, Rows]:
        """Return what is for now and what is for later; what has no later is lost."""
        within = self.tally.keep(rows.at_ms < self._days * DAY_MS, "after the end")
        self._lose(rows.post[~within])
        later = rows.at_ms >= (day + 1) * DAY_MS
        return rows.at(~later), rows.at(later & within)

    def _begins(self, day: int, at_ms: Int) -> Bool:
        return self.tally.keep(at_ms >= day * DAY_MS, "before its day")

    def _possible(self, day: int, rows: Deeds) -> Deeds:
        """Drop what cannot have happened."""
        rows = self._kept(rows, self._begins(day, rows.at_ms))
        rows = self._kept(rows, self.opens(day, rows.account, rows.at_ms))
        born = self._clerk.moment(rows.target)
        aimed = rows.target != NOTHING
        before = ~aimed | (born < rows.at_ms)
        rows = self._kept(rows, self.tally.keep(before, "before its target"))
        born = self._clerk.moment(rows.target)
        young = (rows.kind != REPOST) | (born >= _oldest(day))
        rows = self._kept(rows, self.tally.keep(young, "the target is too old"))
        done = np.flatnonzero(rows.kind == REPOST)
        first = np.ones(len(rows.at_ms), np.bool_)
        done = done[order_of(rows.at_ms[done])]
        first[done] = ~self.reposts.repeated(rows.account[done], rows.target[done])
        rows = self._kept(rows, self.tally.keep(first, "reposted before"))
        return self._with_targets(rows)

    def _with_targets(self, rows: Deeds) -> Deeds:
        """Drop what is about a post that was itself dropped, and so on."""
        while True:
            there = ~np.isin(rows.target, self._lost)
            if there.all():
                return rows
            self.tally.keep(there, "the target was dropped")
            rows = self._kept(rows, there)

    def _kept(self, rows: Deeds, kept: Bool) -> Deeds:
        if kept.all():
            return rows
        self._lose(rows.post[~kept])
        return rows.at(kept)

    def _lose(self, posts: Int) -> None:
        """Remember that posts with an id were never written."""
        known = posts[posts != NOTHING]
        self._lost = np.concatenate([self._lost, known])

    def _numbered(self, rows: Deeds) -> Deeds:
        """Give an id to whatever has none, and put all in order."""
        new = np.flatnonzero(rows.post == NOTHING)
        rows.post[new] = self._clerk.issue(rows.at_ms[new])
        ordered = rows.at(np.argsort(rows.post))
        if (np.diff(ordered.post) == 0).any():
            raise ValueError("a post was given twice")
        if (self._clerk.moment(ordered.post) != ordered.at_ms).any():
            raise ValueError("a post has the id of another moment")
        return ordered


def _oldest(day: int) -> int:
    """Return the first moment of which posts are still reposted on a day."""
    return (day - DAYS) * DAY_MS
