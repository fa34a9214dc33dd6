"""Teams that carry out orders: who is asked, who complies, and when each acts.

One way for all of them, an operation's teams as well as clubs, newsrooms and programs.
An order goes to a team; each operator of it obeys or not; one who obeys acts after a
lag with some of the accounts, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rasad.simulate.society.deeds import Bool, Int, Real

DAY_MS = 86_400_000
HOUR_MS = 3_600_000


class Orders(NamedTuple):
    """What teams are asked to do; equally long arrays.

    Parameters
    ----------
    at_ms : int64 array
        Milliseconds since the world began.
    team : int64 array
        Number of the team that is asked.
    task : int64 array
        What for; an order to several teams is as many rows of one task.
    """

    at_ms: Int
    team: Int
    task: Int


class Acts(NamedTuple):
    """Who does what on which order, and when; equally long arrays.

    `order` is a row of the orders, `member` a row of the crew, `late_ms` how long after
    the order it is.
    """

    order: Int
    member: Int
    at_ms: Int
    late_ms: Int

    def at(self, rows: Int | Bool) -> Acts:
        """Return some of the rows."""
        return Acts._make(column[rows] for column in self)


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How people carry out orders.

    Parameters
    ----------
    account_compliance : float
        Share of the accounts with which one who obeys acts.
    lag_median_s, lag_sigma : float
        Log-normal seconds from the order to the first account.
    gap_low_s, gap_high_s : float
        Uniform seconds from each account of an operator to the next.
    """

    account_compliance: float = 1.0
    lag_median_s: float
    lag_sigma: float
    gap_low_s: float = 20.0
    gap_high_s: float = 120.0


class Crew:
    """Accounts in the hands of operators, who are in teams.

    Parameters
    ----------
    account : int64 array of (members,)
        Codes; members of one operator stand side by side.
    operator : int64 array of (members,)
        Number of who runs each, ascending from 0 without a gap.
    team : int64 array of (operators,)
        Number of the team of each operator, ascending.
    teams : int
        How many teams there are.
    obeys : float64 array of (operators,)
        With which probability each operator obeys an order.
    first_day, last_day : int64 arrays of (members,)
        Days, both inclusive, on which each may act.
    """

    def __init__(
        self,
        *,
        account: Int,
        operator: Int,
        team: Int,
        teams: int,
        obeys: Real,
        first_day: Int,
        last_day: Int,
    ) -> None:
        self.account = account
        self.operator = operator
        self.team_of_operator = team
        self.team = team[operator]
        self.obeys = obeys
        self.first_day = first_day
        self.last_day = last_day
        self._operators = np.searchsorted(team, np.arange(teams + 1))
        self._members = np.searchsorted(operator, np.arange(len(team) + 1))

    def __len__(self) -> int:
        return len(self.account)

    def awake(self, member: Int, at_ms: Int) -> Bool:
        """Tell which members may act at these moments."""
        day = at_ms // DAY_MS
        return (self.first_day[member] <= day) & (day <= self.last_day[member])

    def anyone(self, team: Int, at_ms: Int, rng: np.random.Generator) -> Int:
        """Draw for each moment a member of a team who may act then, -1 for nobody."""
        start = self._members[self._operators[team]]
        size = self._members[self._operators[team + 1]] - start
        found = np.full(len(team), -1, dtype=np.int64)
        # Most are awake: a few draws each find one, and the last resort is to look.
        for _ in range(8):
            open_rows = np.flatnonzero((found < 0) & (size > 0))
            drawn = start[open_rows] + rng.integers(0, size[open_rows])
            able = self.awake(drawn, at_ms[open_rows])
            found[open_rows[able]] = drawn[able]
        for row in np.flatnonzero((found < 0) & (size > 0)).tolist():
            all_of_them = np.arange(start[row], start[row] + size[row])
            able = self.awake(all_of_them, np.full(len(all_of_them), at_ms[row]))
            found[row] = rng.choice(all_of_them[able]) if able.any() else -1
        return found

    def carry_out(self, orders: Orders, habit: Habit, rng: np.random.Generator) -> Acts:
        """Draw who carries out which order, and when.

        Parameters
        ----------
        orders : Orders
            In any order, to any teams.
        habit : Habit
            How they work.
        rng : numpy.random.Generator
            Seeded source.

        Returns
        -------
        Acts
            By order, operator and time.

        Notes
        -----
        With an operator's probability p and a share a of accounts, an account carries
        out a task with probability p a, and two accounts of one operator both do with
        p a^2. The work is proportional to operators asked plus accounts of those who
        obey.
        """
        first, last = self._operators[orders.team], self._operators[orders.team + 1]
        order, operator = expand(first, last - first)
        obeying = rng.random(len(order)) < self.obeys[operator]
        order, operator = order[obeying], operator[obeying]
        lag_s = habit.lag_median_s * rng.lognormal(0.0, habit.lag_sigma, len(order))
        first, last = self._members[operator], self._members[operator + 1]
        group, member = expand(first, last - first)
        used = rng.random(len(group)) < habit.account_compliance
        used &= self.awake(member, orders.at_ms[order[group]])
        group, member = group[used], member[used]
        shuffled = np.lexsort((rng.random(len(group)), group))
        group, member = group[shuffled], member[shuffled]
        gap_s = rng.uniform(habit.gap_low_s, habit.gap_high_s, len(group))
        late_ms = ((lag_s[group] + within(group, gap_s)) * 1000).astype(np.int64)
        at_ms = orders.at_ms[order[group]] + late_ms
        acts = Acts(order[group], member, at_ms, late_ms)
        # Midnight may pass meanwhile, and a purge with it.
        return acts.at(self.awake(member, at_ms))


