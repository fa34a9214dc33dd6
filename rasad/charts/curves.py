"""Curves beside each other: one measure of several methods along one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasad.charts.svg import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    RULE,
    Svg,
    drawing,
    line,
    px,
    text,
)

GREEN, PURPLE, BROWN, SKY = "#009e73", "#cc79a7", "#7a5c00", "#56b4e9"
STYLES = (
    (BLUE, ""),
    (ORANGE, ""),
    (GREEN, "7 3"),
    (PURPLE, "2 3"),
    (SKY, "5 2"),
    (BROWN, "9 3 2 3"),
)
"""Colour and dashes of the curves that are named; the first is drawn broadest."""

MOST_NAMED = len(STYLES)

START, TOP, WIDE, TALL = 46, 26, 330, 230
ROOM = 190
"""Width at the right for names."""

LABEL = 15
"""Least distance of two names from each other."""

Point = tuple[float, float]
Tick = tuple[float, str]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One method: its name and points; `low` and `high` of a band around it, if any."""

    name: str
    points: Sequence[Point]
    low: Sequence[Point] = ()
    high: Sequence[Point] = ()


@dataclass(frozen=True, kw_only=True)
class Axes:
    """What the axes mean, from where to where they go, and what stands at them."""

    x_name: str
    y_name: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick] = ((0, "0"), (0.25, ""), (0.5, "0.5"), (0.75, ""), (1, "1"))


def curve_chart(
    title: str, axes: Axes, curves: Sequence[Curve], others: Sequence[Curve] = ()
) -> Svg:
    """Draw curves, each named at its right end.

    Parameters
    ----------
    title : str
        What is shown, in our own words.
    axes : Axes
        Its outermost ticks are the ends of the axes.
    curves : sequence of Curve
        At most `MOST_NAMED`; the first is the one that the others are held against.
    others : sequence of Curve
        Drawn in thin grey behind them, without their names.

    Examples
    --------
    >>> axes = Axes(x_name="recall", y_name="precision", x_ticks=[(0, "0"), (1, "1")])
    >>> "precision" in curve_chart("PR", axes, [Curve(name="A", points=[(0, 1)])])
    True
    """
    place = _Places(axes)
    parts = [_axes(axes, place)]
    parts += [_line(place.of(each.points), GREY, 1, "") for each in others]
    named = list(zip(curves, STYLES, strict=False))
    parts += [_band(place, each, colour) for each, (colour, _) in named]
    for each, (colour, dash) in reversed(named):
        wide = 3.0 if each is curves[0] else 2.0
        parts.append(_line(place.of(each.points), colour, wide, dash))
    parts += _names(
        [
            (place.of(each.points)[-1], each.name, colour)
            for each, (colour, _) in named
            if each.points
        ]
    )
    wide = START + WIDE + ROOM
    return drawing(TOP + TALL + 46, title, _in_words(axes, curves), parts, wide)


class _Places:
    """From values to coordinates."""

    def __init__(self, axes: Axes) -> None:
        self.left, self.right = axes.x_ticks[0][0], axes.x_ticks[-1][0]
        self.bottom, self.top = axes.y_ticks[0][0], axes.y_ticks[-1][0]

    def x(self, value: float) -> float:
        span = (self.right - self.left) or 1.0
        return START + WIDE * min(max((value - self.left) / span, 0.0), 1.0)

    def y(self, value: float) -> float:
        span = (self.top - self.bottom) or 1.0
        return TOP + TALL * (1 - min(max((value - self.bottom) / span, 0.0), 1.0))

    def of(self, points: Sequence[Point]) -> list[Point]:
        return [(self.x(x), self.y(y)) for x, y in points]


def _axes(axes: Axes, place: _Places) -> str:
    end, base = START + WIDE, TOP + TALL
    parts = [text(4, 14, axes.y_name, "start")]
    for value, label in axes.y_ticks:
        y = place.y(value)
        parts.append(line(START, y, end, y, INK if y == base else RULE))
        parts.append(text(START - 6, y + 4, label, "end"))
    for value, label in axes.x_ticks:
        x = place.x(value)
        parts.append(line(x, base, x, base + 5, INK))
        parts.append(text(x, base + 19, label, "middle"))
    parts.append(text(START + WIDE / 2, base + 38, axes.x_name, "middle"))
    return "".join(parts)


def _line(points: Sequence[Point], colour: str, wide: float, dash: str) -> str:
    if not points:
        return ""
    shape = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    dots = "".join(
        f'<circle cx="{px(x)}" cy="{px(y)}" r="{px(wide)}" fill="{colour}"/>'
        for x, y in points
        if wide > 1 and len(points) <= 12
    )
    return (
        f'<path d="{shape}" fill="none" stroke="{colour}" '
        f'stroke-width="{px(wide)}"{dashed}/>{dots}'
    )


def _band(place: _Places, curve: Curve, colour: str) -> str:
    if len(curve.low) < 2 or len(curve.high) < 2:
        return ""
    around = [*place.of(curve.low), *reversed(place.of(curve.high))]
    shape = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in around) + "z"
    return f'<path d="{shape}" fill="{colour}" fill-opacity="0.13"/>'


def _names(ends: Sequence[tuple[Point, str, str]]) -> list[str]:
    """Write names at the right, one below the other, each led to from its curve."""
    x = START + WIDE + 14
    order = sorted(ends, key=lambda end: (end[0][1], end[0][0]))
    room = TOP + TALL - LABEL * (len(order) - 1)
    parts, y = [], float(TOP) - LABEL
    for number, (point, name, colour) in enumerate(order):
        y = max(min(point[1], room + LABEL * number), y + LABEL)
        leader = f"M{px(point[0])} {px(point[1])}L{px(x - 4)} {px(y)}"
        parts.append(f'<path d="{leader}" stroke="{colour}" stroke-dasharray="1 3"/>')
        parts.append(f'<circle cx="{px(x)}" cy="{px(y)}" r="4" fill="{colour}"/>')
        parts.append(text(x + 8, y + 4, name, "start"))
    return parts


def _in_words(axes: Axes, curves: Sequence[Curve]) -> str:
    said = [
        f"{each.name} from {each.points[0][1]:.2f} to {each.points[-1][1]:.2f}"
        for each in curves
        if each.points
    ]
    return f"{axes.y_name} along {axes.x_name}: {'; '.join(said) or 'nothing'}."
