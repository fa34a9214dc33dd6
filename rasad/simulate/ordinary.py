"""Ordinary life: sessions in which accounts write, share, answer and repost."""

from __future__ import annotations

import numpy as np

from rasad.simulate.cascades import spread
from rasad.simulate.ledger import NO_TARGET, Draft, Floats, Ints, Kind, Pool
from rasad.simulate.news import break_news
from rasad.simulate.population import COMMUNITIES, wander
from rasad.simulate.rhythm import HOUR_MS, sessions
from rasad.simulate.scene import Scene
from rasad.simulate.vocabulary import TOPICS
from rasad.simulate.writer import SITES

KINDS: tuple[Kind, ...] = ("post", "repost", "reply", "quote")
KIND_SHARES = (0.52, 0.22, 0.21, 0.05)
LINK_SHARE = 0.5
TAG_SHARE = 0.6
PAGES_PER_DAY = 6.0
PARETO_TAIL = 1.4
FITTEST = 60.0
EVERYDAY_KEENNESS = 1.0


def live(scene: Scene) -> None:
    """Let everybody, whatever their role, live through the days as ordinary accounts.

    Originals and news come first, then everything that is about an original.
    """
    rng = scene.rng("everyday sessions")
    account, at_ms = sessions(scene.population, scene.rhythm, rng)
    kind = rng.choice(len(KINDS), len(account), p=KIND_SHARES)
    originals = kind == KINDS.index("post")
    write_originals(scene, account[originals], at_ms[originals], "originals")
    break_news(scene)
    react(scene, account[~originals], at_ms[~originals], kind[~originals])
    rows = [row for row, draft in enumerate(scene.ledger) if draft.kind == "post"]
    spread(scene, rows, "of everyday posts")


def write_originals(scene: Scene, account: Ints, at_ms: Ints, part: str) -> None:
    """Add original posts, some with a link to a page that is around, some with tags."""
    rng, dice, writer = scene.rng(part), scene.dice(part), scene.writer(part)
    pools = scene.tag_pools()
    pages = [link_pool(scene, index) for index in range(len(COMMUNITIES))]
    community = scene.population.community[account]
    page = choose_by_community([p for p, _ in pages], community, account, at_ms, 1, rng)
    fitness = attention(scene.population.fame[account], rng)
    linked, tagged = rng.random((2, len(account)))
    for i, who in enumerate(account.tolist()):
        here = int(community[i])
        language, topic = COMMUNITIES[here]
        with_link = linked[i] < LINK_SHARE and page[i] != NO_TARGET
        spoken = dice.pick((topic, topic, *TOPICS))
        scene.ledger.add(
            Draft(
                account=who,
                at_ms=int(at_ms[i]),
                kind="post",
                text=writer.post(language, spoken),
                links=(pages[here][1][page[i]],) if with_link else (),
                tags=writer.tags(pools[here]) if tagged[i] < TAG_SHARE else (),
                fitness=float(fitness[i]),
            )
        )


def react(scene: Scene, account: Ints, at_ms: Ints, kind: Ints) -> None:
    """Add reposts, replies and quotes of something recent and popular."""
    rng, writer = scene.rng("reactions"), scene.writer("reactions")
    wandered = wander(scene.population.community[account], rng)
    pools = originals_by_community(scene)
    target = choose_by_community(
        pools, wandered, account, at_ms, EVERYDAY_KEENNESS, rng
    )
    lost = target == NO_TARGET
    for i in np.flatnonzero(~lost).tolist():
        who, how = int(account[i]), KINDS[kind[i]]
        language, topic = COMMUNITIES[scene.population.community[who]]
        text = "" if how == "repost" else writer.post(language, topic)
        scene.ledger.add(
            Draft(
                account=who,
                at_ms=int(at_ms[i]),
                kind=how,
                text=text,
                target=int(target[i]),
            )
        )
    # Who finds nothing to react to, in the first minutes, writes something.
    write_originals(scene, account[lost], at_ms[lost], "originals of the lost")


def attention(fame: Floats, rng: np.random.Generator) -> Floats:
    """Return how much attention posts draw: Pareto luck times the author's fame."""
    luck = rng.pareto(PARETO_TAIL, len(fame)) + 1.0
    return np.clip(luck * np.sqrt(fame), 0.2, FITTEST)


def originals_by_community(scene: Scene) -> list[Pool]:
    """Return the originals of each community that there are so far."""
    home = scene.population.community

    def of(index: int) -> Pool:
        return scene.ledger.pool(lambda draft: bool(home[draft.account] == index))

    return [of(index) for index in range(len(COMMUNITIES))]


def link_pool(scene: Scene, community: int) -> tuple[Pool, list[str]]:
    """Return the pages that a community talks about, and their addresses."""
    rng = scene.rng(f"pages {community}")
    writer = scene.writer(f"pages {community}")
    # Some pages are older than the world, so that its first day has links too.
    born = rng.uniform(-2 * 24 * HOUR_MS, scene.end_ms, int(PAGES_PER_DAY * scene.days))
    born.sort()
    count = len(born)
    pool = Pool(
        item=np.arange(count),
        at_ms=born.astype(np.int64),
        fitness=np.minimum(rng.pareto(PARETO_TAIL, count) + 1.0, FITTEST),
        owner=np.full(count, NO_TARGET, dtype=np.int64),
    )
    first = community * 100_000
    return pool, [writer.page(SITES, first + number) for number in range(count)]


def choose_by_community(
    pools: list[Pool],
    community: Ints,
    account: Ints,
    at_ms: Ints,
    keenness: float,
    rng: np.random.Generator,
) -> Ints:
    """Choose for each moment from the pool of its community; -1 where it is empty."""
    chosen = np.full(len(account), NO_TARGET, dtype=np.int64)
    for index, pool in enumerate(pools):
        here = np.flatnonzero(community == index)
        chosen[here] = pool.choose(account[here], at_ms[here], keenness, rng)
    return chosen
