"""Worlds with one decoy: accounts that act together, and say so, or have a reason.

They go through the archive's importer, with texts, hashtags, links and clients, because
what explains a decoy is not in who acts with whom.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np

from rasad.simulate.archive import Chronicle, write_archive
from rasad.simulate.cascades import spread
from rasad.simulate.dice import Dice
from rasad.simulate.fan_club import CLUB, celebrate
from rasad.simulate.ledger import Draft
from rasad.simulate.ordinary import live
from rasad.simulate.population import ACTIVITY_SIGMA, Cohort, populate
from rasad.simulate.profiles import Profile, make_profiles
from rasad.simulate.rhythm import HOUR_MS, Audience, Rhythm
from rasad.simulate.scene import Scene, generator
from rasad.simulate.snowflake import snowflakes
from rasad.simulate.vocabulary import SIMULATED_NOTE, TOPICS
from rasad.simulate.world import in_order
from rasad.simulate.writer import Writer

START = date(2024, 5, 6)
MINUTE_MS = 60_000
FITNESS = 1.0
"""How much attention an item of a feed, a newsroom or a queue draws."""


@dataclass(frozen=True, kw_only=True)
class Decoy:
    """Accounts that act together without hiding it.

    Parameters
    ----------
    name : str
        Of the decoy; its accounts' role and team.
    explanation : str
        The explanation that is right.
    size : int
        Accounts.
    per_day : float
        Everyday posts of each, beside what they do together.
    act : callable
        Adds what they do together; returns rows that an audience may find.
    client : str
        The program that they post with; empty for anybody's.
    note : str
        How their profiles say what they are; empty for what anybody's say.
    """

    name: str
    explanation: str
    size: int
    per_day: float
    act: Callable[[Scene, list[int]], list[int]]
    client: str = ""
    note: str = ""


def storm(scene: Scene, members: list[int]) -> list[int]:
    """Let fans answer a public call at its announced hour, with its hashtags."""
    del members  # the simulator's fan club finds its own
    return celebrate(scene)


FEED_ITEMS_PER_DAY = 16
FEED_TAKES, FEED_LAG_S, FEED_SIGMA = 0.9, 6.0, 0.6
FEED_SITES = ("wire.example",)


def feed(scene: Scene, members: list[int]) -> list[int]:
    """Let bots share what a feed brings, within seconds, day and night."""
    rng, writer = scene.rng("feed"), scene.writer("feed")
    times = np.sort(rng.uniform(0, scene.end_ms, FEED_ITEMS_PER_DAY * scene.days))
    rows = []
    for number, begin in enumerate(times.tolist()):
        page = writer.page(FEED_SITES, 700_000 + number)
        title = headline(writer)
        lags = 1_000 + 1_000 * rng.lognormal(
            np.log(FEED_LAG_S), FEED_SIGMA, len(members)
        )
        for member, lag in zip(members, lags.tolist(), strict=True):
            if rng.random() < FEED_TAKES:
                at_ms = int(begin + lag)
                rows.append(posted(scene, member, at_ms, title, page))
    return rows


STORIES_PER_DAY = 6
STORY_TAKES, STORY_LAG_S, STORY_SIGMA = 0.85, 150.0, 0.9
DESK_FROM_H, DESK_H = 6, 16
READERS = 0.2
"""Ordinary accounts, for each page of a newsroom, that post a link to it themselves."""
READ_FROM_MS, READ_UNTIL_MS = 10 * MINUTE_MS, 24 * HOUR_MS


def newsroom(scene: Scene, members: list[int]) -> list[int]:
    """Let outlets print one agency's stories, each on a site of its own."""
    rng, writer = scene.rng("newsroom"), scene.writer("newsroom")
    rows = []
    for number in range(STORIES_PER_DAY * scene.days):
        day = number // STORIES_PER_DAY
        begin = (day * 24 + DESK_FROM_H + DESK_H * rng.random()) * HOUR_MS
        title = headline(writer)
        path = writer.page(("x",), 800_000 + number).split("/", 3)[3]
        lags = 1_000 * rng.lognormal(np.log(STORY_LAG_S), STORY_SIGMA, len(members))
        for place, (member, lag) in enumerate(zip(members, lags.tolist(), strict=True)):
            if rng.random() < STORY_TAKES:
                page, at_ms = f"https://outlet-{place + 1}.example/{path}", begin + lag
                rows.append(posted(scene, member, int(at_ms), title, page))
                rows += read(scene, rng, writer, int(at_ms), page)
    return rows


def read(
    scene: Scene, rng: np.random.Generator, writer: Writer, at_ms: int, page: str
) -> list[int]:
    """Let some readers of a page link to it, each in words and at a time of its own."""
    people = scene.population.members("")
    rows = []
    for reader in rng.choice(people, rng.poisson(READERS), replace=False).tolist():
        later = at_ms + int(rng.integers(READ_FROM_MS, READ_UNTIL_MS))
        if later < scene.end_ms:
            rows.append(posted(scene, reader, later, headline(writer), page))
    return rows


SLOTS_H = (7, 9, 12, 15, 18, 21)
SLOT_TAKES = 0.6
SLOT_LATE_MS = 3_000
QUEUE_SITES = ("almanac.example", "recipes.test", "planner.example")


