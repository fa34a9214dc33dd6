"""All figures of a method on a world: by hand, in null worlds, and where undefined."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rasad.errors import RasadError
from rasad.evaluate.contest import Outcome, Shown
from rasad.evaluate.metrics.catalogue import FIGURES
from rasad.evaluate.metrics.figure import NEEDS, NOT_SHOWN
from rasad.evaluate.metrics.judging import (
    Figures,
    Truth,
    judged,
    outcome_complaints,
)

NAN = math.nan
NONE = np.zeros(0, np.int64)
UNDEFINED = "it is not defined here"

# a, b, c one team of operation iron, d, e another, f, g operation rust; h, i, j a fan
# club, k a lone bot; l to s ordinary, t without a label.
NAMES = list("abcdefghijklmnopqrst")
ROLES = ["operator"] * 7 + ["fan"] * 3 + ["bot"] + ["ordinary"] * 8
TEAMS = ["iron/1"] * 3 + ["iron/2"] * 2 + ["rust/1"] * 2 + ["club"] * 3 + ["bot"]
TRUTH = Truth(
    accounts=NAMES[:19], role=np.array(ROLES), team=np.array(TEAMS + [""] * 8)
)
SHOWN = Shown(accounts=NAMES, layers={})


def outcome(
    score: list[float] | None = None,
    edges: dict[str, float] | None = None,
    groups: tuple[str, ...] = (),
    certified: list[int] | None = None,
    names: list[str] = NAMES,
) -> Outcome:
    """Return what a method might say; `edges` are pairs of names with a weight."""
    pairs = edges or {}
    group = np.full(len(names), -1)
    for number, members in enumerate(groups):
        group[[names.index(name) for name in members]] = number
    return Outcome(
        score=np.full(len(names), NAN) if score is None else np.array(score),
        first=np.array([names.index(pair[0]) for pair in pairs], np.int64),
        second=np.array([names.index(pair[1]) for pair in pairs], np.int64),
        weight=np.array(list(pairs.values()), np.float64),
        group=group,
        certified=None if certified is None else np.array(certified, np.int64),
    )


FOUND = outcome(
    score=[20.0 - place for place in range(18)] + [NAN, 50.0],
    edges={"ab": 9, "ac": 8, "bd": 7, "af": 6, "hi": 5, "al": 4, "at": 99},
    groups=("abcd", "hij", "lm", "eo", "ft"),
    certified=[0, 1, 2],
)


def whole(**changes: object) -> Figures:
    asked = {"budget": 9, "edge_budget": 4, "q_value": np.full(7, 0.04), **changes}
    return judged(FOUND, TRUTH, SHOWN, draws=50, **asked)  # type: ignore[arg-type]


def test_every_figure_of_the_catalogue_is_given_in_its_order() -> None:
    figures = whole()
    assert list(figures) == list(FIGURES)
    assert all(value is not None for value in figures.values()), figures.why
    assert figures.why == {}
    assert {type(value) for value in figures.values()} == {float}


BY_HAND = {
    "accounts": 20,
    "operators": 7,
    "operators_not_shown": 0,
    "decoy_accounts": 4,
    "unlabelled": 1,
    "scored": 19,
    "average_precision": 1,
    "precision_at_20": 7 / 18,  # t has no label, s no score
    "precision_at_budget": 7 / 9,
    "recall_at_budget": 1,
    "recall_at_1_percent": 1 / 7,
    "precision_at_operators": 1,
    "recall_at_operators": 1,
    "roc_auc": 1,
    "listed": 9,
    "listed_labelled": 9,
    "listed_precision": 4 / 9,
    "listed_recall": 4 / 7,
    "alarms": 2,
    "decoy_alarms": 3,
    "edges": 7,
    "edges_team": 2,
    "edges_operation": 1,
    "edges_right": 3,
    "edges_decoy": 1,
    "edges_false": 2,
    "edges_unknown": 1,
    "edge_false_share": 2 / 5,
    "edge_false_share_with_decoys": 3 / 6,
    "edge_false_share_of_teams": 3 / 5,
    "operators_with_right_edge": 4 / 7,
    "edge_precision_at_budget": 3 / 4,
    "edge_decoys_at_budget": 0,
    # 2 of 6 labelled edges are false at .05, .1 and .2; decoys are true; none at .01.
    "fdr_calibration_error": 1 / 3 - 0.35 / 3,
    "fdr_excess": 1 / 3 - 0.35 / 3,
    "groups": 5,
    "groups_certified": 3,
    "groups_false": 1,
    "campaigns": 2,
    "campaigns_matched": 1 / 2,
    "teams": 3,
    "teams_matched": 1 / 3,
    "groups_per_campaign": 1,
    "decoys": 2,
    "decoys_certified": 1,
    "decoys_certified_share": 1 / 2,
    "certified_weighted_precision": 1,
    "groups_weighted_precision": (4 + 1 / 2 + 1) / 6,
    "certified_singleton_share": 0,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    assert whole()[name] == pytest.approx(BY_HAND[name])


def test_what_groups_are_held_against() -> None:
    # Operations abcde, fg, the club hij, and l, m as strangers, against the groups
    # abcd, hij, lm and e, f, g alone: only group lm is mixed.
    sizes = np.array([5, 2, 3, 1, 1]) / 12
    entropy = -(sizes * np.log(sizes)).sum()
    mixed = 2 / 12 * math.log(2)
    figures = whole()
    homogeneity = figures["certified_homogeneity_campaign"]
    assert homogeneity == pytest.approx(1 - mixed / entropy)
    # All groups: o and e together, f beside t, which has no label and is left out.
    sizes = np.array([5, 2, 3, 1, 1, 1]) / 13
    entropy = -(sizes * np.log(sizes)).sum()
    homogeneity = figures["groups_homogeneity_campaign"]
    assert homogeneity == pytest.approx(1 - 4 / 13 * math.log(2) / entropy)


def test_a_perfect_method() -> None:
    score = [float(role == "operator") for role in ROLES] + [NAN]
    edges = {"ab": 1.0, "ac": 1.0, "bc": 1.0, "de": 1.0, "fg": 1.0}
    figures = judged(
        outcome(score, edges, ("abc", "de", "fg")),
        TRUTH,
        SHOWN,
        budget=7,
        edge_budget=5,
        q_value=np.full(5, 0.001),
    )
    for name, figure in FIGURES.items():
        value = figures[name]
        if name.startswith(("precision_at_20", "precision_at_100")) or "1_per" in name:
            continue  # there are seven operators, and one account is a hundredth
        if name.endswith("_campaign") or name.startswith(("fdr", "campaigns_matched")):
            continue  # teams are told apart, operations are not; q-values are cautious
        if figure.better and value is not None:
            assert value == pytest.approx(float(figure.better == "high")), name
    assert figures["fdr_excess"] == 0.0
    assert figures["campaigns_matched"] == 1.0
    assert figures["certified_homogeneity_campaign"] == pytest.approx(1)


CROWD = replace(TRUTH, role=np.array(["ordinary"] * 19), team=np.array([""] * 19))


def test_in_a_null_world_the_right_answer_is_nothing() -> None:
    quiet = judged(outcome(), CROWD, SHOWN, budget=0, edge_budget=0)
    assert quiet["alarms"] == quiet["listed"] == quiet["groups_certified"] == 0.0
    assert quiet["edges"] == quiet["groups_false"] == 0.0
    loud = judged(FOUND, CROWD, SHOWN, budget=9)
    assert loud["alarms"] == 9.0
    assert loud["groups_false"] == loud["groups_certified"] == 3.0
    assert loud["edge_false_share"] == 1.0
    for figures in (quiet, loud):
        for name in ("average_precision", "listed_recall", "teams_matched", "roc_auc"):
            assert figures[name] is None
            assert figures.why[name] == NEEDS["operated"]
        assert set(figures.why) == {n for n, v in figures.items() if v is None}
        assert UNDEFINED not in figures.why.values()


def test_in_a_decoy_world_decoys_are_counted() -> None:
    role = TRUTH.role.copy()
    role[:7] = "ordinary"
    world = replace(TRUTH, role=role, team=np.where(role == "ordinary", "", TRUTH.team))
    figures = judged(FOUND, world, SHOWN)
    assert figures["decoys_certified"] == 1.0
    assert figures["decoy_alarms"] == 3.0
    assert figures["alarms"] == 6.0
    assert figures["groups_false"] == 2.0
    assert figures["average_precision"] is None


def test_a_method_that_only_orders_is_not_called_quiet() -> None:
    figures = judged(outcome(score=[1.0] * 20), CROWD, SHOWN, only_ranks=True)
    assert figures["alarms"] is None
    assert figures.why["alarms"] == NEEDS["stops"]
    assert figures["groups_certified"] == 0.0


def test_members_without_a_label_say_nothing_of_a_group() -> None:
    few = replace(
        TRUTH,
        accounts=list("abl"),
        role=TRUTH.role[[0, 1, 11]],
        team=TRUTH.team[[0, 1, 11]],
    )
    figures = judged(outcome(groups=("abcdefg", "lmno", "qrs")), few, SHOWN)
    assert figures["listed"] == 14.0
    assert figures["listed_labelled"] == 3.0
    assert figures["alarms"] == 1.0
    assert figures["groups_certified"] == 3.0
    assert figures["groups_false"] == 1.0
    assert figures["campaigns_matched"] == 1.0
    assert figures["certified_weighted_precision"] == 1.0
    assert figures["certified_ari_team"] == 1.0


def test_labels_without_teams() -> None:
    truth = replace(
        TRUTH,
        role=np.where(TRUTH.role == "operator", "operator", "ordinary"),
        team=np.array([""] * 19),
        teams_known=False,
    )
    figures = judged(FOUND, truth, SHOWN, draws=20)
    assert figures["edges_right"] == 4.0
    assert figures["campaigns"] == 1.0
    assert figures["average_precision_low"] is not None
    for name in (
        "teams",
        "edges_team",
        "edges_operation",
        "certified_ari_team",
        "teams_matched",
    ):
        assert figures[name] is None
        assert figures.why[name] == NEEDS["teams"]


def test_operators_that_nobody_sees_are_not_missed_but_counted() -> None:
    seen = [*NAMES[:2], *NAMES[7:]]
    shown = Shown(accounts=seen, layers={})
    figures = judged(outcome([1.0] * len(seen), names=seen), TRUTH, shown)
    assert figures["operators"] == 2.0
    assert figures["operators_not_shown"] == 5.0
    none = Shown(accounts=NAMES[7:], layers={})
    figures = judged(outcome([1.0] * 13, names=NAMES[7:]), TRUTH, none)
    assert figures["average_precision"] is None
    assert figures.why["average_precision"] == NOT_SHOWN


def test_a_silent_method_missed_everybody() -> None:
    figures = judged(outcome(), TRUTH, SHOWN, budget=9, edge_budget=9)
    assert figures["average_precision"] == 0.0
    assert figures["listed_recall"] == 0.0
    assert figures["recall_at_budget"] == 0.0
    assert figures["certified_ari_team"] == 0.0
    assert figures["certified_ami_team"] == 0.0
    assert figures.why["precision_at_budget"] == NEEDS["scored"]
    assert figures.why["edge_precision_at_budget"] == NEEDS["edges"]
    assert figures.why["certified_weighted_precision"] == NEEDS["right_certified"]


def test_a_world_that_nobody_labelled_has_numbers_all_the_same() -> None:
    nothing = Truth(accounts=[], role=np.array([], str), team=np.array([], str))
    figures = judged(FOUND, nothing, SHOWN)
    assert figures["scored"] == 19.0
    assert figures["listed"] == 9.0
    assert figures["listed_labelled"] == figures["alarms"] == 0.0
    assert figures["groups_certified"] == 3.0
    assert figures["edges"] == figures["edges_unknown"] == 7.0


def test_without_accounts() -> None:
    nothing = Truth(accounts=[], role=np.array([], str), team=np.array([], str))
    figures = judged(outcome(names=[]), nothing, Shown(accounts=[], layers={}))
    assert figures["accounts"] == figures["alarms"] == 0.0
    assert UNDEFINED not in figures.why.values()


BROKEN = {
    "scores or groups": {"score": np.zeros(3)},
    "not equally many": {"weight": np.zeros(1)},
    "no account": {"second": np.full(7, 20)},
    "smaller code first": {"first": FOUND.second, "second": FOUND.first},
    "two edges": {"first": np.zeros(7, np.int64), "second": np.ones(7, np.int64)},
    "below -1": {"group": np.full(20, -2), "certified": None},
    "no member": {"certified": np.array([77])},
}


@pytest.mark.parametrize("complaint", BROKEN)
def test_an_outcome_that_breaks_the_contract_is_refused(complaint: str) -> None:
    broken = replace(FOUND, **BROKEN[complaint])  # type: ignore[arg-type]
    assert any(complaint in each for each in outcome_complaints(broken, 20))
    with pytest.raises(RasadError, match=complaint):
        judged(broken, TRUTH, SHOWN)
    assert outcome_complaints(FOUND, 20) == []
    with pytest.raises(RasadError, match="q-values"):
        judged(FOUND, TRUTH, SHOWN, q_value=np.zeros(2))


def test_the_catalogue_names_needs_that_exist_and_speaks_in_sentences() -> None:
    used = {need for figure in FIGURES.values() for need in figure.needs}
    assert used == set(NEEDS)
    for figure in FIGURES.values():
        assert figure.says.endswith(".")
        assert figure.says[0].isupper() or figure.says[0].isdigit()
    titles = [figure.title for figure in FIGURES.values()]
    assert len(set(titles)) == len(titles)
    oracles = {name for name, figure in FIGURES.items() if figure.oracle}
    assert oracles == {"precision_at_operators", "recall_at_operators", "best_f1"}
    assert "isleading" in FIGURES["roc_auc"].caution
