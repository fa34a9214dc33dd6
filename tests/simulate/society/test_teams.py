"""Orders reach teams; shares, lags and gaps are what the habit says."""

from __future__ import annotations

import time

import numpy as np

from rasad.simulate.society.deeds import Int
from rasad.simulate.society.teams import (
    DAY_MS,
    HOUR_MS,
    Acts,
    Crew,
    Habit,
    Orders,
    expand,
    moments,
    within,
)

HABIT = Habit(account_compliance=0.7, lag_median_s=120.0, lag_sigma=0.8)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def crew(
    operators: int = 100, each: int = 5, teams: int = 2, obeys: float = 0.6
) -> Crew:
    n = operators * each
    return Crew(
        # Codes need not be small, nor in order.
        account=2**60 + np.arange(n)[::-1],
        operator=np.repeat(np.arange(operators), each),
        team=np.arange(operators) * teams // max(operators, 1),
        teams=teams,
        obeys=np.full(operators, obeys),
        first_day=np.zeros(n, np.int64),
        last_day=np.full(n, 99),
    )


def orders(count: int, teams: int = 2, at_ms: int = 9 * HOUR_MS) -> Orders:
    number = np.arange(count)
    return Orders(np.full(count, at_ms), number % teams, number)


def first_of_each(crew: Crew, acts: Acts) -> Int:
    """Rows that are an operator's first on an order; rows are by order and operator."""
    operator = crew.operator[acts.member]
    new = (np.diff(acts.order) != 0) | (np.diff(operator) != 0)
    return np.flatnonzero(np.r_[True, new])


def test_as_many_comply_as_the_shares_say() -> None:
    # Of five accounts of one who is asked, B Bin(5, 0.7) act, B being Bernoulli(0.6):
    # mean 2.1, variance 0.6 * 1.05 + 0.24 * 3.5^2 = 3.57. 400 orders ask 50 operators
    # each: mean 42000, sigma sqrt(20000 * 3.57) = 267.
    found = len(crew().carry_out(orders(400), HABIT, rng()).order)
    assert abs(found - 42_000) < 5 * 267


def test_accounts_of_one_operator_act_together_more_than_others() -> None:
    # Two of one operator: 0.6 * 0.49 = 0.294 of orders; of two: (0.42)^2 = 0.176.
    some, n = crew(operators=2, each=2, teams=1), 20_000
    acts = some.carry_out(orders(n, teams=1), HABIT, rng())
    did = np.zeros((n, 4), bool)
    did[acts.order, acts.member] = True
    sigma = np.sqrt(0.294 * 0.706 / n)
    assert abs((did[:, 0] & did[:, 1]).mean() - 0.294) < 5 * sigma
    assert abs((did[:, 0] & did[:, 2]).mean() - 0.42**2) < 5 * sigma


def test_lags_are_log_normal_and_accounts_follow_one_another() -> None:
    some = crew()
    acts = some.carry_out(orders(400), HABIT, rng())
    first = first_of_each(some, acts)
    lag = np.log(acts.late_ms[first] / 1000)
    # The median of n log-normals is off by 1.25 sigma / sqrt(n).
    error = 5 * 1.2533 * 0.8 / np.sqrt(len(lag))
    assert abs(np.median(lag) - np.log(120)) < error
    assert abs(lag.std() / 0.8 - 1) < 0.05
    gap_s = np.diff(acts.at_ms)[np.setdiff1d(np.arange(len(acts.order)), first) - 1]
    assert gap_s.min() >= 20_000
    assert gap_s.max() <= 120_001
    # Uniform from 20 to 120: mean 70, sigma 28.9.
    assert abs(gap_s.mean() / 1000 - 70) < 5 * 28.9 / np.sqrt(len(gap_s))
    assert (acts.at_ms == 9 * HOUR_MS + acts.late_ms).all()


def test_no_account_is_always_the_first_of_its_operator() -> None:
    some = crew(operators=1, each=4, teams=1, obeys=1.0)
    acts = some.carry_out(orders(4_000, teams=1), HABIT, rng())
    firsts = np.bincount(acts.member[first_of_each(some, acts)], minlength=4)
    expected = firsts.sum() / 4
    assert (abs(firsts - expected) < 5 * np.sqrt(expected)).all()


def test_an_order_reaches_its_team_only() -> None:
    some = crew(teams=4)
    acts = some.carry_out(orders(40, teams=4), HABIT, rng())
    assert (some.team[acts.member] == acts.order % 4).all()
    assert np.unique(acts.order).size == 40


def test_nobody_acts_twice_on_an_order() -> None:
    acts = crew().carry_out(orders(100), HABIT, rng())
    assert np.unique(np.stack([acts.order, acts.member]), axis=1).shape[1] == len(
        acts.order
    )