def expand(first: Int, count: Int) -> tuple[Int, Int]:
    """Return runs of numbers, one after the other, and which run each is from.

    Examples
    --------
    >>> [part.tolist() for part in expand(np.array([4, 9]), np.array([2, 3]))]
    [[0, 0, 1, 1, 1], [4, 5, 9, 10, 11]]
    """
    run = np.repeat(np.arange(len(count)), count)
    start = np.cumsum(count) - count
    return run, first[run] + np.arange(len(run)) - start[run]


def within(group: Int, step: Real) -> Real:
    """Return how far each row is from the first of its group, steps added up.

    Parameters
    ----------
    group : int64 array of (n,)
        Rows of a group stand side by side.
    step : float64 array of (n,)
        From the row before; that of a group's first row does not count.

    Examples
    --------
    >>> within(np.array([3, 3, 3, 5]), np.array([9.0, 1.0, 2.0, 9.0])).tolist()
    [0.0, 1.0, 3.0, 0.0]
    """
    if not len(group):
        return np.empty(0)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    step = step.copy()
    step[starts] = 0.0
    total = np.cumsum(step)
    size = np.diff(np.r_[starts, len(group)])
    return np.asarray(total - np.repeat(total[starts], size))


def moments(
    rng: np.random.Generator, day: int, zone_h: float, start_h: Real, hours: Real
) -> Int:
    """Draw moments of a day between local hours, evenly.

    Parameters
    ----------
    rng : numpy.random.Generator
        Seeded source.
    day : int
        Day of the world, in UTC.
    zone_h : float
        Hours ahead of UTC.
    start_h, hours : float64 arrays of (n,)
        Local hour at which each stretch begins, and its length.

    Returns
    -------
    int64 array of (n,)
        Milliseconds since the world began, all on that day in UTC: hours before the
        day's local midnight stand at its end.
    """
    local = start_h + hours * rng.random(len(start_h))
    return np.asarray(
        day * DAY_MS + ((local - zone_h) % 24 * HOUR_MS).astype(np.int64), np.int64
    )
