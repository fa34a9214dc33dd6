"""The page of groups and outages: what a drawing leaves out is said, names are safe."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from rasad.connectivity.answers import Answer, answer_of
from rasad.connectivity.silence import Counts, Event, silences
from rasad.connectivity.verdicts import judged
from rasad.exports.connectivity_groups import write_connectivity_groups

START = 400_000
BEGIN = 27 * 168 + 16
PERSIAN = "IR/تهران\u202eabc"


def answer(hours: int, per_hour: float, place: str = "IR", left: float = 0.0) -> Answer:
    """Return what is told of a group that goes dark for some hours."""
    dice = np.random.default_rng(3)
    n = 30 * 168
    rhythm = 1 - 0.9 * np.cos(np.arange(n) * np.pi / 12)
    group, control = (
        dice.poisson(size * rhythm).astype(float) for size in (per_hour, 300)
    )
    dark = slice(BEGIN, BEGIN + hours)
    group[dark] = np.floor(group[dark] * left)
    counts = Counts(START, group, control, np.zeros((0, n)), np.ones(n, np.bool_))
    event = Event(START + BEGIN, START + BEGIN + hours, place, 0.9)
    return answer_of("abc", 60, judged(silences(counts, [event])), counts)


def page_of(folder: Path, *answers: Answer) -> str:
    return write_connectivity_groups(answers, "1 June", 0, folder).read_text("utf-8")


@pytest.mark.parametrize(
    ("hours", "per_hour", "columns"), [(24, 60, "1 hour"), (24, 9, "6 hours")]
)
def test_a_drawing_says_how_wide_its_columns_are(
    hours: int, per_hour: float, columns: str, tmp_path: Path
) -> None:
    page = page_of(tmp_path, answer(hours, per_hour))
    assert f"Columns of {columns}" in page
    assert page.count("<svg") == 1


def test_a_drawing_says_what_it_leaves_out(tmp_path: Path) -> None:
    # One hour of a group of which nearly nobody is expected at night.
    page = page_of(tmp_path, answer(1, 12))
    assert "in which fewer than 5 active accounts were expected" in page
    assert "are left out" not in page_of(tmp_path, answer(24, 60))


def test_a_place_of_persian_name_is_isolated_and_in_no_drawing(tmp_path: Path) -> None:
    page = page_of(tmp_path, answer(24, 60, PERSIAN))
    assert "تهران" in page
    assert "\u202e" not in page
    assert "⟦U+202E⟧" in page
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        assert "تهران" not in drawing


def test_a_group_that_stayed_on_gets_a_sentence_and_no_drawing(tmp_path: Path) -> None:
    page = page_of(tmp_path, answer(24, 60, left=1.3))
    assert "No numbers: the group was not more silent" in page
    assert "<svg" not in page
    assert "Placebo dates:" not in page
