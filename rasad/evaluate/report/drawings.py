"""Curves of a round: precision and recall, robustness, early warning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasad.charts.curves import Axes, Curve, Tick, curve_chart
from rasad.charts.svg import Svg
from rasad.evaluate.curves import AXES, FRONTIER, LISTED, RANKED
from rasad.evaluate.report.cells import plain
from rasad.evaluate.report.tables import titles
from rasad.evaluate.scoring import KEPT, OURS

Row = Mapping[str, Any]
Point = tuple[float, float]

SHARES: tuple[Tick, ...] = (
    (0, "0"),
    (0.25, "0.25"),
    (0.5, "0.5"),
    (0.75, "0.75"),
    (1, "1"),
)
NAMED_RIVALS = 3
LONGEST_NAME = 24
"""Letters of a name that there is room for."""

STEPS = {0: "as made", 1: "1 s", 60: "1 min", 3_600: "1 h", 86_400: "none"}
"""What stands at the axis of rounding."""


def precision_recall(results: Row, world: str) -> Svg | None:
    """Draw precision against recall on one world; None where there is none."""
    named = titles(results)
    cells = [
        row
        for row in results["cells"]
        if row["world"] == world and row.get("curve") and row["method"] != KEPT
    ]
    if not cells:
        return None
    ranked = sorted(
        cells, key=lambda row: (row["method"] != OURS, -_precision(row), row["method"])
    )
    curves = [
        Curve(
            name=shortened(named[row["method"]]),
            points=[(recall, precision) for recall, precision in row["curve"]],
        )
        for row in ranked
    ]
    first = NAMED_RIVALS + (ranked[0]["method"] == OURS)
    axes = Axes(x_name="recall", y_name="precision", x_ticks=SHARES, y_ticks=SHARES)
    title = "Precision down the order of accounts"
    return curve_chart(title, axes, curves[:first], curves[first:])


def _precision(row: Row) -> float:
    return float(row["figures"]["average_precision"] or 0)


def robustness(results: Row, axis: str) -> Svg | None:
    """Draw what is found along an axis, over what could be found by pairs at most."""
    of = [row for row in results["curves"] if row["axis"] == axis]
    if not of:
        return None
    places = sorted({at for row in of for at, _ in row["points"]})
    place = {at: float(number) for number, at in enumerate(places)}
    named = titles(results)
    curves = [_curve(said, row, place) for said, row in _ours(of)]
    rivals = _rivals(of)
    curves += [_curve(shortened(named[r["method"]]), r, place) for r in rivals[:2]]
    curves += [_frontier(r, place) for r in of if r["method"] == FRONTIER]
    axes = Axes(
        x_name=AXES[axis],
        y_name="share of operators found",
        x_ticks=[(number, _tick(axis, at)) for at, number in place.items()],
        y_ticks=SHARES,
    )
    return curve_chart(
        f"What is found: {axis}",
        axes,
        [curve for curve in curves if curve.points],
        [_curve("", row, place) for row in rivals[2:]],
    )


def _ours(of: Sequence[Row]) -> list[tuple[str, Row]]:
    """Return the curves of Rasad, the one that is like the rivals' first."""
    said = {
        (OURS, RANKED): "Rasad, 5 % of the list false",
        (OURS, LISTED): "Rasad, certified",
        (KEPT, LISTED): "Rasad, kept pairs",
    }
    rows = {(row["method"], row["figure"]): row for row in of}
    return [(name, rows[key]) for key, name in said.items() if key in rows]


def _rivals(of: Sequence[Row]) -> list[Row]:
    """Return the curves of the rivals, the highest first."""
    rows = [
        row
        for row in of
        if row["figure"] == RANKED and row["method"] not in (OURS, KEPT)
    ]
    return sorted(rows, key=lambda row: (-_mean(row), row["method"]))


def _mean(row: Row) -> float:
    known = [value for _, value in row["points"] if value is not None]
    return sum(known) / len(known) if known else 0.0


def _tick(axis: str, at: float) -> str:
    return STEPS.get(int(at), f"{at:g} s") if axis == "rounding" else f"{at:g}"


def _points(
    values: Sequence[Sequence[float | None]], place: Mapping[float, float]
) -> list[Point]:
    return [(place[at], value) for at, value in values
            if at is not None and value is not None]  # fmt: skip


def _curve(name: str, row: Row, place: Mapping[float, float]) -> Curve:
    return Curve(name=name, points=_points(row["points"], place))


def _frontier(row: Row, place: Mapping[float, float]) -> Curve:
    return Curve(
        name="frontier of pairs",
        points=_points(row["points"], place),
        low=_points(row["low"], place),
        high=_points(row["high"], place),
    )


def warnings(results: Row) -> Svg | None:
    """Draw the share of teams that is named before each day."""
    rows = [row for row in results["early"] if row["by_day"]]
    if not rows:
        return None
    named = titles(results)
    ordered = sorted(
        rows, key=lambda row: (row["method"] != OURS, row["alarms"], row["method"])
    )
    curves = [
        Curve(
            name=shortened(named[row["method"]]),
            points=[(day, value) for day, value in row["by_day"]],
        )
        for row in ordered
    ]
    days = [day for day, _ in rows[0]["by_day"]]
    axes = Axes(
        x_name="days that have been seen",
        y_name="share of teams named",
        x_ticks=[(0, "0"), *((day, f"{day:g}") for day in days)],
        y_ticks=SHARES,
    )
    first = NAMED_RIVALS + 1
    return curve_chart("How soon teams are named", axes, curves[:first], curves[first:])


def shortened(name: str) -> str:
    """Return a name that fits beside a drawing.

    Examples
    --------
    >>> shortened("Fused similarity network, pruned by centrality")
    'Fused similarity network'
    """
    name = plain(name)
    if len(name) <= LONGEST_NAME:
        return name
    head = name[: LONGEST_NAME + 1]
    if head[-1] not in " ,":
        head = head[: head.rfind(" ")] if " " in head else head[:-1]
    return head.rstrip(" ,")
