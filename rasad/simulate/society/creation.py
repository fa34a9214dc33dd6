"""When accounts were made: over years, or in bursts and batches of office days."""

from __future__ import annotations

import numpy as np

from rasad.simulate.society.deeds import Bool, Int
from rasad.simulate.society.plans import OperationPlan
from rasad.simulate.society.teams import DAY_MS, HOUR_MS

NEWEST_DAYS, OLDEST_DAYS = 20, 2600
BURST_DAYS = 91
BURST_NEWEST, BURST_OLDEST = 60, 540
NEAR_SHARE = 0.23
"""Of accounts outside of the burst, those made in the three months beside it: with 54 %
inside, 67 % lie in six months."""

BATCH_LOW, BATCH_HIGH = 5, 12
OFFICE_FROM, OFFICE_HOURS = 9, 9
STOCK_NEWEST, STOCK_OLDEST = 180, 1200


def over_years(rng: np.random.Generator, count: int) -> Int:
    """Return when anybody's accounts were made, before the world began."""
    age = rng.uniform(NEWEST_DAYS, OLDEST_DAYS, count)
    return np.asarray(-age * DAY_MS, dtype=np.int64)


def in_a_batch(rng: np.random.Generator, team: Int) -> Int:
    """Return when accounts were made if all of a team were in one week."""
    age = rng.uniform(BURST_NEWEST, BURST_OLDEST, int(team.max(initial=-1)) + 1)
    spread = rng.uniform(0, 7, len(team))
    return np.asarray(-(age[team] + spread) * DAY_MS, dtype=np.int64)


def by_an_office(
    plan: OperationPlan, team: Int, weekday: int, rng: np.random.Generator
) -> Int:
    """Return when the accounts of an operation were made.

    Parameters
    ----------
    plan : OperationPlan
        Shares of bursts, batches, office hours and days of rest.
    team : int64 array of (n,)
        Team of each account.
    weekday : int
        Of the world's first day, Monday being 0.
    rng : numpy.random.Generator
        Seeded source.

    Returns
    -------
    int64 array of (n,)
        Milliseconds since the world began, below nought.

    Notes
    -----
    All of an operation share one burst of 91 days. Batches are a part of it: 5 to 12
    accounts of a team on one day, up to 16 where fewer than 5 would be left. A team too
    small for a batch has none.
    """
    burst = int(rng.integers(BURST_NEWEST, BURST_OLDEST))
    day = _outside_burst(plan, burst, weekday, len(team), rng)
    batched = _batches(plan.batch_share, team, rng)
    single = _rest_of_burst(plan, batched, rng)
    inside = _window(burst, burst + BURST_DAYS)
    day[single] = _days(rng, inside, plan, weekday, int(single.sum()))
    first = batched >= 0
    batch_day = _days(rng, inside, plan, weekday, int(batched.max(initial=-1)) + 1)
    day[first] = batch_day[batched[first]]
    return _clock(plan, day, rng)


def from_stock(
    plan: OperationPlan, count: int, weekday: int, rng: np.random.Generator
) -> Int:
    """Return when accounts were made that lay in store, half a year and more."""
    window = _window(STOCK_NEWEST, STOCK_OLDEST)
    return _clock(plan, _days(rng, window, plan, weekday, count), rng)


def _outside_burst(
    plan: OperationPlan,
    burst: int,
    weekday: int,
    count: int,
    rng: np.random.Generator,
) -> Int:
    anywhere = _days(rng, _window(NEWEST_DAYS, OLDEST_DAYS), plan, weekday, count)
    beside = _window(burst + BURST_DAYS, burst + 2 * BURST_DAYS)
    near = _days(rng, beside, plan, weekday, count)
    # Without a burst there is nothing to be near to.
    share = NEAR_SHARE if plan.burst_share > 0 else 0.0
    return np.where(rng.random(count) < share, near, anywhere)


def _rest_of_burst(plan: OperationPlan, batched: Int, rng: np.random.Generator) -> Bool:
    """Draw who is in the burst without a batch, so that the share of all is right."""
    free = batched < 0
    wanted = plan.burst_share * len(batched) - (~free).sum()
    chance = min(max(wanted / max(free.sum(), 1), 0.0), 1.0)
    return np.asarray(free & (rng.random(len(batched)) < chance))


def _batches(share: float, team: Int, rng: np.random.Generator) -> Int:
    """Return the number of each account's batch, -1 for those in none."""
    size = np.bincount(team) if len(team) else np.empty(0, np.int64)
    batch = np.full(len(team), -1, dtype=np.int64)
    order = np.lexsort((rng.random(len(team)), team))
    start = np.cumsum(size) - size
    number = 0
    for first, members in zip(start.tolist(), size.tolist(), strict=True):
        left = int(members * share + rng.random())
        while left >= BATCH_LOW:
            take = int(rng.integers(BATCH_LOW, BATCH_HIGH + 1))
            # What is left over must not be too little for a batch of its own.
            take = left if left - take < BATCH_LOW else take
            batch[order[first : first + take]] = number
            first, left, number = first + take, left - take, number + 1
    return batch


def _window(newest: int, oldest: int) -> Int:
    """Return days of the world, which are below nought, between two ages."""
    return np.arange(-oldest, -newest)


def _days(
    rng: np.random.Generator, window: Int, plan: OperationPlan, weekday: int, count: int
) -> Int:
    """Draw days of a window, those of rest as often as the plan says."""
    resting = np.isin((window + weekday) % 7, plan.rest_days)
    days_of_rest = len(set(plan.rest_days))
    if not days_of_rest:
        return rng.choice(window, count)
    if plan.rest_share >= 1:
        return rng.choice(window[resting], count)
    rest = plan.rest_share / (1 - plan.rest_share)
    weight = np.where(resting, rest * (7 - days_of_rest) / days_of_rest, 1.0)
    return rng.choice(window, count, p=weight / weight.sum())


def _clock(plan: OperationPlan, day: Int, rng: np.random.Generator) -> Int:
    """Add a time of day: within office hours as often as the plan says."""
    office = OFFICE_FROM + OFFICE_HOURS * rng.random(len(day))
    away = OFFICE_FROM + OFFICE_HOURS + (24 - OFFICE_HOURS) * rng.random(len(day))
    local_h = np.where(rng.random(len(day)) < plan.office_share, office, away) % 24
    at_ms = day * DAY_MS + ((local_h - plan.zone_h) * HOUR_MS).astype(np.int64)
    return np.asarray(np.minimum(at_ms, -1), dtype=np.int64)
