"""A fan club that coordinates openly: a public call, an announced hour, one song.

It is the benign decoy. Everything that a detector measures is there, and so is what
sets it apart: the call is public, the hour is announced, and every member says in the
profile that they belong to the club.
"""

from __future__ import annotations

import numpy as np

from rasad.simulate.ledger import Draft
from rasad.simulate.population import Population
from rasad.simulate.rhythm import HOUR_MS
from rasad.simulate.scene import Scene
from rasad.simulate.vocabulary import CALL_NOTE, LEXICONS

CLUB = "fan_club"
TEA_HOUR_UTC = 18
CALL_LEAD_H = 5
TEA_DAYS_PER_WEEK = 7
COMPLIANCE = 0.6
LAG_MEDIAN_S = 100.0
LAG_SIGMA = 0.8
CALL_REPOST_SHARE = 0.35
CALL_FITNESS = 6.0
CLUB_TAGS = ("TeaHour", "KettleSong", "OpenChoir", "FirstCup", "SlowSteam")


def celebrate(scene: Scene) -> list[int]:
    """Let the club hold its tea hours.

    Returns
    -------
    list of int
        Rows of the public calls, which an audience may find.
    """
    members = scene.population.members(CLUB)
    if not members:
        return []
    rng = scene.rng("fan club")
    days = [day for day in range(scene.days) if day % 7 < TEA_DAYS_PER_WEEK]
    calls = []
    for number, day in enumerate(days):
        hour_ms = (day * 24 + TEA_HOUR_UTC) * HOUR_MS
        tags = tags_of_the_day(number)
        calls.append(_call(scene, members, hour_ms, tags, rng))
        _sing(scene, members, hour_ms, tags, rng)
    return calls


def tags_of_the_day(number: int) -> tuple[str, ...]:
    """Return the sequence of hashtags that a call announces, another every day.

    Examples
    --------
    >>> tags_of_the_day(0)
    ('KettleChoir', 'TeaHour', 'KettleSong')
    """
    count = len(CLUB_TAGS)
    first, step = number % count, 1 + number // count % (count - 1)
    club = LEXICONS["en"].club
    return (club, CLUB_TAGS[first], CLUB_TAGS[(first + step) % count])


def profile_tag(population: Population, account: int) -> str:
    """Return the hashtag by which a member names the club."""
    return "#" + LEXICONS[population.language(account)].club


def _call(
    scene: Scene,
    members: list[int],
    hour_ms: int,
    tags: tuple[str, ...],
    rng: np.random.Generator,
) -> int:
    """Announce an hour in public; members repost the call over the next hours."""
    organiser = members[0]
    at_ms = hour_ms - CALL_LEAD_H * HOUR_MS + int(rng.integers(0, 600_000))
    text = CALL_NOTE[scene.population.language(organiser)]
    row = scene.ledger.add(
        Draft(organiser, at_ms, "post", text, tags=tags, fitness=CALL_FITNESS)
    )
    for member in members[1:]:
        if rng.random() < CALL_REPOST_SHARE:
            lag = int(rng.uniform(60_000, (CALL_LEAD_H - 1) * HOUR_MS))
            scene.ledger.add(Draft(member, at_ms + lag, "repost", target=row))
    return row


def _sing(
    scene: Scene,
    members: list[int],
    hour_ms: int,
    tags: tuple[str, ...],
    rng: np.random.Generator,
) -> None:
    """Post the announced hashtags within minutes of the hour, in own languages."""
    lags = rng.lognormal(np.log(LAG_MEDIAN_S * 1000), LAG_SIGMA, len(members))
    comes = rng.random(len(members)) < COMPLIANCE
    for member, lag, present in zip(members, lags, comes, strict=True):
        if not present:
            continue
        slogans = LEXICONS[scene.population.language(member)].slogans
        text = slogans[int(rng.integers(0, len(slogans)))]
        scene.ledger.add(Draft(member, hour_ms + int(lag), "post", text, tags=tags))
