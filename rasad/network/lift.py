"""How strongly a pair stands out: the shrunken ratio of what is seen and expected.

DuMouchel's gamma-Poisson shrinker. Every pair has a ratio by which it co-acts more
often than chance gives; the ratios of all pairs follow a mixture of two gamma
distributions; what a pair showed is weighed against that. Few co-actions move little.

References: W. DuMouchel, "Bayesian data mining in large frequency tables", The American
Statistician 53(3), 1999; W. DuMouchel, D. Pregibon, "Empirical Bayes screening for
multi-item associations", KDD 2001, for truncation and squashing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import minimize
from scipy.special import expit, gammainc, gammaincinv, gammaln, logit, psi, xlogy

from rasad.network.squashing import (
    COUNTED_SINGLY,
    FEWEST_PAIRS,
    SMALLEST_EXPECTED,
    squashed,
)

Floats = NDArray[np.float64]

LOWEST = np.array([logit(1e-3), *np.log([0.5, 0.2, 0.5, 0.2])])
HIGHEST = np.array([logit(1 - 1e-6), *np.log([2.0, 0.5, 2.0, 20.0])])
"""Bounds of logit weight, log mean and log rate of one gamma, and of the other.

The expectation is meant to be right for nearly all pairs: how widely ratios spread is
fitted, not that all are large. A mean of at most 2 and a rate of at least 1/5 keep the
lower end of the lift of one co-action below 1.6, of two below 2.7, whatever is seen.
The first gamma stays wide and holds at least one pair in a thousand: where nearly all
pairs are ordinary, a fit would otherwise shrink the few that are not to the others.
"""

STARTS = ((0.3, 1.5, 0.3, 0.8, 5.0), (0.01, 2.0, 0.25, 1.0, 15.0))
"""Weight, mean, rate, mean and rate at which the search for a prior begins."""

FEWEST_GAINED = 5.0
"""Gain in log-likelihood for which five numbers are fitted (Akaike's criterion)."""

QUANTILE = 0.05

WIDEST, NARROWEST = 0.25, 1e-9
"""Distances of the first nodes and of the closest, in the log of the expectation."""

TOLERANCE = 1e-7
"""Error of the logarithm of a lift for which a node is put between two others."""

MOST_STEPS = 100
PRECISION = 1e-9
TINY = 1e-300


@dataclass(frozen=True, kw_only=True)
class LiftPrior:
    """Mixture of two gamma distributions of the ratio of seen and expected.

    Parameters
    ----------
    weight : float
        Share of the first.
    shape_1, rate_1 : float
        The first, wider one; its mean is shape / rate.
    shape_2, rate_2 : float
        The second.
    """

    weight: float
    shape_1: float
    rate_1: float
    shape_2: float
    rate_2: float


DEFAULT_PRIOR = LiftPrior(weight=1.0, shape_1=0.5, rate_1=0.5, shape_2=0.5, rate_2=0.5)
"""A single wide gamma distribution of mean one, where nothing can be fitted."""


def fit_lift_prior(observed: NDArray[np.int64], expected: Floats) -> LiftPrior:
    """Return the prior under which these counts are likeliest.

    Parameters
    ----------
    observed : int64 array
        Co-actions of each pair that has any; pairs with none are passed over.
    expected : float64 array
        How many chance gives.

    Returns
    -------
    LiftPrior
        `DEFAULT_PRIOR` where there are fewer than `FEWEST_PAIRS` pairs, or the search
        finds none that is clearly likelier.

    Notes
    -----
    Counts are negative binomial given each gamma, and listed only if they are not zero:
    what is maximised is the product of P(N = n | N >= 1). Pairs are first counted in
    cells of equal counts and nearly equal expectations. As only counts of pairs enter,
    their order does not matter.

    Examples
    --------
    One pair in five follows a wide gamma, the others act as chance expects.

    >>> rng = np.random.default_rng(1)
    >>> ratio = np.where(np.arange(20_000) % 5 == 0, rng.gamma(0.5, 4.0, 20_000), 1.0)
    >>> expected = np.full(20_000, 2.0)
    >>> round(fit_lift_prior(rng.poisson(ratio * expected), expected).weight, 1)
    0.2
    """
    cells = squashed(observed, expected)
    pairs = cells[2].sum()
    if pairs < FEWEST_PAIRS:
        return DEFAULT_PRIOR
    fits = [_search(np.array(start), cells) for start in STARTS]
    least, best = min(fits, key=lambda fit: fit[0])
    default = _surprise(_theta(np.array([0.5, 1.0, 0.5, 1.0, 0.5])), *cells)[0]
    gained = (default - least) * pairs
    return _prior(best) if gained > FEWEST_GAINED else DEFAULT_PRIOR


def _search(
    start: Floats, cells: tuple[Floats, Floats, Floats]
) -> tuple[float, Floats]:
    """Return the least surprise that a search comes to, and where."""
    found = minimize(
        _surprise,
        _theta(start),
        cells,
        method="L-BFGS-B",
        jac=True,
        bounds=list(zip(LOWEST, HIGHEST, strict=True)),
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-9},
    )
    return float(found.fun), found.x


