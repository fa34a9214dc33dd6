"""The null world: nobody is operated, and much is alike all the same.

Accounts differ in how much they do, when, and what they like. Objects are born, are
more or less fit, and fade within hours, so that cascades are early heavy. Breaking news
reaches everybody within minutes. A few accounts are told of what their sources publish
and are habitually early; most take what they find when they look. Given all that, every
account chooses by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.errorbars.worlds.rhythm import awake, sessions, week
from benchmarks.errorbars.worlds.table import (
    DAY,
    Accounts,
    Actions,
    Int,
    Real,
    World,
    dice,
    first_actions,
)

ZONES = ((0.0, -5.0, -5.0, 1.0), (3.5, 3.5, 3.5, 1.0), (3.0, 3.0, 5.0), (2.0, 3.0, 4.0))
"""Hours ahead of UTC at which speakers of each language live; repeats are weights."""

MOST_PER_DAY = 60.0

AT_HOME, SAME_LANGUAGE = 0.75, 0.9
FITNESS_TAIL, FITTEST = 1.3, 80.0
BIRTHS = 0.28
"""Objects that are born, per action."""

IN_VIEW = 150
PATIENCE_S, PATIENCE_SIGMA = 2_400.0, 0.7
DECAY = 1.9
SOONEST_S = 3
"""An account picks among the newest objects of a community, of age t by
(1 + t / patience)^-decay; patience is its own."""

SOURCES = 15
FOLLOWED = 2
TOLD_SHARE = 0.12
TOLD_ACTIONS = 0.4
MOST_ANSWERED = 0.25
TOLD_LAG_S, TOLD_SIGMA = 90.0, 1.0
"""Accounts that are told of what sources publish: how many of the sources of their
community each follows, the share of its actions that answer, and after how long."""

NEWS_PER_DAY = 0.7
NEWS_REACH = 0.08
NEWS_LAG_S, NEWS_SIGMA = 300.0, 0.9
EARLIER, NEWER = 3.0, 8.0
"""How many times faster early accounts are with breaking news, and how many times less
patience they have with what is no longer new."""

SURPLUS = (1.5, 2.5, 5.0)
"""How many times too many everyday actions are drawn, until enough are firsts."""


@dataclass(frozen=True, kw_only=True)
class Ordinary:
    """How large a null world is, and which one.

    Parameters
    ----------
    seed : int
        The same seed gives the same world.
    accounts, actions : int
        Accounts, and their first actions together.
    days, communities : int
        Length, and interests.
    spread : float
        Standard deviation of the logarithm of how much accounts do.
    """

    seed: int
    accounts: int = 3_000
    actions: int = 60_000
    days: int = 14
    communities: int = 20
    spread: float = 1.5


@dataclass(frozen=True, kw_only=True)
class Objects:
    """What there is to share, by time of birth; equally long arrays."""

    born: Int
    community: Int
    source: Int
    fitness: Real


def null_world(plan: Ordinary) -> World:
    """Let a world without any operation happen."""
    accounts = people(plan)
    profile = week(accounts, dice(plan.seed, "week"))
    rate = activity(plan, dice(plan.seed, "activity"))
    objects = births(plan, dice(plan.seed, "births"))
    told = notified(plan, accounts, profile, rate, objects)
    news = breaking(plan, accounts, profile, first=len(objects.born))
    share = 1 - min((len(told.second) + len(news.second)) / plan.actions, 1)
    for surplus in SURPLUS:
        rng = dice(plan.seed, "sessions")
        account, second = sessions(profile, rate * share * surplus, plan.days, rng)
        seen = chosen(plan, accounts, objects, account, second)
        parts = zip(told, news, seen, strict=True)
        every = Actions(*(np.concatenate(columns) for columns in parts))
        actions = first_actions(every, plan.days)
        if len(actions.second) >= plan.actions:
            break
    return World(
        seed=plan.seed,
        days=plan.days,
        actions=thinned(actions, plan),
        accounts=accounts,
    )


def thinned(actions: Actions, plan: Ordinary) -> Actions:
    """Leave out actions at random until there are as many as planned."""
    order = dice(plan.seed, "thinned").permutation(len(actions.second))
    return actions.at(np.sort(order[: plan.actions]))


def people(plan: Ordinary) -> Accounts:
    """Draw communities, time zones, and who is told of what sources publish."""
    rng, n = dice(plan.seed, "people"), plan.accounts
    weight = 1 / (np.arange(plan.communities) + 6.0)
    community = rng.choice(plan.communities, n, p=weight / weight.sum())
    spot = rng.random(n)
    zone = np.zeros(n)
    for language, zones in enumerate(ZONES):
        here = community % len(ZONES) == language
        zone[here] = np.array(zones)[(spot[here] * len(zones)).astype(np.int64)]
    return Accounts(
        role=np.full(n, "ordinary", "<U8"),
        team=np.full(n, "", "<U8"),
        community=community,
        zone=zone,
        early=rng.random(n) < TOLD_SHARE,
    )


def activity(plan: Ordinary, rng: np.random.Generator) -> Real:
    """Draw how much each account does in all: log-normal, capped at the human end."""
    rate = rng.lognormal(0, plan.spread, plan.accounts)
    rate *= plan.actions / rate.sum()
    return np.minimum(rate, MOST_PER_DAY * plan.days)


def births(plan: Ordinary, rng: np.random.Generator) -> Objects:
    """Draw objects: when, where, by whom, and how fit."""
    count = max(int(BIRTHS * plan.actions), plan.communities)
    # The first are there before the world begins, so that it does not start empty.
    born = rng.uniform(-DAY, plan.days * DAY, count)
    night = 0.75 * (1 + np.cos(2 * np.pi * (born / DAY - 0.08))) / 2
    born = np.sort(born[rng.random(count) >= night])
    n = len(born)
    rank = np.arange(SOURCES) + 3.0
    weight = 1 / (np.arange(plan.communities) + 6.0)
    return Objects(
        born=born.astype(np.int64),
        community=rng.choice(plan.communities, n, p=weight / weight.sum()),
        source=rng.choice(SOURCES, n, p=(1 / rank) / (1 / rank).sum()),
        fitness=np.minimum(rng.pareto(FITNESS_TAIL, n) + 1, FITTEST),
    )


def notified(
    plan: Ordinary, accounts: Accounts, profile: Real, rate: Real, objects: Objects
) -> Actions:
    """Let early accounts answer some of what the sources they follow publish."""
    rng = dice(plan.seed, "notified")
    early = np.flatnonzero(accounts.early)
    rank = np.arange(SOURCES) + 3.0
    wish = rng.gumbel(size=(len(early), SOURCES)) - np.log(rank)
    follows = np.zeros((plan.accounts, SOURCES), np.bool_)
    follows[early[:, None], np.argsort(-wish, axis=1)[:, :FOLLOWED]] = True
    parts = []
    for community in range(plan.communities):
        things = np.flatnonzero(objects.community == community)
        people_here = early[accounts.community[early] == community]
        told = follows[people_here][:, objects.source[things]]
        known = np.maximum(told.sum(axis=1), 1)
        answers = np.minimum(TOLD_ACTIONS * rate[people_here] / known, MOST_ANSWERED)
        row, column = np.nonzero(told & (rng.random(told.shape) < answers[:, None]))
        account, thing = people_here[row], things[column]
        lag = rng.lognormal(np.log(TOLD_LAG_S), TOLD_SIGMA, len(thing))
        second = objects.born[thing] + SOONEST_S + lag.astype(np.int64)
        up = rng.random(len(thing)) < awake(profile, account, second)
        parts.append(Actions(second, account, thing).at(up))
    return Actions(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def breaking(plan: Ordinary, accounts: Accounts, profile: Real, first: int) -> Actions:
    """Let those who are awake share breaking news within minutes."""
    rng = dice(plan.seed, "news")
    count = max(round(NEWS_PER_DAY * plan.days), 1)
    begin = rng.uniform(0, plan.days * DAY, count).astype(np.int64)
    thing, account = np.nonzero(rng.random((count, plan.accounts)) < NEWS_REACH)
    pace = np.where(accounts.early[account], 1 / EARLIER, 1.0)
    lag = pace * rng.lognormal(np.log(NEWS_LAG_S), NEWS_SIGMA, len(thing))
    second = begin[thing] + lag.astype(np.int64)
    up = rng.random(len(thing)) < awake(profile, account, second)
    return Actions(second, account, thing + first).at(up)


def wander(plan: Ordinary, home: Int, rng: np.random.Generator) -> Int:
    """Return where accounts look: mostly at home, else mostly in their language."""
    stays, speaks = rng.random((2, len(home)))
    anywhere = rng.integers(0, plan.communities, len(home))
    among = np.maximum((plan.communities - 1 - home % 4) // 4 + 1, 1)
    neighbour = home % 4 + 4 * (rng.random(len(home)) * among).astype(np.int64)
    elsewhere = np.where(speaks < SAME_LANGUAGE, neighbour, anywhere)
    return np.where(stays < AT_HOME, home, elsewhere)


def chosen(
    plan: Ordinary, accounts: Accounts, objects: Objects, account: Int, second: Int
) -> Actions:
    """Let accounts pick something recent and fit at each of their moments."""
    rng = dice(plan.seed, "chosen")
    n = len(accounts)
    patience = rng.lognormal(np.log(PATIENCE_S), PATIENCE_SIGMA, n)
    patience /= np.where(accounts.early, NEWER, 1.0)
    where = wander(plan, accounts.community[account], rng)
    thing = np.full(len(account), -1, np.int64)
    for community in range(plan.communities):
        things = np.flatnonzero(objects.community == community)
        here = np.flatnonzero(where == community)
        for rows in np.array_split(here, len(here) * IN_VIEW // 4_000_000 + 1):
            thing[rows] = pick(
                objects, things, second[rows], patience[account[rows]], rng
            )
    return Actions(second, account, thing).at(thing >= 0)


def pick(
    objects: Objects,
    things: Int,
    second: Int,
    patience: Real,
    rng: np.random.Generator,
) -> Int:
    """Return one of some objects for each moment, -1 where none was born yet."""
    if not len(things) or not len(second):
        return np.full(len(second), -1, np.int64)
    born = objects.born[things]
    newest = np.searchsorted(born, second - SOONEST_S, side="right")
    place = newest[:, None] - 1 - np.arange(IN_VIEW)
    seen, place = place >= 0, np.maximum(place, 0)
    age = np.maximum(second[:, None] - born[place], 0)
    score = np.log(objects.fitness[things])[place]
    score -= DECAY * np.log1p(age / patience[:, None])
    score += rng.gumbel(size=score.shape)
    score[~seen] = -np.inf
    best = score.argmax(axis=1)
    row = np.arange(len(second))
    return np.where(seen[row, best], things[place[row, best]], -1)
