"""How far apart two clouds of accounts are, all features taken together."""

from __future__ import annotations

import numpy as np

from rasad.evaluate.realism.distances import generator
from rasad.evaluate.realism.two_sample import columns
from rasad.evaluate.realism.view import Real


def energy_distance(
    first: Real, second: Real, seed: int, shuffles: int = 199
) -> tuple[float, float]:
    """Return how far two clouds of points are apart, and a permutation p-value.

    Parameters
    ----------
    first, second : float64 arrays of (points, features)
        One point per account; NaN is taken as average. Memory grows with the square
        of the points.

    Returns
    -------
    coefficient : float
        0 for the same distribution, 1 for clouds that are far apart.
    p_value : float
        Share of shuffles with at least that coefficient.

    Notes
    -----
    Energy coefficient of Székely and Rizzo, (2A - B - C) / 2A, with A the mean distance
    between points of both clouds and B and C those within each (Journal of Statistical
    Planning and Inference 143, 2013); features are standardised on both together.

    Examples
    --------
    >>> cloud = np.arange(20.0).reshape(20, 1)
    >>> energy_distance(cloud, cloud, seed=1)[0]
    0.0
    """
    both = columns(np.concatenate([first, second]))[:, :, 0]
    square = (both**2).sum(axis=1)
    apart = np.sqrt(np.maximum(square[:, None] + square - 2 * both @ both.T, 0.0))
    np.fill_diagonal(apart, 0.0)
    mark: Real = np.r_[np.ones(len(first)), np.zeros(len(second))]
    found = _energy(apart, mark)
    rng = generator(seed, "energy")
    chance = [_energy(apart, rng.permutation(mark)) for _ in range(shuffles)]
    p_value = (1 + sum(other >= found for other in chance)) / (1 + shuffles)
    return found, p_value


def _energy(apart: Real, mark: Real) -> float:
    one, two = mark / mark.sum(), (1 - mark) / (1 - mark).sum()
    reach_one, reach_two = apart @ one, apart @ two
    across = float(two @ reach_one)
    if across <= 0:
        return 0.0
    found = 2 * across - float(one @ reach_one) - float(two @ reach_two)
    return round(max(found / (2 * across), 0.0), 12)
