"""Statistically validated networks: more shared objects than a draw of them gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import active, components, united
from rasad.evaluate.baselines.bipartite import Uses, uses_of
from rasad.evaluate.baselines.validated import (
    Correction,
    Validated,
    degrees,
    validated,
)
from rasad.evaluate.contest import Codes, Outcome, Real, Shown
from rasad.null_models.hypergeometric import Hypergeometric


@dataclass(frozen=True, kw_only=True)
class Svn:
    """The statistically validated network, trace by trace.

    Parameters
    ----------
    alpha : float
        Share of false edges that is accepted; 1 % is customary with this method.
    correction : {"fdr", "bonferroni"}
        The paper has both and calls them the FDR and the Bonferroni network.

    Notes
    -----
    Accounts that used k_a and k_b of a trace's N objects share at least x of them with
    the right tail of the hypergeometric distribution, if each draws its objects at
    random. The paper does this apart for objects of equal popularity too; like most who
    use it, this does not. An edge weighs -log10 p, the largest of its traces, and an
    account scores as much as its heaviest pair, validated or not. Groups are the
    connected components.

    Reference: M. Tumminello, S. Micciche, F. Lillo, J. Piilo, R. N. Mantegna,
    "Statistically validated networks in bipartite complex systems", PLoS ONE 6(3),
    2011.
    """

    alpha: float = 0.01
    correction: Correction = "fdr"
    name: str = "svn"
    title: str = "Statistically validated network"
    paper: str = "Tumminello et al., PLoS ONE 2011"
    needs_time: bool = False

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If a trace has too many pairs to go through.
        """
        graphs = [uses_of(layer, shown.n_accounts) for layer in shown.layers.values()]
        found = [self.validate(graph) for graph in graphs]
        edges = united(each.edges for each in found)
        score = active(shown)
        for each in found:
            score = np.maximum(score, each.surprise)
        return Outcome(
            score=score,
            first=edges.first,
            second=edges.second,
            weight=edges.weight,
            group=components(edges, shown.n_accounts),
        )

    def validate(self, uses: Uses) -> Validated:
        """Test the pairs of one trace."""
        used = degrees(uses)[0]
        n_objects = int((uses.popularity > 0).sum())
        null = Hypergeometric()

        def tail(shared: Codes, low: Codes, high: Codes) -> Real:
            return null.p_values(shared, used[low], used[high], n_objects)

        return validated(uses, tail, self.alpha, self.correction)
