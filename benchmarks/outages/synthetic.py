"""False outages in quiet series, and planted outages found, beside IODA's rule."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.errorbars.report import Report
from benchmarks.outages.scores import DETECTORS, hit, rate, share
from benchmarks.outages.worlds import STEPS, Planted, planted, quiet
from rasad.connectivity.durations import HOUR_US

DEPTHS = (0.15, 0.3, 0.5, 0.7, 0.95)
LENGTHS = {"hour": (1, 3, 6, 24, 72, 240), "day": (6, 12, 24, 72, 240, 720)}
"""Hours of planted outages."""

MOST_PER_YEAR = 0.5
"""False outages per country-year once three weeks were seen, at most."""

SEEN_DAYS = 21


@dataclass
class Tally:
    """What one detector made of the planted outages of one kind."""

    planted: int = 0
    found: int = 0
    inside: int = 0
    errors_h: list[float] = field(default_factory=list)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many series are drawn, and of which step."""
    parser.add_argument("--series", type=int, default=1000, help="of each kind")
    parser.add_argument("--step", choices=tuple(STEPS), default="hour")
    parser.add_argument("--first-seed", type=int, default=0)


def run(given: argparse.Namespace) -> Report:
    """Draw quiet and planted series and count."""
    report = Report(f"Outages in synthetic series by the {given.step}")
    seeds = range(given.first_seed, given.first_seed + given.series)
    false_outages(report, seeds, given.step)
    planted_outages(report, seeds, given.step)
    return report


def false_outages(report: Report, seeds: Iterable[int], step: str) -> None:
    """Count alarms in series in which nothing happens."""
    alarms: dict[str, list[int]] = {name: [] for name in DETECTORS}
    late: dict[str, list[int]] = {name: [] for name in DETECTORS}
    days = STEPS[step][0] * STEPS[step][1] / HOUR_US / 24
    for seed in seeds:
        series = quiet(seed, step)
        settled = int(series.times_us[0]) + SEEN_DAYS * 24 * HOUR_US
        for name, detector in DETECTORS.items():
            found = detector(series)
            alarms[name].append(len(found))
            late[name].append(sum(one.begin_us >= settled for one in found))
    n = len(next(iter(alarms.values())))
    years, later = n * days / 365.25, n * (days - SEEN_DAYS) / 365.25
    rows = []
    for name, counts in alarms.items():
        all_of, after = rate(counts, years), rate(late[name], later)
        rows.append(
            [name, n, sum(counts), _between(all_of), sum(late[name]), _between(after)]
            + [f"{np.mean(np.array(counts) > 0):.1%}"]
        )
        report.figures[f"false per year, {name}"] = all_of
        report.figures[f"false per year after three weeks, {name}"] = after
    head = ["detector", "series", "false", "per country-year", "after three weeks"]
    report.table([*head, "per country-year", "series with any"], rows)
    mine = report.figures["false per year after three weeks, seasonal"]
    report.target(
        f"seasonal: {mine[0]:.2f} false outages per country-year after three weeks, "
        f"upper bound {mine[2]:.2f}, at most {MOST_PER_YEAR}",
        mine[2] <= MOST_PER_YEAR,
    )


def planted_outages(report: Report, seeds: Iterable[int], step: str) -> None:
    """Plant one outage in each series and look for it."""
    tallies: dict[tuple[str, float, float], Tally] = {}
    for seed in seeds:
        outage = _draw(seed, step)
        series = planted(quiet(seed, step), outage)
        begin = int(series.times_us[0] + outage.begin_h * HOUR_US)
        end = begin + int(outage.length_h * HOUR_US)
        for name, detector in DETECTORS.items():
            key = (name, outage.depth, outage.length_h)
            tally = tallies.setdefault(key, Tally())
            tally.planted += 1
            one = hit(detector(series), begin, end)
            if one is not None:
                tally.found += 1
                tally.inside += one.low_us <= begin <= one.high_us
                tally.errors_h.append((one.best_us - begin) / HOUR_US)
    for name in DETECTORS:
        _recall_table(report, tallies, name, step)
    _onset_table(report, tallies)


def _draw(seed: int, step: str) -> Planted:
    dice = np.random.default_rng((seed, 7))
    step_us, n = STEPS[step]
    hours = n * step_us / HOUR_US
    length = float(dice.choice(LENGTHS[step]))
    begin = float(dice.uniform(0.25 * hours, 0.9 * hours - length))
    return Planted(begin_h=begin, length_h=length, depth=float(dice.choice(DEPTHS)))


def _recall_table(
    report: Report,
    tallies: dict[tuple[str, float, float], Tally],
    name: str,
    step: str,
) -> None:
    rows = []
    for depth in DEPTHS:
        cells: list[str] = []
        for length in LENGTHS[step]:
            one = tallies.get((name, depth, float(length)), Tally())
            cells.append(f"{one.found}/{one.planted}")
            report.figures[f"{name}, {depth}, {length} h"] = [one.found, one.planted]
        every = [t for (n, d, _), t in tallies.items() if (n, d) == (name, depth)]
        found, of = sum(t.found for t in every), sum(t.planted for t in every)
        rows.append([f"{depth:.0%}", *cells, _between(share(found, of))])
    head = [f"{name}: depth", *(f"{length} h" for length in LENGTHS[step]), "recall"]
    report.table(head, rows)


def _onset_table(
    report: Report, tallies: dict[tuple[str, float, float], Tally]
) -> None:
    rows = []
    for name in DETECTORS:
        for deep in (False, True):
            every = [
                tally
                for (n, depth, _), tally in tallies.items()
                if n == name and (depth >= 0.5) == deep
            ]
            errors = np.array([error for t in every for error in t.errors_h])
            if not len(errors):
                continue
            inside = sum(tally.inside for tally in every)
            rows.append(
                [name, "50 % and more" if deep else "less", len(errors)]
                + [f"{np.median(errors):+.2f}", f"{np.median(np.abs(errors)):.2f}"]
                + [f"{np.quantile(np.abs(errors), 0.9):.2f}"]
                + [_between(share(inside, len(errors)))]
            )
            report.figures[f"onset, {name}, {'deep' if deep else 'shallow'}"] = {
                "median": float(np.median(errors)),
                "median_absolute": float(np.median(np.abs(errors))),
                "inside": inside / len(errors),
            }
    head = ["onset, hours", "depth", "found", "median error", "median absolute"]
    report.table([*head, "90 % below", "interval holds the truth"], rows)


def _between(figures: tuple[float, float, float]) -> str:
    middle, low, high = figures
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"
