"""The Bipartite Configuration Model: more shared objects than all degrees explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.baselines.answers import Edges, active, united
from rasad.evaluate.baselines.bicm_chances import Side, chances, side_of
from rasad.evaluate.baselines.bipartite import Uses, pairs_to_go_through, uses_of
from rasad.evaluate.baselines.similarity_network import communities
from rasad.evaluate.baselines.validated import Correction, Validated, validated
from rasad.evaluate.contest import Codes, Outcome, Real, Shown
from rasad.null_models.tails import poisson_binomial_tail, poisson_tail

MOST_EXACT = 100_000_000
"""Pairs that may share an object, times objects, up to which tails are exact."""

SEED = 1
"""Of the communities."""

AT_A_TIME = 1_000_000
"""Chances that are laid out at a time."""


@dataclass(frozen=True, kw_only=True)
class Bicm:
    """The validated projection of the Bipartite Configuration Model, trace by trace.

    Parameters
    ----------
    alpha : float
        Share of false edges that is accepted.
    correction : {"fdr", "bonferroni"}
        The paper argues for the first.

    Notes
    -----
    An account uses an object with a chance p_io that keeps the degrees of both on
    average. Two accounts share an object with chance p_io p_jo, and the number of
    objects they share has the Poisson-binomial distribution. Its tail is that of
    `poisson_binomial_tail`, exact up to a hundred shared objects, in a trace of at most
    `MOST_EXACT` pairs times objects; elsewhere it is Poisson's of the same mean, which
    the paper allows in sparse graphs and which errs on the safe side where the count is
    above the mean by one or more. An edge weighs -log10 p, the largest of its traces,
    and an account scores as much as its heaviest pair, validated or not. Groups are
    communities of the validated network by modularity, as in the paper.

    References: F. Saracco, R. Di Clemente, A. Gabrielli, T. Squartini, "Randomizing
    bipartite networks: the case of the World Trade Web", Scientific Reports 5, 2015;
    F. Saracco, M. J. Straka, R. Di Clemente, A. Gabrielli, G. Caldarelli, T. Squartini,
    "Inferring monopartite projections of bipartite networks: an entropy-based
    approach", New Journal of Physics 19, 2017.
    """

    alpha: float = 0.05
    correction: Correction = "fdr"
    name: str = "bicm"
    title: str = "Bipartite Configuration Model"
    paper: str = "Saracco et al., New Journal of Physics 2017"
    needs_time: bool = False

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If a trace has too many pairs to go through or edges to keep, or its degrees
            are not met.
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
            group=self._groups(edges, shown.n_accounts),
        )

    def _groups(self, edges: Edges, n_accounts: int) -> Codes:
        """Return communities in which each edge counts once, as validated or not."""
        once = Edges(first=edges.first, second=edges.second, weight=np.ones(len(edges)))
        return communities(n_accounts, once, SEED)[1]

    def validate(self, uses: Uses) -> Validated:
        """Test the pairs of one trace."""
        accounts, objects = side_of(uses.degree), side_of(uses.popularity)
        null = SharedObjects(chances(accounts, objects), objects)
        work = pairs_to_go_through(uses) * int(objects.nodes.sum())
        tail = null.exact if work <= MOST_EXACT else null.poisson
        return validated(uses, tail, self.alpha, self.correction)


class SharedObjects:
    """How many objects two accounts share by chance, by their degrees.

    Parameters
    ----------
    table : float64 array of (a, o)
        Chance that an account of a degree uses an object of a degree.
    objects : Side
        How many objects have each degree.
    """

    def __init__(self, table: Real, objects: Side) -> None:
        self._table = table
        self._objects = objects
        self.expected: Real = (table * objects.nodes) @ table.T

    def poisson(self, shared: Codes, low: Codes, high: Codes) -> Real:
        """Return the tail of the Poisson distribution of the same mean.

        Parameters
        ----------
        shared : int64 array of m
            Objects shared.
        low, high : int64 arrays of m
            Places of the accounts' degrees in the table.
        """
        return poisson_tail(shared, self.expected[low, high])

    def exact(self, shared: Codes, low: Codes, high: Codes) -> Real:
        """Return the tail of the Poisson-binomial distribution; see `poisson`."""
        trials = int(self._objects.nodes.sum())
        step = max(AT_A_TIME // max(trials, 1), 1)
        tails = [np.zeros(0)]
        for at in range(0, len(shared), step):
            some = slice(at, at + step)
            both = self._table[low[some]] * self._table[high[some]]
            each = np.repeat(both, self._objects.nodes, axis=1)
            start = np.arange(len(each) + 1) * trials
            tails.append(poisson_binomial_tail(shared[some], start, each.ravel()))
        return np.concatenate(tails)
