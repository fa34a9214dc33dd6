"""In which order the regions of a country went dark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.connectivity.alarms import Watched
from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.episodes import falls, runs
from rasad.connectivity.outage import Outage
from rasad.connectivity.outages import DEEP, Findings
from rasad.connectivity.places import depth_of

EARLIER_US = 12 * HOUR_US
"""Time by which a region may go dark before its country."""

LASTING_US = 3 * HOUR_US
"""Time for which a region must stay dark."""


@dataclass(frozen=True, kw_only=True)
class WentDark:
    """When a region went dark in a national outage, and its place in the order."""

    place: str
    dark_us: int | None
    rank: int | None
    tied: bool
    lowest: float


def dark_order(findings: Findings, outage: Outage) -> list[WentDark]:
    """Return the regions in the order in which they went dark.

    Parameters
    ----------
    findings : Findings
        Where the outage was found.
    outage : Outage
        A national outage.

    Returns
    -------
    list of WentDark
        Dark is the first step from which a region stays below half of what was expected
        for three hours, or to the end of the data. Regions of the same step share a
        rank: the data do not tell them apart. Those that stayed lit come last.
    """
    lead = outage.episodes[0]
    every = [
        _darkness(one, outage)
        for one in findings.watched
        if one.series.country == lead.series.country
        and depth_of(one.series) == 1
        and (one.series.source, one.series.metric, one.series.step_us)
        == (lead.series.source, lead.series.metric, lead.series.step_us)
    ]
    every.sort(key=lambda one: (one[1] is None, one[1] or 0, one[0]))
    times = [dark for _, dark, _ in every]
    return [
        WentDark(
            place=place,
            dark_us=dark,
            rank=None if dark is None else times.index(dark) + 1,
            tied=dark is not None and times.count(dark) > 1,
            lowest=lowest,
        )
        for place, dark, lowest in every
    ]


def _darkness(one: Watched, outage: Outage) -> tuple[str, int | None, float]:
    series = one.series
    end = outage.ended_us if outage.ended_us is not None else series.times_us[-1] + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = falls(series) / one.expected.middle
    known = np.isfinite(ratio)
    # A region may go dark before the country as a whole does.
    begin = outage.started_low_us - EARLIER_US
    places = np.flatnonzero((series.times_us + series.step_us > begin) & known)
    inside = places[series.times_us[places] < end]
    if not len(inside):
        return series.place, None, 1.0
    stay = max(1, LASTING_US // series.step_us)
    lowest = float(ratio[inside].min())
    for first, last in runs(ratio[places] < 1 - DEEP):
        dark = int(series.times_us[places[first]])
        over = int(series.times_us[places[last]]) + series.step_us
        lasting = last - first + 1 >= stay or last == len(places) - 1
        # What was over before the country fell is no part of its outage.
        if lasting and dark < end and over > outage.started_low_us:
            return series.place, dark, lowest
    return series.place, None, lowest
