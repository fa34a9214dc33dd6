"""When accounts are awake, and the moments at which they act."""

from __future__ import annotations

import numpy as np

from benchmarks.errorbars.worlds.table import HOUR, Accounts, Int, Real

WEEK_H = 168

CLOCK_H = np.array([0.0, 2, 4, 6, 7.5, 9, 12, 13.5, 17, 20, 22, 23, 24])
LEVEL = np.array(
    [0.35, 0.08, 0.04, 0.12, 0.6, 0.9, 0.95, 1.1, 0.95, 1.35, 1.3, 0.8, 0.35]
)
"""Relative activity through a local working day, between these hours."""

WEEKEND_FROM_D, WEEKEND_LEVEL, LIE_IN_H = 5, 0.85, 1.4
CHRONOTYPE_H = 1.2

SESSION_ACTIONS = 3.0
GAP_S, GAP_SIGMA = 55.0, 1.0


def week(accounts: Accounts, rng: np.random.Generator) -> Real:
    """Return activity by UTC hour of the week, shape (accounts, 168), mean one."""
    late = rng.normal(0, CHRONOTYPE_H, len(accounts))
    local = (np.arange(WEEK_H) + 0.5 + (accounts.zone - late)[:, None]) % WEEK_H
    resting = local // 24 >= WEEKEND_FROM_D
    level = np.interp((local - LIE_IN_H * resting) % 24, CLOCK_H, LEVEL)
    level *= np.where(resting, WEEKEND_LEVEL, 1.0)
    return np.asarray(level / level.mean(axis=1, keepdims=True))


def awake(profile: Real, account: Int, second: Int) -> Real:
    """Return how likely accounts are awake at moments, one at their busiest hour."""
    hour = second // HOUR % WEEK_H
    return np.asarray(profile[account, hour] / profile.max(axis=1)[account])


def draw_hours(profile: Real, account: Int, days: int, rng: np.random.Generator) -> Int:
    """Draw an hour of the world for each given account, by its rhythm."""
    hours = np.arange(days * 24) % WEEK_H
    shares = np.cumsum(profile[:, hours], axis=1)
    shares /= shares[:, -1:]
    # Adding the row's number makes one ascending array, searched once for all draws.
    ladder = (shares + np.arange(len(profile))[:, None]).ravel()
    found = np.searchsorted(ladder, account + rng.random(len(account)), side="right")
    hour = np.clip(found - account * len(hours), 0, len(hours) - 1)
    return np.asarray(hour, np.int64)


def sessions(
    profile: Real, rate: Real, days: int, rng: np.random.Generator
) -> tuple[Int, Int]:
    """Draw who acts when: sessions by the hour of the week, short gaps inside.

    Parameters
    ----------
    profile : float64 array of (accounts, 168)
        Of `week`.
    rate : float64 array
        Actions that each account makes in all, on average.
    days : int
        Length of the world.
    rng : numpy.random.Generator
        Seeded source.

    Returns
    -------
    account, second : int64 arrays
    """
    count = rng.poisson(rate / SESSION_ACTIONS)
    owner = np.repeat(np.arange(len(rate)), count)
    begin = (draw_hours(profile, owner, days, rng) + rng.random(len(owner))) * HOUR
    size = rng.geometric(1 / SESSION_ACTIONS, len(owner))
    gap = rng.lognormal(np.log(GAP_S), GAP_SIGMA, int(size.sum()))
    first = np.cumsum(size) - size
    gap[first] = 0
    elapsed = np.cumsum(gap)
    inside = elapsed - np.repeat(elapsed[first], size)
    second = np.repeat(begin, size) + inside
    return np.repeat(owner, size), second.astype(np.int64)
