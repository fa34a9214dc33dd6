"""Small worlds with a group in each: innocent ones of every kind, and a covert ring.

Facts go the way of an import, from records through the traces into the tables. Groups
and pairs are written by hand, so that a rule is tested whatever the detector finds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from exports.small_case import Row, fill

from rasad.extend import Entry
from rasad.importers.facts import batches
from rasad.importers.parts import parts_of
from rasad.schema import Record
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_facts
from rasad.traces import TRACES

MONDAY = 1_704_067_200
"""2024-01-01 00:00:00 UTC."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
DAYS = 10


@dataclass
class World:
    """Posts, and the groups that somebody found among their accounts."""

    records: list[Record] = field(default_factory=list)
    profiles: dict[str, Row] = field(default_factory=dict)
    members: list[Row] = field(default_factory=list)
    pairs: list[Row] = field(default_factory=list)
    draw: random.Random = field(default_factory=lambda: random.Random(11))

    def post(self, account: str, second: float, **given: Any) -> str:
        """Add a post and return its id."""
        name: str = given.pop("post", f"p{len(self.records)}")
        profile: Row = {"handle": account, "name": account} | self.profiles.get(
            account, {}
        )
        self.records.append(
            Record(
                account=f"x:{account}",
                platform="x",
                created_at=int((MONDAY + second) * 1_000_000),
                raw_time=str(second),
                post=name,
                precision=given.pop("precision", "s"),
                **profile,
                **given,
            )
        )
        return name

    def bare(self, prefix: str = "") -> World:
        """Return the same as a table of account, object and time, and nothing else."""
        plain = World(members=self.members)
        plain.pairs = [pair | {"best_trace": "object"} for pair in self.pairs]
        for one in self.records:
            tags = "".join(f"#{tag}" for tag in one.hashtags or ())
            value = (one.links or (tags or one.repost_of or one.text,))[0]
            plain.records.append(
                Record(
                    account=one.account,
                    platform=one.platform,
                    created_at=one.created_at,
                    precision=one.precision,
                    raw_time=one.raw_time,
                    objects=(f"{prefix}{value}",),
                )
            )
        return plain

    def group(
        self,
        grp: str,
        accounts: Sequence[str],
        trace: str,
        window_s: int = 600,
        pairs: Iterable[tuple[str, str]] | None = None,
    ) -> None:
        """Write a group whose members are all paired, or paired as given."""
        self.members += [{"grp": grp, "account": f"x:{one}"} for one in accounts]
        for a, b in pairs or combinations(accounts, 2):
            first, second = sorted((f"x:{a}", f"x:{b}"))
            self.pairs.append(
                {
                    "account_a": first,
                    "account_b": second,
                    "best_trace": trace,
                    "best_window_s": window_s,
                    "kept": True,
                }
            )

    def store(self) -> DuckDBStore:
        """Return a store in memory that holds this world."""
        store = DuckDBStore(None)
        entries = [
            Entry(line, None, None, record) for line, record in enumerate(self.records)
        ]
        for batch in batches(parts_of(entries)):
            add_facts(store, batch.tables("source", TRACES))
        fill(store, "member", self.members)
        fill(store, "pair", self.pairs)
        return store


def named(stem: str, size: int) -> list[str]:
    return [f"{stem}{n}" for n in range(size)]


def crowd(world: World, size: int = 120) -> list[str]:
    """Add ordinary accounts that post words and links of their own at odd times."""
    people = named("plain", size)
    for who in people:
        for n in range(15):
            at_s = world.draw.randrange(DAYS * DAY)
            link = f"https://site{world.draw.randrange(40)}.example/{who}/{n}"
            world.post(
                who, at_s, text=f"{who} wrote this line number {n}", links=(link,)
            )
    return people


# --- innocent groups -----------------------------------------------------------------


