"""When an outage began and ended: a likelihood over moments, read as an interval.

A measurement covers a stretch of time. If the network went dark in the middle of it, it
shows half of each. So the moment of a change can be told more finely than the step of
the series, and the likelihood of every moment says how surely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.connectivity.episodes import Episode
from rasad.connectivity.robust import Z, quantum
from rasad.connectivity.series import Real

CHI_SQUARE = 3.84
"""Fall of twice the log-likelihood that bounds a 95 % interval of one parameter."""

FINE = 12
"""Moments tried within one step."""

BEFORE, AFTER = 12, 6
"""Steps looked at before the run and after its fall is complete."""

COMPLETE = 0.9
"""Share of the drop from which the fall counts as complete."""

FARTHEST = 5.0
"""Standard errors beyond which a measurement is no stronger witness."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A moment known only so well, microseconds since 1970 UTC."""

    best_us: int
    low_us: int
    high_us: int


def onset(episode: Episode) -> Moment:
    """Return when an episode began.

    Parameters
    ----------
    episode : Episode
        A run of low measurements.

    Returns
    -------
    Moment
        Best estimate and interval. The interval holds every moment whose abrupt change
        explains the measurements almost as well as the best one does, and the whole
        fall, from the first low measurement to the first that is as good as dark,
        because real networks go dark in parts. It reaches back over a gap before it.

    Notes
    -----
    Profile likelihood of one change point with known expectation before it and the
    run's own level after it; errors are normal on the scale of logarithms, cut at five
    standard errors. A step that holds the change is the mixture of both.

    Examples
    --------
    >>> from rasad.connectivity.episodes import Expected
    >>> from rasad.connectivity.series import Series
    >>> hour = 3_600_000_000
    >>> values = np.array([100.0, 99, 101, 100, 60, 10, 11, 10])
    >>> series = Series("IR", "", "x", "up", "usage", hour, np.arange(8) * hour, values)
    >>> middle = np.full(8, 100.0)
    >>> expected = Expected(middle=middle, low=middle - 5, high=middle + 5,
    ...     spread=np.full(8, 0.015))
    >>> found = onset(Episode(series, expected, 4, 7))
    >>> [round(us / hour, 1) for us in (found.low_us, found.best_us, found.high_us)]
    [4.0, 4.6, 5.0]
    """
    return _moment(episode, 1)


def ending(episode: Episode) -> Moment | None:
    """Return when an episode ended, the same way from behind; None if it did not.

    Parameters
    ----------
    episode : Episode
        A run of low measurements.
    """
    return None if episode.open else _moment(episode, -1)


def _moment(episode: Episode, way: int) -> Moment:
    """Find the change at one end of the run, looking along or against time."""
    # Positions count from the outer normal side inwards, whichever way time goes.
    places = np.arange(len(episode.series.times_us))[::way]
    edge = episode.first if way == 1 else episode.last
    inner = episode.last if way == 1 else episode.first
    at = int(np.flatnonzero(places == edge)[0])
    till = int(np.flatnonzero(places == inner)[0])
    seen = _Seen(episode, places, at, till)
    best, low, high = seen.interval()
    return _in_time(episode, places, way, (best, low, high), at)


