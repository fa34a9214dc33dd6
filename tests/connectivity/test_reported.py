"""Listed events confirm outages that were found, and do nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from connectivity.reading_here import written
from connectivity.workbooks import Rows, workbook

from rasad.cli import main
from rasad.connectivity.outage import Outage
from rasad.connectivity.parts import Event
from rasad.connectivity.reported import remark, with_reports
from rasad.connectivity.series import Series

HOUR = 3_600_000_000
DAY = 24 * HOUR
NOVEMBER_16 = 18_216 * DAY

DARK = Outage(
    place="IR",
    kind="shutdown",
    started_us=NOVEMBER_16 + 17 * HOUR,
    started_low_us=NOVEMBER_16 + 16 * HOUR,
    started_high_us=NOVEMBER_16 + 18 * HOUR,
    ended_us=None,
    ended_low_us=None,
    ended_high_us=None,
    severity=75.0,
    depth=0.9,
    sources=("ip-observatory",),
    confirmed=False,
    method="seasonal",
    why="Reachability fell.",
)

LISTED = Event(
    *("IR", "", "access-now", "shutdown", NOVEMBER_16, None, DAY, "unknown"),
    scope="national",
)


def changed(event: Event, **told: Any) -> Event:
    return msgspec.structs.replace(event, **told)


def test_a_list_of_days_confirms_what_began_on_that_day() -> None:
    (one,) = with_reports([DARK], [LISTED])
    assert (one.sources, one.confirmed) == (("access-now", "ip-observatory"), True)
    assert one.why == "Reachability fell; access-now lists a shutdown from 2019-11-16."
    # Nothing else of it changes.
    assert replace(one, sources=DARK.sources, confirmed=False, why=DARK.why) == DARK


@pytest.mark.parametrize(
    "told",
    [
        {"country": "IQ"},
        {"started_us": NOVEMBER_16 + 3 * DAY},
        {"started_us": NOVEMBER_16 - 3 * DAY},
        {"exact_us": 1_000_000},
        {"scope": "local", "area": "Yasuj"},
        {"scope": "network"},
        {"scope": "regional", "area": "Khuzestan"},
        {"scope": "", "area": "Khuzestan"},
        {"scope": "regional"},
        {"source": "ip-observatory"},
    ],
)
def test_another_event_confirms_nothing(told: dict[str, Any]) -> None:
    assert with_reports([DARK], [changed(LISTED, **told)]) == [DARK]


def test_a_region_is_confirmed_by_its_name_or_by_its_country() -> None:
    fars = replace(DARK, place="IR/Fars", kind="regional_outage")
    of_fars = changed(LISTED, area="Fars and Khuzestan", scope="regional")
    assert with_reports([fars], [of_fars])[0].confirmed
    assert with_reports([fars], [LISTED])[0].confirmed
    assert not with_reports([fars], [changed(of_fars, area="Gilan")])[0].confirmed
    # Of some region that is not named, nobody knows whether it is this one.
    assert not with_reports([fars], [changed(of_fars, area="")])[0].confirmed


@pytest.mark.parametrize("kind", ["disaster", "holiday", "monitor_failure"])
def test_a_list_makes_no_outage_of_what_is_none(kind: Any) -> None:
    odd = replace(DARK, kind=kind)
    assert with_reports([odd], [LISTED]) == [odd]


def test_events_that_were_measured_are_counted() -> None:
    hours = np.arange(48)
    series = Series(
        *("IR", "", "x", "up", "reachability", HOUR),
        *(NOVEMBER_16 + hours * HOUR, np.ones(48)),
    )
    later = changed(LISTED, started_us=NOVEMBER_16 + 30 * DAY)
    elsewhere = changed(LISTED, country="IQ")
    quiet = changed(LISTED, started_us=NOVEMBER_16 + DAY, exact_us=HOUR)
    events = [LISTED, later, elsewhere, quiet]
    assert remark(events, [DARK], [series]) == [
        "Of 2 listed events in countries and times that were measured, 1 begin with an "
        "outage that was found."
    ]
    assert remark([later], [DARK], [series]) == []


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


COLUMNS = ("start_date", "end_date", "country", "area_name", "geo_scope")


def listing(folder: Path) -> Path:
    rows: Rows = [COLUMNS, (43785.0, 43792.0, "Iran", "Nationwide", None)]
    return workbook(folder / "list.xlsx", {"2019": rows})


def test_the_command_lists_events(tmp_path: Path) -> None:
    path = str(listing(tmp_path))
    (event,) = json.loads(run("connectivity", "events", path, "--json"))
    assert event["place"] == "IR"
    assert event["started_at"].startswith("2019-11-16")
    assert event["ended_at"].startswith("2019-11-24")
    shown = run("connectivity", "events", path)
    assert "2019-11-16" in shown
    # The last day, not the moment after it.
    assert "2019-11-23" in shown
    said = run("connectivity", "events", path, "--country", "iq")
    assert "No event is listed." in said


def test_detect_names_the_list_and_takes_chosen_columns(tmp_path: Path) -> None:
    rows = "".join(
        f"Iran,2019-11-{4 + hour // 24:02}T{hour % 24:02}:00Z,"
        f"{(4 if hour >= 305 else 100) + hour % 3}\n"
        for hour in range(24 * 14)
    )
    table = written(tmp_path, "mine.csv", "land,tag,wert\n" + rows)
    roles = "place=land,time=tag,value=wert"
    files = (str(table), str(listing(tmp_path)))
    case = str(tmp_path / "c.rasad")
    given = ("connectivity", "detect", *files, "--map", roles, "--case", case, "--json")
    (found,) = json.loads(run(*given))
    assert (found["place"], found["kind"], found["confirmed"]) == (
        "IR",
        "shutdown",
        True,
    )
    assert found["sources"] == ["access-now", "file"]
    # The journal keeps the columns: what the case holds is read with them again.
    again = run("connectivity", "detect", files[1], "--case", case, "--json")
    assert json.loads(again) == [found]
