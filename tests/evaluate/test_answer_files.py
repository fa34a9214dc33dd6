"""Answers are checked, and their hash knows every number of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rasad.evaluate.answer_files import (
    Answer,
    Promised,
    answer_hash,
    breach,
    listed,
    read_answer,
    write_answer,
)
from rasad.evaluate.contest import Outcome, Shown

SHOWN = Shown(accounts=["a", "b", "c"], layers={})
FINE = Outcome(
    score=np.array([1.0, np.nan, 2.0]),
    first=np.array([0, 1]),
    second=np.array([1, 2]),
    weight=np.array([3.0, np.inf]),
    group=np.array([0, 0, -1]),
    certified=np.array([0]),
)
BROKEN = {
    "scores or groups are not one per account": {"score": np.zeros(2)},
    "groups are not one per account": {"group": np.zeros(4, np.int64)},
    "not equally many": {"weight": np.zeros(1)},
    "smaller code first": {"second": np.array([0, 2])},
    "an end that is no account": {"first": np.array([-1, 1])},
    "a pair has two edges": {"first": np.array([0, 0]), "second": np.array([1, 1])},
    "has no weight": {"weight": np.array([1.0, np.nan])},
    "a number below -1": {"group": np.array([0, 0, -2])},
    "a group that has no member": {"certified": np.array([0, 1])},
}
"""What scoring would stop at, long after the cell was filled."""


def test_an_answer_that_keeps_the_rules_is_none_to_complain_of() -> None:
    assert breach(FINE, SHOWN) is None


@pytest.mark.parametrize("said", BROKEN)
def test_an_answer_that_breaks_a_rule_is_told_which(said: str) -> None:
    found = breach(replace(FINE, **BROKEN[said]), SHOWN)  # type: ignore[arg-type]
    assert found is not None
    assert said in found


def test_an_end_beyond_the_accounts_is_found() -> None:
    assert breach(replace(FINE, second=np.array([1, 3])), SHOWN) is not None


@pytest.mark.parametrize("certified", [None, np.array([0]), np.zeros(0, np.int64)])
def test_what_is_written_is_read_again(
    tmp_path: Path, certified: np.ndarray | None
) -> None:
    promised = Promised(
        first=np.array([0]), second=np.array([2]), q_value=np.array([0.1])
    )
    answer = Answer(
        outcome=replace(FINE, certified=certified),
        tested=promised,
        remarks={"groups": [1]},
    )
    write_answer(answer, tmp_path)
    read = read_answer(tmp_path)
    np.testing.assert_array_equal(read.outcome.score, FINE.score)
    np.testing.assert_array_equal(read.outcome.weight, FINE.weight)
    assert (read.outcome.certified is None) is (certified is None)
    assert read.tested is not None
    assert read.tested.q_value.tolist() == [0.1]
    assert read.remarks == {"groups": [1]}


def test_a_method_without_q_values_promises_nothing(tmp_path: Path) -> None:
    write_answer(Answer(outcome=FINE), tmp_path)
    assert read_answer(tmp_path).tested is None


CHANGES = {
    "score": np.array([1.0, np.nan, 2.000001]),
    "weight": np.array([3.0, 4.0]),
    "group": np.array([0, 0, 1]),
    "certified": None,
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_hash_knows_every_part(tmp_path: Path, name: str) -> None:
    one, same, other = (tmp_path / each for each in ("one", "same", "other"))
    write_answer(Answer(outcome=FINE), one)
    write_answer(Answer(outcome=FINE), same)
    changed = replace(FINE, **{name: CHANGES[name]})  # type: ignore[arg-type]
    write_answer(Answer(outcome=changed), other)
    assert answer_hash(one) == answer_hash(same) != answer_hash(other)


def test_all_groups_count_where_none_is_named() -> None:
    assert listed(replace(FINE, certified=None)).tolist() == [True, True, False]
    none = np.zeros(0, np.int64)
    assert not listed(replace(FINE, certified=none)).any()
