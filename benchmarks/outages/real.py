"""The public series and the reported events that outages are held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rasad.connectivity.durations import DAY_US
from rasad.connectivity.reading import read_series
from rasad.connectivity.series import Series
from rasad.importers.workbook import sheet_rows

COUNTRIES = {"ir": "IR", "ru": "RU", "cn": "CN"}
NAMES = {"Iran (Islamic Republic of)": "IR", "Russian Federation": "RU", "China": "CN"}
FILES = (
    "tor/tor-data-{}.csv",
    "ooni/ooni-data-{}.csv",
    *(
        f"censoredplanet/{kind}/{kind}-data-{{}}.csv"
        for kind in ("http", "https", "satellite")
    ),
)
SHEETS = ("2021 Data", "2022 Data")
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
    # A measurement stands for its day, however many days lie before the next one.
    return [
        replace(series, step_us=DAY_US)
        for code in COUNTRIES
        for name in FILES
        for series in read_series(data / name.format(code)).series
    ]


def events_of(data: Path) -> list[Event]:
    """Read Access Now's events of the countries, in order of time."""
    book = data / "Keepiton_raw_dataset.xlsx"
    found = [event for row in _table(book) if (event := _event(row)) is not None]
    return sorted(set(found), key=lambda one: (one.start_us, one.country, one.end_us))


def _table(book: Path) -> Iterator[Row]:
    """Yield the rows of the newer sheets, by the names in the first one of each."""
    names: list[str] = []
    for sheet, number, cells in sheet_rows(book):
        texts = [text or "" for text in cells]
        if number == 1:
            names = [text.strip() for text in texts]
        elif sheet in SHEETS:
            yield dict(zip(names, texts, strict=False))


def _us(day: date) -> int:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def _event(row: Row) -> Event | None:
    country = NAMES.get(row.get("country", "").strip())
    if country is None or not row.get("start_date"):
        return None
    start = _us(date.fromisoformat(row["start_date"][:10]))
    end = start + DAY_US
    if row.get("end_date"):
        end = _us(date.fromisoformat(row["end_date"][:10])) + DAY_US
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
