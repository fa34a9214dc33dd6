"""Hourly counts of a group and a population through a blackout, without whole worlds.

A world of posts takes minutes; what a group-level comparison sees of it is two rows of
sums. They are drawn here directly, from accounts that wake and sleep, news that stirs
everybody, moods of each aggregate's own, and a blackout that takes a share. The rhythm
differs from what the comparison fits: errors run on from day to day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.society.plan_fields import check, entry

Real = NDArray[np.float64]

DAY, WEEK = 24, 168
NOON = 14.0
"""Hour at which most accounts are awake."""

MOST_HOURS = 100_000


@dataclass(frozen=True, kw_only=True)
class HourlyPlan:
    """A group, the population that it hides in, and a blackout; all assumptions."""

    weeks: int = entry(30, "Length in weeks.", low=3, high=500)
    group: int = entry(60, "Accounts of the group.", low=1, high=100_000)
    control: int = entry(2_000, "Accounts of the population.", low=1, high=10_000_000)
    draws: int = entry(
        99, "Aggregates of ordinary accounts as large as the group.", low=0, high=10_000
    )
    active_hours: float = entry(
        2.0, "Hours with a post, per account and day.", low=0.01, high=24
    )
    sigma: float = entry(
        1.0, "Sigma of log-normal differences in activity.", low=0, high=3
    )
    night: float = entry(
        0.1, "Activity in the quietest hour, of that in the busiest.", low=0, high=1
    )
    weekend: float = entry(
        0.8, "Activity on two days of the week, of the others.", low=0, high=2
    )
    news: float = entry(
        0.15, "Standard deviation of what stirs all for a day.", low=0, high=2
    )
    mood: float = entry(
        0.15, "The same of what stirs one aggregate alone.", low=0, high=2
    )
    lasting: float = entry(
        0.5, "Share of either that is left a day later.", low=0, high=0.99
    )
    trend: float = entry(
        0.1,
        "Standard deviation of the change of the logarithm in 28 days; over a longer "
        "world it grows with the root of the length.",
        low=0,
        high=2,
    )
    begin: int = entry(
        27 * WEEK + 16, "Hour with which the blackout begins.", low=0, high=MOST_HOURS
    )
    hours: int = entry(24, "Its length.", low=1, high=MOST_HOURS)
    depth: float = entry(
        0.9, "Share of what the group does that it takes; 0 for none.", low=0, high=1
    )
    recovery: int = entry(12, "Hours until all is as before.", low=0, high=MOST_HOURS)

    def __post_init__(self) -> None:
        check(self, (self.begin + self.hours <= self.weeks * WEEK, "it ends too late"))


@dataclass(frozen=True)
class HourlyWorld:
    """Active accounts by the hour.

    Parameters
    ----------
    group, control : ndarray of float64, shape (n,)
        Of the group, and of the population.
    draws : ndarray of float64, shape (m, n)
        Of aggregates as large as the group.
    """

    group: Real
    control: Real
    draws: Real


def hourly_world(plan: HourlyPlan, seed: int) -> HourlyWorld:
    """Draw a world by the hour.

    Parameters
    ----------
    plan : HourlyPlan
        What happens.
    seed : int
        The same seed, the same world.

    Notes
    -----
    Account ``i`` is active in hour ``t`` with chance ``1 - exp(-a_i s_t)``, ``a_i``
    log-normal and ``s_t`` rhythm times news times mood times trend. The group is drawn
    account by account; of larger aggregates only the sum, from their mean chance.

    Examples
    --------
    >>> world = hourly_world(HourlyPlan(weeks=4, begin=480, depth=1.0), seed=1)
    >>> len(world.group), float(world.group[480:504].sum())
    (672, 0.0)
    """
    dice = np.random.default_rng([seed, *b"hourly world"])
    n = plan.weeks * WEEK
    every = _rhythm(plan, n) * _stirred(plan.news, plan, n, dice)
    rates = plan.active_hours / DAY * _differences(plan.sigma, plan.group, dice)
    passing = 1 - plan.depth * lost_share(plan, n)
    own = every * _own(plan, n, dice)
    group = np.zeros(n)
    for rate in rates.tolist():
        active = dice.random(n) < 1 - np.exp(-rate * own)
        group += active & (dice.random(n) < passing)
    others = plan.active_hours / DAY * _differences(plan.sigma, 1_000, dice)
    control = dice.binomial(plan.control, _chance(others, every * _own(plan, n, dice)))
    draws = np.zeros((plan.draws, n))
    for place in range(plan.draws):
        chance = _chance(others, every * _own(plan, n, dice))
        draws[place] = dice.binomial(plan.group, chance)
    return HourlyWorld(group, control.astype(np.float64), draws)


def lost_share(plan: HourlyPlan, n: int) -> Real:
    """Return, for each hour, how much of a blackout's depth is in force, 0 to 1.

    Examples
    --------
    >>> plan = HourlyPlan(weeks=3, begin=1, hours=2, recovery=2)
    >>> lost_share(plan, 6).tolist()
    [0.0, 1.0, 1.0, 0.75, 0.25, 0.0]
    """
    hour = np.arange(n) + 0.5
    since = hour - plan.begin - plan.hours
    back = np.clip(since / max(plan.recovery, 1e-9), 0, 1)
    return np.where(hour < plan.begin, 0.0, 1 - back)


def _rhythm(plan: HourlyPlan, n: int) -> Real:
    """Return the rhythm of day and week; its mean is one."""
    hour = np.arange(n)
    around = (1 + np.cos(2 * np.pi * (hour % DAY - NOON) / DAY)) / 2
    daily = plan.night + (1 - plan.night) * around**1.5
    whole = daily * np.where(hour // DAY % 7 >= 5, plan.weekend, 1.0)
    return np.asarray(whole / whole.mean(), np.float64)


def _own(plan: HourlyPlan, n: int, dice: np.random.Generator) -> Real:
    """Return what one aggregate has of its own: mood and trend."""
    slope = dice.normal(0, plan.trend)
    trend = np.exp(
        slope * (np.arange(n) - n / 2) / (4 * WEEK) / np.sqrt(plan.weeks / 4)
    )
    return np.asarray(_stirred(plan.mood, plan, n, dice) * trend, np.float64)


def _stirred(size: float, plan: HourlyPlan, n: int, dice: np.random.Generator) -> Real:
    """Return a factor that runs on from day to day, with the median one."""
    fresh = dice.normal(0, size, n // DAY + 2)
    errors = np.empty_like(fresh)
    errors[0] = fresh[0]
    kept = np.sqrt(1 - plan.lasting**2)
    for day in range(1, len(fresh)):
        errors[day] = plan.lasting * errors[day - 1] + kept * fresh[day]
    return np.exp(np.interp(np.arange(n) / DAY, np.arange(len(errors)), errors))


def _differences(sigma: float, n: int, dice: np.random.Generator) -> Real:
    """Return log-normal factors whose mean is one before they are drawn."""
    return dice.lognormal(-(sigma**2) / 2, sigma, n)


def _chance(rates: Real, stirred: Real) -> Real:
    """Return the mean chance to be active in each hour, from a table of levels."""
    levels = np.linspace(0, float(stirred.max()), 200)
    table = (1 - np.exp(-rates[:, None] * levels)).mean(axis=0)
    return np.asarray(np.interp(stirred, levels, table), np.float64)
