"""Whether a classifier can tell the simulation from the real thing, and by what.

A logistic regression is trained to tell rows of two sets apart. Where it cannot on rows
that it has not seen, its AUC is near one half: in these features, by straight lines and
parabolas, the sets look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import rankdata

from rasad.evaluate.realism.distances import TIMES, Band, centred, generator

Real = NDArray[np.float64]
Codes = NDArray[np.int64]
Bool = NDArray[np.bool_]

PENALTY = 1.0
"""Weight of half the squared coefficients against the summed log-loss."""

FOLDS = 5
SHUFFLES = 99
"""Permutations behind a p-value, whose smallest value is one in a hundred."""

WIDEST = 5.0
"""Standard deviations at which a feature is cut: no single row should decide."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What is told apart: one row per account and day, or per action.

    Parameters
    ----------
    names : sequence of str
        Features, one per column.
    values : float64 array of (rows, features)
        NaN where a row has no such value.
    source : int64 array of (rows,)
        Account or object that a row comes from; kept in one fold.
    """

    names: Sequence[str]
    values: Real
    source: Codes

    def __len__(self) -> int:
        return len(self.values)

    def at(self, rows: Codes | Bool) -> Rows:
        """Return some of the rows."""
        return Rows(
            names=self.names, values=self.values[rows], source=self.source[rows]
        )


@dataclass(frozen=True, kw_only=True)
class GivenAway:
    """What one feature does for telling the sets apart.

    Parameters
    ----------
    feature : str
        Its name.
    alone : float
        AUC of the classifier that sees nothing else.
    lost : float
        How much the AUC of the whole falls without it.
    first, second : float
        Means in the two sets.
    """

    feature: str
    alone: float
    lost: float
    first: float
    second: float


@dataclass(frozen=True, kw_only=True)
class TwoSample:
    """How well the sets can be told apart.

    Parameters
    ----------
    auc : Band
        Area under the curve on unseen sources, one half being chance.
    p_value : float
        Share of shuffles of whole sources between the sets that do as well.
    rows, sources : (int, int)
        Of either set.
    features : list of GivenAway
        Those that give most away alone come first.
    """

    auc: Band
    p_value: float
    rows: tuple[int, int]
    sources: tuple[int, int]
    features: list[GivenAway]


def two_sample(
    first: Rows, second: Rows, seed: int, shuffles: int = SHUFFLES, times: int = TIMES
) -> TwoSample:
    """Tell two sets apart and say by what.

    Parameters
    ----------
    first, second : Rows
        With the same features, at least `FOLDS` sources each.
    seed : int
        Of folds, shuffles and bootstrap.
    shuffles, times : int
        Permutations behind the p-value, draws behind the band.

    Notes
    -----
    Classifier two-sample test (Lopez-Paz and Oquab, ICLR 2017). Sources are kept whole
    in folds, in shuffles and in the bootstrap. Rows of the smaller set weigh more, so
    that both sets weigh the same.
    """
    label = np.r_[np.zeros(len(first), np.int64), np.ones(len(second), np.int64)]
    source = np.r_[first.source, second.source + 1 + first.source.max(initial=-1)]
    source = np.unique(source, return_inverse=True)[1]
    whole = np.concatenate([first.values, second.values])
    table = columns(whole)
    test = _Test(table, source, generator(seed, "folds"))
    names = list(first.names)
    score = test.scores(label, range(len(names)))
    auc = test.auc(label, score)
    rng = generator(seed, "shuffles")
    every = range(len(names))
    by_chance = [
        test.auc(mixed, test.scores(mixed, every))
        for mixed in (test.shuffled(label, rng) for _ in range(shuffles))
    ]
    drawn = test.redrawn(label, score, generator(seed, "rows"), times)
    return TwoSample(
        auc=centred(auc, drawn),
        p_value=(1 + sum(other >= auc for other in by_chance)) / (1 + shuffles),
        rows=(len(first), len(second)),
        sources=(len(np.unique(first.source)), len(np.unique(second.source))),
        features=_given_away(test, label, auc, names, whole),
    )


def _given_away(
    test: _Test, label: Codes, auc: float, names: list[str], whole: Real
) -> list[GivenAway]:
    """Return each feature alone and left out, the loudest first."""
    found = []
    for place, name in enumerate(names):
        others = [other for other in range(len(names)) if other != place]
        without = test.auc(label, test.scores(label, others)) if others else 0.5
        column = whole[:, place]
        found.append(
            GivenAway(
                feature=name,
                alone=test.auc(label, test.scores(label, [place])),
                lost=auc - without,
                first=_mean(column[label == 0]),
                second=_mean(column[label == 1]),
            )
        )
    return sorted(found, key=lambda each: (-each.alone, each.feature))


def _mean(column: Real) -> float:
    known = column[np.isfinite(column)]
    return float(known.mean()) if len(known) else float("nan")


def columns(values: Real) -> Real:
    """Return features and their squares, standardised; what is missing is average.

    Parameters
    ----------
    values : float64 array of (rows, features)
        NaN where a row has no such value.

    Returns
    -------
    float64 array of (rows, features, 2)
    """
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, values, 0.0)
    average = filled.sum(axis=0) / count
    apart = np.where(known, values - average, 0.0)
    spread = np.sqrt((apart**2).sum(axis=0) / count)
    unit = np.clip(apart / np.where(spread > 0, spread, 1.0), -WIDEST, WIDEST)
    square = np.where(known, unit**2, 1.0)
    square -= square.mean(axis=0)
    size = square.std(axis=0)
    return np.stack([unit, square / np.where(size > 0, size, 1.0)], axis=2)


class _Test:
    """Features and folds, with which many labellings and choices are tried.

    Parameters
    ----------
    table : float64 array of (rows, features, 2)
        Features and their squares.
    source : int64 array of (rows,)
        From 0 on.
    rng : Generator
        Draws the folds.
    """

    def __init__(self, table: Real, source: Codes, rng: np.random.Generator) -> None:
        self.table, self.source = table, source
        self.n_sources = int(source.max(initial=-1)) + 1
        self.fold = (rng.permutation(self.n_sources) % FOLDS)[source]

    def scores(self, label: Codes, features: Sequence[int]) -> Real:
        """Return each row's score by a classifier that has not seen its source."""
        chosen = self.table[:, list(features), :].reshape(len(self.table), -1)
        score = np.zeros(len(label))
        for fold in range(FOLDS):
            unseen = self.fold == fold
            model = logistic(chosen[~unseen], label[~unseen])
            score[unseen] = chosen[unseen] @ model[1:] + model[0]
        return score

    def auc(self, label: Codes, score: Real) -> float:
        """Return the mean AUC of the folds; scores of two folds are not comparable."""
        ones = np.ones(len(label))
        return self._mean_auc(label, score, ones)

    def _mean_auc(self, label: Codes, score: Real, weights: Real) -> float:
        found = []
        for fold in range(FOLDS):
            inside = self.fold == fold
            found.append(weighted_auc(label[inside], score[inside], weights[inside]))
        known = [value for value in found if np.isfinite(value)]
        return float(np.mean(known)) if known else float("nan")

    def shuffled(self, label: Codes, rng: np.random.Generator) -> Codes:
        """Return labels dealt anew to whole sources."""
        own = np.zeros(self.n_sources, np.int64)
        own[self.source] = label
        return rng.permutation(own)[self.source]

    def redrawn(
        self, label: Codes, score: Real, rng: np.random.Generator, times: int
    ) -> Real:
        """Return the AUC for as many draws of the sources, the classifier unchanged."""
        n = self.n_sources
        drawn = (np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(times))
        weights = (counts[self.source].astype(np.float64) for counts in drawn)
        return np.array([self._mean_auc(label, score, each) for each in weights])


