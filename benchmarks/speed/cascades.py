"""Draw who acts on what and when: cascades on popular objects, and planted rings.

It imitates what makes real data hard: few objects that everybody uses and many that
few do; accounts from idle to restless; communities, so that honest pairs meet again;
delays with a heavy tail; echoes seconds after another action; a daily rhythm; and rings
whose members act within seconds on objects of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DAY = 86_400
DAYS = 30
COMMUNITIES = 200
ACTIONS_PER_ACCOUNT = 6
AT_HOME = 0.7
"""Share of an object's actions that come from the community where it began."""

ECHOES, ECHO_S = 0.15, 25.0
"""Share of actions that follow another one, and after how many seconds on average."""

SPAN = 3_400.0
"""How much busier the busiest account of a community is than the idlest."""

RING_SIZE, RING_TASKS = 25.0, 33.0
"""Medians of a ring's members and of the objects it acts on."""

Int = NDArray[np.int64]
Real = NDArray[np.float64]


class Profile(NamedTuple):
    """How popular objects are and how long they are used.

    `objects` per action, Zipf exponent, share of the largest object, median seconds
    after an object's first action, whether an account uses an object once only.
    """

    objects: float
    exponent: float
    largest: float
    median_s: float
    once: bool


PROFILES = {
    "repost": Profile(0.25, 0.85, 1.5e-3, 3600.0, True),
    "hashtag": Profile(0.02, 1.0, 8e-3, 6 * 3600.0, False),
}


class Actions(NamedTuple):
    """Seconds since the world began, and codes of accounts and objects."""

    second: Int
    account: Int
    thing: Int

    def at(self, rows: Int | NDArray[np.bool_]) -> Actions:
        """Return some of the rows."""
        return Actions(*(column[rows] for column in self))


class Ring(NamedTuple):
    """Accounts of one hand.

    `members`, `tasks`: how many there are, and objects of their own they act on;
    `takes_part`: the chance that a member does; `lag_s`: seconds after the signal.
    """

    members: int
    tasks: int
    takes_part: float
    lag_s: float


