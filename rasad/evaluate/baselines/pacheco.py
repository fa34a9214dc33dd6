"""Pacheco and others 2021: accounts whose traces are too alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import Edges, components, united
from rasad.evaluate.baselines.cosine import (
    KEPT,
    Rows,
    above_quantile,
    common,
    counted,
    smooth_idf,
    survey,
    tf_idf,
)
from rasad.evaluate.baselines.shown_traces import (
    HASHTAGS,
    posts,
    reposts,
    timed,
    trace,
)
from rasad.evaluate.baselines.similarity_network import (
    no_edges,
    outcome,
    strongest,
    total,
)
from rasad.evaluate.contest import CannotJudge, Codes, Layer, Outcome, Real, Shown

DAY_S = 86_400.0

Network = tuple[Codes, Edges, Real]
"""Accounts with enough support, the edges among them, the largest cosine of each."""


@dataclass(frozen=True, kw_only=True)
class PachecoCosine:
    """Co-retweets, synchronous posting and daily hashtag sequences, clustered.

    Parameters
    ----------
    least_reposts, least_posts : int
        Support of an account in the traces of reposts and of times.
    bin_s : float
        Width of a time bin in seconds; bins begin at full multiples since 1970 UTC.
    kept_quantile : float
        Of the positive cosines of a trace; what reaches it is an edge.
    least_accounts : int
        Objects of fewer accounts are not compared. If none has as many, all are.
    least_tagged, least_tags : int
        Posts with hashtags, and different lists of hashtags, that make the sequence of
        a day worth comparing.

    Notes
    -----
    Of the five traces of the paper three can be read from actions; shared handles and
    pictures need what a world here does not say. Links and texts are no traces of the
    paper and are left alone.

    The paper fixes support, bins, TF-IDF, cosine, the top 0.5 % and connected
    components; the authors' notebooks add sublinear counts, scikit-learn's smoothed
    weight and the floor of three accounts an object. They differ from the paper in two
    ways that are not repeated here: they take the top 0.5 % of what the hundred nearest
    neighbours of each account leave, and lose a pair that only the larger code counts
    among its nearest; and they ask for more than ten reposts instead of at least ten.
    Here the share is taken of all positive cosines among accounts with support. The
    notebook measures bins from the first post that it reads; here from full hours.

    A hashtag sequence is what an account tagged in one UTC day, in order, compared
    exactly. Actions name the list of tags of a post as one object, so the paper's five
    different hashtags become five different lists; a pair that shares a day's sequence
    has weight 1. Where a world does not say what was reposted, its general objects
    stand in. The networks of the traces are united, with the largest weight of a pair,
    and an account scores by its strongest edge: the paper gives no score. Accounts with
    support and no edge stand below all that have one, by their largest cosine.
    """

    name: str = "pacheco-cosine"
    title: str = "TF-IDF cosine of shared traces"
    paper: str = "Pacheco et al., ICWSM 2021, doi 10.1609/icwsm.v15i1.18075"
    needs_time: bool = False
    least_reposts: int = 10
    least_posts: int = 8
    bin_s: float = 1800.0
    kept_quantile: float = 0.995
    least_accounts: int = 3
    least_tagged: int = 5
    least_tags: int = 5

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If it says neither what was reposted nor when, no account has enough
            support, or it is too large.
        """
        found = [
            network
            for network in (
                self._co_repost(shown),
                self._synchronous(shown),
                self._hashtags(shown),
            )
            if network is not None
        ]
        if not found:
            raise CannotJudge(
                "It compares reposts, posting times and hashtags, and this world has "
                "none of them."
            )
        edges = united([network[1] for network in found])
        considered = np.concatenate([network[0] for network in found])
        if not len(considered):
            raise CannotJudge(
                f"It compares accounts with {self.least_reposts} reposts, "
                f"{self.least_posts} posts or a day of hashtags, and here none has any."
            )
        score = strongest(shown.n_accounts, edges, considered)
        nearest = np.full(shown.n_accounts, np.nan)
        for looked_at, _, cosine in found:
            nearest[looked_at] = np.fmax(nearest[looked_at], cosine)
        below = nearest * edges.weight.min(initial=1.0)
        return outcome(
            np.where(score > 0, score, below),
            edges,
            components(edges, shown.n_accounts),
        )

    def _co_repost(self, shown: Shown) -> Network | None:
        layer = reposts(shown)
        if layer is None:
            return None
        return self._alike(layer.account, layer.object, self.least_reposts)

    def _synchronous(self, shown: Shown) -> Network | None:
        if all(timed(layer) is None for layer in shown.layers.values()):
            return None
        account, time_s = posts(shown)
        return self._alike(account, bins(time_s, self.bin_s), self.least_posts)

    def _alike(self, account: Codes, item: Codes, support: int) -> Network:
        """Compare accounts that acted often enough."""
        enough = (np.bincount(account) >= support)[account]
        rows = counted(account[enough], item[enough])
        if not len(rows):
            return rows.account, no_edges(), np.zeros(0)
        weighed = self._weighed(rows)
        known = survey(weighed)
        edges = above_quantile(weighed, self.kept_quantile, known)
        return rows.account, edges, known.nearest

    def _weighed(self, rows: Rows) -> Rows:
        kept = common(rows, self.least_accounts)
        whole = kept if kept.matrix.nnz else rows
        return tf_idf(whole, smooth_idf, sublinear=True)

    def _hashtags(self, shown: Shown) -> Network | None:
        layer = timed(trace(shown, HASHTAGS))
        if layer is None:
            return None
        return same_days(layer, self.least_tagged, self.least_tags)


