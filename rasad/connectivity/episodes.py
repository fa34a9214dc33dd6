"""An episode: a run of measurements far below what was expected of one series."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.series import Real, Series, failed_share

LEAST_TESTS = 30


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a series should show, moment by moment, NaN where nobody can say.

    Parameters
    ----------
    middle : ndarray of float64, shape (n,)
        Prediction from earlier values alone.
    low, high : ndarray of float64, shape (n,)
        Prediction interval.
    spread : ndarray of float64, shape (n,), optional
        Standard error of the logarithm of a value around the prediction.
    common : ndarray of float64, shape (n,), optional
        The part of it that all values of a day share.
    """

    middle: Real
    low: Real
    high: Real
    spread: Real | None = None
    common: Real | None = None


@dataclass(frozen=True)
class Episode:
    """A run of measurements below their interval.

    Parameters
    ----------
    series : Series
        The series it was found in.
    expected : Expected
        Of the whole series.
    first, last : int
        Places of the first and the last measurement of the run.
    settled : bool
        The low values became the new normal; nothing says that they ended.
    trusted : ndarray of float64, shape (n,), optional
        What `falls` returns of the series, NaN where the instrument is no witness.
    """

    series: Series
    expected: Expected
    first: int
    last: int
    settled: bool = False
    trusted: Real | None = field(default=None, repr=False)

    @property
    def values(self) -> Real:
        """Values of the whole series that fall in an outage."""
        return falls(self.series) if self.trusted is None else self.trusted

    @property
    def begin_us(self) -> int:
        """Begin of the first low measurement."""
        return int(self.series.times_us[self.first])

    @property
    def end_us(self) -> int:
        """End of the last low measurement."""
        return int(self.series.times_us[self.last]) + self.series.step_us

    @property
    def open(self) -> bool:
        """Whether nothing normal was measured after it."""
        after = self.values[self.last + 1 :]
        return self.settled or not np.isfinite(after).any()

    @property
    def ratios(self) -> Real:
        """Measured over expected, per measurement of the run."""
        run = slice(self.first, self.last + 1)
        middle = self.expected.middle[run]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.values[run] / middle, dtype=np.float64)

    @property
    def depth(self) -> float:
        """Largest relative drop, 0 to 1."""
        return float(np.clip(1 - np.nanmin(self.ratios), 0, 1))

    @property
    def severity(self) -> float:
        """Relative drop times hours, over what was measured of the run."""
        drops = float(np.nansum(np.clip(1 - self.ratios, 0, 1)))
        return drops * self.series.step_us / HOUR_US


def falls(series: Series) -> Real:
    """Return values that fall in an outage, whatever the series measures.

    Of failed tests it is the share that passed: counts are held against the number of
    tests, shares against 1. A share of fewer than `LEAST_TESTS` tests tells nothing,
    nor does what is below zero. Of how many tests a share is made, not all files say.

    Examples
    --------
    >>> falls(Series("IR", "", "ooni", "dns", "anomalies", 1, np.array([0, 1]),
    ...     np.array([50.0, 80.0]), out_of=np.array([100.0, 100.0]))).round(3).tolist()
    [0.5, 0.2]
    """
    if series.reading != "anomalies":
        return _not_negative(series.values)
    share = failed_share(series)
    if series.out_of is not None:
        share = np.where(series.out_of < LEAST_TESTS, np.nan, share)
    return _not_negative(1 - share)


def _not_negative(values: Real) -> Real:
    """Leave out what is less than nothing: of it no drop can be told."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(values >= 0, values, np.nan), dtype=np.float64)


def runs(marked: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and last place of every unbroken run of marks.

    Examples
    --------
    >>> runs(np.array([False, True, True, False, True]))
    [(1, 2), (4, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.view(np.int8), [0]))))
    pairs = edges.reshape(-1, 2)
    return [(int(first), int(after) - 1) for first, after in pairs]
