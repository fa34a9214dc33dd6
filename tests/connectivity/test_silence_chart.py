from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from rasad.charts.silence import Course, silence_chart

HOUR_US = 3_600_000_000
COURSE = Course(
    start_us=0,
    bin_us=HOUR_US,
    group=[1.0, 0.9, 0.05, 0.0, 1.1, math.nan, 1.0],
    control=[1.0, 1.1, 1.0, 0.9, 1.0, math.nan, 9.0],
    dark_us=(2 * HOUR_US, 4 * HOUR_US),
)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


PLACEBO = [-0.3, -0.1, 0.0, 0.05, 0.2]


def test_the_drawing_is_well_formed_and_says_in_words_what_it_shows() -> None:
    drawn = silence_chart(COURSE, PLACEBO, -2.5)
    root = parsed(drawn)
    assert "5 placebo dates, 0 of them as low as the -2.5" in root.findtext("desc", "")
    assert "outage: -2.5" in drawn
    assert silence_chart(COURSE, PLACEBO, -2.5) == drawn


def test_nothing_is_drawn_outside_and_a_gap_breaks_the_lines() -> None:
    root = parsed(silence_chart(COURSE, PLACEBO, -2.5))
    control, group = (path.get("d", "") for path in root.findall("path"))
    assert group.count("M") == control.count("M") == 2
    for box in root.findall("rect"):
        assert float(box.get("x", "0")) >= 0
        assert float(box.get("x", "0")) + float(box.get("width", "0")) <= 960.1
    # A ratio of nine is cut at the top of the plot.
    heights = [float(part.split()[1].split("h")[0]) for part in control.split("M")[2:]]
    assert min(heights) >= 34


def test_a_ratio_that_is_cut_is_said_to_be() -> None:
    assert "ones, cut at 3" in silence_chart(COURSE, PLACEBO, -2.5)
    lower = replace(COURSE, control=COURSE.group)
    assert "cut at" not in silence_chart(lower, PLACEBO, -2.5)


def test_all_labels_are_numbers_or_our_own_words_and_read_left_to_right() -> None:
    root = parsed(silence_chart(COURSE, PLACEBO, -0.2))
    labels = [text.text or "" for text in root.findall("text")]
    assert all(label.isascii() for label in labels)
    assert any("the outage" in label for label in labels)


@pytest.mark.parametrize("d1", [-4.0, -0.31, -0.3, -1e-9])
def test_the_outage_is_marked_wherever_it_lies(d1: float) -> None:
    assert "the outage:" in silence_chart(COURSE, PLACEBO, d1)


def test_an_outage_that_begins_before_the_drawing_is_cut_to_it() -> None:
    early = replace(COURSE, dark_us=(-5 * HOUR_US, 2 * HOUR_US))
    root = parsed(silence_chart(early, PLACEBO, -1.0))
    shades = [one for one in root.findall("rect") if one.get("fill") == "#efe6d5"]
    assert all(float(one.get("x", "0")) >= 48 for one in shades)
