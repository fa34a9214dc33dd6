"""Drawings of amounts: classes of gaps, and what was seen beside what was expected."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rasad.charts.svg import (
    BLUE,
    INK,
    LEFT,
    ORANGE,
    PLOT,
    RIGHT,
    RULE,
    WIDTH,
    Svg,
    box,
    drawing,
    legend,
    line,
    px,
    text,
)


def gap_histogram(
    bounds_s: Sequence[tuple[int, int]], group: Sequence[int], everyone: Sequence[int]
) -> Svg:
    """Draw how far apart a group's co-actions lie, against those of all accounts.

    Parameters
    ----------
    bounds_s : sequence of (int, int)
        Lower and upper bound of each class in seconds.
    group, everyone : sequence of int
        Post pairs in each class. Both are drawn as shares of their own sum.

    Examples
    --------
    >>> "<title>" in gap_histogram([(0, 1), (1, 10)], [3, 1], [5, 95])
    True
    """
    of_group, of_all = _shares(group), _shares(everyone)
    top, base = 30, 190
    highest = max([*of_group, *of_all, 0.01])
    wide = PLOT / max(len(bounds_s), 1)
    parts = [legend([(BLUE, "this group"), (ORANGE, "all accounts")])]
    parts.extend(_share_rules(highest, top, base))
    for place, (low, high) in enumerate(bounds_s):
        x = LEFT + place * wide
        tall = (base - top) * of_group[place] / highest
        parts.append(box(x + 2, base - tall, wide - 4, tall, BLUE))
        parts.append(text(x + wide / 2, base + 16, _class_label(low, high), "middle"))
    heights = [base - (base - top) * share / highest for share in of_all]
    parts.append(_steps(heights, wide))
    return drawing(
        base + 30,
        "How far apart the co-actions lie",
        f"Share of post pairs by their gap: bars for the group ({sum(group)} pairs), "
        f"a stepped line for all accounts ({sum(everyone)} pairs).",
        parts,
    )


def comparison(observed: float, expected: float) -> Svg:
    """Draw what was seen above what chance would give.

    Examples
    --------
    >>> "expected" in comparison(120, 3.5)
    True
    """
    scale = (PLOT - 150) / max(observed, expected, 1e-9)
    parts = []
    rows = (("observed", observed, BLUE), ("expected", expected, ORANGE))
    for place, (label, value, colour) in enumerate(rows):
        y = 6 + 26 * place
        wide = max(value * scale, 1.0)
        parts.append(text(LEFT + 30, y + 14, label, "end"))
        parts.append(box(LEFT + 40, y, wide, 18, colour))
        parts.append(text(LEFT + 48 + wide, y + 14, significant(value), "start"))
    return drawing(
        60,
        "Observed and expected",
        f"{significant(observed)} observed, {significant(expected)} expected "
        "under chance.",
        parts,
    )


def significant(value: float) -> str:
    """Return a number to three significant digits, without an exponent above 0.001.

    Examples
    --------
    >>> significant(1234.5), significant(0.0123), significant(7.0)
    ('1,234', '0.0123', '7')
    """
    if value and abs(value) < 0.001:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]


def _share_rules(highest: float, top: int, base: int) -> list[str]:
    """Draw the base line and one rule at a round share below the highest bar."""
    unit = 10 ** math.floor(math.log10(highest))
    share = unit * math.floor(highest / unit)
    y = base - (base - top) * share / highest
    return [
        line(LEFT, base, WIDTH - RIGHT, base, INK),
        line(LEFT, y, WIDTH - RIGHT, y, RULE),
        text(LEFT - 6, y + 4, f"{share * 100:.3g} %", "end"),
        text(LEFT - 6, base + 4, "0 %", "end"),
    ]


def _steps(heights: Sequence[float], wide: float) -> str:
    drawn = "".join(
        f"{'L' if place else 'M'}{px(LEFT + place * wide)} {px(y)}h{px(wide)}"
        for place, y in enumerate(heights)
    )
    shape = drawn or "M0 0"
    return f'<path d="{shape}" fill="none" stroke="{ORANGE}" stroke-width="2.5"/>'


def _class_label(low_s: int, high_s: int) -> str:
    """Return a class of gaps in few characters."""
    for unit, name in ((3600, "h"), (60, "min"), (1, "s")):
        if high_s >= unit and high_s % unit == 0 and (low_s % unit == 0):
            return f"{low_s // unit}–{high_s // unit} {name}"
    return f"{low_s}–{high_s} s"
