"""What all series of a file must share: moments in order, and shares of tests.

Both can only be told once all records of a file are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rasad.connectivity.series import Series


def uniform(called: str, series: Sequence[Series]) -> tuple[list[Series], list[str]]:
    """Return series with each moment once and failed tests as shares, and what changed.

    Parameters
    ----------
    called : str
        What a person calls the file.
    series : sequence of Series
        All of one file, in UTC.

    Notes
    -----
    A clock that goes forward skips an hour. Times that name the skipped one fall on the
    next: of two values of one moment the first in the file's order of time stands.

    Failed tests are counts if any value of the file is above 1: a place where one test
    of a thousand failed holds no value above it, and is no place where all did.

    Examples
    --------
    >>> few, many = (Series("IR", name, "file", "dns", "anomalies", 1, np.arange(2),
    ...     np.array([1.0, count]), out_of=np.array([100.0, 100.0]))
    ...     for name, count in (("A", 0.0), ("B", 50.0)))
    >>> found, notes = uniform("x.csv", [few, many])
    >>> [one.values.tolist() for one in found]
    [[0.01, 0.0], [0.01, 0.5]]
    >>> notes
    ['x.csv: failed tests are counts, and are divided by the tests that were made.']
    """
    once = [_once(one) for one in series]
    lost = sum(len(one.times_us) for one in series) - sum(
        len(one.times_us) for one in once
    )
    notes = []
    if lost:
        notes.append(
            f"{called}: {lost:,} values name an hour that the clock skipped, and are "
            "left out where the next hour has values of its own."
        )
    shares, more = _shares(called, once)
    return shares, notes + more


def _once(one: Series) -> Series:
    if (np.diff(one.times_us) > 0).all():
        return one
    times, first = np.unique(one.times_us, return_index=True)
    tests = None if one.out_of is None else one.out_of[first]
    return replace(one, times_us=times, values=one.values[first], out_of=tests)


def _shares(called: str, series: Sequence[Series]) -> tuple[list[Series], list[str]]:
    counted = [
        one.reading == "anomalies" and one.out_of is not None and (one.values > 1).any()
        for one in series
    ]
    if not any(counted):
        return list(series), []
    found, odd = zip(*map(_divided, series), strict=True)
    too_many = sum(odd)
    notes = [
        f"{called}: failed tests are counts, and are divided by the tests that were "
        "made."
    ]
    if too_many:
        notes.append(
            f"{called}: {too_many:,} values are more failed tests than were made, and "
            "are gaps."
        )
    return list(found), notes


def _divided(one: Series) -> tuple[Series, int]:
    """Return failed tests as a share of all, and how many values could be none.

    Where more failed than were made, or none was made, nothing is known.
    """
    if one.reading != "anomalies" or one.out_of is None:
        return one, 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = one.values / one.out_of
    odd = np.isfinite(one.values) & ~(share <= 1)
    return replace(one, values=np.where(odd, np.nan, share)), int(odd.sum())
