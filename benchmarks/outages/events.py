"""Outages of Iran, Russia and China against events that people reported."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.errorbars.report import Report
from benchmarks.outages.real import COUNTRIES, Event, events_of, series_of
from benchmarks.outages.scores import share
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.fusion import fused, sources
from rasad.connectivity.ioda_rule import ioda_alerts
from rasad.connectivity.outage import ARTEFACTS
from rasad.connectivity.outages import Findings, detect
from rasad.connectivity.series import Series

EARLY_US, LATE_US = 2 * DAY_US, 7 * DAY_US
"""An alarm belongs to an event when it begins so long before its start, or after it."""

SHIFTS = 200
ARTEFACT_US = (1_663_718_400_000_000, 1_664_582_400_000_000)
"""From 21 to 30 September 2022, UTC."""


@dataclass(frozen=True)
class Alarm:
    """The onset of one alarm in one country."""

    country: str
    onset_us: int


Spans = dict[str, tuple[int, int]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the folder of public measurements."""
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data/shutdown"), metavar="DIR"
    )


def run(given: argparse.Namespace) -> Report:
    """Find outages in every source and hold them against reported events."""
    report = Report("Outages in daily series against events that people reported")
    series = series_of(given.data)
    spans = _spans(series)
    events = [
        event
        for event in events_of(given.data)
        if spans[event.country][0] <= event.start_us <= spans[event.country][1]
    ]
    findings = detect(series)
    detectors = {**_ours(findings), **_iodas(findings)}
    for kind, chosen in _kinds(events).items():
        rows = [
            [name, *_scored(alarms, chosen, events, spans)]
            for name, alarms in detectors.items()
        ]
        head = [f"{kind}: {len(chosen)}", "alarms", "recall", "by chance"]
        report.table([*head, "precision", "by chance", "median delay, days"], rows)
        report.figures[kind] = {str(row[0]): row[1:] for row in rows}
    _tor_artefact(report, findings)
    return report


def _spans(series: Sequence[Series]) -> Spans:
    """Return from when to when each country was measured by anybody."""
    return {
        country: (
            min(int(s.times_us[0]) for s in series if s.country == country),
            max(int(s.times_us[-1]) for s in series if s.country == country),
        )
        for country in COUNTRIES.values()
    }


def _kinds(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Return events of which a national series can know anything, and all."""
    wide = [event for event in events if event.national]
    return {
        "events of several provinces or the country": wide,
        "all events": list(events),
    }


def _ours(findings: Findings) -> dict[str, list[Alarm]]:
    """Return the alarms of each source alone, and of all together."""
    told = [
        outage
        for outage in findings.outages
        if outage.national and outage.kind not in ARTEFACTS
    ]
    names = sorted({one.series.source for one in findings.watched})
    found = {
        name: [Alarm(o.place, o.started_us) for o in told if name in o.sources]
        for name in names
    }
    found["fused, any source"] = [Alarm(o.place, o.started_us) for o in told]
    found["fused, confirmed"] = [
        Alarm(o.place, o.started_us) for o in told if o.confirmed
    ]
    return found


def _iodas(findings: Findings) -> dict[str, list[Alarm]]:
    """Return the alerts of IODA's rule on the same series, fused in the same way."""
    names = sorted({one.series.source for one in findings.watched})
    labels = [*(f"IODA's rule, {name}" for name in names), "IODA's rule, any source"]
    found: dict[str, list[Alarm]] = {label: [] for label in labels}
    for country in COUNTRIES.values():
        alerts = [
            alert
            for one in findings.watched
            if one.series.country == country
            for alert in ioda_alerts(_scaled(one.series))
        ]
        for group in fused(alerts):
            for name in (*sources(group), "any source"):
                alarm = Alarm(country, group[0].begin_us)
                found[f"IODA's rule, {name}"].append(alarm)
    return found


def _scaled(series: Series) -> Series:
    """Return failed tests as counts, so that the rule's least prediction is met."""
    if series.reading != "anomalies" or series.out_of is None:
        return series
    passed = (1 - series.values) * 100
    return replace(series, values=passed, out_of=None, reading="usage")


def _scored(
    alarms: Sequence[Alarm],
    events: Sequence[Event],
    every: Sequence[Event],
    spans: Spans,
) -> list[str]:
    delays = _delays(alarms, events)
    right = sum(_belongs(alarm, every) for alarm in alarms)
    dice = np.random.default_rng(1)
    moved = [_moved(alarms, spans, dice) for _ in range(SHIFTS)]
    lucky = np.mean([len(_delays(each, events)) for each in moved]) / len(events)
    belong = [_belongs(alarm, every) for each in moved for alarm in each]
    correct = np.mean(belong) if belong else 0.0
    middle = f"{np.median(delays):+.1f}" if delays else "none"
    return [
        str(len(alarms)),
        _between(len(delays), len(events)),
        f"{lucky:.2f}",
        _between(right, len(alarms)),
        f"{correct:.2f}",
        middle,
    ]


def _delays(alarms: Sequence[Alarm], events: Sequence[Event]) -> list[float]:
    """Return the delay of the nearest alarm of every event that has one, in days."""
    delays = []
    for event in events:
        fitting = [
            alarm.onset_us - event.start_us
            for alarm in alarms
            if alarm.country == event.country
            and -EARLY_US <= alarm.onset_us - event.start_us <= LATE_US
        ]
        if fitting:
            delays.append(min(fitting, key=abs) / DAY_US)
    return delays


def _belongs(alarm: Alarm, events: Sequence[Event]) -> bool:
    return any(
        alarm.country == event.country
        and -EARLY_US <= alarm.onset_us - event.start_us <= LATE_US
        for event in events
    )


def _moved(
    alarms: Sequence[Alarm], spans: Spans, dice: np.random.Generator
) -> list[Alarm]:
    """Move all alarms of a country by the same time, around its span."""
    by = {
        country: int(dice.integers(end - start))
        for country, (start, end) in spans.items()
    }
    moved = []
    for alarm in alarms:
        start, end = spans[alarm.country]
        onset = start + (alarm.onset_us - start + by[alarm.country]) % (end - start)
        moved.append(Alarm(alarm.country, onset))
    return moved


def _between(n: int, of: int) -> str:
    if not of:
        return "none"
    middle, low, high = share(n, of)
    return f"{n}/{of} = {middle:.2f} ({low:.2f} to {high:.2f})"


def _tor_artefact(report: Report, findings: Findings) -> None:
    """Ask what is said of Iran's users of Tor in September 2022."""
    during = [
        outage
        for outage in findings.outages
        if outage.place == "IR"
        and "tor-metrics" in outage.sources
        and ARTEFACT_US[0] <= outage.started_us < ARTEFACT_US[1]
    ]
    for outage in during:
        begun = datetime.fromtimestamp(outage.started_us / 1e6, UTC).date()
        report.remarks.append(f"Iran, Tor, {begun}: {outage.kind}. {outage.why}")
    report.target(
        "Iran's Tor artefact of September 2022 is flagged, and is no recovery",
        any("no recovery" in one.why for one in during)
        and all(one.kind == "monitor_failure" for one in during),
    )
