"""From frozen answers and revealed truths to figures, one row per cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rasad.evaluate.answer_files import Answer, listed, read_answer
from rasad.evaluate.contest import Shown
from rasad.evaluate.metrics.edges import (
    DECOY,
    LEVELS,
    UNKNOWN,
    edge_kinds,
    false_share_at,
    fdr_calibration_error,
    fdr_excess,
)
from rasad.evaluate.metrics.figure import AGREEMENTS, NEEDS, SETS
from rasad.evaluate.metrics.judging import judged
from rasad.evaluate.metrics.ranking import ranked
from rasad.evaluate.metrics.truth import Truth, read_truth
from rasad.evaluate.rounds import Round
from rasad.evaluate.shown import read_shown
from rasad.evaluate.worlds import Scored, World

OURS = "rasad"
KEPT = "rasad-kept"
"""Rasad before groups are confirmed: whoever is in a group of kept pairs is listed."""

KEPT_TITLE = "Rasad, groups of kept pairs"
DRAWS = 500
CURVE_POINTS = 25

APART = ("listed", "listed_recall", "alarms", "edges", "groups", "groups_certified")
UNLABELLED = ("scored", "listed", "edges", "groups", "groups_certified")
WORLD = ("accounts", "operators", "operators_not_shown", "unlabelled", "decoy_accounts")
KINDS = frozenset(
    f"{name}_{figure}"
    for name in SETS
    for figure in ("singleton_share", *(f"{each}_team" for each in AGREEMENTS))
)
"""Figures of groups beside kinds of accounts of one operation: kinds are no operations,
so a group of several kinds is no false one."""

WHY: Mapping[Scored, str] = {
    "apart": "operated and ordinary accounts come from different places here, so what "
    "mixes them would measure the places",
    "clusters": "all accounts are of one operation here",
    "nothing": "nobody has labelled these accounts",
}


def score_world(
    round_: Round,
    world: World,
    cells: Sequence[Mapping[str, Any]],
    only_rank: frozenset[str],
) -> list[dict[str, Any]]:
    """Judge every answer on one world.

    Parameters
    ----------
    round_ : Round
        Revealed.
    world : World
        Which one.
    cells : sequence of mapping
        What came of each cell of it, as the chain has them.
    only_rank : frozenset of str
        Methods that order accounts and never say where to stop.

    Returns
    -------
    list of dict
        The cells, those that are done with `figures`, `why` a figure is missing,
        `curve`, `promise` and `remarks`. That of Rasad comes a second time, as `KEPT`.
    """
    truth = read_truth(round_.truth(world.name))
    shown = read_shown(round_.world(world.name) / "shown")
    answers = {
        cell["method"]: read_answer(round_.answer(world.name, cell["method"]))
        for cell in cells
        if cell["status"] == "done"
    }
    budgets = _budgets(answers.get(OURS), truth.aligned(shown.accounts))
    rows = []
    for cell in cells:
        method, row = cell["method"], dict(cell)
        asked = budgets | {"only_ranks": method in only_rank}
        answer = answers.get(method)
        if answer is not None:
            row |= _scored(answer, truth, shown, world, asked)
        rows.append(row)
        if method == OURS and answer is not None:
            less = _scored(screened(answer), truth, shown, world, asked)
            rows.append(dict(cell) | less | {"method": KEPT, "promise": None})
    return rows


def screened(answer: Answer) -> Answer:
    """Return the answer of Rasad one step earlier: every group of kept pairs counts.

    Candidates, which Rasad shows where no pair is kept, are no groups of kept pairs.
    """
    candidates = [
        group["group"] for group in answer.remarks["groups"] if group["candidate"]
    ]
    outcome = answer.outcome
    group = np.where(np.isin(outcome.group, candidates), -1, outcome.group)
    return Answer(outcome=replace(outcome, group=group, certified=None))


def _budgets(ours: Answer | None, here: Truth) -> dict[str, Any]:
    """Return how many accounts Rasad lists and how many edges it keeps.

    Rivals spend it on labelled accounts and the edges between them, so no others count.
    """
    if ours is None:
        return {}
    outcome = ours.outcome
    labelled = here.known[outcome.first] & here.known[outcome.second]
    return {
        "budget": int((listed(outcome) & here.known).sum()),
        "edge_budget": int(labelled.sum()),
    }


def _scored(
    answer: Answer, truth: Truth, shown: Shown, world: World, asked: dict[str, Any]
) -> dict[str, Any]:
    figures = judged(answer.outcome, truth, shown, draws=DRAWS, **asked)
    values, why = _allowed(figures, figures.why, world.scored)
    promise = _promise(answer, truth, shown) if world.scored == "whole" else None
    if promise is not None:
        _say_how_it_was_kept(promise, values, why)
    flagged = values.get("listed")
    if flagged is not None and shown.n_accounts:
        values["listed_per_1000"] = 1000 * flagged / shown.n_accounts
    return {
        "figures": values,
        "why": why,
        "curve": _curve(answer, truth, shown) if world.scored == "whole" else [],
        "promise": promise,
        "remarks": dict(answer.remarks),
    }


def _allowed(
    figures: Mapping[str, float | None], why: Mapping[str, str], scored: Scored
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Take away the figures for which the labels of a world are no good.

    Examples
    --------
    >>> _allowed({"roc_auc": 0.94, "alarms": 3.0}, {}, "apart")[0]
    {'roc_auc': None, 'alarms': 3.0}
    """
    if scored == "whole":
        return dict(figures), dict(why)
    kept = {name for name in figures if _fits(name, scored)}
    values = {name: figures[name] if name in kept else None for name in figures}
    reasons = {name: why.get(name, "") if name in kept else WHY[scored] for name in why}
    reasons |= {name: WHY[scored] for name in figures if name not in kept}
    return values, reasons