def test_only_those_act_who_are_awake() -> None:
    some = crew(obeys=1.0)
    some.first_day[:250] = 1
    some.last_day[400:] = 0
    all_of_them = Habit(lag_median_s=60, lag_sigma=0)
    early = some.carry_out(orders(4), all_of_them, rng())
    assert np.unique(early.member).tolist() == list(range(250, 500))
    later = some.carry_out(orders(4, at_ms=DAY_MS + HOUR_MS), all_of_them, rng())
    assert np.unique(later.member).tolist() == list(range(400))
    # An order just before midnight: those who end with the day are gone by then.
    late = some.carry_out(orders(4, at_ms=DAY_MS - 30_000), all_of_them, rng())
    assert np.unique(late.member).tolist() == list(range(250, 400))


def test_no_orders_and_no_members_are_no_trouble() -> None:
    for who, asked in ((crew(), orders(0)), (crew(operators=0), orders(5))):
        acts = who.carry_out(asked, HABIT, rng())
        assert [len(column) for column in acts] == [0, 0, 0, 0]
        assert len(who.anyone(asked.team, asked.at_ms, rng())) == len(asked.team)


def test_a_team_without_members_does_nothing() -> None:
    some = crew(operators=10, teams=1)
    some = Crew(
        account=some.account,
        operator=some.operator,
        team=np.r_[np.zeros(5, np.int64), np.full(5, 2)],
        teams=3,
        obeys=some.obeys,
        first_day=some.first_day,
        last_day=some.last_day,
    )
    acts = some.carry_out(orders(300, teams=3), HABIT, rng())
    assert np.unique(acts.order % 3).tolist() == [0, 2]
    found = some.anyone(np.array([1, 0, 2]), np.zeros(3, np.int64), rng())
    assert found[0] == -1
    assert some.team[found[1:]].tolist() == [0, 2]


def test_anyone_is_awake_or_nobody() -> None:
    some = crew(operators=50, each=2)
    some.first_day[:] = 7
    some.first_day[[13, 77]] = 0
    team, at_ms = np.array([0, 1, 0, 1]), np.full(4, HOUR_MS)
    assert some.anyone(team, at_ms, rng()).tolist() == [13, 77, 13, 77]
    some.first_day[77] = 7
    assert some.anyone(team, at_ms, rng()).tolist() == [13, -1, 13, -1]
    drawn = some.anyone(np.zeros(3_000, np.int64), np.full(3_000, 8 * DAY_MS), rng())
    assert np.unique(drawn).tolist() == list(range(50))


def test_an_operator_who_always_obeys_with_one_account_always_acts() -> None:
    some = crew(operators=30, each=1, obeys=1.0)
    acts = some.carry_out(orders(10), Habit(lag_median_s=1, lag_sigma=0), rng())
    assert len(acts.order) == 150
    assert (acts.late_ms == 1000).all()


def test_the_same_seed_gives_the_same_acts() -> None:
    one = crew().carry_out(orders(50), HABIT, rng())
    two = crew().carry_out(orders(50), HABIT, rng())
    for a, b in zip(one, two, strict=True):
        assert (a == b).all()


def test_a_million_acts_take_seconds() -> None:
    some = crew(operators=1_000, each=1, teams=1, obeys=1.0)
    begun = time.process_time()
    acts = some.carry_out(
        orders(1_000, teams=1), Habit(lag_median_s=60, lag_sigma=1), rng()
    )
    assert time.process_time() - begun < 5
    assert len(acts.order) == 1_000_000


def test_moments_lie_within_local_hours() -> None:
    n = 10_000
    at_ms = moments(rng(), 3, 3.5, np.full(n, 8.0), np.full(n, 8.0))
    hour = at_ms / HOUR_MS - 72
    assert hour.min() >= 4.5
    assert hour.max() < 12.5
    # Uniform over eight hours: mean 8.5, sigma 2.31.
    assert abs(hour.mean() - 8.5) < 5 * 2.31 / np.sqrt(n)


def test_moments_before_local_midnight_stay_on_the_day() -> None:
    n = 1_000
    at_ms = moments(rng(), 0, 3.5, np.zeros(n), np.full(n, 8.0))
    hour = at_ms / HOUR_MS
    assert ((hour < 4.5) | (hour >= 20.5)).all()
    assert (hour >= 0).all()
    assert (hour < 24).all()
    assert (hour >= 20.5).any()
    assert len(moments(rng(), 0, 3.5, np.empty(0), np.empty(0))) == 0


def test_runs_and_groups_may_be_empty() -> None:
    run, number = expand(np.array([4, 9, 1]), np.array([0, 2, 0]))
    assert (run.tolist(), number.tolist()) == ([1, 1], [9, 10])
    none = np.empty(0, np.int64)
    assert len(expand(none, none)[0]) == 0
    assert len(within(none, np.empty(0))) == 0
