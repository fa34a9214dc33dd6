"""The public series and the reported events that outages are held against."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from rasad.connectivity.series import Reading, Series

DAY_US = 86_400_000_000
COUNTRIES = {"ir": "IR", "ru": "RU", "cn": "CN"}
NAMES = {"Iran (Islamic Republic of)": "IR", "Russian Federation": "RU", "China": "CN"}
SHEETS = ("2021 Data", "2022 Data")
XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST_DAY = date(1899, 12, 30)
"""Day nought of a workbook."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Event:
    """A shutdown that people reported, to the day."""

    country: str
    start_us: int
    end_us: int
    full: bool
    national: bool


def series_of(data: Path) -> list[Series]:
    """Read the daily series of Tor, OONI and Censored Planet."""
    found = []
    for code, country in COUNTRIES.items():
        rows = _rows(data / "tor" / f"tor-data-{code}.csv")
        found.append(_series(country, "tor-metrics", "users", "usage", rows, "frac"))
        rows = _rows(data / "ooni" / f"ooni-data-{code}.csv")
        for metric in ("dns", "http", "tls"):
            shares = [row | {metric: str(_share(row, metric))} for row in rows]
            found.append(_series(country, "ooni", metric, "anomalies", shares, "total"))
        for metric in ("http", "https", "satellite"):
            path = data / "censoredplanet" / metric / f"{metric}-data-{code}.csv"
            rows = [row | {metric: row["ratio"]} for row in _rows(path)]
            found.append(
                _series(
                    *(country, "censored-planet", metric, "anomalies", rows),
                    "measurements",
                )
            )
    return found


def events_of(data: Path) -> list[Event]:
    """Read Access Now's events of the countries, in order of time."""
    with zipfile.ZipFile(data / "Keepiton_raw_dataset.xlsx") as book:
        texts = _texts(book)
        found = [
            event
            for name, sheet in _sheets(book)
            if name in SHEETS
            for row in _table(book, sheet, texts)
            if (event := _event(row)) is not None
        ]
    return sorted(set(found), key=lambda one: (one.start_us, one.country, one.end_us))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row["date"])


def _share(row: Row, metric: str) -> float:
    total = float(row["total"])
    return float(row[metric]) / total if total else float("nan")


def _series(
    country: str,
    source: str,
    metric: str,
    reading: Reading,
    rows: list[dict[str, str]],
    out_of: str,
) -> Series:
    return Series(
        country=country,
        region="",
        source=source,
        metric=metric,
        reading=reading,
        step_us=DAY_US,
        times_us=np.array([_us(date.fromisoformat(row["date"])) for row in rows]),
        values=np.array([float(row[metric] or "nan") for row in rows]),
        out_of=np.array([float(row[out_of] or "nan") for row in rows]),
    )


def _us(day: date) -> int:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def _event(row: Row) -> Event | None:
    country = NAMES.get(row.get("country", "").strip())
    if country is None or not row.get("start_date"):
        return None
    start = _us(FIRST_DAY + timedelta(int(float(row["start_date"]))))
    end = start + DAY_US
    if row.get("end_date"):
        end = _us(FIRST_DAY + timedelta(int(float(row["end_date"])))) + DAY_US
    elif row.get("shutdown_status", "").strip() == "Ongoing":
        end = _us(date(2022, 12, 31)) + DAY_US
    return Event(
        country=country,
        start_us=start,
        end_us=end,
        full=row.get("shutdown_extent", "").strip().lower().startswith("full"),
        national="nation"
        in (row.get("geo_scope", "") + row.get("area_name", "")).lower()
        or "more than one" in row.get("geo_scope", "").lower(),
    )


def _texts(book: zipfile.ZipFile) -> list[str]:
    root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
    return ["".join(t.text or "" for t in item.iter(f"{XML}t")) for item in root]


def _sheets(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    root = ElementTree.fromstring(book.read("xl/workbook.xml"))  # noqa: S314
    for number, sheet in enumerate(root.iter(f"{XML}sheet"), 1):
        yield sheet.attrib["name"], f"xl/worksheets/sheet{number}.xml"


def _table(book: zipfile.ZipFile, sheet: str, texts: list[str]) -> Iterator[Row]:
    """Yield rows by the names in the first one; columns by the letters of cells."""
    root = ElementTree.fromstring(book.read(sheet))  # noqa: S314
    names: dict[str, str] = {}
    for row in root.iter(f"{XML}row"):
        cells = {
            _column(cell.attrib["r"]): _value(cell, texts)
            for cell in row.iter(f"{XML}c")
        }
        if names:
            yield {names[at]: text for at, text in cells.items() if at in names}
        else:
            names = {at: text.strip() for at, text in cells.items() if text.strip()}


def _column(place: str) -> str:
    return place.rstrip("0123456789")


def _value(cell: ElementTree.Element, texts: list[str]) -> str:
    value = cell.find(f"{XML}v")
    if value is None or value.text is None:
        return ""
    return texts[int(value.text)] if cell.get("t") == "s" else value.text
