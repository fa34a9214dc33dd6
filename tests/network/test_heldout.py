"""One group on one occasion: its tails, a ring, and groups of anybody."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, nbinom, poisson

from network.worlds import (
    NOBODY,
    PEOPLE,
    RING,
    SMALL,
    WINDOW_S,
    people_rows,
    ring_world,
    ring_world_rows,
    trace_of,
)
from rasad.config import Settings
from rasad.network import heldout
from rasad.network.halves import TracePairs
from rasad.network.heldout import (
    DRAWS,
    OUTSIDERS,
    Crowds,
    Showing,
    show,
    timing_tail,
)
from rasad.network.occasions import Occasion, occasions
from rasad.network.pair_tests import UNUSED
from rasad.null_models.timing import ChosenPairs

SETTINGS = Settings()
RINGS = ChosenPairs(
    first=np.repeat(RING[:-1], range(5, 0, -1)).astype(np.int32),
    second=np.concatenate([RING[k:] for k in range(1, 6)]).astype(np.int32),
    share=np.ones(15),
)
"""Every pair of the ring, which is no part of the background."""


def occasion_of(trace: TracePairs, likely: ChosenPairs = NOBODY) -> Occasion:
    passed = frozenset({(trace.number, WINDOW_S)})
    (one,) = occasions([trace], passed, {trace.number: likely}, SETTINGS)
    return one


@cache
def ring_occasion() -> Occasion:
    return occasion_of(ring_world(), RINGS)


def shown(
    occasion: Occasion, members: NDArray[np.int64], seed: int, *, barred: bool = True
) -> Showing:
    """Test a group; the ring is barred from crowds as whoever was found is."""
    out = np.zeros(len(occasion.actions.stratum), np.bool_)
    out[members] = True
    if barred and occasion is ring_occasion():
        out[RING] = True
    return show(occasion, np.sort(members), out, np.random.default_rng(seed))


def crowds(counts: NDArray[np.int64], share: float = 0.0) -> Crowds:
    return Crowds(counts=counts, share=share, strict=True)


def test_the_ring_stands_out_in_both_tests() -> None:
    ring = shown(ring_occasion(), RING, seed=1)
    assert ring.observed == ring.sessions == 30
    assert ring.p_crowd < 1e-3
    assert ring.p_timing < 1e-9
    assert ring.expected_timing < 10
    assert ring.outsiders == pytest.approx(60 / 66, abs=0.05)


def test_groups_of_anybody_look_like_anybody() -> None:
    rng = np.random.default_rng(4)
    groups = [rng.choice(PEOPLE, 6, replace=False) for _ in range(5 if SMALL else 20)]
    tests = [shown(ring_occasion(), one, seed) for seed, one in enumerate(groups)]
    crowd = np.array([one.p_crowd for one in tests])
    timing = np.array([one.p_timing for one in tests])
    # Twenty p-values that hold what they promise are all above this but once in 50.
    assert min(crowd.min(), timing.min()) > 1e-3
    assert 0.2 < np.median(crowd) <= 1
    assert 0.2 < np.median(timing) <= 1


def test_crowds_of_groups_of_anybody_are_as_close_as_they_promise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Eight groups of 12 in each world of 400 people, none of whom knows another.

    500 crowds are enough to tell 5%. p-values hold if no more of them are below a
    level than a binomial count exceeds once in a thousand; counts of objects are
    whole numbers, so that fewer may be, but not next to none of 20%.
    """
    monkeypatch.setattr(heldout, "DRAWS", 500)
    p_values = []
    for seed in range(2 if SMALL else 12):
        one = occasion_of(trace_of(people_rows(seed, 400, 60, 120), 400))
        order = np.random.default_rng(seed).permutation(400)
        groups = order[: 8 * 12].reshape(8, 12)
        p_values += [shown(one, g, k).p_crowd for k, g in enumerate(groups)]
    p = np.array(p_values)
    assert not np.isnan(p).any()
    for level in (0.05, 0.2):
        assert (p <= level).sum() <= binom.isf(1e-3, len(p), level)
    assert SMALL or (p <= 0.2).sum() >= 2


def test_a_group_of_most_people_is_compared_with_nobody() -> None:
    """Crowds of 35 out of the other 25 would all be the same crowd."""
    for seed in range(3):
        one = occasion_of(trace_of(people_rows(seed, 60, 120, 20), 60))
        group = np.random.default_rng(seed).choice(60, 35, replace=False)
        showing = shown(one, group, seed=1)
        assert np.isnan(showing.p_crowd)
        assert len(showing.crowds.counts) == 0
        assert 0 < showing.p_timing <= 1


def test_a_large_group_of_anybody_among_many_does_not_stand_out() -> None:
    for seed in range(1 if SMALL else 4):
        one = occasion_of(trace_of(people_rows(seed, 1000, 60, 400), 1000))
        group = np.random.default_rng(seed).choice(1000, 35, replace=False)
        showing = shown(one, group, seed=1)
        # Four uniform p-values are all above this but once in twelve; seeds are fixed.
        assert showing.p_crowd > 0.02
        assert showing.observed > 10


