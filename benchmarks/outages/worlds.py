"""Series with rhythm, trend, noise and gaps, drawn at random, and outages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.series import Series

Real = npt.NDArray[np.float64]

START_US = 1_640_995_200_000_000
ZONES = ("UTC", "Asia/Tehran", "Asia/Shanghai", "Europe/Moscow", "America/Caracas")
STEPS = {"hour": (HOUR_US, 90 * 24), "day": (24 * HOUR_US, 730)}
"""Step of a series, and how many there are of it."""


@dataclass(frozen=True, kw_only=True)
class Planted:
    """An outage that was put into a series: hours after its begin, and how deep."""

    begin_h: float
    length_h: float
    depth: float


def quiet(seed: int, step: str) -> Series:
    """Draw a series in which nothing happens.

    Parameters
    ----------
    seed : int
        The same seed gives the same series.
    step : {"hour", "day"}
        90 days by the hour or two years by the day.

    Notes
    -----
    Half are indices with a ceiling of 100, half are counts between a hundred and a
    million. Day and night differ by 5 to 60 %, working days and weekends by up to 30 %.
    The level drifts by up to 30 % in 90 days and wanders. Errors are autocorrelated
    (0 to 0.8 from step to step) with a standard deviation of 1 to 10 %, in half of the
    series with the heavy tails of Student's t with four degrees of freedom. Two in a
    hundred values are missing, and once up to two days in a row.
    """
    dice = np.random.default_rng((seed, step == "day"))
    step_us, n = STEPS[step]
    zone = str(dice.choice(ZONES))
    hours = np.arange(n) * step_us / HOUR_US
    values = _shape(dice, hours, step) * np.exp(_errors(dice, n))
    counted = bool(dice.random() < 0.5)
    if counted:
        values = dice.poisson(values * 10 ** dice.uniform(2, 6)).astype(np.float64)
    else:
        values = np.minimum(np.rint(values * 95 * 10) / 10, 100.0)
    values[dice.random(n) < 0.02] = np.nan
    long = int(dice.integers(1, 48 if step == "hour" else 5))
    gap = int(dice.integers(n - long))
    values[gap : gap + long] = np.nan
    return Series(
        country="XX",
        region="",
        source="synthetic",
        metric="users" if counted else "index",
        reading="usage" if counted else "reachability",
        step_us=step_us,
        times_us=START_US + np.arange(n) * step_us,
        values=values,
        zone=zone,
    )


def planted(series: Series, outage: Planted) -> Series:
    """Put an outage into a series; the steps at its edges are dark in part."""
    begin = series.times_us[0] + outage.begin_h * HOUR_US
    end = begin + outage.length_h * HOUR_US
    times, step = series.times_us.astype(np.float64), series.step_us
    dark = np.minimum(times + step, end) - np.maximum(times, begin)
    share = np.clip(dark / step, 0, 1)
    values = series.values * (1 - outage.depth * share)
    if series.reading == "usage":
        values = np.rint(values)
    # A gap over the outage would hide what is asked for.
    around = (times > begin - 24 * HOUR_US) & (times < end + 24 * HOUR_US)
    holes = around & np.isnan(values)
    near = np.flatnonzero(np.isfinite(series.values))
    filled = near[
        np.clip(np.searchsorted(near, np.flatnonzero(holes)), 0, len(near) - 1)
    ]
    values[holes] = series.values[filled] * (1 - outage.depth * share[holes])
    return replace(series, values=values)


def _shape(dice: np.random.Generator, hours: Real, step: str) -> Real:
    """Return level, trend and rhythm; about 1."""
    days = hours / 24
    trend = np.exp(dice.uniform(-0.3, 0.3) * days / 90)
    if step == "day":
        trend = np.exp(0.5 * np.sin(2 * np.pi * (days / 730 + dice.random())))
    wander = np.cumsum(dice.normal(0, 0.01, int(days[-1]) + 2))
    level = trend * np.exp(np.interp(days, np.arange(len(wander)), wander))
    night = dice.uniform(0.05, 0.6) / 2
    phase = dice.uniform(0, 24)
    around = np.cos(2 * np.pi * (hours - phase) / 24)
    twice = np.cos(4 * np.pi * (hours - phase) / 24 + dice.uniform(0, 2))
    daily = 1 + night * around + 0.3 * night * twice if step == "hour" else 1.0
    weekend = (days.astype(np.int64) % 7) >= 5
    return np.asarray(level * daily * np.where(weekend, dice.uniform(0.7, 1.1), 1.0))


def _errors(dice: np.random.Generator, n: int) -> Real:
    """Return autocorrelated errors of the logarithm."""
    along, size = dice.uniform(0, 0.8), 10 ** dice.uniform(-2, -1)
    heavy = dice.random() < 0.5
    fresh = dice.standard_t(4, n) / 2**0.5 if heavy else dice.normal(0, 1, n)
    errors = np.empty(n)
    last = 0.0
    for place, new in enumerate(fresh.tolist()):
        last = along * last + (1 - along**2) ** 0.5 * new
        errors[place] = last
    return errors * size
