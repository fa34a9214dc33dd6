"""Tails of sums of unequal chances against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import exp, factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import poisson

from rasad.null_models.tails import (
    SMALLEST_P,
    poisson_binomial_point,
    poisson_binomial_tail,
    poisson_tail,
)

EDGES = st.sampled_from([0.0, 1.0, 0.5, 1e-9, 1e-40, 1e-200, 1 - 2**-53])
CHANCES = st.lists(EDGES | st.floats(0, 1), max_size=12)


def exact(row: list[float]) -> list[Fraction]:
    """Return the probability of every count as a fraction."""
    ratios = [Fraction(p).as_integer_ratio() for p in row]
    ways = [1]
    for hit, of in ratios:
        padded = [0, *ways, 0]
        ways = [
            padded[count] * hit + padded[count + 1] * (of - hit)
            for count in range(len(padded) - 1)
        ]
    total = prod(of for _, of in ratios)
    return [Fraction(way, total) for way in ways]


def every_count(row: list[float]) -> tuple[NDArray[np.int64], ...]:
    """Return a table that asks for every count of one row, and for two beyond."""
    observed = np.arange(-1, len(row) + 2)
    start = np.arange(len(observed) + 1) * len(row)
    return observed, start


def tails(row: list[float]) -> NDArray[np.float64]:
    observed, start = every_count(row)
    return poisson_binomial_tail(observed, start, np.tile(row, len(observed)))


def points(row: list[float]) -> NDArray[np.float64]:
    observed, start = every_count(row)
    return poisson_binomial_point(observed, start, np.tile(row, len(observed)))


@given(CHANCES)
@settings(max_examples=200, deadline=None)
def test_every_tail_is_exact_to_twelve_digits(row: list[float]) -> None:
    distribution = exact(row)
    above = [sum(distribution[count:]) for count in range(len(row) + 2)]
    want = [max(float(tail), SMALLEST_P) for tail in (1, *above)]
    np.testing.assert_allclose(tails(row), want, rtol=1e-12)


@given(CHANCES)
@settings(max_examples=200, deadline=None)
def test_every_point_is_exact_to_twelve_digits(row: list[float]) -> None:
    want = [0.0, *map(float, exact(row)), 0.0]
    np.testing.assert_allclose(points(row), want, rtol=1e-12, atol=1e-290)


@pytest.mark.parametrize("spread", [(0.5, 5.0), (1.0, 1.0), (5.0, 0.5)])
def test_two_hundred_trials_are_exact_to_twelve_digits(
    spread: tuple[float, float],
) -> None:
    row = np.random.default_rng(2).beta(*spread, 200)
    distribution = exact(row.tolist())
    observed = np.array([1, 20, 99, 100, 101, 150, 200])
    start = np.arange(8) * 200
    want = [max(float(sum(distribution[x:])), SMALLEST_P) for x in observed]
    got = poisson_binomial_tail(observed, start, np.tile(row, 7))
    np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.parametrize("threads", [1, 3])
def test_rows_of_any_length_stand_alone(threads: int) -> None:
    rng = np.random.default_rng(7)
    length = rng.integers(0, 9, 200)
    length[[0, 1, 50, 198, 199]] = 0
    start = np.concatenate([[0], np.cumsum(length)])
    chances = rng.random(start[-1])
    observed = rng.integers(0, 6, 200)
    got = poisson_binomial_tail(observed, start, chances, threads)
    point = poisson_binomial_point(observed, start, chances, threads)
    for k, x in enumerate(observed):
        row = chances[start[k] : start[k + 1]]
        alone = np.array([x]), np.array([0, len(row)]), row
        assert got[k] == poisson_binomial_tail(*alone)[0]
        assert point[k] == poisson_binomial_point(*alone)[0]


def test_no_sums_give_no_tails() -> None:
    none = np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0)
    assert poisson_binomial_tail(*none).shape == (0,)
    assert poisson_binomial_point(*none).shape == (0,)


@pytest.mark.parametrize("n", [201, 300])
def test_few_successes_or_failures_are_exact_among_many_trials(n: int) -> None:
    row = np.random.default_rng(n).beta(0.4, 3, n)
    distribution = exact(row.tolist())
    for x in (1, 5, 100, n - 99, n - 5, n):
        want = max(float(sum(distribution[x:])), SMALLEST_P)
        one = np.array([x]), np.array([0, n]), row
        assert poisson_binomial_tail(*one)[0] == pytest.approx(want, rel=1e-12)


def test_tails_fall_and_points_are_their_steps_where_approximated() -> None:
    n = 450
    row = np.random.default_rng(4).random(n)
    observed = np.arange(180, 300, 7)
    ask = np.sort(np.concatenate([observed, observed + 1]))
    start = np.arange(len(ask) + 1) * n
    tail = poisson_binomial_tail(ask, start, np.tile(row, len(ask)))
    assert (np.diff(tail) < 0).all()
    steps = tail[0::2] - tail[1::2]
    points = poisson_binomial_point(observed, start, np.tile(row, len(observed)))
    np.testing.assert_allclose(points, steps, rtol=1e-15)
    # The tilted variance is 67 to 75 here: each tail is right to 1 / 670, and the
    # errors of two neighbours are so alike that their difference is no worse.
    distribution = exact(row.tolist())
    want = [float(distribution[x]) for x in observed]
    np.testing.assert_allclose(points, want, rtol=1 / 670)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_poisson_tails_are_no_smaller_from_one_above_the_mean(
    row: list[float], observed: int
) -> None:
    mean = float(sum(map(Fraction, row)))
    if observed >= mean + 1:
        seen = np.array([observed])
        sharp = poisson_binomial_tail(seen, np.array([0, len(row)]), np.array(row))[0]
        # Both are exact to about 1e-13: a sum of one tiny chance gives equal tails.
        assert poisson_tail(seen, np.array([mean]))[0] >= sharp * (1 - 1e-12)


def test_poisson_tails_agree_with_exact_arithmetic() -> None:
    for observed, mu in product((0, 1, 2, 5), (Fraction(1, 8), Fraction(3, 2))):
        below = sum(mu**k / factorial(k) for k in range(observed))
        want = 1 - float(below) * exp(-float(mu))
        got = poisson_tail(np.array([observed]), np.array([float(mu)]))[0]
        assert got == pytest.approx(want, rel=1e-9)


def test_poisson_tails_keep_their_digits_far_out() -> None:
    observed, expected = np.array([2, 40, 9]), np.array([1e-120, 1e-3, 0.0])
    want = [0.5e-240, poisson.pmf(40, 1e-3) * (1 + 1e-3 / 41), SMALLEST_P]
    np.testing.assert_allclose(poisson_tail(observed, expected), want, rtol=1e-9)


def test_a_tail_is_never_zero() -> None:
    assert poisson_tail(np.array([4000]), np.array([1e-9]))[0] == SMALLEST_P
    many = np.array([150]), np.array([0, 300]), np.full(300, 1e-304)
    assert poisson_binomial_tail(*many)[0] == SMALLEST_P
