"""Rasad beside its rivals: nothing is hidden, and empty lists win nothing."""

from __future__ import annotations

from typing import Any

import pytest

from evaluate.told import cell, figures, without
from rasad.evaluate.comparison import differences, losses


def found(
    kind: str, ours: dict[str, Any], theirs: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    rows = [
        cell("w", "rasad", figures=ours),
        cell("w", "rival", figures=theirs),
    ]
    return {row["figure"]: row for row in losses(rows, {"w": kind})}


def test_a_rival_ahead_is_named_with_both_figures() -> None:
    told = found("operation", figures(0.5), figures(0.5, average_precision=0.6))
    assert set(told) == {"average_precision"}
    row = told["average_precision"]
    assert (row["ours"], row["theirs"], row["best"]) == (0.5, 0.6, "rival")
    assert row["ahead"] == ["rival"]
    assert row["beside"]["theirs"]["listed_recall"] == 0.5


def test_less_is_better_where_it_is() -> None:
    told = found("null", figures(0, alarms=3.0), figures(0, alarms=1.0))
    assert set(told) == {"alarms"}
    assert found("null", figures(0, alarms=1.0), figures(0, alarms=3.0)) == {}


def test_whoever_lists_nobody_does_not_win_in_alarms_among_operations() -> None:
    ours = figures(0.5, alarms=3.0, operators=9.0, listed_recall=0.5)
    theirs = figures(0.5, alarms=0.0, operators=9.0, listed_recall=0.0)
    assert "alarms" not in found("operation", ours, theirs)
    assert "alarms" in found("operation", ours, {**theirs, "listed_recall": 0.5})


def test_equal_figures_and_missing_ones_are_no_loss() -> None:
    assert found("operation", figures(0.5), figures(0.5)) == {}
    assert found("operation", figures(0.5), figures(0.503, alarms=0.5)) == {}
    nothing = dict.fromkeys(figures(0.5))
    assert found("operation", figures(0.5), nothing) == {}
    assert found("operation", nothing, figures(0.5)) == {}


def test_a_method_that_only_orders_is_no_rival_in_lists() -> None:
    ordering = figures(0.5, listed=None, alarms=0.0, average_precision=0.6)
    told = found("real", figures(0.5, alarms=3.0), ordering)
    assert set(told) == {"average_precision"}


def test_rasad_does_not_compete_with_its_own_earlier_step() -> None:
    rows = [
        cell("w", "rasad", figures=figures(0.1)),
        cell("w", "rasad-kept", figures=figures(0.9)),
    ]
    assert losses(rows, {"w": "operation"}) == []
    assert differences(rows, ["w"]) == []


def test_no_answer_where_a_rival_has_one_is_a_loss() -> None:
    rows = [
        without(cell("w", "rasad"), status="failed", reason="It took too long."),
        cell("w", "rival"),
    ]
    (row,) = losses(rows, {"w": "operation"})
    assert (row["figure"], row["ours"], row["ahead"]) == (
        "answer",
        "It took too long.",
        ["rival"],
    )


def test_worlds_that_are_not_asked_for_are_left_out() -> None:
    rows = [cell("w", "rasad", figures=figures(0.1)), cell("w", "rival")]
    assert losses(rows, {}) == []


def test_differences_are_paired_over_worlds() -> None:
    rows = [
        cell(world, method, figures=figures(value))
        for world, base in (("a", 0.2), ("b", 0.6), ("c", 0.4))
        for method, value in (("rasad", base + 0.1), ("rival", base))
    ]
    for row in differences(rows, ["a", "b", "c"]):
        assert row["gain"] == pytest.approx(0.1)
        assert row["low"] == pytest.approx(0.1)
        assert (row["better"], row["worse"], row["n"]) == (3, 0, 3)


def test_a_rival_without_any_figure_is_not_compared() -> None:
    rows = [
        cell("a", "rasad"),
        cell("a", "rival", figures=dict.fromkeys(figures(0.0))),
        without(cell("a", "late"), status="failed"),
    ]
    assert differences(rows, ["a"]) == []
