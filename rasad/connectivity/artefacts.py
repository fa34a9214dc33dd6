"""What looks like an outage and is none: failed instruments, holidays, odd rises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from rasad.connectivity.alarms import SPIKE, Watched
from rasad.connectivity.clocks import local_times
from rasad.connectivity.durations import DAY_US, HOUR_US
from rasad.connectivity.episodes import Episode
from rasad.connectivity.holidays import holiday
from rasad.connectivity.outage import Outage

LEAST_COUNTRIES = 3
NEARLY_ALL = 0.8
HOLIDAY_DEPTH = 0.5
"""Relative drop from which nobody calls an outage a holiday."""
LONGEST_HOLIDAY_US = 16 * DAY_US
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fell_everywhere(episode: Episode, watched: Iterable[Watched]) -> str:
    """Say that an instrument failed, where all its countries fell at one moment.

    Parameters
    ----------
    episode : Episode
        Of a country, or of a part of one.
    watched : iterable of Watched
        Everything that was watched.

    Returns
    -------
    str
        Why; empty if at least three countries do not tell.
    """
    own = episode.series
    alike = {
        one.series.country: any(_with(other, episode) for other in one.episodes)
        for one in watched
        if not one.series.region
        and (one.series.source, one.series.metric) == (own.source, own.metric)
        and _measured(one, episode)
    }
    fell = sorted(country for country, did in alike.items() if did)
    if len(fell) < LEAST_COUNTRIES or len(fell) < NEARLY_ALL * len(alike):
        return ""
    at_once = "step" if own.step_us >= HOUR_US else "hour"
    return (
        f"{len(fell)} of the {len(alike)} countries that {own.source} measured "
        f"({', '.join(fell[:8])}) fell in the same {at_once}: the instrument failed, "
        "not their networks"
    )


def shows_nothing(episodes: Sequence[Episode]) -> bool:
    """Tell whether every source shows exactly zero from one step on.

    Networks that are cut off mostly leave a rest: exempt lines, satellites, errors. But
    not every instrument sees it.
    """
    return not any(
        one.series.reading == "anomalies"
        or np.nansum(one.values[one.first : one.last + 1]) > 0
        for one in episodes
    )


def stopped(episodes: Sequence[Episode], watched: Iterable[Watched]) -> str:
    """Say that an instrument stopped, where it shows nothing and another sees no fall.

    Parameters
    ----------
    episodes : sequence of Episode
        Of one outage, the leading one first.
    watched : iterable of Watched
        Everything that was watched.

    Returns
    -------
    str
        Why; empty if it shows anything, or nothing else measured the same place.
    """
    if not shows_nothing(episodes):
        return ""
    own = {(one.series.source, one.series.metric) for one in episodes}
    lit = sorted(
        {
            f"{one.series.source} ({one.series.metric})"
            for one in watched
            if one.series.place == episodes[0].series.place
            and (one.series.source, one.series.metric) not in own
            and _went_on(one, episodes[0])
        }
    )
    if not lit:
        return ""
    names = ", ".join(sorted({source for source, _ in own}))
    return (
        f"{names} shows exactly zero while {', '.join(lit)} of the same place did not "
        "fall: the instrument stopped, not the network"
    )


def on_holiday(episode: Episode) -> str:
    """Say which holiday explains a shallow fall, if one does."""
    long = episode.end_us - episode.begin_us > LONGEST_HOLIDAY_US
    if episode.depth >= HOLIDAY_DEPTH or long or episode.open:
        return ""
    zone = episode.series.zone
    times = np.array([episode.begin_us, episode.end_us - 1])
    first, last = (_day(int(us)) for us in local_times(times, zone))
    country = episode.series.country
    name = holiday(country, first)
    if not name or holiday(country, last) != name:
        return ""
    return (
        f"a fall by {100 * episode.depth:.0f} % at most, within {name} by the "
        "calendar: people use networks less then"
    )


def odd_rises(one: Watched) -> list[Outage]:
    """Return rises and thin coverage of a series as failures of the monitor.

    Parameters
    ----------
    one : Watched
        A series of users.

    Returns
    -------
    list of Outage
        Kind `monitor_failure`, without depth or severity: nothing was cut off.
    """
    found = []
    for first, last in one.spikes:
        top = float(np.nanmax(one.series.values[first : last + 1]))
        usual = float(one.expected.middle[first])
        why = (
            f"{one.series.source} counts {top:,.0f} where {usual:,.0f} were expected, "
            f"more than {SPIKE:.0f} times the upper bound, and less than half of it is "
            "left within a week: no population of users grows and goes like this, and "
            "it is no recovery"
        )
        found.append(_failure(one, first, last, why))
    for first, last in one.thin:
        why = (
            f"{one.series.source} itself covered less than half of what it usually "
            "covers: its values are not trusted, neither as outage nor as recovery"
        )
        found.append(_failure(one, first, last, why))
    return found


def _failure(one: Watched, first: int, last: int, why: str) -> Outage:
    begin = int(one.series.times_us[first])
    end = int(one.series.times_us[last]) + one.series.step_us
    return Outage(
        place=one.series.place,
        kind="monitor_failure",
        started_us=begin,
        started_low_us=begin,
        started_high_us=begin + one.series.step_us,
        ended_us=end,
        ended_low_us=end - one.series.step_us,
        ended_high_us=end,
        severity=0.0,
        depth=0.0,
        sources=(one.series.source,),
        confirmed=False,
        method="spike",
        why=why,
        episodes=(Episode(one.series, one.expected, first, last),),
    )


def _went_on(other: Watched, episode: Episode) -> bool:
    """Tell whether another series measured a whole step of an episode, and no fall."""
    series = other.series
    begin, end = episode.begin_us, episode.end_us
    if series.reading == "anomalies":
        return False
    inside = (series.times_us >= begin) & (series.times_us + series.step_us <= end)
    told = np.isfinite(series.values) & np.isfinite(other.expected.low) & inside
    fell = any(one.begin_us < end and begin < one.end_us for one in other.episodes)
    return bool(told.any()) and not fell


def _with(other: Episode, episode: Episode) -> bool:
    step = max(episode.series.step_us, HOUR_US)
    near = abs(other.begin_us - episode.begin_us) <= step
    return near and other.begin_us < episode.end_us and episode.begin_us < other.end_us


def _measured(one: Watched, episode: Episode) -> bool:
    """Tell whether a place was watched when an episode began."""
    place = int(np.searchsorted(one.series.times_us, episode.begin_us))
    here = one.expected.low[place : place + 2]
    return bool(np.isfinite(here).any())


def _day(us: int) -> date:
    return (EPOCH + timedelta(microseconds=us)).date()
