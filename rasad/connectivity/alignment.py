"""Two series of one place on one clock: the finer is averaged to coarser steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rasad.connectivity.series import Int, Real, Series, failed_share
from rasad.errors import NotEnoughDataError

COVERED = 0.5
"""Share of a step that must have been measured for its mean to stand for it."""


def aligned(one: Series, other: Series) -> tuple[Series, Series]:
    """Return both series at the moments that both have, in the coarser one's steps.

    Parameters
    ----------
    one, other : Series
        Of the same place.

    Returns
    -------
    tuple of Series
        Both with the same `times_us` and `step_us`. A step of which less than half was
        measured is left out.

    Raises
    ------
    NotEnoughDataError
        If they have no step in common.

    Examples
    --------
    >>> hours = Series("IR", "", "a", "x", "usage", 1, np.arange(6), np.arange(6.0))
    >>> threes = Series("IR", "", "b", "y", "usage", 3, np.array([0, 3]), np.ones(2))
    >>> [each.values.tolist() for each in aligned(hours, threes)]
    [[1.0, 4.0], [1.0, 1.0]]
    """
    step = max(one.step_us, other.step_us)
    first, second = coarser(one, step), coarser(other, step)
    here, there = common(first, second)
    # Of two that begin within one step, the second has the clock of the first.
    return at(first, here), replace(at(second, there), times_us=first.times_us[here])


def common(one: Series, other: Series) -> tuple[Int, Int]:
    """Return the places of both series that lie in one step.

    Parameters
    ----------
    one, other : Series
        With the same `step_us`.

    Raises
    ------
    NotEnoughDataError
        If there are none.
    """
    step = one.step_us
    _, here, there = np.intersect1d(
        one.times_us // step, other.times_us // step, return_indices=True
    )
    if not len(here):
        raise NotEnoughDataError(
            f"{one.metric} ({one.source}) and {other.metric} ({other.source}) have no "
            "time in common",
            "give series that overlap",
        )
    return here, there


def coarser(series: Series, step: int) -> Series:
    """Return a series in longer steps, the means of those at least half measured.

    Of failed tests the sums of counts are divided, not the shares averaged.
    """
    if series.step_us >= step:
        return series
    known = np.isfinite(series.values)
    slots, place = np.unique(series.times_us[known] // step, return_inverse=True)
    n = np.bincount(place, minlength=len(slots))
    enough = n * series.step_us >= COVERED * step
    tests: Real | None = None
    weights, values = np.ones(len(place)), series.values[known]
    if series.out_of is not None:
        told = series.out_of[known].astype(np.float64)
        tests = np.asarray(np.bincount(place, told, len(slots))[enough], np.float64)
        if series.reading == "anomalies":
            weights, values = np.nan_to_num(told), failed_share(series)[known]
    heavy = np.bincount(place, weights, len(slots))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, values * weights, len(slots)) / heavy
    return replace(
        series,
        step_us=step,
        times_us=slots[enough] * step,
        values=mean[enough],
        out_of=tests,
    )


def at(series: Series, places: Int) -> Series:
    """Return a series at some places."""
    tests = series.out_of
    return replace(
        series,
        times_us=series.times_us[places],
        values=series.values[places],
        out_of=None if tests is None else tests[places],
    )
