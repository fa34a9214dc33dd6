"""Drawings as SVG text: pure functions of numbers, the same bytes every time.

No name and no post ever enters a drawing: rows are numbered, and the table beside the
drawing says who they are. So a page can take a drawing as it is, without a way for
hostile text to come along. Colours are presentation attributes, because a page with a
strict content policy ignores `style`. There is no `xmlns`: inside HTML it is implied,
and without it the text holds no address at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

BLUE = "#0072b2"
ORANGE = "#d55e00"
GREY = "#8a8a8a"
INK = "#222222"
RULE = "#d9d9d9"
"""Blue and orange of Okabe and Ito (2008), told apart by every kind of eye."""

WIDTH = 960
LEFT = 48
RIGHT = 16
PLOT = WIDTH - LEFT - RIGHT

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
STEPS_US = tuple(
    int(seconds * SECOND_US)
    for seconds in (
        *(0.001, 0.01, 0.1, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200),
        *(10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000),
        *(7_776_000, 15_552_000, 31_536_000, 157_680_000, 315_360_000),
    )
)
"""Distances between ticks of a time axis."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Svg(str):
    """A drawing made by this module; the only markup a page takes unescaped."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class RasterRow:
    """One account in a raster: its number, and the columns in which it acted.

    `together` are the columns in which it acted within the window of another one.
    """

    number: int
    acted: Sequence[int]
    together: Sequence[int]


def raster(rows: Sequence[RasterRow], columns: int, start_us: int, end_us: int) -> Svg:
    """Draw who acted when: one line per account, time from left to right.

    Parameters
    ----------
    rows : sequence of RasterRow
        Accounts from top to bottom.
    columns : int
        Time columns; column `i` covers the i-th equal part of the span.
    start_us, end_us : int
        Span in microseconds since 1970 UTC.

    Returns
    -------
    Svg

    Examples
    --------
    >>> row = RasterRow(number=1, acted=[0, 3], together=[3])
    >>> raster([row], 10, 0, 3_600_000_000).startswith("<svg")
    True
    """
    height = 16 * len(rows) + 60
    top = 26
    parts = [_legend([(GREY, "posted"), (BLUE, "acted within the window of another")])]
    for place, row in enumerate(rows):
        y = top + 16 * place + 8
        parts.append(_text(LEFT - 8, y + 4, str(row.number), "end"))
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y, RULE))
        parts.append(_marks(row.acted, columns, y, GREY, 6))
        parts.append(_marks(row.together, columns, y, BLUE, 12))
    parts.append(_time_axis(top + 16 * len(rows) + 4, start_us, end_us))
    return _svg(
        height,
        "Who acted when",
        f"{len(rows)} lines, numbered as in the table of members. Grey marks are "
        f"posts, blue marks are actions within the window of another member, "
        f"from {moment(start_us)} to {moment(end_us)} UTC.",
        parts,
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
    parts = [_legend([(BLUE, "this group"), (ORANGE, "all accounts")])]
    parts.extend(_share_rules(highest, top, base))
    for place, (low, high) in enumerate(bounds_s):
        x = LEFT + place * wide
        tall = (base - top) * of_group[place] / highest
        parts.append(_box(x + 2, base - tall, wide - 4, tall, BLUE))
        parts.append(_text(x + wide / 2, base + 16, _class_label(low, high), "middle"))
    heights = [base - (base - top) * share / highest for share in of_all]
    parts.append(_steps(heights, wide))
    return _svg(
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
        parts.append(_text(LEFT + 30, y + 14, label, "end"))
        parts.append(_box(LEFT + 40, y, wide, 18, colour))
        parts.append(_text(LEFT + 48 + wide, y + 14, significant(value), "start"))
    return _svg(
        60,
        "Observed and expected",
        f"{significant(observed)} observed, {significant(expected)} expected "
        "under chance.",
        parts,
    )


def timeline(
    everyone: Sequence[int], grouped: Sequence[int], start_us: int, end_us: int
) -> Svg:
    """Draw posts over time, and among them those of accounts in groups.

    Parameters
    ----------
    everyone, grouped : sequence of int
        Posts in each of equally long columns; `grouped` counts among `everyone`.
    start_us, end_us : int
        Span in microseconds since 1970 UTC.

    Examples
    --------
    >>> timeline([1, 2], [0, 1], 0, 10).count("<path")
    2
    """
    top, base = 30, 130
    highest = max([*everyone, 1])
    parts = [_legend([(GREY, "all posts"), (BLUE, "posts of accounts in groups")])]
    parts.append(_text(LEFT - 8, top + 4, f"{highest:,}", "end"))
    parts.append(_line(LEFT, top, WIDTH - RIGHT, top, RULE))
    parts.append(_columns(everyone, highest, top, base, GREY))
    parts.append(_columns(grouped, highest, top, base, BLUE))
    parts.append(_time_axis(base, start_us, end_us))
    return _svg(
        base + 34,
        "Posts over time",
        f"{sum(everyone)} posts, {sum(grouped)} of them by accounts in groups, from "
        f"{moment(start_us)} to {moment(end_us)} UTC.",
        parts,
    )


def moment(us: int) -> str:
    """Return a time as text to the second.

    Examples
    --------
    >>> moment(0)
    '1970-01-01 00:00:00'
    """
    return (EPOCH + timedelta(microseconds=us)).strftime("%Y-%m-%d %H:%M:%S")


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


def tick_times(start_us: int, end_us: int, most: int = 8) -> list[int]:
    """Return round times inside a span, at most `most` of them.

    Examples
    --------
    >>> tick_times(0, 60_000_000, 3)
    [0, 30000000, 60000000]
    """
    fitting = (step for step in STEPS_US if (end_us - start_us) // step < most)
    step = next(fitting, STEPS_US[-1])
    first = -(-start_us // step) * step
    return list(range(first, end_us + 1, step))[:most]


def _svg(height: float, title: str, description: str, parts: Iterable[str]) -> Svg:
    body = "".join(parts)
    return Svg(
        f'<svg viewBox="0 0 {WIDTH} {_n(height)}" role="img" font-size="12" '
        f'fill="{INK}"><title>{escape(title)}</title><desc>{escape(description)}'
        f"</desc>{body}</svg>"
    )


def _n(value: float) -> str:
    """Write a coordinate with one decimal at most; never in exponent form."""
    return f"{value:.1f}".removesuffix(".0")


def _text(x: float, y: float, label: str, anchor: str) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(label)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'stroke="{colour}"/>'
    )


def _box(x: float, y: float, wide: float, tall: float, colour: str) -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(wide, 0.5))}" '
        f'height="{_n(max(tall, 0))}" fill="{colour}"/>'
    )


def _legend(entries: Sequence[tuple[str, str]]) -> str:
    parts, x = [], float(LEFT)
    for colour, label in entries:
        parts.append(_box(x, 4, 12, 12, colour))
        parts.append(_text(x + 18, 14, label, "start"))
        x += 40 + 7 * len(label)
    return "".join(parts)


def _runs(columns: Iterable[int]) -> list[tuple[int, int]]:
    """Join neighbouring columns to (first, length), so that a full row is one mark."""
    runs: list[tuple[int, int]] = []
    for column in sorted(set(columns)):
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs


def _marks(acted: Iterable[int], columns: int, y: float, colour: str, tall: int) -> str:
    wide = PLOT / columns
    drawn = "".join(
        f"M{_n(LEFT + first * wide)} {_n(y)}h{_n(max(length * wide, 2))}"
        for first, length in _runs(acted)
    )
    if not drawn:
        return ""
    return f'<path d="{drawn}" stroke="{colour}" stroke-width="{tall}"/>'


def _columns(
    counts: Sequence[int], highest: int, top: int, base: int, colour: str
) -> str:
    wide = PLOT / max(len(counts), 1)
    drawn = "".join(
        f"M{_n(LEFT + place * wide)} {base}v-{_n((base - top) * count / highest)}"
        f"h{_n(wide - 0.5)}V{base}z"
        for place, count in enumerate(counts)
        if count
    )
    return f'<path d="{drawn or "M0 0"}" fill="{colour}"/>'


def _time_axis(y: float, start_us: int, end_us: int) -> str:
    times = tick_times(start_us, end_us)
    pattern = _time_pattern(times)
    parts = [_line(LEFT, y, WIDTH - RIGHT, y, INK)]
    span = max(end_us - start_us, 1)
    for us in times:
        x = LEFT + PLOT * (us - start_us) / span
        label = (EPOCH + timedelta(microseconds=us)).strftime(pattern)
        # A label at an edge grows inwards, or the drawing would cut it off.
        anchor = "start" if x < LEFT + 40 else "middle"
        anchor = "end" if x > WIDTH - RIGHT - 40 else anchor
        parts.append(_line(x, y, x, y + 5, INK))
        parts.append(_text(x, y + 19, label, anchor))
    return "".join(parts)


def _time_pattern(times: Sequence[int]) -> str:
    """Return how much of a date and time the ticks need to differ."""
    if all(us % DAY_US == 0 for us in times):
        return "%Y-%m-%d"
    if any(us % (60 * SECOND_US) for us in times):
        return "%H:%M:%S"
    return "%m-%d %H:%M"


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]


def _share_rules(highest: float, top: int, base: int) -> list[str]:
    """Draw the base line and one rule at a round share below the highest bar."""
    unit = 10 ** math.floor(math.log10(highest))
    share = unit * math.floor(highest / unit)
    y = base - (base - top) * share / highest
    return [
        _line(LEFT, base, WIDTH - RIGHT, base, INK),
        _line(LEFT, y, WIDTH - RIGHT, y, RULE),
        _text(LEFT - 6, y + 4, f"{share * 100:.3g} %", "end"),
        _text(LEFT - 6, base + 4, "0 %", "end"),
    ]


def _steps(heights: Sequence[float], wide: float) -> str:
    drawn = "".join(
        f"{'L' if place else 'M'}{_n(LEFT + place * wide)} {_n(y)}h{_n(wide)}"
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
