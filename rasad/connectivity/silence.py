"""D1: whether a frozen group falls silent with a country that it does not claim.

Everything here is about aggregates of at least 25 accounts, by the hour, and every
count is rounded to five before it is compared with anything. Which account did what is
not known in this module: it is given sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rasad.connectivity.differences import (
    Differences,
    differences,
    likened,
    log_of,
)
from rasad.connectivity.expectation import (
    DAY,
    Bool,
    Int,
    Real,
    Windows,
    enough_history,
    hourly,
)
from rasad.connectivity.placebo import Placebos, calibrated, placebo_p, placebos

LEVEL = 0.05
DOUBT = 0.2
"""p-values up to which the answer is *supported*, and *ambiguous*."""

DEEP = float(np.log(0.8))
"""D1 above which a silence is too slight to be called one: a fifth below control."""

USUAL = (0.025, 0.975)
"""Quantiles of placebo dates between which a value is nothing out of the ordinary."""

AFTERMATH = 48
"""Hours after an outage, and at least its own length, that are no ordinary ones."""

LONGEST_RECOVERY = 14
"""Days after an outage in which the return is looked for."""


@dataclass(frozen=True)
class Counts:
    """Active accounts of aggregates, hour by hour.

    Parameters
    ----------
    start_hour : int
        Hours from 1970 UTC to the first hour.
    group, control : ndarray of float64, shape (n,)
        The group, and the population of the place and language it declares.
    draws : ndarray of float64, shape (m, n)
        Aggregates of ordinary accounts as large and busy as the group; none if m is 0.
    known : ndarray of bool, shape (n,)
        Hours in which posts were collected.
    """

    start_hour: int
    group: Real
    control: Real
    draws: Real
    known: Bool

    def __len__(self) -> int:
        return len(self.known)


@dataclass(frozen=True)
class Event:
    """An outage, in whole hours since 1970 UTC: the first one, and the one after.

    Parameters
    ----------
    begin, end : int
        Hours; the outage lies inside of them.
    place : str
        Country, where it is known.
    depth : float, optional
        Share of what was reachable that was lost.
    """

    begin: int
    end: int
    place: str = ""
    depth: float | None = None

    @property
    def hours(self) -> int:
        """Length in hours."""
        return self.end - self.begin

    @property
    def over(self) -> int:
        """First hour that is ordinary again."""
        return self.end + max(AFTERMATH, self.hours)


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What one outage shows of one group.

    All numbers but those of placebo dates are None where the answer is withheld, which
    it is when the group was no more silent than its control, or cannot be given.

    Parameters
    ----------
    event : Event
        The outage.
    reason : str
        Why there are no numbers; empty if there are.
    r_group, r_control : float
        Active account-hours over expected ones.
    control_low, control_high : float
        Between which that of the control lies on 95 % of the placebo dates.
    d1, d1_low, d1_high : float
        Logarithm of their ratio, with the 95 % interval of the placebo dates.
    p_placebo : float
        Share of placebo dates that are as low.
    p_matched : float
        Share of matched controls that are as low.
    e_value : float
        That of `p_placebo`; one half where the answer is withheld.
    n_placebo, n_apart : int
        Placebo dates, and those whose windows do not overlap.
    matched : str
        How placebo dates are like the event.
    could_see : bool
        Whether a whole silence of the group would have had p at most 0.05.
    recovered_days : int
        Days from the end until half of D1 was made good; None if not in 14 days or
        not in the data.
    followed_days : int
        Days after the end that were looked at: the data hold them whole, and they lie
        in no other outage; 14 at most.
    placebo : ndarray of float64
        D1 of the placebo dates, as if their noise were that of the outage's hours.
    """

    event: Event
    reason: str = ""
    r_group: float | None = None
    r_control: float | None = None
    control_low: float | None = None
    control_high: float | None = None
    d1: float | None = None
    d1_low: float | None = None
    d1_high: float | None = None
    p_placebo: float | None = None
    p_matched: float | None = None
    e_value: float = 0.5
    n_placebo: int = 0
    n_apart: int = 0
    matched: str = ""
    could_see: bool = False
    recovered_days: int | None = None
    followed_days: int = 0
    placebo: Real = field(default_factory=lambda: np.zeros(0), repr=False)

    @property
    def shown(self) -> bool:
        """Whether there are numbers."""
        return self.d1 is not None


NO_LOWER = "the group was not more silent than the population it declares"
NO_HISTORY = "fewer than 14 days before the outage are in the data"
NO_EVENT = "the data do not hold the whole outage"
NO_PLACEBO = "no other date has enough days before it to be compared with"


def silences(counts: Counts, events: Sequence[Event]) -> list[Silence]:
    """Compare a group with its control in each outage, and both with placebo dates.

    Parameters
    ----------
    counts : Counts
        Sums by the hour.
    events : sequence of Event
        Outages that do not overlap.

    Returns
    -------
    list of Silence
        One per event, in the order of time.

    Notes
    -----
    Methods reference, section 5.3::

        R  = (5 round(sum y / 5) + 2.5) / (sum yhat + 2.5)
        D1 = log R_group - log R_control

    Each event is held against placebo dates that are nearer to it than to any other
    event, so that e-values of several events may be multiplied. D1 of other hours is
    `likened` to that of the event's hours first.
    """
    ordered = sorted(events, key=lambda one: one.begin)
    usual = usual_hours(counts, ordered)
    territories = _territories(counts, ordered)
    found = []
    for event, (first, last) in zip(ordered, territories, strict=True):
        quiet = usual.copy()
        quiet[:first] = quiet[last:] = False
        after = _known_without(counts, [one for one in ordered if one is not event])
        found.append(_silence(counts, event, usual, quiet, after))
    return found


