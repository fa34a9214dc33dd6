"""The detectability frontier against its definition."""

from __future__ import annotations

import pytest
from scipy.stats import poisson

from rasad.config import Validation
from rasad.network.frontier import LIFTS, MOST, co_actions, frontier_rows

M = 31_000_000


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("level", [0.05, 1e-4, 0.05 / M])
def test_one_co_action_fewer_would_not_be_found(lift: float, level: float) -> None:
    count = co_actions(lift, level)
    assert count is not None
    assert poisson.sf(count - 1, count / lift) <= level
    assert all(poisson.sf(s - 1, s / lift) > level for s in range(1, count))


def test_pairs_as_close_as_chance_are_never_found() -> None:
    assert co_actions(1.0, 0.01) is None
    assert co_actions(1.001, 0.05 / M) is None
    assert poisson.sf(MOST - 1, MOST / 1.001) > 0.05 / M


def test_rows_are_those_of_the_correction() -> None:
    rows = frontier_rows("run", M, 4, Validation(q=0.05))
    assert [row["lift"] for row in rows] == list(LIFTS)
    for row in rows:
        assert row["co_actions"] == co_actions(row["lift"], 0.05 / (4 * M))
        assert (row["run_id"], row["n_tests"]) == ("run", 4)


def test_the_bound_is_that_of_large_deviations() -> None:
    bounds = [row["bound"] for row in frontier_rows("run", M, 1, Validation(q=0.05))]
    assert [float(f"{bound:.2g}") for bound in bounds] == [47, 14, 8.3, 5.6, 3.4]


def test_more_lift_and_fewer_pairs_need_fewer_co_actions() -> None:
    many, few = (
        [row["co_actions"] for row in frontier_rows("run", m, 1, Validation())]
        for m in (M, 100)
    )
    assert many == sorted(many, reverse=True)
    assert all(a > b for a, b in zip(many, few, strict=True))


@pytest.mark.parametrize("m", [0, 1])
def test_a_run_without_pairs_has_a_frontier(m: int) -> None:
    rows = frontier_rows("run", m, 0, Validation(q=0.05))
    assert [row["co_actions"] for row in rows] == [co_actions(x, 0.05) for x in LIFTS]