def logistic(values: Real, label: Codes) -> Real:
    """Return intercept and coefficients of a logistic regression with an L2 penalty.

    Parameters
    ----------
    values : float64 array of (rows, columns)
        Standardised.
    label : int64 array of (rows,)
        0 or 1; both weigh the same together, however many rows they have.

    Examples
    --------
    >>> found = logistic(np.array([[-1.0], [1.0]]), np.array([0, 1]))
    >>> bool(found[1] > 0), bool(abs(found[0]) < 1e-6)
    (True, True)
    """
    sizes = np.maximum(np.bincount(label, minlength=2), 1)
    weights = len(label) / 2 / sizes[label]
    sign = 2.0 * label - 1.0
    design = np.column_stack([np.ones(len(values)), values])

    # The intercept is free.
    penalty = np.r_[0.0, np.full(values.shape[1], PENALTY)]

    def loss(model: Real) -> tuple[float, Real]:
        margin = sign * (design @ model)
        value = weights @ np.logaddexp(0.0, -margin) + penalty @ model**2 / 2
        slope = design.T @ (-weights * sign * expit(-margin)) + penalty * model
        return float(value), slope

    def curvature(model: Real) -> Real:
        chance = expit(design @ model)
        bent = design * (weights * chance * (1 - chance))[:, None]
        return np.asarray(bent.T @ design + np.diag(penalty), np.float64)

    start = np.zeros(design.shape[1])
    # Quasi-Newton needs ten times the steps where features say nearly the same.
    found = minimize(loss, start, jac=True, hess=curvature, method="trust-exact")
    return np.asarray(found.x, np.float64)


def weighted_auc(label: Codes, score: Real, weights: Real) -> float:
    """Return the chance that a row of label 1 scores above one of label 0.

    Equal scores count half. NaN if a label has no weight.

    Examples
    --------
    >>> weighted_auc(np.array([0, 1, 1]), np.array([1.0, 1.0, 2.0]), np.ones(3))
    0.75
    """
    rank = rankdata(score, "dense").astype(np.int64)
    zero = np.bincount(rank, weights * (label == 0))
    one = np.bincount(rank, weights * (label == 1))
    if zero.sum() <= 0 or one.sum() <= 0:
        return float("nan")
    below = np.cumsum(zero) - zero / 2
    return float(one @ below / (zero.sum() * one.sum()))
