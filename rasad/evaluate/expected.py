"""What could be found at all: the frontier of pairs, from the plan of an operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, gammaln, ndtr, ndtri, xlog1py, xlogy

from rasad.simulate.society.plans import OperationPlan
from rasad.simulate.society.tasks import GOAL_MIX

WINDOW_S = 600.0
"""Longest window in which Rasad certifies."""

WEEK = 7
STEPS = 400


def together(plan: OperationPlan, window_s: float = WINDOW_S) -> float:
    """Return the chance that two operators' actions on one task are close in time.

    Parameters
    ----------
    plan : OperationPlan
        Its lags are log-normal.
    window_s : float
        How close, in seconds.

    Notes
    -----
    P(|X - Y| <= w) for independent X, Y with median m and sigma s, as the mean over
    quantiles x of X of F(x + w) - F(x - w).

    Examples
    --------
    >>> from rasad.simulate.society.scenario import read_scenario
    >>> plan = read_scenario("professional_core").operations[0]
    >>> 0.9 < together(plan) < together(plan, 3600.0) <= 1
    True
    """
    median, sigma = plan.lag_median_min * 60, plan.lag_sigma
    if not sigma:
        return 1.0
    levels = (np.arange(STEPS) + 0.5) / STEPS
    lag = median * np.exp(sigma * ndtri(levels))
    near = _below(lag + window_s, median, sigma) - _below(lag - window_s, median, sigma)
    return float(near.mean())


def _below(
    lag: NDArray[np.float64], median: float, sigma: float
) -> NDArray[np.float64]:
    ratio = np.maximum(lag, 1e-9) / median
    return np.asarray(ndtr(np.log(ratio) / sigma), np.float64)


def working_days(plan: OperationPlan, days: int) -> float:
    """Return how many working days' worth of orders there are.

    Examples
    --------
    >>> from rasad.simulate.society.scenario import read_scenario
    >>> working_days(read_scenario("volunteers").operations[0], 7)
    7.0
    """
    rest = len(set(plan.rest_days)) / WEEK
    off = len({day for day in plan.days_off if day < days})
    return (days - off) * (1 - rest + rest * plan.rest_tasks)


def busiest(plan: OperationPlan, days: int) -> float:
    """Return the share of tasks that leave the trace that most of them leave.

    Parameters
    ----------
    plan : OperationPlan
        Its campaigns have goals, each a mixture of kinds of tasks.
    days : int
        Campaigns that begin later are left out.

    Examples
    --------
    >>> from rasad.simulate.society.scenario import read_scenario
    >>> busiest(read_scenario("paper_army").operations[0], 5)
    0.45
    """
    goals = [each.goal for each in plan.campaigns if each.first_day < days]
    if not goals:
        return 0.0
    return float(np.mean([GOAL_MIX[goal] for goal in goals], axis=0).max())


def share_within_reach(
    plan: OperationPlan, days: int, needed: int, *, kept: float = 1.0
) -> float:
    """Return the share of accounts that have a mate with enough co-actions.

    Parameters
    ----------
    plan : OperationPlan
        Of the world, at its scale.
    days : int
        How long it is looked at.
    needed : int
        Co-actions at which a pair is found for certain.
    kept : float
        Share of posts that is not lost.

    Notes
    -----
    An account does k ~ Bin(N, c b kept) of its N tasks in the busiest trace, with
    compliance c and b being `busiest`. Each of the mates with another operator joins in
    Bin(k, c kept P) of these, P being `together`, and each of those with the same
    operator in Bin(k, a kept), a being the share of accounts that an operator uses who
    obeys. Accounts count as within reach if the best of the mates, taken as
    independent, reaches what is needed. Other traces are not added, and groups are
    tested as wholes: both may find what lies beyond.

    Examples
    --------
    >>> from rasad.simulate.society.scenario import read_scenario
    >>> plan = read_scenario("bureaucratic").operations[0]
    >>> share_within_reach(plan, 10, 5) > share_within_reach(plan, 10, 14)
    True
    """
    tasks = round(plan.tasks_per_day * working_days(plan, days))
    done = np.arange(tasks + 1)
    weight = _chance(done, tasks, plan.compliance * busiest(plan, days) * kept)
    own = max(round(plan.accounts / plan.recruits) - 1, 0)
    team = min(plan.team_accounts, plan.accounts)
    others = max(team - 1 - own, 0)
    other = plan.compliance * kept * together(plan)
    alone, beside = (
        np.where(done < needed, 1.0, bdtr(needed - 1, np.maximum(done, needed), share))
        for share in (other, plan.account_compliance * kept)
    )
    missed = alone**others * beside**own
    return min(float((weight * (1 - missed)).sum()), 1.0)


def _chance(
    successes: NDArray[np.int64], trials: int, share: float
) -> NDArray[np.float64]:
    """Return binomial probabilities.

    Examples
    --------
    >>> _chance(np.arange(3), 2, 0.5).round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    left = trials - successes
    ways = gammaln(trials + 1) - gammaln(successes + 1) - gammaln(left + 1)
    return np.asarray(np.exp(ways + xlogy(successes, share) + xlog1py(left, -share)))


def needed_at(frontier: Sequence[Mapping[str, float]], lift: float) -> int | None:
    """Return the co-actions that a run's frontier asks at a lift; None if not told.

    Examples
    --------
    >>> needed_at([{"lift": 10.0, "co_actions": 14}], 10.0)
    14
    """
    found = [row["co_actions"] for row in frontier if row["lift"] == lift]
    return int(found[0]) if found and found[0] else None
