"""What is told of a group, and nothing else: rounded, of large aggregates, by the hour.

An answer is all that leaves this stage. It holds no ids, no member and no hour in which
single accounts could be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from rasad.connectivity.expectation import DAY, WEEK, Real, Windows, hourly
from rasad.connectivity.rules import BIN_US, ROUNDED, rounded
from rasad.connectivity.silence import Counts, Event, Silence, usual_hours
from rasad.connectivity.verdicts import Join

BINS = (1, 3, 6, 12, 24)
"""Hours of a column of the drawing; the first that is well filled is taken."""

FILLED = 50.0
"""Account-hours to be expected in a column, so that steps of five do not show."""

AROUND = 7 * DAY
"""Hours before and after an outage that are drawn."""


@dataclass(frozen=True, kw_only=True)
class Display:
    """An outage as it is drawn.

    Parameters
    ----------
    start_us, bin_us : int
        First column and width of columns, microseconds.
    group, control : ndarray of float64
        Active account-hours, to the nearest five, over expected ones; NaN in gaps, and
        where fewer than five were expected.
    sparse : int
        Columns of the group that were left out because so few were expected.
    """

    start_us: int
    bin_us: int
    group: Real
    control: Real
    sparse: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is told of one group.

    Parameters
    ----------
    grp : str
        Hash of its members and settings.
    size : int
        Members, to the nearest five.
    join : Join
        The verdict and what it rests on.
    displays : tuple of Display or None
        One per outage; None where nothing is shown of it.
    """

    grp: str
    size: int
    join: Join
    displays: tuple[Display | None, ...]

    def row(self) -> dict[str, Any]:
        """Return the answer as plain values; times in UTC."""
        given = self.join
        return {
            "grp": self.grp,
            "size": self.size,
            "verdict": given.verdict,
            "why": given.why,
            "e_value": _short(given.e_value),
            "p_value": _short(given.p_value),
            "p_matched": _short(given.p_matched),
            "dose": _short(given.dose),
            "stayed_on": "refused",
            "outages": [_outage(one) for one in given.silences],
            "rivals": [
                {"explanation": one.name, "fit": one.fit, "why": one.why}
                for one in given.rivals
            ],
        }


def answer_of(grp: str, size: int, given: Join, counts: Counts) -> Answer:
    """Return what may be told of a group.

    Parameters
    ----------
    grp : str
        Hash of members and settings.
    size : int
        Members.
    given : Join
        The verdict.
    counts : Counts
        Sums by the hour.
    """
    events = [one.event for one in given.silences]
    return Answer(
        grp=grp,
        size=int(rounded(np.array([float(size)]))[0]),
        join=given,
        displays=tuple(
            _display(counts, one, events) if one.shown else None
            for one in given.silences
        ),
    )


def _display(counts: Counts, shown: Silence, events: Sequence[Event]) -> Display:
    begin = shown.event.begin - counts.start_hour
    end = shown.event.end - counts.start_hour
    first, last = max(begin - AROUND, 0), min(end + AROUND, len(counts))
    usual = usual_hours(counts, events)
    rows = np.stack([counts.group, counts.control])
    two = np.arange(2)
    windows = Windows(rows, usual, two, np.full(2, begin), WEEK)
    # Hours of the week repeat, so the level at the onset serves for all that is drawn.
    level = hourly(windows)[:, (np.arange(first, last) - begin) % WEEK]
    size = _bin(float(level[0].mean()), shown.event.hours)
    start = first + (begin - first) % size
    stop = start + (last - start) // size * size
    place = slice(start - first, stop - first)
    known = counts.known[start:stop].reshape(-1, size).all(axis=1)
    seen = rows[:, start:stop].reshape(2, -1, size).sum(axis=2)
    hoped = level[:, place].reshape(2, -1, size).sum(axis=2)
    # Of an hour of the night in which two were expected, none is no silence.
    told = known & (hoped >= ROUNDED)
    ratio = np.where(told, rounded(seen) / np.maximum(hoped, ROUNDED), np.nan)
    return Display(
        start_us=(start + counts.start_hour) * BIN_US,
        bin_us=size * BIN_US,
        group=ratio[0],
        control=ratio[1],
        sparse=int((known & ~told[0]).sum()),
    )


def _bin(per_hour: float, longest: int) -> int:
    """Return how many hours a column takes; none is longer than the outage.

    Examples
    --------
    >>> _bin(60, 24), _bin(10, 24), _bin(0.1, 48), _bin(0.1, 10)
    (1, 6, 24, 6)
    """
    fitting = [hours for hours in BINS if hours <= longest]
    filled = (hours for hours in fitting if hours * per_hour >= FILLED)
    return next(filled, fitting[-1])


def _outage(one: Silence) -> dict[str, Any]:
    return {
        "started_at": _moment(one.event.begin),
        "ended_at": _moment(one.event.end),
        "place": one.event.place or None,
        "depth": one.event.depth,
        "withheld": one.reason or None,
        "r_group": _short(one.r_group),
        "r_control": _short(one.r_control),
        "d1": _short(one.d1),
        "d1_low": _short(one.d1_low),
        "d1_high": _short(one.d1_high),
        "p_placebo": _short(one.p_placebo),
        "p_matched": _short(one.p_matched),
        "e_value": _short(one.e_value),
        "n_placebo": one.n_placebo,
        "n_apart": one.n_apart,
        "matched": one.matched,
        "recovered_days": one.recovered_days,
        "followed_days": one.followed_days,
    }


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3_600, UTC).replace(tzinfo=None)


def _short(value: float | None) -> float | None:
    """Return a number to three significant digits."""
    return None if value is None else float(f"{value:.3g}")
