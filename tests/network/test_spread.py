"""How unequal ordinary pairs are: planted spreads, and tails beside other ones."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

from rasad.network.spread import NARROWEST, UNKNOWN, WIDEST, fit_shape, spread_tail

Drawn = tuple[NDArray[np.int64], NDArray[np.float64]]


def drawn(shape: float, n: int = 200_000, seed: int = 1) -> Drawn:
    """Return counts of pairs whose ratios follow a gamma of this shape, and means."""
    rng = np.random.default_rng(seed)
    expected = rng.lognormal(-2.0, 1.2, n)
    return rng.poisson(rng.gamma(shape, 1 / shape, n) * expected), expected


@pytest.mark.parametrize("shape", [0.3, 1.0, 3.0])
def test_a_planted_spread_is_found(shape: float) -> None:
    assert fit_shape(*drawn(shape)) == pytest.approx(shape, rel=0.1)


def test_equal_pairs_have_hardly_any_spread() -> None:
    rng = np.random.default_rng(2)
    expected = rng.lognormal(-2.0, 1.2, 200_000)
    assert fit_shape(rng.poisson(expected), expected) > 20


@pytest.mark.parametrize("met", [1, 2])
def test_pairs_that_hardly_meet_say_nothing_of_the_spread(met: int) -> None:
    """Were pairs that meet once enough, they would stand for Poisson's law."""
    observed = np.concatenate([np.ones(50_000, np.int64), np.full(199, met)])
    assert fit_shape(observed, np.full(len(observed), 0.01)) == UNKNOWN
    assert fit_shape(np.tile(observed, 2), np.full(2 * len(observed), 0.01)) != (
        UNKNOWN if met > 1 else 0
    )


def test_small_counts_of_teams_err_towards_finding_less() -> None:
    observed, expected = drawn(2.0)
    team = np.full(300, 3), np.full(300, 0.01)
    together = fit_shape(
        np.concatenate([observed, team[0]]), np.concatenate([expected, team[1]])
    )
    assert together < fit_shape(observed, expected)


def test_large_counts_of_teams_do_not_widen_the_spread() -> None:
    observed, expected = drawn(2.0)
    alone = fit_shape(observed, expected)
    ordered = np.full(500, 30), np.full(500, 0.01)
    together = fit_shape(
        np.concatenate([observed, ordered[0]]), np.concatenate([expected, ordered[1]])
    )
    assert together == pytest.approx(alone, rel=1e-6)


def test_the_order_of_pairs_changes_no_digit() -> None:
    observed, expected = drawn(1.0, 5_000)
    order = np.random.default_rng(3).permutation(5_000)
    assert fit_shape(observed[order], expected[order]) == fit_shape(observed, expected)


@pytest.mark.parametrize("n", [0, 199])
def test_few_pairs_say_nothing_of_the_spread(n: int) -> None:
    assert fit_shape(np.ones(n, np.int64), np.ones(n)) == UNKNOWN


def test_a_spread_stays_in_its_bounds() -> None:
    ones, fives = np.ones(1_000, np.int64), np.full(1_000, 5, np.int64)
    for observed in (ones, fives, np.concatenate([ones, fives])):
        shape = fit_shape(observed, np.full(len(observed), 0.01))
        assert WIDEST <= shape <= NARROWEST


@pytest.mark.parametrize("shape", [0.1, 1.0, 7.5])
def test_tails_are_those_of_another_library(shape: float) -> None:
    observed = np.array([1, 2, 5, 40, 3])
    expected = np.array([0.01, 0.5, 0.2, 3.0, 1e-9])
    want = nbinom.sf(observed - 1, shape, shape / (shape + expected))
    np.testing.assert_allclose(spread_tail(observed, expected, shape), want, rtol=1e-6)


def test_without_spread_the_tail_is_poissons() -> None:
    observed, expected = np.array([1, 3, 8]), np.array([0.1, 0.5, 2.0])
    tail = spread_tail(observed, expected, 1e9)
    np.testing.assert_allclose(tail, poisson.sf(observed - 1, expected), rtol=1e-6)


def test_where_all_pairs_are_alike_the_tail_is_poissons() -> None:
    observed, expected = np.array([0, 1, 3]), np.array([0.1, 0.1, 0.5])
    tail = spread_tail(observed, expected, np.inf)
    np.testing.assert_allclose(tail, poisson.sf(observed - 1, expected), rtol=1e-9)


def test_nothing_seen_is_certain_and_nothing_expected_is_no_division() -> None:
    tail = spread_tail(np.array([0, -1, 2]), np.array([0.5, 0.5, 0.0]), 1.0)
    assert tail.tolist() == [1.0, 1.0, 1e-300]


def test_the_more_unequal_pairs_are_the_less_a_count_surprises() -> None:
    tails = [spread_tail(np.array([7]), np.array([0.5]), k)[0] for k in (0.3, 1, 10)]
    assert tails == sorted(tails, reverse=True)
