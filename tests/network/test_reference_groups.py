"""A reference crowd in the gate and in groups: it stands for members, nobody else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from network.worlds import (
    NOBODY,
    PEOPLE,
    RING,
    SMALL,
    WINDOW_S,
    Row,
    hashes_of,
    people_rows,
    ring_rows,
    ring_world_rows,
    trace_of,
)
from rasad.config import Settings
from rasad.network import calibration
from rasad.network.calibration import Checked, Gate, NullTrace
from rasad.network.confirmation import held_out
from rasad.network.halves import TracePairs
from rasad.network.heldout import Showing, show
from rasad.network.occasions import Occasion, occasions
from rasad.network.pair_tests import UNUSED
from rasad.network.reference import crowd_standing_out

SETTINGS = Settings()
EVERYBODY = PEOPLE + len(RING)
"""Accounts of the case: people, then a ring."""

OTHERS = 300
N = EVERYBODY + OTHERS
CROWD = np.arange(N) >= EVERYBODY


def marked(trace: TracePairs, crowd: NDArray[np.bool_] = CROWD) -> TracePairs:
    return replace(trace, actions=replace(trace.actions, reference=crowd))


def crowd_rows(rows: list[Row], first: int = EVERYBODY) -> list[Row]:
    """Return the same under other accounts and on other things, in the same hours."""
    return [(1000 + thing, second, first + who) for thing, second, who in rows]


@cache
def plain() -> TracePairs:
    """Return case and crowd as one population."""
    others = people_rows(5, OTHERS, objects=120, audience=30)
    return trace_of(ring_world_rows() + crowd_rows(others), N)


def occasion_of(trace: TracePairs) -> Occasion:
    passed = frozenset({(trace.number, WINDOW_S)})
    (one,) = occasions([trace], passed, {trace.number: NOBODY}, SETTINGS)
    return one


def shown(trace: TracePairs, members: NDArray[np.int64], barred: object) -> Showing:
    kept = np.asarray(barred, np.bool_)
    return show(occasion_of(trace), members, kept, np.random.default_rng(1))


NONE = np.zeros(N, np.bool_)
SOMEBODY = np.arange(6)
"""Six of the people, who are like each other and like most of the crowd."""


def test_only_the_crowd_stands_for_members() -> None:
    found = shown(marked(plain()), SOMEBODY, NONE)
    wanted = shown(plain(), SOMEBODY, ~CROWD)
    assert found.crowds.counts.tolist() == wanted.crowds.counts.tolist()
    assert (found.crowds.share, found.p_crowd) == (wanted.crowds.share, wanted.p_crowd)
    assert found.p_crowd > 0.01
    everybody = shown(plain(), SOMEBODY, NONE)
    assert found.crowds.share > everybody.crowds.share > 0


def test_who_is_in_a_group_that_was_found_stands_for_nobody_beside_a_crowd() -> None:
    barred = np.arange(N) % 2 == 1
    found = shown(marked(plain()), SOMEBODY, barred)
    wanted = shown(plain(), SOMEBODY, ~CROWD | barred)
    assert found.crowds.counts.tolist() == wanted.crowds.counts.tolist()
    everybody = shown(marked(plain()), SOMEBODY, NONE)
    assert found.crowds.counts.tolist() != everybody.crowds.counts.tolist()


def test_the_times_of_others_of_the_case_still_count_beside_a_crowd() -> None:
    found, wanted = (shown(one, RING, NONE) for one in (marked(plain()), plain()))
    for name in ("observed", "sessions", "outsiders", "testable"):
        assert getattr(found, name) == getattr(wanted, name)
    # What the crowd did counts among objects alike in the one and not in the other.
    assert found.p_timing == pytest.approx(wanted.p_timing, rel=1e-4)


@pytest.mark.parametrize("size", [0, 5])
def test_a_crowd_of_too_few_draws_no_crowds(size: int) -> None:
    few = CROWD & (np.arange(N) < EVERYBODY + size)
    found = shown(marked(plain(), few), SOMEBODY, NONE)
    assert len(found.crowds.counts) == 0
    assert np.isnan(found.p_crowd)


def test_a_ring_is_confirmed_beside_a_crowd_and_nobody_of_the_crowd_is_found() -> None:
    # Two of the crowd act as one as well, which is none of the case's business.
    hidden = ring_rows(9, np.arange(EVERYBODY, EVERYBODY + 2), lambda thing: True)
    rows = [(2000 + thing, second, who) for thing, second, who in hidden]
    others = people_rows(5, OTHERS, objects=120, audience=60)
    trace = marked(trace_of(ring_world_rows() + crowd_rows(others) + rows, N))
    passed = frozenset({(0, WINDOW_S)})
    able = ~CROWD[None, :]
    found = held_out([trace], able, passed, hashes_of(N), SETTINGS, 1).groups
    assert [g.members.tolist() for g in found if g.confirmed] == [RING.tolist()]
    assert not any(CROWD[group.members].any() for group in found)


def test_who_stands_out_in_the_crowd_is_known_without_the_case() -> None:
    hidden = ring_rows(9, np.arange(EVERYBODY, EVERYBODY + 6), lambda thing: thing < 40)
    rows = [(2000 + thing, second, who) for thing, second, who in hidden]
    others = people_rows(5, OTHERS, objects=60, audience=40)
    trace = marked(trace_of(ring_world_rows() + crowd_rows(others) + rows, N))
    out = crowd_standing_out(trace.crowd_alone(CROWD), SETTINGS, 1)
    assert np.flatnonzero(out).tolist() == list(range(EVERYBODY, EVERYBODY + 6))


@pytest.mark.parametrize("size", [0, 1, 2])
def test_nobody_stands_out_in_a_crowd_of_hardly_anybody(size: int) -> None:
    rows = [(1000 + t, 60 * t, EVERYBODY + who) for t in range(3) for who in range(2)]
    case = people_rows(1, PEOPLE, objects=20, audience=20)
    crowd = CROWD & (np.arange(N) < EVERYBODY + size)
    trace = marked(trace_of(case + rows[: 3 * size], N), crowd)
    out = crowd_standing_out(trace.crowd_alone(crowd), SETTINGS, 1)
    assert not out[~crowd].any()


# --- the gate ------------------------------------------------------------------------

SOME, BESIDE = 60, 140
"""Accounts of the case and of the crowd in the small worlds of the gate."""

REFERENCE = np.arange(SOME + BESIDE) >= SOME


def gate(crowd: NDArray[np.bool_] = REFERENCE) -> Gate:
    def hourly(seed: int, accounts: int) -> list[Row]:
        rng = np.random.default_rng(seed)
        return [
            (thing, 3600 * thing + int(second), int(account))
            for thing in range(150)
            for account, second in zip(
                rng.choice(accounts, 30, replace=False),
                rng.integers(0, 3600, 30),
                strict=True,
            )
        ]

    rows = hourly(1, SOME) + crowd_rows(hourly(2, BESIDE), SOME)
    trace = trace_of(rows, SOME + BESIDE)
    case_only = replace(trace.actions, eligible=~crowd)
    trace = marked(replace(trace, actions=case_only), crowd)
    return Gate(
        trace=replace(trace, stretches_s=(UNUSED,)),
        eligible=np.ones(SOME + BESIDE, np.bool_),
        hashes=hashes_of(SOME + BESIDE),
        settings=SETTINGS,
        threads=1,
    )


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nulls are made twice at most: what they hold is looked at, not how many."""
    monkeypatch.setattr(calibration, "FEWEST", 5_000)
    monkeypatch.setattr(calibration, "MOST_ROUNDS", 1 if SMALL else 2)


