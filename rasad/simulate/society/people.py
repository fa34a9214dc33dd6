"""Who lives in a world: communities, time zones, habits, of the crowd and of teams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.population import (
    FAME_SIGMA,
    LANGUAGE_SHARES,
    LANGUAGES,
    MOST_POSTS_PER_DAY,
    UTC_OFFSETS,
)
from rasad.simulate.rhythm import CHRONOTYPE_H
from rasad.simulate.snowflake import DAY_MS
from rasad.simulate.society.cast import Cohort, Troupe
from rasad.simulate.society.clock import patience_class, week_row
from rasad.simulate.society.deeds import Bool, Int, Real
from rasad.simulate.society.scenario import OrdinaryPlan
from rasad.simulate.society.wording import language_codes
from rasad.simulate.vocabulary import TOPICS

CROWD = "ordinary"
NEWEST_DAYS, OLDEST_DAYS = 20, 2600
HEAD = 6.0
"""Communities shrink with their rank r as 1 / (r + HEAD)."""

TASTE = 6.0
"""How alike accounts are in what they post, as a number of posts seen before."""

EARLY_SHARE = 0.12
NEWER = 8.0
"""Share of accounts that are told of what is new, and how many times less patience
they have with what is no longer new."""

PATIENCE_SIGMA = 0.7


@dataclass(frozen=True, kw_only=True)
class Communities:
    """Where people are at home; one entry per community in every array.

    Parameters
    ----------
    language, topic : int64 arrays
        Codes of the language, and of what people mostly write about.
    weight : float64 array
        Share of all people.
    """

    language: Int
    topic: Int
    weight: Real

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody; one entry per account in every array.

    Parameters
    ----------
    cohorts : list of Cohort
        The crowd first.
    cohort : int64 array
        Place in `cohorts`.
    communities : Communities
        Where people are at home.
    community, language : int64 arrays
        Home, and code of the language that each writes.
    zone : float64 array
        Hours ahead of UTC.
    week : int64 array
        Row of `Clock.level` by which each lives.
    rate : float64 array
        Everyday posts a day.
    fame : float64 array
        How much attention what each posts draws, median 1.
    early : bool array
        Who is told of what is new.
    patience : int64 array
        Class of how fast what is old loses each one's attention.
    taste : float32 array of (accounts, 3)
        Where, on the line from 0 to 1, reposts, quotes and replies begin; own posts
        begin at 0.
    created_ms, first_day, last_day : int64 arrays
        As in `Cohort`.
    """

    cohorts: list[Cohort]
    cohort: Int
    communities: Communities
    community: Int
    language: Int
    zone: Real
    week: Int
    rate: Real
    fame: Real
    early: Bool
    patience: Int
    taste: NDArray[np.float32]
    created_ms: Int
    first_day: Int
    last_day: Int

    def __len__(self) -> int:
        return len(self.cohort)

    @cached_property
    def language_names(self) -> NDArray[np.str_]:
        """What each account writes, by name."""
        return np.array(LANGUAGES)[self.language]

    def is_awake(self, day: int) -> Bool:
        """Tell who acts at all on a day."""
        return (self.first_day <= day) & (day <= self.last_day)

    def planted(self) -> Bool:
        """Tell who is not of the crowd."""
        return self.cohort > 0


def found(count: int) -> Communities:
    """Found communities: large and small ones of each language and topic."""
    weight = 1 / (np.arange(count) + HEAD)
    weight /= weight.sum()
    shares, held = np.array(LANGUAGE_SHARES), np.zeros(len(LANGUAGES))
    language, topic = np.zeros((2, count), np.int64)
    founded = np.zeros(len(LANGUAGES), np.int64)
    for place in range(count):
        # Whoever lacks most of its share founds the next.
        poorest = int(np.argmax(shares - held))
        language[place], topic[place] = poorest, founded[poorest] % len(TOPICS)
        held[poorest] += weight[place]
        founded[poorest] += 1
    return Communities(language=language, topic=topic, weight=weight)


def crowd(plan: OrdinaryPlan, days: int, rng: np.random.Generator) -> Cohort:
    """Return the ordinary accounts, of very different activity."""
    n = plan.accounts
    age = rng.uniform(NEWEST_DAYS, OLDEST_DAYS, n)
    return Cohort(
        role=CROWD,
        per_day=activity(plan, rng),
        created_ms=(-age * DAY_MS).astype(np.int64),
        first_day=np.zeros(n, np.int64),
        last_day=np.full(n, days - 1, np.int64),
    )


def activity(plan: OrdinaryPlan, rng: np.random.Generator) -> Real:
    """Draw log-normal daily rates with the planned mean, capped at the human end."""
    rate = rng.lognormal(0.0, plan.sigma, plan.accounts)
    most = max(MOST_POSTS_PER_DAY / plan.posts_per_day, 1.0)
    capped = np.minimum(rate / rate.mean(), most)
    # The cap takes from the mean; spreading that again lifts the cap a little.
    return np.asarray(capped / capped.mean() * plan.posts_per_day)