def news(world: World, grp: str = "news", size: int = 6, reach: int = 60) -> None:
    """Share what many share within minutes, members anywhere among them."""
    members, others = named(grp, size), named("plain", 120)
    for n in range(8):
        start = world.draw.randrange(DAYS * DAY)
        crew = members + world.draw.sample(others, reach)
        for who in crew:
            at_s = start + world.draw.randrange(15 * MINUTE)
            link = (f"https://agency.example/{grp}/{n}",)
            world.post(who, at_s, text=f"{who} on story {n} of {grp}", links=link)
    world.group(grp, members, "link")


def wire(world: World, grp: str = "wire", size: int = 6, known: bool = True) -> None:
    """Print one agency's stories, each paper with a link to its own site."""
    papers = named(grp, size)
    for n in range(10):
        start = world.draw.randrange(DAYS * DAY)
        for paper in papers:
            world.post(
                paper,
                start + world.draw.randrange(8 * MINUTE),
                text=f"Parliament passes the water bill number {n} after a long debate",
                links=(f"https://{paper}.example/story/{n}",),
            )
    for paper in papers if known else ():
        link = (f"https://{paper}.example/about",)
        world.post("plain3", world.draw.randrange(DAYS * DAY), links=link, text="a")
    world.group(grp, papers, "text")


def button(world: World, grp: str = "button", size: int = 5) -> None:
    """Press the share buttons of articles, as strangers do on other days."""
    members = named(grp, size)
    for n in range(10):
        text = f"How to mend a kettle, part {n} of {grp} via @kettleweekly"
        given: Row = {"text": text, "links": (f"https://kettle.example/{grp}/{n}",)}
        start = world.draw.randrange(2 * HOUR, DAYS * DAY)
        for who in members:
            world.post(who, start + world.draw.randrange(5 * MINUTE), **given)
        for other in range(12):
            at_s = (start + world.draw.randrange(3 * HOUR, 5 * DAY)) % (DAYS * DAY)
            world.post(f"plain{other + n}", at_s, **given)
    world.group(grp, members, "text")


def feed(world: World, grp: str = "feed", size: int = 6) -> None:
    """Post every item of a feed within seconds, and nothing else."""
    bots = named(grp, size)
    for n in range(40):
        start = world.draw.randrange(DAYS * DAY)
        link = (f"https://daily.example/{grp}/{n}",)
        for bot in bots:
            at_s = start + world.draw.randrange(30)
            world.post(bot, at_s, text=f"Item {n} of the {grp}", links=link)
        if n % 3 == 0:
            reader = f"plain{n}"
            world.post(reader, start + 5 * HOUR, text=f"{n} read", links=link)
    world.group(grp, bots, "link", 60)


def schedule(world: World, grp: str = "schedule", size: int = 6) -> None:
    """Post at fixed minutes of many hours, whatever the post says."""
    members = named(grp, size)
    for n in range(40):
        start = n * 5 * HOUR + (7, 37)[n % 2] * MINUTE
        for place, who in enumerate(members):
            given: Row = {"hashtags": ("Kettle", f"Hour{n}")}
            text = f"{who} has a line for the hour {n}"
            world.post(who, start + world.draw.randrange(50), text=text, **given)
            if n % 4 == place % 4:
                at_s = start + HOUR + world.draw.randrange(50)
                world.post(who, at_s, text=f"{who} alone at {n}")
    world.group(grp, members, "hashtags", 60)


def outlet(world: World, grp: str = "outlet", size: int = 6, **profile: Any) -> None:
    """Link to one gazette from its pages, which say whose pages they are."""
    pages = named(grp, size)
    said = {"name": "شعبه روزنامه", "description": "صفحه رسمی Gazette"}
    world.profiles |= dict.fromkeys(pages, said | profile)
    for n in range(12):
        start = world.draw.randrange(DAYS * DAY)
        for page in pages:
            at_s = start + world.draw.randrange(6 * MINUTE)
            link = (f"https://www.gazette.example/{grp}/{n}",)
            world.post(page, at_s, text=f"{page} brings you {n}", links=link)
    world.group(grp, pages, "link")


