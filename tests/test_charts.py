"""Drawings are well-formed, hold their numbers, and never change."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad import charts
from rasad.charts import QQLine, RasterRow, Svg
from rasad.charts.qq import STYLES
from rasad.charts.svg import BLUE, ORANGE

HOUR_US = 3_600_000_000
ROWS = [
    RasterRow(number=1, acted=[0, 1, 2, 9], together=[1]),
    RasterRow(number=2, acted=[], together=[]),
]
UNIFORM = [(10**-power, 10**-power) for power in (4.5, 4, 3, 2, 1, 0.1)]
WRONG = [(p, p**1.5) for p, _ in UNIFORM]

DRAWINGS: dict[str, Callable[[], Svg]] = {
    "raster": lambda: charts.raster(ROWS, 10, 0, HOUR_US),
    "no row": lambda: charts.raster([], 10, 0, HOUR_US),
    "gaps": lambda: charts.gap_histogram([(0, 1), (1, 60)], [3, 1], [10, 90]),
    "no gap": lambda: charts.gap_histogram([], [], []),
    "comparison": lambda: charts.comparison(60, 1.25),
    "nothing expected": lambda: charts.comparison(0, 0),
    "timeline": lambda: charts.timeline([4, 0, 2], [1, 0, 2], 0, HOUR_US),
    "qq": lambda: qq(UNIFORM, WRONG),
    "no p-value": lambda: qq([]),
    "p-values of nothing": lambda: qq([(0.5, 0.0), (0.9, 0.0), (0.99, -1e-18)]),
    "no test": lambda: qq(),
}


def qq(*tests: list[tuple[float, float]]) -> Svg:
    """Draw tests, numbered from 1, of which none is refused but the second."""
    lines = [
        QQLine(number=place, refused=place == 2, points=points)
        for place, points in enumerate(tests, 1)
    ]
    return charts.qq_plot("p-values", lines, 0.001, 1.5)


def curves(drawing: Svg, wide: int) -> list[list[tuple[float, float]]]:
    """Return the lines of a QQ plot that are drawn so broad, without leaders."""
    shapes = re.findall(rf'd="M([^HV"]*)"[^>]*stroke-width="{wide}"', drawing)
    places = [[step.split() for step in shape.split("L")] for shape in shapes]
    points = [[(float(x), float(y)) for x, y in steps] for steps in places]
    return [curve for curve in points if len(curve) > 2]


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


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_brings_its_own_ground(name: str) -> None:
    ground = re.search(r"</desc><rect[^>]*/>", DRAWINGS[name]())
    assert ground
    assert ground[0].endswith('fill="#ffffff"/>')


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


def test_p_values_as_they_should_be_lie_on_the_diagonal() -> None:
    (curve,) = curves(qq(UNIFORM), 2)
    (x, y), *_ = curve
    assert [round(one - x + other - y, 1) for one, other in curve] == [0] * len(curve)


@pytest.mark.parametrize(("times", "crosses"), [(1.4, False), (1.6, True)])
def test_a_line_crosses_the_bar_where_the_gate_refuses(
    times: float, crosses: bool
) -> None:
    drawing = qq([(p, p / times) for p, _ in UNIFORM])
    bar = re.search(r'd="M\S+ (\S+)H(\S+?)m', drawing)
    assert bar
    height, end = map(float, bar.groups())
    (curve,) = curves(drawing, 2)
    ((x0, y0), (x1, y1)) = next(
        (below, above)
        for below, above in pairwise(curve)
        if below[1] >= height >= above[1]
    )
    met = x0 + (x1 - x0) * (y0 - height) / (y0 - y1)
    assert (met < end) is crosses


def test_a_line_that_leaves_the_plot_ends_at_its_edge() -> None:
    _, wrong = curves(qq(UNIFORM, WRONG), 2)
    top = min(y for _, y in wrong)
    assert wrong[-1][1] == top == 24
    assert [x for x, _ in wrong] == sorted(x for x, _ in wrong)


def test_the_worst_are_labelled_and_the_others_grey() -> None:
    drawing = qq(*[UNIFORM] * 7)
    assert [drawing.count(f">{number}</text>") for number in range(2, 8)] == [
        *(1, 1, 1),
        *(0, 0, 0),
    ]
    assert len(curves(drawing, 2)) == charts.MOST_LABELLED
    assert len(curves(drawing, 1)) == 3
    assert "7 lines" in drawing
    assert "1 of 7 above the gate" in drawing


def test_no_two_labelled_lines_look_alike_without_colour_and_number() -> None:
    assert len(set(STYLES)) == charts.MOST_LABELLED
    assert {colour for colour, _ in STYLES} == {BLUE, ORANGE}


def test_numbers_at_the_end_of_lines_do_not_cover_each_other() -> None:
    drawing = qq(*[UNIFORM] * 4)
    right = re.findall(r'y="(\S+)" text-anchor="start">\d</text>', drawing)
    heights = sorted(map(float, right))
    assert len(heights) == 4
    assert all(after - before >= 14 for before, after in pairwise(heights))


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


def test_the_number_of_posts_is_inside_of_the_timeline_however_long_it_is() -> None:
    drawn = charts.timeline([123_456_789], [0], 0, HOUR_US)
    label = re.search(r"<text[^>]*>123,456,789</text>", drawn)
    assert label
    assert 'text-anchor="end"' not in label.group()
