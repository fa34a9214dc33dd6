"""Drawings of outages: gaps stay gaps, what is low is never thinned away."""

from __future__ import annotations

import re

from rasad.charts import DarkRow, Marked, Measured, Svg, dark_rows, outage_chart


def drawn(values: list[float | None], marked: tuple[Marked, ...] = ()) -> Svg:
    n = len(values)
    series = Measured(
        times_us=list(range(0, 10 * n, 10)),
        step_us=10,
        values=values,
        low=[90.0] * n,
        high=[110.0] * n,
    )
    return outage_chart(series, marked, 0, 10 * n)


def line_of(svg: Svg) -> str:
    found = re.search(r'<path d="([^"]*)" fill="none" stroke="#0072b2"', svg)
    assert found
    return found.group(1)


def test_a_missing_value_breaks_the_line() -> None:
    assert line_of(drawn([100.0, None, 100.0])).count("M") == 2
    assert line_of(drawn([100.0, 100.0, 100.0])).count("M") == 1


def test_of_many_points_the_lowest_of_a_column_is_drawn() -> None:
    values: list[float | None] = [100.0] * 20_000
    values[12_345] = 0.0
    svg = drawn(values)
    assert "234" in line_of(svg)
    assert len(svg) < 60_000


def test_a_bound_far_above_does_not_flatten_the_values() -> None:
    series = Measured(
        times_us=[0, 10], step_us=10, values=[5.0, 1.0], low=[4, 4], high=[6, 9e9]
    )
    svg = outage_chart(series, [], 0, 20)
    assert "9e9" not in svg
    assert "in 5" not in svg
    heights = [float(y) for y in re.findall(r"[V ]([\d.]+)", line_of(svg))]
    assert max(heights) - min(heights) > 100


def test_an_artefact_has_its_own_ground_and_an_entry_of_its_own() -> None:
    def one(artefact: bool) -> Marked:
        return Marked(
            number=7, start_us=10, end_us=20, low_us=8, high_us=12, artefact=artefact
        )

    outage, artefact = drawn([1.0] * 3, (one(False),)), drawn([1.0] * 3, (one(True),))
    assert ">outage<" in outage
    assert ">outage<" not in artefact
    assert "failed monitor" in artefact
    assert ">7<" in outage


def test_regions_are_numbered_and_their_dark_moment_is_marked() -> None:
    rows = [
        DarkRow(number=1, ratios=[1.0, 0.0, 0.0], dark_us=10),
        DarkRow(number=2, ratios=[1.0, None, 1.0], dark_us=None),
    ]
    svg = dark_rows(rows, 0, 10)
    assert "2 regions" in svg
    assert "1 went dark" in svg
    assert svg.count('fill="#222222"') == 2  # the drawing itself, and one mark
    assert dark_rows([], 0, 10).startswith("<svg")


def test_nothing_measured_is_said() -> None:
    assert "Nothing was measured" in drawn([None, None])


def test_what_is_expected_is_as_wide_as_it_is_anywhere_in_a_column() -> None:
    n = 4_000
    series = Measured(
        times_us=list(range(0, 10 * n, 10)),
        step_us=10,
        values=[100.0] * n,
        low=[90.0] * n,
        high=[110.0, 130.0] * (n // 2),
    )
    svg = outage_chart(series, [], 0, 10 * n)
    band = re.search(r'<path d="([^"]*)" fill="#d0d4d9"', svg)
    assert band
    heights = {float(y) for y in re.findall(r" ([\d.]+)[LMz]", band.group(1) + "z")}
    # One upper and one lower bound: the higher of both, and no teeth.
    assert len(heights) == 2
    top = 234 - (234 - 34) * 125 / (125 * 1.04)
    assert min(heights) <= top + 1


def test_a_region_that_went_dark_outside_the_drawing_has_no_mark_beside_it() -> None:
    def marks(dark_us: int) -> int:
        row = DarkRow(number=1, ratios=[1.0, 0.1], dark_us=dark_us)
        return dark_rows([row], 0, 10).count('width="2.5"')

    assert [marks(us) for us in (-10, 10, 30)] == [0, 1, 0]
