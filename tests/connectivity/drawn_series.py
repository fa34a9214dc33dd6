"""Small series for the tests of outages, built by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rasad.connectivity.series import Series

HOUR = 3_600_000_000
DAY = 24 * HOUR
MONDAY = 1_573_430_400_000_000
"""11 November 2019, 00:00 UTC."""

Real = npt.NDArray[np.float64]


def hourly(values: Real, **changed: Any) -> Series:
    """A series by the hour from Monday on."""
    return series(values, HOUR, **changed)


def daily(values: Real, **changed: Any) -> Series:
    """A series by the day from Monday on."""
    return series(values, DAY, **changed)


def series(values: Real, step: int, **changed: Any) -> Series:
    """A series with a value for every step."""
    given: dict[str, Any] = {
        "country": "IR",
        "region": "",
        "source": "instrument",
        "metric": "up",
        "reading": "reachability",
        "step_us": step,
        "times_us": MONDAY + np.arange(len(values)) * step,
        "values": np.asarray(values, dtype=np.float64),
        "zone": "UTC",
    }
    return Series(**{**given, **changed})


def rhythm(days: int, seed: int = 1, noise: float = 0.01) -> Real:
    """Values about 100 by the hour that dip to 80 at night."""
    dice = np.random.default_rng(seed)
    hours = np.arange(24 * days)
    shape = 90 - 10 * np.cos(2 * np.pi * (hours - 15) / 24 + np.pi)
    return np.asarray(shape * np.exp(dice.normal(0, noise, len(hours))))


def steady(days: int, seed: int = 1, noise: float = 0.03, level: float = 9000) -> Real:
    """Users by the day."""
    dice = np.random.default_rng(seed)
    return np.asarray(level * np.exp(dice.normal(0, noise, days)))
