"""CooRTweet as its users run it: each trace by itself, then one network of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.errors import ConfigError
from rasad.evaluate.baselines.answers import Edges, active, components, raised
from rasad.evaluate.baselines.coortweet import MOST_PAIRS, PostPairs, detect_groups
from rasad.evaluate.baselines.coortweet_network import coordinated_network
from rasad.evaluate.baselines.shares import Shares
from rasad.evaluate.baselines.shown_traces import timed
from rasad.evaluate.contest import CannotJudge, Layer, Outcome, Shown


@dataclass(frozen=True, kw_only=True)
class CooRTweet:
    """CooRTweet's rule at the package's defaults.

    Parameters
    ----------
    window_s : float
        Longest time between two posts, included.
    min_participation : int
        Posts of a trace that an account needs.
    edge_weight : float
        Quantile of the edges' weights above which an edge is kept.

    Notes
    -----
    Posts are paired trace by trace; the pairs of all traces are put one below the other
    and make one network, as the package's authors do with several kinds of objects. An
    edge weighs its pairs of posts. Edges are those strictly above the quantile, groups
    their connected components; an account scores as much as its heaviest edge, kept or
    not. Every action counts as a post of its own: a post with two objects of a trace
    is two, which can only matter to `min_participation`.

    Reference: N. Righetti, P. Balluff, "CooRTweet: a generalized R software for
    coordinated network detection", Computational Communication Research 7(1), 2025.
    """

    window_s: float = 10.0
    min_participation: int = 2
    edge_weight: float = 0.5
    name: str = "coortweet"
    title: str = "CooRTweet's rule"
    paper: str = "Righetti and Balluff, Computational Communication Research 2025"
    needs_time: bool = True

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If there are no times, or the window holds too many pairs of posts.
        """
        known = [timed(layer) for layer in shown.layers.values()]
        layers = [layer for layer in known if layer is not None]
        if not layers:
            raise CannotJudge("It needs the times of posts, and this world has none.")
        full = coordinated_network(self._pairs(layers, shown), self.edge_weight).full
        every = Edges(
            first=full.account.astype(np.int64),
            second=full.account_y.astype(np.int64),
            weight=full.weight.astype(np.float64),
        )
        edges = every.only(full.over)
        return Outcome(
            score=raised(active(shown), every),
            first=edges.first,
            second=edges.second,
            weight=edges.weight,
            group=components(edges, shown.n_accounts),
        )

    def _pairs(self, layers: list[Layer], shown: Shown) -> PostPairs:
        """Return the pairs of posts of all traces, each trace looked at by itself."""
        shares = shares_of(layers, shown.n_accounts)
        older, newer = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        begun = 0
        for layer in layers:
            row = np.arange(begun, begun + len(layer), dtype=np.int32)
            begun += len(layer)
            found = self._detected(shares.of_rows(row))
            older.append(row[found.older])
            newer.append(row[found.newer])
        pairs = PostPairs(
            shares=shares, older=np.concatenate(older), newer=np.concatenate(newer)
        )
        if len(pairs) > MOST_PAIRS:
            raise CannotJudge(
                f"A window of {self.window_s:g} seconds holds {len(pairs):,} pairs of "
                f"posts; the most is {MOST_PAIRS:,}."
            )
        return pairs

    def _detected(self, shares: Shares) -> PostPairs:
        try:
            return detect_groups(shares, self.window_s, self.min_participation)
        except ConfigError as error:
            raise CannotJudge(f"{error.what}.") from error


def shares_of(layers: list[Layer], n_accounts: int) -> Shares:
    """Return the actions of several traces as one long table, trace after trace.

    Names are numbers with leading zeros, so that codes are in their order. No post is
    named like an object: the package leaves out pairs with the shared post itself.
    """
    before = np.cumsum([0, *(layer.n_objects for layer in layers)])
    items = [layer.object + at for layer, at in zip(layers, before, strict=False)]
    n_posts = sum(map(len, layers))
    return Shares(
        object=np.concatenate(items).astype(np.int32),
        account=np.concatenate([layer.account for layer in layers]).astype(np.int32),
        content=np.arange(n_posts, dtype=np.int32),
        time_s=np.concatenate([layer.time_s for layer in layers]),
        objects=_names("o", int(before[-1])),
        accounts=_names("a", n_accounts),
        contents=_names("p", n_posts),
    )


def _names(kind: str, many: int) -> list[str]:
    digits = len(str(many))
    return [f"{kind}{number:0{digits}d}" for number in range(many)]
