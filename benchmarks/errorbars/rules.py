"""What Rasad is compared with: fixed rules, a similarity, another tool's rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, diags

from benchmarks.errorbars.events import Events
from benchmarks.errorbars.worlds.table import Int, Real
from rasad.evaluate.baselines.coortweet import detect_groups
from rasad.evaluate.baselines.coortweet_network import coordinated_network
from rasad.evaluate.baselines.shares import Shares

MINUTE = 60
BLOCK = 20_000_000
"""Pairs of actions that are laid out at a time."""

COSINE_ROWS = 500


class Pairs(NamedTuple):
    """Pairs of account codes, the smaller first, and a count or weight of each."""

    first: Int
    second: Int
    weight: Int | Real

    def at_least(self, least: float) -> Pairs:
        """Return the pairs of enough weight."""
        rows = np.flatnonzero(self.weight >= least)
        return Pairs(self.first[rows], self.second[rows], self.weight[rows])

    @property
    def accounts(self) -> Int:
        """The accounts in a pair."""
        return np.unique(np.concatenate([self.first, self.second]))


def close_pairs(events: Events, within: int, unit_s: int = 1) -> Pairs:
    """Count the distinct objects on which two accounts act close to each other.

    Parameters
    ----------
    events : Events
        The actions, all of them.
    within : int
        Largest distance, inclusive, in units.
    unit_s : int
        Seconds of a unit; times are cut to it first, as minutes are.
    """
    unit = events.second // unit_s
    order = np.lexsort((unit, events.thing))
    account, thing, unit = events.account[order], events.thing[order], unit[order]
    span = int(unit.max(initial=0) - unit.min(initial=0)) + within + 2
    place = thing * span + (unit - unit.min(initial=0))
    end = np.searchsorted(place, place + within, side="right")
    count = end - np.arange(len(place)) - 1
    n, parts = len(events.names), []
    bounds = np.searchsorted(np.cumsum(count), np.arange(0, count.sum() + 1, BLOCK))
    for low, high in zip(bounds, [*bounds[1:], len(place)], strict=True):
        # An object that two blocks share is counted once: rows go by object inside.
        row = np.repeat(np.arange(low, high), count[low:high])
        step = np.arange(len(row)) - np.repeat(
            np.cumsum(count[low:high]) - count[low:high], count[low:high]
        )
        other = row + 1 + step
        one, two = account[row], account[other]
        kept = one != two
        key = np.minimum(one, two) * n + np.maximum(one, two)
        parts.append(np.stack([key[kept], thing[row[kept]]]))
    return counted(np.concatenate(parts, axis=1), n)


def counted(keys: Int, n: int) -> Pairs:
    """Return pairs with the number of their distinct objects.

    Parameters
    ----------
    keys : int64 array of (2, m)
        Pair as first x n + second, and object; with repeats.
    n : int
        Accounts.
    """
    order = np.lexsort((keys[1], keys[0]))
    pair, thing = keys[0][order], keys[1][order]
    new = np.ones(len(pair), np.bool_)
    new[1:] = (pair[1:] != pair[:-1]) | (thing[1:] != thing[:-1])
    found, number = np.unique(pair[new], return_counts=True)
    return Pairs(found // n, found % n, number)


def cosine_pairs(events: Events, share: float) -> Pairs:
    """Return the most similar pairs: TF-IDF, cosine, the top share of all that share.

    As Pacheco and others (2021) do with what accounts repost.
    """
    n = len(events.names)
    used = np.maximum(np.bincount(events.thing, minlength=events.n_things), 1)
    weight = np.log((1 + n) / (1 + used[events.thing])) + 1
    table = csr_matrix(
        (weight.astype(np.float32), (events.account, events.thing)),
        shape=(n, events.n_things),
    )
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    unit = diags(1 / np.maximum(length, 1e-12)).dot(table).tocsr().astype(np.float32)
    other = unit.T.tocsr()
    parts = []
    for low in range(0, n, COSINE_ROWS):
        block = (unit[low : low + COSINE_ROWS] @ other).tocoo()
        kept = block.col > block.row + low
        first = (block.row[kept] + low).astype(np.int32)
        parts.append((first, block.col[kept].astype(np.int32), block.data[kept]))
    one, two, alike = (np.concatenate(each) for each in zip(*parts, strict=True))
    top = top_share(alike, share)
    return Pairs(one[top].astype(np.int64), two[top].astype(np.int64), alike[top])


def top_share(weight: Real, share: float) -> Int:
    """Return the places of the largest weights, so many of a hundred.

    Examples
    --------
    >>> top_share(np.array([3.0, 9.0, 5.0, 1.0]), 0.5).tolist()
    [1, 2]
    """
    many = int(share * len(weight))
    if many == 0:
        return np.zeros(0, np.int64)
    return np.sort(np.argpartition(weight, len(weight) - many)[len(weight) - many :])


def coortweet_pairs(events: Events, window_s: float, quantile: float) -> Pairs:
    """Return the edges that CooRTweet's rule keeps: weights above a quantile."""
    found = detect_groups(shares(events), window_s)
    layer = coordinated_network(found, quantile).full
    over, code = layer.over, np.argsort(events.names)
    one, two = code[layer.account[over]], code[layer.account_y[over]]
    return Pairs(np.minimum(one, two), np.maximum(one, two), layer.weight[over])


def shares(events: Events) -> Shares:
    """Return the actions as CooRTweet's long table; every action is a post."""
    digits = len(str(max(len(events), events.n_things, 1)))
    names = sorted(events.names.tolist())
    place = np.argsort(np.argsort(events.names))
    # CooRTweet leaves out pairs with the shared post itself: no post is an object here.
    return Shares(
        object=events.thing.astype(np.int32),
        account=place[events.account].astype(np.int32),
        content=np.arange(len(events), dtype=np.int32),
        time_s=events.second.astype(np.float64),
        objects=[f"o{number:0{digits}d}" for number in range(events.n_things)],
        accounts=names,
        contents=[f"p{number:0{digits}d}" for number in range(len(events))],
    )
