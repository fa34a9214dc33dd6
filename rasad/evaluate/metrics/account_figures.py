"""Figures of accounts: how good their order is, and who is listed."""

from __future__ import annotations

from math import ceil

import numpy as np

from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.blocks import average_precision_interval
from rasad.evaluate.metrics.figure import FRACTIONS, LISTS
from rasad.evaluate.metrics.ranking import ranked
from rasad.evaluate.metrics.truth import Truth

NAN = float("nan")


def world_figures(truth: Truth, here: Truth) -> dict[str, float]:
    """Return how many accounts there are of each kind, in all and as shown."""
    shown = int(here.operated.sum())
    return {
        "accounts": len(here),
        "operators": shown,
        "operators_not_shown": int(truth.operated.sum()) - shown,
        "decoy_accounts": int(here.benign.sum()),
        "unlabelled": int((~here.known).sum()),
    }


def order_figures(score: Real, here: Truth, budget: int | None) -> dict[str, float]:
    """Return how good an order is; NaN for what cannot be said.

    Parameters
    ----------
    score : float64 array of (n_accounts,)
        Of each account, NaN for none.
    here : Truth
        Of the same accounts.
    budget : int or None
        Accounts that Rasad lists.
    """
    known, plain = here.known, here.operated | here.ordinary
    order = ranked(score[known], here.operated[known])
    without = ranked(score[plain], here.operated[plain])
    hundredth = ceil(int(known.sum()) / 100)
    length = NAN if budget is None else budget
    return {
        "scored": int((score > -np.inf).sum()),
        "average_precision": order.average_precision,
        "average_precision_without_decoys": without.average_precision,
        **{
            f"average_precision_{name}": order.average_precision_at(prevalence)
            for name, prevalence in FRACTIONS.items()
        },
        **{f"precision_at_{many}": order.precision_at(many) for many in LISTS},
        **{
            f"precision_at_{many}_{name}": order.precision_at(many, prevalence)
            for many in LISTS
            for name, prevalence in FRACTIONS.items()
        },
        "recall_at_false_share_5": order.recall_at_false_share(0.05),
        "recall_at_false_share_5_1_in_100": order.recall_at_false_share(
            0.05, FRACTIONS["1_in_100"]
        ),
        "recall_at_100_alarms": order.recall_at_alarms(100),
        "precision_at_budget": order.precision_at(length),
        "recall_at_budget": order.recall_at_length(length),
        "precision_at_1_percent": order.precision_at(hundredth),
        "recall_at_1_percent": order.recall_at_length(hundredth),
        "precision_at_operators": order.precision_at(order.operated),
        "recall_at_operators": order.recall_at_length(order.operated),
        "best_f1": order.best_f1,
        "roc_auc": order.roc_auc,
    }


def interval_figures(
    score: Real, here: Truth, draws: int, seed: int
) -> dict[str, float]:
    """Return the ends of the interval of the average precision; NaN without draws."""
    low = high = NAN
    if draws > 0:
        known = here.known
        found = average_precision_interval(
            score[known],
            here.operated[known],
            here.block[known],
            draws=draws,
            seed=seed,
        )
        low, high = found.low, found.high
    return {"average_precision_low": low, "average_precision_high": high}


def list_figures(listed: Codes, here: Truth) -> dict[str, float]:
    """Return who is in the groups that a method vouches for.

    Parameters
    ----------
    listed : int64 array of (n_accounts,)
        Number of such a group, -1 for none.
    here : Truth
        Of the same accounts.
    """
    inside = listed >= 0
    right, alarms, decoys = (
        int((inside & role).sum())
        for role in (here.operated, here.ordinary, here.benign)
    )
    labelled, operators = right + alarms + decoys, int(here.operated.sum())
    return {
        "listed": int(inside.sum()),
        "listed_labelled": labelled,
        "listed_precision": right / labelled if labelled else NAN,
        "listed_recall": right / operators if operators else NAN,
        "alarms": alarms,
        "decoy_alarms": decoys,
    }