def _fits(name: str, scored: Scored) -> bool:
    if name in WORLD:
        return True
    if scored == "apart":
        return name in APART
    return name in UNLABELLED or (scored == "clusters" and name in KINDS)


def _curve(answer: Answer, truth: Truth, shown: Shown) -> list[list[float]]:
    """Return recall and precision down the order of accounts."""
    here = truth.aligned(shown.accounts)
    order = ranked(answer.outcome.score[here.known], here.operated[here.known])
    return [
        [round(point["recall"], 6), round(point["precision"], 6)]
        for point in order.curve(CURVE_POINTS)
    ]


def _promise(answer: Answer, truth: Truth, shown: Shown) -> dict[str, Any] | None:
    """Hold q-values against the truth; None for a method that has none.

    Notes
    -----
    An edge inside a decoy is right here: its q-value says that two accounts are not
    together by chance, and they are not.
    """
    tested = answer.tested
    if tested is None:
        return None
    here = truth.aligned(shown.accounts)
    kinds = edge_kinds(
        tested.first,
        tested.second,
        team=here.team_code,
        operation=here.campaign_code,
        decoy=here.decoy_code,
        known=here.known,
    )
    at = kinds != UNKNOWN
    q_value, right = tested.q_value[at], kinds[at] >= DECOY
    error, excess = fdr_calibration_error(q_value, right), fdr_excess(q_value, right)
    return {
        "error": None if np.isnan(error) else error,
        "excess": None if np.isnan(excess) else excess,
        "levels": [
            {
                "level": share.level,
                "edges": share.edges,
                "false": share.false,
                "share": None if np.isnan(share.observed) else share.observed,
            }
            for share in false_share_at(q_value, right, LEVELS)
        ],
    }


def _say_how_it_was_kept(
    promise: Mapping[str, Any], values: dict[str, float | None], why: dict[str, str]
) -> None:
    """Give the figures of q-values, which are of all pairs tested and not of edges."""
    told = {"fdr_calibration_error": "error", "fdr_excess": "excess"}
    for figure, name in told.items():
        values[figure] = promise[name]
        why[figure] = NEEDS["small_q"]
        if promise[name] is not None:
            del why[figure]
