"""What command wants of a day: campaigns that run, tasks of each, orders to teams."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasad.simulate.society.deeds import NOTHING, Bool, Int
from rasad.simulate.society.plans import OperationPlan
from rasad.simulate.society.staff import Staff
from rasad.simulate.society.teams import Orders, moments
from rasad.simulate.society.wording import (
    FILLING_BITS,
    language_codes,
    page,
    tag,
    tag_sequence,
)

REPOSTS, TEXTS, HASHTAGS, REPLIES, LINKS = range(5)
GOAL_MIX = {
    "amplify": (0.45, 0.2, 0.15, 0.05, 0.15),
    "flood": (0.15, 0.2, 0.4, 0.05, 0.2),
    "attack": (0.1, 0.15, 0.1, 0.55, 0.1),
}
"""Shares of the five kinds of tasks by a campaign's goal."""

LIBRARY = 12
NARRATIVE_NUMBERS = 64
FIRST_NARRATIVE = 64
"""Numbers below are left to texts that share a pattern alone."""

CAMPAIGN_TAGS = 9
FIRST_TAG, TAG_STEP = 1500, 17
TEXTS_WITH_TAGS = 0.4
SITES_OF_CAMPAIGN = 3


class Tasks(NamedTuple):
    """Tasks of a day; equally long arrays.

    Parameters
    ----------
    at_ms : int64 array
        When the order is given.
    team : int64 array
        The first team that is asked.
    campaign, kind : int64 arrays
        Place in the plan's campaigns; one of the five kinds.
    language : int64 array
        Code of its language.
    own : bool array
        Whether it is about a post of the operation's own.
    template, filling : int64 arrays
        Text of the library, and what stands in its slots in exact copies.
    link, tags : int64 arrays
        Page and hashtags of the operation's own, -1 where there are none.
    """

    at_ms: Int
    team: Int
    campaign: Int
    kind: Int
    language: Int
    own: Bool
    template: Int
    filling: Int
    link: Int
    tags: Int


def work_share(plan: OperationPlan, day: int, weekday: int) -> float:
    """Return how much work there is on a day, as a share of a working day's.

    Examples
    --------
    >>> from rasad.simulate.society.scenario import read_scenario
    >>> [work_share(read_scenario("paper_army").operations[0], 19, 2)]
    [0.0]
    """
    if day in plan.days_off:
        return 0.0
    return plan.rest_tasks if weekday in plan.rest_days else 1.0


def campaigns_of_teams(plan: OperationPlan, staff: Staff, day: int) -> Int:
    """Return which campaign each team works for on a day, -1 for none.

    Campaigns that run in a team's language are dealt out to its teams in turn.
    """
    campaign = np.full(len(staff.language), NOTHING, dtype=np.int64)
    spoken = np.array(plan.languages)[staff.language]
    for language in dict.fromkeys(plan.languages):
        running = [
            number
            for number, wanted in enumerate(plan.campaigns)
            if wanted.language == language
            and wanted.first_day <= day <= wanted.last_day
        ]
        teams = np.flatnonzero(spoken == language)
        if running:
            campaign[teams] = np.resize(np.array(running), len(teams))
    return campaign


def orders_of_day(
    plan: OperationPlan,
    staff: Staff,
    day: int,
    work: float,
    rng: np.random.Generator,
) -> tuple[Tasks, Orders]:
    """Draw the tasks of a day, and which teams get orders for each.

    Parameters
    ----------
    plan, staff
        The operation.
    day : int
        Of the world.
    work : float
        As `work_share` says.
    rng : numpy.random.Generator
        Seeded source.

    Notes
    -----
    A team gets a Poisson number of tasks of its own, and of such as all teams of its
    campaign and shift get; on a working day their means add up to `tasks_per_day`.
    """
    campaign = campaigns_of_teams(plan, staff, day)
    team = np.flatnonzero(campaign >= 0)
    desk = campaign[team] * len(plan.shifts) + staff.shift[team]
    desks, where = np.unique(desk, return_inverse=True)
    mean = plan.tasks_per_day * work
    own = rng.poisson(mean * (1 - plan.joint_share), len(team))
    joint = rng.poisson(mean * plan.joint_share, len(desks))
    first = team[np.unique(desk, return_index=True)[1]]
    led = np.r_[np.repeat(team, own), np.repeat(first, joint)]
    shift_h = np.array([(shift.start_h, shift.hours) for shift in plan.shifts])
    start_h, hours = shift_h[staff.shift[led]].T
    at_ms = moments(rng, day, plan.zone_h, start_h, hours)
    tasks = _tasks(plan, led, campaign[led], at_ms, rng)
    of_desk = np.repeat(np.arange(len(desks)), joint)
    shared, other = np.nonzero(of_desk[:, None] == where[None, :])
    task = np.r_[np.arange(own.sum()), own.sum() + shared]
    asked = np.r_[np.repeat(team, own), team[other]]
    return tasks, Orders(at_ms[task], asked, task)


def _tasks(
    plan: OperationPlan, team: Int, campaign: Int, at_ms: Int, rng: np.random.Generator
) -> Tasks:
    """Draw what each task is about."""
    n = len(team)
    mix = np.cumsum([GOAL_MIX[wanted.goal] for wanted in plan.campaigns], axis=1)
    drawn = rng.random(n)[:, None]
    kind = np.minimum((drawn > mix[campaign]).sum(axis=1), LINKS)
    spoken = language_codes([wanted.language for wanted in plan.campaigns])
    narrative = np.array([wanted.narrative for wanted in plan.campaigns])[campaign]
    language = spoken[campaign]
    tagged = (kind == HASHTAGS) | ((kind == TEXTS) & (rng.random(n) < TEXTS_WITH_TAGS))
    pushed = tag_sequence(campaign_tags(language, narrative, rng))
    site = narrative * SITES_OF_CAMPAIGN + rng.integers(0, SITES_OF_CAMPAIGN, n)
    # A page is as good as new: one number in a million.
    pages = page("team", narrative * 1_000_000 + rng.integers(0, 1_000_000, n), site)
    return Tasks(
        at_ms=at_ms,
        team=team,
        campaign=campaign,
        kind=kind,
        language=language,
        own=rng.random(n) < plan.own_share,
        template=library_text(narrative, rng),
        filling=rng.integers(0, 1 << FILLING_BITS, n),
        link=np.where(kind == LINKS, pages, NOTHING),
        tags=np.where(tagged, pushed, NOTHING),
    )


def library_text(narrative: Int, rng: np.random.Generator) -> Int:
    """Draw numbers of templates out of the library of each narrative."""
    chosen = rng.integers(0, LIBRARY, len(narrative))
    return FIRST_NARRATIVE + narrative * NARRATIVE_NUMBERS + chosen


def campaign_tags(language: Int, narrative: Int, rng: np.random.Generator) -> Int:
    """Draw two or three of a narrative's nine hashtags in an order, shape (n, 3)."""
    n = len(narrative)
    place = rng.random((n, CAMPAIGN_TAGS)).argsort(axis=1)[:, :3]
    number = FIRST_TAG + narrative[:, None] * TAG_STEP + place
    tags = tag(language[:, None], number)
    tags[rng.random(n) < 0.5, 2] = NOTHING
    return tags