def _theta(start: Floats) -> Floats:
    return np.append(logit(start[0]), np.log(start[1:]))


def _prior(theta: Floats) -> LiftPrior:
    """Return the prior of a point of the search, the wider gamma first."""
    weight = float(expit(theta[0]))
    mean_1, rate_1, mean_2, rate_2 = np.exp(theta[1:]).tolist()
    if rate_1 > rate_2:
        weight = 1 - weight
        mean_1, rate_1, mean_2, rate_2 = mean_2, rate_2, mean_1, rate_1
    return LiftPrior(
        weight=weight,
        shape_1=mean_1 * rate_1,
        rate_1=rate_1,
        shape_2=mean_2 * rate_2,
        rate_2=rate_2,
    )


def _surprise(
    theta: Floats, count: Floats, expected: Floats, pairs: Floats
) -> tuple[float, Floats]:
    """Return the mean of -log P(N = n | N >= 1) and its gradient.

    What only the count and the expectation enter is left out.
    """
    shares = expit(theta[0]), expit(-theta[0])
    parts = [_part(theta[place : place + 2], count, expected) for place in (1, 3)]
    (log_1, seen_1, *_), (log_2, seen_2, *_) = parts
    log_any = np.logaddexp(np.log(shares[0]) + log_1, np.log(shares[1]) + log_2)
    seen = shares[0] * seen_1 + shares[1] * seen_2
    first = np.exp(np.log(shares[0]) + log_1 - log_any)
    slopes = [first - shares[0] - shares[0] * shares[1] * (seen_1 - seen_2) / seen]
    for share, (log_n, _, log_slopes, seen_slopes) in zip(shares, parts, strict=True):
        belongs = np.exp(np.log(share) + log_n - log_any)
        slopes += list(belongs * log_slopes - share * seen_slopes / seen)
    every = pairs.sum()
    value = float(((np.log(seen) - log_any) * pairs).sum() / every)
    return value, -(np.array(slopes) * pairs).sum(axis=1) / every


