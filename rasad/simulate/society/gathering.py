"""A day of harmless teams: who they are, what brings them together, what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.population import LANGUAGES, UTC_OFFSETS
from rasad.simulate.society.cast import Stage
from rasad.simulate.society.deeds import REPOST, Bool, Deeds, Int, Originals, Real
from rasad.simulate.society.notes import TAGS_OF_TEAM, first_tag
from rasad.simulate.society.plans import DECOYS, DecoyPlan
from rasad.simulate.society.rows import deeds, originals, taken
from rasad.simulate.society.teams import Acts, Crew, Habit, Orders, moments
from rasad.simulate.society.wording import (
    FILLING_BITS,
    free_text,
    tag,
    tag_sequence,
    template,
)

FIRST_NUMBER, NUMBERS = 1 << 20, 1 << 19
"""Templates of a kind of decoys: half a million each, none of an operation's."""

ZONES = np.array([UTC_OFFSETS[name][0] for name in LANGUAGES])


class Event(NamedTuple):
    """What brings teams together on a day.

    Parameters
    ----------
    orders : Orders
        Moments from which on members act; `task` counts them.
    own : Originals
        What others may see of it; row i is about order i, more rows may follow, or
        there are none at all.
    text, link, tags : int64 arrays
        What is passed on on each order, -1 for nothing.
    """

    orders: Orders
    own: Originals
    text: Int
    link: Int
    tags: Int

    def reposts(self, acts: Acts, crew: Crew) -> Deeds:
        """Return reposts of the own posts, by those who act and did not write them."""
        row = acts.order
        account = crew.account[acts.member]
        rows = deeds(
            acts.at_ms,
            account,
            REPOST,
            target=taken(self.own, "post", row),
            source=taken(self.own, "account", row),
            text=taken(self.own, "text", row),
            link=taken(self.own, "link", row),
            tags=taken(self.own, "tags", row),
        )
        later = acts.at_ms > taken(self.own, "at_ms", row)
        return rows.at(later & (rows.source != account))


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """All teams of a kind on one day.

    Parameters
    ----------
    plan : DecoyPlan
        What they are like.
    crew : Crew
        Their accounts, one for each operator.
    language : int64 array of (teams,)
        Codes.
    habitual : float64 array of (members,)
        A number from 0 to 1 of each member's own, always the same.
    stage : Stage
        The day.
    rng : numpy.random.Generator
        Of the kind and day.
    """

    plan: DecoyPlan
    crew: Crew
    language: Int
    habitual: Real
    stage: Stage
    rng: np.random.Generator

    @property
    def teams(self) -> int:
        """How many teams there are."""
        return len(self.language)

    def at_times(self, start_h: float, hours: float) -> Orders:
        """Draw a Poisson number of moments for each team, within its local hours."""
        count = self.rng.poisson(self.plan.occasions_per_day, self.teams)
        return self.at_local(np.repeat(np.arange(self.teams), count), start_h, hours)

    def at_hour(self, hour: NDArray[np.floating]) -> Orders:
        """Draw which teams meet on the day, each at its own local hour."""
        meets = self.rng.random(self.teams) < self.plan.occasions_per_day
        return self.at_local(np.flatnonzero(meets), hour[meets])

    def at_local(
        self, team: Int, start_h: NDArray[np.floating] | float, hours: float = 0.0
    ) -> Orders:
        """Return orders to some teams, each within hours of its language's clock."""
        start = start_h - ZONES[self.language[team]]
        length = np.full(len(team), hours)
        at_ms = moments(self.rng, self.stage.day, 0.0, start, length)
        return Orders(at_ms, team, np.arange(len(team)))

    def heads(self, team: Int) -> Int:
        """Return the first member of each team, who speaks for it."""
        return np.searchsorted(self.crew.team, team)

    def acts(
        self, orders: Orders, share: float = 1.0, lag_s: float | None = None
    ) -> Acts:
        """Draw who takes part: a share of those who would, after a lag of its own."""
        return self.crew.carry_out(
            orders,
            Habit(
                account_compliance=share,
                lag_median_s=self.plan.lag_median_s if lag_s is None else lag_s,
                lag_sigma=self.plan.lag_sigma,
            ),
            self.rng,
        )

    def words(self, team: Int, number: Int, filling: Int) -> Int:
        """Return texts of templates that only this kind of decoys uses."""
        kind = DECOYS.index(self.plan.kind)
        own = FIRST_NUMBER + kind * NUMBERS + number % NUMBERS
        return template(self.language[team], own, filling)

    def new_words(self, team: Int) -> Int:
        """Return texts that were not there before, of templates."""
        n = len(team)
        return self.words(team, self.rng.integers(0, NUMBERS, n), self.fillings(n))

    def own_words(self, team: Int) -> Int:
        """Return free texts."""
        return free_text(self.rng, self.language[team])

    def fillings(self, count: int) -> Int:
        """Draw what stands in the slots of templates."""
        return self.rng.integers(0, 1 << FILLING_BITS, count)

    def tags(self, team: Int, number: Int) -> Int:
        """Return a sequence of three hashtags of each team, its name first.

        `number` chooses the other two and their order, and comes round after twenty.
        """
        others = TAGS_OF_TEAM - 1
        first, step = number % others, 1 + number // others % (others - 1)
        places = [np.zeros_like(number), 1 + first, 1 + (first + step) % others]
        start = first_tag(self.plan.kind, team)
        names = [tag(self.language[team], start + place) for place in places]
        return tag_sequence(np.stack(names, axis=1))

    def posts(
        self,
        at_ms: Int,
        member: Int,
        text: Int,
        link: Int,
        tags: Int,
        fitness: float = 1.0,
    ) -> Originals:
        """Return posts of members that others may see."""
        account = self.crew.account[member]
        return originals(
            at_ms,
            account,
            self.stage.new_posts(at_ms),
            text=text,
            link=link,
            tags=tags,
            community=self.stage.community[account],
            fitness=fitness,
        )

    def nothing(self) -> Originals:
        """Return no posts."""
        none = np.empty(0, dtype=np.int64)
        return originals(none, none, none, text=none, community=none)

    def chance(self, share: float, count: int) -> Bool:
        """Draw which of some rows are of a share."""
        return self.rng.random(count) < share


class Kind(Protocol):
    """What one kind of decoys does.

    Attributes
    ----------
    client : str
        The program that its members post with, empty for anybody's.
    site : str
        Kind of the site by which teams go, empty if they go by a hashtag.
    machines : bool
        Whether members are programs, all alike.
    """

    client: str
    site: str
    machines: bool

    def call(self, today: Gathering) -> Event:
        """Return what brings the teams together."""
        ...

    def answer(self, today: Gathering, event: Event) -> Deeds:
        """Return what the members do."""
        ...
