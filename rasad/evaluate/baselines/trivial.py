"""What needs no method: who acts most, who likes what is popular, a fixed rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import (
    ALONE,
    Edges,
    active,
    components,
    raised,
    united,
)
from rasad.evaluate.baselines.bipartite import uses_of
from rasad.evaluate.baselines.shown_traces import timed
from rasad.evaluate.baselines.windows import Partners, laid_out, later_partners
from rasad.evaluate.contest import CannotJudge, Codes, Layer, Outcome, Real, Shown

NO_TIMES = "It needs the times of actions, and this world has none."

MOST_CLOSE = 100_000_000
"""Pairs of actions inside the window that are looked at; about 20 bytes each."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Accounts by how often they act, in all traces together."""

    name: str = "activity"
    title: str = "Number of actions"
    paper: str = "none: a yardstick"
    needs_time: bool = False

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world."""
        score = active(shown)
        for layer in shown.layers.values():
            score += np.bincount(layer.account, minlength=shown.n_accounts)
        return _ranking(score)


@dataclass(frozen=True, kw_only=True)
class Popularity:
    """Accounts by how popular their objects are on average.

    Notes
    -----
    An object is as popular as it has accounts. Each object of an account counts once,
    whatever its trace.
    """

    name: str = "popularity"
    title: str = "Mean popularity of objects"
    paper: str = "none: a yardstick"
    needs_time: bool = False

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world."""
        n = shown.n_accounts
        total, many = np.zeros(n), np.zeros(n)
        for layer in shown.layers.values():
            graph = uses_of(layer, n)
            popularity = graph.popularity[graph.object].astype(np.float64)
            total += np.bincount(graph.account, popularity, minlength=n)
            many += graph.degree
        return _ranking(active(shown) + total / np.maximum(many, 1))


@dataclass(frozen=True, kw_only=True)
class FixedRule:
    """Pairs that act on enough objects within a fixed time of each other.

    Parameters
    ----------
    window_s : float
        Longest time between the two actions, included.
    objects : int
        Distinct objects of one trace that an edge needs.

    Notes
    -----
    What counts is whether some action of either account on the object is near one of
    the other's. An edge weighs the number of such objects in the trace that has most of
    them, and an account scores as much as its heaviest pair, edge or not. Groups are
    connected components.
    """

    window_s: float = 60.0
    objects: int = 3
    name: str = "fixed-rule"
    title: str = "Three objects within a minute"
    paper: str = "none: a yardstick"
    needs_time: bool = True

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If there are no times, or too many actions are near each other.
        """
        known = [timed(layer) for layer in shown.layers.values()]
        layers = [layer for layer in known if layer is not None]
        if not layers:
            raise CannotJudge(NO_TIMES)
        pairs = united(
            close_pairs(layer, shown.n_accounts, self.window_s) for layer in layers
        )
        edges = pairs.only(pairs.weight >= self.objects)
        return Outcome(
            score=raised(active(shown), pairs),
            first=edges.first,
            second=edges.second,
            weight=edges.weight,
            group=components(edges, shown.n_accounts),
        )


def close_pairs(layer: Layer, n_accounts: int, window_s: float) -> Edges:
    """Count the distinct objects on which two accounts act near each other.

    Parameters
    ----------
    layer : Layer
        Actions with times.
    n_accounts : int
        Codes lie below this.
    window_s : float
        Longest time between two actions, included.

    Returns
    -------
    Edges
        All pairs with an object, weighing the number of objects.

    Raises
    ------
    CannotJudge
        If more than `MOST_CLOSE` pairs of actions are near each other.

    Notes
    -----
    Pairs of actions are laid out in blocks; of each is kept which accounts met on which
    object, as one number.
    """
    partners = later_partners(layer.object.astype(np.int32), layer.time_s, window_s)
    item, account = layer.object[partners.row], layer.account[partners.row]
    _check(partners, window_s, n_accounts, layer.n_objects)
    every = n_accounts * n_accounts
    met, filled = np.empty(partners.pairs, np.int64), 0
    for place, partner in laid_out(partners.start, partners.stop):
        one, two = account[place], account[partner]
        key = item[place] * every
        key += np.minimum(one, two) * n_accounts + np.maximum(one, two)
        key = key[one != two]
        met[filled : filled + len(key)] = key
        filled += len(key)
    pair = _once(met[:filled]) % every
    pair.sort()
    begins = np.flatnonzero(np.append(True, pair[1:] != pair[:-1])[: len(pair)])
    first, second = np.divmod(pair[begins], n_accounts)
    many = np.diff(np.append(begins, len(pair)))
    return Edges(first=first, second=second, weight=many.astype(np.float64))


def _once(numbers: Codes) -> Codes:
    """Return the distinct ones, ascending; sorts in place, since there may be many."""
    numbers.sort()
    new = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
    found: Codes = numbers[new]
    return found


def _check(
    partners: Partners, window_s: float, n_accounts: int, n_objects: int
) -> None:
    if partners.pairs > MOST_CLOSE:
        raise CannotJudge(
            f"{partners.pairs:,} pairs of actions lie within {window_s:g} seconds; it "
            f"goes through at most {MOST_CLOSE:,}."
        )
    if n_accounts**2 * n_objects >= 1 << 63:
        raise CannotJudge(
            f"{n_accounts:,} accounts and {n_objects:,} objects are too many to number "
            "every pair on every object."
        )


def _ranking(score: Real) -> Outcome:
    """Return scores without edges or groups."""
    nothing = np.zeros(0, np.int64)
    return Outcome(
        score=score,
        first=nothing,
        second=nothing,
        weight=np.zeros(0),
        group=np.full(len(score), ALONE, np.int64),
    )
