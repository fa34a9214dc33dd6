from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rasad.errors import ConfigError
from rasad.simulate.ring import (
    DAY_S,
    LIFE,
    NEAR_S,
    SHIFTED_S,
    SPILL,
    TASK,
    CaseActions,
    RingActions,
    RingDesign,
    make_ring,
    working_days,
)

DAYS = 20
N_ACCOUNTS, N_OBJECTS = 200, 600
LOUD = RingDesign(members=12, tasks_per_day=3)


def shares(n: int = 8_000, seed: int = 3) -> CaseActions:
    """Return shares by day and not by night, some objects far more popular."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, DAYS, n) * DAY_S
    second = np.sort(day + rng.integers(6 * 3600, 22 * 3600, n))
    account = (N_ACCOUNTS * rng.random(n) ** 2).astype(np.int64)
    thing = (N_OBJECTS * rng.random(n) ** 3).astype(np.int64)
    return CaseActions.of(account, thing, second)


CASE = shares()


def rows(ring: RingActions, reason: int) -> dict[str, Any]:
    kept = ring.reason == reason
    return {name: getattr(ring, name)[kept] for name in ("account", "object", "second")}


def test_tasks_are_given_on_every_day_and_carried_out_by_most() -> None:
    ring = make_ring(CASE, LOUD, seed=1)
    assert ring.n_tasks == 3 * DAYS
    joint = rows(ring, TASK)
    assert set(joint["account"].tolist()) == set(range(12))
    done = len(joint["account"]) / (ring.n_tasks * LOUD.members)
    assert done == pytest.approx(LOUD.compliance, abs=0.04)
    pairs = ring.n_tasks * LOUD.compliance**2
    assert ring.together == pytest.approx(pairs, rel=0.1)


def test_new_objects_are_numbered_by_task_and_about_half() -> None:
    ring = make_ring(CASE, LOUD, seed=1)
    thing = rows(ring, TASK)["object"]
    own = np.unique(thing[thing >= 0])
    assert own.max() < ring.n_tasks
    assert len(own) == pytest.approx(ring.n_tasks / 2, abs=10)
    assert (~thing[thing < 0] < N_OBJECTS).all()


@pytest.mark.parametrize(("own_share", "new"), [(0.0, False), (1.0, True)])
def test_objects_are_all_popular_or_all_new(own_share: float, new: bool) -> None:
    ring = make_ring(CASE, replace(LOUD, own_share=own_share), seed=1)
    assert ((rows(ring, TASK)["object"] >= 0) == new).all()


def test_what_is_pushed_is_more_popular_than_most() -> None:
    ring = make_ring(CASE, replace(LOUD, own_share=0.0), seed=1)
    used = np.bincount(CASE.object, minlength=N_OBJECTS)
    pushed = used[~np.unique(rows(ring, TASK)["object"])]
    assert np.median(pushed) > np.quantile(used[CASE.object], 0.75)


def test_lags_have_the_median_that_was_asked_for() -> None:
    design = replace(LOUD, own_share=1.0, lag_s=300.0, tasks_per_day=20)
    joint = rows(make_ring(CASE, design, seed=1), TASK)
    spread = [
        np.ptp(joint["second"][joint["object"] == task])
        for task in np.unique(joint["object"])
    ]
    quick = rows(make_ring(CASE, replace(design, lag_s=0.0), seed=1), TASK)
    assert 300 < np.median(spread) < 3_000
    assert all(
        np.ptp(quick["second"][quick["object"] == task]) == 0
        for task in np.unique(quick["object"])
    )


def test_a_ring_keeps_the_hours_and_days_of_the_case() -> None:
    second = make_ring(CASE, replace(LOUD, lag_s=0.0), seed=1).second
    assert second.min() >= CASE.second[0]
    assert second.max() <= CASE.second[-1]
    ring = make_ring(CASE, replace(LOUD, lag_s=0.0), seed=1)
    hour = rows(ring, TASK)["second"] % DAY_S
    assert (hour >= 6 * 3600 - SHIFTED_S).all()
    assert (hour <= 22 * 3600 + SHIFTED_S).all()


def test_quiet_days_are_no_days_to_hide_on() -> None:
    extra = np.full(3, 400 * DAY_S)
    account = np.append(CASE.account, extra % 7)
    case = CaseActions.of(account, account, np.append(CASE.second, extra))
    assert working_days(case).tolist() == list(range(DAYS))
    ring = make_ring(case, LOUD, seed=1)
    assert rows(ring, TASK)["second"].max() < 300 * DAY_S


def test_a_ring_that_is_seldom_active_works_on_few_days() -> None:
    design = replace(LOUD, active_share=0.25, lag_s=0.0)
    joint = rows(make_ring(CASE, design, seed=1), TASK)
    assert len(np.unique(joint["second"] // DAY_S)) == DAYS / 4


def test_a_fraction_of_a_task_is_a_chance() -> None:
    ring = make_ring(CASE, replace(LOUD, tasks_per_day=0.5), seed=1)
    assert 4 <= ring.n_tasks <= 16


def test_every_member_lives_like_somebody_and_copies_nobody() -> None:
    ring = make_ring(CASE, replace(LOUD, tasks_per_day=0), seed=1)
    life = rows(ring, LIFE)
    assert len(set(ring.like.tolist())) == LOUD.members
    for member, like in enumerate(ring.like):
        own = life["second"][life["account"] == member]
        model = CASE.second[CASE.account == like]
        assert len(own) == pytest.approx(len(model), abs=3)
        nearest = np.abs(own[:, None] - model[None, :]).min(axis=1)
        assert (nearest <= SHIFTED_S).all()
        things = set((~life["object"][life["account"] == member]).tolist())
        assert len(things & set(CASE.object[CASE.account == like].tolist())) < len(
            things
        )


def test_borrowed_objects_were_seen_shortly_before() -> None:
    busy = shares(n=60_000)
    life = rows(make_ring(busy, replace(LOUD, tasks_per_day=0), seed=1), LIFE)
    fresh = 0
    for thing, second in zip(~life["object"], life["second"], strict=True):
        seen = busy.second[busy.object == thing]
        fresh += bool(((seen < second) & (seen >= second - NEAR_S)).any())
    assert fresh / len(life["second"]) > 0.95


def test_ordinary_accounts_find_new_objects_and_nothing_else() -> None:
    design = replace(LOUD, tasks_per_day=20, own_share=1.0)
    ring = make_ring(CASE, design, seed=1)
    spill = rows(ring, SPILL)
    assert (spill["account"] < 0).all()
    assert (~spill["account"] < N_ACCOUNTS).all()
    assert (spill["object"] >= 0).all()
    assert len(spill["object"]) / ring.n_tasks == pytest.approx(4, rel=0.2)
    assert (
        len(rows(make_ring(CASE, replace(design, own_share=0), 1), SPILL)["object"])
        == 0
    )


def test_without_camouflage_members_do_nothing_else() -> None:
    ring = make_ring(CASE, replace(LOUD, camouflage=0.0), seed=1)
    assert LIFE not in ring.reason
    half = make_ring(CASE, replace(LOUD, camouflage=0.5), seed=1)
    whole = make_ring(CASE, LOUD, seed=1)
    share = (half.reason == LIFE).sum() / (whole.reason == LIFE).sum()
    assert 0.3 < share < 0.7


def test_the_same_seed_and_number_make_the_same_ring() -> None:
    one, again = make_ring(CASE, LOUD, 5, 2), make_ring(CASE, LOUD, 5, 2)
    for name in ("account", "object", "second", "reason", "like"):
        assert (getattr(one, name) == getattr(again, name)).all()
    other, third = make_ring(CASE, LOUD, 5, 3), make_ring(CASE, LOUD, 6, 2)
    assert not np.array_equal(one.second, other.second)
    assert not np.array_equal(one.second, third.second)


def test_the_order_of_a_case_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(len(CASE))
    shuffled = CaseActions.of(
        CASE.account[order], CASE.object[order], CASE.second[order]
    )
    one, other = make_ring(CASE, LOUD, seed=1), make_ring(shuffled, LOUD, seed=1)
    assert (one.second == other.second).all()
    assert (one.object == other.object).all()


@pytest.mark.parametrize(
    "case",
    [
        CaseActions.of(*(np.zeros(1, np.int64),) * 3),
        CaseActions.of(*(np.zeros(500, np.int64),) * 3),
        CaseActions.of(np.arange(40), np.zeros(40, np.int64), np.full(40, 2**41)),
    ],
    ids=["one row", "one account", "equal times, late"],
)
def test_odd_cases_get_a_ring_inside_their_time(case: CaseActions) -> None:
    ring = make_ring(case, replace(LOUD, lag_s=0.0), seed=1)
    assert (ring.second >= case.second[0]).all()
    assert (ring.second <= case.second[-1]).all()
    assert (~ring.object[ring.object < 0] <= case.object.max()).all()


def test_one_object_with_very_many_actions() -> None:
    n = 1_000_000
    place = np.arange(n)
    case = CaseActions.of(place % 5_000, np.zeros(n, np.int64), place * 2)
    ring = make_ring(case, LOUD, seed=1)
    assert set(np.unique(ring.object[ring.object < 0])) == {-1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"members": 1},
        {"compliance": 1.2},
        {"own_share": -0.1},
        {"active_share": float("nan")},
        {"tasks_per_day": -1},
        {"tasks_per_day": float("inf")},
        {"tasks_per_day": 1e9},
        {"lag_s": float("nan")},
        {"lag_s": 1e30},
    ],
)
def test_what_makes_no_ring_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        RingDesign(**wrong)  # type: ignore[arg-type]
