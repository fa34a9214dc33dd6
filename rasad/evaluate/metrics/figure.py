"""What a figure is, what it needs to be said, and why it may not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["high", "low", ""]

NEEDS = {
    "operated": "nobody is operated here, so the right answer is nothing",
    "ordinary": "there is no account that is not operated",
    "scored": "the method scores no labelled account",
    "budget": "no budget of accounts was given",
    "spent": "the budget is nought: Rasad lists nobody here",
    "draws": "no interval was asked for",
    "two_teams": "fewer than two teams cannot be drawn anew",
    "stops": "the method orders accounts and does not say where to stop",
    "listed": "the method lists no labelled account",
    "edges": "the method gives no edge between labelled accounts",
    "plain_edges": "the method gives no edge outside decoys",
    "edge_budget": "no budget of edges was given",
    "edges_spent": "the budget is nought: Rasad keeps no edge here",
    "q_values": "the method gives no q-values",
    "small_q": "no edge has a q-value of at most the largest level",
    "teams": "the truth does not say who is in which team",
    "decoys": "there are no decoys here",
    "some_groups": "the method gives no group",
    "some_certified": "the method vouches for no group",
    "right_groups": "no group holds an operated account",
    "right_certified": "no group it vouches for holds an operated account",
    "main_group": "no group it vouches for is mostly one operation",
}
"""What figures need, each with the reason to print where it is absent."""

NOT_SHOWN = "no operated account did enough to be shown"
"""The reason for `operated` where there are some, but nobody sees them."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure.

    Parameters
    ----------
    title : str
        Head of a column.
    says : str
        What it is, a sentence.
    better : str
        `high` or `low`; empty where it is neither good nor bad.
    oracle : bool
        Whether it uses the truth to choose where to cut, which no user can do.
    caution : str
        When it misleads; empty if it does not.
    needs : tuple of str
        Keys of `NEEDS` without which it cannot be said, the first reason first.
    """

    title: str
    says: str
    better: Better = ""
    oracle: bool = False
    caution: str = ""
    needs: tuple[str, ...] = ()


FRACTIONS = {"1_in_100": 0.01, "1_in_1000": 0.001}
"""Prevalences thought realistic, by the ending of the figures at them."""

LISTS = (20, 100)
"""Lengths of lists that a person reads."""

SETS = {"certified": "it vouches for", "groups": "it gives"}
"""Groups that figures are of, by the begin of their names."""

SORTS = {"team": "teams", "campaign": "operations"}
"""What groups are held against, by the end of the names."""

AGREEMENTS = {
    "homogeneity": "1 if no group mixes {sort} or takes in others",
    "completeness": "1 if no two groups share one of the {sort}",
    "ari": "Adjusted Rand index with the {sort}, 0 by chance",
    "ami": "Adjusted mutual information with the {sort}, 0 by chance",
}
