"""When accounts are awake: hours of the week, sessions, and who answers at an hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.population import COMMUNITIES, Population

WEEK_H = 168
HOUR_MS = 3_600_000

DAY_SHAPE = np.array(
    [0.25, 0.12, 0.06, 0.04, 0.04, 0.08, 0.22, 0.5, 0.8, 0.95, 1.0, 1.0]
    + [0.95, 0.9, 0.9, 0.95, 1.0, 1.05, 1.15, 1.3, 1.4, 1.3, 0.95, 0.55]
)
"""Relative activity at each local hour of a working day."""

WEEKEND = {"fa": (3, 4), "en": (5, 6), "ru": (5, 6), "ar": (4, 5)}
"""Days of rest by language, Monday being 0."""

WEEKEND_DELAY_H = 1.5
WEEKEND_FACTOR = 0.85
CHRONOTYPE_H = 1.2
SESSION_POSTS = 3.0
SESSION_GAP_S = 75.0
SESSION_GAP_SIGMA = 1.1
EAGERNESS = 0.8

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Rhythm:
    """The hours of the week at which each account tends to act.

    Parameters
    ----------
    population : Population
        Who lives here.
    first_hour : int
        Hour of the week at which the world starts, Monday 00:00 UTC being 0.
    hours : int
        Length of the world.
    rng : numpy.random.Generator
        Source of early birds and night owls.
    """

    def __init__(
        self,
        population: Population,
        first_hour: int,
        hours: int,
        rng: np.random.Generator,
    ) -> None:
        self.hours = hours
        self.first_hour = first_hour
        habit = rng.normal(0.0, CHRONOTYPE_H, len(population))
        self.profile = weekly_profile(population, habit)

    def hour_of_week(self, at_ms: Ints) -> Ints:
        """Return the UTC hour of the week of times since the start of the world."""
        return (at_ms // HOUR_MS + self.first_hour) % WEEK_H

    def hour_weights(self) -> Floats:
        """Return how likely each account acts in each hour, shape (accounts, hours)."""
        return self.profile[:, (np.arange(self.hours) + self.first_hour) % WEEK_H]


def weekly_profile(population: Population, habit: Floats) -> Floats:
    """Return relative activity by UTC hour of the week, shape (accounts, 168)."""
    shift = population.utc_offset + habit
    local = (np.arange(WEEK_H) + 0.5 + shift[:, None]) % WEEK_H
    rest = np.zeros((len(COMMUNITIES), 7), dtype=bool)
    for index, (language, _) in enumerate(COMMUNITIES):
        rest[index, list(WEEKEND[language])] = True
    resting = rest[population.community[:, None], (local // 24).astype(np.int64)]
    hour = (local - WEEKEND_DELAY_H * resting) % 24
    clock, shape = np.arange(25), np.append(DAY_SHAPE, DAY_SHAPE[0])
    level = np.interp(hour, clock, shape)
    return np.asarray(level * np.where(resting, WEEKEND_FACTOR, 1.0))


def draw_columns(weights: Floats, rows: Ints, rng: np.random.Generator) -> Ints:
    """Draw a column for each given row, as likely as its weight.

    Parameters
    ----------
    weights : float64 array, shape (rows, columns)
        Not negative; every row that is drawn from has a positive sum.
    rows : int64 array
        Row of each draw.
    rng : numpy.random.Generator
        Seeded source.
    """
    totals = weights.sum(axis=1, keepdims=True)
    shares = np.cumsum(weights, axis=1) / np.where(totals > 0, totals, 1.0)
    # Adding the row's number makes one ascending array, searched once for all draws.
    ladder = (shares + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(ladder, rows + rng.random(len(rows)), side="right")
    width = weights.shape[1]
    return np.asarray(np.clip(found - rows * width, 0, width - 1), dtype=np.int64)


def sessions(
    population: Population, rhythm: Rhythm, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Draw everyday actions as sessions: account and time of each, by time.

    Returns
    -------
    account : int64 array
        Each account occurs at least once.
    at_ms : int64 array
        Milliseconds since the start; the last of a session may lie past the end.
    """
    wanted = population.per_day * rhythm.hours / 24
    count = np.maximum(rng.poisson(wanted / SESSION_POSTS), 1)
    owner = np.repeat(np.arange(len(population)), count)
    hour = draw_columns(rhythm.hour_weights(), owner, rng)
    start = (hour + rng.random(len(owner))) * HOUR_MS
    size = rng.geometric(1.0 / SESSION_POSTS, len(owner))
    at_ms = np.repeat(start, size) + _within_session(size, rng)
    account = np.repeat(owner, size)
    order = np.lexsort((account, at_ms))
    return account[order], at_ms[order].astype(np.int64)


def _within_session(size: Ints, rng: np.random.Generator) -> Floats:
    """Return milliseconds from each session's start to each of its actions."""
    gap = rng.lognormal(np.log(SESSION_GAP_S * 1000), SESSION_GAP_SIGMA, size.sum())
    first = np.cumsum(size) - size
    gap[first] = 0.0
    elapsed = np.cumsum(gap)
    return np.asarray(elapsed - np.repeat(elapsed[first], size))


class Audience:
    """Who of a community answers at an hour, and how many are awake.

    Parameters
    ----------
    population : Population
        Who lives here.
    rhythm : Rhythm
        When they are awake.
    """

    def __init__(self, population: Population, rhythm: Rhythm) -> None:
        self._rhythm = rhythm
        self._members = [
            np.flatnonzero(population.community == index)
            for index in range(len(COMMUNITIES))
        ]
        presence = rhythm.profile * population.per_day[:, None] ** EAGERNESS
        self._weights = [presence[members].T for members in self._members]
        awake = np.array([weights.sum(axis=1) for weights in self._weights])
        self._awake = awake / awake.max(axis=1, keepdims=True)

    def draw(
        self, community: Ints, at_ms: Ints, rng: np.random.Generator
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Draw who answers at each moment, and whether anybody does.

        Returns
        -------
        account : int64 array
            One account of the community, more likely if active and awake.
        answered : bool array
            False where the moment falls into the community's sleep.
        """
        hour = self._rhythm.hour_of_week(at_ms)
        account = np.zeros(len(at_ms), dtype=np.int64)
        for index, members in enumerate(self._members):
            here = np.flatnonzero(community == index)
            drawn = draw_columns(self._weights[index], hour[here], rng)
            account[here] = members[drawn]
        answered = rng.random(len(at_ms)) < self._awake[community, hour]
        return account, answered
