"""Edges against teams, operations and decoys; q-values against their promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.edges import (
    DECOY,
    FALSE,
    OPERATION,
    TEAM,
    UNKNOWN,
    accounts_with,
    edge_counts,
    edge_kinds,
    false_share_at,
    fdr_calibration_error,
    fdr_excess,
    top_edges,
)
from rasad.evaluate.metrics.ranking import Bool

NONE = np.zeros(0, np.int64)
# Accounts 0-1 team 0, 2 team 1 of operation 0; 3 team 2 of operation 1; 4-5 decoy 0,
# 6 decoy 1; 7-8 ordinary; 9 unlabelled.
TEAMS = np.array([0, 0, 1, 2, -1, -1, -1, -1, -1, -1])
OPERATIONS = np.array([0, 0, 0, 1, -1, -1, -1, -1, -1, -1])
DECOYS = np.array([-1, -1, -1, -1, 0, 0, 1, -1, -1, -1])
KNOWN = np.arange(10) < 9

EXPECTED = {
    (0, 1): TEAM,
    (0, 2): OPERATION,
    (0, 3): FALSE,
    (0, 4): FALSE,
    (0, 7): FALSE,
    (4, 5): DECOY,
    (4, 6): FALSE,
    (4, 7): FALSE,
    (7, 8): FALSE,
    (0, 9): UNKNOWN,
    (4, 9): UNKNOWN,
}


def kinds(first: Codes, second: Codes) -> list[int]:
    found = edge_kinds(
        first, second, team=TEAMS, operation=OPERATIONS, decoy=DECOYS, known=KNOWN
    )
    return [int(kind) for kind in found]


@pytest.mark.parametrize(("pair", "kind"), EXPECTED.items())
def test_what_an_edge_joins(pair: tuple[int, int], kind: int) -> None:
    one, other = np.array([pair[0]]), np.array([pair[1]])
    assert kinds(one, other) == [kind]
    assert kinds(other, one) == [kind]


def test_no_edges() -> None:
    assert kinds(NONE, NONE) == []
    counts = edge_counts(np.zeros(0, np.int8))
    assert counts.right == 0
    assert math.isnan(counts.false_share)
    assert math.isnan(counts.false_share_with_decoys)
    assert not accounts_with(NONE, NONE, np.zeros(0, np.bool_), 3).any()
    assert top_edges(np.zeros(0), 5).tolist() == []
    assert math.isnan(fdr_calibration_error(np.zeros(0), np.zeros(0, np.bool_)))


def test_the_three_shares_of_false_edges() -> None:
    names = [TEAM, TEAM, TEAM, OPERATION, DECOY, DECOY, FALSE, UNKNOWN]
    counts = edge_counts(np.array(names, np.int8))
    assert counts.false_share == pytest.approx(1 / 5)
    assert counts.false_share_with_decoys == pytest.approx(3 / 7)
    assert counts.false_share_of_teams == pytest.approx(2 / 5)
    only_decoys = edge_counts(np.array([DECOY], np.int8))
    assert math.isnan(only_decoys.false_share)
    assert only_decoys.false_share_with_decoys == 1.0


def test_the_calibration_error_by_hand() -> None:
    q = np.array([0.005, 0.01, 0.04, 0.04, 0.15, 0.5, math.nan])
    true = np.array([True, False, True, True, False, False, False])
    shares = false_share_at(q, true)
    assert [(each.edges, each.false) for each in shares] == [
        (2, 1),
        (4, 1),
        (4, 1),
        (5, 2),
    ]
    gaps = [0.5 - 0.01, 0.25 - 0.05, 0.25 - 0.1, 0.4 - 0.2]
    assert fdr_calibration_error(q, true) == pytest.approx(np.mean(gaps))
    assert fdr_excess(q, true) == pytest.approx(np.mean(gaps))
    assert all(each.low < each.observed < each.high for each in shares)


def test_a_cautious_method_has_a_gap_and_no_excess() -> None:
    q, true = np.full(10, 0.01), np.ones(10, np.bool_)
    assert fdr_calibration_error(q, true) == pytest.approx(
        np.mean([0.01, 0.05, 0.1, 0.2])
    )
    assert fdr_excess(q, true) == 0.0


def test_levels_without_edges_are_left_out_and_not_called_perfect() -> None:
    q, true = np.array([0.15, 0.15]), np.array([True, False])
    shares = false_share_at(q, true)
    assert [each.edges for each in shares] == [0, 0, 0, 2]
    assert all(math.isnan(each.observed) for each in shares[:3])
    assert all(math.isnan(each.low) for each in shares[:3])
    assert fdr_calibration_error(q, true) == pytest.approx(0.3)
    assert math.isnan(fdr_calibration_error(np.array([0.9]), np.array([False])))


def test_equal_edges_are_chosen_by_the_seed_and_not_by_their_place() -> None:
    weight = np.concatenate([np.full(1000, 2.0), [3.0, math.nan]])
    top = top_edges(weight, 101)
    assert top[0] == 1000
    assert top.tolist() == top_edges(weight, 101).tolist()
    assert top.tolist() != top_edges(weight, 101, seed=1).tolist()
    # The mean of 100 of 1000 places is 499.5 with a standard error of 27.4.
    assert abs(top[1:].mean() - 499.5) < 5 * 27.4
    assert len(top_edges(weight, 10_000)) == 1001
    assert len(top_edges(weight, -1)) == 0


WEIGHTS = st.lists(st.sampled_from([1.0, 2.0, 3.0, math.nan]), max_size=30)


@settings(deadline=None)  # the machine may be busy
@given(WEIGHTS, st.integers(0, 40))
def test_no_edge_left_out_is_surer_than_one_taken(
    weights: list[float], budget: int
) -> None:
    weight: Real = np.array(weights, np.float64)
    top = top_edges(weight, budget)
    left = np.setdiff1d(np.arange(len(weight)), top)
    assert len(top) == min(budget, int((~np.isnan(weight)).sum()))
    if len(top) and not np.isnan(weight[left]).all():
        assert np.nanmax(weight[left]) <= weight[top].min()
    tripled = top_edges(weight * 3 + 1, budget)
    assert top.tolist() == tripled.tolist()


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 2**32), st.integers(2, 12))
def test_kinds_do_not_depend_on_numbers_of_accounts_or_teams(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    team, decoy = rng.integers(-1, 3, n), rng.integers(-1, 2, n)
    decoy[team >= 0] = -1
    operation = np.where(team == 2, 1, np.minimum(team, 0))
    first, second = np.triu_indices(n, 1)
    kept = edge_kinds(first, second, team=team, operation=operation, decoy=decoy)
    moved = rng.permutation(n)
    names: Codes = np.append(rng.permutation(3) + 40, -1)

    def renamed(codes: Codes) -> Codes:
        new = np.empty(n, np.int64)
        new[moved] = names[codes]
        return new

    again = edge_kinds(
        moved[first],
        moved[second],
        team=renamed(team),
        operation=renamed(operation),
        decoy=renamed(decoy),
    )
    assert again.tolist() == kept.tolist()


def test_q_values_of_many_true_nulls_keep_their_promise() -> None:
    # 3000 false edges with uniform p, 1000 true ones with tiny p; Benjamini-Hochberg
    # promises 0.75 of the level on average. The share at .2 has a sd of 0.012.
    rng = np.random.default_rng(3)
    true: Bool = np.arange(4000) < 1000
    p = np.where(true, 1e-9, rng.random(4000))
    order = np.argsort(p)
    q = np.empty(4000)
    q[order] = np.minimum.accumulate((p[order] * 4000 / np.arange(1, 4001))[::-1])[::-1]
    shares = {each.level: each.observed for each in false_share_at(q, true)}
    assert shares[0.2] == pytest.approx(0.15, abs=5 * 0.012)
    assert fdr_excess(q, true) < 0.005
