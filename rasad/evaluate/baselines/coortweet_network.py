"""CooRTweet's second step: the network of accounts that the pairs of posts make.

Repeats `generate_coordinated_network`. Beside the symmetry that the package ships
stands the one that its documentation describes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.codes import Ints, distinct
from rasad.evaluate.baselines.coortweet import PostPairs


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Edges between accounts, in the order of their names' code points.

    Parameters
    ----------
    account, account_y : int32, shape (n,)
        The two accounts; the first one's name is not greater.
    weight : int64, shape (n,)
        Rows of post pairs.
    avg_time_delta : float64, shape (n,)
        Mean seconds between the two posts.
    n_content_id, n_content_id_y : int32, shape (n,)
        Distinct older and newer posts, whoever's they are, as shipped.
    true_n_content_id, true_n_content_id_y : int32, shape (n,)
        Distinct posts of the first and of the second account, as documented.
    over : bool, shape (n,)
        Which weights are strictly above the quantile that was asked for.
    edge_of : int32, shape (pairs,)
        The edge of each pair.
    """

    account: Ints
    account_y: Ints
    weight: NDArray[np.int64]
    avg_time_delta: NDArray[np.float64]
    n_content_id: Ints
    n_content_id_y: Ints
    true_n_content_id: Ints
    true_n_content_id_y: Ints
    over: NDArray[np.bool_]
    edge_of: Ints

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def first(self) -> NDArray[np.int64]:
        """The first pair of each edge."""
        first = np.empty(len(self), np.int64)
        # Of values for one place the last stays: here that of the first pair.
        first[self.edge_of[::-1]] = np.arange(len(self.edge_of))[::-1]
        return first

    @property
    def accounts(self) -> Ints:
        """The accounts that have an edge, ascending."""
        seen = np.zeros(int(self.account_y.max(initial=-1)) + 1, np.bool_)
        seen[self.account] = seen[self.account_y] = True
        return np.flatnonzero(seen).astype(np.int32)

    @property
    def edge_symmetry_score(self) -> NDArray[np.float64]:
        """The smaller share of posts over the larger, as shipped."""
        return _symmetry(self.n_content_id, self.n_content_id_y)

    @property
    def true_symmetry(self) -> NDArray[np.float64]:
        """The smaller share of posts over the larger, as documented."""
        return _symmetry(self.true_n_content_id, self.true_n_content_id_y)


@dataclass(frozen=True, kw_only=True)
class Network:
    """The network of some pairs, and of the flagged ones among them.

    Parameters
    ----------
    pairs : PostPairs
        What it is made of.
    full : Layer
        Edges of all pairs.
    fast : Layer, optional
        Edges of the flagged pairs, if pairs were flagged.
    """

    pairs: PostPairs
    full: Layer
    fast: Layer | None = None

    def place_of(self, part: Layer) -> NDArray[np.int64]:
        """Return where the edges of a layer stand in the full one."""
        among = len(self.pairs.shares.accounts)
        whole, some = (
            layer.account.astype(np.int64) * among + layer.account_y
            for layer in (self.full, part)
        )
        return np.searchsorted(whole, some)


def coordinated_network(pairs: PostPairs, edge_weight: float = 0.5) -> Network:
    """Make the network that CooRTweet makes.

    Parameters
    ----------
    pairs : PostPairs
        From `detect_groups`; with flags, the fast layer is made too.
    edge_weight : float
        Quantile of the weights above which an edge is over the threshold. Most
        weights are 1 on real data, so that many quantiles give the same threshold.

    Returns
    -------
    Network
        Each layer with a threshold of its own.
    """
    fast = None if pairs.fast is None else _layer(pairs.only(pairs.fast), edge_weight)
    return Network(pairs=pairs, full=_layer(pairs, edge_weight), fast=fast)


def over_quantile(weight: NDArray[np.int64], edge_weight: float) -> NDArray[np.bool_]:
    """Tell which weights are strictly above a quantile of them.

    Examples
    --------
    >>> over_quantile(np.array([1, 1, 1, 4]), 0.5)
    array([False, False, False,  True])
    """
    if not len(weight):
        return np.zeros(0, np.bool_)
    # numpy interpolates as R's type 7, its default, does.
    above: NDArray[np.bool_] = weight > np.quantile(weight, edge_weight)
    return above


