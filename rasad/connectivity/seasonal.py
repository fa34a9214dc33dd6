"""What a series should show now, from its own past: rhythm, level and honest spread.

Every prediction is made from earlier days alone. A value far outside its interval does
not enter the history: the prediction takes its place, as in IODA's rule. So a long
outage does not become its own expectation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rasad.connectivity.clocks import local_times
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.episodes import Expected, falls
from rasad.connectivity.robust import Z, median_of, quantum, spread_of, student
from rasad.connectivity.series import Int, Real, Series

Marks = npt.NDArray[np.bool_]

MOST = 15.0
"""Standard errors below the expectation that one value can add to a run."""

EDGE = 2.5
"""Standard errors that a value outside the interval adds to what is learnt."""


SHALLOW = 0.1
"""Relative drop below which nothing is of interest, and history takes it as it is."""

WEEKEND_DAYS = 3
"""Days in a row that may be low because of the day of the week."""

STEADIEST = 0.005
"""Least standard error: no instrument repeats itself better for long."""

WEEKDAYS = {"usage": 0.15, "reachability": 0.05, "anomalies": 0.05}
"""How much weekdays differ, as a standard error, before two of a kind were seen."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """How far back the expectation looks, and how long it holds on.

    Parameters
    ----------
    least_days : int
        Days of history before a first prediction.
    level_days : int
        Days of which the level is the median, as in IODA's rule.
    rhythm_days : int
        Days of which hours of the day and errors are learnt.
    weeks : int
        Weeks of which the days of the week are learnt.
    hold_low_days, hold_high_days : int
        Days after which low and high values become the new normal.
    deep : float
        Relative drop from which low values never become normal.
    """

    least_days: int = 3
    level_days: int = 7
    rhythm_days: int = 28
    weeks: int = 8
    hold_low_days: int = 28
    hold_high_days: int = 7
    deep: float = 0.5


STANDARD = Model()


def expectation(series: Series, model: Model = STANDARD) -> tuple[Expected, Int]:
    """Predict every value of a series from earlier days, with an interval.

    Parameters
    ----------
    series : Series
        Its values, or of `anomalies` the share that passed, are predicted.
    model : Model
        How far back it looks.

    Returns
    -------
    Expected
        Prediction, interval, and standard error of the logarithm of values.
    ndarray of int64
        Days, counted in the place's clock, at which low values became normal.

    Notes
    -----
    Prediction = level x hour x weekday. The level is the median of the last seven days
    after the rhythm is taken out; the factor of an hour is the median over 28 days,
    drawn towards that of the same weekday by ``n / (n + 1)`` for ``n`` such days in
    eight weeks. With less than a week of days, neighbouring hours are averaged.

    The spread is that of the earlier predictions' own errors, on the scale of
    logarithms: the larger of core (16th to 84th percentile) and lower tail (2nd
    percentile), half from the same hours and half from all. It is never below half a
    unit of the scale, nor below the error of counting. With fewer than seven days of
    history it grows by ``sqrt(7 / days)``, and while nothing normal is seen by
    ``sqrt(1 + days / 7)``.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> values = np.tile(np.r_[np.full(6, 80.0), np.full(18, 100.0)], 5)
    >>> series = Series("IR", "", "x", "up", "usage", hour,
    ...     np.arange(120) * hour, values)
    >>> expected, _ = expectation(series)
    >>> expected.middle[96:104].round().tolist()
    [85.0, 80.0, 80.0, 80.0, 80.0, 85.0, 95.0, 100.0]
    """
    values = falls(series)
    unit = max(DAY_US, series.step_us)
    slots = max(1, round(unit / series.step_us))
    local = local_times(series.times_us, series.zone)
    days, inside = np.divmod(local, unit)
    first = int(days[0]) if len(days) else 0
    place = (days - first, np.minimum(inside // series.step_us, slots - 1))
    shape = (int(place[0][-1]) + 1 if len(days) else 0, slots)
    past = _Past(shape, first, unit == DAY_US, series, values, model)
    past.fill(place, values)
    settled = past.walk()
    cells = [np.asarray(each[place]) for each in past.predicted]
    middle, spread, bias, common = cells
    low = _around(middle, bias - Z * spread, past.quantum)
    high = _around(middle, bias + Z * spread, past.quantum)
    middle = _around(middle, bias, past.quantum)
    expected = Expected(middle=middle, low=low, high=high, spread=spread, common=common)
    return expected, np.asarray(settled, dtype=np.int64) + first


def enough(step_us: int) -> float:
    """Return the standard errors, added up over a run, that make an episode.

    Errors of neighbouring hours go together, errors of neighbouring days hardly do: a
    run of hours must show more.

    Examples
    --------
    >>> enough(DAY_US // 24), enough(DAY_US)
    (12.0, 6.0)
    """
    return 12.0 if step_us < DAY_US else 6.0


def _around(middle: Real, shift: Real, small: float) -> Real:
    """Move a prediction by so much on the scale of logarithms; never below zero."""
    moved = (middle + small) * np.exp(shift) - small
    return np.asarray(np.maximum(moved, 0.0), dtype=np.float64)


class _Past:
    """The history of one series as days times hours, walked through day by day."""

    def __init__(
        self,
        shape: tuple[int, int],
        first: int,
        weekly: bool,
        series: Series,
        values: Real,
        model: Model,
    ) -> None:
        self.model, self.weekly, self.first = model, weekly, first
        self.days, self.slots = shape
        self.raw = np.full(shape, np.nan)
        self.seen = np.full(shape, np.nan)
        self.clean = np.full(shape, np.nan)
        self.flat = np.full(shape, np.nan)
        self.shape = np.ones(shape)
        self.errors = np.full(shape, np.nan)
        self.predicted = np.full((4, *shape), np.nan)
        self.quantum = quantum(values)
        self.counted = _counting_error(series, values)
        self.noise = np.zeros(shape)
        self.weekday_error = WEEKDAYS[series.reading]
        self.low_run: list[int] = []
        self.high_run: list[int] = []
        self.evidence = 0.0
        self.enough = enough(series.step_us)
        self.begun = False
        self.last = np.full(self.slots, 1.0), np.zeros(self.slots)

    def fill(self, place: tuple[Int, Int], values: Real) -> None:
        self.raw[place] = values
        self.noise[place] = self.counted

    def walk(self) -> list[int]:
        """Predict day after day; return the days at which low values became normal."""
        settled = []
        had = 0
        for day in range(self.days):
            if had >= self.model.least_days:
                self._predict(day, had)
                if self._take(day):
                    settled.append(day)
            else:
                self.seen[day] = self.clean[day] = self.raw[day]
                self.flat[day] = self.raw[day]
            had += bool(np.isfinite(self.raw[day]).sum() * 2 >= self.slots)
        return settled

    def _predict(self, day: int, had: int) -> None:
        since = max(0, day - self.model.rhythm_days)
        rhythm, unsure = self._rhythm(day, since)
        self.shape[day] = rhythm
        fresh = not self.begun
        self.begun = True
        if fresh:
            self.shape[:day] = rhythm
            self.flat[:day] = self.clean[:day] / rhythm
        week = self.flat[max(0, day - self.model.level_days) : day]
        level = float(median_of(week.ravel()[None, :])[0])
        if np.isnan(level):
            level = float(median_of(self.flat[since:day].ravel()[None, :])[0])
        middle = level * rhythm
        if fresh:
            self.errors[:day] = self._log(self.clean[:day], level * self.shape[:day])
        spread, bias = self._spread(day)
        wide = np.sqrt(self.model.level_days / min(had, self.model.level_days))
        wide *= np.sqrt(1 + len(self.low_run) / self.model.level_days)
        floor = np.hypot(self.noise[day], 0.5 * self.quantum / (middle + self.quantum))
        floor = np.maximum(floor, STEADIEST)
        spread = np.hypot(np.maximum(spread * wide, floor), unsure)
        shared = unsure * (self.slots > 1)
        self.predicted[:, day] = middle, spread, bias, shared

    def _rhythm(self, day: int, since: int) -> tuple[Real, Real]:
        """Return the factor of every hour on this weekday, and how unsure it is."""
        level = median_of(self.flat[since:day])
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = self.clean[since:day] / level[:, None]
        rhythm = _filled(median_of(ratio.T)) if self.slots > 1 else np.ones(1)
        if day - since < self.model.level_days and self.slots > 2:
            rhythm = (np.roll(rhythm, 1) + 2 * rhythm + np.roll(rhythm, -1)) / 4
        if not self.weekly:
            return rhythm, np.zeros(self.slots)
        factor, n = self._weekday(day, rhythm)
        return rhythm * factor, self.weekday_error / np.sqrt(1 + n)

    def _weekday(self, day: int, rhythm: Real) -> tuple[Real, Real]:
        """Return how this day of the week differs, drawn towards no difference.

        From what was measured, whether or not it was expected: a prediction that took
        the place of a quiet weekend would never learn that weekends are quiet. What
        goes on for longer than a weekend is left out.
        """
        same = np.arange(day - 7, max(-1, day - 7 * self.model.weeks - 1), -7)
        same = same[same >= 0]
        if not len(same):
            return np.ones(self.slots), np.zeros(self.slots)
        week = np.clip(same[:, None] + np.arange(-3, 4), 0, day - 1)
        around = median_of(self.flat[week].reshape(len(same), -1))
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = self.seen[same] / (around[:, None] * rhythm)
        n = np.isfinite(ratio).sum(axis=0)
        factor = np.where(n >= 2, median_of(ratio.T), 1.0)
        factor = np.where(np.isfinite(factor) & (factor > 0), factor, 1.0)
        return np.asarray(factor ** (n / (n + 1))), n.astype(np.float64)

    def _spread(self, day: int) -> tuple[Real, Real]:
        """Return spread and middle of the errors of the last days that tell any."""
        most = self.model.rhythm_days * (1 if self.slots >= 8 else 2)
        since = max(0, day - 3 * most)
        told = np.flatnonzero(np.isfinite(self.errors[since:day]).any(axis=1))
        if not len(told):
            # Dark for months: nothing newer is known of errors than before.
            return self.last
        errors = self.errors[since + told[-most:]]
        pooled, bias = spread_of(errors.reshape(1, -1))
        few = np.isfinite(errors).sum() if self.slots < 8 else 4 * len(errors)
        pooled *= student(int(few))
        spread = np.full(self.slots, pooled[0])
        if self.slots >= 8:
            reach = max(1, self.slots // 12)
            beside = np.concatenate(
                [np.roll(errors, by, axis=1) for by in range(-reach, reach + 1)]
            )
            local, _ = spread_of(beside.T)
            spread = np.sqrt(
                (np.where(np.isnan(local), spread, local) ** 2 + spread**2) / 2
            )
        self.last = spread, np.full(self.slots, bias[0])
        return self.last

    def _take(self, day: int) -> bool:
        """Take a day into the history; tell whether low values became normal."""
        raw, (middle, spread, bias, _) = self.raw[day], self.predicted[:, day]
        seen = np.isfinite(raw).sum()
        if not seen:
            # What nobody measured neither ends a run of days nor makes it longer.
            return False
        error = self._log(raw, middle)
        with np.errstate(invalid="ignore"):
            far = np.abs(error - bias) > Z * spread
            # Slow drift is followed, however narrow the interval.
            low = far & (raw < middle * (1 - SHALLOW))
            high = far & (raw > middle * (1 + SHALLOW))
        # Held on to as long as most of a day is out of the interval.
        self.low_run = [*self.low_run, day] if low.sum() * 2 > seen else []
        self.high_run = [*self.high_run, day] if high.sum() * 2 > seen else []
        self.seen[day] = raw
        if len(self.low_run) > WEEKEND_DAYS:
            self.seen[self.low_run] = np.nan
        self.clean[day] = np.where(low | high, middle, raw)
        self.flat[day] = self.clean[day] / self.shape[day]
        self._learn(day, error, low, high)
        return self._renew()

    def _learn(self, day: int, error: Real, low: Marks, high: Marks) -> None:
        """Keep the errors of a day; of what is an outage by itself, none."""
        _, spread, bias, _ = self.predicted[:, day]
        size = np.minimum(np.abs(error - bias) / spread, MOST)
        edge = bias + np.sign(error - bias) * EDGE * spread
        kept = np.where(low | high, edge, error)
        self.evidence = self.evidence if len(self.low_run) > 1 else 0.0
        self.evidence += float(size[low].sum())
        if self.evidence >= self.enough:
            kept[low] = np.nan
        if size[high].sum() >= self.enough:
            kept[high] = np.nan
        self.errors[day] = kept
        if self.evidence >= self.enough and len(self.low_run) > 1:
            self.errors[self.low_run] = np.nan

    def _renew(self) -> bool:
        """Let values that stayed away for long become the history."""
        if len(self.high_run) >= self.model.hold_high_days:
            self._accept(self.high_run)
            self.high_run = []
        if len(self.low_run) < self.model.hold_low_days:
            return False
        with np.errstate(invalid="ignore"):
            drop = 1 - self.raw[self.low_run] / self.predicted[0, self.low_run]
        if np.nanmedian(drop) >= self.model.deep:
            return False
        self._accept(self.low_run)
        self.low_run = []
        return True

    def _accept(self, days: list[int]) -> None:
        self.seen[days] = self.clean[days] = self.raw[days]
        self.flat[days] = self.raw[days] / self.shape[days]
        level = float(median_of(self.flat[days].reshape(1, -1))[0])
        self.errors[days] = self._log(self.raw[days], level * self.shape[days])

    def _log(self, value: Real, middle: Real) -> Real:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(
                np.log((value + self.quantum) / (middle + self.quantum)),
                dtype=np.float64,
            )


def _counting_error(series: Series, values: Real) -> Real:
    """Return the relative error of counting, where the source counts."""
    known = values[np.isfinite(values)]
    none = np.zeros(len(values))
    if not len(known):
        return none
    middle = float(np.median(known))
    if series.reading == "anomalies" and series.out_of is not None:
        share = min(max(middle, 0.02), 0.98)
        tests = np.maximum(np.nan_to_num(series.out_of), 1.0)
        return np.asarray(np.sqrt((1 - share) / share / tests))
    if series.reading == "usage" and (known == np.rint(known)).all():
        return np.full(len(values), max(middle, 1.0) ** -0.5)
    return none


def _filled(rhythm: Real) -> Real:
    """Put no difference where an hour was never seen."""
    return np.where(np.isfinite(rhythm) & (rhythm > 0), rhythm, 1.0)
