"""Outages that were found, held against events that others listed.

A list of events is a source of its own. An outage that a list has too is confirmed by
it; a list never makes an outage, and never changes when one began or what it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rasad.connectivity.durations import DAY_US
from rasad.connectivity.outage import ARTEFACTS, Outage
from rasad.connectivity.parts import Event
from rasad.connectivity.series import Series

LISTED = {
    "shutdown": "a shutdown",
    "block": "a block of services",
    "throttle": "a slowed network",
    "outage": "an outage",
    "alert": "an alert",
}


def with_reports(outages: Sequence[Outage], events: Sequence[Event]) -> list[Outage]:
    """Return outages, those that a list has too with its name among their sources.

    Parameters
    ----------
    outages : sequence of Outage
        As found in series.
    events : sequence of Event
        As others listed them.

    Returns
    -------
    list of Outage
        In the same order. Disasters, holidays and failed monitors stay as they are.

    Notes
    -----
    An event and an outage are one if they are of the same country, the event is of all
    of it or both name the same region, and the event begins where the outage may have
    begun, give or take how exactly the list tells it. A list of days cannot be held to
    more than the day before and after.

    Examples
    --------
    >>> day = 86_400_000_000
    >>> dark = Outage(place="IR", kind="shutdown", started_us=18_216 * day,
    ...     started_low_us=18_216 * day, started_high_us=18_216 * day, ended_us=None,
    ...     ended_low_us=None, ended_high_us=None, severity=1.0, depth=0.9,
    ...     sources=("ip-observatory",), confirmed=False, method="seasonal", why="dark")
    >>> event = Event("IR", "", "access-now", "shutdown", 18_216 * day, None, day,
    ...     "unknown", scope="national")
    >>> (found,) = with_reports([dark], [event])
    >>> found.sources, found.confirmed
    (('access-now', 'ip-observatory'), True)
    """
    return [_reported(one, events) for one in outages]


def _reported(outage: Outage, events: Sequence[Event]) -> Outage:
    if outage.kind in ARTEFACTS:
        return outage
    fitting = [one for one in events if _is_one(outage, one)]
    new = {one.source: one for one in fitting if one.source not in outage.sources}
    if not new:
        return outage
    listed = "; ".join(
        f"{source} lists {LISTED[one.kind]} from {_day(one.started_us)}"
        for source, one in sorted(new.items())
    )
    return replace(
        outage,
        sources=tuple(sorted({*outage.sources, *new})),
        confirmed=True,
        why=f"{outage.why.rstrip('.')}; {listed}.",
    )


def _is_one(outage: Outage, event: Event) -> bool:
    country, _, region = outage.place.partition("/")
    if event.country != country or event.kind == "normal":
        return False
    national = event.scope == "national" or not (event.scope or event.area)
    if not national and not (region and _names(event.area, region)):
        return False
    slack = event.exact_us if event.exact_us >= DAY_US else DAY_US // 24
    return (
        outage.started_low_us - slack
        <= event.started_us
        <= outage.started_high_us + slack
    )


def _names(area: str, region: str) -> bool:
    """Tell whether the words of a list name a region."""
    return region.rpartition("/")[2].casefold() in area.casefold()


def _day(us: int) -> str:
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%d}"


def remark(
    events: Sequence[Event], outages: Sequence[Outage], series: Sequence[Series]
) -> list[str]:
    """Say how many listed events the series could show, and how many outages are them.

    Parameters
    ----------
    events : sequence of Event
        As others listed them.
    outages : sequence of Outage
        As found.
    series : sequence of Series
        What was measured.

    Returns
    -------
    list of str
        One sentence, or none where nothing was listed or measured.
    """
    spans = [
        (one.country, int(one.times_us[0]), int(one.times_us[-1]) + one.step_us)
        for one in series
        if len(one.times_us)
    ]
    inside = [
        event
        for event in events
        if any(
            event.country == country and first <= event.started_us < last
            for country, first, last in spans
        )
    ]
    if not inside:
        return []
    seen = sum(
        any(_is_one(one, event) for one in outages if one.kind not in ARTEFACTS)
        for event in inside
    )
    return [
        f"Of {len(inside):,} listed events in countries and times that were measured, "
        f"{seen:,} begin with an outage that was found."
    ]
