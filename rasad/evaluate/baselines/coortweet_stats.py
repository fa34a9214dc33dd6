"""CooRTweet's subgraphs and statistics of its network.

Repeats the subgraphs of `generate_coordinated_network`, and `group_stats` and
`account_stats`, which count in ways one would not expect: an object's accounts by one
end of the edges only, an account's mean over its distinct edges only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rasad.errors import ConfigError
from rasad.evaluate.baselines.codes import Ints, distinct
from rasad.evaluate.baselines.coortweet import PostPairs
from rasad.evaluate.baselines.coortweet_network import Layer, Network

Level = Literal["full", "fast", "none"]


@dataclass(frozen=True)
class Subgraph:
    """Some edges of the full layer.

    Parameters
    ----------
    edges : int64
        Their places in the full layer.
    accounts : int32
        Their ends.
    coordinated : int32
        The accounts that CooRTweet colours; all, unless neighbours were added.
    """

    edges: NDArray[np.int64]
    accounts: Ints
    coordinated: Ints


def subgraph(network: Network, number: Literal[1, 2, 3]) -> Subgraph:
    """Return one of CooRTweet's subgraphs.

    Parameters
    ----------
    network : Network
        With a fast layer for 2 and 3.
    number : {1, 2, 3}
        1: edges over the threshold. 2: edges over the threshold of the fast layer.
        3: the accounts of 2, their neighbours, and all edges among these.
    """
    full = network.full
    if number == 1:
        edges = np.flatnonzero(full.over)
    else:
        fast = fast_layer(network)
        edges = network.place_of(fast)[fast.over]
    ends = _ends(full, edges)
    if number < 3:
        return Subgraph(edges, ends, ends)
    touching = np.isin(full.account, ends) | np.isin(full.account_y, ends)
    near = _ends(full, np.flatnonzero(touching))
    inside = np.isin(full.account, near) & np.isin(full.account_y, near)
    return Subgraph(np.flatnonzero(inside), near, ends)


def fast_layer(network: Network) -> Layer:
    """Return the fast layer.

    Raises
    ------
    ConfigError
        If no pairs were flagged.
    """
    if network.fast is None:
        raise ConfigError(
            "There is no fast network without a narrower window", "give --fast-window"
        )
    return network.fast


def group_stats(
    network: Network, edges: NDArray[np.int64] | None = None
) -> list[tuple[str, int]]:
    """Return objects with the number of accounts at the *from* end of their edges.

    Parameters
    ----------
    network : Network
        The network.
    edges : int64, optional
        Places of the edges that count, as a `Subgraph` has them; all if not given.

    Returns
    -------
    list of tuple of str, int
        Most accounts first, then in the order in which the edges name them. An id
        that holds a comma is kept whole, where CooRTweet takes it apart.
    """
    full, shares = network.full, network.pairs.shares
    chosen = np.zeros(len(full), np.bool_)
    chosen[slice(None) if edges is None else edges] = True
    pair = np.flatnonzero(chosen[full.edge_of])
    pair = pair[np.argsort(full.first[full.edge_of[pair]], kind="stable")]
    among = max(len(shares.accounts), 1)
    object_ = shares.object[network.pairs.older[pair]].astype(np.int64)
    sharer = object_ * among + from_ends(network)[full.edge_of[pair]]
    codes, first = np.unique(object_, return_index=True)
    count = np.unique(distinct(sharer) // among, return_counts=True)[1]
    order = np.lexsort((first, -count))
    return [(shares.objects[codes[at]], int(count[at])) for at in order]


def from_ends(network: Network) -> Ints:
    """Return the account that igraph calls *from*, for each edge of the full layer.

    It numbers accounts as they appear: first those whose name comes first in an edge,
    edge by edge, then the others. The end with the smaller number is *from*.
    """
    full = network.full
    order = np.argsort(full.first, kind="stable")
    seen = np.concatenate([full.account[order], full.account_y[order]])
    account, first = np.unique(seen, return_index=True)
    number = np.zeros(len(network.pairs.shares.accounts), np.int64)
    number[account] = first
    ahead = number[full.account] <= number[full.account_y]
    return np.where(ahead, full.account, full.account_y)


@dataclass(frozen=True, kw_only=True)
class AccountStats:
    """The table `account_stats`; what cannot be computed is NaN.

    Parameters
    ----------
    account : int32, shape (n,)
        Codes, ascending.
    avg_time_delta, avg_edge_symmetry_score : float64, shape (n,)
        Means over the account's distinct edges.
    avg_time_delta_fast, avg_edge_symmetry_score_fast : float64, shape (n,)
        The same in the fast layer.
    unique_shares_count : int64, shape (n,)
        Distinct posts.
    """

    account: Ints
    avg_time_delta: NDArray[np.float64]
    avg_edge_symmetry_score: NDArray[np.float64]
    avg_time_delta_fast: NDArray[np.float64]
    avg_edge_symmetry_score_fast: NDArray[np.float64]
    unique_shares_count: NDArray[np.int64]


def account_stats(
    network: Network,
    level: Level = "full",
    edges: NDArray[np.int64] | None = None,
) -> AccountStats:
    """Return the statistics of the accounts whose edges are over the threshold.

    Parameters
    ----------
    network : Network
        The network.
    level : {"full", "fast", "none"}
        Which threshold; with `none` all edges count.
    edges : int64, optional
        Places of the edges that count instead of those over the threshold.

    Returns
    -------
    AccountStats
        Posts are counted in all pairs, or with `fast` in the flagged ones, whether
        their edge is over the threshold or not.
    """
    chosen = _chosen(network, level) if edges is None else edges
    account, values = _distinct_edges(network, chosen)
    posts = posts_in_pairs(_pairs_of(network, level))
    found = np.unique(account)
    found = found[posts[found] > 0]
    means = [_mean_by(account, column)[found] for column in values.T]
    means += [np.full(len(found), np.nan)] * (4 - len(means))
    return AccountStats(
        account=found,
        avg_time_delta=means[0],
        avg_edge_symmetry_score=means[1],
        avg_time_delta_fast=means[2],
        avg_edge_symmetry_score_fast=means[3],
        unique_shares_count=posts[found],
    )


def _chosen(network: Network, level: Level) -> NDArray[np.int64]:
    if level == "none":
        return np.arange(len(network.full))
    if level == "full":
        return np.flatnonzero(network.full.over)
    fast = fast_layer(network)
    return network.place_of(fast)[fast.over]


def _pairs_of(network: Network, level: Level) -> PostPairs:
    fast = network.pairs.fast
    return (
        network.pairs.only(fast)
        if level == "fast" and fast is not None
        else network.pairs
    )


def _distinct_edges(
    network: Network, chosen: NDArray[np.int64]
) -> tuple[Ints, NDArray[np.float64]]:
    """Return accounts with the values of their edges.

    As shipped: of an account's edges that agree in every value, only one is left.
    """
    full = network.full
    account = np.concatenate([full.account[chosen], full.account_y[chosen]])
    edge = np.tile(np.arange(len(chosen)), 2)
    values = _edge_values(network)[chosen]
    order = np.lexsort((*values[edge].T, account))
    account, values = account[order], values[edge[order]]
    new = np.ones(len(account), np.bool_)
    new[1:] = (account[1:] != account[:-1]) | (values[1:] != values[:-1]).any(axis=1)
    return account[new], values[new]


def _edge_values(network: Network) -> NDArray[np.float64]:
    """Return mean gap and symmetry of each edge, then those of the fast layer, if any.

    They are infinite where an edge is not fast.
    """
    full, fast = network.full, network.fast
    columns = 2 if fast is None else 4
    values = np.full((len(full), columns), np.inf)  # not NaN, which equals nothing
    values[:, 0], values[:, 1] = full.avg_time_delta, full.edge_symmetry_score
    if fast is not None:
        place = network.place_of(fast)
        values[place, 2] = fast.avg_time_delta
        values[place, 3] = fast.edge_symmetry_score
    return values


def _mean_by(account: Ints, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the finite values of each account, NaN without any."""
    finite = np.isfinite(column)
    count = np.bincount(account[finite], minlength=int(account.max(initial=0)) + 1)
    total = np.bincount(account[finite], column[finite], minlength=len(count))
    mean = np.full(len(count), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean


def posts_in_pairs(pairs: PostPairs) -> NDArray[np.int64]:
    """Count the distinct posts that each account has in the pairs.

    Returns
    -------
    int64, shape (accounts,)
    """
    shares = pairs.shares
    rows = np.concatenate([pairs.older, pairs.newer])
    among = max(len(shares.contents), 1)
    posts = shares.account[rows].astype(np.int64) * among + shares.content[rows]
    return np.bincount(distinct(posts) // among, minlength=len(shares.accounts))


def _ends(layer: Layer, edges: NDArray[np.int64]) -> Ints:
    return np.unique(np.concatenate([layer.account[edges], layer.account_y[edges]]))
