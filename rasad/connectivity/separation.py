"""How far a country's own network and its ways abroad part: the closed network at work.

In a shutdown of a closed national network what is at home stays reachable, or used,
while what is abroad is not. Neither series tells that alone; their ratio does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rasad.connectivity.alignment import aligned
from rasad.connectivity.episodes import Expected, falls, runs
from rasad.connectivity.robust import quantum
from rasad.connectivity.seasonal import enough, expectation
from rasad.connectivity.series import Int, Real, Series

WIDE = 1.96
"""Half width of the interval of one moment in standard errors."""

MOST = 6.0
"""Standard errors that one step can add to a run."""


@dataclass(frozen=True, kw_only=True)
class Separation:
    """The separation index of a place over time.

    Parameters
    ----------
    place : str
        Country, or ``country/region``.
    step_us : int
        Step of the coarser series.
    times_us : ndarray of int64, shape (n,)
        Begin of each step, microseconds since 1970 UTC.
    index, low, high : ndarray of float64, shape (n,)
        Logarithm of domestic over international, both as shares of what was expected of
        them, with a 95 % interval; NaN where nothing was expected yet.
    """

    place: str
    step_us: int
    times_us: Int
    index: Real
    low: Real
    high: Real

    @property
    def parted(self) -> npt.NDArray[np.bool_]:
        """Where the domestic network holds up better, by more than chance.

        Runs of steps whose interval lies above nought and whose standard errors add up
        to as much as an outage needs: of many single steps one in forty lies above it
        by chance alone. Steps that nobody measured do not end a run.
        """
        found = np.zeros(len(self.index), dtype=np.bool_)
        known = np.flatnonzero(np.isfinite(self.low))
        with np.errstate(divide="ignore"):
            size = WIDE * self.index[known] / (self.index - self.low)[known]
        size = np.minimum(size, MOST)
        for first, last in runs(self.low[known] > 0):
            if size[first : last + 1].sum() >= enough(self.step_us):
                found[known[first : last + 1]] = True
        return found

    @property
    def lost(self) -> Real:
        """Share of the international side that is lost beyond the domestic, at most 1.

        Negative where the domestic side lost more.
        """
        return np.asarray(1 - np.exp(-self.index))


def separation(domestic: Series, international: Series) -> Separation:
    """Return how far domestic and international connectivity part.

    Parameters
    ----------
    domestic, international : Series
        Of one place; any reading, a fall of which is a loss.

    Returns
    -------
    Separation
        In the steps of the coarser series, where both were measured.

    Raises
    ------
    ValueError
        If they are of different places.
    NotEnoughDataError
        If they have no time in common.

    Notes
    -----
    S = log(d / d') - log(i / i'), d' and i' being the expectations from each series'
    own past (`seasonal.expectation`), with the quantum of the scale added to both
    sides. Its standard error is the root of the sum of both squared, as if errors of
    two instruments were independent; where they rise and fall together the interval is
    too wide, not too narrow. 0: both kept or lost the same share. 1: the international
    side kept 37 % of what the domestic side kept.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> home = np.full(240, 100.0) + np.sin(np.arange(240.0) * 7)
    >>> abroad = home.copy()
    >>> abroad[200:] *= 0.1
    >>> made = lambda name, values: Series("IR", "", name, "up", "reachability", hour,
    ...     np.arange(240) * hour, values)
    >>> found = separation(made("inside", home), made("outside", abroad))
    >>> int(found.parted[:200].sum()), int(found.parted[200:].sum())
    (0, 40)
    >>> round(float(found.lost[220]), 2)
    0.9
    """
    if domestic.place != international.place:
        raise ValueError(f"{domestic.place} is not {international.place}")
    home, abroad = aligned(domestic, international)
    kept_home, error_home = _kept(home)
    kept_abroad, error_abroad = _kept(abroad)
    index = kept_home - kept_abroad
    error = WIDE * np.hypot(error_home, error_abroad)
    return Separation(
        place=domestic.place,
        step_us=home.step_us,
        times_us=home.times_us,
        index=index,
        low=index - error,
        high=index + error,
    )


def _kept(series: Series) -> tuple[Real, Real]:
    """Return the logarithm of measured over expected, and its standard error."""
    expected, _ = expectation(series)
    return log_ratio(series, expected), np.asarray(
        np.full(len(series.values), np.nan)
        if expected.spread is None
        else expected.spread
    )


def log_ratio(series: Series, expected: Expected) -> Real:
    """Return the logarithm of measured over expected; NaN where either is unknown.

    Examples
    --------
    >>> flat = Series("IR", "", "x", "up", "usage", 1, np.arange(2), np.array([1., 2.]))
    >>> middle = np.ones(2)
    >>> log_ratio(flat, Expected(middle=middle, low=middle, high=middle)).round(
    ...     2).tolist()
    [0.0, 0.69]
    """
    values, small = falls(series), quantum(falls(series))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.log((values + small) / (expected.middle + small)))