def test_a_member_that_did_nothing_on_this_half_needs_nobody_alike() -> None:
    """Nobody else did nothing either: no account would be like it."""
    idle = PEOPLE + len(RING)
    rows = [*ring_world_rows(), (0, 5, idle), (2, 30_000, idle)]
    one = occasion_of(trace_of(rows, idle + 1), RINGS)
    with_it, without = (
        shown(one, np.r_[RING[:2], more].astype(np.int64), seed=1)
        for more in ([idle], [])
    )
    assert with_it.observed == without.observed == 30
    assert with_it.p_crowd == without.p_crowd < 1e-3


def test_whoever_is_probably_run_with_members_is_no_outsider() -> None:
    """Half of the ring is tested; the other half would make it look ordinary."""
    half = RING[:3]
    blind = shown(occasion_of(ring_world()), half, seed=1)
    knowing = shown(ring_occasion(), half, seed=1)
    assert knowing.observed == blind.observed == 30
    assert knowing.expected_timing < blind.expected_timing
    assert knowing.outsiders < blind.outsiders


def test_timing_that_the_gate_refused_is_not_used() -> None:
    trace = ring_world()
    unused = replace(trace, stretches_s=(UNUSED,))
    showing = shown(occasion_of(unused, RINGS), RING, seed=1)
    assert np.isnan(showing.p_timing)
    assert showing.p_crowd < 0.01
    assert showing.expected_timing > 0


def test_only_trusted_short_windows_are_occasions() -> None:
    trace = ring_world()
    likely = {0: RINGS}
    assert occasions([trace], frozenset(), likely, SETTINGS) == []
    assert occasions([trace], frozenset({(0, 600), (1, 60)}), likely, SETTINGS) == []
    long = replace(trace, windows_s=(3600,))
    assert occasions([long], frozenset({(0, 3600)}), likely, SETTINGS) == []


def test_what_cannot_be_tested_has_no_tail() -> None:
    chances = np.full(4, 0.1)
    assert np.isnan(timing_tail(chances, 2, False))
    assert timing_tail(chances, 2, True) == pytest.approx(binom.sf(1, 4, 0.1))
    assert timing_tail(chances, 0, True) == 1.0


def test_outsiders_are_counted_where_timing_is_not_used() -> None:
    unused = replace(ring_occasion(), timing_used=False)
    ring, without = shown(ring_occasion(), RING, 1), shown(unused, RING, 1)
    assert ring.testable
    assert not without.testable
    assert without.outsiders == ring.outsiders > OUTSIDERS
    assert np.isnan(without.p_timing)


def test_enough_crowds_are_counted() -> None:
    counts = np.arange(DRAWS) % 100
    assert crowds(counts).tail(90) == pytest.approx((1 + DRAWS / 10) / (1 + DRAWS))
    assert crowds(counts).tail(0) == 1.0


def test_where_no_crowd_is_as_close_one_more_might_be() -> None:
    counts = np.zeros(DRAWS, np.int64)
    assert crowds(counts).tail(3) == 1 / (1 + DRAWS)
    # Few crowds say no more than a tenth of that, whatever is fitted to them.
    assert crowds(counts[:400]).tail(30) == pytest.approx(1 / 4010)


def test_few_crowds_are_counted_where_the_group_is_like_them() -> None:
    counts = np.arange(400) % 10
    assert crowds(counts).tail(5) == pytest.approx(201 / 401)


def test_no_crowds_say_nothing() -> None:
    nobody = crowds(np.zeros(0, np.int64))
    assert np.isnan(nobody.tail(3))
    assert np.isnan(nobody.mean)


@pytest.mark.parametrize("spread", [poisson(2.0), nbinom(2, 0.4)])
def test_few_crowds_give_the_tail_of_the_distribution_they_come_from(
    spread: object,
) -> None:
    # 5,000 draws: a tail of 1e-4 is known to a factor of two.
    counts = spread.rvs(5000, random_state=5)  # type: ignore[attr-defined]
    least = int(spread.isf(1e-4)) + 1  # type: ignore[attr-defined]
    true = spread.sf(least - 1)  # type: ignore[attr-defined]
    assert true / 2 < crowds(counts).tail(least) < 2 * true


def test_friends_in_one_crowd_of_a_thousand_are_not_forgotten() -> None:
    """A Poisson tail fitted to 400 crowds without them would give 1e-17."""
    rng = np.random.default_rng(6)
    counts = np.zeros(DRAWS, np.int64)
    counts[rng.choice(DRAWS, DRAWS // 1000, replace=False)] = 8
    assert crowds(counts).tail(5) == pytest.approx(11 / 10_001)
    for _ in range(5):
        assert crowds(rng.choice(counts, 400)).tail(5) >= 2e-4


def test_members_out_of_few_differ_more_than_crowds_do() -> None:
    """The tail widens with the share of accounts alike that members make up."""
    counts = np.random.default_rng(7).poisson(5, DRAWS)
    tails = [crowds(counts, share).tail(14) for share in (0.0, 0.1, 1 / 3)]
    assert tails == sorted(tails)
    assert tails[2] > 3 * tails[0]


def test_a_closer_group_has_no_larger_tail() -> None:
    for counts in (np.arange(400) % 7, np.zeros(400, np.int64), np.full(400, 3)):
        for share in (0.0, 0.3):
            tails = [crowds(counts, share).tail(observed) for observed in range(30)]
            assert tails == sorted(tails, reverse=True)
            assert all(0 <= tail <= 1 for tail in tails)
