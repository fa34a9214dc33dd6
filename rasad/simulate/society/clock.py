"""When people are awake, and when they sit down to post."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasad.simulate.population import LANGUAGES
from rasad.simulate.rhythm import (
    DAY_SHAPE,
    HOUR_MS,
    WEEK_H,
    WEEKEND,
    WEEKEND_DELAY_H,
    WEEKEND_FACTOR,
)
from rasad.simulate.society.deeds import Bool, Int, Real

DAY_H = 24
SHIFTS = 96
"""Time zone and habit together are known to a quarter of an hour."""

MOOD = 1.5
"""Shape of the gamma distribution by which days of one account differ."""

PATIENCES = np.geomspace(0.1, 10_000.0, 64)
"""Minutes after which attention fades, by class of patience."""


class Moments(NamedTuple):
    """When who posts something; equally long arrays, `at_ms` from the world's start."""

    at_ms: Int
    account: Int

    def at(self, rows: Int | Bool) -> Moments:
        """Return some of the rows."""
        return Moments(self.at_ms[rows], self.account[rows])


class Sittings(NamedTuple):
    """How people post when they sit down: as in the plan of the crowd."""

    posts: float
    gap_s: float
    gap_sigma: float


def week_row(shift_h: Real, language: Int) -> Int:
    """Return the row of `Clock.level` for hours ahead of UTC and a language."""
    quarter = np.rint(shift_h * SHIFTS / DAY_H).astype(np.int64) % SHIFTS
    return np.asarray(language * SHIFTS + quarter, np.int64)


def patience_class(minutes: Real) -> Int:
    """Return the class of `PATIENCES` nearest to each number of minutes."""
    place = np.interp(
        np.log(minutes), np.log(PATIENCES), np.arange(len(PATIENCES), dtype=np.float64)
    )
    return np.rint(place).astype(np.int64)


class Clock:
    """The hours of the week at which people are active, and their sessions.

    Parameters
    ----------
    weekday : int
        Of the first day of the world, Monday being 0.
    sittings : Sittings
        What sessions are like.
    """

    def __init__(self, weekday: int, sittings: Sittings) -> None:
        self._weekday = weekday
        self._sittings = sittings
        self.level = week_levels()
        self._highest = self.level.max(axis=1)

    def hours(self, day: int) -> Real:
        """Return relative activity by row and hour of a day; a usual hour has 1."""
        first = (self._weekday + day) % 7 * DAY_H
        return self.level[:, first : first + DAY_H]

    def awake(self, row: Int, at_ms: Int) -> Real:
        """Return how awake people are at some moments, 1 at their liveliest hour."""
        hour = (at_ms // HOUR_MS + self._weekday * DAY_H) % WEEK_H
        return np.asarray(self.level[row, hour] / self._highest[row])

    def sessions(
        self, day: int, row: Int, rate: Real, rng: np.random.Generator
    ) -> Moments:
        """Draw when people post on a day.

        Parameters
        ----------
        day : int
            From 0.
        row : int64 array of (accounts,)
            How each lives, a row of `level`.
        rate : float64 array of (accounts,)
            Posts on a usual day; nought for whoever is not there.
        rng : numpy.random.Generator
            Seeded source.

        Returns
        -------
        Moments
            In no order; the last of a session may lie past the day.

        Notes
        -----
        Sessions begin as a Poisson process whose intensity follows the hours of the
        week, with days of more and days of less; they hold a geometric number of posts,
        with log-normal gaps.
        """
        hours = self.hours(day)
        mood = rng.standard_gamma(MOOD, len(rate)) / MOOD
        expected = rate * mood * hours.mean(axis=1)[row] / self._sittings.posts
        count = rng.poisson(expected)
        owner = np.repeat(np.arange(len(rate)), count)
        begin = (self._hour(hours, row[owner], rng) + rng.random(len(owner))) * HOUR_MS
        size = rng.geometric(1 / self._sittings.posts, len(owner))
        at_ms = np.repeat(begin, size) + self._elapsed(size, rng)
        at_ms += day * DAY_H * HOUR_MS
        return Moments(at_ms.astype(np.int64), np.repeat(owner, size))

    def _hour(self, hours: Real, row: Int, rng: np.random.Generator) -> Int:
        """Draw an hour for each row, as likely as people are active in it."""
        ladder = np.cumsum(hours, axis=1)
        ladder /= ladder[:, -1:]
        # Adding the row's number makes one ascending array, searched once for all.
        ladder += np.arange(len(ladder))[:, None]
        found = np.searchsorted(
            ladder.ravel(), row + rng.random(len(row)), side="right"
        )
        return np.asarray(np.clip(found - row * DAY_H, 0, DAY_H - 1), np.int64)

    def _elapsed(self, size: Int, rng: np.random.Generator) -> Real:
        """Return milliseconds from each session's begin to each of its posts."""
        scale = np.log(self._sittings.gap_s * 1000)
        gap = rng.lognormal(scale, self._sittings.gap_sigma, int(size.sum()))
        first = np.cumsum(size) - size
        gap[first] = 0.0
        elapsed = np.cumsum(gap)
        return np.asarray(elapsed - np.repeat(elapsed[first], size))


def week_levels() -> Real:
    """Return relative activity, shape (languages * SHIFTS, WEEK_H), of mean 1."""
    shift = np.arange(SHIFTS) * DAY_H / SHIFTS
    clock, shape = np.arange(DAY_H + 1), np.append(DAY_SHAPE, DAY_SHAPE[0])
    local = (np.arange(WEEK_H) + 0.5 + shift[:, None]) % WEEK_H
    levels = []
    for name in LANGUAGES:
        resting = np.isin((local // DAY_H).astype(np.int64), WEEKEND[name])
        hour = (local - WEEKEND_DELAY_H * resting) % DAY_H
        level = np.interp(hour, clock, shape) * np.where(resting, WEEKEND_FACTOR, 1.0)
        levels.append(level / level.mean(axis=1, keepdims=True))
    return np.concatenate(levels)