def by_model(
    found: tuple[list[Checked], list[NullTrace]],
) -> tuple[dict[str, int], dict[str, NullTrace]]:
    checked, nulls = found
    n = {one.null_model: len(one.p_values) for one in checked}
    return n, {null.null_model: null for null in nulls}


def test_null_model_j_is_held_against_half_of_the_crowd_with_the_other_s_rates() -> (
    None
):
    aside = np.zeros(SOME + BESIDE, np.bool_)
    aside[[3, SOME + 3]] = True
    n, nulls = by_model(gate().check(aside))
    assert min(n.values()) > 0
    chance, timing = (nulls[name].trace.actions for name in ("opportunity", "timing"))
    assert set(np.unique(chance.account)) == set(np.flatnonzero(REFERENCE & ~aside))
    assert chance.reference is not None
    tested = REFERENCE & ~chance.reference
    assert chance.eligible.tolist() == tested.tolist()
    assert 0 < (REFERENCE & chance.reference).sum() < REFERENCE.sum()
    inside = chance.reference[chance.account]
    assert not set(chance.object[inside]) & set(chance.object[~inside])
    assert set(np.unique(timing.account)) == set(np.flatnonzero(~REFERENCE & ~aside))
    assert timing.reference is None
    assert timing.eligible.tolist() == (~REFERENCE).tolist()
    for fit in nulls["timing"].fitted:
        assert not REFERENCE[fit.pairs.first].any()
    for fit in nulls["opportunity"].fitted:
        assert tested[fit.pairs.first].all()
        assert tested[fit.pairs.second].all()
        assert len(fit.key)


def test_null_model_t_is_held_against_pairs_of_the_case() -> None:
    # Without the case nothing is left to hold T against; J does without it.
    n, _ = by_model(gate().check(~REFERENCE))
    assert n["timing"] == 0
    assert n["opportunity"] > 0


def test_a_crowd_in_which_everybody_stands_out_says_nothing() -> None:
    checked, _ = gate().check(REFERENCE)
    verdicts = {one.null_model: one.verdict(1.5) for one in checked}
    assert verdicts["opportunity"] == "insufficient"


def test_both_nulls_keep_their_promise_where_neither_case_nor_crowd_is_together() -> (
    None
):
    checked, _ = gate().check(np.zeros(SOME + BESIDE, np.bool_))
    assert {one.null_model for one in checked} == {"timing", "opportunity"}
    for one in checked:
        # Five standard errors of a count.
        most = one.expected(0.01) + 5 * np.sqrt(one.expected(0.01))
        assert 0 < one.observed(0.01) <= most, one.stretch_s
