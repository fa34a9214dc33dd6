"""QQ plots: p-values as they were against p-values as they should have been."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rasad.charts.amounts import significant
from rasad.charts.svg import (
    BLUE,
    GREY,
    GROUND,
    INK,
    ORANGE,
    RULE,
    Svg,
    drawing,
    line,
    px,
    text,
)

STYLES = ((BLUE, ""), (ORANGE, ""), (BLUE, "6 4"), (ORANGE, "6 4"))
"""Colour and dashes of the lines that are labelled: two of each, and a number."""

MOST_LABELLED = len(STYLES)

SIDE = 300
START, TOP = 62, 24
END, BASE = START + SIDE, TOP + SIDE
BROAD, TALL = END + 30, BASE + 44
"""Narrower than other drawings: two stand side by side, and one fits a telephone."""

ABOVE = 0.5
"""Decades beyond the smallest p-value that is expected; the rest of a line is cut."""

RIM = f'<g stroke="{GROUND}" stroke-width="4" paint-order="stroke">'
MOST_TICKS = 6
LABEL = 14
SMALLEST = 1e-300

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class QQLine:
    """One test: its number, and what its p-values should have been and were.

    `points` are pairs of an expected and an observed p-value.
    """

    number: int
    refused: bool
    points: Sequence[Point]


def qq_plot(title: str, lines: Sequence[QQLine], level: float, ratio: float) -> Svg:
    """Draw how far p-values are from uniform, on logarithmic axes.

    Parameters
    ----------
    title : str
        What was tested.
    lines : sequence of QQLine
        The worst first. The first `MOST_LABELLED` are labelled; the others are grey.
    level, ratio : float
        The gate: a test is refused that has more than `ratio` times as many p-values
        at or below `level` as it should. That is where its line crosses the bar.

    Examples
    --------
    >>> line = QQLine(number=3, refused=False, points=[(0.001, 0.002), (0.5, 0.5)])
    >>> "1 line" in qq_plot("Null model J", [line], 0.001, 1.5)
    True
    """
    curves = [_logarithms(one.points) for one in lines]
    ends = [curve[-1][0] for curve in curves]
    span = max([*ends, -math.log10(level)]) + ABOVE
    curves = [_inside(curve, span) for curve in curves]
    scale = SIDE / span
    placed = [[(START + x * scale, BASE - y * scale) for x, y in c] for c in curves]
    labelled = list(zip(lines, placed, STYLES, strict=False))
    parts = [_axes(span, scale)]
    parts += [_curve(places, GREY, 1) for places in placed[MOST_LABELLED:]]
    parts.append(line(START, BASE, END, TOP, INK))
    parts.append(_gate(level, ratio, scale))
    parts += [_curve(places, colour, 2, dash) for _, places, (colour, dash) in labelled]
    parts.append(_gate_label(level, ratio, scale))
    parts += _labels(
        [(places[-1], one.number, colour) for one, places, (colour, _) in labelled]
    )
    return drawing(TALL, title, _in_words(lines, level, ratio), parts, BROAD)


def _logarithms(points: Sequence[Point]) -> list[Point]:
    """Return points as powers of ten below one, from where both are one."""
    powers = (
        (-math.log10(expected), -math.log10(min(max(observed, SMALLEST), 1.0)))
        for expected, observed in points
    )
    return [(0.0, 0.0), *sorted(powers)]


def _inside(curve: Sequence[Point], span: float) -> list[Point]:
    """Cut a curve, which only rises, where it leaves the plot at the top."""
    kept = [point for point in curve if point[1] <= span]
    for (x, y), (beyond_x, beyond_y) in pairwise(curve):
        if y <= span < beyond_y:
            part = (span - y) / (beyond_y - y)
            kept.append((x + part * (beyond_x - x), span))
    return kept


def _axes(span: float, scale: float) -> str:
    """Draw a rule at every power of ten, named both ways, and what the axes are."""
    parts = [text(4, 13, "p-values as they were", "start")]
    for power in range(0, int(span) + 1, math.ceil(span / MOST_TICKS)):
        label, away = f"{10**-power:.{power}f}", power * scale
        colour = RULE if power else INK
        parts.append(line(START, BASE - away, END, BASE - away, colour))
        parts.append(line(START + away, TOP, START + away, BASE, colour))
        parts.append(text(START - 6, BASE - away + 4, label, "end"))
        parts.append(text(START + away, BASE + 17, label, "middle"))
    parts.append(text(END, BASE + 36, "p-values as they should be", "end"))
    return "".join(parts)


def _gate(level: float, ratio: float, scale: float) -> str:
    """Draw the bar that no trusted line crosses."""
    y = BASE + math.log10(level) * scale
    end = START - math.log10(level * ratio) * scale
    bar = f"M{START} {px(y)}H{px(end)}m0 -5v10"
    return _path(bar, INK, 3)


def _gate_label(level: float, ratio: float, scale: float) -> str:
    """Name the bar over whatever lines there are, with a rim to keep it legible."""
    y = BASE + math.log10(level) * scale - 7
    label = f"gate: {significant(ratio)} × at {level:g}"
    return f"{RIM}{text(START + 5, y, label, 'start')}</g>"


def _curve(places: Sequence[Point], colour: str, wide: int, dash: str = "") -> str:
    steps = "L".join(f"{px(x)} {px(y)}" for x, y in places)
    return _path("M" + steps, colour, wide, dash)


def _path(shape: str, colour: str, wide: int, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{wide}"'
        f"{dashed}/>"
    )


def _labels(ends: Sequence[tuple[Point, int, str]]) -> list[str]:
    """Write numbers at the right, one below the other, each led to from its line."""
    parts, lowest = [], 0.0
    # From the top, and there from the left, so that no two leaders cross.
    for (x, y), number, colour in sorted(ends, key=lambda end: (end[0][1], end[0][0])):
        lowest = max(y, lowest + LABEL)
        parts.append(_curve([(x, y), (END + 3, lowest)], colour, 1, "1 3"))
        parts.append(text(END + 7, lowest + 4, str(number), "start"))
    return parts


def _in_words(lines: Sequence[QQLine], level: float, ratio: float) -> str:
    n, refused = len(lines), sum(one.refused for one in lines)
    worst = ", ".join(str(one.number) for one in lines[:MOST_LABELLED])
    return (
        f"{n} {'line' if n == 1 else 'lines'} beside a diagonal, on which p-values are "
        f"as they should be; {refused} of {n} above the gate of {significant(ratio)} "
        f"times as many at {level:g}. From the largest ratio there, by their numbers "
        f"in the table of tests: {worst}."
    )
