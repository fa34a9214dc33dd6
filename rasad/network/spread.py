"""How unequal ordinary pairs are: what null model J leaves out, and its tail.

Null model J gives each pair a mean. Two accounts also have habits of their own, such as
a source that both read, so that the means of ordinary pairs spread around it. A count
is then negative binomial, and large ones are less surprising than Poisson's law says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betainc, gammaln

from rasad.network.squashing import FEWEST_PAIRS, squashed
from rasad.null_models.tails import SMALLEST_P, poisson_tail

Floats = NDArray[np.float64]

LARGEST_FITTED = 5
"""Counts from which the spread is fitted. Larger ones are what is to be judged."""

WIDEST, NARROWEST = 0.1, 1e3
"""Bounds of the shape; at the second the law is nearly Poisson's."""

UNKNOWN = 1.0
"""Shape where too little is known to fit one: ratios fall off exponentially."""


def fit_shape(observed: NDArray[np.int64], expected: Floats) -> float:
    """Return the shape of the gamma distribution of ordinary pairs' ratios.

    Parameters
    ----------
    observed : int64 array
        Meetings of each pair that has any; pairs with none are passed over.
    expected : float64 array
        How many null model J gives.

    Returns
    -------
    float
        Between `WIDEST` and `NARROWEST`: ratios have mean one and variance 1 / shape.
        `UNKNOWN` where fewer than `FEWEST_PAIRS` pairs meet two to five times: pairs
        that meet once say next to nothing of how unequal all are.

    Notes
    -----
    What is maximised is the product of P(N = n | 1 <= N <= 5). The large counts of
    pairs that act together by order are left out; their small ones widen the spread
    that they are judged by, which errs towards finding less.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ratio = rng.gamma(2.0, 0.5, 50_000)
    >>> expected = np.full(50_000, 0.7)
    >>> round(fit_shape(rng.poisson(ratio * expected), expected), 1)
    2.0
    """
    count, mean, pairs = squashed(observed, expected)
    small = count <= LARGEST_FITTED
    count, mean, pairs = count[small], mean[small], pairs[small]
    if pairs[count > 1].sum() < FEWEST_PAIRS:
        return UNKNOWN
    found = minimize_scalar(
        _surprise,
        bounds=(np.log(WIDEST), np.log(NARROWEST)),
        args=(count, mean, pairs),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def _surprise(log_shape: float, count: Floats, mean: Floats, pairs: Floats) -> float:
    """Return the sum of -log P(N = n | 1 <= N <= 5), without what only n enters."""
    shape = np.exp(log_shape)
    every = np.arange(1.0, LARGEST_FITTED + 1)
    seen = np.logaddexp.reduce(
        [_log_chance(n, mean, shape) - gammaln(n + 1) for n in every]
    )
    return float(((seen - _log_chance(count, mean, shape)) * pairs).sum())


def _log_chance(count: Floats | float, mean: Floats, shape: float) -> Floats:
    """Return log(n! P(N = n)) of a negative binomial count."""
    rising = gammaln(shape + count) - gammaln(shape)
    chance = rising - shape * np.log1p(mean / shape) - count * np.log1p(shape / mean)
    return np.asarray(chance, np.float64)


def spread_tail(observed: NDArray[np.int64], expected: Floats, shape: float) -> Floats:
    """Return P(N >= observed) of negative binomial counts.

    Parameters
    ----------
    observed : int64 array
        Counts to reach; zero and less are reached for certain.
    expected : float64 array
        Means.
    shape : float
        Shape of the gamma distribution of the ratios of pairs; infinite where all are
        alike.

    Returns
    -------
    float64 array
        Between `SMALLEST_P` and 1; Poisson's tail as the shape grows.

    Examples
    --------
    >>> spread_tail(np.array([3]), np.array([0.1]), 1.0).round(6)
    array([0.000751])
    """
    if np.isinf(shape):
        return poisson_tail(observed, expected)
    tail = np.ones(len(observed), np.float64)
    some = (observed > 0) & (expected > 0)
    share = expected[some] / (expected[some] + shape)
    tail[some] = betainc(observed[some].astype(np.float64), shape, share)
    tail[(observed > 0) & (expected <= 0)] = SMALLEST_P
    return np.maximum(tail, SMALLEST_P)
