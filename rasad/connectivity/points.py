"""One measurement, as a file writes it."""

from __future__ import annotations

from dataclasses import dataclass

from rasad.connectivity.disaster import Site

EARLIEST_US = 631_152_000_000_000
LATEST_US = 4_102_444_800_000_000
"""From 1990 to 2100."""


@dataclass(frozen=True)
class Point:
    """One measurement, its time as the file writes it."""

    country: str
    region: str
    metric: str
    time_us: int
    value: float
    out_of: float | None = None
    site: Site | None = None


def plausible(us: int) -> int:
    """Return a moment, and refuse one at which nobody measured the internet.

    Raises
    ------
    ValueError
        If it is not between 1990 and 2100.

    Examples
    --------
    >>> plausible(1_573_430_400_000_000)
    1573430400000000
    """
    if not EARLIEST_US <= us < LATEST_US:
        raise ValueError(f"{us} is no moment of a measurement")
    return us
