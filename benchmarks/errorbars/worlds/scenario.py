"""The world of methods 2.13: four teams, feed bots and fans among thousands.

The prototype's world is described in methods, appendix A. Its code is gone; this is a
world of the same sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.errorbars.worlds.ordinary import Ordinary, null_world
from benchmarks.errorbars.worlds.planted import (
    Orders,
    both,
    camouflage,
    carried_out,
    newcomers,
    spill_over,
)
from benchmarks.errorbars.worlds.rhythm import awake, week
from benchmarks.errorbars.worlds.table import DAY, Actions, World, dice

SPREAD = 1.0
"""Accounts of the prototype's world differ less in how much they do: there, hardly any
pair shares five objects within a minute by chance."""

BOTS, FANS = "bots", "fans"
BOT_ITEMS_PER_DAY = 20
BOT_TAKES, BOT_LAG_S = 0.95, 8.0
BOT_SPILL = 2.0

IDOL_POSTS_PER_DAY = 4
FAN_ANSWERS, FAN_LAG_S, FAN_SIGMA = 0.45, 240.0, 1.0
IDOL_SPILL = 6.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A row of the prototype's table, and how large its world is."""

    orders: Orders
    recall: float
    teams: int = 4
    operators: int = 30
    bots: int = 40
    fans: int = 150

    @property
    def name(self) -> str:
        """The row's parameters, as the table has them."""
        work = self.orders
        lag = f"{work.lag_s / 60:g} min"
        return f"{lag}, {work.compliance:g}, {work.tasks_per_day}"


def row(lag_min: float, compliance: float, tasks: int, recall: float) -> Scenario:
    """Return one row: mean lag, compliance, tasks a day, recall of the combination."""
    orders = Orders(tasks_per_day=tasks, compliance=compliance, lag_s=lag_min * 60)
    return Scenario(orders=orders, recall=recall)


TABLE = (
    row(10, 0.5, 10, 1.00),
    row(30, 0.5, 10, 1.00),
    row(2, 0.2, 3, 0.76),
    row(10, 0.2, 3, 0.63),
    row(30, 0.2, 3, 0.42),
)
"""Methods 2.13: the recall is that of the combination, column ACAT."""


def large(seed: int) -> Ordinary:
    """Return the plan of the ordinary half."""
    return Ordinary(seed=seed, accounts=7_900, actions=460_000, spread=SPREAD)


def scenario_world(plan: Ordinary, scenario: Scenario) -> World:
    """Plant teams, bots and fans into a null world."""
    null = null_world(plan)
    world = null
    for number in range(scenario.teams):
        world = with_team(world, null, f"team {number + 1}", scenario)
    world = with_bots(world, scenario.bots)
    return with_fans(world, null, scenario.fans)


def with_team(world: World, null: World, team: str, scenario: Scenario) -> World:
    """Plant one team, which works and lives as a ring does."""
    rng = dice(world.seed, team)
    accounts = newcomers(null, "operator", team, scenario.operators)
    codes = len(world.accounts) + np.arange(len(accounts))
    zone = float(accounts.zone[0]) if len(accounts) else 0.0
    work = carried_out(world, codes, zone, scenario.orders, rng)
    return world.with_planted(both(work, camouflage(null, codes, rng)), accounts)


def with_bots(world: World, n: int) -> World:
    """Plant bots that share what one feed brings, within seconds, day and night."""
    rng = dice(world.seed, BOTS)
    codes = len(world.accounts) + np.arange(n)
    items = world.days * BOT_ITEMS_PER_DAY
    begin = np.sort(rng.integers(0, world.days * DAY, items))
    thing = world.next_thing + np.arange(items)
    item, who = np.nonzero(rng.random((items, n)) < BOT_TAKES)
    lag = rng.exponential(BOT_LAG_S, len(item)).astype(np.int64)
    shared = Actions(begin[item] + lag, codes[who], thing[item])
    found = spill_over(world, begin, thing, BOT_SPILL, rng)
    return world.with_planted(both(shared, found), newcomers(world, "bot", BOTS, n))


def with_fans(world: World, null: World, n: int) -> World:
    """Plant fans, who answer their idol within minutes when they are awake."""
    rng = dice(world.seed, FANS)
    accounts = newcomers(null, "fan", FANS, n)
    codes = len(world.accounts) + np.arange(n)
    profile = week(accounts, rng)
    posts = world.days * IDOL_POSTS_PER_DAY
    begin = np.sort(rng.integers(0, world.days * DAY, posts))
    thing = world.next_thing + np.arange(posts)
    post, who = np.nonzero(rng.random((posts, n)) < FAN_ANSWERS)
    lag = rng.lognormal(np.log(FAN_LAG_S), FAN_SIGMA, len(post)).astype(np.int64)
    second = begin[post] + lag
    up = rng.random(len(post)) < awake(profile, who, second)
    answers = Actions(second, codes[who], thing[post]).at(up)
    found = spill_over(world, begin, thing, IDOL_SPILL, rng)
    life = camouflage(null, codes, rng)
    return world.with_planted(both(both(answers, found), life), accounts)
