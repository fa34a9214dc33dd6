"""Drawings of outages: what was measured, what was expected, and where it went dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rasad.charts.amounts import significant
from rasad.charts.over_time import moment, time_axis
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

BAND = "#d0d4d9"
DARK = "#fbe3d2"
ODD = "#f3ecc0"
"""Grounds of what is expected, of an outage, and of what only looks like one."""

MOST_POINTS = 1800
TOP, BASE = 34, 234
ROW = 15
SHADES = ("nothing measured of what was expected", "half of it", "all of it")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A series beside its expectation; None where there is nothing.

    Begins of measurements are in microseconds since 1970 UTC, in order.
    """

    times_us: Sequence[int]
    step_us: int
    values: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Marked:
    """An outage in a drawing, by the number that the table beside it has."""

    number: int
    start_us: int
    end_us: int
    low_us: int
    high_us: int
    artefact: bool = False


def outage_chart(
    measured: Measured, marked: Sequence[Marked], start_us: int, end_us: int
) -> Svg:
    """Draw a series over its interval, with the outages behind it.

    Parameters
    ----------
    measured : Measured
        The series; of many points the lowest in each column is drawn.
    marked : sequence of Marked
        Outages, drawn from their best onset on; a bracket shows the onset's interval.
    start_us, end_us : int
        Span of time.

    Examples
    --------
    >>> series = Measured(times_us=[0, 10, 20], step_us=10, values=[5, None, 1],
    ...     low=[4, 4, 4], high=[6, 6, 6])
    >>> outage_chart(series, [], 0, 30).count("<path")
    2
    """
    shown = _thinned(measured, start_us, end_us)
    place = _Places(start_us, end_us, _highest(shown))
    entries = [(BLUE, "measured")]
    if any(value is not None for value in shown.high):
        entries.append((BAND, "expected"))
    if any(not one.artefact for one in marked):
        entries.append((DARK, "outage"))
    if any(one.artefact for one in marked):
        entries.append((ODD, "failed monitor, disaster, holiday, or unexplained"))
    parts = [legend(entries)]
    parts += [_ground(place, one) for one in marked]
    parts += _rules(place)
    parts.append(_band(place, shown))
    parts.append(_path(place, shown))
    parts += _labels(place, marked)
    parts.append(time_axis(BASE, start_us, end_us))
    return drawing(BASE + 34, "Measured and expected", _said(shown, marked), parts)


@dataclass(frozen=True, kw_only=True)
class DarkRow:
    """A region in the drawing of regions: measured over expected, and when dark."""

    number: int
    ratios: Sequence[float | None]
    dark_us: int | None


def dark_rows(rows: Sequence[DarkRow], start_us: int, step_us: int) -> Svg:
    """Draw how dark each region was, one line per region.

    Parameters
    ----------
    rows : sequence of DarkRow
        From top to bottom, all of the same length.
    start_us, step_us : int
        Begin of the first cell and width of a cell, microseconds.

    Examples
    --------
    >>> dark_rows([DarkRow(number=1, ratios=[1.0, 0.1], dark_us=10)], 0, 10)[:4]
    '<svg'
    """
    cells = max((len(row.ratios) for row in rows), default=1)
    end_us = start_us + cells * step_us
    parts = [legend([(_shade(n / 2), name) for n, name in enumerate(SHADES)])]
    for place, row in enumerate(rows):
        y = 26 + ROW * place
        parts.append(text(LEFT - 8, y + 11, str(row.number), "end"))
        parts += _cells(row.ratios, PLOT / cells, y)
        if row.dark_us is not None and start_us <= row.dark_us <= end_us:
            x = LEFT + PLOT * (row.dark_us - start_us) / max(end_us - start_us, 1)
            parts.append(box(x - 1, y, 2.5, ROW - 2, INK))
    base = 26 + ROW * len(rows) + 4
    parts.append(time_axis(base, start_us, end_us))
    dark = sum(row.dark_us is not None for row in rows)
    return drawing(
        base + 34,
        "Regions going dark",
        f"{len(rows)} regions, numbered as in the table; {dark} went dark, at the "
        f"black mark, from {moment(start_us)} to {moment(end_us)} UTC.",
        parts,
    )


class _Places:
    """From moments and values to coordinates."""

    def __init__(self, start_us: int, end_us: int, highest: float) -> None:
        self.start, self.span = start_us, max(end_us - start_us, 1)
        self.highest = highest * 1.04

    def x(self, us: float) -> float:
        return LEFT + PLOT * min(max((us - self.start) / self.span, 0.0), 1.0)

    def y(self, value: float) -> float:
        return BASE - (BASE - TOP) * min(max(value / self.highest, 0.0), 1.0)


def _highest(shown: Measured) -> float:
    """Return what the axis must hold: all values, and bounds that are not far above."""
    values = max([value for value in shown.values if value is not None] or [0.0])
    bounds = max([value for value in shown.high if value is not None] or [0.0])
    return max(values, min(bounds, 1.25 * values)) or 1.0


def _thinned(measured: Measured, start_us: int, end_us: int) -> Measured:
    """Leave out what is outside, and of many points all but the lowest of a column.

    What is expected is drawn as wide as it is anywhere in the column.
    """
    inside = [
        n
        for n, us in enumerate(measured.times_us)
        if us + measured.step_us > start_us and us < end_us
    ]
    each = max(1, math.ceil(len(inside) / MOST_POINTS))
    columns = [inside[n : n + each] for n in range(0, len(inside), each)]
    return Measured(
        times_us=[measured.times_us[column[0]] for column in columns],
        step_us=measured.step_us * each,
        values=[_of(min, measured.values, column) for column in columns],
        low=[_of(min, measured.low, column) for column in columns],
        high=[_of(max, measured.high, column) for column in columns],
    )


