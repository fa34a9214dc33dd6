"""Substitution: users of one service fall while those of another rise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from rasad.connectivity.alarms import watch
from rasad.connectivity.alignment import at, coarser, common
from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.episodes import runs
from rasad.connectivity.outage import Outage
from rasad.connectivity.robust import Z
from rasad.connectivity.seasonal import Model, enough
from rasad.connectivity.separation import log_ratio
from rasad.connectivity.series import Int, Real, Series
from rasad.errors import NotEnoughDataError

Marks = npt.NDArray[np.bool_]

LEAST = 0.2
"""Relative fall of the one and relative rise of the other that are of interest."""

MOST = 6.0
"""Standard errors that one step can add."""

METHOD = "ratio"

PATIENT = Model(hold_high_days=28)
"""A rise, too, is held against what was usual four weeks ago."""


@dataclass(frozen=True)
class _Side:
    """One of two series: how far it is from its expectation, and how surely."""

    series: Series
    off: Real
    error: Real

    def at(self, places: Int) -> _Side:
        """Return the side at some places."""
        return _Side(at(self.series, places), self.off[places], self.error[places])


def substitutions(series: Sequence[Series]) -> list[Outage]:
    """Find where users leave one service for another, place by place.

    Parameters
    ----------
    series : sequence of Series
        Any. Those that count users (*usage*) can rise; those and tests of a service
        (*anomalies*, by the share that passes) can fall.

    Returns
    -------
    list of Outage
        Kind *substitution*, by place and time, of the service that falls.

    Notes
    -----
    With a and b the logarithms of measured over expected of both, the statistic is
    z = (b - a) / sqrt(s_a^2 + s_b^2), at most six a step, added up over a run of steps
    in which a falls and b rises by a fifth and z is above 3.29; a run needs as much
    evidence as an outage does. Where a place has more than two pairs of services, 3.29
    and the evidence grow so that the chance of all pairs together stays the same. A
    common cause that moves both the same way, a holiday
    or a failed network, cancels in b - a. That one service replaces the other is a
    reading of it, and not the only one.

    Examples
    --------
    >>> day = 86_400_000_000
    >>> noise = np.sin(np.arange(120.0) * 7)
    >>> one, other = 1000 + 10 * noise, 500 - 5 * noise
    >>> one[100:110] *= 0.3
    >>> other[100:110] *= 2.5
    >>> made = lambda name, values: Series("IR", "", name, "users", "usage", day,
    ...     np.arange(120) * day, values.round())
    >>> [(row.place, row.started_us // day, row.ended_us // day, row.sources)
    ...     for row in substitutions([made("app", one), made("tor-metrics", other)])]
    [('IR', 100, 110, ('app', 'tor-metrics'))]
    """
    places: dict[str, list[Series]] = {}
    for one in series:
        if one.reading in ("usage", "anomalies"):
            places.setdefault(one.place, []).append(one)
    found = [row for alike in places.values() for row in _of_place(alike)]
    return sorted(found, key=lambda one: (one.place, one.started_us, one.sources))


def _of_place(alike: Sequence[Series]) -> list[Outage]:
    """Hold every two series of one place against each other, in the coarser's steps."""
    pairs = [(a, b) for a, b in permutations(alike, 2) if b.reading == "usage"]
    sides = _Sides()
    return [
        row
        for fallen, risen in pairs
        for row in _between(sides, fallen, risen, len(pairs))
    ]


class _Sides:
    """Expectations, worked out once for every series and step."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], _Side] = {}

    def of(self, series: Series, step: int) -> _Side:
        """Return a series in steps of so much, and how far it is from its own past."""
        key = id(series), step
        if key not in self._known:
            self._known[key] = _side(coarser(series, step))
        return self._known[key]


def _between(
    sides: _Sides, fallen: Series, risen: Series, n_pairs: int
) -> list[Outage]:
    step = max(fallen.step_us, risen.step_us)
    try:
        low, high = _at_once(sides.of(fallen, step), sides.of(risen, step))
    except NotEnoughDataError:
        return []
    error = np.hypot(low.error, high.error)
    # The more services are compared, the more often two part by chance.
    least = float(norm.isf(norm.sf(Z) * 2 / max(n_pairs, 2)))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (high.off - low.off) / error
        marked = np.asarray(
            (low.off <= np.log(1 - LEAST))
            & (high.off >= np.log(1 + LEAST))
            & (z >= least)
        )
    evidence = np.where(marked, np.minimum(z, MOST), 0.0)
    needed = enough(step) * max(least / Z, 1.0)
    return [
        _row(low, high, first, last)
        for first, last in _lasting(marked, np.isfinite(z))
        if evidence[first : last + 1].sum() >= needed
    ]


def _at_once(one: _Side, other: _Side) -> tuple[_Side, _Side]:
    """Return both where both have a measurement."""
    here, there = common(one.series, other.series)
    return one.at(here), other.at(there)


def _lasting(marked: Marks, known: Marks) -> list[tuple[int, int]]:
    """Return runs of marks; steps of which nobody knows anything do not end one."""
    places = np.flatnonzero(known)
    return [
        (int(places[first]), int(places[last])) for first, last in runs(marked[places])
    ]


def _side(series: Series) -> _Side:
    watched = watch(series, PATIENT)
    spread = watched.expected.spread
    error = np.full(len(series.values), np.nan) if spread is None else spread
    off = log_ratio(series, watched.expected)
    # Nobody moved to a service whose instrument failed.
    for first, last in (*watched.spikes, *watched.thin):
        off[first : last + 1] = np.nan
    return _Side(series, off, error)


def _row(low: _Side, high: _Side, first: int, last: int) -> Outage:
    """Return a run as an outage of the service that falls."""
    series = low.series
    times, step = series.times_us, series.step_us
    begin, end = int(times[first]), int(times[last]) + step
    over = last + 1 < len(times)
    run = slice(first, last + 1)
    drops, rises = 1 - np.exp(low.off[run]), np.exp(high.off[run])
    drops, rises = drops[np.isfinite(drops)], rises[np.isfinite(rises)]
    shown = tuple(sorted({series.source, high.series.source}))
    return Outage(
        place=series.place,
        kind="substitution",
        started_us=begin,
        # The change may lie anywhere in the gap before, or in its first step.
        started_low_us=int(times[first - 1]) + step if first else begin,
        started_high_us=begin + step,
        ended_us=end if over else None,
        ended_low_us=end - step if over else None,
        ended_high_us=int(times[last + 1]) if over else None,
        severity=float(drops.mean()) * (end - begin) / HOUR_US,
        depth=float(drops.max()),
        sources=shown,
        confirmed=len(shown) > 1,
        method=METHOD,
        why=f"{_noun(series)} ({series.source}) fell by {drops.max():.0%} at most "
        f"while {high.series.metric} ({high.series.source}) rose to {rises.max():.1f} "
        "times what was expected: users may have gone from the one to the other.",
    )


def _noun(series: Series) -> str:
    if series.reading == "anomalies":
        return f"the share of tests without {series.metric}"
    return series.metric
