"""Draw how time and memory grow with the number of actions, one line per window.

Both axes are logarithmic, so a line's slope is the exponent of growth: one means twice
the actions in twice the time. The drawing is a file of its own, not part of a page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDE, TALL = 960, 420
TOP, BASE, LEFT = 48, 370, 64
GAP = 76
PLOT = (WIDE - 2 * LEFT - GAP) / 2
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Of Okabe and Ito (2008), told apart by every kind of eye."""
INK, RULE = "#222222", "#d9d9d9"

Points = Sequence[tuple[float, float]]


def exponent(points: Points) -> float:
    """Return the slope of a line through points on logarithmic axes (least squares).

    >>> round(exponent([(1, 2), (10, 20), (100, 200)]), 6)
    1.0
    """
    x = [math.log(point[0]) for point in points]
    y = [math.log(point[1]) for point in points]
    middle = sum(x) / len(x)
    spread = sum((value - middle) ** 2 for value in x)
    return sum((a - middle) * b for a, b in zip(x, y, strict=True)) / spread


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis: the range of its values and of its places."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return where a value lies."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Return the powers of ten inside."""
        first, last = math.log10(self.low), math.log10(self.high)
        return [10.0**n for n in range(math.ceil(first), math.floor(last) + 1)]


def growth(panels: Mapping[str, Mapping[str, Points]]) -> str:
    """Return panels side by side, each with a line per window, as SVG."""
    parts = []
    if not any(panels.values()):
        return ""
    for number, (title, lines) in enumerate(panels.items()):
        parts.append(panel(title, lines, LEFT + number * (PLOT + GAP)))
    parts.append(legend(list(next(iter(panels.values()), {}))))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">'
        f"<title>Growth with the number of actions</title>{''.join(parts)}</svg>\n"
    )


def panel(title: str, lines: Mapping[str, Points], left: float) -> str:
    """Draw one panel."""
    points = [point for line in lines.values() for point in line]
    across = around([x for x, _ in points], left, left + PLOT)
    up = decades([y for _, y in points], BASE, TOP)
    parts = [text(left, TOP - 10, title, "start")]
    parts += [upright(across, value) for value in across.ticks]
    parts += [level(up, value, left) for value in up.ticks]
    for colour, line in zip(COLOURS * 2, lines.values(), strict=False):
        places = [(across.place(x), up.place(y)) for x, y in line]
        parts.append(drawn(places, colour))
    return "".join(parts)


def around(values: Sequence[float], start: float, end: float) -> Axis:
    """Return an axis that holds all values, with a little room."""
    return Axis(min(values) / 1.3, max(values) * 1.3, start, end)


def decades(values: Sequence[float], start: float, end: float) -> Axis:
    """Return an axis from one power of ten to another."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return Axis(10 ** math.floor(low), 10 ** math.floor(high + 1), start, end)


def upright(axis: Axis, value: float) -> str:
    """Draw a rule at a number of actions."""
    x = axis.place(value)
    label = f"{value:,.0f}"
    return rule(x, BASE, x, TOP) + text(x, BASE + 18, label, "middle")


def level(axis: Axis, value: float, left: float) -> str:
    """Draw a rule at a time or an amount of memory."""
    y = axis.place(value)
    return rule(left, y, left + PLOT, y) + text(left - 6, y + 4, f"{value:,g}", "end")


def drawn(places: Points, colour: str) -> str:
    """Draw a line and its points."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        for x, y in places
    )
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def legend(names: Sequence[str]) -> str:
    """Draw which colour is which window."""
    parts = []
    for number, (colour, name) in enumerate(zip(COLOURS * 2, names, strict=False)):
        x = LEFT + number * 120
        parts.append(f'<rect x="{x}" y="6" width="12" height="12" fill="{colour}"/>')
        parts.append(text(x + 18, 16, name, "start"))
    return "".join(parts)


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    """Draw a thin line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{RULE}"/>'
    )


def text(x: float, y: float, label: str, anchor: str) -> str:
    """Write a label."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(label)}</text>'
    )