class _Seen:
    """Measurements around one edge of a run, from the normal side to the dark."""

    def __init__(
        self, episode: Episode, places: np.ndarray, at: int, till: int
    ) -> None:
        self.small = quantum(episode.values)
        values = episode.values[places]
        middle = episode.expected.middle[places]
        low = values < episode.expected.low[places]
        outside = np.flatnonzero(low[max(0, at - BEFORE) : at][::-1])
        # What lies beyond an earlier low value belongs to another run.
        start = max(0, at - (int(outside[0]) if len(outside) else BEFORE))
        level, errors = self._levelled(episode, places, slice(start, at))
        middle = middle * level
        self.at = self._first_low(values, middle, errors, start, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = values / middle
        run = ratios[at : till + 1]
        self.dark = _dark_level(run)
        self.fall = at + _fall_length(run, self.dark)
        self.short = till - at < 2
        stop = min(till + 1, self.fall + AFTER)
        known = np.isfinite(ratios[start:stop]) & np.isfinite(errors[start:stop])
        self.where = np.arange(start, stop)[known]
        self.values, self.middle = values[self.where], middle[self.where]
        self.errors = errors[self.where]
        self.dark_error = _dark_error(run, self.dark, self.small, self.middle)

    def _levelled(
        self, episode: Episode, places: np.ndarray, before: slice
    ) -> tuple[float, Real]:
        """Return how the last normal values differ from their prediction together.

        What all values of a day share, a quiet Friday, is known from those before the
        run; what is left is the error of single values.
        """
        expected = episode.expected
        values, middle = episode.values[places], expected.middle[places]
        if expected.spread is None:
            return 1.0, np.full(len(values), 0.1)
        errors = expected.spread[places]
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.log((values + self.small) / (middle + self.small))[before]
        off = off[np.isfinite(off)]
        if expected.common is None or len(off) < 3:
            return 1.0, errors
        own = np.sqrt(np.maximum(errors**2 - expected.common[places] ** 2, 1e-8))
        return float(np.exp(np.median(off))), own * np.sqrt(1 + np.pi / 2 / len(off))

    def _first_low(
        self, values: Real, middle: Real, errors: Real, start: int, at: int
    ) -> int:
        """Return the first value of the fall, seen from the level just before it."""
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.log((values + self.small) / (middle + self.small)) / errors
        while at > start and off[at - 1] < -Z:
            at -= 1
        return at

    def interval(self) -> tuple[float, float, float]:
        """Return best, low and high in steps from the outer end."""
        tried = np.arange((self.fall + 1 - self.where[0]) * FINE + 1) / FINE + float(
            self.where[0]
        )
        fit = self._fit(tried)
        good = tried[fit <= fit.min() + CHI_SQUARE]
        best = float(tried[int(np.argmin(fit))])
        # A run of one or two steps does not tell how dark it is from how long.
        last = self.fall + (1 if self.short else 0)
        # What lies between the last good moment and the first bad one was not tried.
        low = max(float(good[0]) - 1 / FINE, float(tried[0]))
        high = float(good[-1]) + 1 / FINE
        return best, min(low, self.at), max(high, last)

    def _fit(self, tried: Real) -> Real:
        """Return twice the negative log-likelihood of every tried moment."""
        normal = np.clip(tried[:, None] - self.where[None, :], 0, 1)
        mean = self.middle * (normal + (1 - normal) * self.dark)
        error = np.log((self.values + self.small) / (mean + self.small))
        spread = np.hypot(self.errors, (1 - normal) * self.dark_error)
        far = np.minimum((error / spread) ** 2, FARTHEST**2)
        return np.asarray(far.sum(axis=1))


def _dark_level(run: Real) -> float:
    """Return the ratio at which a run settles once the fall is over."""
    drops = 1 - run[np.isfinite(run)]
    low = drops[drops >= drops.max() / 2][:24]
    return float(np.clip(1 - np.median(low), 0, 1))


def _fall_length(run: Real, dark: float) -> int:
    """Return how many steps of a run come before the fall is complete."""
    with np.errstate(invalid="ignore"):
        done = (1 - run) >= COMPLETE * (1 - dark)
    return int(np.argmax(done)) if done.any() else 0


def _dark_error(run: Real, dark: float, small: float, middle: Real) -> float:
    """Return how far measurements scatter once it is dark, on logarithms."""
    low = run[np.isfinite(run) & (1 - run >= (1 - dark) / 2)]
    level = float(np.median(middle)) if len(middle) else 1.0
    logs = np.log((low * level + small) / (dark * level + small))
    return float(1.4826 * np.median(np.abs(logs))) if len(logs) else 0.0


def _in_time(
    episode: Episode,
    places: np.ndarray,
    way: int,
    found: tuple[float, float, float],
    at: int,
) -> Moment:
    """Turn steps from the outer end into moments, gaps before the edge included."""
    times, step = episode.series.times_us, episode.series.step_us

    def moment(position: float) -> int:
        whole = min(int(position), len(places) - 1)
        begin = int(times[places[whole]])
        part = round((position - whole) * step)
        return begin + part if way == 1 else begin + step - part

    best, low, high = (moment(position) for position in found)
    outer = [
        place
        for place in places[max(0, at - 200) : at][::-1]
        if np.isfinite(episode.values[place])
    ]
    if outer:
        last = int(times[outer[0]]) + (step if way == 1 else 0)
        gap = abs(int(times[places[at]]) + (0 if way == 1 else step) - last) > 0
        if gap:
            low = min(low, last) if way == 1 else max(low, last)
    low, high = sorted((low, high))
    return Moment(best_us=min(max(best, low), high), low_us=low, high_us=high)
