"""Harmless teams as troupes: everybody who acts together and is no operation.

The detector's innocent explanations look for what such teams show in public. Here each
kind shows what it shows in life: a call, a note in the profile, the name of a program.
No number of the detector is used.
"""

from __future__ import annotations

import numpy as np

from rasad.simulate.society.callers import (
    ActivistStorm,
    FactCheckers,
    FanClub,
    RetweetRing,
)
from rasad.simulate.society.cast import Cohort, Stage
from rasad.simulate.society.creation import in_a_batch, over_years
from rasad.simulate.society.deeds import Deeds, Int, Originals, Real
from rasad.simulate.society.gathering import Event, Gathering, Kind
from rasad.simulate.society.notes import (
    TAGGED,
    first_tag,
    name_of_site,
    name_of_tag,
    note,
    site_of_team,
)
from rasad.simulate.society.plans import LAST_DAY, DecoyPlan
from rasad.simulate.society.publishers import (
    AppShares,
    Newsroom,
    PartyPages,
    RssBots,
    Schedulers,
    Spam,
)
from rasad.simulate.society.rows import reposts_once
from rasad.simulate.society.teams import Crew
from rasad.simulate.society.wording import language_codes

KINDS: dict[str, type[Kind]] = {
    "fan_club": FanClub,
    "activist_storm": ActivistStorm,
    "party_pages": PartyPages,
    "rss_bots": RssBots,
    "schedulers": Schedulers,
    "app_shares": AppShares,
    "newsroom": Newsroom,
    "retweet_ring": RetweetRing,
    "spam": Spam,
    "fact_checkers": FactCheckers,
}

ACTIVITY_SIGMA = 0.8
ALIKE = 6.0
"""How alike people are in taking part: sum of the parameters of a Beta distribution."""

BOUGHT = ("spam",)
"""Kinds whose accounts were made team by team, in one go."""


class Decoys:
    """All teams of one kind as a troupe of a world.

    Parameters
    ----------
    plan : DecoyPlan
        What they are like.
    seed : int
        Of the world.
    """

    def __init__(self, plan: DecoyPlan, seed: int) -> None:
        self.plan = plan
        self.kind: Kind = KINDS[plan.kind]()
        self._team = np.repeat(np.arange(plan.teams), plan.accounts)
        self._spoken = np.resize(np.array(plan.languages), plan.teams)
        rng, n = np.random.default_rng([seed, *plan.kind.encode()]), len(self._team)
        bought = plan.kind in BOUGHT
        self._created = in_a_batch(rng, self._team) if bought else over_years(rng, n)
        sigma = ACTIVITY_SIGMA
        self._rate = plan.per_day * rng.lognormal(-sigma * sigma / 2, sigma, n)
        self._obeys = zeal(plan.compliance, self.kind.machines, n, rng)
        self._habitual = rng.random(n)
        self._day: tuple[int, Event] | None = None

    def cohorts(self) -> list[Cohort]:
        """Return a cohort per team."""
        plan, team = self.plan, self._team
        width = max(len(str(plan.teams)), 2)
        return [
            Cohort(
                role=plan.kind,
                team=f"{plan.kind}/{number + 1:0{width}}",
                language=str(language),
                per_day=self._rate[team == number],
                created_ms=self._created[team == number],
                first_day=np.zeros(plan.accounts, dtype=np.int64),
                last_day=np.full(plan.accounts, LAST_DAY, dtype=np.int64),
                note=note(plan.kind, str(language), self._name(number)),
                client=self.kind.client,
            )
            for number, language in enumerate(self._spoken)
        ]

    def cast(self, members: list[Int]) -> None:
        """Learn the account codes of each team."""
        n = len(self._team)
        self.crew = Crew(
            account=np.concatenate(members),
            operator=np.arange(n),
            team=self._team,
            teams=self.plan.teams,
            obeys=self._obeys,
            first_day=np.zeros(n, dtype=np.int64),
            last_day=np.full(n, LAST_DAY, dtype=np.int64),
        )

    def originals(self, stage: Stage) -> Originals:
        """Return calls, items, stories: whatever others may see of an occasion."""
        return self._event(stage).own

    def deeds(self, stage: Stage) -> Deeds:
        """Return what members do about it."""
        day, event = self._day or (-1, None)
        if event is None or day != stage.day:
            event = self._event(stage)
        today = self.today(stage, "answers")
        return reposts_once(self.kind.answer(today, event))

    def _event(self, stage: Stage) -> Event:
        event = self.kind.call(self.today(stage, "calls"))
        self._day = stage.day, event
        return event

    def today(self, stage: Stage, part: str) -> Gathering:
        """Return all teams on a day, with random numbers for a part of it."""
        return Gathering(
            plan=self.plan,
            crew=self.crew,
            language=language_codes(self._spoken),
            habitual=self._habitual,
            stage=stage,
            rng=stage.rng(f"{self.plan.kind} {part}"),
        )

    def _name(self, number: int) -> str:
        """Return what a team is called in its profiles."""
        if self.kind.site:
            site = int(site_of_team(self.kind.site, np.array([number]))[0])
            return name_of_site(self.kind.site, site)
        if self.plan.kind not in TAGGED:
            return ""
        tag = int(first_tag(self.plan.kind, np.array([number]))[0])
        return name_of_tag(str(self._spoken[number]), tag)


def zeal(mean: float, machines: bool, count: int, rng: np.random.Generator) -> Real:
    """Draw how often each member takes part: programs alike, people not."""
    if machines or not 0 < mean < 1:
        return np.full(count, mean)
    return rng.beta(mean * ALIKE, (1 - mean) * ALIKE, count)
