"""The shrunken lift against numerical integration, and priors against planted ones."""

from __future__ import annotations

from dataclasses import astuple
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import expit, gammainc, gammaincinv, logit
from scipy.stats import nbinom

from rasad.network.lift import (
    DEFAULT_PRIOR,
    HIGHEST,
    LOWEST,
    LiftPrior,
    _prior,
    _surprise,
    fit_lift_prior,
    lift_low,
)
from rasad.network.squashing import COUNTED_SINGLY, squashed

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

PLANTED = LiftPrior(weight=0.3, shape_1=0.45, rate_1=0.3, shape_2=4.0, rate_2=5.0)
SHARP = LiftPrior(weight=1e-4, shape_1=0.1, rate_1=0.2, shape_2=30.0, rate_2=20.0)
PRIORS = pytest.mark.parametrize("prior", [DEFAULT_PRIOR, PLANTED, SHARP])

THETAS = st.tuples(
    *(st.floats(low, high) for low, high in zip(LOWEST, HIGHEST, strict=True))
).map(np.array)


def prior_at(theta: Floats) -> LiftPrior:
    mean_1, rate_1, mean_2, rate_2 = np.exp(theta[1:])
    return LiftPrior(
        weight=1 / (1 + exp(-theta[0])),
        shape_1=mean_1 * rate_1,
        rate_1=rate_1,
        shape_2=mean_2 * rate_2,
        rate_2=rate_2,
    )


def log_gamma(x: float, shape: float, rate: float) -> float:
    """Return the log density of log x, where x follows a gamma distribution."""
    return shape * log(rate * x) - rate * x - lgamma(shape)


def integrated_chance(n: int, mu: float, prior: LiftPrior, ratio: float) -> float:
    """Return the posterior chance of a smaller ratio, from prior and likelihood."""
    weight, shape_1, rate_1, shape_2, rate_2 = astuple(prior)

    def density(y: float) -> float:
        x = exp(y)
        seen = n * log(mu * x) - mu * x - lgamma(n + 1)
        first = weight * exp(log_gamma(x, shape_1, rate_1) + seen)
        return float(first + (1 - weight) * exp(log_gamma(x, shape_2, rate_2) + seen))

    cuts = np.linspace(-60, 12, 60)

    def integral(low: float, high: float) -> float:
        inside = [low, *cuts[(cuts > low) & (cuts < high)], high]
        parts = zip(inside[:-1], inside[1:], strict=True)
        pieces = [quad(density, *part, epsabs=0, epsrel=1e-10)[0] for part in parts]
        return float(sum(pieces))

    y = log(ratio)
    return integral(-60, y) / (integral(-60, y) + integral(y, 12))


@PRIORS
@pytest.mark.parametrize(("n", "mu"), [(1, 0.01), (4, 0.5), (7, 9.0), (90, 2.5)])
def test_five_in_a_hundred_lie_below(prior: LiftPrior, n: int, mu: float) -> None:
    low = lift_low(np.array([n]), np.array([mu]), prior)[0]
    # The chance moves by less than (shape + n) times what the logarithm of the ratio
    # does, which is right to 1e-7.
    assert integrated_chance(n, mu, prior, low) == pytest.approx(0.05, rel=2e-5)


def solved(n: int, expected: Floats, prior: LiftPrior) -> Floats:
    """Return the logarithms of the quantiles by plain bisection."""
    weight, shape_1, rate_1, shape_2, rate_2 = astuple(prior)

    def log_chance(shape: float, rate: float) -> Floats:
        constant = lgamma(shape + n) - lgamma(shape) + shape * log(rate)
        return np.asarray(constant - (shape + n) * np.log(rate + expected))

    odds = logit(weight) + log_chance(shape_1, rate_1) - log_chance(shape_2, rate_2)
    share, rest = expit(odds), expit(-odds)
    low, high = np.full(len(expected), -40.0), np.full(len(expected), 40.0)
    for _ in range(60):
        middle = (low + high) / 2
        below = share * gammainc(shape_1 + n, np.exp(middle) * (rate_1 + expected))
        below += rest * gammainc(shape_2 + n, np.exp(middle) * (rate_2 + expected))
        low = np.where(below < 0.05, middle, low)
        high = np.where(below < 0.05, high, middle)
    return np.asarray((low + high) / 2)


@given(THETAS.map(prior_at), st.integers(1, 64), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_between_nodes_a_lift_is_right_to_a_millionth(
    prior: LiftPrior, n: int, seed: int
) -> None:
    # Nodes are added until the error half-way is below 1e-7; the largest of 1,200
    # random priors was 6e-8, and a millionth leaves room.
    expected = 10 ** np.random.default_rng(seed).uniform(-6, 3, 400)
    got = np.log(lift_low(np.full(400, n), expected, prior))
    np.testing.assert_allclose(got, solved(n, expected, prior), rtol=0, atol=1e-6)


@pytest.mark.parametrize("n", [1, 8, 40])
def test_between_nodes_it_is_right_where_one_gamma_takes_over(n: int) -> None:
    expected = np.geomspace(1e-3, 100, 4000)
    want = solved(n, expected, SHARP)
    assert np.diff(want).min() < -0.02  # a cliff; usual steps are -0.001
    got = np.log(lift_low(np.full(4000, n), expected, SHARP))
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-6)


