"""Who works for an operation: operators in teams; accounts that sleep, go, follow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasad.simulate.society.creation import by_an_office, from_stock
from rasad.simulate.society.deeds import Bool, Int, Real
from rasad.simulate.society.plans import LAST_DAY, OperationPlan

GOLDEN = 0.618033988749895


class Staff(NamedTuple):
    """The accounts of an operation, by team and operator; and its teams.

    Parameters
    ----------
    operator, created_ms, first_day, last_day : int64 arrays of (accounts,)
        Who runs each, when it was made, and from when until when it acts.
    activity : float64 array of (accounts,)
        How much it does on its own account, mean 1.
    team : int64 array of (operators,)
        Team of each operator.
    obeys : float64 array of (operators,)
        With which probability each obeys an order.
    language, shift : int64 arrays of (teams,)
        Place of each team's language in the plan's list, and of its shift.
    """

    operator: Int
    created_ms: Int
    first_day: Int
    last_day: Int
    activity: Real
    team: Int
    obeys: Real
    language: Int
    shift: Int

    def ordered(self) -> Staff:
        """Return the same staff with accounts of one operator side by side."""
        order = np.argsort(self.operator, kind="stable")
        return Staff._make([*(column[order] for column in self[:5]), *self[5:]])


def hire(plan: OperationPlan, weekday: int, rng: np.random.Generator) -> Staff:
    """Draw the staff of an operation.

    Parameters
    ----------
    plan : OperationPlan
        Numbers of people, accounts and teams, sleepers and purges.
    weekday : int
        Of the world's first day, Monday being 0.
    rng : numpy.random.Generator
        Seeded source.

    Returns
    -------
    Staff
        The accounts held at first and their replacements.
    """
    operator = np.arange(plan.accounts) * plan.recruits // plan.accounts
    teams = min(max(round(plan.accounts / plan.team_accounts), 1), plan.recruits)
    team = np.arange(plan.recruits) * teams // plan.recruits
    sleeps = rng.random(plan.accounts) < plan.sleepers
    wakes = rng.integers(1, max(plan.sleep_days, 1) + 1, plan.accounts)
    number = np.arange(teams)
    staff = Staff(
        operator=operator,
        created_ms=by_an_office(plan, team[operator], weekday, rng),
        first_day=np.where(sleeps, wakes, 0),
        last_day=np.full(plan.accounts, LAST_DAY),
        activity=_activity(plan, plan.accounts, rng),
        team=team,
        obeys=_obedience(plan, rng),
        language=number % len(plan.languages),
        shift=_shifts(plan, number),
    )
    for purge in sorted(plan.purges, key=lambda purge: purge.day):
        held = (staff.first_day < purge.day) & (purge.day <= staff.last_day)
        gone = _some(held, purge.share, rng)
        replaced = staff.operator[_some(gone, purge.replaced, rng)]
        staff.last_day[gone] = purge.day - 1
        wake = purge.day + purge.after_days
        staff = _replace(staff, replaced, wake, plan, weekday, rng)
    return staff.ordered()


def _some(among: Bool, share: float, rng: np.random.Generator) -> Bool:
    """Draw a share, to the nearest whole number, of the rows that are true."""
    rows = np.flatnonzero(among)
    drawn = rng.choice(rows, round(share * len(rows)), replace=False)
    return np.isin(np.arange(len(among)), drawn)


def _replace(
    staff: Staff,
    operator: Int,
    wake: int,
    plan: OperationPlan,
    weekday: int,
    rng: np.random.Generator,
) -> Staff:
    """Add an account from the stock for each of these operators."""
    count = len(operator)
    return staff._replace(
        operator=np.r_[staff.operator, operator],
        created_ms=np.r_[staff.created_ms, from_stock(plan, count, weekday, rng)],
        first_day=np.r_[staff.first_day, np.full(count, wake)],
        last_day=np.r_[staff.last_day, np.full(count, LAST_DAY)],
        activity=np.r_[staff.activity, _activity(plan, count, rng)],
    )


def _activity(plan: OperationPlan, count: int, rng: np.random.Generator) -> Real:
    """Draw log-normal differences with mean 1."""
    sigma = plan.activity_sigma
    return np.asarray(rng.lognormal(-sigma * sigma / 2, sigma, count))


def _obedience(plan: OperationPlan, rng: np.random.Generator) -> Real:
    """Draw how often each operator obeys, so that the mean over accounts is right."""
    mean = plan.compliance / plan.account_compliance
    if not 0 < mean < 1:
        return np.full(plan.recruits, mean)
    return rng.beta(mean * plan.alike, (1 - mean) * plan.alike, plan.recruits)


def _shifts(plan: OperationPlan, team: Int) -> Int:
    """Spread teams over shifts, so that any few of them have about the right shares."""
    share = np.cumsum([shift.share for shift in plan.shifts])
    # Multiples of the golden ratio fill the line evenly, however many there are.
    place = (team * GOLDEN) % 1.0
    found = np.searchsorted(share / share[-1], place, side="right")
    return np.asarray(np.minimum(found, len(plan.shifts) - 1), dtype=np.int64)
