"""Public measurements as comma-separated text: which file it is, and its series."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import dropwhile
from pathlib import Path

import numpy as np

from rasad.connectivity.clocks import in_utc, night_of, two_letters, zone_of
from rasad.connectivity.disaster import Site
from rasad.connectivity.ioda import SOURCE, ioda_points
from rasad.connectivity.points import Point, plausible
from rasad.connectivity.series import Reading, Series
from rasad.errors import ImportFormatError

DAY_US = 86_400_000_000
MOST_CELLS = 5_000_000
"""Steps from first to last, of one day at least, above which no series is read."""

Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One kind of file: how it is told, and what a row of it says.

    Parameters
    ----------
    source : str
        Who measured.
    columns : frozenset of str
        Columns that a file of this kind has.
    reading : {"reachability", "usage", "anomalies"}
        What a low value means.
    local : bool
        Times are by the place's own clock.
    points : callable
        From a row and the file's name to measurements; a ValueError or KeyError is a
        row that cannot be read.
    """

    source: str
    columns: frozenset[str]
    reading: Reading
    local: bool
    points: Callable[[Row, str], Sequence[Point]]


@dataclass(frozen=True)
class Measurements:
    """What files hold.

    Parameters
    ----------
    series : list of Series
        By place, source and metric.
    sites : dict of str to (float, float)
        Latitude and longitude of places.
    notes : list of str
        Which clock each file is in and why, and how many rows were used.
    """

    series: list[Series] = field(default_factory=list)
    sites: dict[str, Site] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_measurements(path: Path, zone: str = "", name: str = "") -> Measurements:
    r"""Read a file of public measurements.

    Parameters
    ----------
    path : pathlib.Path
        Comma-separated text of the Monash IP Observatory, Tor Metrics, OONI, Censored
        Planet, or with the columns place, time and value; or JSON of IODA's API with
        raw signals.
    zone : str
        IANA name of the places' clock, where Rasad does not know it.
    name : str
        What the file was called, where its copy is called otherwise.

    Raises
    ------
    ImportFormatError
        If it is no such file, or its clock is not known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text("place,time,value\nIR/Fars,2022-01-01T00:00:00Z,7\n")
    ...     (series,) = read_measurements(path).series
    >>> series.place, series.values.tolist()
    ('IR/Fars', [7.0])
    """
    called = name or path.name
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        begin = file.read(64).lstrip()
        file.seek(0)
        if begin.startswith(("{", "[")):
            layout = IODA
            points, bad = ioda_points(file.read(), called)
        else:
            # Tor Metrics says above the header what was asked, in lines with a hash.
            table = dropwhile(lambda line: line.startswith("#"), file)
            rows = csv.DictReader(table)
            layout = _layout(called, rows.fieldnames or ())
            points, bad = _points(layout, rows, Path(called).stem)
    if not points:
        raise ImportFormatError(
            f"{called} holds no row that can be read", "look at its first lines"
        )
    return _built(called, layout, points, bad, zone)


def _layout(called: str, names: Sequence[str]) -> Layout:
    for layout in LAYOUTS:
        if layout.columns <= set(names):
            return layout
    raise ImportFormatError(
        f"{called} is no file of public measurements that is known",
        "give one of the Monash IP Observatory, Tor Metrics, OONI or Censored Planet, "
        "IODA's raw signals, or a table with the columns place, time and value",
    )


def _points(layout: Layout, rows: Iterator[Row], stem: str) -> tuple[list[Point], int]:
    points: list[Point] = []
    bad = 0
    for row in rows:
        try:
            points += layout.points(row, stem)
        # A row with too few cells, as of a file cut short, has None for the others.
        except (AttributeError, KeyError, ValueError, TypeError, OverflowError):
            bad += 1
    return points, bad


def _built(
    called: str, layout: Layout, points: Sequence[Point], bad: int, zone: str
) -> Measurements:
    made = Measurements()
    countries = sorted({point.country for point in points})
    zones = {country: zone or zone_of(country) for country in countries}
    if layout.local and not all(zones.values()):
        unknown = next(name for name, known in zones.items() if not known)
        raise ImportFormatError(
            f"{called} is in the clock of {unknown}, which is not known",
            "give it with --zone, like --zone Africa/Lagos",
        )
    grouped: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        key = (point.country, point.region, point.metric)
        grouped.setdefault(key, []).append(point)
    repeated = 0
    for key in sorted(grouped):
        series, twice = _series(layout, grouped[key], zones[key[0]])
        made.series.append(series)
        repeated += twice
        site = grouped[key][0].site
        if site is not None:
            made.sites[series.place] = site
    made.notes.append(_clock_note(called, layout, made.series))
    left_out = f"{bad:,} rows that cannot be read and {repeated:,} repeated were left"
    made.notes.append(
        f"{called}: {len(points) - repeated:,} measurements of {len(made.series):,} "
        f"series by {layout.source}; {left_out} out."
    )
    return made