def _of(
    chosen: Callable[[list[float]], float],
    values: Sequence[float | None],
    column: Iterable[int],
) -> float | None:
    known = [value for n in column if (value := values[n]) is not None]
    return chosen(known) if known else None


def _stretches(shown: Measured, *known: Sequence[float | None]) -> list[list[int]]:
    """Cut the series where something is missing: a gap is not bridged by a line."""
    stretches: list[list[int]] = [[]]
    for n, us in enumerate(shown.times_us):
        missing = any(values[n] is None for values in known)
        late = stretches[-1] and us - shown.times_us[n - 1] > 1.5 * shown.step_us
        if (missing or late) and stretches[-1]:
            stretches.append([])
        if not missing:
            stretches[-1].append(n)
    return [stretch for stretch in stretches if stretch]


def steps_per_column(measured: Measured) -> int:
    """Return how many measurements share a column; of several the lowest is drawn."""
    return max(1, math.ceil(len(measured.times_us) / MOST_POINTS))


def _path(place: _Places, shown: Measured) -> str:
    """Draw measurements as steps: each holds from its begin to its end."""
    drawn = []
    for stretch in _stretches(shown, shown.values):
        for first, n in enumerate(stretch):
            y = px(place.y(shown.values[n] or 0.0))
            x = px(place.x(shown.times_us[n] + shown.step_us))
            begin = f"M{px(place.x(shown.times_us[n]))} {y}" if not first else f"V{y}"
            drawn.append(f"{begin}H{x}")
    shape = "".join(drawn) or "M0 0"
    return f'<path d="{shape}" fill="none" stroke="{BLUE}" stroke-width="1.6"/>'


def _band(place: _Places, shown: Measured) -> str:
    drawn = []
    for stretch in _stretches(shown, shown.low, shown.high):
        times = [shown.times_us[n] for n in stretch]
        edges = [*times, times[-1] + shown.step_us]
        high = [place.y(shown.high[n] or 0.0) for n in stretch]
        low = [place.y(shown.low[n] or 0.0) for n in stretch]
        upper = zip(edges, [*high, high[-1]], strict=True)
        lower = zip(reversed(edges), reversed([*low, low[-1]]), strict=True)
        around = [f"{px(place.x(us))} {px(y)}" for us, y in (*upper, *lower)]
        drawn.append("M" + "L".join(around) + "z")
    shape = "".join(drawn) or "M0 0"
    return f'<path d="{shape}" fill="{BAND}" fill-opacity="0.75"/>'


def _ground(place: _Places, one: Marked) -> str:
    x = place.x(one.start_us)
    wide = max(place.x(one.end_us) - x, 2.0)
    return box(x, TOP, wide, BASE - TOP, ODD if one.artefact else DARK)


def _labels(place: _Places, marked: Sequence[Marked]) -> list[str]:
    """Write the number of each outage over a bracket: the interval of its onset."""
    parts: list[str] = []
    free = 0.0
    for one in marked:
        left, right = place.x(one.low_us), place.x(one.high_us)
        bracket = (
            f"M{px(left)} {TOP + 4}V{TOP - 2}H{px(max(right, left + 1))}V{TOP + 4}"
        )
        parts.append(f'<path d="{bracket}" fill="none" stroke="{ORANGE}"/>')
        x = (left + right) / 2
        if x >= free:
            parts.append(text(x, TOP - 6, str(one.number), "middle"))
            free = x + 10 + 7 * len(str(one.number))
    return parts


def _rules(place: _Places) -> list[str]:
    unit = 10 ** math.floor(math.log10(place.highest))
    step = next(
        s for s in (unit / 2, unit, 2 * unit, 5 * unit) if place.highest / s < 5
    )
    parts = []
    for n in range(int(place.highest / step) + 1):
        y = place.y(n * step)
        parts.append(line(LEFT, y, WIDTH - RIGHT, y, RULE))
        parts.append(text(LEFT - 6, y + 4, _short(n * step), "end"))
    return parts


def _short(value: float) -> str:
    """Write a number so that it fits beside the axis."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            return f"{value / (1e3 if letter == 'k' else size):g}{letter}"
    return significant(value)


def _cells(ratios: Sequence[float | None], wide: float, y: float) -> list[str]:
    """Draw neighbouring cells of one shade as one box."""
    parts, first = [], 0
    shades = [None if ratio is None else _shade(ratio) for ratio in ratios]
    for n in range(1, len(shades) + 1):
        if n < len(shades) and shades[n] == shades[first]:
            continue
        shade = shades[first]
        if shade is not None:
            x = LEFT + first * wide
            parts.append(box(x, y, (n - first) * wide, ROW - 2, shade))
        first = n
    return parts


def _shade(ratio: float) -> str:
    """Return a colour between pale blue and dark orange, in ten steps."""
    dark = round((1 - min(max(ratio, 0.0), 1.0)) * 10) / 10
    pale, deep = (0xE8, 0xF2, 0xF9), (0xB3, 0x43, 0x00)
    mixed = (round(a + (b - a) * dark) for a, b in zip(pale, deep, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _said(shown: Measured, marked: Sequence[Marked]) -> str:
    known = [value for value in shown.values if value is not None]
    if not known:
        return "Nothing was measured."
    said = ", ".join(f"{one.number} from {moment(one.start_us)}" for one in marked[:20])
    return (
        f"Values from {significant(min(known))} to {significant(max(known))}; "
        f"{len(marked)} marked: {said or 'none'} (UTC)."
    )
