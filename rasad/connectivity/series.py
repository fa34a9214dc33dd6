"""A series: what one source measured of one place over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Int = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]

Reading = Literal["reachability", "usage", "anomalies", "latency", "listed"]
"""What a low value means: *reachability* (a network answers) and *usage* (people use a
service) fall in a shutdown, *anomalies* (failed tests) rise in a block. *latency* (how
long an answer takes) and *listed* (how many names a filter answers for) rise too, but
fall where measuring fails, so that no outage is looked for in them."""

WATCHED: tuple[Reading, ...] = ("reachability", "usage", "anomalies")
"""Readings in which outages are looked for."""


@dataclass(frozen=True)
class Series:
    """One source's measurements of one place, in order of time.

    A moment nobody measured is absent or NaN. It is never zero: zero is a measurement.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-2 code in capitals, ``"IR"``; empty where the file tells none.
    region : str
        Name of the part of the country, ``"Tehran"``; empty for the whole country.
    source : str
        Who measured, ``"ip-observatory"``, ``"ooni"``, ``"tor-metrics"``.
    metric : str
        What, ``"connectivity"``, ``"users"``, ``"dns anomalies"``.
    reading : {"reachability", "usage", "anomalies", "latency", "listed"}
        How values move in a shutdown or block.
    step_us : int
        Regular distance of two measurements, microseconds.
    times_us : ndarray of int64, shape (n,)
        Begin of each measured interval, microseconds since 1970 UTC, increasing.
    values : ndarray of float64, shape (n,)
        Measured values; NaN where the source itself says that it has none.
    out_of : ndarray of float64, shape (n,), optional
        Number of measurements behind each value, where the source tells it.
    zone : str
        IANA name of the place's clock, for its rhythm: ``"Asia/Tehran"``.
    weight : float
        How many places were averaged, or 1.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> Series(
    ...     *("IR", "Tehran", "ip-observatory", "connectivity", "reachability", hour),
    ...     np.arange(3) * hour, np.array([96.0, 95.0, 11.0]), zone="Asia/Tehran",
    ... ).place
    'IR/Tehran'
    """

    country: str
    region: str
    source: str
    metric: str
    reading: Reading
    step_us: int
    times_us: Int
    values: Real
    out_of: Real | None = field(default=None)
    zone: str = "UTC"
    weight: float = 1.0

    @property
    def place(self) -> str:
        """Country and region in one word, as the tables write it."""
        return f"{self.country}/{self.region}" if self.region else self.country


def failed_share(series: Series) -> Real:
    """Return what share of tests failed, of a series of *anomalies*.

    Values are shares already, or counts where one of them is above 1.

    Examples
    --------
    >>> counts = np.array([50.0, 0.0])
    >>> failed_share(Series("IR", "", "ooni", "dns", "anomalies", 1, np.arange(2),
    ...     counts, out_of=np.array([100.0, 100.0]))).tolist()
    [0.5, 0.0]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        if series.out_of is None or not (series.values > 1).any():
            return series.values
        return np.asarray(series.values / series.out_of, dtype=np.float64)
