"""Measurements and outages in a case: journalled, rebuilt, computed once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from connectivity.drawn_series import MONDAY, rhythm

from rasad.case import open_case
from rasad.cli import main

STEP = 3600


def observatory(folder: Path, name: str = "irn.csv") -> Path:
    """A file by the hour in which two of three provinces go dark."""
    rows = ["iso,id_1,name_1,time_e,time_e_str,lat,lon,connectivity"]
    for number, province in enumerate(("Fars", "Yazd", "Qom")):
        values = np.rint(rhythm(12, number))
        values[200 + number :] = 3 if number < 2 else 90
        rows += [
            f"IRN,{number},{province},{MONDAY // 10**6 + STEP * n},x,30,50,{value}"
            for n, value in enumerate(values.tolist())
        ]
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def detected(*words: str) -> str:
    done = CliRunner().invoke(main, ["connectivity", "detect", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_json_is_a_list_of_rows_and_nothing_else(tmp_path: Path) -> None:
    rows = json.loads(detected(str(observatory(tmp_path)), "--json"))
    from rasad.schema import columns

    assert all(list(row) == list(columns("outage")) for row in rows)
    (national,) = [row for row in rows if row["place"] == "IR"]
    assert national["kind"] == "shutdown"
    # Hour 200 by a clock three and a half hours ahead.
    assert national["started_low"] == "2019-11-19T04:30:00Z"
    assert national["ended_at"] is None


def test_people_are_told_the_clock_the_order_and_why(tmp_path: Path) -> None:
    said = detected(str(observatory(tmp_path)))
    for words in (
        "times are local time",
        "National, times in UTC",
        "Regions in the order in which they went dark",
        "2 of 3 regions lost at least half",
        "stayed lit",
    ):
        assert words in said


def test_a_case_keeps_rows_and_has_them_after_a_rebuild(tmp_path: Path) -> None:
    case = tmp_path / "a.rasad"
    detected(str(observatory(tmp_path)), "--case", str(case))
    assert (case / "out" / "connectivity.html").exists()

    def rows() -> tuple[list[dict[str, object]], int]:
        with open_case(case) as opened:
            outages = opened.store.rows("SELECT * FROM outage ORDER BY ALL")
            (count,) = opened.store.rows("SELECT count(*) AS n FROM series")
            return outages, count["n"]

    before = rows()
    assert len(before[0]) == 3
    assert before[1] == 3 * 288
    (case / "case.duckdb").unlink()
    assert rows() == before
    with open_case(case) as opened:
        assert any("1 copies" in line for line in opened.verify())


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    case, path = tmp_path / "a.rasad", observatory(tmp_path)
    first = detected(str(path), "--case", str(case), "--json")
    again = detected(str(path), str(path), "--case", str(case), "--json")
    assert first == again
    journal = (case / "journal.jsonl").read_text(encoding="utf-8")
    assert journal.count('"connectivity"') == 1


def test_a_second_file_is_added_to_what_the_case_has(tmp_path: Path) -> None:
    case = tmp_path / "a.rasad"
    detected(str(observatory(tmp_path)), "--case", str(case))
    users = ["date,country,users,frac"]
    users += [f"2019-11-{day:02},iq,{1000 + day},80" for day in range(1, 29)]
    tor = tmp_path / "tor-data-iq.csv"
    tor.write_text("\n".join(users) + "\n", encoding="utf-8")
    detected(str(tor), "--case", str(case))
    with open_case(case) as opened:
        places = opened.store.rows("SELECT DISTINCT place FROM series ORDER BY place")
        outages = opened.store.rows("SELECT count(*) AS n FROM outage")
    assert [row["place"] for row in places] == ["IQ", "IR/Fars", "IR/Qom", "IR/Yazd"]
    assert outages == [{"n": 3}]


def test_a_foreign_file_is_refused_and_nothing_is_taken_in(tmp_path: Path) -> None:
    case, path = tmp_path / "a.rasad", tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    words = ["connectivity", "detect", str(path), "--case", str(case)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert "no file of public measurements" in done.stderr
    assert list((case / "evidence").iterdir()) == []


def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    path = observatory(tmp_path)
    done = CliRunner().invoke(
        main, ["connectivity", "detect", str(path), "--zone", "Mars/Olympus"]
    )
    assert done.exit_code == 2
    assert "no zone like" in done.output


@pytest.mark.data
def test_november_2019_is_one_national_shutdown_of_iran(shared_data: Path) -> None:
    path = shared_data / "shutdown" / "irn-2019-11-11_gif.csv"
    rows = json.loads(detected(str(path), "--json"))
    (national,) = [row for row in rows if row["place"] == "IR"]
    assert national["kind"] == "shutdown"
    assert national["ended_at"] is None
    assert national["started_low"] >= "2019-11-16T16:30:00Z"
    assert national["started_high"] <= "2019-11-16T19:30:00Z"
    early = [row for row in rows if row["started_high"] < national["started_low"]]
    assert {row["kind"] for row in early} <= {"unexplained"}


@pytest.mark.data
def test_a_hurricane_is_found_and_is_no_shutdown(shared_data: Path) -> None:
    path = shared_data / "shutdown" / "usa-2020-08-31_HurrLaura.csv"
    rows = json.loads(detected(str(path), "--json"))
    assert {row["place"].split("/")[1] for row in rows} >= {"Louisiana", "Texas"}
    assert {row["kind"] for row in rows} == {"disaster"}
    assert all("disaster" in row["why"] for row in rows)


@pytest.mark.data
def test_irans_tor_artefact_of_september_2022_is_no_recovery(shared_data: Path) -> None:
    path = shared_data / "shutdown" / "tor" / "tor-data-ir.csv"
    rows = json.loads(detected(str(path), "--json"))
    artefact = [row for row in rows if row["started_at"].startswith("2022-09-2")]
    assert {row["kind"] for row in artefact} == {"monitor_failure"}
    assert "it is no recovery" in artefact[0]["why"]
