"""Drawings are well-formed, hold their numbers, and never change."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad import charts
from rasad.charts import RasterRow, Svg

HOUR_US = 3_600_000_000
ROWS = [
    RasterRow(number=1, acted=[0, 1, 2, 9], together=[1]),
    RasterRow(number=2, acted=[], together=[]),
]

DRAWINGS: dict[str, Callable[[], Svg]] = {
    "raster": lambda: charts.raster(ROWS, 10, 0, HOUR_US),
    "no row": lambda: charts.raster([], 10, 0, HOUR_US),
    "gaps": lambda: charts.gap_histogram([(0, 1), (1, 60)], [3, 1], [10, 90]),
    "no gap": lambda: charts.gap_histogram([], [], []),
    "comparison": lambda: charts.comparison(60, 1.25),
    "nothing expected": lambda: charts.comparison(0, 0),
    "timeline": lambda: charts.timeline([4, 0, 2], [1, 0, 2], 0, HOUR_US),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_xml_with_a_title_and_a_description(name: str) -> None:
    drawing = DRAWINGS[name]()
    root = ET.fromstring(drawing)  # noqa: S314 - made by the line above
    assert type(drawing) is Svg
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert all(root[place].text for place in (0, 1))


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_the_same_every_time_and_names_no_address(name: str) -> None:
    drawing = DRAWINGS[name]()
    assert drawing == DRAWINGS[name]()
    assert "://" not in drawing
    assert "style=" not in drawing
    assert "NaN" not in drawing
    assert not re.search(r"\de-\d", drawing.split("</desc>")[1])


def test_neighbouring_columns_become_one_mark() -> None:
    drawing = charts.raster(ROWS, 10, 0, HOUR_US)
    width = charts.PLOT / 10
    assert f"h{3 * width:.1f}" in drawing
    assert drawing.count("<path") == 2


def test_numbers_stand_beside_the_bars_they_belong_to() -> None:
    drawing = charts.comparison(60, 1.25)
    assert "60 observed, 1.25 expected" in drawing
    assert ">60<" in drawing
    assert ">1.25<" in drawing


def test_a_histogram_counts_the_pairs_it_shows() -> None:
    drawing = charts.gap_histogram([(0, 1), (1, 60)], [3, 1], [10, 90])
    assert "group (4 pairs)" in drawing
    assert "accounts (100 pairs)" in drawing


@given(start=st.integers(0, 4 * 10**15), span=st.integers(1, 10**15))
def test_ticks_are_few_round_and_inside(start: int, span: int) -> None:
    ticks = charts.tick_times(start, start + span)
    assert len(ticks) <= 8
    assert all(start <= tick <= start + span for tick in ticks)
    assert ticks == sorted(set(ticks))


@given(st.floats(0, 1e12, allow_nan=False))
def test_a_number_keeps_three_digits(value: float) -> None:
    written = float(charts.significant(value).replace(",", ""))
    assert written == pytest.approx(value, rel=0.06 if value < 0.001 else 0.006)