def queue(scene: Scene, members: list[int]) -> list[int]:
    """Let customers of one scheduler post its items at fixed minutes of the day."""
    rng, writer = scene.rng("queue"), scene.writer("queue")
    pool = writer.tag_pool("en")
    rows = []
    for number in range(scene.days * len(SLOTS_H)):
        day, slot = divmod(number, len(SLOTS_H))
        half = 30 * (slot % 2) * MINUTE_MS
        begin = (day * 24 + SLOTS_H[slot]) * HOUR_MS + half
        page, text = writer.page(QUEUE_SITES, 900_000 + number), headline(writer)
        tags = writer.tags(pool)
        for member in members:
            if rng.random() < SLOT_TAKES:
                at_ms = begin + int(rng.integers(0, SLOT_LATE_MS))
                rows.append(posted(scene, member, at_ms, text, page, tags))
    return rows


def headline(writer: Writer) -> str:
    """Return one text that several accounts publish word for word."""
    return ". ".join(writer.clause("en", topic) for topic in TOPICS)


def posted(
    scene: Scene,
    account: int,
    at_ms: int,
    text: str,
    page: str,
    tags: tuple[str, ...] = (),
) -> int:
    """Add one original post and return its row."""
    draft = Draft(
        account, at_ms, "post", text, links=(page,), tags=tags, fitness=FITNESS
    )
    return scene.ledger.add(draft)


DECOYS = {
    decoy.name: decoy
    for decoy in (
        Decoy(
            name="fan storm", explanation="open-call", size=40, per_day=2.0, act=storm
        ),
        Decoy(
            name="feed bots",
            explanation="auto-poster",
            size=12,
            per_day=0.05,
            act=feed,
            client="Simulated Feed Poster",
            note="posts what the feed brings, a program",
        ),
        Decoy(
            name="newsroom",
            explanation="wire-story",
            size=8,
            per_day=1.0,
            act=newsroom,
            client="Simulated Web Client",
            note="news of the place",
        ),
        Decoy(
            name="scheduler",
            explanation="auto-poster",
            size=15,
            per_day=1.0,
            act=queue,
            client="Simulated Scheduler",
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class DecoyWorld:
    """How large a world with one decoy is, and which one."""

    decoy: Decoy
    seed: int
    ordinary: int = 600
    days: int = 14
    posts_per_day: float = 1.5


def write_decoy(plan: DecoyWorld, folder: Path) -> tuple[Path, frozenset[str]]:
    """Write a world in the schema of the archive, and its truth beside it.

    Returns
    -------
    archive : pathlib.Path
        The file.
    members : frozenset of str
        The decoy's accounts, by the id in the file.
    """
    scene = decoy_scene(plan)
    members = scene.population.members(team_of(plan.decoy))
    live(scene)
    spread(scene, plan.decoy.act(scene, members), f"of the {plan.decoy.name}")
    chronicle = chronicled(scene, plan, members)
    archive = folder / "decoy_world.csv"
    write_archive(archive, chronicle)
    ids = [profile.userid for profile in chronicle.profiles]
    write_truth(folder / "decoy_truth.csv", ids, members, plan.decoy)
    return archive, frozenset(ids[member] for member in members)


def write_truth(path: Path, ids: list[str], members: list[int], decoy: Decoy) -> None:
    """Write the role of every account and the explanation that is right."""
    inside = {ids[member] for member in members}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("account", "role", "explanation"))
        for account in sorted(ids):
            role = (
                (decoy.name, decoy.explanation)
                if account in inside
                else ("ordinary", "")
            )
            writer.writerow((account, *role))


def team_of(decoy: Decoy) -> str:
    """Return the team's name; fans carry that of the simulator's club."""
    return CLUB if decoy.act is storm else decoy.name


def decoy_scene(plan: DecoyWorld) -> Scene:
    """Return a world in which nothing has happened yet."""
    decoy = plan.decoy
    role = "fan" if decoy.act is storm else decoy.name
    cohorts = [
        Cohort("ordinary", "", plan.ordinary, plan.posts_per_day, ACTIVITY_SIGMA),
        Cohort(role, team_of(decoy), decoy.size, decoy.per_day, languages=("en",)),
    ]
    population = populate(cohorts, generator(plan.seed, "population"))
    habits = generator(plan.seed, "habits")
    rhythm = Rhythm(population, START.weekday() * 24, plan.days * 24, habits)
    return Scene(
        seed=plan.seed,
        days=plan.days,
        first_weekday=START.weekday(),
        population=population,
        rhythm=rhythm,
        audience=Audience(population, rhythm),
    )


def chronicled(scene: Scene, plan: DecoyWorld, members: list[int]) -> Chronicle:
    """Return the finished world, with ids and profiles."""
    start_ms = int(datetime.combine(START, time(), UTC).timestamp()) * 1000
    drafts = in_order(scene.ledger, scene.end_ms)
    at_ms = np.array([draft.at_ms for draft in drafts], dtype=np.int64)
    ids = snowflakes(at_ms + start_ms, generator(plan.seed, "post ids"))
    profiles = make_profiles(scene.population, plan.seed, start_ms, 0.0)
    dice = Dice(generator(plan.seed, "decoy profiles"))
    for member in members:
        profiles[member] = presented(profiles[member], plan.decoy, dice)
    return Chronicle(start_ms, drafts, ids.tolist(), profiles)


def presented(profile: Profile, decoy: Decoy, dice: Dice) -> Profile:
    """Return a profile that says what the account is, where the decoy does."""
    note = f"{decoy.note}, no. {1 + int(900 * dice.uniform())}. {SIMULATED_NOTE}"
    return replace(
        profile,
        client=decoy.client or profile.client,
        description=note if decoy.note else profile.description,
    )
