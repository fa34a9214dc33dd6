"""Corrections and combinations against their definitions in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import atan, exp, isnan, log, nan, pi, sqrt, tan
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from rasad.network.multiplicity import (
    LARGEST_E,
    NO_EVIDENCE,
    RATIOS,
    benjamini_hochberg,
    benjamini_yekutieli,
    cauchy_combination,
    cauchy_statistic,
    cauchy_tail,
    e_benjamini_hochberg,
    e_value,
)

Floats = NDArray[np.float64]

ROUNDED = 1 + 1e-12
"""What rounding may add where a comparison is exact otherwise."""

PROBABILITIES = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=30)
EVIDENCE = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)
SILENT = st.integers(0, 50)
CORRECTIONS = pytest.mark.parametrize(
    ("correct", "method"), [(benjamini_hochberg, "bh"), (benjamini_yekutieli, "by")]
)


@CORRECTIONS
@given(p=PROBABILITIES, silent=SILENT)
def test_q_values_are_those_of_enumerating_every_pair(
    correct: Callable[[Floats, int], Floats], method: str, p: list[float], silent: int
) -> None:
    everything = np.array(p + [1.0] * silent)
    want = false_discovery_control(everything, method=method)[: len(p)]
    np.testing.assert_allclose(correct(np.array(p), len(everything)), want, rtol=1e-12)


@CORRECTIONS
@given(p=PROBABILITIES, silent=SILENT, data=st.data())
def test_a_smaller_p_value_raises_no_q_value(
    correct: Callable[[Floats, int], Floats],
    method: str,
    p: list[float],
    silent: int,
    data: st.DataObject,
) -> None:
    one = data.draw(st.integers(0, len(p) - 1))
    smaller = p.copy()
    smaller[one] *= data.draw(st.floats(0.001, 1))
    m = len(p) + silent
    before, after = correct(np.array(p), m), correct(np.array(smaller), m)
    assert (after <= before * ROUNDED).all()
    assert (np.array(p) <= before * ROUNDED).all()
    assert (before <= correct(np.array(p), m + 1) * ROUNDED).all()


def test_the_factor_of_any_dependence_is_the_harmonic_number() -> None:
    for m in (1, 2, 10, 3000):
        harmonic = float(sum(Fraction(1, i) for i in range(1, m + 1)))
        q = benjamini_yekutieli(np.array([1e-9]), m)[0]
        assert q == pytest.approx(1e-9 * m * harmonic, rel=1e-14)
    trillion = benjamini_yekutieli(np.array([1e-20]), 10**12)[0]
    assert trillion == pytest.approx(1e-8 * 28.20823678803, rel=1e-12)


@given(st.integers(0, 12), st.floats(0, 5))
def test_an_e_value_is_the_mean_of_its_bets(observed: int, expected: float) -> None:
    bets = [ratio**observed * exp(-expected * (ratio - 1)) for ratio in RATIOS]
    got = e_value(np.array([observed]), np.array([expected]))[0]
    assert got == pytest.approx(sum(bets) / len(bets), rel=1e-12)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0, 3))
@settings(deadline=None)
def test_chance_does_not_win_on_average(row: list[float], more: float) -> None:
    """Sum over the whole distribution: no tolerance but that of rounding."""
    chance = np.ones(1)
    for p in row:
        chance = np.convolve(chance, [1 - p, p])
    counts = np.arange(len(chance))
    e = e_value(counts, np.full(len(chance), sum(row) + more))
    assert (chance * e).sum() <= ROUNDED


def test_simulated_chance_does_not_win_either() -> None:
    # Capped at 1000, whose mean is no larger: E X^2 <= 1000 E X, so that the standard
    # error of the mean of n draws is below sqrt(1000 / n), and four of them are 0.2.
    rng = np.random.default_rng(12)
    n = 400_000
    chances = rng.beta(0.3, 20, (20, n))
    observed = (rng.random((20, n)) < chances).sum(axis=0)
    e = e_value(observed, chances.sum(axis=0))
    assert np.minimum(e, 1000).mean() <= 1 + 4 * sqrt(1000 / n)
    # Markov: each share is at most 1 / level; four standard errors are allowed.
    for level in (10, 100):
        share = 1 / level
        assert (e >= level).mean() <= share + 4 * sqrt(share / n)


def test_no_e_value_is_infinite() -> None:
    observed, expected = np.array([10**6, 0]), np.array([1e-9, 1e6])
    e = e_value(observed, expected)
    assert e[0] == pytest.approx(LARGEST_E)
    assert e[1] == 0.0


@given(st.integers(0, 50), st.floats(0, 50), st.floats(0, 5))
def test_evidence_grows_with_what_is_seen_and_not_with_what_is_expected(
    observed: int, expected: float, more: float
) -> None:
    seen = np.array([observed, observed + 1, observed])
    e = e_value(seen, np.array([expected, expected, expected + more]))
    assert e[1] * ROUNDED >= e[0]
    assert e[2] <= e[0] * ROUNDED


def slow_discoveries(e: list[float], m: int, alpha: float) -> list[bool]:
    ranked = sorted(e, reverse=True)
    for k in range(len(e), 0, -1):
        if ranked[k - 1] >= m / (alpha * k):
            return [value >= ranked[k - 1] for value in e]
    return [False] * len(e)


@given(EVIDENCE, SILENT, st.floats(0.01, 0.99))
def test_discoveries_are_those_of_the_definition(
    e: list[float], silent: int, alpha: float
) -> None:
    m = len(e) + silent
    got = e_benjamini_hochberg(np.array(e), m, alpha)
    assert got.tolist() == slow_discoveries(e, m, alpha)
    # Tests that were left out have e <= 1, and could be marked at no rank.
    listed = e_benjamini_hochberg(np.array(e + [1.0] * silent), m, alpha)
    assert listed.tolist() == got.tolist() + [False] * silent


@given(EVIDENCE, st.integers(0, 29), st.floats(1, 100))
def test_more_evidence_loses_no_discovery(
    e: list[float], one: int, times: float
) -> None:
    before = e_benjamini_hochberg(np.array(e), len(e), 0.2)
    e[one % len(e)] *= times
    assert (e_benjamini_hochberg(np.array(e), len(e), 0.2) >= before).all()


def test_no_tests_give_no_discoveries() -> None:
    none = np.zeros(0)
    assert benjamini_hochberg(none, 10).shape == (0,)
    assert benjamini_yekutieli(none, 10).shape == (0,)
    assert e_benjamini_hochberg(none, 10, 0.05).shape == (0,)
    assert isnan(cauchy_combination(none))


@given(st.floats(1e-9, 0.998))
def test_a_single_test_combines_to_itself(p: float) -> None:
    back = cauchy_tail(cauchy_statistic(np.array([p])))[0]
    assert back == pytest.approx(min(p, NO_EVIDENCE), rel=1e-9)
    assert cauchy_combination(np.array([p])) == back


def test_the_smallest_p_value_survives_the_combination() -> None:
    assert cauchy_tail(cauchy_statistic(np.array([1e-300])))[0] == pytest.approx(1e-300)
    assert cauchy_combination(np.array([1e-300, 1.0])) == pytest.approx(2e-300)


def slow_combination(p: list[float]) -> float:
    able = [x for x in p if not isnan(x)]
    if not able:
        return nan
    mean = sum(tan((0.5 - min(x, NO_EVIDENCE)) * pi) for x in able) / len(able)
    drift = (log(len(able)) + 1) / pi if len(able) > 1 else 0.0
    return 0.5 - atan(mean - drift) / pi


TESTS = st.lists(st.just(nan) | st.floats(1e-4, 1), min_size=1, max_size=6)


@given(TESTS)
def test_combinations_are_those_of_the_definition(p: list[float]) -> None:
    got = cauchy_combination(np.array(p))
    assert got == pytest.approx(slow_combination(p), rel=1e-6, nan_ok=True)


@given(TESTS, st.integers(0, 5), st.floats(0.01, 1))
def test_a_smaller_p_value_combines_to_no_larger_one(
    tests: list[float], one: int, times: float
) -> None:
    p = np.array(tests)
    before = cauchy_combination(p)
    p[one % len(p)] *= times
    after = cauchy_combination(p)
    assert isnan(before) == isnan(after)
    assert isnan(after) or after <= before * ROUNDED


@given(TESTS, st.randoms())
def test_the_order_of_tests_does_not_matter(p: list[float], random: Random) -> None:
    before = cauchy_combination(np.array(p))
    random.shuffle(p)
    assert cauchy_combination(np.array(p)) == pytest.approx(before, nan_ok=True)


def test_a_test_without_opportunity_is_left_out_and_a_silent_one_counts() -> None:
    assert cauchy_combination(np.array([0.001, nan])) == pytest.approx(0.001)
    assert cauchy_combination(np.array([0.001, 1.0])) > 0.002
    assert isnan(cauchy_combination(np.array([nan, nan])))


@pytest.mark.parametrize("n_tests", [1, 2, 3, 12, 30, 100])
def test_what_a_combination_promises_holds_for_any_number_of_tests(
    n_tests: int,
) -> None:
    """Statistics that are never negative drift: 100 tests gave 1.4 times 5% with it.

    Of 20,000 combinations, alpha times as many may be as small, and five standard
    errors of that. The drift holds in the limit only: an eighth more is allowed.
    """
    n = 20_000
    p = np.random.default_rng(n_tests).random((n, n_tests))
    combined = np.array([cauchy_combination(row) for row in p])
    for alpha in (0.05, 0.01, 0.001):
        error = sqrt(alpha / n)
        assert (combined <= alpha).mean() <= 1.125 * alpha + 5 * error
        assert (combined <= alpha).mean() >= 0.8 * alpha - 5 * error
