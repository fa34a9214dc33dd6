"""Figures of groups: what they are mostly made of, and how like the teams they are."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from rasad.evaluate.contest import Codes
from rasad.evaluate.metrics.clusters import (
    agreement,
    decoys_certified,
    matches,
    partition,
    singleton_share,
    weighted_precision,
)
from rasad.evaluate.metrics.figure import SORTS
from rasad.evaluate.metrics.ranking import Bool
from rasad.evaluate.metrics.truth import Truth

NAN = float("nan")


def match_figures(group: Codes, listed: Codes, here: Truth) -> dict[str, float]:
    """Return which operations, teams and decoys have a group that is mostly theirs.

    What a group is mostly made of is asked of its labelled members alone.

    Parameters
    ----------
    group, listed : int64 arrays of (n_accounts,)
        All groups, and those that the method vouches for; -1 for none.
    here : Truth
        Of the same accounts.
    """
    labelled = np.where(here.known, listed, -1)
    campaigns, teams, decoys = (
        matches(labelled, code)
        for code in (here.campaign_code, here.team_code, here.decoy_code)
    )
    certified = decoys_certified(labelled, here.decoy_code)
    pieces = campaigns.majority_of[campaigns.majority_of > 0]
    return {
        "groups": _number(group),
        "groups_certified": _number(listed),
        "groups_false": _number(labelled)
        - int(pieces.sum() + decoys.majority_of.sum()),
        "campaigns": len(campaigns.group),
        "campaigns_matched": _share(campaigns.matched),
        "teams": len(teams.group),
        "teams_matched": _share(teams.matched),
        "groups_per_campaign": float(pieces.mean()) if len(pieces) else NAN,
        "decoys": len(certified),
        "decoys_certified": int(certified.sum()),
        "decoys_certified_share": _share(certified),
    }


def _number(group: Codes) -> int:
    return len(np.unique(group[group >= 0]))


def _share(marks: Bool) -> float:
    return float(marks.mean()) if len(marks) else NAN


def agreement_figures(name: str, group: Codes, here: Truth) -> dict[str, float]:
    """Return how like a partition is to teams and operations.

    Parameters
    ----------
    name : str
        Begin of the figures' names.
    group : int64 array of (n_accounts,)
        Number of the group, -1 for none.
    here : Truth
        Of the same accounts.
    """
    known = here.known
    figures = {
        f"{name}_weighted_precision": weighted_precision(
            group[known], here.operated[known]
        ),
        f"{name}_singleton_share": singleton_share(group),
    }
    compared = known & (here.operated | (group >= 0))
    codes = {"team": here.team_code, "campaign": here.campaign_code}
    for sort in SORTS:
        klass, decoy = codes[sort], here.decoy_code
        klass = np.where(decoy >= 0, klass.max(initial=-1) + 1 + decoy, klass)
        found = agreement(partition(klass[compared]), partition(group[compared]))
        figures |= {
            f"{name}_{measure}_{sort}": value
            for measure, value in asdict(found).items()
        }
    return figures
