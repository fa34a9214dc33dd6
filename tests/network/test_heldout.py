"""Held-out confirmation: its tails, and a ring against groups of anybody."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from null_models.test_opportunity import actions_of
from scipy.stats import binom, nbinom, poisson

from rasad.config import Settings
from rasad.network.confirmation import HeldOut, held_out
from rasad.network.halves import Both, TracePairs
from rasad.network.heldout import (
    DRAWS,
    OUTSIDERS,
    Showing,
    combined,
    crowd_tail,
    occasions,
    show,
    timing_tail,
)

PEOPLE = 150
RING = np.arange(PEOPLE, PEOPLE + 6)
WINDOW_S = 60
SETTINGS = Settings()


@cache
def world() -> TracePairs:
    """Return people who act at any time of two hours, and a ring that acts as one."""
    rng = np.random.default_rng(3)
    rows: list[tuple[int, int, int]] = []
    for thing in range(120):
        start = 10_800 * thing
        crowd = rng.choice(PEOPLE, 25, replace=False).tolist()
        rows += [(thing, start + int(rng.integers(7200)), a) for a in crowd]
        if thing % 4 < 2:
            moment = start + int(rng.integers(7000))
            rows += [(thing, moment + int(rng.integers(30)), int(a)) for a in RING]
    actions = actions_of(rows, [0] * (PEOPLE + len(RING)))
    close: dict[tuple[int, int], int] = {}
    for thing in range(120):
        at = np.flatnonzero(actions.object == thing)
        for x, y in combinations(at.tolist(), 2):
            if actions.time_us[y] - actions.time_us[x] <= WINDOW_S * 1_000_000:
                pair = sorted((int(actions.account[x]), int(actions.account[y])))
                close[pair[0], pair[1]] = close.get((pair[0], pair[1]), 0) + 1

    def both(least: int) -> Both:
        pairs = sorted(pair for pair, n in close.items() if n >= least)
        first, second = np.array(pairs, np.int32).T
        return first.copy(), second.copy()

    return TracePairs(
        number=0,
        actions=actions,
        windows_s=(WINDOW_S,),
        stretches_s=(21_600,),
        pairs=(both(1),),
        several=(both(2),),
        half=np.asarray(actions.object % 2 == 0),
    )


@cache
def confirmed(trusted: bool, threads: int = 1) -> list[HeldOut]:
    eligible = world().actions.eligible[None, :]
    passed = frozenset({(0, WINDOW_S)} if trusted else ())
    return held_out([world()], eligible, passed, SETTINGS, threads)


def shown(members: list[int], seed: int) -> Showing:
    (occasion,) = occasions([world()], frozenset({(0, WINDOW_S)}), SETTINGS, 1)
    return show(occasion, np.array(sorted(members)), np.random.default_rng(seed))


def test_a_planted_ring_is_found_and_confirmed() -> None:
    found = [group for group in confirmed(True) if group.confirmed]
    assert [group.members.tolist() for group in found] == [RING.tolist()]
    (ring,) = found
    assert ring.q_value < 1e-3
    assert 1 < ring.fragility <= ring.showings[0].observed == 30
    assert ring.stability > 0.9


def test_the_ring_stands_out_in_both_tests() -> None:
    ring = shown(RING.tolist(), seed=1)
    assert ring.observed == ring.sessions == 30
    assert ring.p_crowd < 1e-3
    assert ring.p_timing < 1e-9
    assert ring.expected_timing < 10
    assert ring.outsiders == pytest.approx(25 / 31, abs=0.05)


def test_groups_of_anybody_are_not_confirmed() -> None:
    rng = np.random.default_rng(4)
    groups = [rng.choice(PEOPLE, 6, replace=False).tolist() for _ in range(20)]
    tests = [shown(group, seed) for seed, group in enumerate(groups)]
    crowd = np.array([one.p_crowd for one in tests])
    timing = np.array([one.p_timing for one in tests])
    # Twenty p-values that hold what they promise are all above this but once in 50.
    assert min(crowd.min(), timing.min()) > 1e-3
    assert 0.2 < np.median(crowd) <= 1
    assert 0.2 < np.median(timing) <= 1


def test_nothing_is_confirmed_where_the_gate_refused() -> None:
    assert not any(group.confirmed for group in confirmed(False))


def test_confirmation_does_not_depend_on_the_number_of_threads() -> None:
    one, two = (confirmed(True, threads) for threads in (1, 2))
    assert [group.p_value for group in one] == [group.p_value for group in two]
    assert [group.fragility for group in one] == [group.fragility for group in two]


def test_a_group_that_is_the_audience_has_no_test_of_timing() -> None:
    chances = np.full(4, 0.1)
    assert np.isnan(timing_tail(chances, 2, OUTSIDERS - 0.01))
    assert timing_tail(chances, 2, OUTSIDERS) == pytest.approx(binom.sf(1, 4, 0.1))
    assert timing_tail(chances, 0, 1.0) == 1.0


def test_enough_crowds_are_counted() -> None:
    counts = np.arange(DRAWS) % 100
    assert crowd_tail(counts, 90) == pytest.approx((1 + DRAWS / 10) / (1 + DRAWS))
    assert crowd_tail(counts, 100) == 1 / (1 + DRAWS)
    assert crowd_tail(counts, 0) == 1.0


def test_few_crowds_are_counted_where_the_group_is_like_them() -> None:
    counts = np.arange(400) % 10
    assert crowd_tail(counts, 5) == pytest.approx(201 / 401)


@pytest.mark.parametrize("spread", [poisson(2.0), nbinom(2, 0.4)])
def test_few_crowds_give_the_tail_of_the_distribution_they_come_from(
    spread: object,
) -> None:
    # 5,000 draws: a tail of 1e-4 is known to a factor of two.
    counts = spread.rvs(5000, random_state=5)  # type: ignore[attr-defined]
    least = int(spread.isf(1e-4)) + 1  # type: ignore[attr-defined]
    true = spread.sf(least - 1)  # type: ignore[attr-defined]
    assert true / 2 < crowd_tail(counts, least) < 2 * true


def test_a_closer_group_has_no_larger_tail() -> None:
    for counts in (np.arange(400) % 7, np.zeros(400, np.int64), np.full(400, 3)):
        tails = [crowd_tail(counts, observed) for observed in range(30)]
        assert tails == sorted(tails, reverse=True)
        assert all(0 <= tail <= 1 for tail in tails)


def test_tests_that_could_not_be_made_are_left_out() -> None:
    nothing = float("nan")
    assert np.isnan(combined([nothing, nothing]))
    assert combined([0.01, nothing]) == pytest.approx(0.01)
    assert combined([0.01, 0.01]) == pytest.approx(0.01)
    assert 0.01 < combined([0.01, 0.5]) < 0.03
