"""Outages in public measurements: found, dated, told apart, confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rasad.connectivity import artefacts
from rasad.connectivity.alarms import USUAL, Rule, Watched, watch
from rasad.connectivity.change_points import Moment
from rasad.connectivity.disaster import Footprint, Site, footprints
from rasad.connectivity.episodes import Episode
from rasad.connectivity.fusion import begun, ended, fused, sources
from rasad.connectivity.outage import Outage, OutageKind
from rasad.connectivity.places import depth_of, with_wholes
from rasad.connectivity.seasonal import STANDARD, Model
from rasad.connectivity.series import WATCHED, Series
from rasad.connectivity.unjudged import unjudged
from rasad.extend import Progress, no_progress

DEEP = 0.5
"""Relative drop from which a fall seen by one source is called an outage."""
AGREED = 0.2
"""Relative drop that is enough where two independent sources show it."""
METHOD = "seasonal"
POWER = "a power cut of the whole country would look the same"
STOPPED = "it is exactly zero, which a stopped instrument would show as well"

ONE_SERVICE = frozenset(("ooni", "tor", "tor-metrics"))
"""Sources that count the users of one service, which can be blocked by itself."""


@dataclass(frozen=True)
class Findings:
    """What was found in a set of series.

    Parameters
    ----------
    watched : list of Watched
        Every series, those of larger places included.
    outages : list of Outage
        National ones, regional ones and artefacts, by place and time.
    footprints : list of Footprint
        Neighbouring places hit together.
    unjudged : list of Series
        Series in which no outage is looked for.
    """

    watched: Sequence[Watched]
    outages: Sequence[Outage]
    footprints: Sequence[Footprint]
    unjudged: Sequence[Series] = ()


def detect(
    series: Sequence[Series],
    sites: Mapping[str, Site] | None = None,
    model: Model = STANDARD,
    rule: Rule = USUAL,
    progress: Progress = no_progress,
) -> Findings:
    """Find outages in series, and tell them from what only looks like them.

    Parameters
    ----------
    series : sequence of Series
        From any number of files, sources and places; those whose reading is none of
        `WATCHED` are not judged.
    sites : mapping of str to (float, float), optional
        Latitude and longitude of places, for the footprint of a disaster.
    model, rule : Model, Rule
        How the expectation is made, and what makes an episode.
    progress : Progress
        Told how many series were looked at.

    Returns
    -------
    Findings

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> values = 100 + np.sin(np.arange(240.0) * 7)
    >>> values[200:] = 4
    >>> dark = Series("IR", "", "x", "up", "reachability", hour,
    ...     np.arange(240) * hour, values)
    >>> [(one.place, one.kind, one.ended_us) for one in detect([dark]).outages]
    [('IR', 'shutdown', None)]
    """
    falling = [one for one in series if one.reading in WATCHED]
    every = with_wholes(falling)
    watched = []
    for n, one in enumerate(every):
        progress("look for outages", n, len(every))
        watched.append(watch(one, model, rule))
    marks = [
        mark
        for alike in _leaves(watched).values()
        for mark in footprints(alike, sites or {})
    ]
    judge = _Judge(watched, marks)
    found = [judge.outage(group) for group in judge.groups()]
    found += [row for one in watched for row in artefacts.odd_rises(one)]
    found.sort(key=lambda one: (one.place, one.started_us, one.kind, one.sources))
    return Findings(watched, found, marks, unjudged(series))


def remarks(findings: Findings) -> list[str]:
    """Say where nothing could be looked for.

    Parameters
    ----------
    findings : Findings
        What was found.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> short = Series("IR", "", "x", "up", "usage", hour, np.arange(2) * hour,
    ...     np.ones(2))
    >>> remarks(detect([short]))
    ['1 of 1 series is too short to watch: three days come before a first prediction.']
    """
    short = sum(not np.isfinite(one.expected.low).any() for one in findings.watched)
    if not short:
        return []
    are = "is" if short == 1 else "are"
    return [
        f"{short:,} of {len(findings.watched):,} series {are} too short to watch: "
        "three days come before a first prediction."
    ]


def _leaves(watched: Sequence[Watched]) -> dict[tuple[str, str], list[Watched]]:
    """Return the finest places of every source and metric."""
    deepest: dict[tuple[str, str, str], int] = {}
    for one in watched:
        key = (one.series.source, one.series.metric, one.series.country)
        deepest[key] = max(deepest.get(key, 0), depth_of(one.series))
    found: dict[tuple[str, str], list[Watched]] = {}
    for one in watched:
        key = (one.series.source, one.series.metric, one.series.country)
        if depth_of(one.series) == deepest[key] > 0:
            found.setdefault(key[:2], []).append(one)
    return found


class _Judge:
    """Everything that was watched, to hold one outage against the others."""

    def __init__(self, watched: Sequence[Watched], marks: Sequence[Footprint]) -> None:
        self.watched, self.marks = watched, marks

    def groups(self) -> list[tuple[Episode, ...]]:
        """Return what is told of: countries, provinces, and counties of a disaster."""
        places: dict[str, list[Episode]] = {}
        for one in self.watched:
            if depth_of(one.series) < 2:
                places.setdefault(one.series.place, []).extend(one.episodes)
        for one in self.watched:
            if depth_of(one.series) == 2:
                alone = [e for e in one.episodes if self._alone(e, places)]
                places.setdefault(one.series.place, []).extend(alone)
        return [group for every in places.values() for group in fused(every)]

    def outage(self, episodes: tuple[Episode, ...]) -> Outage:
        """Return one outage with its name and the reason for it."""
        lead, shown = episodes[0], sources(episodes)
        start, end = _in_order(begun(episodes), ended(episodes))
        kind, why = self._called(episodes, len(shown) > 1)
        depth = max(one.depth for one in episodes)
        fell = f"{_noun(lead)} fell by up to {100 * depth:.0f} %"
        lasting = "" if end else "; nothing in the data shows its end"
        return Outage(
            place=lead.series.place,
            kind=kind,
            started_us=start.best_us,
            started_low_us=start.low_us,
            started_high_us=start.high_us,
            ended_us=end.best_us if end else None,
            ended_low_us=end.low_us if end else None,
            ended_high_us=end.high_us if end else None,
            severity=lead.severity,
            depth=depth,
            sources=shown,
            confirmed=len(shown) > 1,
            method=METHOD,
            why=f"{fell}; {why}{lasting}.",
            episodes=episodes,
        )

    def _called(
        self, episodes: tuple[Episode, ...], confirmed: bool
    ) -> tuple[OutageKind, str]:
        lead = episodes[0]
        if failed := artefacts.fell_everywhere(lead, self.watched):
            return "monitor_failure", failed
        if failed := artefacts.stopped(episodes, self.watched):
            return "monitor_failure", failed
        if mark := self._mark(lead):
            return (
                "disaster",
                f"{mark.why}: the footprint of a disaster, not of an order",
            )
        if not confirmed and (named := artefacts.on_holiday(lead)):
            return "holiday", named
        failing = any(one.series.reading == "anomalies" for one in episodes)
        if failing and not _wide(episodes):
            return "block", _agreement(
                episodes, "tests fail far more often than before"
            )
        fallen = [one for one in episodes if one.series.reading != "anomalies"]
        deep = max(one.depth for one in fallen)
        if lead.series.region:
            return self._regional(episodes, deep, confirmed)
        return self._national(episodes, deep, confirmed)

    def _national(
        self, episodes: tuple[Episode, ...], deep: float, confirmed: bool
    ) -> tuple[OutageKind, str]:
        if confirmed and deep >= (AGREED if _wide(episodes) else DEEP):
            return "shutdown", _agreement(episodes, "the country as a whole fell")
        if deep < DEEP:
            return "unexplained", (
                "too shallow for one source to tell an outage from a change of use or "
                "of the instrument"
            )
        if not _wide(episodes):
            return "unexplained", (
                "one service alone fell: a block of it, or a shutdown that another "
                "source would show"
            )
        zero = f"; {STOPPED}" if artefacts.shows_nothing(episodes) else ""
        return "shutdown", self._extent(episodes[0]) + zero

    def _regional(
        self, episodes: tuple[Episode, ...], deep: float, confirmed: bool
    ) -> tuple[OutageKind, str]:
        country = episodes[0].series.country
        around = [
            episode
            for one in self.watched
            if one.series.place == country
            for episode in one.episodes
            if _overlap(episode, episodes[0]) and episode.depth >= DEEP
        ]
        if around and deep >= DEEP:
            return "regional_outage", f"part of the outage of {country}"
        if deep >= DEEP or (confirmed and deep >= AGREED):
            return "regional_outage", _agreement(
                episodes, "this region fell while the country did not"
            )
        return "unexplained", (
            "an alarm of one region, too shallow or too short to be called an outage"
        )

    def _extent(self, lead: Episode) -> str:
        """Say in how many parts of the country it went dark."""
        parts = [
            any(_overlap(e, lead) and e.depth >= DEEP for e in one.episodes)
            for one in self.watched
            if one.series.country == lead.series.country
            and depth_of(one.series) == 1
            and one.series.source == lead.series.source
        ]
        if not parts:
            return f"the whole country fell, seen by one source; {POWER}"
        return (
            f"{sum(parts)} of {len(parts)} regions lost at least half, seen by one "
            f"source; {POWER}"
        )

    def _mark(self, episode: Episode) -> Footprint | None:
        """Return the disaster that hit a place at the time of an episode."""
        for mark in self.marks:
            series = episode.series
            inside = series.place in mark.places or series.place in mark.regions
            if not series.region:
                inside = all(p.split("/")[0] == series.country for p in mark.regions)
            at_once = episode.begin_us < mark.end_us and mark.begin_us < episode.end_us
            if mark.disaster and inside and at_once:
                return mark
        return None

    def _alone(self, episode: Episode, places: Mapping[str, list[Episode]]) -> bool:
        """Tell whether a disaster hit a county whose province shows nothing."""
        if self._mark(episode) is None:
            return False
        province = "/".join(episode.series.place.split("/")[:2])
        return not any(_overlap(episode, one) for one in places.get(province, ()))


def _overlap(one: Episode, other: Episode) -> bool:
    return one.begin_us < other.end_us and other.begin_us < one.end_us


def _in_order(start: Moment, end: Moment | None) -> tuple[Moment, Moment | None]:
    """Return moments whose best estimates do not pass each other.

    Of an outage within one step neither is known finer than the step.
    """
    if end is None or start.best_us <= end.best_us:
        return start, end
    first = max(start.low_us, min(end.best_us, start.best_us))
    return replace(start, best_us=first), replace(end, best_us=max(first, end.best_us))


def _wide(episodes: tuple[Episode, ...]) -> list[Episode]:
    """Return the episodes in which more fell than the use of one service."""
    return [
        one
        for one in episodes
        if one.series.reading != "anomalies" and one.series.source not in ONE_SERVICE
    ]


def _noun(episode: Episode) -> str:
    nouns = {
        "reachability": "Reachability",
        "usage": "Use",
        "anomalies": "The share of tests that pass",
    }
    return f"{nouns[episode.series.reading]} ({episode.series.source})"


def _agreement(episodes: tuple[Episode, ...], alone: str) -> str:
    shown = sources(episodes)
    if len(shown) > 1:
        return f"{alone}, and {len(shown)} independent sources agree"
    return f"{alone}, seen by one source"