def summary(network: Network, edges: NDArray[np.int64] | None = None) -> dict[str, int]:
    """Return how many pairs, accounts and edges there are, and their weights.

    Parameters
    ----------
    network : Network
        The network.
    edges : int64, optional
        Places of the edges that count, as a `Subgraph` has them; all if not given.
    """
    full = network.full
    chosen = slice(None) if edges is None else edges
    weight = full.weight[chosen]
    linked = np.zeros(len(network.pairs.shares.accounts), np.bool_)
    linked[full.account[chosen]] = linked[full.account_y[chosen]] = True
    return {
        "pairs": int(weight.sum()),
        "accounts": int(linked.sum()),
        "edges": len(weight),
        "max_weight": int(weight.max(initial=0)),
        "sum_weight": int(weight.sum()),
    }


def _layer(pairs: PostPairs, edge_weight: float) -> Layer:
    among = max(len(pairs.shares.accounts), 1)
    keys, weight, edge_of = _edges(pairs, among)
    seconds = np.bincount(edge_of, pairs.time_delta, minlength=len(keys))
    several = np.flatnonzero(weight[edge_of] > 1)
    return Layer(
        account=(keys // among).astype(np.int32),
        account_y=(keys % among).astype(np.int32),
        weight=weight,
        avg_time_delta=seconds / weight,
        **_posts(pairs, edge_of, several, np.divmod(keys, among)),
        over=over_quantile(weight, edge_weight),
        edge_of=edge_of,
    )


def _edges(
    pairs: PostPairs, among: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Ints]:
    """Return edges as `account * among + account_y`, their weights, and the pairs'."""
    account = pairs.shares.account
    older, newer = account[pairs.older], account[pairs.newer]
    low, high = np.minimum(older, newer), np.maximum(older, newer)
    if pairs.shares.missing:
        # As shipped: with a missing account, all pairs are one loop of it.
        high[low == 0] = 0
    key = low.astype(np.int64) * among + high
    order = np.argsort(key)
    key = key[order]
    begins = np.append(True, key[1:] != key[:-1])[: len(key)]
    edge_of = np.empty(len(key), np.int32)
    edge_of[order] = np.cumsum(begins, dtype=np.int32) - 1
    weight = np.diff(np.append(np.flatnonzero(begins), len(key)))
    return key[begins], weight, edge_of


def _posts(
    pairs: PostPairs,
    edge_of: Ints,
    several: NDArray[np.int64],
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> dict[str, Ints]:
    """Count the posts of each edge: older and newer ones, then either account's.

    Parameters
    ----------
    pairs : PostPairs
        The pairs.
    edge_of : int32
        The edge of each.
    several : int64
        Pairs whose edge has more than one; all others have one post on each side.
    ends : tuple of int64
        First and second account of each edge.
    """
    content, owner = pairs.shares.content, pairs.shares.account
    older, newer, edge = pairs.older[several], pairs.newer[several], edge_of[several]

    def count(edge: Ints, row: Ints) -> Ints:
        posts = max(len(pairs.shares.contents), 1)
        found = distinct(edge.astype(np.int64) * posts + content[row]) // posts
        # An edge that is not looked at has one post; none has no post.
        number = np.bincount(found, minlength=len(ends[0]))
        return np.maximum(number, 1).astype(np.int32)

    edges, rows = np.concatenate([edge, edge]), np.concatenate([older, newer])
    # In a loop every post is the account's own, on both sides.
    loop = (ends[0] == ends[1])[edges]
    own = loop | (owner[rows] == ends[0][edges])
    theirs = loop | ~own
    return {
        "n_content_id": count(edge, older),
        "n_content_id_y": count(edge, newer),
        "true_n_content_id": count(edges[own], rows[own]),
        "true_n_content_id_y": count(edges[theirs], rows[theirs]),
    }


def _symmetry(one: Ints, other: Ints) -> NDArray[np.float64]:
    return np.minimum(one, other) / np.maximum(one, other)