def settle(
    plan: OrdinaryPlan, days: int, troupes: list[Troupe], rng: np.random.Generator
) -> People:
    """Make all accounts, the crowd first, and tell each troupe which are its own."""
    cohorts, parts = [crowd(plan, days, rng)], []
    for troupe in troupes:
        own = troupe.cohorts()
        parts.append((troupe, len(cohorts), len(own)))
        cohorts += own
    people = _people(plan, cohorts, rng)
    ends = np.cumsum([len(cohort) for cohort in cohorts])
    for troupe, first, count in parts:
        places = range(first, first + count)
        troupe.cast([np.arange(ends[i - 1], ends[i], dtype=np.int64) for i in places])
    return people


def _people(
    plan: OrdinaryPlan, cohorts: list[Cohort], rng: np.random.Generator
) -> People:
    sizes = [len(cohort) for cohort in cohorts]
    communities, n = found(plan.communities), sum(sizes)
    cohort = np.repeat(np.arange(len(cohorts)), sizes)
    community, language = _homes(communities, cohorts, rng)
    zone = _zones(cohorts, language, rng)
    early = rng.random(n) < EARLY_SHARE
    scale = plan.decay_scale_min * rng.lognormal(0.0, PATIENCE_SIGMA, n)
    return People(
        cohorts=cohorts,
        cohort=cohort,
        communities=communities,
        community=community,
        language=language,
        zone=zone,
        week=week_row(zone + rng.normal(0.0, CHRONOTYPE_H, n), language),
        rate=np.concatenate([cohort.per_day for cohort in cohorts]),
        fame=rng.lognormal(0.0, FAME_SIGMA, n),
        early=early,
        patience=patience_class(np.where(early, scale / NEWER, scale)),
        taste=tastes(plan, n, rng),
        created_ms=np.concatenate([cohort.created_ms for cohort in cohorts]),
        first_day=np.concatenate([cohort.first_day for cohort in cohorts]),
        last_day=np.concatenate([cohort.last_day for cohort in cohorts]),
    )


def _homes(
    communities: Communities, cohorts: list[Cohort], rng: np.random.Generator
) -> tuple[Int, Int]:
    """Draw the community of each account, among those of its cohort's language."""
    homes, spoken = [], []
    for cohort in cohorts:
        weight = communities.weight
        if cohort.language:
            code = language_codes([cohort.language])[0]
            speaks = communities.language == code
            # Where nobody speaks it, they live among strangers.
            weight = np.where(speaks, weight, 0.0) if speaks.any() else weight
        home = _weighted(weight, len(cohort), rng)
        homes.append(home)
        own = communities.language[home]
        spoken.append(np.full(len(home), code) if cohort.language else own)
    return np.concatenate(homes), np.concatenate(spoken)


def _weighted(weight: Real, n: int, rng: np.random.Generator) -> Int:
    ladder = np.cumsum(weight)
    drawn = np.searchsorted(ladder, rng.random(n) * ladder[-1], side="right")
    return np.asarray(np.minimum(drawn, np.flatnonzero(weight)[-1]), np.int64)


def _zones(cohorts: list[Cohort], language: Int, rng: np.random.Generator) -> Real:
    """Draw time zones by language, unless the cohort lives in one office."""
    widest = max(len(zones) for zones in UTC_OFFSETS.values())
    table = np.array([np.resize(UTC_OFFSETS[name], widest) for name in LANGUAGES])
    counts = np.array([len(UTC_OFFSETS[name]) for name in LANGUAGES])
    place = (rng.random(len(language)) * counts[language]).astype(np.int64)
    drawn = table[language, place]
    fixed = np.repeat(
        [np.nan if cohort.zone_h is None else cohort.zone_h for cohort in cohorts],
        [len(cohort) for cohort in cohorts],
    )
    return np.where(np.isnan(fixed), drawn, fixed)


def tastes(plan: OrdinaryPlan, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw what each account posts: a Dirichlet distribution about the planned shares.

    Returns
    -------
    float32 array of (n, 3)
        Cumulated shares of own posts, then reposts, then quotes; the rest are replies.
    """
    shares = np.array([plan.repost_share, plan.quote_share, plan.reply_share])
    shares = np.array([1 - shares.sum(), *shares])
    drawn = rng.standard_gamma(TASTE * shares, (n, len(shares)))
    drawn[:, 0] += 1e-12
    cumulated = np.cumsum(drawn / drawn.sum(axis=1, keepdims=True), axis=1)
    return cumulated[:, :3].astype(np.float32)
