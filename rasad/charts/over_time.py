"""Drawings over time: who acted when, and how many posts there were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rasad.charts.svg import (
    BLUE,
    GREY,
    INK,
    LEFT,
    PLOT,
    RIGHT,
    RULE,
    WIDTH,
    Svg,
    drawing,
    legend,
    line,
    px,
    text,
)

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
    parts = [legend([(GREY, "posted"), (BLUE, "acted within the window of another")])]
    for place, row in enumerate(rows):
        y = top + 16 * place + 8
        parts.append(text(LEFT - 8, y + 4, str(row.number), "end"))
        parts.append(line(LEFT, y, WIDTH - RIGHT, y, RULE))
        parts.append(_marks(row.acted, columns, y, GREY, 6))
        parts.append(_marks(row.together, columns, y, BLUE, 12))
    parts.append(time_axis(top + 16 * len(rows) + 4, start_us, end_us))
    return drawing(
        height,
        "Who acted when",
        f"{len(rows)} lines, numbered as in the table of members. Grey marks are "
        f"posts, blue marks are actions within the window of another member, "
        f"from {moment(start_us)} to {moment(end_us)} UTC.",
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
    top, base = 40, 140
    highest = max([*everyone, 1])
    parts = [legend([(GREY, "all posts"), (BLUE, "posts of accounts in groups")])]
    # Above its line and not beside it: numbers of posts grow longer than the margin.
    parts.append(text(LEFT, top - 5, f"{highest:,}", "start"))
    parts.append(line(LEFT, top, WIDTH - RIGHT, top, RULE))
    parts.append(_columns(everyone, highest, top, base, GREY))
    parts.append(_columns(grouped, highest, top, base, BLUE))
    parts.append(time_axis(base, start_us, end_us))
    return drawing(
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
        f"M{px(LEFT + first * wide)} {px(y)}h{px(max(length * wide, 2))}"
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
        f"M{px(LEFT + place * wide)} {base}v-{px((base - top) * count / highest)}"
        f"h{px(wide - 0.5)}V{base}z"
        for place, count in enumerate(counts)
        if count
    )
    return f'<path d="{drawn or "M0 0"}" fill="{colour}"/>'


def time_axis(y: float, start_us: int, end_us: int) -> str:
    """Draw an axis of time with round moments in UTC.

    Examples
    --------
    >>> "01-02 00:00" in time_axis(10, 0, 3 * DAY_US)
    True
    """
    times = tick_times(start_us, end_us)
    pattern = _time_pattern(times)
    parts = [line(LEFT, y, WIDTH - RIGHT, y, INK)]
    span = max(end_us - start_us, 1)
    for us in times:
        x = LEFT + PLOT * (us - start_us) / span
        label = (EPOCH + timedelta(microseconds=us)).strftime(pattern)
        # A label at an edge grows inwards, or the drawing would cut it off.
        anchor = "start" if x < LEFT + 40 else "middle"
        anchor = "end" if x > WIDTH - RIGHT - 40 else anchor
        parts.append(line(x, y, x, y + 5, INK))
        parts.append(text(x, y + 19, label, anchor))
    return "".join(parts)


def _time_pattern(times: Sequence[int]) -> str:
    """Return how much of a date and time the ticks need to differ."""
    if all(us % DAY_US == 0 for us in times):
        return "%Y-%m-%d"
    if any(us % (60 * SECOND_US) for us in times):
        return "%H:%M:%S"
    return "%m-%d %H:%M"
