"""Rasad in the contest says what its case says, in the codes of what is shown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from planted_ring import planted_shares, write_shares

from rasad.case import open_case
from rasad.config import Calibration, Resources, Settings
from rasad.evaluate.answer_files import LARGEST_Q, Answer, breach, listed
from rasad.evaluate.contest import CannotJudge, Shown
from rasad.evaluate.ourselves import Rasad
from rasad.evaluate.shown import show, without_times
from rasad.importers.plan import plan

QUICK = Rasad(settings=Settings(calibration=Calibration(pairs=2_000)))
RING = {f"generic:ring{number}" for number in range(8)}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shown, Answer]:
    folder = tmp_path_factory.mktemp("judged")
    path = write_shares(folder / "planted.csv", planted_shares())
    with open_case(folder / "case", create=True) as case:
        case.import_file(plan(path))
        shown = show(case.store)
    answer = QUICK.judge_case(folder / "case", shown, Resources(threads=1))
    return folder / "case", shown, answer


def test_the_answer_keeps_the_rules(judged: tuple[Path, Shown, Answer]) -> None:
    _, shown, answer = judged
    assert breach(answer.outcome, shown) is None
    json.dumps(answer.remarks, allow_nan=False)


def test_the_ring_is_listed_and_nobody_else(
    judged: tuple[Path, Shown, Answer],
) -> None:
    _, shown, answer = judged
    found = {shown.accounts[code] for code in np.flatnonzero(listed(answer.outcome))}
    assert found == RING


def test_edges_are_the_kept_pairs(judged: tuple[Path, Shown, Answer]) -> None:
    folder, shown, answer = judged
    outcome = answer.outcome
    with open_case(folder) as case:
        rows = case.store.rows("SELECT account_a, account_b FROM pair WHERE kept")
    pairs = {(row["account_a"], row["account_b"]) for row in rows}
    ends = zip(outcome.first.tolist(), outcome.second.tolist(), strict=True)
    assert {(shown.accounts[a], shown.accounts[b]) for a, b in ends} == pairs
    assert pairs


def test_a_score_is_that_of_the_strongest_pair(
    judged: tuple[Path, Shown, Answer],
) -> None:
    folder, shown, answer = judged
    with open_case(folder) as case:
        rows = case.store.rows(
            "SELECT min(p_value) AS p FROM pair WHERE $who IN (account_a, account_b)",
            who="generic:ring0",
        )
    place = shown.accounts.index("generic:ring0")
    assert answer.outcome.score[place] == pytest.approx(-np.log10(rows[0]["p"]))


def test_pairs_with_a_q_value_are_told_beyond_those_kept(
    judged: tuple[Path, Shown, Answer],
) -> None:
    tested = judged[2].tested
    assert tested is not None
    assert len(tested.first) >= len(judged[2].outcome.first)
    assert tested.q_value.max() <= LARGEST_Q


def test_what_is_said_of_a_group_is_told(judged: tuple[Path, Shown, Answer]) -> None:
    remarks = judged[2].remarks
    certified = [group for group in remarks["groups"] if group["certified"]]
    numbers = judged[2].outcome.certified
    assert numbers is not None
    assert [group["group"] for group in certified] == numbers.tolist()
    assert remarks["n_eligible"] == judged[1].n_accounts
    assert {row["lift"] for row in remarks["frontier"]} >= {10.0, 30.0, 1000.0}


def test_without_times_it_cannot_judge(judged: tuple[Path, Shown, Answer]) -> None:
    folder, shown, _ = judged
    with pytest.raises(CannotJudge, match="time"):
        QUICK.judge_case(folder, without_times(shown), Resources())
