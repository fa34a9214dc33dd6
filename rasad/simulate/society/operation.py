"""An operation: command sets tasks, teams carry them out, accounts live beside that.

Texts are neutral filler; only who acts with whom, on what and when matters. What cannot
be seen in a file of posts is left out: reports to the platform, and posts that were
deleted.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from rasad.simulate.society.cast import Cohort, Connection, Stage
from rasad.simulate.society.deeds import (
    NOTHING,
    POST,
    REPLY,
    REPOST,
    Bool,
    Deeds,
    Int,
    Originals,
)
from rasad.simulate.society.plans import OperationPlan
from rasad.simulate.society.popular import communities_of, popular_rows
from rasad.simulate.society.rows import (
    all_deeds,
    deeds,
    originals,
    reposts_once,
    taken,
)
from rasad.simulate.society.staff import hire
from rasad.simulate.society.tasks import (
    HASHTAGS,
    LINKS,
    REPLIES,
    REPOSTS,
    TEXTS,
    Tasks,
    campaign_tags,
    campaigns_of_teams,
    library_text,
    orders_of_day,
    work_share,
)
from rasad.simulate.society.teams import DAY_MS, Crew, Habit, Orders, moments
from rasad.simulate.society.wording import (
    FILLING_BITS,
    free_text,
    language_codes,
    tag_sequence,
    template,
)

ROLE = "operator"
LEAD_LOW_MS, LEAD_HIGH_MS = 60_000, 600_000
LUCK_TAIL, FITTEST = 1.4, 60.0
OWN_TAGS = 0.5
SOLO_REPOSTS, SOLO_TEMPLATES = 0.5, 0.3
SOLO_TAGS = 0.4


class Day(NamedTuple):
    """What was ordered on a day, and the posts that it is about.

    `about` has the place of each task's own post in `own`, -1 for none.
    """

    day: int
    tasks: Tasks
    orders: Orders
    own: Originals
    about: Int


class Target(NamedTuple):
    """The post that each task is about, -1 in all columns for none."""

    post: Int
    source: Int
    text: Int
    link: Int
    tags: Int


class Operation:
    """An operation as a troupe of a world.

    Parameters
    ----------
    plan : OperationPlan
        What it is like.
    seed : int
        Of the world.
    weekday : int
        Of the world's first day, Monday being 0.
    """

    def __init__(self, plan: OperationPlan, seed: int, weekday: int) -> None:
        self.plan = plan
        rng = np.random.default_rng([seed, *plan.name.encode()])
        self.staff = hire(plan, weekday, rng)
        self.team_language = language_codes(plan.languages)[self.staff.language]
        self.habit = Habit(
            account_compliance=plan.account_compliance,
            lag_median_s=plan.lag_median_min * 60,
            lag_sigma=plan.lag_sigma,
            gap_low_s=plan.gap_low_s,
            gap_high_s=plan.gap_high_s,
        )
        self._day: Day | None = None
        self._aimed: Int | None = None

    def cohorts(self) -> list[Cohort]:
        """Return a cohort per team, replacements among them."""
        staff, plan = self.staff, self.plan
        team, teams = staff.team[staff.operator], len(staff.language)
        width = max(len(str(teams)), 2)
        rate = plan.camouflage * plan.posts_per_day * staff.activity
        return [
            Cohort(
                role=ROLE,
                team=f"{plan.name}/team{number + 1:0{width}}",
                language=plan.languages[staff.language[number]],
                zone_h=plan.zone_h,
                per_day=rate[team == number],
                created_ms=staff.created_ms[team == number],
                first_day=staff.first_day[team == number],
                last_day=staff.last_day[team == number],
                connection=cast(Connection, plan.connection),
                client=plan.client,
            )
            for number in range(teams)
        ]

    def cast(self, members: list[Int]) -> None:
        """Learn the account codes of each team."""
        staff = self.staff
        self.crew = Crew(
            account=np.concatenate(members),
            operator=staff.operator,
            team=staff.team,
            teams=len(staff.language),
            obeys=staff.obeys,
            first_day=staff.first_day,
            last_day=staff.last_day,
        )

    def originals(self, stage: Stage) -> Originals:
        """Return the posts that tasks of the day will be about."""
        return self._ordered_day(stage).own

    def _ordered_day(self, stage: Stage) -> Day:
        """Draw tasks and orders, and write the posts that they need."""
        rng = stage.rng(f"{self.plan.name} orders")
        work = work_share(self.plan, stage.day, stage.weekday)
        tasks, orders = orders_of_day(self.plan, self.staff, stage.day, work, rng)
        wanted = tasks.own & ((tasks.kind == REPOSTS) | (tasks.kind == REPLIES))
        lead = rng.integers(LEAD_LOW_MS, LEAD_HIGH_MS, len(tasks.at_ms))
        at_ms = np.maximum(tasks.at_ms - lead, stage.day * DAY_MS)
        author = self.crew.anyone(tasks.team, at_ms, rng)
        rows = np.flatnonzero(wanted & (author >= 0))
        about = np.full(len(wanted), NOTHING, dtype=np.int64)
        about[rows] = np.arange(len(rows))
        own = self._own_posts(stage, tasks, rows, at_ms, author, rng)
        self._day = Day(stage.day, tasks, orders, own, about)
        return self._day

    def deeds(self, stage: Stage) -> Deeds:
        """Return what is done on the day's orders, and beside them."""
        day = self._day
        if day is None or day.day != stage.day:
            day = self._ordered_day(stage)
        rng = stage.rng(f"{self.plan.name} deeds")
        target = self._targets(stage, day, rng)
        acts = self.crew.carry_out(day.orders, self.habit, rng)
        task, account = day.orders.task[acts.order], self.crew.account[acts.member]
        ordered = self._ordered(day.tasks, target, task, account, acts.at_ms, rng)
        return reposts_once(all_deeds([ordered, self._solo(stage, rng)]))

    def _own_posts(
        self,
        stage: Stage,
        tasks: Tasks,
        rows: Int,
        at_ms: Int,
        author: Int,
        rng: np.random.Generator,
    ) -> Originals:
        """Write the posts that the operation will act on itself."""
        n, language = len(rows), tasks.language[rows]
        narrative = self._narratives()[tasks.campaign[rows]]
        filling = rng.integers(0, 1 << FILLING_BITS, n)
        tags = tag_sequence(campaign_tags(language, narrative, rng))
        luck = np.minimum(rng.pareto(LUCK_TAIL, n) + 1.0, FITTEST)
        account = self.crew.account[author[rows]]
        return originals(
            at_ms[rows],
            account,
            stage.new_posts(at_ms[rows]),
            text=template(language, library_text(narrative, rng), filling),
            tags=np.where(rng.random(n) < OWN_TAGS, tags, NOTHING),
            community=self._communities(stage, tasks.campaign[rows], account),
            fitness=self.plan.own_fitness * luck,
        )

    def _targets(self, stage: Stage, day: Day, rng: np.random.Generator) -> Target:
        """Return what each task is about: an own post, or a popular one."""
        tasks = day.tasks
        nobody = np.full(len(tasks.at_ms), NOTHING, dtype=np.int64)
        aimed = self._communities(stage, tasks.campaign, nobody)
        found = popular_rows(stage, tasks.language, tasks.at_ms, rng, aimed)
        found[tasks.own] = NOTHING
        own, board = day.own, stage.board

        def column(name: str) -> Int:
            seen = taken(board, name, found)
            return np.where(found >= 0, seen, taken(own, name, day.about))

        names = ("post", "account", "text", "link", "tags")
        return Target(*(column(name) for name in names))

    def _communities(self, stage: Stage, campaign: Int, account: Int) -> Int:
        """Return the communities that campaigns aim at, else where the account is."""
        if self._aimed is None:
            # Nobody moves: what is true on the first day stays so.
            self._aimed = _aims(stage, self.plan)
        aimed = self._aimed[campaign]
        at_home = np.where(account >= 0, stage.community[account], NOTHING)
        return np.where(aimed >= 0, aimed, at_home)

    def _ordered(
        self,
        tasks: Tasks,
        target: Target,
        task: Int,
        account: Int,
        at_ms: Int,
        rng: np.random.Generator,
    ) -> Deeds:
        """Return what those who comply post, by kind of task."""
        kind, language = tasks.kind[task], tasks.language[task]
        spun = rng.random(len(task)) < self.plan.spin_rate
        varied = rng.integers(0, 1 << FILLING_BITS, len(task))
        filling = np.where(spun, varied, tasks.filling[task])
        copied = template(language, tasks.template[task], filling)
        own_words = free_text(rng, language)
        about, source = target.post[task], target.source[task]
        able = (about >= 0) & (source != account)
        # Pushing what is popular already: its page, its hashtags, where it has any.
        borrowed = ~tasks.own[task]
        link, tags = tasks.link[task], tasks.tags[task]
        known, trending = target.link[task], target.tags[task]
        link = np.where(borrowed & (link >= 0) & (known >= 0), known, link)
        tags = np.where(borrowed & (tags >= 0) & (trending >= 0), trending, tags)
        rows = deeds(
            at_ms,
            account,
            np.select([kind == REPOSTS, kind == REPLIES], [REPOST, REPLY], POST),
            target=np.where((kind == REPOSTS) | (kind == REPLIES), about, NOTHING),
            source=np.where((kind == REPOSTS) | (kind == REPLIES), source, NOTHING),
            text=np.select(
                [kind == REPOSTS, kind == HASHTAGS],
                [target.text[task], own_words],
                copied,
            ),
            link=np.select(
                [kind == REPOSTS, kind == LINKS], [target.link[task], link], NOTHING
            ),
            tags=np.select(
                [kind == REPOSTS, (kind == HASHTAGS) | (kind == TEXTS)],
                [target.tags[task], tags],
                NOTHING,
            ),
        )
        return rows.at(able | (rows.kind == POST))

    def _solo(self, stage: Stage, rng: np.random.Generator) -> Deeds:
        """Return what accounts post in the sense of a campaign without an order."""
        crew, plan = self.crew, self.plan
        work = work_share(plan, stage.day, stage.weekday)
        mean = plan.solo_per_day * work * self.staff.activity
        awake = crew.awake(np.arange(len(crew)), np.full(len(crew), stage.day * DAY_MS))
        count = rng.poisson(np.where(awake, mean, 0.0))
        member = np.repeat(np.arange(len(crew)), count)
        team = crew.team[member]
        shift_h = np.array([(shift.start_h, shift.hours) for shift in plan.shifts])
        start_h, hours = shift_h[self.staff.shift[team]].T
        at_ms = moments(rng, stage.day, plan.zone_h, start_h, hours)
        what = rng.random(len(member))
        passed_on = what < SOLO_REPOSTS
        reposted = self._solo_reposts(stage, member[passed_on], at_ms[passed_on], rng)
        templated = what[~passed_on] < SOLO_REPOSTS + SOLO_TEMPLATES
        written = self._solo_posts(
            stage, member[~passed_on], at_ms[~passed_on], templated, rng
        )
        return all_deeds([reposted, written])

    def _solo_reposts(
        self, stage: Stage, member: Int, at_ms: Int, rng: np.random.Generator
    ) -> Deeds:
        language = self.team_language[self.crew.team[member]]
        row = popular_rows(stage, language, at_ms, rng)
        account, board = self.crew.account[member], stage.board
        rows = deeds(
            at_ms,
            account,
            REPOST,
            target=taken(board, "post", row),
            source=taken(board, "account", row),
            text=taken(board, "text", row),
            link=taken(board, "link", row),
            tags=taken(board, "tags", row),
        )
        return rows.at((row >= 0) & (rows.source != account))

    def _solo_posts(
        self,
        stage: Stage,
        member: Int,
        at_ms: Int,
        templated: Bool,
        rng: np.random.Generator,
    ) -> Deeds:
        """Write in the words of the library with fillers of one's own, or freely."""
        team = self.crew.team[member]
        campaign = campaigns_of_teams(self.plan, self.staff, stage.day)[team]
        language, n = self.team_language[team], len(member)
        narrative = self._narratives()[campaign]
        filling = rng.integers(0, 1 << FILLING_BITS, n)
        copied = template(language, library_text(narrative, rng), filling)
        tags = tag_sequence(campaign_tags(language, narrative, rng))
        on_message = templated & (campaign >= 0)
        tagged = on_message & (rng.random(n) < SOLO_TAGS)
        return deeds(
            at_ms,
            self.crew.account[member],
            text=np.where(on_message, copied, free_text(rng, language)),
            tags=np.where(tagged, tags, NOTHING),
        )

    def _narratives(self) -> Int:
        return np.array([wanted.narrative for wanted in self.plan.campaigns], np.int64)


def _aims(stage: Stage, plan: OperationPlan) -> Int:
    """Return the community of the world that each campaign aims at, -1 for none."""
    aimed = np.full(len(plan.campaigns), NOTHING, dtype=np.int64)
    for number, wanted in enumerate(plan.campaigns):
        known = communities_of(stage, wanted.language)
        if len(known):
            aimed[number] = known[wanted.community % len(known)]
    return aimed
