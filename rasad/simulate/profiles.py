"""Names, ids and profiles of simulated accounts; nobody real, every one marked."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.dice import Dice
from rasad.simulate.fan_club import profile_tag
from rasad.simulate.population import Population
from rasad.simulate.scene import generator
from rasad.simulate.snowflake import DAY_MS, snowflakes
from rasad.simulate.vocabulary import FAN_NOTE, LEXICONS, SIMULATED_NOTE
from rasad.simulate.writer import Writer

NEWEST_DAYS, OLDEST_DAYS = 20, 2600
TEAM_NEWEST_DAYS, TEAM_OLDEST_DAYS = 180, 700
TEAM_SPREAD_DAYS = 45.0
FOLLOWERS_MEDIAN = 180.0
CLIENTS = ("Simulated Phone App", "Simulated Web Client", "Simulated Tablet App")
OFFICE_CLIENT = "Simulated Web Client"


@dataclass(frozen=True)
class Profile:
    """What the file says about an account on each of its rows."""

    userid: str
    display_name: str
    screen_name: str
    location: str
    description: str
    followers: int
    following: int
    created_ms: int
    language: str
    client: str


def make_profiles(
    population: Population, seed: int, start_ms: int, hashed_share: float
) -> list[Profile]:
    """Make a profile per account; a share of them is hashed as archives do.

    Parameters
    ----------
    population : Population
        Who lives here.
    seed : int
        Seed of the world.
    start_ms : int
        Start of the world in milliseconds since 1970 UTC.
    hashed_share : float
        Share of accounts whose id and names are replaced by one hash.
    """
    rng = generator(seed, "profiles")
    created = creation_times(population, start_ms, rng)
    order = np.argsort(created, kind="stable")
    userid = np.empty(len(population), dtype=np.int64)
    userid[order] = snowflakes(created[order], rng)
    number = rng.permutation(np.arange(10_000, 10_000 + 10 * len(population)))
    hidden = rng.random(len(population)) < hashed_share
    dice = Dice(rng)
    profiles = []
    for account in range(len(population)):
        open_one = _open_profile(population, account, int(number[account]), dice)
        numbered = replace(
            open_one, userid=str(userid[account]), created_ms=int(created[account])
        )
        profiles.append(_hide(numbered, seed) if hidden[account] else numbered)
    return profiles


def creation_times(
    population: Population, start_ms: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return when accounts were made: teams in one go, everybody else over years."""
    age = rng.uniform(NEWEST_DAYS, OLDEST_DAYS, len(population))
    operated = np.array([role == "operator" for role in population.role])
    for team in sorted(set(population.team)):
        members = np.array([name == team for name in population.team]) & operated
        bought = rng.uniform(TEAM_NEWEST_DAYS, TEAM_OLDEST_DAYS)
        spread = rng.exponential(TEAM_SPREAD_DAYS, len(population))
        age = np.where(members, bought + spread, age)
    return np.asarray(start_ms - age * DAY_MS, dtype=np.int64)


def _open_profile(
    population: Population, account: int, number: int, dice: Dice
) -> Profile:
    language, topic = population.language(account), population.topic(account)
    words, fame = LEXICONS[language], float(population.fame[account])
    role = population.role[account]
    about = Writer(dice).clause(language, topic)
    if role == "fan":
        about = f"{FAN_NOTE[language]} {profile_tag(population, account)}"
    return Profile(
        userid="",
        display_name=f"{dice.pick(words.plants)} {dice.pick(words.places)}",
        screen_name=f"{dice.pick(LEXICONS['en'].plants)}_{number}",
        location=dice.pick(("", "", dice.pick(words.places))),
        description=f"{about}. {SIMULATED_NOTE}",
        followers=int(FOLLOWERS_MEDIAN * fame**0.5 * (0.5 + dice.uniform())),
        following=int(50 + 600 * dice.uniform()),
        created_ms=0,
        language=language,
        client=OFFICE_CLIENT if role == "operator" else dice.pick(CLIENTS),
    )


def _hide(profile: Profile, seed: int) -> Profile:
    """Replace id and names by one hash of 44 characters, as archives do."""
    digest = hashlib.sha256(f"{seed}:{profile.userid}".encode()).digest()
    shown = base64.b64encode(digest).decode()
    return replace(profile, userid=shown, display_name=shown, screen_name=shown)