def _part(
    theta: Floats, count: Floats, expected: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return log P(N = n) and P(N >= 1) under one gamma, and the slopes of both.

    Slopes are those by log mean and log rate.
    """
    mean, rate = np.exp(theta)
    shape = mean * rate
    log_zero = -np.log1p(expected / rate)
    zero = np.exp(shape * log_zero)
    log_n = gammaln(shape + count) - gammaln(shape) + shape * log_zero
    log_n -= count * np.log(rate + expected)
    by_shape = shape * (psi(shape + count) - psi(shape) + log_zero)
    by_rate = shape - rate * (shape + count) / (rate + expected)
    seen_by_shape = -shape * zero * log_zero
    seen_by_rate = -zero * shape * expected / (rate + expected)
    return (
        log_n,
        -np.expm1(shape * log_zero),
        np.array([by_shape, by_shape + by_rate]),
        np.array([seen_by_shape, seen_by_shape + seen_by_rate]),
    )


def lift_low(observed: NDArray[np.int64], expected: Floats, prior: LiftPrior) -> Floats:
    """Return the 5 % quantile of the shrunken lift of each pair, known as EB05.

    Parameters
    ----------
    observed : int64 array
        Co-actions of each pair.
    expected : float64 array
        How many chance gives.
    prior : LiftPrior
        How ratios are distributed.

    Returns
    -------
    float64 array
        It grows with `observed` and falls with `expected`.

    Notes
    -----
    The posterior is a mixture of gamma distributions with shape + observed and
    rate + expected, weighed by how likely each makes the count. Its quantile is solved
    to 1e-9 for counts above 64. For others its logarithm is a falling cubic of that of
    the expectation between nodes, put closer until it is right to 1e-7 between them.
    (Where one gamma takes over from the other it can fall so steeply that nodes 1e-9
    apart are no help; then the expectation is off by that.) A pair's digits do not
    depend on which others are asked for.

    Examples
    --------
    >>> low = lift_low(np.array([2, 3]), np.array([0.0, 0.0]), DEFAULT_PRIOR)
    >>> low.round(2)
    array([1.15, 2.17])
    """
    log_expected = np.log(np.maximum(expected, SMALLEST_EXPECTED))
    code = np.clip(observed, 0, COUNTED_SINGLY + 1).astype(np.uint8)
    order = np.argsort(code, kind="stable")
    ends = np.cumsum(np.bincount(code, minlength=COUNTED_SINGLY + 2))
    low = np.empty(len(observed), np.float64)
    for count, (start, end) in enumerate(pairwise([0, *ends[:-1].tolist()])):
        rows = order[start:end]
        if len(rows):
            low[rows] = _interpolated(float(count), log_expected[rows], prior)
    rest = order[ends[-2] :]
    counts = observed[rest].astype(np.float64)
    low[rest] = _log_quantile(_posterior(counts, log_expected[rest], prior))
    return np.exp(low, out=low)


def _interpolated(count: float, log_expected: Floats, prior: LiftPrior) -> Floats:
    """Return log quantiles of pairs with one count, by a cubic between nodes."""
    counts = np.array([count])
    least, most = log_expected.min() // WIDEST, log_expected.max() // WIDEST
    at = WIDEST * np.arange(least - 1, most + 3)
    value, slope = _node(counts, at, prior)
    unsure = np.arange(len(at) - 1)
    while len(unsure):
        width = at[unsure + 1] - at[unsure]
        middle = at[unsure] + width / 2
        cubic = CubicHermiteSpline(at, value, slope)
        middle_value, middle_slope = _node(counts, middle, prior)
        error = np.abs(cubic(middle) - middle_value)
        error += np.abs(cubic(middle, 1) - middle_slope) * width / 8
        wrong = (error > TOLERANCE) & (width > NARROWEST)
        at = np.insert(at, unsure + 1, middle)
        value = np.insert(value, unsure + 1, middle_value)
        slope = np.insert(slope, unsure + 1, middle_slope)
        left_half = (unsure + np.arange(len(unsure)))[wrong]
        unsure = np.sort(np.concatenate([left_half, left_half + 1]))
    return np.asarray(_falling(at, value, slope)(log_expected), np.float64)


def _falling(at: Floats, value: Floats, slope: Floats) -> CubicHermiteSpline:
    """Return the cubic between nodes, kept from turning.

    Slopes of at most three times the neighbouring steps are enough (Fritsch and
    Carlson 1980).
    """
    step = np.diff(value) / np.diff(at)
    gentler = np.maximum(np.insert(step, 0, step[0]), np.append(step, step[-1]))
    return CubicHermiteSpline(at, value, np.maximum(slope, 3 * gentler))


@dataclass(frozen=True)
class _Posterior:
    """Mixtures of two gammas, one for each pair: arrays of (2, m)."""

    share: Floats
    shape: Floats
    rate: Floats

    def rows(self, rows: NDArray[np.int64]) -> _Posterior:
        return _Posterior(self.share[:, rows], self.shape[:, rows], self.rate[:, rows])

    def below(self, log_ratio: Floats) -> tuple[Floats, Floats]:
        """Return each part's chance of a smaller ratio, and its slope by log ratio."""
        scaled = np.exp(log_ratio) * self.rate
        density = np.exp(xlogy(self.shape, scaled) - scaled - gammaln(self.shape))
        return np.asarray(gammainc(self.shape, scaled)), density


def _posterior(count: Floats, log_expected: Floats, prior: LiftPrior) -> _Posterior:
    """Return what is known of each pair's ratio; a single count holds for all."""
    prior_shape = np.array([[prior.shape_1], [prior.shape_2]])
    prior_rate = np.array([[prior.rate_1], [prior.rate_2]])
    shape, rate = prior_shape + count, prior_rate + np.exp(log_expected)
    likely = gammaln(shape) - gammaln(prior_shape) + prior_shape * np.log(prior_rate)
    likely = likely - shape * np.log(rate)
    odds = logit(prior.weight) + likely[0] - likely[1]
    share = np.array([expit(odds), expit(-odds)])
    return _Posterior(share, np.broadcast_to(shape, rate.shape), rate)


def _log_quantile(posterior: _Posterior) -> Floats:
    """Return the logarithm of each pair's quantile.

    Newton's steps for the logarithm of the chance, inside a bracket: the quantile of a
    mixture lies between those of its parts.
    """
    ends = np.log(gammaincinv(posterior.shape, QUANTILE) / posterior.rate)
    low, high = ends.min(axis=0) - 1e-9, ends.max(axis=0) + 1e-9
    ratio: Floats = (low + high) / 2
    left = np.arange(len(ratio))
    for _ in range(MOST_STEPS):
        part, here = posterior.rows(left), ratio[left]
        below, density = ((part.share * x).sum(axis=0) for x in part.below(here))
        below = np.maximum(below, TINY)
        low[left] = np.where(below < QUANTILE, here, low[left])
        high[left] = np.where(below < QUANTILE, high[left], here)
        step = np.log(QUANTILE / below) * below / np.maximum(density, TINY)
        there = here + step
        outside = (there <= low[left]) | (there >= high[left])
        there[outside] = (low[left] + high[left])[outside] / 2
        ratio[left] = there
        left = left[np.abs(there - here) > PRECISION]
        if not len(left):
            break
    return ratio


def _node(
    count: Floats, log_expected: Floats, prior: LiftPrior
) -> tuple[Floats, Floats]:
    """Return log quantiles and their slopes by log expectation.

    The slope is that of the chance of a smaller ratio by log expectation over that by
    log ratio, with the sign changed.
    """
    posterior = _posterior(count, log_expected, prior)
    ratio = _log_quantile(posterior)
    below, density = posterior.below(ratio)
    pull = np.exp(log_expected) / posterior.rate
    turn = np.diff(posterior.shape * pull, axis=0)[0]
    by_expected = (posterior.share * density * pull).sum(axis=0)
    by_expected += posterior.share.prod(axis=0) * turn * (below[0] - below[1])
    by_ratio = (posterior.share * density).sum(axis=0)
    return ratio, -by_expected / np.maximum(by_ratio, TINY)
