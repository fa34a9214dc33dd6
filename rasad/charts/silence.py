"""A group and its control through an outage, and the outage among placebo dates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rasad.charts.amounts import significant
from rasad.charts.over_time import moment, time_axis
from rasad.charts.svg import (
    BLUE,
    GREY,
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

TOP, BASE = 34, 190
LOW, FLOOR = 272, 372
"""Top and base of the course of time, and of the placebo dates below it."""

SHADE = "#efe6d5"
LOUDEST = 3.0
"""Ratios above which a line is cut: what is drawn is a silence."""

CLASSES = 60


@dataclass(frozen=True, kw_only=True)
class Course:
    """Active accounts over expected ones, in equal columns of at least an hour.

    Parameters
    ----------
    start_us, bin_us : int
        First column and width, microseconds since 1970 UTC.
    group, control : sequence of float
        Ratios; NaN where nothing was collected.
    dark_us : (int, int)
        Begin and end of the outage.
    """

    start_us: int
    bin_us: int
    group: Sequence[float]
    control: Sequence[float]
    dark_us: tuple[int, int]


def silence_chart(course: Course, placebo: Sequence[float], d1: float) -> Svg:
    """Draw a group beside its control through an outage, and D1 among placebo dates.

    Parameters
    ----------
    course : Course
        Ratios over time.
    placebo : sequence of float
        D1 of the placebo dates.
    d1 : float
        That of the outage.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> course = Course(start_us=0, bin_us=hour, group=[1.0, 0.1, 1.0],
    ...     control=[1.0, 1.1, 0.9], dark_us=(hour, 2 * hour))
    >>> silence_chart(course, [-0.2, 0.0, 0.1], -2.0).count("<title>")
    1
    """
    entries = [(BLUE, "the group"), (ORANGE, "its control"), (SHADE, "outage")]
    parts = [legend(entries), *_course(course), *_placebos(placebo, d1)]
    lower = sum(value <= d1 for value in placebo)
    return drawing(
        FLOOR + 44,
        "The group and its control through the outage",
        f"Active accounts over expected ones from {moment(course.start_us)} UTC, and "
        f"below D1 of {len(placebo)} placebo dates, {lower} of them as low as the "
        f"{significant(d1)} of the outage.",
        parts,
    )


def _course(course: Course) -> list[str]:
    n = len(course.group)
    end_us = course.start_us + n * course.bin_us
    span = max(end_us - course.start_us, 1)
    highest = _highest(course)
    begin, end = (
        LEFT + PLOT * (min(max(us, course.start_us), end_us) - course.start_us) / span
        for us in course.dark_us
    )
    parts = [box(begin, TOP, end - begin, BASE - TOP, SHADE)]
    for ratio in (0.0, 0.5, 1.0, 2.0, 3.0):
        if ratio <= highest:
            y = BASE - (BASE - TOP) * ratio / highest
            parts.append(line(LEFT, y, WIDTH - RIGHT, y, RULE if ratio else INK))
            parts.append(text(LEFT - 6, y + 4, f"{ratio:g}", "end"))
    for ratios, colour in ((course.control, ORANGE), (course.group, BLUE)):
        parts.append(_steps(ratios, highest, colour))
    parts.append(time_axis(BASE + 2, course.start_us, end_us))
    parts.append(text(LEFT, BASE + 38, _called(course), "start"))
    return parts


def _called(course: Course) -> str:
    cut = any(ratio > LOUDEST for ratio in (*course.group, *course.control))
    return "active accounts over expected ones" + f", cut at {LOUDEST:g}" * cut


def _highest(course: Course) -> float:
    known = [x for x in (*course.group, *course.control) if not math.isnan(x)]
    return min(max([*known, 1.2]), LOUDEST)


def _steps(ratios: Sequence[float], highest: float, colour: str) -> str:
    """Draw one line of steps, broken where nothing is known."""
    wide = PLOT / max(len(ratios), 1)
    drawn, before = "", math.nan
    for place, ratio in enumerate(ratios):
        if not math.isnan(ratio):
            y = BASE - (BASE - TOP) * min(ratio, highest) / highest
            move = "M" if math.isnan(before) else "L"
            drawn += f"{move}{px(LEFT + place * wide)} {px(y)}h{px(wide)}"
        before = ratio
    return (
        f'<path d="{drawn or "M0 0"}" fill="none" stroke="{colour}" stroke-width="2"/>'
    )


def _placebos(placebo: Sequence[float], d1: float) -> list[str]:
    lowest = min([*placebo, d1, -0.1])
    highest = max([*placebo, 0.1])
    scale = PLOT / (highest - lowest)
    counts = [0] * CLASSES
    for value in placebo:
        place = int((value - lowest) / (highest - lowest) * CLASSES)
        counts[min(place, CLASSES - 1)] += 1
    tall = (FLOOR - LOW) / max([*counts, 1])
    parts = [text(LEFT, LOW - 10, f"D1 on {len(placebo)} placebo dates", "start")]
    wide = PLOT / CLASSES
    parts += [
        box(LEFT + place * wide, FLOOR - n * tall, wide - 1, n * tall, GREY)
        for place, n in enumerate(counts)
        if n
    ]
    parts.append(line(LEFT, FLOOR, WIDTH - RIGHT, FLOOR, INK))
    # Marks too near to each other would be written over each other.
    for value in (lowest, 0.0, highest):
        x = LEFT + (value - lowest) * scale
        anchor = {lowest: "start", highest: "end"}.get(value, "middle")
        parts.append(text(x, FLOOR + 18, f"{value:.2g}", anchor))
    x = LEFT + (d1 - lowest) * scale
    parts.append(box(x - 1.5, LOW, 3, FLOOR - LOW, BLUE))
    anchor = "start" if x < WIDTH - 200 else "end"
    away = 7 if anchor == "start" else -7
    parts.append(text(x + away, LOW + 10, f"the outage: {d1:.2g}", anchor))
    return parts
