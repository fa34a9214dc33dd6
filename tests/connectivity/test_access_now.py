"""Rows of Access Now's list, whatever the year's schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from connectivity.reading_here import read_here, written
from connectivity.workbooks import Rows, workbook

from rasad.connectivity.parts import Event

DAY = 86_400_000_000
NOVEMBER_16 = 1_573_862_400_000_000

OF_2022 = (
    *("start_date", "country", "geo_scope", "area_name", "shutdown_type"),
    *("shutdown_extent", "shutdown_status", "end_date", "twitter_affected"),
    *("other_affected", "actual_cause"),
)
OF_2019 = (
    *("start_date", "country ", "geo_scope", "area_name ", "shutdown_type_new"),
    *("full or service-based", "x", "end_date ", "Twitter_affected"),
    *("other_service_details (specify) ", "actual_cause"),
)
OF_2016 = (
    *("start_date", "country", "geo_scope", "area_name", "shutdown_type"),
    *("shutdown_type_group", "x", "end_date", "y", "service_details", "actual_cause"),
)


def events(folder: Path, *sheets: Rows) -> list[Event]:
    named = {f"sheet {number}": rows for number, rows in enumerate(sheets)}
    return read_here(workbook(folder / "list.xlsx", named)).events


def test_each_schema_gives_the_same_event(tmp_path: Path) -> None:
    scope = "It affected locations in more than one state, province, or region"
    found = events(
        tmp_path,
        [
            OF_2022,
            (
                43785.0,
                "Iran (Islamic Republic of)",
                scope,
                "Nationwide",
                "Shutdown",
                "Full network",
                "Ended",
                43792.0,
                "No",
                None,
                "Protests",
            ),
        ],
        [
            OF_2019,
            (
                43785.0,
                "Iran",
                "Level 3",
                "National ",
                "Shutdown",
                "Full",
                None,
                43792.0,
                0.0,
                None,
                "Protests\n",
            ),
        ],
        [
            OF_2016,
            (
                43785.0,
                "Iran",
                "National",
                "nationwide",
                "Broadband Internet",
                "Full network",
                None,
                43792.0,
                None,
                None,
                "Protests ",
            ),
        ],
    )
    assert len(found) == 3
    assert {one.record for one in found} != {""}
    for one in found:
        assert (one.place, one.kind, one.scope) == ("IR", "shutdown", "national")
        assert (one.started_us, one.ended_us) == (NOVEMBER_16, NOVEMBER_16 + 8 * DAY)
        assert (one.status, one.cause, one.exact_us) == ("ended", "protests", DAY)


def row(**told: str | float | None) -> tuple[str | float | None, ...]:
    usual: dict[str, str | float | None] = {
        "start_date": 43785.0,
        "country": "India",
        "shutdown_type": "Shutdown",
        "shutdown_extent": "Full network",
        "shutdown_status": "Ended",
        "end_date": 43785.0,
    }
    return tuple((usual | told).get(name) for name in OF_2022)


@pytest.mark.parametrize(
    ("told", "kind", "services"),
    [
        (
            {
                "shutdown_extent": "Service-based",
                "twitter_affected": "Yes",
                "other_affected": "YouTube, Signal",
            },
            "block",
            ("signal", "twitter", "youtube"),
        ),
        ({"shutdown_extent": "Full network, Service-based"}, "shutdown", ()),
        ({"shutdown_type": "Throttle"}, "throttle", ()),
        ({"shutdown_type": "Shutdown, Throttle"}, "shutdown", ()),
    ],
)
def test_what_was_shut(
    told: dict[str, str], kind: str, services: tuple[str, ...], tmp_path: Path
) -> None:
    (one,) = events(tmp_path, [OF_2022, row(**told)])
    assert (one.kind, one.services) == (kind, services)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"end_date": None}, "unknown"),
        ({"end_date": "Unkown "}, "unknown"),
        ({"end_date": "4/1/2018 upon CAF visit"}, "unknown"),
        ({"end_date": "Ongoing "}, "ongoing"),
        ({"end_date": None, "shutdown_status": "Ongoing"}, "ongoing"),
        # An end before the begin is a mistake of the list in one of them.
        ({"end_date": 43422.0}, "unknown"),
    ],
)
def test_an_end_that_nobody_knows_is_none(
    told: dict[str, str | float | None], status: str, tmp_path: Path
) -> None:
    (one,) = events(tmp_path, [OF_2022, row(**told)])
    assert (one.ended_us, one.status) == (None, status)


@pytest.mark.parametrize(
    ("area", "scope", "expected"),
    [
        ("Nation Wide", "", "national"),
        ("It affected mobile data in the whole country", "", "national"),
        ("National Capital Territory of Delhi", "Level 1", "local"),
        ("Indira Gandhi International Airport", "Local", "local"),
        ("Khuzestan", "It affected more than one city in the same state", "regional"),
        ("Fars", "Not sure", ""),
    ],
)
def test_how_far_it_went(area: str, scope: str, expected: str, tmp_path: Path) -> None:
    (one,) = events(tmp_path, [OF_2022, row(area_name=area, geo_scope=scope)])
    assert one.scope == expected
    assert one.area == ("" if expected == "national" else area)


def test_rows_without_an_event_are_accounted_for(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "2022": [OF_2022, row(), row(), (), row(start_date=None), row(country=" ")],
        "notes": [("something", "else"), ("and", "more")],
    }
    read = read_here(workbook(tmp_path / "list.xlsx", sheets))
    rows = read.rows
    assert (rows.records, rows.accepted, rows.duplicate) == (6, 1, 1)
    assert (rows.filtered, rows.rejected) == (2, 2)
    assert [one.line for one in rows.told] == [5, 6, 7, 8]


def test_an_unknown_country_keeps_its_name(tmp_path: Path) -> None:
    (one,) = events(tmp_path, [OF_2022, row(country="Atlantis")])
    assert one.country == "Atlantis"


def test_the_list_as_a_table_of_text(tmp_path: Path) -> None:
    text = (
        "start_date,end_date,country ,area_name,geo_scope,shutdown_type\n"
        "2019-11-16,2019-11-23,Iran,Nationwide,,Shutdown\n"
    )
    (one,) = read_here(written(tmp_path, "list.csv", text)).events
    assert (one.started_us, one.ended_us) == (NOVEMBER_16, NOVEMBER_16 + 8 * DAY)
