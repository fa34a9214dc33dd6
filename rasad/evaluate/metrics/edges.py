"""Whether edges join accounts run as one, and whether q-values keep their word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.intervals import wilson_interval
from rasad.evaluate.metrics.ranking import Bool

FALSE, UNKNOWN, DECOY, OPERATION, TEAM = range(5)
"""What an edge joins: accounts that nobody runs as one; an account without a label; one
benign instance; two teams of one operation; one team."""

LEVELS = (0.01, 0.05, 0.1, 0.2)
"""Error rates at which q-values are held against the truth."""

Kinds = NDArray[np.int8]


def edge_kinds(
    first: Codes,
    second: Codes,
    *,
    team: Codes,
    operation: Codes,
    decoy: Codes,
    known: Bool | None = None,
) -> Kinds:
    """Return what each edge joins.

    Parameters
    ----------
    first, second : int64 arrays of (n_edges,)
        Codes of the two accounts.
    team, operation : int64 arrays of (n_accounts,)
        Team and operation of operated accounts, -1 for all others.
    decoy : int64 array of (n_accounts,)
        Benign instance, such as one fan club, -1 for none.
    known : bool array of (n_accounts,), optional
        Whether an account has a label; all have one if left out.

    Returns
    -------
    int8 array of (n_edges,)
        `TEAM` and `OPERATION` are right if operations are what is looked for, `TEAM`
        alone if teams are. `DECOY` edges are counted apart: those accounts do act
        together, and openly. All other edges between labelled accounts are `FALSE`.

    Examples
    --------
    >>> edge_kinds(
    ...     np.array([0, 0, 3, 0]), np.array([1, 2, 4, 3]),
    ...     team=np.array([0, 0, 1, -1, -1]), operation=np.array([0, 0, 0, -1, -1]),
    ...     decoy=np.array([-1, -1, -1, 0, 0]),
    ... ).tolist()
    [4, 3, 2, 0]
    """
    kind = np.full(len(first), FALSE, np.int8)
    for code, name in ((decoy, DECOY), (operation, OPERATION), (team, TEAM)):
        kind[(code[first] == code[second]) & (code[first] >= 0)] = name
    if known is not None:
        kind[~(known[first] & known[second])] = UNKNOWN
    return kind


@dataclass(frozen=True, kw_only=True)
class EdgeCounts:
    """How many edges join what.

    Parameters
    ----------
    team, operation, decoy, false, unknown : int
        Edges inside a team, between teams of one operation, inside one benign instance,
        none of these, and with an end that has no label.
    """

    team: int
    operation: int
    decoy: int
    false: int
    unknown: int

    @property
    def right(self) -> int:
        """Edges inside one operation."""
        return self.team + self.operation

    @property
    def false_share(self) -> float:
        """Share of false edges, decoys left aside; NaN without edges."""
        return _share(self.false, self.right + self.false)

    @property
    def false_share_with_decoys(self) -> float:
        """Share of edges that are false or join decoys; NaN without edges."""
        wrong = self.false + self.decoy
        return _share(wrong, self.right + wrong)

    @property
    def false_share_of_teams(self) -> float:
        """Share of false edges if teams of one operation are to be told apart."""
        wrong = self.false + self.operation
        return _share(wrong, self.team + wrong)


def edge_counts(kinds: Kinds) -> EdgeCounts:
    """Count edges by kind.

    Examples
    --------
    >>> counts = edge_counts(np.array([TEAM, TEAM, DECOY, FALSE], np.int8))
    >>> counts.right, round(counts.false_share, 3), counts.false_share_with_decoys
    (2, 0.333, 0.5)
    """
    number = np.bincount(kinds, minlength=TEAM + 1).tolist()
    return EdgeCounts(
        team=number[TEAM],
        operation=number[OPERATION],
        decoy=number[DECOY],
        false=number[FALSE],
        unknown=number[UNKNOWN],
    )


def accounts_with(first: Codes, second: Codes, chosen: Bool, n_accounts: int) -> Bool:
    """Return which accounts are an end of a chosen edge.

    Examples
    --------
    >>> accounts_with(np.array([0, 1]), np.array([2, 2]), np.array([True, False]), 4)
    array([ True, False,  True, False])
    """
    touched = np.zeros(n_accounts, np.bool_)
    touched[first[chosen]] = True
    touched[second[chosen]] = True
    return touched


def top_edges(weight: Real, budget: int, seed: int = 0) -> Codes:
    """Return the places of the surest edges, so that methods spend the same budget.

    Parameters
    ----------
    weight : float64 array of (n_edges,)
        The higher, the surer; edges without a weight (NaN) are never taken.
    budget : int
        How many to take at most.
    seed : int
        Chooses among edges of equal weight.

    Returns
    -------
    int64 array of (at most budget,)
        Places, the surest first.

    Notes
    -----
    Rules that count give most edges one of few weights. The order of edges would then
    prefer accounts by their names, which often follow the date of creation, so a seeded
    shuffle decides. The same edges in the same order give the same answer; for a figure
    without chance use `ranked(weight, right).precision_at(budget)`.

    Examples
    --------
    >>> top_edges(np.array([1.0, 9.0, np.nan, 5.0]), 2).tolist()
    [1, 3]
    """
    shuffle = np.random.default_rng([seed, *b"top edges"]).permutation(len(weight))
    order = np.lexsort((shuffle, -weight))
    return order[~np.isnan(weight[order])][: max(budget, 0)]


@dataclass(frozen=True, kw_only=True)
class FalseShare:
    """Edges with a q-value of at most a level, and how many of them are false.

    Parameters
    ----------
    level : float
        What the q-value promises: at most this share is false, on average.
    edges, false : int
        Edges so small, and the false ones among them.
    observed : float
        Share of false ones, NaN without edges: nothing was promised.
    low, high : float
        Wilson interval of 95 % for the share, NaN without edges. Edges share accounts,
        so it is narrower than it should be.
    """

    level: float
    edges: int
    false: int
    observed: float
    low: float
    high: float


def false_share_at(
    q_value: Real, correct: Bool, levels: Sequence[float] = LEVELS
) -> list[FalseShare]:
    """Return the observed share of false edges at each nominal level.

    Parameters
    ----------
    q_value : float64 array of (n_edges,)
        Of each edge; NaN where it has none.
    correct : bool array of (n_edges,)
        Whether its accounts do act together. For q-values that speak of coordination
        and not of its motive, edges inside a decoy are correct too.
    levels : sequence of float
        Nominal levels.

    Examples
    --------
    >>> shares = false_share_at(
    ...     np.array([0.001, 0.03, 0.04]), np.array([True, True, False]), (0.0001, 0.05)
    ... )
    >>> [(share.edges, round(share.observed, 3)) for share in shares]
    [(0, nan), (3, 0.333)]
    """
    return [_false_share(level, correct[q_value <= level]) for level in levels]


def fdr_calibration_error(
    q_value: Real, correct: Bool, levels: Sequence[float] = LEVELS
) -> float:
    """Return the mean absolute gap between observed and nominal false share.

    Parameters
    ----------
    q_value, correct, levels
        As for `false_share_at`.

    Returns
    -------
    float
        Mean over the levels that have edges; NaN if none has. A level without edges
        promised nothing and is neither praised nor blamed.

    Notes
    -----
    A cautious method has a gap too. What breaks a promise is `fdr_excess`.

    Examples
    --------
    >>> q = np.array([0.05, 0.05, 0.2, 0.2])
    >>> correct = np.array([True, True, True, False])
    >>> round(fdr_calibration_error(q, correct), 4)  # gaps .05, .1, .05
    0.0667
    """
    return _mean(np.abs(_gaps(q_value, correct, levels)))


def fdr_excess(q_value: Real, correct: Bool, levels: Sequence[float] = LEVELS) -> float:
    """Return by how much the false share exceeds what q-values promise, on average.

    As `fdr_calibration_error`, but levels at which the promise is kept count nought.
    """
    return _mean(np.maximum(_gaps(q_value, correct, levels), 0))


def _gaps(q_value: Real, correct: Bool, levels: Sequence[float]) -> Real:
    shares = false_share_at(q_value, correct, levels)
    return np.array([each.observed - each.level for each in shares if each.edges])


def _mean(values: Real) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _false_share(level: float, correct: Bool) -> FalseShare:
    edges, false = len(correct), int((~correct).sum())
    low, high = wilson_interval(false, edges)
    return FalseShare(
        level=level,
        edges=edges,
        false=false,
        observed=_share(false, edges),
        low=low,
        high=high,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
