"""Figures follow from answers and truths, and only those that labels allow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rasad.evaluate import scoring
from rasad.evaluate.answer_files import Answer, Promised, write_answer
from rasad.evaluate.contest import Layer, Outcome, Shown
from rasad.evaluate.early import early_rows
from rasad.evaluate.metrics.figure import NEEDS
from rasad.evaluate.rounds import Round
from rasad.evaluate.scoring import score_world
from rasad.evaluate.shown import write_shown
from rasad.evaluate.worlds import Recorded, Scored, Simulated, World

NAMES = [f"x:{letter}" for letter in "abcdefgh"]
DAY = 86_400.0
START = 19_783 * DAY
"""2024-03-01 00:00:00 UTC."""

TRUTH = "account,role,team\n" + "".join(
    f"{name},{role},{team}\n"
    for name, role, team in zip(
        NAMES,
        ["operator"] * 4 + ["fan_club"] * 2 + ["ordinary"] * 2,
        ["op/1"] * 3 + ["op/2", "club", "club", "", ""],
        strict=True,
    )
)


def shown(names: list[str] = NAMES, days: int = 2) -> Shown:
    """Everybody acts at noon of each day, on one object a day."""
    n = len(names)
    layer = Layer(
        account=np.repeat(np.arange(n), days),
        object=np.tile(np.arange(days), n),
        time_s=START + np.tile((np.arange(days) + 0.5) * DAY, n),
        n_objects=days,
    )
    return Shown(accounts=names, layers={"link": layer})


def answer(listed: list[int], edges: list[tuple[int, int]], n: int = 8) -> Answer:
    """Return an answer that lists accounts in one group."""
    group = np.full(n, -1)
    group[listed] = 0
    first, second = (np.array([e[side] for e in edges], np.int64) for side in (0, 1))
    return Answer(
        outcome=Outcome(
            score=-np.arange(n, dtype=np.float64),
            first=first,
            second=second,
            weight=np.ones(len(edges)),
            group=group,
            certified=np.array([0] if listed else [], np.int64),
        ),
        tested=Promised(first=first, second=second, q_value=np.full(len(edges), 0.04)),
    )


def world(scored: Scored = "whole") -> World:
    return World(name="w", title="", kind="real", made=Recorded(file=""), scored=scored)


def scored_by(folder: Path, kind: Scored, truth: str = TRUTH) -> dict[str, Any]:
    round_ = Round(folder)
    round_.revealed.mkdir(parents=True)
    round_.truth("w").write_text(truth)
    write_shown(shown(), round_.world("w") / "shown")
    write_answer(answer([0, 1, 6], [(0, 1), (4, 5), (0, 7)]), round_.answer("w", "m"))
    cells = [
        {"world": "w", "method": "m", "status": "done"},
        {"world": "w", "method": "late", "status": "failed", "reason": "late"},
    ]
    rows = score_world(round_, world(kind), cells, frozenset())
    assert rows[1] == cells[1]
    return rows[0]


def test_a_world_with_its_whole_truth_has_all_figures(tmp_path: Path) -> None:
    row = scored_by(tmp_path, "whole")
    figures = row["figures"]
    assert figures["average_precision"] == 1.0
    assert (figures["listed"], figures["alarms"]) == (3, 1)
    assert figures["listed_recall"] == 0.5
    assert row["curve"][-1] == [1.0, 1.0]
    at = {level["level"]: level for level in row["promise"]["levels"]}
    # One edge joins operators, one a club, one an operator and somebody else.
    assert (at[0.05]["edges"], at[0.05]["false"]) == (3, 1)
    assert at[0.01]["edges"] == 0
    assert at[0.01]["share"] is None


def test_figures_of_q_values_are_those_of_the_promise(tmp_path: Path) -> None:
    row = scored_by(tmp_path, "whole")
    # At 0.05, 0.1 and 0.2 one of three edges is false; nothing is promised at 0.01.
    gaps = [1 / 3 - level for level in (0.05, 0.1, 0.2)]
    error = row["figures"]["fdr_calibration_error"]
    assert error == row["promise"]["error"] == pytest.approx(sum(gaps) / 3)
    assert row["figures"]["fdr_excess"] == row["promise"]["excess"] == error
    assert not {"fdr_calibration_error", "fdr_excess"} & set(row["why"])


def test_a_promise_without_a_small_q_value_is_not_said_to_be_none() -> None:
    values: dict[str, float | None] = {}
    why: dict[str, str] = {}
    promise = {"error": None, "excess": None}
    scoring._say_how_it_was_kept(promise, values, why)
    assert set(why.values()) == {NEEDS["small_q"]}
    assert set(values.values()) == {None}


def test_where_halves_differ_no_figure_mixes_them(tmp_path: Path) -> None:
    row = scored_by(tmp_path, "apart")
    known = {name for name, value in row["figures"].items() if value is not None}
    assert {"listed_recall", "alarms"} <= known
    for name in ("average_precision", "roc_auc", "best_f1", "listed_precision"):
        assert row["figures"][name] is None
        assert "different places" in row["why"][name]
    assert (row["curve"], row["promise"]) == ([], None)


def test_where_all_are_operated_groups_alone_are_scored(tmp_path: Path) -> None:
    row = scored_by(tmp_path, "clusters")
    assert row["figures"]["groups_ami_team"] is not None
    assert row["figures"]["average_precision"] is None


@pytest.mark.parametrize(
    "name",
    [
        *("groups_false", "groups_per_campaign", "groups_ari_campaign"),
        *("groups_weighted_precision", "certified_weighted_precision"),
    ],
)
def test_a_kind_of_accounts_is_not_taken_for_an_operation(
    tmp_path: Path, name: str
) -> None:
    """A group of two kinds of one operation's accounts is no false group."""
    kinds = "account,role,team\n" + "".join(
        f"{account},operator,{'left' if place % 2 else 'right'}\n"
        for place, account in enumerate(NAMES)
    )
    row = scored_by(tmp_path, "clusters", kinds)
    assert row["figures"]["groups_singleton_share"] == 0.0
    assert row["figures"][name] is None
    assert "of one operation" in row["why"][name]


