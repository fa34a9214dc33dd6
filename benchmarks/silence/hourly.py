"""Hourly worlds with a blackout and without one, tested as the command tests them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import kstest, kstwo

from rasad.connectivity.differences import differences, likened
from rasad.connectivity.placebo import calibrated, placebo_p, placebos
from rasad.connectivity.silence import Counts, Event, silences, usual_hours
from rasad.connectivity.verdicts import judged
from rasad.evaluate.metrics.intervals import wilson_interval
from rasad.simulate.blackout import HourlyPlan, hourly_world

PLAN = HourlyPlan(weeks=36, begin=30 * 168 + 16, hours=24, depth=0.9, draws=39)
"""A day's outage that takes nine tenths, of a group of 60 in a population of 2,000."""

TEN_WEEKS = replace(PLAN, weeks=10, begin=8 * 168, depth=0.0, draws=0)
SHORT = {
    "six hours of the night": replace(TEN_WEEKS, begin=8 * 168 + 2, hours=6),
    "six hours of the day": replace(TEN_WEEKS, begin=8 * 168 + 13, hours=6),
    "a day": TEN_WEEKS,
    "twelve hours, a quiet night": replace(
        TEN_WEEKS, begin=8 * 168 + 21, hours=12, night=0.02
    ),
    "three hours of the night, 25 accounts": replace(
        TEN_WEEKS, begin=8 * 168 + 2, hours=3, group=25
    ),
}
"""Outages in ten weeks of data, in which placebo dates are of any hour."""

EARLY = 12 * 168 + 40
"""Begin of a second outage, where two are combined."""

BEGIN = 473_352
"""Hours from 1970 to 2024-01-01."""

LEVEL = 0.05
SAFE = 0.001
"""Chance that a test of uniformity fails though all is well."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a set of worlds gave.

    Parameters
    ----------
    p_values : sequence of float
        Of the placebo dates, one per world.
    verdicts : Counter of str
        How often each was given.
    apart, dates : int
        Placebo dates, and those that do not overlap.
    """

    p_values: Sequence[float]
    verdicts: Counter[str]
    apart: int
    dates: int

    @property
    def found(self) -> int:
        """Worlds with p at most 0.05."""
        return sum(p <= LEVEL for p in self.p_values)

    @property
    def distance(self) -> float:
        """Largest distance from the uniform distribution."""
        return float(kstest(self.p_values, "uniform").statistic)

    @property
    def tolerance(self) -> float:
        """Largest distance that chance and the steps of p-values explain.

        The 99.9 % quantile of the Kolmogorov-Smirnov statistic, and one step: the
        smallest p-value is 1 / (1 + B).
        """
        quantile = float(kstwo.isf(SAFE, len(self.p_values)))
        return quantile + 1 / (1 + self.apart)


def run(seeds: Sequence[int], plan: HourlyPlan = PLAN) -> Told:
    """Draw a world for each seed and ask for D1 in its outage."""
    p_values, verdicts = [], Counter[str]()
    apart = dates = 0
    for seed in seeds:
        counts, event = world(plan, seed)
        (silence,) = silences(counts, [event])
        p_values.append(silence.p_placebo or withheld(counts, event))
        verdicts[judged([silence]).verdict] += 1
        apart, dates = silence.n_apart, silence.n_placebo
    return Told(p_values=p_values, verdicts=verdicts, apart=apart, dates=dates)


def withheld(counts: Counts, event: Event) -> float:
    """Return a p-value that no answer holds, since the group was not more silent."""
    usual = usual_hours(counts, [event])
    begin = event.begin - counts.start_hour
    chosen = placebos(begin, event.hours, usual, usual, counts.start_hour)
    own, others = (
        differences(counts.group, counts.control, usual, onset, event.hours)
        for onset in (np.array([begin]), chosen.onset)
    )
    return placebo_p(float(own.d1[0]), likened(others, own), chosen.apart)


def combined(seeds: Sequence[int], depth: float) -> int:
    """Return in how many worlds the e-values of two outages multiply to 20 or more."""
    plan = replace(PLAN, depth=depth, draws=0)
    found = 0
    for seed in seeds:
        counts, event = world(plan, seed)
        if depth:
            dark = slice(EARLY, EARLY + plan.hours)
            dice = np.random.default_rng(seed)
            active = counts.group[dark].astype(np.int64)
            counts.group[dark] = dice.binomial(active, 1 - depth)
        early = Event(BEGIN + EARLY, BEGIN + EARLY + plan.hours)
        given = judged(silences(counts, [early, event]))
        found += given.e_value >= 1 / LEVEL
    return found


def world(plan: HourlyPlan, seed: int) -> tuple[Counts, Event]:
    """Return the counts of a world and its outage."""
    drawn = hourly_world(plan, seed)
    known = np.ones(len(drawn.group), np.bool_)
    counts = Counts(BEGIN, drawn.group, drawn.control, drawn.draws, known)
    begin = BEGIN + plan.begin
    return counts, Event(begin, begin + plan.hours, "IR", plan.depth)


def short_page(n: int) -> list[str]:
    """Ask short quiet worlds, and return the report, line by line."""
    lines = [f"{n} quiet worlds of ten weeks, placebo dates of any hour"]
    for name, plan in SHORT.items():
        told = run(range(1, n + 1), plan)
        low, high = wilson_interval(told.found, n)
        mean = np.mean([calibrated(p) for p in told.p_values])
        lines.append(
            f"{name}: p <= {LEVEL} in {told.found} of {n}, 95 % interval {low:.3f} to "
            f"{high:.3f}; mean e-value {mean:.2f}"
        )
    return lines


def page(n: int) -> list[str]:
    """Run all and return the report, line by line."""
    seeds = range(1, n + 1)
    dark, quiet = run(seeds), run(seeds, replace(PLAN, depth=0.0))
    low, high = wilson_interval(dark.found, n)
    calm = wilson_interval(quiet.found, n)
    fits = quiet.distance <= quiet.tolerance
    lines = [
        f"{n} worlds each; {dark.dates} placebo dates, {dark.apart} apart",
        f"dark group: D1 found (p <= {LEVEL}) in {dark.found} of {n}, "
        f"95 % interval {low:.3f} to {high:.3f}; verdicts {dict(dark.verdicts)}",
        f"no operation: found in {quiet.found} of {n}, 95 % interval "
        f"{calm[0]:.3f} to {calm[1]:.3f}; verdicts {dict(quiet.verdicts)}",
        f"no operation: distance of p-values from uniform {quiet.distance:.3f}, "
        f"tolerance {quiet.tolerance:.3f}: {'uniform' if fits else 'NOT UNIFORM'}",
    ]
    for depth, name in ((PLAN.depth, "dark in both"), (0.0, "no operation")):
        found = combined(seeds, depth)
        lines.append(
            f"two outages, {name}: product of e-values >= 20 in {found} of {n}"
        )
    return lines
