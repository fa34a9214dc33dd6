"""Luceri and others 2024: traces fused into one network, pruned by centrality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import Edges, components, united
from rasad.evaluate.baselines.cosine import (
    Rows,
    above_quantile,
    binary,
    common,
    counted,
    positive,
    smooth_idf,
    tf_idf,
    versatile,
)
from rasad.evaluate.baselines.eigenvector import centrality
from rasad.evaluate.baselines.shown_traces import (
    HASHTAGS,
    LINK,
    TEXT,
    reposts,
    timed,
    trace,
)
from rasad.evaluate.baselines.similarity_network import no_edges, outcome, some
from rasad.evaluate.contest import CannotJudge, Codes, Layer, Outcome, Real, Shown

Network = tuple[Codes, Edges]
"""Accounts that a trace looks at, and the edges among them."""


@dataclass(frozen=True, kw_only=True)
class LuceriFused:
    """Co-retweet, co-URL, hashtag sequence, fast retweet and same text, fused.

    Parameters
    ----------
    least_reposts : int
        Reposts of an account that co-retweet looks at.
    least_objects : int
        Different objects, each shared with somebody, of an account that a trace looks
        at.
    fast_s : float
        Seconds within which a repost is fast.
    least_fast : int
        Fast reposts of an account that the trace of fast reposts looks at.
    repost_quantile, link_quantile, hashtags_quantile, text_quantile : float
        Of the cosines of a trace; what reaches it is an edge.
    least_centrality : float
        Accounts below are pruned from the network.

    Notes
    -----
    The unsupervised half of the paper. Each trace is a table of accounts and objects
    that more than one account has, weighed with scikit-learn's smoothed TF-IDF and
    compared by cosine; the fused network is the union of the edges; an account scores
    by its eigenvector centrality there, and what lies below `least_centrality` is
    pruned. Groups are the connected components of the rest. The quantiles, the seconds
    and the centrality are the tuned ones that are reported for the paper.

    A floor of two different objects an account is not in the paper. Without it one
    post that hundreds passed on once makes all of them equal, and their clique captures
    the ranking; that was observed on real data.

    Three things differ because of what a world says. There is no language model here,
    so the trace of texts joins accounts that published exactly the same text, and
    nothing that is merely similar. A world names neither the author nor the time of an
    original: the earliest action seen on an object stands for its original, and the
    object for its author. And the least number of hashtags is that of the trace itself.
    Delays are whole differences of time: the published script reads only the seconds
    within a day, and takes a day and five seconds for five seconds.

    Where a world does not say what was reposted, its general objects stand in.
    """

    name: str = "luceri-fused"
    title: str = "Fused similarity network, pruned by centrality"
    paper: str = "Luceri et al., WWW 2024, arXiv 2310.09884"
    needs_time: bool = False
    least_reposts: int = 20
    least_objects: int = 2
    fast_s: float = 60.0
    least_fast: int = 2
    repost_quantile: float = 0.80
    link_quantile: float = 0.80
    hashtags_quantile: float = 0.65
    text_quantile: float = 0.96
    least_centrality: float = 1e-2

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If it has none of the traces, no account has enough of them, or it is too
            large.
        """
        found = [network for network in self._networks(shown) if network is not None]
        if not found:
            raise CannotJudge(
                "It compares reposts, links, hashtags and texts, and this world has "
                "none of them."
            )
        if not sum(len(looked_at) for looked_at, _ in found):
            raise CannotJudge(
                f"It compares accounts with {self.least_objects} objects that others "
                f"share too, reposts from {self.least_reposts} on, and here none has."
            )
        fused = united([network[1] for network in found])
        central = centrality(shown.n_accounts, fused)
        score = np.full(shown.n_accounts, np.nan)
        for looked_at, _ in found:
            score[looked_at] = central[looked_at]
        left = central >= self.least_centrality
        kept = some(fused, left[fused.first] & left[fused.second])
        return outcome(score, kept, components(kept, shown.n_accounts))

    def _networks(self, shown: Shown) -> list[Network | None]:
        passed_on = reposts(shown)
        return [
            self._shared(passed_on, self.repost_quantile, self.least_reposts),
            self._shared(trace(shown, LINK), self.link_quantile),
            self._shared(trace(shown, HASHTAGS), self.hashtags_quantile),
            self._shared(trace(shown, TEXT), self.text_quantile),
            self._fast(timed(passed_on)),
        ]

    def _shared(
        self, layer: Layer | None, quantile: float, support: int = 1
    ) -> Network | None:
        """Compare what accounts shared, each object once."""
        if layer is None:
            return None
        enough = (np.bincount(layer.account) >= support)[layer.account]
        rows = self._floored(
            binary(counted(layer.account[enough], layer.object[enough]))
        )
        if not len(rows):
            return rows.account, no_edges()
        return rows.account, above_quantile(tf_idf(rows, smooth_idf), quantile)

    def _fast(self, layer: Layer | None) -> Network | None:
        """Compare what accounts passed on at once, counting how often."""
        if layer is None:
            return None
        fast = delays_s(layer) <= self.fast_s
        often = np.bincount(layer.account[fast], minlength=1) >= self.least_fast
        fast[fast] = often[layer.account[fast]]
        rows = self._floored(counted(layer.account[fast], layer.object[fast]))
        if not len(rows):
            return rows.account, no_edges()
        return rows.account, positive(tf_idf(rows, smooth_idf))

    def _floored(self, rows: Rows) -> Rows:
        if not len(rows):
            return rows
        return versatile(common(rows, 2), self.least_objects)


def delays_s(layer: Layer) -> Real:
    """Return how long after the earliest action on its object each one came.

    Returns
    -------
    float64 array
        Seconds, days and all.

    Examples
    --------
    >>> late = Layer(account=np.array([0, 1]), object=np.array([0, 0]),
    ...              time_s=np.array([100.0, 100.0 + 86_400 + 5]), n_objects=1)
    >>> delays_s(late)
    array([    0., 86405.])
    """
    _, item = np.unique(layer.object, return_inverse=True)
    earliest = np.full(int(item.max(initial=-1)) + 1, np.inf)
    np.minimum.at(earliest, item, layer.time_s)
    late: Real = layer.time_s - earliest[item]
    return late
