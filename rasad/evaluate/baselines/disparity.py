"""Serrano's disparity filter, and the extent of coordination along its backbone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import Edges
from rasad.evaluate.baselines.cosine import counted, log2_idf, positive, tf_idf
from rasad.evaluate.baselines.shown_traces import reposts
from rasad.evaluate.baselines.similarity_network import (
    communities,
    ordered,
    outcome,
    some,
)
from rasad.evaluate.contest import CannotJudge, Codes, Layer, Outcome, Real, Shown


def disparity(n_accounts: int, edges: Edges) -> tuple[Real, Real]:
    """Return how likely each edge's share of its ends would be by chance.

    Parameters
    ----------
    n_accounts : int
        Account codes lie below this.
    edges : Edges
        The whole network.

    Returns
    -------
    tuple of two float64 arrays of (m,)
        Alpha at the first and at the second end.

    Notes
    -----
    alpha = (1 - w/s)^(k-1), with the degree k and the strength s of the end (Serrano,
    Boguna and Vespignani 2009): the chance that a share of at least w/s falls to one of
    k edges when the strength is cut at random. At an end of one edge it is 1.

    Examples
    --------
    >>> path = Edges(first=np.array([0, 1]), second=np.array([1, 2]),
    ...              weight=np.array([3.0, 1.0]))
    >>> disparity(3, path)
    (array([1.  , 0.75]), array([0.25, 1.  ]))
    """
    ends = np.concatenate([edges.first, edges.second])
    degree = np.bincount(ends, minlength=n_accounts)
    strength = np.bincount(
        ends, np.concatenate([edges.weight, edges.weight]), n_accounts
    )
    first, second = (
        np.clip(1.0 - edges.weight / strength[end], 0.0, 1.0) ** (degree[end] - 1)
        for end in (edges.first, edges.second)
    )
    return first, second


def backbone(n_accounts: int, edges: Edges, level: float) -> Edges:
    """Keep the edges that matter to at least one of their ends.

    Parameters
    ----------
    n_accounts : int
        Account codes lie below this.
    edges : Edges
        The whole network.
    level : float
        An edge stays if its smaller alpha lies below.

    Notes
    -----
    The smaller of both alphas decides, as in the paper of the filter. The framework
    published for Nizzoli's method stores only the alpha of the end it visits last, and
    so drops edges that matter to the other end.
    """
    return some(edges, np.minimum(*disparity(n_accounts, edges)) < level)


def extent(n_accounts: int, edges: Edges, steps: int) -> Real:
    """Return up to which quantile of the weights each account keeps an edge.

    Parameters
    ----------
    n_accounts : int
        Length of the result.
    edges : Edges
        A backbone.
    steps : int
        Quantiles from 0 to 1, both included.

    Returns
    -------
    float64 array of (n_accounts,)
        The highest quantile that is no larger than the account's strongest edge; NaN
        without one.

    Examples
    --------
    >>> path = Edges(first=np.array([0, 1]), second=np.array([1, 2]),
    ...              weight=np.array([1.0, 3.0]))
    >>> extent(4, path, 101)
    array([ 0.,  1.,  1., nan])
    """
    if not len(edges):
        return np.full(n_accounts, np.nan)
    levels = np.linspace(0.0, 1.0, steps)
    cuts = np.quantile(edges.weight, levels)
    best = np.full(n_accounts, -np.inf)
    np.maximum.at(best, edges.first, edges.weight)
    np.maximum.at(best, edges.second, edges.weight)
    survived = np.searchsorted(cuts, best, "right") - 1
    return np.where(survived >= 0, levels[np.maximum(survived, 0)], np.nan)


@dataclass(frozen=True, kw_only=True)
class DisparityBackbone:
    """The backbone of the superspreaders' similarity, climbed by thresholds.

    Parameters
    ----------
    share : float
        Part of the sharing accounts that is compared, the most active first.
    level : float
        Alpha of the disparity filter.
    steps : int
        Thresholds of the ladder.
    seed : int
        Seed of the communities.

    Notes
    -----
    As Nizzoli and others do: the one per cent of accounts that repost most, cosines of
    tf log2(N/df) over what they reposted, the backbone by the disparity filter, and
    communities. An account's score is its extent of coordination: of 101 quantiles of
    the backbone's weights, the highest at which it still has a company. The paper finds
    communities again at every threshold, each starting from the last; which threshold
    an account survives depends on its edges alone, so they are found once here, by
    Leiden in place of Louvain. Accounts off the backbone score 0, and accounts outside
    the one per cent are not judged.

    Where a world does not say what was reposted, its general objects stand in. Ties in
    activity go to the smaller code.
    """

    name: str = "disparity-backbone"
    title: str = "Disparity backbone of superspreaders"
    paper: str = "Nizzoli et al., ICWSM 2021; Serrano et al., PNAS 2009"
    needs_time: bool = False
    share: float = 0.01
    level: float = 0.15
    steps: int = 101
    seed: int = 1

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If nothing was reposted, or one per cent is fewer than two accounts, or it
            is too large.
        """
        layer = reposts(shown)
        if layer is None:
            raise CannotJudge("It compares reposts, and this world has none.")
        chosen = self._superspreaders(layer)
        rows = np.isin(layer.account, chosen)
        whole = positive(
            tf_idf(counted(layer.account[rows], layer.object[rows]), log2_idf)
        )
        kept = backbone(shown.n_accounts, whole, self.level)
        _, group = communities(shown.n_accounts, ordered(kept), self.seed)
        reached = extent(shown.n_accounts, kept, self.steps)
        score = np.full(shown.n_accounts, np.nan)
        score[chosen] = np.nan_to_num(reached[chosen])
        return outcome(score, kept, group)

    def _superspreaders(self, layer: Layer) -> Codes:
        activity = np.bincount(layer.account)
        sharers = int((activity > 0).sum())
        wanted = math.ceil(self.share * sharers)
        if wanted < 2:
            raise CannotJudge(
                f"It compares the most active {self.share:.0%} of accounts, and of "
                f"{sharers:,} here that is {wanted}."
            )
        return np.argsort(-activity, kind="stable")[:wanted].astype(np.int64)
