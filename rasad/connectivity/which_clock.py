"""Whether the times of a file are by UTC or by the clock of its places.

A file of hourly values can give seconds since 1970 that somebody counted as if the
place's own clock were UTC. Nothing in the numbers says so, but networks sleep with the
people: values are lowest in the early hours. If they are so by one reading of the
numbers, and not by the other, the rhythm decides; if not, what the source documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rasad.connectivity.clocks import in_utc, night_of
from rasad.connectivity.series import Series

NIGHT = 4
"""Hour around which values are expected to be lowest."""

CLEARLY = 2
"""Hours by which one reading must be nearer to it than the other."""


@dataclass(frozen=True)
class Decision:
    """Which clock the times are by, what decided, and the two nights in words."""

    clock: Literal["utc", "local"]
    by: Literal["rhythm", "documentation"]
    why: str


def decided(series: Sequence[Series]) -> Decision:
    """Decide the clock of times that their source documents as local.

    Parameters
    ----------
    series : sequence of Series
        Of one file, with times as they are written, as if they were UTC, and the zones
        of their places.

    Returns
    -------
    Decision

    Examples
    --------
    >>> import numpy as np
    >>> hour = 3_600_000_000
    >>> values = np.tile(np.r_[np.full(7, 80.0), np.full(17, 100.0)], 5)
    >>> times = np.arange(120) * hour
    >>> one = Series("IR", "", "x", "up", "reachability", hour, times, values,
    ...     zone="Asia/Tehran")
    >>> decided([one]).clock
    'local'
    """
    utc = night_of(series)
    local = night_of([_as_local(one) for one in series])
    if utc is None or local is None:
        return Decision("local", "documentation", "no rhythm of day and night shows")
    off_utc, off_local = _off(utc), _off(local)
    words = (
        f"values are lowest from {local[0]:02} to {local[1]:02} h if it is the places' "
        f"clock and from {utc[0]:02} to {utc[1]:02} h there if it is UTC"
    )
    if abs(off_utc - off_local) < CLEARLY:
        return Decision("local", "documentation", f"{words}, which decides nothing")
    return Decision("local" if off_local < off_utc else "utc", "rhythm", words)


def _as_local(one: Series) -> Series:
    return replace(one, times_us=in_utc(one.times_us, one.zone))


def _off(night: tuple[int, int]) -> float:
    """Return how many hours the middle of a night lies from the usual one."""
    middle = (night[0] + 3) % 24
    apart = abs(middle - NIGHT) % 24
    return min(apart, 24 - apart)