def family(
    world: World, grp: str = "family", size: int = 4, site: str = "5878"
) -> None:
    """Share pages of one site in a table that names both by numbers."""
    pages = named(grp, size)
    for n in range(10):
        start = world.draw.randrange(DAYS * DAY)
        for page in pages:
            at_s = start + world.draw.randrange(6 * MINUTE)
            world.post(page, at_s, objects=(f"{grp} {n}",), sites=(site,))
    world.group(grp, pages, "object")


def storm(
    world: World,
    grp: str = "storm",
    size: int = 15,
    passing: int = 12,
    hour: float = 18,
    lead: float = 5,
) -> None:
    """Answer a call that was made in public hours before, at the announced hour."""
    fans = named(grp, size)
    for day in range(DAYS):
        tags = ("KettleChoir", f"{grp}{day}")
        start = day * DAY + hour * HOUR
        call = world.post(
            fans[0], start - lead * HOUR, text="Tonight we sing at six", hashtags=tags
        )
        for other in world.draw.sample(range(120), passing):
            at_s = start - world.draw.uniform(0.1, 0.9) * lead * HOUR
            world.post(f"plain{other}", at_s, kind="repost", repost_of=call)
        for fan in fans:
            if world.draw.random() < 0.8:
                at_s = start + world.draw.lognormvariate(4.6, 0.8)
                world.post(fan, at_s, text=f"{fan} sings on {day}", hashtags=tags)
    world.group(grp, fans, "hashtags")


def star(world: World, grp: str = "star", size: int = 7) -> None:
    """Let one account post all day and meet others who never meet each other."""
    hub, *leaves = named(grp, size)
    for place, leaf in enumerate(leaves):
        for n in range(5):
            at_s = world.draw.randrange(DAYS * DAY)
            link = (f"https://lamp.example/{grp}/{place}/{n}",)
            for who in (hub, leaf):
                late = world.draw.randrange(5 * MINUTE)
                world.post(who, at_s + late, text=f"{who} saw {n}", links=link)
    for n in range(200):
        at_s = world.draw.randrange(DAYS * DAY)
        world.post(hub, at_s, text=f"The busy account says {n} things")
    world.group(grp, [hub, *leaves], "link", pairs=[(hub, leaf) for leaf in leaves])


# --- and one that is not -------------------------------------------------------------


def covert(world: World, grp: str = "covert", size: int = 15) -> None:
    """Carry out tasks at odd times, one to eight minutes late, and live in between."""
    ring = named(grp, size)
    for n in range(30):
        start = world.draw.randrange(DAYS * DAY)
        popular = n % 2 == 0
        link = (f"https://{'agency' if popular else 'truth'}.example/{grp}/{n}",)
        if popular:
            for other in world.draw.sample(range(120), 40):
                at_s = start + world.draw.randrange(20 * MINUTE) - 10 * MINUTE
                world.post(f"plain{other}", at_s, text=f"{other} {n}", links=link)
        for who in ring:
            if world.draw.random() < 0.7:
                at_s = start + world.draw.randrange(MINUTE, 8 * MINUTE)
                world.post(who, at_s, text=f"{who} says {n} is news", links=link)
    for who in ring:
        for n in range(25):
            at_s = world.draw.randrange(DAYS * DAY)
            world.post(who, at_s, text=f"{who} had breakfast number {n}")
    world.group(grp, ring, "link")


GROUPS: dict[str, Callable[[World], None]] = {
    "news": news,
    "wire": wire,
    "button": button,
    "feed": feed,
    "schedule": schedule,
    "outlet": outlet,
    "storm": storm,
    "star": star,
    "covert": covert,
}


def everybody() -> World:
    """Return a world with the crowd and every group."""
    world = World()
    crowd(world)
    for add in GROUPS.values():
        add(world)
    return world
