"""FRAUDAR: blocks of accounts and objects that are dense beyond their popularity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.answers import ALONE
from rasad.evaluate.baselines.bipartite import uses_of
from rasad.evaluate.baselines.peeling import Graph, Peeled, peeled
from rasad.evaluate.contest import CannotJudge, Codes, Outcome, Real, Shown

SMOOTHING = 5.0
"""Added to an object's popularity before its logarithm is taken; the authors' value."""

MOST_EDGES = 20_000_000
"""Uses of objects above which nothing is peeled; each takes up to 300 bytes."""

LATER = 1e-9
"""What staying to the end adds to a score, to tell accounts of equal density apart."""


@dataclass(frozen=True, kw_only=True)
class Fraudar:
    """Greedy peeling of what accounts did in all traces together.

    Parameters
    ----------
    blocks : int
        How many blocks are taken, one after another. The paper's algorithm returns one.

    Notes
    -----
    The graph has an edge for each account and object, once, the objects of all traces
    side by side. An edge to an object that d accounts used weighs 1 / log(d + 5), so
    that acting on what everybody acts on adds little. The block is the set of accounts
    and objects that is densest of those that greedy peeling passes. If more are wanted,
    its edges are taken out, popularity is counted anew, and the next block is looked
    for; nothing says where to stop, and ten of them hold nearly everybody. A group is
    the accounts of a block; who is in several belongs to the first. An account scores
    the greatest density of a set that still held it, in any of the rounds.

    Reference: B. Hooi, H. A. Song, A. Beutel, N. Shah, K. Shin, C. Faloutsos, "FRAUDAR:
    bounding graph fraud in the face of camouflage", KDD 2016.
    """

    blocks: int = 1
    name: str = "fraudar"
    title: str = "FRAUDAR peeling"
    paper: str = "Hooi et al., KDD 2016"
    needs_time: bool = False

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If there are more than `MOST_EDGES`.
        """
        account, item, n_objects = _side_by_side(shown)
        n = shown.n_accounts
        known = np.bincount(account, minlength=n) > 0
        score, group = np.zeros(n), np.full(n, ALONE, np.int64)
        for _ in range(self.blocks):
            if not len(account):
                break
            graph = weighed(account, item, n, n_objects)
            found = peeled(graph)
            score = np.maximum(score, _scores(found)[:n])
            inside = _edges_inside(graph, found.block)
            account, item = account[~inside], item[~inside]
            members = np.flatnonzero(found.block[:n] & (group == ALONE))
            if len(members) > 1:
                group[members] = group.max() + 1
        nothing = np.zeros(0, np.int64)
        return Outcome(
            score=np.where(known, score, np.nan),
            first=nothing,
            second=nothing,
            weight=np.zeros(0),
            group=group,
        )


def weighed(account: Codes, item: Codes, n_accounts: int, n_objects: int) -> Graph:
    """Return the graph in which edges to popular objects weigh little.

    Examples
    --------
    >>> graph = weighed(np.array([0, 1]), np.array([0, 0]), 2, 1)
    >>> bool(np.allclose(graph.weight, 1 / np.log(7)))
    True
    """
    popularity = np.bincount(item, minlength=n_objects)
    return Graph(
        row=account,
        column=item,
        weight=1 / np.log(popularity[item] + SMOOTHING),
        n_rows=n_accounts,
        n_columns=n_objects,
    )


def _side_by_side(shown: Shown) -> tuple[Codes, Codes, int]:
    """Return accounts and objects of all traces, each pair once."""
    nothing = np.zeros(0, np.int64)
    accounts, items, n_objects = [nothing], [nothing], 0
    for layer in shown.layers.values():
        graph = uses_of(layer, shown.n_accounts)
        accounts.append(graph.account)
        items.append(graph.object + n_objects)
        n_objects += graph.n_objects
    many = sum(map(len, accounts))
    if many > MOST_EDGES:
        raise CannotJudge(
            f"It would peel a graph of {many:,} edges; the most is {MOST_EDGES:,}."
        )
    return np.concatenate(accounts), np.concatenate(items), n_objects


def _scores(found: Peeled) -> Real:
    later = found.order / max(int(found.order.max(initial=0)), 1)
    return found.density * (1 + LATER * later)


def _edges_inside(graph: Graph, block: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return block[graph.row] & block[graph.column + graph.n_rows]