@dataclass(frozen=True)
class World:
    """How many actions, in which form.

    A world of `base` actions has a month and 200 communities. A larger one with the
    same base has more accounts, objects, communities and days in proportion, so its
    density stays: it is `actions / base` worlds long and wide. When the base grows
    along, objects become more popular instead, as they do when a platform grows.
    """

    actions: int
    profile: Profile
    base: int
    seed: int = 7

    @property
    def copies(self) -> float:
        """How many worlds of the base's size fit in."""
        return self.actions / self.base

    @property
    def days(self) -> int:
        """Return how long it lasts."""
        return max(1, round(DAYS * self.copies))

    @property
    def accounts(self) -> int:
        """Return how many accounts there are, some of them silent."""
        return max(self.actions // ACTIONS_PER_ACCOUNT, 2)

    @property
    def objects(self) -> int:
        """Return how many objects everybody uses."""
        return max(int(self.actions * self.profile.objects), 1)

    @property
    def communities(self) -> int:
        """Return how many communities there are."""
        return COMMUNITIES * max(1, round(self.copies))

    @cached_property
    def community_ends(self) -> Real:
        """Upper bounds of the communities in the unit interval, by their size."""
        weight = 1 / (np.arange(self.communities) % COMMUNITIES + 3.0)
        return np.asarray(np.cumsum(weight) / weight.sum())

    @cached_property
    def rings(self) -> list[Ring]:
        """Draw the rings of one base world and plant them in every copy of it."""
        dice = self.dice("rings")
        count = max(5, round(8 * (self.base / 1e6) ** 0.5))
        most = max(min(300, self.accounts // count), 5)
        drawn = [draw_ring(dice, most) for _ in range(count)]
        return drawn * max(1, round(self.copies))

    @property
    def things(self) -> int:
        """Return how many objects there are, those of rings included."""
        return self.objects + sum(planted.tasks for planted in self.rings)

    def dice(self, purpose: str, number: int = 0) -> np.random.Generator:
        """Return random numbers of their own for each purpose and part."""
        return np.random.default_rng([self.seed, number, *purpose.encode()])


def object_sizes(world: World, total: int) -> Int:
    """Draw how often each object is used: Zipf-Mandelbrot, about `total` in sum."""
    share = popularity(world)
    copies = -(-world.objects // len(share))
    expected = np.repeat(share, copies)[: world.objects]
    expected *= total / expected.sum()
    whole = expected.astype(np.int64)
    return whole + (world.dice("sizes").random(len(whole)) < expected - whole)


def popularity(world: World) -> Real:
    """Return the share of each object of one base world, the largest first."""
    profile = world.profile
    rank = np.arange(max(int(world.base * profile.objects), 1))
    low, high = 1e-3, float(len(rank))
    for _ in range(60):
        shift = (low * high) ** 0.5
        weight = (rank + shift) ** -profile.exponent
        too_large = weight[0] / weight.sum() > profile.largest
        low, high = (shift, high) if too_large else (low, shift)
    return np.asarray(weight / weight.sum())


def cascades(world: World, sizes: Int, first: int, number: int) -> Actions:
    """Draw the actions on some objects, the first of which has this code."""
    dice = world.dice("cascades", number)
    thing = np.repeat(np.arange(len(sizes)), sizes)
    account = actors(world, thing, len(sizes), dice)
    second = moments(world, thing, sizes, dice).astype(np.int64)
    inside = (second >= 0) & (second < world.days * DAY)
    made = Actions(second, account, thing + first).at(inside)
    return first_uses(made, world.accounts) if world.profile.once else made


def actors(world: World, thing: Int, n_things: int, dice: np.random.Generator) -> Int:
    """Draw an account for every action, mostly from its object's community."""
    ends = world.community_ends
    home = np.searchsorted(ends, dice.random(n_things))[thing]
    away = np.flatnonzero(dice.random(len(thing)) > AT_HOME)
    # The others come from anywhere in the same base world, or density would fall.
    here = ends[:COMMUNITIES]
    abroad = np.searchsorted(here, here[-1] * dice.random(len(away)))
    home[away] = home[away] // COMMUNITIES * COMMUNITIES + abroad
    bounds = np.concatenate([[0], (ends * world.accounts).astype(np.int64)])
    begin, size = bounds[home], bounds[home + 1] - bounds[home]
    # Log-uniform over ranks: the n-th busiest acts about 1/n as often as the busiest.
    place = (np.power(SPAN, dice.random(len(thing))) - 1) / (SPAN - 1)
    chosen = begin + np.minimum((place * size).astype(np.int64), size - 1)
    return np.asarray(np.clip(chosen, 0, world.accounts - 1))


def moments(world: World, thing: Int, sizes: Int, dice: np.random.Generator) -> Real:
    """Draw when each action happens, in seconds, rows of one object side by side."""
    start = dice.uniform(0, world.days * DAY * 0.97, len(sizes))
    pace = world.profile.median_s * np.exp(dice.normal(0, 1, len(sizes)))
    second = start[thing] + pace[thing] * np.exp(dice.normal(0, 1.6, len(thing)))
    echo = np.flatnonzero(dice.random(len(thing)) < ECHOES)
    row = (np.cumsum(sizes) - sizes)[thing[echo]]
    heard = row + (dice.random(len(echo)) * sizes[thing[echo]]).astype(np.int64)
    second[echo] = second[heard] + dice.exponential(ECHO_S, len(echo))
    return rhythm(second)


def rhythm(second: Real) -> Real:
    """Stretch the nights and press the days, so that activity follows the clock."""
    clock = np.linspace(0, 1, 289)
    turn = 2 * np.pi * clock
    wave = 1 + 0.75 * np.sin(turn - 0.6 * np.pi) + 0.15 * np.sin(2 * turn)
    done = np.concatenate([[0], np.cumsum((wave[1:] + wave[:-1]) / 2)])
    day = np.floor(second / DAY)
    of_day = np.interp(second / DAY - day, done / done[-1], clock)
    return np.asarray((day + of_day) * DAY)


def first_uses(actions: Actions, n_accounts: int) -> Actions:
    """Keep the first action of every account on every object."""
    ordered = actions.at(np.argsort(actions.second, kind="stable"))
    key = ordered.thing * n_accounts + ordered.account
    return ordered.at(np.sort(np.unique(key, return_index=True)[1]))


def draw_ring(dice: np.random.Generator, most: int) -> Ring:
    """Draw a ring of at most so many members."""
    members = RING_SIZE * np.exp(dice.normal(0, 0.8))
    tasks = RING_TASKS * np.exp(dice.normal(0, 0.7))
    return Ring(
        members=int(np.clip(members, 5, most)),
        tasks=int(np.clip(tasks, 8, 300)),
        takes_part=float(dice.uniform(0.4, 0.9)),
        lag_s=float(dice.choice([5.0, 20.0, 60.0, 900.0])),
    )


def planted(world: World) -> Actions:
    """Draw what the rings do: members act within seconds of a signal."""
    dice = world.dice("planted")
    people = dice.permutation(world.accounts)
    parts, account, thing = [], 0, world.objects
    for ring in world.rings:
        members = people[account : account + ring.members]
        parts.append(acted(world, ring, members, thing, dice))
        account, thing = account + ring.members, thing + ring.tasks
    return Actions(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def acted(
    world: World, ring: Ring, members: Int, first: int, dice: np.random.Generator
) -> Actions:
    """Draw what one ring does; not every member takes part in every task."""
    chance = dice.random((ring.tasks, len(members)))
    task, who = np.nonzero(chance < ring.takes_part)
    signal = dice.uniform(0, world.days * DAY * 0.95, ring.tasks)
    late = signal[task] + dice.exponential(ring.lag_s, len(task))
    made = Actions(late.astype(np.int64), members[who], first + task)
    return made.at(made.second < world.days * DAY)
