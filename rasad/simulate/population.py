"""Who lives in a simulated world: communities, time zones, activity, roles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.vocabulary import TOPICS

LANGUAGES = ("fa", "en", "ru", "ar")
LANGUAGE_SHARES = (0.35, 0.3, 0.22, 0.13)
COMMUNITIES = tuple((language, topic) for language in LANGUAGES for topic in TOPICS)

UTC_OFFSETS = {
    "fa": (3.5, 3.5, 3.5, 3.5, 3.5, 1.0, -8.0),
    "en": (0.0, 0.0, 1.0, -5.0, -5.0, -8.0, 10.0),
    "ru": (3.0, 3.0, 3.0, 5.0, 7.0),
    "ar": (2.0, 3.0, 3.0, 4.0),
}
"""Hours ahead of UTC at which speakers of a language live, repeats being weights."""

ACTIVITY_SIGMA = 1.7
MOST_POSTS_PER_DAY = 60.0
FAME_SIGMA = 1.6
HOMOPHILY = 0.75
SAME_LANGUAGE = 0.9


@dataclass(frozen=True)
class Cohort:
    """Accounts of one role that are made together.

    `per_day` is their mean number of everyday posts a day; `sigma` spreads it;
    `languages` are drawn from in turn; `home` pins the time zone to the language's
    first one.
    """

    role: str
    team: str
    size: int
    per_day: float
    sigma: float = 0.6
    languages: tuple[str, ...] = ()
    home: bool = False


@dataclass(frozen=True)
class Population:
    """One entry per account in every array.

    community : int64, index into `COMMUNITIES`.
    utc_offset : float64, hours.
    per_day : float64, mean everyday posts a day.
    fame : float64, how much attention posts of the account draw, median 1.
    """

    community: NDArray[np.int64]
    utc_offset: NDArray[np.float64]
    per_day: NDArray[np.float64]
    fame: NDArray[np.float64]
    role: tuple[str, ...]
    team: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.role)

    def language(self, account: int) -> str:
        """Return the language that an account writes in."""
        return COMMUNITIES[int(self.community[account])][0]

    def topic(self, account: int) -> str:
        """Return what an account mostly writes about."""
        return COMMUNITIES[int(self.community[account])][1]

    def members(self, team: str) -> list[int]:
        """Return the accounts of a team."""
        return [account for account, name in enumerate(self.team) if name == team]


def populate(cohorts: list[Cohort], rng: np.random.Generator) -> Population:
    """Make the accounts of all cohorts, one cohort after the other.

    Parameters
    ----------
    cohorts : list of Cohort
        The first is the ordinary one and has at least one account per community.
    rng : numpy.random.Generator
        Seeded source.
    """
    community = np.concatenate([_communities(cohort, rng) for cohort in cohorts])
    language = [COMMUNITIES[index][0] for index in community]
    home = np.repeat([c.home for c in cohorts], [c.size for c in cohorts])
    return Population(
        community=community,
        utc_offset=_offsets(language, home, rng),
        per_day=np.concatenate([_activity(cohort, rng) for cohort in cohorts]),
        fame=rng.lognormal(0.0, FAME_SIGMA, len(community)),
        role=tuple(cohort.role for cohort in cohorts for _ in range(cohort.size)),
        team=tuple(cohort.team for cohort in cohorts for _ in range(cohort.size)),
    )


def wander(community: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return where each reader looks: mostly at home, else mostly in their language."""
    stays, speaks = rng.random((2, len(community)))
    topics = len(TOPICS)
    topic = rng.integers(0, topics, len(community))
    language = rng.integers(0, len(LANGUAGES), len(community))
    neighbour = community // topics * topics + topic
    anywhere = language * topics + topic
    elsewhere = np.where(speaks < SAME_LANGUAGE, neighbour, anywhere)
    return np.where(stays < HOMOPHILY, community, elsewhere)


def _communities(cohort: Cohort, rng: np.random.Generator) -> NDArray[np.int64]:
    topic = rng.integers(0, len(TOPICS), cohort.size)
    if cohort.languages:
        known = [LANGUAGES.index(name) for name in cohort.languages]
        language = np.resize(np.array(known), cohort.size)
        return np.asarray(language * len(TOPICS) + topic, dtype=np.int64)
    language = rng.choice(len(LANGUAGES), cohort.size, p=LANGUAGE_SHARES)
    community = np.asarray(language * len(TOPICS) + topic, dtype=np.int64)
    # Nobody writes for an empty room: the first accounts found every community.
    community[: len(COMMUNITIES)] = np.arange(len(COMMUNITIES))
    return community


def _offsets(
    language: list[str], home: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float64]:
    draws = rng.random(len(language))
    return np.array(
        [
            UTC_OFFSETS[name][0 if pinned else int(draw * len(UTC_OFFSETS[name]))]
            for name, pinned, draw in zip(language, home, draws, strict=True)
        ]
    )


def _activity(cohort: Cohort, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw log-normal daily rates with the cohort's mean, capped at the human end."""
    if not cohort.size:
        return np.empty(0)
    rate = rng.lognormal(0.0, cohort.sigma, cohort.size)
    capped = np.minimum(rate / rate.mean(), MOST_POSTS_PER_DAY / cohort.per_day)
    # The cap takes from the mean; spreading that again lifts the cap a little.
    return np.asarray(capped / capped.mean() * cohort.per_day)
