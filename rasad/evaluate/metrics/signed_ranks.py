"""Whether differences over campaigns have a direction, and how often one may ask."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from rasad.evaluate.contest import Codes, Real

NAN = float("nan")
MOST_EXACT = 200
"""Differences up to which every assignment of signs is counted."""

ROUNDING = 1e-12
"""Differences that are equal but for rounding share a rank; figures are of order 1."""


def wilcoxon_signed_rank(difference: Real) -> float:
    """Return the two-sided p-value that differences have no direction.

    Parameters
    ----------
    difference : float64 array of (n,)
        Ours less theirs on each campaign. Campaigns without a difference are left out,
        and so are those without a figure (NaN).

    Returns
    -------
    float
        The p-value, 1 where no campaign differs, NaN where none has a figure. Never
        below 2^(1 - n): five campaigns cannot show anything at one in twenty.

    Notes
    -----
    Wilcoxon (1945). Sizes of differences are ranked, equal ones share the mean of their
    ranks. Under the null each sign is a fair coin, so the chance of every sum of
    positive ranks is counted exactly by adding one difference after the other, also
    with ties, for which scipy's exact distribution does not hold. Above `MOST_EXACT`
    differences the normal distribution with the exact variance, sum of r^2 / 4.

    Examples
    --------
    >>> wilcoxon_signed_rank(np.array([0.1, 0.2, 0.3, 0.4]))
    0.125
    """
    difference = difference[~np.isnan(difference)]
    if not len(difference):
        return NAN
    moved = difference[np.abs(difference) > ROUNDING]
    if not len(moved):
        return 1.0
    doubled = _doubled_ranks(np.abs(moved))
    above = int(doubled[moved > 0].sum())
    smaller = min(above, int(doubled.sum()) - above)
    if len(moved) > MOST_EXACT:
        spread = np.sqrt((doubled.astype(np.float64) ** 2).sum()) / 2
        return min(2 * float(ndtr((smaller - doubled.sum() / 2) / spread)), 1.0)
    return min(2 * float(_chances(doubled)[: smaller + 1].sum()), 1.0)


def _doubled_ranks(sizes: Real) -> Codes:
    """Return twice the rank of each, which is whole: ties share their mean rank."""
    order = np.argsort(sizes, kind="stable")
    new = np.ones(len(sizes), np.bool_)
    new[1:] = np.diff(sizes[order]) > ROUNDING
    tie = np.cumsum(new) - 1
    many = np.bincount(tie)
    last = np.cumsum(many)
    doubled = np.empty(len(sizes), np.int64)
    doubled[order] = (2 * last - many + 1)[tie]
    return doubled


def _chances(doubled: Codes) -> Real:
    """Return the chance of every sum of ranks with a positive sign."""
    chance = np.zeros(int(doubled.sum()) + 1)
    chance[0] = 1.0
    for rank in np.sort(doubled).tolist():
        moved = chance / 2
        moved[rank:] += chance[:-rank] / 2
        chance = moved
    return chance


def holm(p_value: Real) -> Real:
    """Return p-values corrected for having asked several times.

    Parameters
    ----------
    p_value : float64 array of (n,)
        One per question; NaN for questions without an answer, which are not counted.

    Notes
    -----
    Holm (1979): the k-th smallest of m is multiplied by m - k + 1 and is no smaller
    than the one before. Holds however the tests depend on each other.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    corrected = np.full(len(p_value), np.nan)
    asked = np.flatnonzero(~np.isnan(p_value))
    order = asked[np.argsort(p_value[asked], kind="stable")]
    factor = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(factor * p_value[order]), 1.0)
    return corrected
