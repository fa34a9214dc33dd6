"""The page on outages: one HTML file that opens offline, and nothing in it can run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from rasad.charts import DarkRow, Marked, Measured, Svg, dark_rows, outage_chart
from rasad.charts.outages import steps_per_column
from rasad.connectivity.alarms import Watched
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.episodes import falls
from rasad.connectivity.going_dark import WentDark, dark_order
from rasad.connectivity.instruments import Instrument, instrument
from rasad.connectivity.outage import ARTEFACTS, Outage
from rasad.connectivity.outages import Findings
from rasad.connectivity.series import Real, Series
from rasad.connectivity.unjudged import REASONS
from rasad.exports.page import render
from rasad.exports.siblings import write_page

FILE = "connectivity.html"
MOST_SERIES = 30
"""Series drawn on a page."""
MOST_ROWS = 400
"""Regional outages listed on a page."""
ODD_KINDS = (*ARTEFACTS, "unexplained")
LATER_US, LATEST_US = 2 * DAY_US, 14 * DAY_US
"""Time after the onset in the drawing of regions: least, and most."""


@dataclass(frozen=True)
class Drawn:
    """A series, drawn; `each` is how many measurements share a column."""

    place: str
    source: str
    what: str
    chart: Svg
    each: int = 1


@dataclass(frozen=True)
class Spread:
    """How a national outage spread over the regions."""

    number: int
    outage: Outage
    rows: Sequence[WentDark]
    chart: Svg


def write_connectivity(findings: Findings, notes: Sequence[str], path: Path) -> Path:
    """Write the page of outages; the file is whole or not there.

    Parameters
    ----------
    findings : Findings
        Series and the outages in them.
    notes : sequence of str
        What was said while files were read: which clock, what was left out.
    path : pathlib.Path
        The file to write; its folder must exist.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DiskFullError
        If the disk cannot take it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_connectivity(Findings([], [], []), [], Path(folder, "a.html"))
    ...     "nothing that was watched" in page.read_text(encoding="utf-8")
    True
    """
    return write_page(connectivity_html(findings, notes), path)


def connectivity_html(findings: Findings, notes: Sequence[str]) -> str:
    """Return the page of outages as HTML.

    Parameters
    ----------
    findings : Findings
        Series and the outages in them.
    notes : sequence of str
        What was said while files were read.
    """
    numbered = list(enumerate(findings.outages, 1))
    national = [(n, one) for n, one in numbered if one.national]
    regional = [(n, one) for n, one in numbered if not one.national]
    return render(
        "connectivity.html.j2",
        notes=notes,
        n_series=len(findings.watched),
        n_sources=len({one.series.source for one in findings.watched}),
        n_unjudged=len(findings.unjudged),
        sources=_sources(findings),
        national=[(n, one, one.row()) for n, one in national],
        regional=[(n, one, one.row()) for n, one in regional[:MOST_ROWS]],
        n_regional=len(regional),
        n_dark=sum(_dark(one) for _, one in national),
        drawn=_drawn(findings, numbered),
        unjudged=_unjudged(findings),
        reasons={one.reading: REASONS[one.reading] for one in findings.unjudged},
        spreads=_spreads(findings, national),
        moment_of=_moment,
    )


def _dark(outage: Outage) -> bool:
    return outage.kind in ("shutdown", "block")


def _moment(us: int | None) -> datetime | None:
    return None if us is None else datetime.fromtimestamp(us / 1e6, UTC)


def _sources(findings: Findings) -> list[tuple[str, Instrument]]:
    read = [one.series for one in findings.watched] + [*findings.unjudged]
    names = sorted({one.source for one in read})
    return [(name, instrument(name)) for name in names]


def _drawn(findings: Findings, numbered: Sequence[tuple[int, Outage]]) -> list[Drawn]:
    """Draw the series of countries, those with outages first, and of some regions."""
    whole = [one for one in findings.watched if not one.series.region]
    told = {outage.place for _, outage in numbered}
    dark = any(outage.national for _, outage in numbered)
    # Where no country fell, the regions that did are what there is to see.
    parts = [
        one
        for one in findings.watched
        if one.series.region and one.series.place in told
    ]
    every = sorted(whole, key=lambda one: not one.episodes)
    shown = [*every, *([] if dark else parts)][:MOST_SERIES]
    return [_of_series(one, numbered) for one in shown]


def _of_series(one: Watched, numbered: Sequence[tuple[int, Outage]]) -> Drawn:
    series = one.series
    measured = _measured(one)
    here = [(n, o) for n, o in numbered if o.place == series.place]
    start, end = _span(series)
    return Drawn(
        series.place,
        series.source,
        _what(series),
        outage_chart(measured, _marked(series, here, end), start, end),
        steps_per_column(measured),
    )


def _what(series: Series) -> str:
    """Say what the line of a drawing is: of failed tests it is those that passed."""
    if series.reading == "anomalies":
        return f"share of tests without {series.metric}"
    return series.metric


def _unjudged(findings: Findings) -> list[tuple[Series, Drawn]]:
    """Draw the first series in which no outage is looked for."""
    return [(one, _plain(one)) for one in findings.unjudged[:MOST_SERIES]]


def _plain(series: Series) -> Drawn:
    none: list[float | None] = [None] * len(series.values)
    measured = Measured(
        times_us=series.times_us.tolist(),
        step_us=series.step_us,
        values=_known(series.values),
        low=none,
        high=none,
    )
    return Drawn(
        series.place,
        series.source,
        series.metric,
        outage_chart(measured, [], *_span(series)),
        steps_per_column(measured),
    )


def _span(series: Series) -> tuple[int, int]:
    if not len(series.times_us):
        return 0, 1
    return int(series.times_us[0]), int(series.times_us[-1]) + series.step_us


def _marked(
    series: Series, outages: Sequence[tuple[int, Outage]], end: int
) -> list[Marked]:
    return [
        Marked(
            number=number,
            start_us=outage.started_us,
            end_us=outage.ended_us if outage.ended_us is not None else end,
            low_us=outage.started_low_us,
            high_us=outage.started_high_us,
            artefact=outage.kind in ODD_KINDS,
        )
        for number, outage in outages
        if any(episode.series is series for episode in outage.episodes)
    ]


def _measured(one: Watched) -> Measured:
    return Measured(
        times_us=one.series.times_us.tolist(),
        step_us=one.series.step_us,
        values=_known(falls(one.series)),
        low=_known(one.expected.low),
        high=_known(one.expected.high),
    )


def _known(values: Real) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in values]


def _spreads(
    findings: Findings, national: Sequence[tuple[int, Outage]]
) -> list[Spread]:
    """Draw how each national shutdown reached the regions."""
    spreads = []
    for number, outage in national:
        if outage.kind != "shutdown":
            continue
        order = dark_order(findings, outage)
        if order:
            spreads.append(
                Spread(number, outage, order, _rows(findings, outage, order))
            )
    return spreads


def _rows(findings: Findings, outage: Outage, order: Sequence[WentDark]) -> Svg:
    lead = outage.episodes[0].series
    step = lead.step_us
    start = (outage.started_low_us - DAY_US // 2) // step * step
    start += int(lead.times_us[0]) % step
    last = max((one.dark_us for one in order if one.dark_us is not None), default=0)
    after = last + DAY_US // 2 - outage.started_low_us
    shown = DAY_US // 2 + min(max(LATER_US, after), LATEST_US)
    cells = int(shown // step) or 1
    known = {
        one.series.place: one
        for one in findings.watched
        if (one.series.source, one.series.metric, one.series.step_us)
        == (lead.source, lead.metric, lead.step_us)
    }
    rows = [
        DarkRow(
            number=number,
            ratios=_ratios(known[region.place], start, cells),
            dark_us=region.dark_us,
        )
        for number, region in enumerate(order, 1)
    ]
    return dark_rows(rows, start, step)


def _ratios(one: Watched, start: int, cells: int) -> list[float | None]:
    series = one.series
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = falls(series) / one.expected.middle
    found: list[float | None] = [None] * cells
    places = (series.times_us - start) // series.step_us
    for place, value in zip(places.tolist(), ratio.tolist(), strict=True):
        if 0 <= place < cells and np.isfinite(value):
            found[place] = value
    return found
