"""News shocks: something happens and many accounts answer within minutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.simulate.ledger import Draft
from rasad.simulate.population import LANGUAGES
from rasad.simulate.rhythm import HOUR_MS
from rasad.simulate.scene import Scene
from rasad.simulate.writer import Writer

SHOCKS_PER_DAY = 0.22
REACH = 0.13
DELAY_MEDIAN_MS = 5 * 60_000
DELAY_SIGMA = 0.9
NEWSROOM = ("example.net",)
REPOST_SHARE, LINK_SHARE = 0.6, 0.25
SEED_FITNESS = 20.0


@dataclass(frozen=True)
class Shock:
    """What everybody can react to: a post in each language, a page, two hashtags."""

    seeds: dict[str, int]
    page: str
    tags: dict[str, tuple[str, ...]]


def break_news(scene: Scene) -> None:
    """Add the shocks of a world, spread evenly over its days in waking hours."""
    rng, writer = scene.rng("news"), scene.writer("news")
    count = round(SHOCKS_PER_DAY * scene.days)
    for number in range(count):
        day = int((number + 0.5) * scene.days / count)
        at_ms = int((day * 24 + 8 + 8 * rng.random()) * HOUR_MS)
        shock = _announce(scene, at_ms, writer, number, rng)
        _answer(scene, at_ms, shock, writer, rng)


def _announce(
    scene: Scene, at_ms: int, writer: Writer, number: int, rng: np.random.Generator
) -> Shock:
    """Let one account per language bring the news, seconds apart."""
    page = writer.page(NEWSROOM, number)
    seeds, tags = {}, {}
    for language in LANGUAGES:
        tags[language] = writer.tag_pool(language)[:2]
        seeds[language] = scene.ledger.add(
            Draft(
                account=_herald(scene, language, rng),
                at_ms=at_ms + int(rng.integers(0, 45_000)),
                kind="post",
                text=writer.news(language),
                links=(page,),
                tags=tags[language],
                fitness=SEED_FITNESS,
            )
        )
    return Shock(seeds, page, tags)


def _herald(scene: Scene, language: str, rng: np.random.Generator) -> int:
    """Return a well-known ordinary account that writes in a language."""
    population = scene.population
    known = [
        account
        for account, role in enumerate(population.role)
        if role == "ordinary" and population.language(account) == language
    ]
    fame = population.fame[known]
    return int(rng.choice(known, p=fame / fame.sum()))


def _answer(
    scene: Scene, at_ms: int, shock: Shock, writer: Writer, rng: np.random.Generator
) -> None:
    """Let those who are awake answer once each: repost, share the page, or tag."""
    delay = rng.lognormal(
        np.log(DELAY_MEDIAN_MS), DELAY_SIGMA, int(REACH * len(scene.population) * 2)
    )
    moments = at_ms + 60_000 + np.sort(delay).astype(np.int64)
    community = rng.choice(scene.population.community, len(moments))
    account, answered = scene.audience.draw(community, moments, rng)
    account, moments = account[answered], moments[answered]
    first = np.sort(np.unique(account, return_index=True)[1])
    how = rng.random(len(first))
    heralds = {scene.ledger[row].account for row in shock.seeds.values()}
    for who, when, draw in zip(account[first], moments[first], how, strict=True):
        if int(who) not in heralds:
            scene.ledger.add(_reaction(scene, int(who), int(when), draw, shock, writer))


def _reaction(
    scene: Scene, who: int, at_ms: int, draw: float, shock: Shock, writer: Writer
) -> Draft:
    language = scene.population.language(who)
    if draw < REPOST_SHARE:
        return Draft(who, at_ms, "repost", target=shock.seeds[language])
    text = writer.clause(language, "weather")
    if draw < REPOST_SHARE + LINK_SHARE:
        return Draft(who, at_ms, "post", text, links=(shock.page,), fitness=1.0)
    return Draft(who, at_ms, "post", text, tags=shock.tags[language], fitness=1.0)
