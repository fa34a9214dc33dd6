"""Figures of edges: how many are right, and what q-values are worth."""

from __future__ import annotations

import numpy as np

from rasad.evaluate.contest import Outcome, Real
from rasad.evaluate.metrics.edges import (
    DECOY,
    OPERATION,
    UNKNOWN,
    Kinds,
    accounts_with,
    edge_counts,
    edge_kinds,
    fdr_calibration_error,
    fdr_excess,
)
from rasad.evaluate.metrics.ranking import ranked
from rasad.evaluate.metrics.truth import Truth

NAN = float("nan")


def kinds_of(outcome: Outcome, here: Truth) -> Kinds:
    """Return what each edge of an outcome joins."""
    return edge_kinds(
        outcome.first,
        outcome.second,
        team=here.team_code,
        operation=here.campaign_code,
        decoy=here.decoy_code,
        known=here.known,
    )


def edge_figures(outcome: Outcome, kinds: Kinds, here: Truth) -> dict[str, float]:
    """Return how many edges join what; NaN for what cannot be said."""
    counts = edge_counts(kinds)
    ends = accounts_with(outcome.first, outcome.second, kinds >= OPERATION, len(here))
    operators = int(here.operated.sum())
    return {
        "edges": len(kinds),
        "edges_team": counts.team,
        "edges_operation": counts.operation,
        "edges_right": counts.right,
        "edges_decoy": counts.decoy,
        "edges_false": counts.false,
        "edges_unknown": counts.unknown,
        "edge_false_share": counts.false_share,
        "edge_false_share_with_decoys": counts.false_share_with_decoys,
        "edge_false_share_of_teams": counts.false_share_of_teams,
        "operators_with_right_edge": ends.sum() / operators if operators else NAN,
    }


def budget_figures(weight: Real, kinds: Kinds, budget: int | None) -> dict[str, float]:
    """Return what the surest edges join; edges with an unlabelled end left out.

    Of edges of equal weight at the end, as many of each kind are taken as chance would.
    """
    at, length = kinds != UNKNOWN, NAN if budget is None else budget
    weight, kinds = weight[at], kinds[at]
    return {
        "edge_precision_at_budget": ranked(weight, kinds >= OPERATION).precision_at(
            length
        ),
        "edge_decoys_at_budget": ranked(weight, kinds == DECOY).precision_at(length),
    }


def q_figures(q_value: Real | None, kinds: Kinds) -> dict[str, float]:
    """Return whether q-values keep their promise; edges inside decoys are true."""
    at = kinds != UNKNOWN
    q_value = np.full(len(kinds), np.nan) if q_value is None else q_value
    q_value, true = q_value[at], kinds[at] >= DECOY
    return {
        "fdr_calibration_error": fdr_calibration_error(q_value, true),
        "fdr_excess": fdr_excess(q_value, true),
    }
