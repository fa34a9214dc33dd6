"""Counting what was found against what was there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, chi2

from rasad.connectivity.alarms import watch
from rasad.connectivity.change_points import onset
from rasad.connectivity.episodes import Episode
from rasad.connectivity.ioda_rule import ioda_alerts
from rasad.connectivity.series import Series


@dataclass(frozen=True)
class Found:
    """One alarm: when it begins and ends, and how surely its begin is known."""

    begin_us: int
    end_us: int
    low_us: int
    high_us: int
    best_us: int


def ours(series: Series) -> list[Found]:
    """Return the outages of the seasonal model."""
    return [_dated(episode) for episode in watch(series).episodes]


def iodas(series: Series) -> list[Found]:
    """Return the alerts of IODA's rule, which begin where a measurement begins."""
    return [
        Found(one.begin_us, one.end_us, one.begin_us, one.begin_us, one.begin_us)
        for one in ioda_alerts(series)
    ]


DETECTORS: dict[str, Callable[[Series], list[Found]]] = {
    "seasonal": ours,
    "IODA's rule": iodas,
}


def _dated(episode: Episode) -> Found:
    begun = onset(episode)
    return Found(
        episode.begin_us, episode.end_us, begun.low_us, begun.high_us, begun.best_us
    )


def rate(counts: Sequence[int], years: float) -> tuple[float, float, float]:
    """Return events per year with their 95 % interval.

    Parameters
    ----------
    counts : sequence of int
        Events of each series.
    years : float
        Years of all series together.

    Notes
    -----
    The exact interval of a Poisson count, of a count divided by the dispersion where
    series differ by more than chance (variance over mean above 1): false alarms of one
    series go together, and are not so many observations.

    Examples
    --------
    >>> [round(each, 3) for each in rate([0] * 10, 10)]
    [0.0, 0.0, 0.369]
    >>> [round(each, 2) for each in rate([1] * 10, 10)]
    [1.0, 0.48, 1.84]
    >>> [round(each, 2) for each in rate([0] * 9 + [10], 10)]
    [1.0, 0.03, 5.57]
    """
    n = sum(counts)
    mean = n / len(counts)
    apart = float(np.var(counts, ddof=1)) / mean if n and len(counts) > 1 else 1.0
    apart = max(apart, 1.0)
    low = float(chi2.ppf(0.025, 2 * n / apart)) / 2 if n else 0.0
    high = float(chi2.ppf(0.975, 2 * n / apart + 2)) / 2
    return n / years, apart * low / years, apart * high / years


def share(n: int, of: int) -> tuple[float, float, float]:
    """Return a share with the exact 95 % binomial interval.

    Examples
    --------
    >>> [round(each, 2) for each in share(5, 10)]
    [0.5, 0.19, 0.81]
    """
    if not of:
        return float("nan"), 0.0, 1.0
    low = float(beta.ppf(0.025, n, of - n + 1)) if n else 0.0
    high = float(beta.ppf(0.975, n + 1, of - n)) if n < of else 1.0
    return n / of, low, high


def hit(found: Sequence[Found], begin_us: int, end_us: int) -> Found | None:
    """Return the first alarm that overlaps an outage."""
    return next(
        (one for one in found if one.begin_us < end_us and begin_us < one.end_us), None
    )
