"""Episodes of one series: runs below the interval with enough evidence behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rasad.connectivity.clocks import local_times
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.episodes import Episode, Expected, falls, runs
from rasad.connectivity.robust import median_of, quantum
from rasad.connectivity.seasonal import (
    MOST,
    SHALLOW,
    STANDARD,
    Model,
    enough,
    expectation,
)
from rasad.connectivity.series import Real, Series

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What makes a run of low values an episode.

    Parameters
    ----------
    least_drop : float
        Smallest relative drop that is of interest.
    most : float
        Standard errors that one value can add.
    back : float
        Standard errors below the expectation within which a value is normal again.
    back_us : int
        Time of normal values after which an outage is over.
    """

    least_drop: float = SHALLOW
    most: float = MOST
    back: float = 2.0
    back_us: int = 3 * 3_600_000_000


USUAL = Rule()
SPIKE = 3.0
"""Times the upper bound from which a rise is looked at as an artefact."""
SPIKE_GONE_US = 7 * DAY_US
THIN, THIN_STEPS = 0.5, 28
"""Share of the coverage of the steps before below which a measurement is not trusted.
"""


@dataclass(frozen=True)
class Watched:
    """A series, what was expected of it, and what stands out.

    Parameters
    ----------
    series : Series
        As measured.
    expected : Expected
        Prediction and interval.
    episodes : list of Episode
        Runs of low values, in order of time.
    spikes : list of (int, int)
        First and last place of every rise that no population of users makes.
    thin : list of (int, int)
        First and last place where the source itself saw too little.
    """

    series: Series
    expected: Expected
    episodes: Sequence[Episode]
    spikes: Sequence[tuple[int, int]]
    thin: Sequence[tuple[int, int]]


def watch(series: Series, model: Model = STANDARD, rule: Rule = USUAL) -> Watched:
    """Find what stands out in one series.

    Parameters
    ----------
    series : Series
        Any reading.
    model, rule : Model, Rule
        How the expectation is made, and what makes an episode.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> noise = np.sin(np.arange(240.0) * 7)
    >>> values = 100 + noise
    >>> values[200:206] -= 40
    >>> found = watch(Series("IR", "", "x", "up", "usage", hour,
    ...     np.arange(240) * hour, values)).episodes
    >>> [(one.first, one.last) for one in found]
    [(200, 205)]
    """
    expected, settled = expectation(series, model)
    thin = _thin(series)
    spikes = _spikes(series, expected)
    values = falls(series).copy()
    for first, last in (*spikes, *thin):
        values[first : last + 1] = np.nan
    whole = Episode(series, expected, 0, 0, trusted=values)
    episodes = _episodes(whole, settled, rule)
    return Watched(series, expected, episodes, spikes, thin)


def standard_errors(series: Series, expected: Expected, values: Real) -> Real:
    """Return how many standard errors below the expectation each value lies."""
    small = quantum(falls(series))
    spread = np.ones(len(values)) if expected.spread is None else expected.spread
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.log((expected.middle + small) / (values + small))
        return np.asarray(error / spread, dtype=np.float64)


def _episodes(whole: Episode, settled: np.ndarray, rule: Rule) -> list[Episode]:
    """Return the runs of a series that are far enough below the interval."""
    series, expected, values = whole.series, whole.expected, whole.values
    errors = standard_errors(series, expected, values)
    with np.errstate(invalid="ignore"):
        low = values < expected.low
        still = low | (errors >= rule.back)
    if series.reading == "usage":
        # What is counted over a step is too little while the step goes on.
        told = np.flatnonzero(np.isfinite(values))
        low[told[-1:]] &= bool(low[told[-2:-1]].any())
    known = np.isfinite(values) & np.isfinite(expected.low)
    back = max(1, math.ceil(rule.back_us / series.step_us))
    days = local_times(series.times_us, series.zone) // max(DAY_US, series.step_us)
    errors = np.where(low, np.minimum(errors, rule.most), 0.0)
    found = []
    for first, last in _joined(runs(still), known, back):
        if errors[first : last + 1].sum() < enough(series.step_us):
            continue
        first += int(np.argmax(low[first : last + 1]))
        episode = replace(whole, first=first, last=last)
        if episode.depth >= rule.least_drop:
            became = (settled >= days[first]) & (settled <= days[last] + 1)
            found.append(replace(episode, settled=bool(became.any())))
    return found


def _joined(
    low: Sequence[tuple[int, int]], known: Marks, back: int
) -> list[tuple[int, int]]:
    """Join runs between which fewer than `back` normal values were measured."""
    joined: list[tuple[int, int]] = []
    for first, last in low:
        between = known[joined[-1][1] + 1 : first].sum() if joined else back
        if between < back:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _spikes(series: Series, expected: Expected) -> list[tuple[int, int]]:
    """Find rises far above the interval of which less than half is left in a week."""
    if series.reading != "usage":
        return []
    values, times = series.values, series.times_us
    with np.errstate(invalid="ignore"):
        far = values > SPIKE * expected.high
    found = []
    for first, last in runs(far & np.isfinite(expected.high)):
        top = first + int(np.nanargmax(values[first : last + 1]))
        soon = (times > times[top]) & (times <= times[top] + SPIKE_GONE_US)
        if np.isfinite(values[soon]).any() and (
            np.nanmin(values[soon]) < values[top] / 2
        ):
            found.append((first, last))
    return found


def _thin(series: Series) -> list[tuple[int, int]]:
    """Find where the coverage that the source tells fell below half of the usual."""
    if series.reading != "usage" or series.out_of is None:
        return []
    before = np.concatenate([np.full(THIN_STEPS, np.nan), series.out_of])
    usual = median_of(np.lib.stride_tricks.sliding_window_view(before, THIN_STEPS + 1))
    with np.errstate(invalid="ignore"):
        return runs(series.out_of < THIN * usual)
