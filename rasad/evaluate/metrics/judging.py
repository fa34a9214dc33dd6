"""All figures of one method on one world whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import numpy as np

from rasad.errors import RasadError
from rasad.evaluate.contest import Codes, Outcome, Real, Shown, outcome_complaints
from rasad.evaluate.metrics.account_figures import (
    interval_figures,
    list_figures,
    order_figures,
    world_figures,
)
from rasad.evaluate.metrics.blocks import FEWEST_TEAMS
from rasad.evaluate.metrics.catalogue import FIGURES
from rasad.evaluate.metrics.clusters import of_groups
from rasad.evaluate.metrics.edge_figures import (
    budget_figures,
    edge_figures,
    kinds_of,
    q_figures,
)
from rasad.evaluate.metrics.edges import DECOY, LEVELS, UNKNOWN, Kinds
from rasad.evaluate.metrics.figure import NEEDS, NOT_SHOWN
from rasad.evaluate.metrics.group_figures import agreement_figures, match_figures
from rasad.evaluate.metrics.truth import Truth, read_truth

__all__ = ["Figures", "Truth", "judged", "outcome_complaints", "read_truth"]


class Figures(dict[str, float | None]):
    """Figures by the names of `FIGURES`, in their order; None where one is not defined.

    Parameters
    ----------
    values : mapping of str to float
        Every figure, NaN where it is not defined.
    absent : mapping of str to str
        Needs that this world or method does not meet, each with the reason.

    Attributes
    ----------
    why : dict of str to str
        The reason for every figure that is None, part of a sentence.
    """

    def __init__(self, values: Mapping[str, float], absent: Mapping[str, str]) -> None:
        super().__init__()
        self.why: dict[str, str] = {}
        for name, figure in FIGURES.items():
            value = float(values[name])
            missing = [absent[need] for need in figure.needs if need in absent]
            if missing or isnan(value):
                self.why[name] = missing[0] if missing else "it is not defined here"
            self[name] = None if name in self.why else value


def judged(
    outcome: Outcome,
    truth: Truth,
    shown: Shown,
    *,
    budget: int | None = None,
    edge_budget: int | None = None,
    q_value: Real | None = None,
    only_ranks: bool = False,
    draws: int = 0,
    seed: int = 0,
) -> Figures:
    """Judge what a method says of a world.

    Parameters
    ----------
    outcome : Outcome
        What it says.
    truth : Truth
        Of this world, in any order; accounts that were not shown count for nobody.
    shown : Shown
        What the method saw.
    budget, edge_budget : int, optional
        Accounts with a label that Rasad lists on this world, its `listed_labelled`, and
        edges that it keeps between such accounts, its `edges` less `edges_unknown`.
    q_value : float64 array of (n_edges,), optional
        Of the outcome's edges, if the method has them; NaN for edges without one.
    only_ranks : bool
        Whether the method orders accounts and can never say that there is nothing.
    draws : int
        Draws for the interval of the average precision; 0 for none.
    seed : int
        Of the draws.

    Returns
    -------
    Figures
        A dict of every name in `FIGURES`, in that order. Figures that need somebody to
        be operated are None in null and decoy worlds, each with a reason in `why`;
        numbers of alarms and groups are given everywhere.

    Raises
    ------
    RasadError
        If the outcome breaks the contract, or truth and world have no account in
        common.

    Notes
    -----
    Decoys are accounts that should not be listed, so they are wrong in figures of
    accounts. In figures of edges they are counted apart, and q-values are held to what
    they promise: that two accounts do not act together by chance, which is true of
    decoys.

    Groups are held against teams and operations over the accounts that are operated or
    in a group. Operated accounts outside all groups count as alone, ordinary accounts
    inside one as strangers to each other, and each benign instance as one class.
    """
    if complaints := outcome_complaints(outcome, shown.n_accounts, q_value):
        raise RasadError(
            f"The outcome breaks the contract: {'; '.join(complaints)}",
            "mend the method",
        )
    here = truth.aligned(shown.accounts)
    kinds = kinds_of(outcome, here)
    listed = of_groups(outcome.group, outcome.certified)
    values = {
        **world_figures(truth, here),
        **order_figures(outcome.score, here, budget),
        **interval_figures(outcome.score, here, draws, seed),
        **list_figures(listed, here),
        **edge_figures(outcome, kinds, here),
        **budget_figures(outcome.weight, kinds, edge_budget),
        **q_figures(q_value, kinds),
        **match_figures(outcome.group, listed, here),
        **agreement_figures("certified", listed, here),
        **agreement_figures("groups", outcome.group, here),
    }
    met = {
        **_met_by_truth(here),
        **_met_by_outcome(outcome.score, outcome.group, listed, here),
        **_met_by_edges(kinds, q_value),
        "budget": budget is not None,
        "spent": budget != 0,
        "edge_budget": edge_budget is not None,
        "edges_spent": edge_budget != 0,
        "draws": draws > 0,
        "stops": not only_ranks,
        "main_group": not isnan(values["groups_per_campaign"]),
    }
    absent = {need: reason for need, reason in NEEDS.items() if not met[need]}
    if truth.operated.any() and "operated" in absent:
        absent["operated"] = NOT_SHOWN
    return Figures(values, absent)


def _met_by_truth(here: Truth) -> dict[str, bool]:
    teams = here.teams if here.teams_known else here.operated.nonzero()[0]
    return {
        "operated": bool(here.operated.any()),
        "ordinary": bool((here.known & ~here.operated).any()),
        "two_teams": len(teams) >= FEWEST_TEAMS,
        "teams": here.teams_known,
        "decoys": bool(here.benign.any()),
    }


def _met_by_outcome(
    score: Real, group: Codes, listed: Codes, here: Truth
) -> dict[str, bool]:
    return {
        "scored": bool((score[here.known] > -np.inf).any()),
        "listed": bool((here.known & (listed >= 0)).any()),
        "some_groups": bool((group >= 0).any()),
        "some_certified": bool((listed >= 0).any()),
        "right_groups": bool((here.operated & (group >= 0)).any()),
        "right_certified": bool((here.operated & (listed >= 0)).any()),
    }


def _met_by_edges(kinds: Kinds, q_value: Real | None) -> dict[str, bool]:
    judgeable = kinds != UNKNOWN
    small = q_value is not None and (q_value[judgeable] <= max(LEVELS)).any()
    return {
        "edges": bool(judgeable.any()),
        "plain_edges": bool((judgeable & (kinds != DECOY)).any()),
        "q_values": q_value is not None,
        "small_q": bool(small),
    }