def bins(time_s: Real, width_s: float) -> Codes:
    """Return the numbers of time bins since 1970.

    Examples
    --------
    >>> bins(np.array([0.0, 1799.9, 1800.0, -0.1]), 1800.0)
    array([ 0,  0,  1, -1])
    """
    return np.floor(time_s / width_s).astype(np.int64)


def same_days(layer: Layer, least_tagged: int, least_tags: int) -> Network:
    """Join accounts that used the same lists of hashtags in the same order in a day.

    Parameters
    ----------
    layer : Layer
        Lists of hashtags, with times.
    least_tagged, least_tags : int
        Posts, and different lists, without which a day is left out.

    Returns
    -------
    tuple of int64 array, Edges, float64 array
        Accounts with such a day, and the pairs that share one, with weight 1; nought
        for each, since sequences are the same or not.
    """
    account, found = [], []
    known: dict[tuple[int, ...], int] = {}
    for who, items in _days(layer):
        if len(items) >= least_tagged and len(set(items.tolist())) >= least_tags:
            account.append(who)
            found.append(known.setdefault(tuple(items.tolist()), len(known)))
    who_used = np.array(account, np.int64)
    parts = _cliques(who_used, np.array(found, np.int64))
    edges = total(parts)
    once = Edges(first=edges.first, second=edges.second, weight=np.ones(len(edges)))
    tagged = np.unique(who_used)
    return tagged, once, np.zeros(len(tagged))


def _days(layer: Layer) -> list[tuple[int, Codes]]:
    """Part the actions by account and UTC day, in order of time, then of code."""
    order = np.lexsort((layer.object, layer.time_s, layer.account))
    account, day = layer.account[order], bins(layer.time_s[order], DAY_S)
    new = np.flatnonzero((np.diff(account) != 0) | (np.diff(day) != 0)) + 1
    starts = np.concatenate([[0], new])
    parts = np.split(layer.object[order], new)
    return list(zip(account[starts].tolist(), parts, strict=True))


def _cliques(account: Codes, item: Codes) -> list[Edges]:
    """Join all that have an item, whatever it is, item by item."""
    held = np.bincount(item)
    if (pairs := int((held * (held - 1) // 2).sum())) > KEPT:
        raise CannotJudge(
            f"Its accounts share a day's hashtags {pairs:,} times; at most {KEPT:,} "
            "can be kept."
        )
    order = np.lexsort((account, item))
    account, item = account[order], item[order]
    parts = []
    for group in np.split(account, np.flatnonzero(np.diff(item)) + 1):
        members = np.unique(group)
        place, later = np.triu_indices(len(members), 1)
        parts.append(
            Edges(
                first=members[place], second=members[later], weight=np.ones(len(place))
            )
        )
    return parts
