"""Two series of one place on one clock: the finer is averaged to coarser steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rasad.connectivity.series import Real, Series
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
    first, second = _coarser(one, step), _coarser(other, step)
    _, here, there = np.intersect1d(
        first.times_us // step, second.times_us // step, return_indices=True
    )
    if not len(here):
        raise NotEnoughDataError(
            f"{one.metric} ({one.source}) and {other.metric} ({other.source}) have no "
            "time in common",
            "give series that overlap",
        )
    return _at(first, here), _at(second, there)


def _coarser(series: Series, step: int) -> Series:
    if series.step_us >= step:
        return series
    known = np.isfinite(series.values)
    slots, place = np.unique(series.times_us[known] // step, return_inverse=True)
    n = np.bincount(place, minlength=len(slots))
    values = np.bincount(place, series.values[known], len(slots)) / np.maximum(n, 1)
    enough = n * series.step_us >= COVERED * step
    tests: Real | None = None
    if series.out_of is not None:
        sums = np.bincount(place, series.out_of[known], len(slots))
        tests = sums[enough].astype(np.float64)
    return replace(
        series,
        step_us=step,
        times_us=slots[enough] * step,
        values=values[enough],
        out_of=tests,
    )


def _at(series: Series, places: np.ndarray) -> Series:
    tests = series.out_of
    return replace(
        series,
        times_us=series.times_us[places],
        values=series.values[places],
        out_of=None if tests is None else tests[places],
    )