def _series(layout: Layout, points: list[Point], zone: str) -> tuple[Series, int]:
    """Build one series; of measurements of one moment the first stands."""
    times = np.array([point.time_us for point in points])
    if layout.local:
        times = in_utc(times, zone)
    moments, first = np.unique(times, return_index=True)
    chosen = [points[n] for n in first.tolist()]
    steps = np.diff(moments)
    step = int(np.median(steps)) if len(steps) else DAY_US
    if max(int(moments[-1] - moments[0]), DAY_US) // step > MOST_CELLS:
        days = (moments[-1] - moments[0]) / DAY_US
        raise ImportFormatError(
            f"A series by {layout.source} has a value every {step / 1e6:g} s over "
            f"{days:,.0f} days",
            "average it over minutes or hours, or give a shorter part of it",
        )
    tests = [point.out_of for point in chosen]
    return Series(
        country=points[0].country,
        region=points[0].region,
        source=layout.source,
        metric=points[0].metric,
        reading=layout.reading,
        step_us=step,
        times_us=moments,
        values=np.array([point.value for point in chosen]),
        out_of=None if None in tests else np.array(tests, dtype=np.float64),
        # A day by UTC has no hours to shift.
        zone=(zone or "UTC") if step < DAY_US else "UTC",
    ), len(points) - len(chosen)


def _clock_note(called: str, layout: Layout, series: Sequence[Series]) -> str:
    """Say which clock a file is in, and what speaks for it."""
    if series[0].step_us >= DAY_US:
        return f"{called}: days are days by UTC."
    zones = sorted({one.zone for one in series})
    said = "local time" if layout.local else "UTC"
    dip = night_of(series)
    night = (
        f"; there values are lowest from {dip[0]:02} to {dip[1]:02} h" if dip else ""
    )
    clock = f"the clock of its places is {', '.join(zones)}"
    if zones == ["UTC"]:
        clock = "its places are taken to live by UTC, too, unless --zone says otherwise"
    reason = f"as {layout.source} documents for such files"
    if layout.source == "file":
        reason = "where the file does not say otherwise"
    return f"{called}: times are {said}, {reason}; {clock}{night}."


def _observatory(row: Row, _: str) -> list[Point]:
    """Read a row of the Monash IP Observatory, in any of its layouts."""
    time = row.get("time_e_utc") or row["time_e"]
    parts = [row["name_1"], row.get("name_2") or row.get("id_2") or ""]
    site = None
    if row.get("lat") and row.get("lon"):
        site = (float(row["lat"]), float(row["lon"]))
    return [
        Point(
            country=two_letters(row["iso"]),
            region="/".join(part.replace("/", "-") for part in parts if part),
            metric="connectivity",
            time_us=plausible(int(float(time)) * 1_000_000),
            value=_number(row["connectivity"]),
            site=site,
        )
    ]


def _tor(row: Row, _: str) -> list[Point]:
    country = two_letters(row["country"])
    if not country.isalpha():  # nothing for the whole world, ?? for unknown places
        raise ValueError(country)
    return [
        Point(
            country=country,
            region="",
            metric="users",
            time_us=_moment(row["date"]),
            value=_number(row["users"]),
            out_of=_number(row["frac"]),
        )
    ]


def _ooni(row: Row, stem: str) -> list[Point]:
    total = _number(row["total"])
    return [
        Point(
            country=_country_in(stem),
            region="",
            metric=f"{kind} anomalies",
            time_us=_moment(row["date"]),
            value=_number(row[kind]) / total if total else np.nan,
            out_of=total,
        )
        for kind in ("dns", "http", "tls")
    ]


def _censored_planet(row: Row, stem: str) -> list[Point]:
    return [
        Point(
            country=_country_in(stem),
            region="",
            metric=f"{stem.partition('-')[0]} anomalies",
            time_us=_moment(row["date"]),
            value=_number(row["ratio"]),
            out_of=_number(row["measurements"]),
        )
    ]


def _any(row: Row, _: str) -> list[Point]:
    country, _, region = row["place"].strip().partition("/")
    return [
        Point(
            country=two_letters(country),
            region=region,
            metric=row.get("metric") or "value",
            time_us=_moment(row["time"]),
            value=_number(row["value"]),
        )
    ]


def _number(text: str) -> float:
    """Return a number; a cell that is empty, or holds none, was not measured."""
    value = float(text) if text.strip() else np.nan
    return value if np.isfinite(value) else np.nan


def _moment(text: str) -> int:
    """Return a moment; one without an offset is by UTC."""
    when = datetime.fromisoformat(text.strip())
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return plausible(round(when.timestamp() * 1e6))


def _country_in(stem: str) -> str:
    """Return the country that the name of a file ends with, ``ooni-data-ir``."""
    return two_letters(stem.rpartition("-")[2])


LAYOUTS = (
    Layout(
        source="ip-observatory",
        columns=frozenset(("iso", "name_1", "time_e_utc", "connectivity")),
        reading="reachability",
        local=False,
        points=_observatory,
    ),
    Layout(
        source="ip-observatory",
        columns=frozenset(("iso", "name_1", "time_e", "connectivity")),
        reading="reachability",
        local=True,
        points=_observatory,
    ),
    Layout(
        source="tor-metrics",
        columns=frozenset(("date", "country", "users", "frac")),
        reading="usage",
        local=False,
        points=_tor,
    ),
    Layout(
        source="ooni",
        columns=frozenset(("date", "dns", "http", "tls", "total")),
        reading="anomalies",
        local=False,
        points=_ooni,
    ),
    Layout(
        source="censored-planet",
        columns=frozenset(("date", "measurements", "anomalies", "ratio")),
        reading="anomalies",
        local=False,
        points=_censored_planet,
    ),
    Layout(
        source="file",
        columns=frozenset(("place", "time", "value")),
        reading="reachability",
        local=False,
        points=_any,
    ),
)
"""Kinds of files, the most particular first."""

IODA = Layout(
    source=SOURCE,
    columns=frozenset(),
    reading="reachability",
    local=False,
    points=lambda row, stem: [],
)
"""Raw signals of IODA's API, which come as JSON and not as rows."""
