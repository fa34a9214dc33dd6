"""The page on outages: one HTML file that opens offline, and nothing in it can run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from rasad.charts import DarkRow, Marked, Measured, Svg, dark_rows, outage_chart
from rasad.connectivity.alarms import Watched
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.episodes import falls
from rasad.connectivity.instruments import Instrument, instrument
from rasad.connectivity.outage import ARTEFACTS, Outage
from rasad.connectivity.outages import Findings, WentDark, dark_order
from rasad.connectivity.series import Real
from rasad.exports.page import render
from rasad.store.files import written_whole

FILE = "connectivity.html"
MOST_SERIES = 30
"""Series drawn on a page."""
MOST_ROWS = 400
"""Regional outages listed on a page."""
ODD_KINDS = (*ARTEFACTS, "unexplained")
LATER_US = 2 * DAY_US
"""Time after the onset in the drawing of regions."""


@dataclass(frozen=True)
class Drawn:
    """A series of a country, drawn."""

    place: str
    source: str
    metric: str
    chart: Svg


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
    page = connectivity_html(findings, notes).encode()
    with written_whole(path) as file:
        file.write(page)
    return path


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
        sources=_sources(findings),
        national=[(n, one, one.row()) for n, one in national],
        regional=[(n, one, one.row()) for n, one in regional[:MOST_ROWS]],
        n_regional=len(regional),
        n_dark=sum(_dark(one) for _, one in national),
        drawn=_drawn(findings, numbered),
        spreads=_spreads(findings, national),
        moment_of=_moment,
    )


def _dark(outage: Outage) -> bool:
    return outage.kind in ("shutdown", "block")


def _moment(us: int | None) -> datetime | None:
    return None if us is None else datetime.fromtimestamp(us / 1e6, UTC)


def _sources(findings: Findings) -> list[tuple[str, Instrument]]:
    names = sorted({one.series.source for one in findings.watched})
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
    return [
        Drawn(
            one.series.place,
            one.series.source,
            one.series.metric,
            _chart(one, [(n, o) for n, o in numbered if o.place == one.series.place]),
        )
        for one in shown
    ]


def _chart(one: Watched, outages: Sequence[tuple[int, Outage]]) -> Svg:
    series = one.series
    start = int(series.times_us[0]) if len(series.times_us) else 0
    end = int(series.times_us[-1]) + series.step_us if len(series.times_us) else 1
    marked = [
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
    return outage_chart(_measured(one), marked, start, end)


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
    cells = int((DAY_US // 2 + LATER_US) // step) or 1
    known = {
        one.series.place: one
        for one in findings.watched
        if (one.series.source, one.series.metric) == (lead.source, lead.metric)
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