def usual_hours(counts: Counts, events: Sequence[Event]) -> Bool:
    """Return the hours that may be learned from: known ones, outside of all events."""
    usual = counts.known.copy()
    for event in events:
        first, last = event.begin - counts.start_hour, event.over - counts.start_hour
        usual[max(first, 0) : max(last, 0)] = False
    return usual


def _known_without(counts: Counts, events: Sequence[Event]) -> Bool:
    """Return the hours that were collected and lie in none of some outages."""
    known = counts.known.copy()
    for event in events:
        first, last = event.begin - counts.start_hour, event.end - counts.start_hour
        known[max(first, 0) : max(last, 0)] = False
    return known


def _territories(counts: Counts, events: Sequence[Event]) -> list[tuple[int, int]]:
    """Return the hours that are nearer to each event than to any other."""
    inner = [
        (one.end + other.begin) // 2 - counts.start_hour
        for one, other in zip(events, events[1:], strict=False)
    ]
    bounds = [0, *(max(hour, 0) for hour in inner), len(counts)]
    return list(zip(bounds, bounds[1:], strict=False))


def _silence(
    counts: Counts, event: Event, usual: Bool, quiet: Bool, after: Bool
) -> Silence:
    begin = event.begin - counts.start_hour
    end = begin + event.hours
    if begin < 0 or end > len(counts) or not counts.known[begin:end].all():
        return Silence(event=event, reason=NO_EVENT)
    onset = np.array([begin], np.int64)
    if not enough_history(usual, onset)[0]:
        return Silence(event=event, reason=NO_HISTORY)
    dates = placebos(begin, event.hours, usual, quiet, counts.start_hour)
    if not dates.apart:
        return Silence(event=event, reason=NO_PLACEBO)
    return _measured(counts, event, usual, dates, after)


def _measured(
    counts: Counts, event: Event, usual: Bool, dates: Placebos, after: Bool
) -> Silence:
    other = _differences(counts, usual, dates.onset, event.hours)
    onset = np.array([event.begin - counts.start_hour], np.int64)
    own = _differences(counts, usual, onset, event.hours)
    others = likened(other, own)
    group, control, d1 = (float(x[0]) for x in (own.group, own.control, own.d1))
    p = placebo_p(d1, others, dates.apart)
    plain = Silence(
        event=event,
        n_placebo=len(dates.onset),
        n_apart=dates.apart,
        matched=dates.matched,
        could_see=placebo_p(float(own.silent[0]), others, dates.apart) <= LEVEL,
    )
    # A group that stayed on must look like one of which nothing is known: see D2.
    if d1 >= 0 or p > 0.5:
        return replace(plain, reason=NO_LOWER)
    low, high = np.quantile(others, USUAL).tolist()
    recovered, followed = _recovery(counts, event, usual, after, d1)
    return replace(
        plain,
        r_group=float(np.exp(group)),
        r_control=float(np.exp(control)),
        control_low=float(np.exp(np.quantile(other.control, USUAL[0]))),
        control_high=float(np.exp(np.quantile(other.control, USUAL[1]))),
        d1=d1,
        d1_low=d1 - high,
        d1_high=d1 - low,
        p_placebo=p,
        p_matched=_matched(counts, event, usual, own),
        e_value=calibrated(p),
        recovered_days=recovered,
        followed_days=followed,
        placebo=others,
    )


def _differences(counts: Counts, usual: Bool, onset: Int, hours: int) -> Differences:
    return differences(counts.group, counts.control, usual, onset, hours)


def _matched(
    counts: Counts, event: Event, usual: Bool, own: Differences
) -> float | None:
    """Return the share of matched controls that were as silent; None without any."""
    if not len(counts.draws):
        return None
    onset = np.array([event.begin - counts.start_hour], np.int64)
    drawn = differences(counts.draws, counts.control, usual, onset, event.hours)
    others = likened(drawn, own)
    return float((1 + (others <= own.d1).sum()) / (1 + len(others)))


def _recovery(
    counts: Counts, event: Event, usual: Bool, after: Bool, d1: float
) -> tuple[int | None, int]:
    """Return the day by which half of a silence was made good, and days looked at.

    What is expected is that of the onset, week after week, however long the outage.
    Days that were not collected, or lie in another outage, say nothing.
    """
    onset = event.begin - counts.start_hour
    end = onset + event.hours
    days = min((len(counts) - end) // DAY, LONGEST_RECOVERY)
    rows, two = np.stack([counts.group, counts.control]), np.arange(2)
    lasting = event.hours + max(days, 0) * DAY
    level = hourly(Windows(rows, usual, two, np.full(2, onset), lasting))
    followed = 0
    for day in range(days):
        span = slice(end + DAY * day, end + DAY * (day + 1))
        if not after[span].all():
            continue
        followed += 1
        seen = rows[:, span].sum(axis=1)
        hoped = level[:, span.start - onset : span.stop - onset].sum(axis=1)
        group, control = log_of(seen, hoped)
        if group - control >= d1 / 2:
            return day + 1, followed
    return None, followed
