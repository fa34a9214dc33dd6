"""The densest block of a weighted bipartite graph, by taking the weakest node away.

The density of a set of nodes is the weight of the edges inside over the number of
nodes. Taking away the node that loses least, again and again, passes a set of at least
half the greatest density (Charikar 2000; with weights, Hooi et al. 2016).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.contest import Codes, Real


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Edges between rows and columns; a node without an edge is no part of it.

    Parameters
    ----------
    row, column : int64 arrays of m
        Ends of each edge.
    weight : float64 array of m
        Above zero.
    n_rows, n_columns : int
        Codes lie below these.
    """

    row: Codes
    column: Codes
    weight: Real
    n_rows: int
    n_columns: int

    def only(self, chosen: NDArray[np.bool_]) -> Graph:
        """Return the graph of some of the edges."""
        return Graph(
            row=self.row[chosen],
            column=self.column[chosen],
            weight=self.weight[chosen],
            n_rows=self.n_rows,
            n_columns=self.n_columns,
        )

    def losses(self) -> Real:
        """Return what each node's edges weigh, those of rows first."""
        return np.concatenate(
            [
                np.bincount(self.row, self.weight, self.n_rows),
                np.bincount(self.column, self.weight, self.n_columns),
            ]
        )


@dataclass(frozen=True, kw_only=True)
class Peeled:
    """What was left when a graph was densest, and how long each node stayed.

    Parameters
    ----------
    block : bool array of (n_rows + n_columns,)
        The densest set, rows first.
    density : float64 array of (n_rows + n_columns,)
        The greatest density of a set that still held the node; 0 outside the graph.
    order : int64 array of (n_rows + n_columns,)
        When each node was taken away, from 1; 0 outside the graph.
    """

    block: NDArray[np.bool_]
    density: Real
    order: Codes


def peeled(graph: Graph) -> Peeled:
    """Take the weakest node away until none is left.

    Notes
    -----
    Nodes that lose less than the present density can go together. One by one, each
    would make the rest denser, and all of them would go before any node of the largest
    set whose nodes lose at least as much *within that set*: so the densest set is not
    passed on the way, and the same ones follow. Only when every node is above the
    density does a heap take over. Time is O(m) for each of a few dozen rounds, then
    O(m log m) for what is left, often little.

    Examples
    --------
    Two rows with both columns, and one row that hangs on by a lighter edge.

    >>> found = peeled(Graph(
    ...     row=np.array([0, 0, 1, 1, 2]), column=np.array([0, 1, 0, 1, 1]),
    ...     weight=np.array([2, 2, 2, 2, 1.0]), n_rows=3, n_columns=2,
    ... ))
    >>> found.block.tolist(), found.density.tolist()
    ([True, True, False, True, True], [2.0, 2.0, 1.8, 2.0, 2.0])
    """
    loss = graph.losses()
    state = _State(graph, present=loss > 0)
    state.shed(loss)
    state.pick()
    return Peeled(block=state.block, density=state.density, order=state.order)


class _State:
    """A graph that loses nodes, and what is known of those that are gone."""

    def __init__(self, graph: Graph, present: NDArray[np.bool_]) -> None:
        self.graph = graph
        self.present = present
        self.block = present.copy()
        self.density = np.zeros(len(present))
        self.order = np.zeros(len(present), np.int64)
        self.gone = 0
        self.best = 0.0

    def shed(self, loss: Real) -> None:
        """Take away what loses less than the density, until nothing does."""
        while self.present.any():
            now = self.graph.weight.sum() / self.present.sum()
            weak = np.flatnonzero(self.present & (loss < now))
            if not len(weak):
                return
            self.best = max(self.best, now)
            weak = weak[np.argsort(loss[weak], kind="stable")]
            self.density[weak] = self.best
            self.order[weak] = self.gone + 1 + np.arange(len(weak))
            self.gone += len(weak)
            self.present[weak] = False
            self.block = self.present.copy()
            row, column = self.graph.row, self.graph.column + self.graph.n_rows
            self.graph = self.graph.only(self.present[row] & self.present[column])
            loss = self.graph.losses()

    def pick(self) -> None:
        """Take away one by one what is left, the one that loses least first."""
        neighbours, weights, start = self._lists()
        loss = self.graph.losses().tolist()
        heap = [(loss[node], node) for node in np.flatnonzero(self.present).tolist()]
        heapq.heapify(heap)
        left, total = len(heap), float(self.graph.weight.sum())
        here = self.present.tolist()
        taken: list[int] = []
        densities: list[float] = []
        while heap:
            lost, node = heapq.heappop(heap)
            if not here[node] or lost != loss[node]:
                continue  # it was lowered since, or is gone
            densities.append(total / left)
            taken.append(node)
            here[node] = False
            total, left = total - lost, left - 1
            for at in range(start[node], start[node + 1]):
                other = neighbours[at]
                if here[other]:
                    loss[other] -= weights[at]
                    heapq.heappush(heap, (loss[other], other))
        self._write(np.array(taken, np.int64), np.array(densities))

    def _lists(self) -> tuple[list[int], list[float], list[int]]:
        """Return the neighbours of each node one after another, and where they begin.

        Lists, because single numbers are read faster from them than from arrays.
        """
        column = self.graph.column + self.graph.n_rows
        node = np.concatenate([self.graph.row, column])
        other = np.concatenate([column, self.graph.row])
        weight = np.concatenate([self.graph.weight, self.graph.weight])
        order = np.argsort(node, kind="stable")
        start = np.searchsorted(node[order], np.arange(len(self.present) + 1))
        return other[order].tolist(), weight[order].tolist(), start.tolist()

    def _write(self, taken: Codes, densities: Real) -> None:
        """Note when nodes went, and which were left when the graph was densest."""
        if not len(taken):
            return
        highest = np.maximum(np.maximum.accumulate(densities), self.best)
        self.density[taken] = highest
        self.order[taken] = self.gone + 1 + np.arange(len(taken))
        peak = int(np.argmax(densities))
        self.block[taken[:peak]] = False
