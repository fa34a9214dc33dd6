"""The most random bipartite graph whose degrees are right on average.

Each edge exists by itself, with chance p = x y / (1 + x y) of the fitnesses of its
ends. Nodes of equal degree have equal fitness, so that a graph of a million edges is
solved as a table of a few hundred degrees by a few hundred.

Reference: F. Saracco, R. Di Clemente, A. Gabrielli, T. Squartini, "Randomizing
bipartite networks: the case of the World Trade Web", Scientific Reports 5, 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from rasad.evaluate.contest import CannotJudge, Codes, Real

TOLERANCE = 1e-8
"""Largest difference of an expected degree from the degree that is accepted."""

WARM_UP = 20
"""Rounds of the fixed point before Newton's steps: they come near from anywhere."""

MOST_STEPS = 200
"""Newton's steps; ten are usual, and two dozen where some chances tend to 0 or 1."""

HALVINGS = 40


@dataclass(frozen=True, kw_only=True)
class Side:
    """The degrees of one side of a graph.

    Parameters
    ----------
    degree : int64 array of k
        The distinct degrees, ascending.
    nodes : int64 array of k
        How many nodes have each.
    place : int64 array of n
        Where each node's degree stands in `degree`.
    """

    degree: Codes
    nodes: Codes
    place: Codes

    def __len__(self) -> int:
        return len(self.degree)

    @property
    def edges(self) -> int:
        """How many edges these degrees make."""
        return int((self.degree * self.nodes).sum())


def side_of(degree: Codes) -> Side:
    """Group the nodes of a side by degree.

    Examples
    --------
    >>> side_of(np.array([3, 1, 3])).nodes.tolist()
    [1, 2]
    """
    found, place, nodes = np.unique(degree, return_inverse=True, return_counts=True)
    return Side(degree=found, nodes=nodes, place=place)


def chances(rows: Side, columns: Side) -> Real:
    """Return the chance of an edge for each degree of rows and columns.

    Parameters
    ----------
    rows, columns : Side
        Degrees that some graph has.

    Returns
    -------
    float64 array of (len(rows), len(columns))

    Raises
    ------
    CannotJudge
        If degrees are missed by more than `TOLERANCE`.

    Notes
    -----
    Nodes that are linked to nobody or to everybody are settled first: their fitness is
    0 or infinite. The rest maximises the likelihood, which is concave in the logarithms
    of the fitnesses, by Newton's steps with halving. Time is that of a few dozen tables
    and of solving as many equations as the shorter side has degrees.

    Examples
    --------
    Two of four edges, every node with one: each edge is as likely as not.

    >>> once = side_of(np.array([1, 1]))
    >>> chances(once, once).round(8).tolist()
    [[0.5]]
    """
    table, open_rows, open_columns = _settled(rows, columns)
    if open_rows.any():
        some = np.ix_(open_rows, open_columns)
        taken = table @ columns.nodes, rows.nodes @ table
        left = _Problem(
            k=(rows.degree - taken[0])[open_rows],
            d=(columns.degree - taken[1])[open_columns],
            r=rows.nodes[open_rows].astype(np.float64),
            c=columns.nodes[open_columns].astype(np.float64),
        )
        table[some] = left.solved()
    _check(rows, columns, table)
    return table


