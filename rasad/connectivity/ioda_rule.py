"""IODA's rule as published, the baseline that every other detector is held against."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass

import numpy as np

from rasad.connectivity.durations import DAY_US, HOUR_US
from rasad.connectivity.episodes import Episode, Expected, falls, runs
from rasad.connectivity.series import Series


@dataclass(frozen=True, kw_only=True)
class IodaRule:
    """The published configuration for active probing.

    Parameters
    ----------
    history_days : float
        Days of which the median is the prediction.
    fraction : float
        An alert is a value below this fraction of the prediction.
    least_prediction : float
        No alert below it: a place with so little to lose is not watched.
    warm_up_us : int
        Microseconds of history before a first prediction, once there is any.
    inpaint_low, inpaint_high : float
        Outside these ratios the prediction enters the history instead of the value.
    inpaint_days : float
        Days after which extreme values are the new normal.
    least_days : float
        Days of history before a first prediction. Between them and `history_days` the
        distance to the prediction that is allowed grows by ``sqrt(history / had)``.
    """

    history_days: float = 7.0
    fraction: float = 0.8
    least_prediction: float = 20.0
    warm_up_us: int = HOUR_US
    inpaint_low: float = 0.8
    inpaint_high: float = 2.0
    inpaint_days: float = 7.0
    least_days: float = 3.0


PUBLISHED = IodaRule()


def ioda_alerts(series: Series, rule: IodaRule = PUBLISHED) -> list[Episode]:
    """Return the alerts of IODA's rule.

    Parameters
    ----------
    series : Series
        A series whose values fall in an outage; of `anomalies` the share that passed
        is looked at.
    rule : IodaRule
        Its numbers.

    Returns
    -------
    list of Episode
        In order of time. An alert begins with the first value below the fraction and
        ends with the first that is not.

    Notes
    -----
    Follows the published filter (moving median by nearest rank, then a threshold):
    the prediction for a moment comes from the moments before it; where the ratio is
    extreme the prediction takes the value's place; if this goes on for longer than
    `inpaint_days`, what was extreme becomes the history.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> values = np.full(240, 100.0)
    >>> values[200:210] = 30
    >>> series = Series("IR", "", "x", "up", "usage", hour,
    ...     np.arange(240) * hour, values)
    >>> [(found.first, found.last) for found in ioda_alerts(series)]
    [(200, 209)]
    """
    values = falls(series)
    predicted, bound = _predictions(series.times_us, values, rule)
    with np.errstate(invalid="ignore"):
        below = (values < bound) & (predicted >= rule.least_prediction)
    expected = Expected(middle=predicted, low=bound, high=predicted * rule.inpaint_high)
    return [Episode(series, expected, first, last) for first, last in runs(below)]


def _predictions(
    times: np.ndarray, values: np.ndarray, rule: IodaRule
) -> tuple[np.ndarray, np.ndarray]:
    """Return the prediction of each moment and the bound of an alert."""
    predicted = np.full(len(values), np.nan)
    bound = np.full(len(values), np.nan)
    history = _History(rule.history_days * DAY_US)
    raw: deque[tuple[float, int]] = deque()
    least = max(rule.least_days * DAY_US, rule.warm_up_us)
    for place, (at, value) in enumerate(
        zip(times.tolist(), values.tolist(), strict=True)
    ):
        if value != value:
            continue
        history.forget(at)
        if history.span(at) < least:
            history.add(value, at)
            continue
        middle = history.median()
        if _extreme(value, middle, rule):
            if raw and at - raw[0][1] >= rule.inpaint_days * DAY_US:
                history.become(raw)
                raw = deque()
                middle = history.median()
                history.add(value, at)
            else:
                raw.append((value, at))
                history.add(middle, at)
        else:
            raw.clear()
            history.add(value, at)
        had = min(history.span(at) / (rule.history_days * DAY_US), 1.0)
        predicted[place] = middle
        bound[place] = middle * (1 - (1 - rule.fraction) / had**0.5)
    return predicted, bound


def _extreme(value: float, middle: float, rule: IodaRule) -> bool:
    low, high = middle * rule.inpaint_low, middle * rule.inpaint_high
    return middle > 0 and not low <= value <= high


class _History:
    """Values of the last days, in order of time and in order of size."""

    def __init__(self, length_us: float) -> None:
        self.length_us = length_us
        self.queue: deque[tuple[float, int]] = deque()
        self.ordered: list[float] = []

    def add(self, value: float, at: int) -> None:
        self.queue.append((value, at))
        insort(self.ordered, value)

    def forget(self, now: int) -> None:
        while self.queue and self.queue[0][1] < now - self.length_us:
            del self.ordered[bisect_left(self.ordered, self.queue.popleft()[0])]

    def become(self, raw: deque[tuple[float, int]]) -> None:
        self.queue = raw
        self.ordered = sorted(value for value, _ in raw)

    def span(self, now: int) -> int:
        return now - self.queue[0][1] if self.queue else 0

    def median(self) -> float:
        return self.ordered[(len(self.ordered) + 1) // 2 - 1]
