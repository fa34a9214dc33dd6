from __future__ import annotations

import numpy as np

from rasad.simulate.snowflake import milliseconds
from rasad.simulate.society.ids import ROUND, Clerk
from rasad.simulate.society.reposts import DAYS, Reposts
from rasad.simulate.society.sorting import distinct, order_of, places_in

START_MS = 1_709_251_200_000


def clerk() -> Clerk:
    return Clerk(START_MS, np.random.default_rng(1))


def test_ids_carry_their_moment_and_are_never_given_twice() -> None:
    office = clerk()
    at_ms = np.zeros(30_000, np.int64) + 7
    given = np.concatenate([office.issue(at_ms) for _ in range(10)])
    assert len(np.unique(given)) == len(given)
    assert (office.moment(given) == 7).all()
    assert (milliseconds(given) == START_MS + 7).all()


def test_no_id_looks_rounded() -> None:
    office = clerk()
    at_ms = np.arange(1_000_000) // 500
    assert (office.issue(at_ms) % ROUND != 0).all()


def test_what_is_past_is_forgotten_and_what_is_to_come_is_not() -> None:
    office = clerk()
    late = office.issue(np.full(200_000, 100))
    office.issue(np.full(20_000, 5))
    office.forget_before(50)
    again = office.issue(np.full(200_000, 100))
    assert len(np.intersect1d(late, again)) == 0
    office.forget_before(200)
    assert len(office._given) == len(office._recent) == 0


def test_the_first_of_equal_reposts_stays() -> None:
    reposts = Reposts()
    account = np.array([4, 4, 9, 4, 4])
    target = np.array([1 << 61, 5, 1 << 61, 1 << 61, 1 << 61])
    told = reposts.repeated(account, target)
    assert told.tolist() == [False, False, False, True, True]


def test_reposts_are_remembered_for_some_days() -> None:
    reposts = Reposts()
    account, target = np.arange(5_000), np.full(5_000, 1 << 60)
    reposts.remember(account, target)
    none = np.empty(0, np.int64)
    for _ in range(DAYS - 1):
        reposts.remember(none, none)
        assert reposts.repeated(account, target).all()
        assert not reposts.repeated(account, target + 1).any()
    reposts.remember(none, none)
    assert not reposts.repeated(account, target).any()
    assert len(reposts.repeated(none, none)) == 0


def test_orders_and_places_are_those_of_numpy() -> None:
    rng = np.random.default_rng(1)
    for values in (
        rng.integers(0, 50, 1_000),
        rng.integers(-(1 << 62), 1 << 62, 1_000),
        np.empty(0, np.int64),
        np.array([1 << 62]),
    ):
        assert (order_of(values) == np.argsort(values, kind="stable")).all()
    ladder, values = np.sort(rng.random(500)), rng.random(900)
    assert (places_in(ladder, values) == np.searchsorted(ladder, values)).all()
    assert places_in(np.array([1, 2, 2]), np.array([2, 0, 5])).tolist() == [3, 0, 3]
    used, place = distinct(np.array([9, 0, 9]))
    assert (used[place] == [9, 0, 9]).all()
    assert len(distinct(np.empty(0, np.int64))[0]) == 0