def test_large_counts_are_solved_one_by_one() -> None:
    for n in (65, 400, 10**6):
        expected = np.array([0.0, 1e-3, 0.4, 7.0, 5e5])
        got = np.log(lift_low(np.full(5, n), expected, PLANTED))
        want = solved(n, np.maximum(expected, 1e-10), PLANTED)
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-8)


def test_the_default_prior_has_a_closed_form() -> None:
    rng = np.random.default_rng(3)
    n, expected = rng.integers(0, 90, 2000), 10 ** rng.uniform(-9, 3, 2000)
    want = gammaincinv(n + 0.5, 0.05) / (expected + 0.5)
    np.testing.assert_allclose(lift_low(n, expected, DEFAULT_PRIOR), want, rtol=1e-7)


@given(THETAS.map(prior_at))
@settings(max_examples=60, deadline=None)
def test_few_coactions_never_show_a_large_lift(prior: LiftPrior) -> None:
    low = lift_low(np.array([1, 2]), np.zeros(2), prior)
    assert low[0] < 1.6
    assert low[1] < 2.7


@given(THETAS.map(prior_at), st.floats(1e-6, 1e3), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_a_lift_grows_with_what_is_seen_and_falls_with_what_is_expected(
    prior: LiftPrior, expected: float, n: int
) -> None:
    seen = np.arange(n, n + 8)
    rising = lift_low(seen, np.full(8, expected), prior)
    falling = lift_low(np.full(50, n), np.geomspace(expected, 2 * expected), prior)
    # From count to count it is right to a millionth; for one, nodes are to 1e-9.
    assert (np.diff(np.log(rising)) > -1e-6).all()
    assert (np.diff(np.log(falling)) < 2e-9).all()


def test_the_digits_of_a_pair_do_not_depend_on_the_others() -> None:
    rng = np.random.default_rng(8)
    n, expected = rng.geometric(0.1, 3000), 10 ** rng.uniform(-4, 2, 3000)
    together = lift_low(n, expected, SHARP)
    some = rng.permutation(3000)[:700]
    assert (
        lift_low(n[some], expected[some], SHARP).tobytes() == together[some].tobytes()
    )


def test_no_pairs_have_no_lifts_and_the_default_prior() -> None:
    none = np.zeros(0, np.int64), np.zeros(0)
    assert lift_low(*none, PLANTED).shape == (0,)
    assert fit_lift_prior(*none) is DEFAULT_PRIOR


def draw(
    rng: np.random.Generator, prior: LiftPrior, n_pairs: int
) -> tuple[Counts, Floats]:
    """Draw counts of pairs with ratios from a prior; list those that have any."""
    weight, shape_1, rate_1, shape_2, rate_2 = astuple(prior)
    expected = 10 ** rng.uniform(-2, 1, n_pairs)
    first = rng.gamma(shape_1, 1 / rate_1, n_pairs)
    second = rng.gamma(shape_2, 1 / rate_2, n_pairs)
    ratio = np.where(rng.random(n_pairs) < weight, first, second)
    observed = rng.poisson(ratio * expected)
    return observed[observed > 0], expected[observed > 0]


def theta_of(prior: LiftPrior) -> Floats:
    weight, shape_1, rate_1, shape_2, rate_2 = astuple(prior)
    return np.array(
        [
            logit(weight),
            *np.log([shape_1 / rate_1, rate_1, shape_2 / rate_2, rate_2]),
        ]
    )


def mean_surprise(theta: Floats, observed: Counts, expected: Floats) -> float:
    """Return the mean of -log P(N = n | N >= 1), pair by pair."""
    weight, shape_1, rate_1, shape_2, rate_2 = astuple(prior_at(theta))

    def chance(n: Counts | int) -> Floats:
        first = nbinom.pmf(n, shape_1, rate_1 / (rate_1 + expected))
        second = nbinom.pmf(n, shape_2, rate_2 / (rate_2 + expected))
        return np.asarray(weight * first + (1 - weight) * second)

    return float(-np.log(chance(observed) / (1 - chance(0))).mean())


@given(THETAS, THETAS)
@settings(max_examples=30, deadline=None)
def test_what_is_minimised_is_the_surprise_of_listed_counts(
    one: Floats, other: Floats
) -> None:
    observed, expected = draw(np.random.default_rng(6), PLANTED, 400)
    cells = observed.astype(float), expected, np.ones(len(observed))
    # A constant is left out, so that differences are compared.
    got = _surprise(one, *cells)[0] - _surprise(other, *cells)[0]
    want = mean_surprise(one, observed, expected)
    want -= mean_surprise(other, observed, expected)
    assert got == pytest.approx(want, abs=1e-8)


@given(THETAS)
@settings(max_examples=30, deadline=None)
def test_the_gradient_is_that_of_the_surprise(theta: Floats) -> None:
    observed, expected = draw(np.random.default_rng(6), PLANTED, 400)
    cells = observed.astype(float), expected, np.ones(len(observed))
    step = 1e-5
    for axis, slope in zip(np.eye(5), _surprise(theta, *cells)[1], strict=True):
        right = _surprise(theta + step * axis, *cells)[0]
        left = _surprise(theta - step * axis, *cells)[0]
        assert slope == pytest.approx((right - left) / (2 * step), abs=1e-6)


def test_a_planted_prior_is_found_within_its_standard_errors() -> None:
    """Tolerance: four standard errors, from the curvature at the planted prior."""
    observed, expected = draw(np.random.default_rng(11), PLANTED, 400_000)
    cells = squashed(observed, expected)
    planted, step = theta_of(PLANTED), 1e-4
    curvature = [
        _surprise(planted + step * axis, *cells)[1]
        - _surprise(planted - step * axis, *cells)[1]
        for axis in np.eye(5)
    ]
    spread = np.linalg.inv(np.array(curvature) / (2 * step)) / len(observed)
    fitted = fit_lift_prior(observed, expected)
    away = np.abs(theta_of(fitted) - planted) / np.sqrt(np.diag(spread))
    assert (away < 4).all(), away
    # What matters are the lifts: nine in ten are right to a tenth.
    ratio = lift_low(observed, expected, fitted) / lift_low(observed, expected, PLANTED)
    assert np.quantile(np.abs(np.log(ratio)), 0.9) < 0.1


def test_the_wider_gamma_comes_first_wherever_the_search_ends() -> None:
    theta = theta_of(PLANTED)
    swapped = np.array([-theta[0], *theta[3:], *theta[1:3]])
    for point in (theta, swapped):
        assert astuple(_prior(point)) == pytest.approx(astuple(PLANTED))


def test_a_fit_depends_neither_on_the_order_of_pairs_nor_on_unseen_ones() -> None:
    observed, expected = draw(np.random.default_rng(2), PLANTED, 5000)
    order = np.random.default_rng(1).permutation(len(observed))
    fitted = fit_lift_prior(observed, expected)
    assert fitted == fit_lift_prior(observed[order], expected[order])
    more = np.append(observed, np.zeros(50, np.int64)), np.append(expected, np.ones(50))
    assert fitted == fit_lift_prior(*more)


def test_where_only_chance_acts_no_lift_is_shown() -> None:
    expected = 10 ** np.random.default_rng(4).uniform(-3, 1, 200_000)
    observed = np.random.default_rng(5).poisson(expected)
    listed = observed > 0
    observed, expected = observed[listed], expected[listed]
    low = lift_low(observed, expected, fit_lift_prior(observed, expected))
    assert low.max() < 1.5
    # The default prior, which knows no population, shows some a lift of two.
    assert (lift_low(observed, expected, DEFAULT_PRIOR) >= 2).any()


def test_an_operation_stands_out_of_what_chance_does() -> None:
    rng = np.random.default_rng(9)
    expected = 10 ** rng.uniform(-3, 1, 100_000)
    ratio = np.ones(100_000)
    ratio[:300] = 60.0
    expected[:300] = 0.2
    observed = rng.poisson(ratio * expected)
    prior = fit_lift_prior(observed, expected)
    low = lift_low(observed[:300], expected[:300], prior)
    assert (low[observed[:300] >= 6] > 5).all()


def test_what_says_nothing_about_ratios_leaves_the_default() -> None:
    # A count of one is all but certain once a pair is listed.
    ones = np.ones(50_000, np.int64), np.full(50_000, 1e-6)
    assert fit_lift_prior(*ones) is DEFAULT_PRIOR
    observed, expected = draw(np.random.default_rng(2), PLANTED, 5000)
    assert fit_lift_prior(observed[:199], expected[:199]) is DEFAULT_PRIOR
    assert fit_lift_prior(observed[:1000], expected[:1000]) is not DEFAULT_PRIOR


def test_squashing_loses_no_pair_and_moves_none_far() -> None:
    observed = np.array([0, 1, 1, 64, 65, 1000, 10**6, 3])
    expected = np.array([5.0, 0.3, 0.3, 2.0, 2.0, 1e-3, 4e4, 0.0])
    count, middle, pairs = squashed(observed, expected)
    assert pairs.sum() == 7
    order = np.argsort(np.array([1, 3, 64, 65, 1000, 10**6]))
    seen = np.array([1, 3, 64, 65, 1000, 10**6])[order]
    at = np.array([0.3, 1e-10, 2.0, 2.0, 1e-3, 4e4])[order]
    place = np.argsort(count)
    assert (count[place][seen <= COUNTED_SINGLY] == seen[seen <= COUNTED_SINGLY]).all()
    # Half a cell is a sixteenth of an octave; counts are rounded besides.
    assert (np.abs(np.log2(count[place] / seen)) <= 1 / 16 + 0.02).all()
    assert (np.abs(np.log2(middle[place] / at)) <= 1 / 16 + 1e-9).all()
    assert pairs[place].tolist() == [2, 1, 1, 1, 1, 1]
