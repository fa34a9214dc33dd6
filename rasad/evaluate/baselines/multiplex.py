"""Iannucci and others 2025: co-actions that fade with the time between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.baselines.shown_traces import (
    HASHTAGS,
    LINK,
    MENTION,
    OBJECT,
    REPLY,
    REPOST,
    TEXT,
    timed,
    trace,
)
from rasad.evaluate.baselines.similarity_network import (
    LEIDEN_EDGES,
    communities,
    no_edges,
    outcome,
    strongest,
    total,
)
from rasad.evaluate.baselines.windows import Partners, laid_out, later_partners
from rasad.evaluate.contest import CannotJudge, Codes, Layer, Outcome, Real, Shown

MODALITIES = (REPOST, LINK, HASHTAGS, MENTION, REPLY, TEXT, OBJECT)

EPSILON = 0.01
"""A co-action that has faded below this part of a simultaneous one is left out."""

FADING_S = (10.0, 60.0, 600.0, 3600.0)
"""Seconds in which a co-action fades to 1/e: the grid that modularity chooses from."""

AFFORDABLE = 1_000_000
"""Most pairs of actions for which communities are found only to compare fadings."""

PAIRS = 200_000_000
"""Most pairs of actions in a layer."""

PILE = 8_000_000
"""Pairs that are laid aside before equal ones are added up; 24 bytes each."""


def window_s(fading_s: float) -> float:
    """Return how far apart two actions may be: -ln(epsilon) / beta.

    Examples
    --------
    >>> round(window_s(60.0), 1)
    276.3
    """
    return -math.log(EPSILON) * fading_s


@dataclass(frozen=True, kw_only=True)
class Meetings:
    """The actions of a layer, with those that come soon enough after each.

    Parameters
    ----------
    layer : Layer
        Actions with times.
    partners : Partners
        Later actions on the same object within the window.
    worth : float64 array
        Of each action, 1 / (k - 1) for an object of k accounts.
    """

    layer: Layer
    partners: Partners
    worth: Real


def meetings(layer: Layer, fading_s: float) -> Meetings:
    """Find which actions of a layer are close enough to count."""
    _, item = np.unique(layer.object, return_inverse=True)
    return Meetings(
        layer=layer,
        partners=later_partners(
            item.astype(np.int32), layer.time_s, window_s(fading_s)
        ),
        worth=_worth(layer.account, item.astype(np.int64)),
    )


def _worth(account: Codes, item: Codes) -> Real:
    """Return 1 / (k - 1) for each action on an object of k accounts, 0 for k = 1."""
    order = np.lexsort((account, item))
    a, o = account[order], item[order]
    new = (np.diff(o, prepend=-1) != 0) | (np.diff(a, prepend=-1) != 0)
    held = np.bincount(o[new])
    worth: Real = np.where(held > 1, 1.0 / np.maximum(held - 1, 1), 0.0)[item]
    return worth


def decayed(found: Meetings, fading_s: float) -> Edges:
    """Weigh pairs of accounts by their co-actions, faded with time.

    Returns
    -------
    Edges
        By (first, second).

    Raises
    ------
    CannotJudge
        If more than `PAIRS` actions or `LEIDEN_EDGES` pairs of accounts meet.

    Notes
    -----
    w_ij = sum over objects o of 1/(k_o - 1) times the sum over actions t of i and s of
    j on o of exp(-beta |t - s|), with beta = 1 / `fading_s`: Newman's model of
    collaboration, in which an object that many act on ties each two of them less, with
    a kernel for the time between. An account never meets itself.
    """
    if (pairs := found.partners.pairs) > PAIRS:
        raise CannotJudge(
            f"In one trace {pairs:,} pairs of actions lie within "
            f"{window_s(fading_s):.0f} s of one another; at most {PAIRS:,} can be "
            "weighed."
        )
    pile: list[Edges] = []
    loose = 0
    for block in _weighed(found, fading_s):
        pile.append(block)
        loose += len(block)
        if loose > PILE:
            pile, loose = [_added(pile)], 0
    return _added(pile)


def _added(pile: list[Edges]) -> Edges:
    edges = total(pile)
    if len(edges) > LEIDEN_EDGES:
        raise CannotJudge(
            f"In one trace {len(edges):,} or more pairs of accounts meet; communities "
            f"are looked for among at most {LEIDEN_EDGES:,}."
        )
    return edges


def _weighed(found: Meetings, fading_s: float) -> Iterator[Edges]:
    partners, layer = found.partners, found.layer
    account, time_s = layer.account[partners.row], layer.time_s[partners.row]
    worth = found.worth[partners.row]
    for place, later in laid_out(partners.start, partners.stop):
        other = account[place] != account[later]
        place, later = place[other], later[other]
        a, b = account[place], account[later]
        gap_s = time_s[later] - time_s[place]
        yield total(
            [
                Edges(
                    first=np.minimum(a, b),
                    second=np.maximum(a, b),
                    weight=worth[place] * np.exp(-gap_s / fading_s),
                )
            ]
        )


def clearest(n_accounts: int, layer: Layer, seed: int) -> tuple[float, Edges]:
    """Choose how fast co-actions of a layer fade, by what parts it into communities.

    Parameters
    ----------
    n_accounts : int
        Account codes lie below this.
    layer : Layer
        Actions with times.
    seed : int
        Seed of the communities.

    Returns
    -------
    tuple of float, Edges
        Seconds of fading, and the network.

    Notes
    -----
    Of `FADING_S` the one whose network has the greatest modularity; of equal ones the
    quickest. No fading after the quickest is tried if its window holds more than
    `AFFORDABLE` pairs of actions.
    """
    best_s, best, clearness = FADING_S[0], no_edges(), -math.inf
    for fading_s in FADING_S:
        found = meetings(layer, fading_s)
        costly = found.partners.pairs > AFFORDABLE
        if costly and fading_s != FADING_S[0]:
            break
        edges = decayed(found, fading_s)
        if costly:
            return fading_s, edges
        quality, _ = communities(n_accounts, edges, seed)
        if len(edges) and quality > clearness:
            best_s, best, clearness = fading_s, edges, quality
    return best_s, best


@dataclass(frozen=True, kw_only=True)
class DecayedMultiplex:
    """One network of fading co-actions for each trace, joined for the groups.

    Parameters
    ----------
    seed : int
        Seed of the communities.

    Notes
    -----
    Each trace is a layer with its own decay, chosen without labels by the modularity of
    the layer. The paper looks at decays from 0 to 10 in steps of 0.01, in a unit that
    is not known here; this grid has four steps, from ten seconds to an hour. The cut
    where a co-action has faded to a hundredth is a choice of this module.

    The paper finds groups by Leiden on the coupled layers. Here the layers are added
    up, each divided by its mean weight so that none outweighs the rest by its unit, and
    Leiden runs on the sum: the limit of layers coupled so tightly that an account is in
    the same group in all of them. The paper scores groups, not accounts; an account
    scores by its strongest edge in the sum.
    """

    name: str = "decayed-multiplex"
    title: str = "Multiplex of time-decayed collaboration"
    paper: str = "Iannucci et al., arXiv 2512.19677"
    needs_time: bool = True
    seed: int = 1

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If it has no times, or is too large.
        """
        found = [timed(trace(shown, names)) for names in MODALITIES]
        layers = [layer for layer in found if layer is not None]
        if not layers:
            raise CannotJudge("It needs the times of actions, and this world has none.")
        parts = [clearest(shown.n_accounts, layer, self.seed)[1] for layer in layers]
        edges = total([level(part) for part in parts])
        _, group = communities(shown.n_accounts, edges, self.seed)
        considered = np.concatenate([layer.account for layer in layers])
        return outcome(strongest(shown.n_accounts, edges, considered), edges, group)


def level(edges: Edges) -> Edges:
    """Divide weights by their mean.

    Examples
    --------
    >>> level(Edges(first=np.array([0, 0]), second=np.array([1, 2]),
    ...             weight=np.array([1.0, 3.0]))).weight
    array([0.5, 1.5])
    """
    if not len(edges):
        return edges
    return Edges(
        first=edges.first,
        second=edges.second,
        weight=edges.weight / edges.weight.mean(),
    )