def _settled(
    rows: Side, columns: Side
) -> tuple[Real, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return a table with the chances that are 0 or 1, and what is left open."""
    table = np.zeros((len(rows), len(columns)))
    sides = (rows, columns)
    still = [np.ones(len(side), np.bool_) for side in sides]
    degree = [side.degree.copy() for side in sides]
    changed = True
    while changed:
        changed = False
        for this, that in ((0, 1), (1, 0)):
            others = int(sides[that].nodes[still[that]].sum())
            full = still[this] & (degree[this] == others)
            done = full | (still[this] & (degree[this] == 0))
            if done.any():
                cells = (full, still[that]) if this == 0 else (still[that], full)
                table[np.ix_(*cells)] = float(others > 0)
                degree[that][still[that]] -= int(sides[this].nodes[full].sum())
                still[this] &= ~done
                changed = True
    return table, still[0], still[1]


def _check(rows: Side, columns: Side, table: Real) -> None:
    missed = max(
        np.abs(table @ columns.nodes - rows.degree).max(initial=0.0),
        np.abs(rows.nodes @ table - columns.degree).max(initial=0.0),
    )
    if not missed <= TOLERANCE:
        raise CannotJudge(
            f"Its fitnesses do not converge: a degree is missed by {missed:.2g}."
        )


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """Degrees `k` of rows and `d` of columns, and how many nodes have each."""

    k: Real
    d: Real
    r: Real
    c: Real

    def solved(self) -> Real:
        """Return the table of chances."""
        if len(self.k) > len(self.d):
            turned = _Problem(k=self.d, d=self.k, r=self.c, c=self.r)
            return np.asarray(turned.solved().T, np.float64)
        theta, eta = self._warm()
        best = self._likelihood(theta, eta)
        for _ in range(MOST_STEPS):
            table = _table(theta, eta)
            missed_k, missed_d = self.k - table @ self.c, self.d - self.r @ table
            if max(np.abs(missed_k).max(), np.abs(missed_d).max()) <= TOLERANCE / 2:
                break
            step = self._step(table, missed_k, missed_d)
            if not (np.isfinite(step[0]).all() and np.isfinite(step[1]).all()):
                break
            for halving in range(HALVINGS):
                size = 0.5**halving
                new = self._likelihood(theta + size * step[0], eta + size * step[1])
                # Near the end steps are smaller than what the likelihood can show.
                if new >= best - 1e-13 * abs(best):
                    break
            theta, eta, best = theta + size * step[0], eta + size * step[1], new
        return _table(theta, eta)

    def _warm(self) -> tuple[Real, Real]:
        """Return logarithms of fitnesses after some rounds of the fixed point."""
        root = np.sqrt(self.k @ self.r)
        x, y = self.k / root, self.d / root
        for _ in range(WARM_UP):
            free = 1 / (1 + np.outer(x, y))
            x = self.k / (free @ (self.c * y))
            free = 1 / (1 + np.outer(x, y))
            y = self.d / ((self.r * x) @ free)
        return np.log(x), np.log(y)

    def _likelihood(self, theta: Real, eta: Real) -> float:
        total = np.logaddexp(0.0, theta[:, None] + eta)
        linked = (self.r * self.k) @ theta + (self.c * self.d) @ eta
        return float(linked - self.r @ total @ self.c)

    def _step(self, table: Real, missed_k: Real, missed_d: Real) -> tuple[Real, Real]:
        """Return Newton's step; the longer side's share of it follows from the other's.

        The likelihood does not change when theta rises and eta falls by as much. Adding
        a constant to all equations takes the one step that does neither.
        """
        weight = self.r[:, None] * (table * (1 - table)) * self.c
        down, across = weight.sum(axis=0), weight.sum(axis=1)
        # Where all chances of a node are 0 or 1 to the last digit, there is no step.
        with np.errstate(divide="ignore", invalid="ignore"):
            reduced = np.diag(across) - (weight / down) @ weight.T
            wanted = self.r * missed_k - weight @ (self.c * missed_d / down)
            scale = 1 / np.sqrt(across)
            level = scale[:, None] * (reduced + across.mean() / len(across)) * scale
            try:
                theta = scale * np.linalg.solve(level, scale * wanted)
            except np.linalg.LinAlgError:
                theta = np.full(len(scale), np.nan)
            eta = (self.c * missed_d - theta @ weight) / down
        return theta, eta


def _table(theta: Real, eta: Real) -> Real:
    return np.asarray(expit(theta[:, None] + eta), np.float64)