def test_without_labels_what_is_flagged_is_counted(tmp_path: Path) -> None:
    row = scored_by(tmp_path, "nothing", "account,label\n")
    assert row["figures"]["listed"] == 3
    assert row["figures"]["listed_per_1000"] == 375
    assert row["figures"]["listed_recall"] is None


def test_rasad_is_scored_before_its_groups_are_confirmed_too(tmp_path: Path) -> None:
    round_ = Round(tmp_path)
    round_.revealed.mkdir(parents=True)
    round_.truth("w").write_text(TRUTH)
    write_shown(shown(), round_.world("w") / "shown")
    whole = answer([0, 1], [(0, 1)])
    group = np.array([0, 0, 1, 1, -1, -1, 2, 2])
    said = [{"group": number, "candidate": number == 2} for number in range(3)]
    ours = Answer(outcome=replace(whole.outcome, group=group), remarks={"groups": said})
    write_answer(ours, round_.answer("w", "rasad"))
    cells = [{"world": "w", "method": "rasad", "status": "done"}]
    rows = score_world(round_, world(), cells, frozenset())
    assert [row["method"] for row in rows] == ["rasad", "rasad-kept"]
    listed = [row["figures"]["listed"] for row in rows]
    # Group 0 is certified, group 1 is not, group 2 is made of candidates.
    assert listed == [2, 4]


def test_rivals_spend_what_rasad_spends_on_labelled_accounts(tmp_path: Path) -> None:
    round_ = Round(tmp_path)
    round_.revealed.mkdir(parents=True)
    # Nobody knows the last two accounts.
    round_.truth("w").write_text("".join(TRUTH.splitlines(keepends=True)[:-2]))
    write_shown(shown(), round_.world("w") / "shown")
    ours = answer([0, 6, 7], [(0, 1), (0, 7), (6, 7)])
    write_answer(replace(ours, remarks={"groups": []}), round_.answer("w", "rasad"))
    theirs = answer([], [(0, 1), (2, 5), (3, 4)])
    weighed = replace(theirs.outcome, weight=np.array([3.0, 2.0, 1.0]))
    write_answer(Answer(outcome=weighed), round_.answer("w", "rival"))
    cells = [
        {"world": "w", "method": method, "status": "done"}
        for method in ("rasad", "rival")
    ]
    rows = score_world(round_, world(), cells, frozenset())
    figures = {row["method"]: row["figures"] for row in rows}
    ours_, rival = figures["rasad"], figures["rival"]
    assert ours_["listed_labelled"] == ours_["edges"] - ours_["edges_unknown"] == 1
    # One account of the four operated, and one edge, which is right.
    assert (rival["recall_at_budget"], rival["edge_precision_at_budget"]) == (0.25, 1.0)


def early_round(folder: Path) -> list[tuple[float, World]]:
    """A method names team 1 on the second day, and somebody ordinary on the first."""
    round_ = Round(folder)
    round_.revealed.mkdir(parents=True)
    cuts = []
    for day, listed in ((1, [6]), (2, [0, 1, 2])):
        one = World(
            name=f"cut-{day}",
            title="",
            kind="operation",
            made=Simulated(scenario="bureaucratic", days=2),
        )
        # Whoever acts first on a later day is not there on an earlier one.
        names = NAMES if day == 2 else NAMES[1:]
        places = [names.index(NAMES[code]) for code in listed]
        round_.truth(one.name).write_text(TRUTH)
        write_shown(shown(names, day), round_.world(one.name) / "shown")
        write_answer(answer(places, [], len(names)), round_.answer(one.name, "m"))
        cuts.append((float(day), one))
    return cuts


def test_teams_are_named_at_the_first_cut_that_names_enough(tmp_path: Path) -> None:
    cuts = early_round(tmp_path)
    (row,) = early_rows(Round(tmp_path), cuts, ["m"])
    assert (row["teams"], row["named"]) == (2, 1)
    assert row["by_day"] == [[1.0, 0.0], [2.0, 0.5]]
    assert row["hours"] == 36.0
    assert row["alarms"] == 1
    assert row["alarms_per_million"] == pytest.approx(1e6 / (2 * 2))


def test_no_cut_no_rows(tmp_path: Path) -> None:
    assert early_rows(Round(tmp_path), [], ["m"]) == []
