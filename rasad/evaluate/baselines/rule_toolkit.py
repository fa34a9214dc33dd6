"""The Coordination Network Toolkit as its users run it: a network for each trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.errors import ConfigError
from rasad.evaluate.baselines.answers import (
    Edges,
    active,
    components,
    edges_of,
    raised,
    united,
)
from rasad.evaluate.baselines.shown_traces import timed
from rasad.evaluate.baselines.toolkit_edges import Counted, Joined, Total, meetings
from rasad.evaluate.baselines.windows import later_partners
from rasad.evaluate.contest import CannotJudge, Layer, Outcome, Shown

MOST_PAIRS = 200_000_000
"""Pairs of messages inside the window that are gone through; none is kept."""


@dataclass(frozen=True, kw_only=True)
class Toolkit:
    """The Coordination Network Toolkit's rule at its documented defaults.

    Parameters
    ----------
    window_s : float
        Longest time between two messages, included. The README's; the command line's
        is 1 s.
    min_edge_weight : int
        Least weight of an edge; the command line's.

    Notes
    -----
    From A to B, an edge weighs the distinct messages of A that met one of B on the same
    object. Here an edge has no direction: it weighs as much as the heavier one, in the
    trace where it is heaviest. Groups are connected components; an account scores as
    much as its heaviest pair, edge or not, so that its order does not end where the
    edges do. Every action counts as a message of its own. Texts count
    as shared where a trace says that they are the same: the toolkit's similar texts and
    its network of mere times are not among the traces.

    Reference: T. Graham, S. Hames, E. Alpert, "The coordination network toolkit: a
    framework for detecting and analysing coordinated behaviour on social media",
    Journal of Computational Social Science 7, 2024.
    """

    window_s: float = 60.0
    min_edge_weight: int = 2
    name: str = "cnt"
    title: str = "Coordination Network Toolkit's rule"
    paper: str = "Graham et al., Journal of Computational Social Science 2024"
    needs_time: bool = True

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If there are no times, or too many messages are near each other.
        """
        known = [timed(layer) for layer in shown.layers.values()]
        layers = [layer for layer in known if layer is not None]
        if not layers:
            raise CannotJudge(
                "It needs the times of messages, and this world has none."
            )
        every = united(self.network(layer, shown.n_accounts) for layer in layers)
        edges = every.only(every.weight >= self.min_edge_weight)
        return Outcome(
            score=raised(active(shown), every),
            first=edges.first,
            second=edges.second,
            weight=edges.weight,
            group=components(edges, shown.n_accounts),
        )

    def network(self, layer: Layer, n_accounts: int) -> Edges:
        """Return all pairs of one trace, whose actions all have times, and weights."""
        found = self._counted(layer, n_accounts)
        return edges_of(
            found.source.astype(np.int64),
            found.target.astype(np.int64),
            found.weight.astype(np.float64),
        )

    def _counted(self, layer: Layer, n_accounts: int) -> Counted:
        joined = Joined(
            key=layer.object.astype(np.int32),
            message=np.arange(len(layer), dtype=np.int32),
            user=layer.account.astype(np.int32),
            time_s=layer.time_s,
        )
        many = later_partners(joined.key, joined.time_s, self.window_s).pairs
        if many > MOST_PAIRS:
            raise CannotJudge(
                f"A window of {self.window_s:g} seconds holds {many:,} pairs of "
                f"messages; the most is {MOST_PAIRS:,}."
            )
        total = Total(max(n_accounts, 1), min_edge_weight=1)
        try:
            for block in meetings(joined, self.window_s, False, 0.0):
                total.add(block)
        except ConfigError as error:
            raise CannotJudge(f"{error.what}.") from error
        return total.finished()
