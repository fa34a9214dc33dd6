"""Each kind of file, by a small one made to its published form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from connectivity.reading_here import only, read_here, written

from rasad.cli import main
from rasad.connectivity.outages import detect
from rasad.connectivity.parts import Event
from rasad.connectivity.readers import FORMATS
from rasad.connectivity.readers.ioda import paired
from rasad.errors import ImportFormatError

HOUR = 3_600_000_000
DAY = 24 * HOUR
NEW_YEAR_2022 = 1_640_995_200


def saved(folder: Path, value: Any) -> Path:
    return written(folder, "answer.json", json.dumps(value))


def test_formats_have_names_of_their_own() -> None:
    names = [one.name for one in FORMATS]
    assert len(set(names)) == len(names)


def test_latency_takes_the_offset_of_each_row(tmp_path: Path) -> None:
    head = (
        "country_iso_three_char_code,country_iso_name,adm1_name,adm1_unique_identifier,"
        "timezone_offset,timezone_name,time_local,latency_indx\n"
    )
    rows = (
        "UKR,Ukraine,Kiev City,UKR-11,2,Europe/Kiev,01-Dec-2021 05:00:00,103.7\n"
        "UKR,Ukraine,Kiev City,UKR-11,2,Europe/Kiev,01-Dec-2021 08:00:00,99\n"
        "RUS,Russia,Bryansk,RUS-2,3,Europe/Moscow,01-Dec-2021 06:00:00,101\n"
        "RUS,Russia,Bryansk,RUS-2,3,Europe/Moscow,01-Dec-2021 09:00:00,101\n"
        "RUS,Russia,Bryansk,RUS-2,30,Europe/Moscow,01-Dec-2021 06:00:00,101\n"
    )
    read = read_here(written(tmp_path, "ukr.csv", head + rows))
    russia, kiev = read.series
    assert (russia.place, russia.zone) == ("RU/Bryansk", "Europe/Moscow")
    assert russia.times_us[0] == kiev.times_us[0]
    assert (kiev.reading, kiev.step_us) == ("latency", 3 * HOUR)
    assert read.rows.rejected == 1
    # Kept, but no outage is looked for in it, and a note says so.
    assert detect(read.series).watched == []
    assert "no outage is looked for in latency index" in read.notes[-1]
    assert "neither way tells an outage" in read.notes[-1]


def test_single_answers_count_addresses_by_the_hour(tmp_path: Path) -> None:
    head = (
        "ip_hash,iso,name_0,name_1,name_2,isp_name,owner_name,time_local_str,"
        "time_local_hr,rtt\n"
    )
    row = "{},MMR,Myanmar,Bago,Pegu,a,b,2021-02-09 {},21,{}\n"
    rows = [
        row.format("016", "21:18:11.000", 356),
        row.format("016", "21:40:11.000", 344),
        row.format("017", "21:59:59.000", 100),
        row.format("016", "23:00:00.000", 300),
        row.format("016", "23:00:00.000", 300),
    ]
    read = read_here(written(tmp_path, "mmr.csv", head + "".join(rows)))
    answering, waiting = read.series
    # 21 h by Myanmar's clock is 14:30 by UTC; the hour without answers is a gap.
    assert answering.times_us[0] == 1_612_881_000_000_000
    assert np.diff(answering.times_us).tolist() == [2 * HOUR]
    assert answering.values.tolist() == [2, 1]
    assert answering.step_us == HOUR
    assert (answering.place, answering.zone) == ("MM/Bago/Pegu", "Asia/Yangon")
    assert waiting.values.tolist() == [225, 300]
    assert (read.rows.accepted, read.rows.duplicate) == (4, 1)
    # No address is left.
    assert "016" not in repr(read)


def test_failed_tests_are_shares_of_all_tests(tmp_path: Path) -> None:
    text = (
        ",ok,dns,http,tls,error,date,total\n"
        "0,6,2,1,1,0,2021-01-01,10\n"
        "1,0,0,0,0,0,2021-01-02,0\n"
        "2,0,9,0,0,0,2021-01-03,5\n"
    )
    read = read_here(written(tmp_path, "ooni-data-ir.csv", text))
    assert {one.metric: one.values[0] for one in read.series} == {
        "dns anomalies": 0.2,
        "http anomalies": 0.1,
        "tls anomalies": 0.1,
    }
    assert {one.country for one in read.series} == {"IR"}
    # A day without a test is a gap, and more failures than tests are a mistake.
    assert [len(one.values) for one in read.series] == [2, 2, 2]
    assert all(np.isnan(one.values[1]) for one in read.series)
    assert read.rows.rejected == 1


def test_a_file_that_names_no_country_is_refused(tmp_path: Path) -> None:
    text = ",ok,dns,http,tls,error,date,total\n0,6,2,1,1,0,2021-01-01,10\n"
    with pytest.raises(ImportFormatError, match="end its name with the code"):
        read_here(written(tmp_path, "download.csv", text))
    path = written(tmp_path, "copy", text)
    assert only_country(read_here(path, name="ooni-data-ru.csv.gz")) == "RU"
    column = text.replace("total\n", "total,country\n").replace("10\n", "10,TR\n")
    assert only_country(read_here(written(tmp_path, "x.csv", column))) == "TR"


def only_country(read: Any) -> str:
    (country,) = {one.country for one in read.series}
    return str(country)


AGGREGATE = {
    "anomaly_count": 3,
    "confirmed_count": 2,
    "failure_count": 10,
    "measurement_count": 60,
    "measurement_start_day": "2022-09-21",
    "ok_count": 45,
}


def test_aggregates_of_oonis_api_by_network_and_site(tmp_path: Path) -> None:
    told = {"probe_cc": "IR", "probe_asn": 44244, "domain": "twitter.com"}
    path = saved(tmp_path, {"v": 0, "dimension_count": 2, "result": [AGGREGATE | told]})
    series = only(read_here(path))
    assert (series.place, series.metric) == ("IR/AS44244", "twitter.com anomalies")
    # Failed measurements are none: 5 of 50.
    assert series.values.tolist() == [0.1]
    assert series.out_of is not None
    assert series.out_of.tolist() == [50]


def test_aggregates_of_ooni_as_a_table(tmp_path: Path) -> None:
    told = AGGREGATE | {"probe_cc": "IR", "test_name": "signal"}
    text = ",".join(told) + "\n" + ",".join(map(str, told.values())) + "\n"
    assert (
        only(read_here(written(tmp_path, "x.csv", text))).metric == "signal anomalies"
    )


def test_tor_metrics_as_downloaded_with_its_preamble(tmp_path: Path) -> None:
    text = (
        "#\n# The Tor Project\n#\n"
        "# URL: https://metrics.torproject.org/userstats-bridge-country.html?start=2022\n"
        "#\n# This file contains an estimate, by country, of users.\n#\n"
        "date,country,users,frac\n"
        "2022-01-01,,2000000,80\n"
        "2022-01-01,??,10,80\n"
        "2022-01-01,ir,400,80\n"
        "2022-01-03,ir,500,81\n"
    )
    path = written(tmp_path, "userstats.csv", text)
    read = read_here(path)
    series = only(read)
    assert (series.metric, series.reading) == ("bridge users", "usage")
    # The day that is missing is absent, not zero.
    assert np.diff(series.times_us).tolist() == [2 * DAY]
    assert read.rows.filtered == 2
    assert read.rows.bytes == path.stat().st_size


def test_censored_planet_checks_its_ratio(tmp_path: Path) -> None:
    text = (
        ",date,measurements,ok,anomalies,ratio\n"
        "0,2021-01-01,100,80,20,0.2\n"
        "1,2021-01-02,100,80,20,0.7\n"
    )
    read = read_here(written(tmp_path, "https-data-cn.csv", text))
    assert (only(read).place, only(read).metric) == ("CN", "https anomalies")
    assert read.rows.reasons == {"its ratio is not that of its counts": 1}


def test_gfwatch_counts_names(tmp_path: Path) -> None:
    text = ",date,count\n0,2021-12-06,440742\n1,2021-03-29,505156\n"
    series = only(read_here(written(tmp_path, "gfwatch-data-cn.csv", text)))
    assert (series.country, series.reading) == ("CN", "listed")
    assert series.values.tolist() == [505156, 440742]


SIGNAL = {
    "entityType": "country",
    "entityCode": "IR",
    "entityName": "Iran (Islamic Republic Of)",
    "entityFqid": "geo.provider.AS.IR",
    "datasource": "bgp",
    "subtype": "",
    "from": NEW_YEAR_2022,
    "until": NEW_YEAR_2022 + 900,
    "step": 300,
    "nativeStep": 300,
    "values": [62200, None, 62224],
}


def envelope(kind: str, data: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "metadata": {"requestTime": "2026-02-01T01:44:46+00:00"},
        "requestParameters": {"from": 1, "until": 2},
        "error": None,
        "perf": None,
        "data": data,
        "copyright": "x",
    }


def test_raw_signals_of_ioda(tmp_path: Path) -> None:
    region = {
        "entityType": "region",
        "entityCode": "1007",
        "entityName": "Tehran",
        "entityFqid": "geo.provider.AS.IR.1007",
    }
    records = [
        SIGNAL,
        SIGNAL | region | {"datasource": "ping-slash24"},
        SIGNAL | {"datasource": "gtr", "subtype": "WEB_SEARCH", "step": 1800},
        SIGNAL | {"datasource": "ping-slash24-loss", "values": [[{"agg_values": {}}]]},
        SIGNAL | {"entityType": "asn", "entityCode": "9074", "entityFqid": "asn.9074"},
        SIGNAL | {"step": 0},
        SIGNAL | {"datasource": "mozilla", "values": [None, "x", True, 7]},
    ]
    path = saved(tmp_path, envelope("signals", [records]))
    read = read_here(path)
    found = {(one.place, one.metric): one for one in read.series}
    assert set(found) == {
        ("IR", "bgp"),
        ("IR/Tehran", "ping-slash24"),
        ("IR", "gtr WEB_SEARCH"),
        ("IR", "mozilla"),
    }
    assert np.isfinite(found["IR", "mozilla"].values).tolist() == [False] * 3 + [True]
    assert any("provisional" in note for note in read.notes)
    routes = found["IR", "bgp"]
    assert routes.step_us == 300_000_000
    assert routes.times_us[0] == NEW_YEAR_2022 * 1_000_000
    assert np.isnan(routes.values[1])
    assert found["IR", "gtr WEB_SEARCH"].reading == "usage"
    rows = read.rows
    assert (rows.records, rows.accepted, rows.filtered, rows.rejected) == (7, 4, 2, 1)
    assert rows.bytes == path.stat().st_size


def test_windows_of_a_signal_that_overlap_are_one_series(tmp_path: Path) -> None:
    later = SIGNAL | {"from": NEW_YEAR_2022 + 600, "values": [9, 62230]}
    again = SIGNAL | {"values": [62200, None]}
    read = read_here(saved(tmp_path, envelope("signals", [[SIGNAL, later], [again]])))
    assert only(read).values.tolist()[2:] == [62224, 62230]
    assert (read.rows.accepted, read.rows.duplicate) == (2, 1)
    assert any("1 accepted records also hold values" in note for note in read.notes)


def test_an_alert_of_ioda_ends_with_the_next_normal_value(tmp_path: Path) -> None:
    def alert(seconds: int, level: str, value: int, **told: Any) -> dict[str, Any]:
        return {
            "datasource": "ping-slash24",
            "entity": {"code": "IR", "name": "Iran", "type": "country", "attrs": {}},
            "time": NEW_YEAR_2022 + seconds,
            "level": level,
            "condition": "< 0.8",
            "value": value,
            "historyValue": 1000,
            "method": "median",
            **told,
        }

    region = {
        "code": "1007",
        "name": "Tehran",
        "type": "region",
        "attrs": {"fqid": "geo.netacuity.AS.IR.1007", "country_code": "IR"},
    }
    alerts = [
        alert(3600, "normal", 990),
        alert(600, "critical", 100),
        alert(0, "critical", 700),
        alert(0, "critical", 700, entity=region),
        alert(0, "critical", 1, entity={"code": "9", "name": "x", "type": "asn"}),
    ]
    read = read_here(saved(tmp_path, envelope("outages.alerts", alerts)))
    nation, tehran = read.events
    assert (nation.place, nation.kind, nation.status) == ("IR", "alert", "ended")
    assert nation.ended_us is not None
    assert nation.ended_us - nation.started_us == HOUR
    assert nation.depth == pytest.approx(0.9)
    assert (tehran.place, tehran.ended_us) == ("IR/Tehran", None)
    assert (read.rows.accepted, read.rows.filtered) == (4, 1)


def test_a_normal_value_without_an_alert_is_no_event() -> None:
    normal = Event(
        *("IR", "", "ioda", "normal", NEW_YEAR_2022 * 1_000_000),
        *(NEW_YEAR_2022 * 1_000_000, 1, "ended"),
    )
    assert paired([normal]) == []


def test_outage_events_of_ioda(tmp_path: Path) -> None:
    event = {
        "location": "country/CF",
        "start": 1_706_692_200,
        "duration": 1_209_600,
        "method": "median",
        "datasource": "bgp",
        "status": 0,
        "score": 69517.24,
        "location_name": "Central African Republic",
        "overlaps_window": True,
    }
    data = [event, event | {"location": "region/4155"}]
    read = read_here(saved(tmp_path, envelope("outages.events", data)))
    (found,) = read.events
    assert (found.place, found.cause) == ("CF", "score 69517.24")
    assert found.ended_us == (1_706_692_200 + 1_209_600) * 1_000_000
    assert read.rows.filtered == 1


ANNOTATION = {
    "id": "1069",
    "asns": [29256],
    "asnsDetails": [{"asn": "29256", "name": "INT-PDN-STE-AS"}],
    "dataSource": "ALL",
    "description": "x",
    "eventType": "OUTAGE",
    "linkedUrl": "https://example.org",
    "locations": ["SY"],
    "locationsDetails": [{"code": "SY", "name": "Syria"}],
    "outage": {"outageCause": "GOVERNMENT_DIRECTED", "outageType": "NATIONWIDE"},
    "scope": None,
    "startDate": "2025-01-23T21:15:00Z",
    "endDate": "2025-01-24T05:45:00Z",
}


def test_outages_of_cloudflare_radar(tmp_path: Path) -> None:
    weather = {"outageCause": "WEATHER", "outageType": "REGIONAL"}
    annotations = [
        ANNOTATION,
        ANNOTATION
        | {"locations": ["IE", "GB"], "outage": weather, "scope": "West"}
        | {"endDate": None},
        ANNOTATION | {"endDate": "2025-01-01T00:00:00Z"},
    ]
    told = {"success": True, "errors": [], "result": {"annotations": annotations}}
    read = read_here(saved(tmp_path, told))
    syria, britain, ireland = sorted(
        read.events, key=lambda one: one.kind != "shutdown"
    )
    assert (syria.place, syria.kind, syria.scope) == ("SY", "shutdown", "national")
    assert syria.ended_us == 1_737_697_500_000_000
    assert {britain.place, ireland.place} == {"GB/West", "IE/West"}
    assert (ireland.kind, ireland.cause, ireland.status) == (
        *("outage", "weather"),
        "unknown",
    )
    assert read.rows.reasons == {"it ends before it begins": 1}


def test_outages_of_cloudflare_radar_as_a_table(tmp_path: Path) -> None:
    text = (
        "id,eventType,startDate,endDate,locations,outage.outageCause,"
        "outage.outageType\n"
        '1,OUTAGE,2025-01-23T21:15:00Z,,"[""SY"",""LB""]",CABLE_CUT,NATIONWIDE\n'
        "2,OUTAGE,2025-01-23T21:15:00Z,,IQ,CABLE_CUT,NATIONWIDE\n"
    )
    read = read_here(written(tmp_path, "radar.csv", text))
    assert sorted(one.place for one in read.events) == ["IQ", "LB", "SY"]
    assert {one.cause for one in read.events} == {"cable cut"}


@pytest.mark.data
def test_five_schemas_of_access_now(shared_data: Path) -> None:
    path = shared_data / "shutdown" / "Keepiton_raw_dataset.xlsx"
    read = read_here(path)
    # 1,118 rows of events; eight are listed twice, word for word, seven of them in the
    # sheets of two years. Three rows stand in a sheet without columns.
    rows = read.rows
    assert (rows.accepted, rows.duplicate) == (1_110, 8)
    assert (rows.filtered, rows.rejected) == (3, 0)
    assert len(read.events) == 1_110
    assert all(len(one.country) == 2 for one in read.events)
    november = [
        one
        for one in read.events
        if one.country == "IR" and one.started_us == 1_573_862_400_000_000
    ]
    assert {(one.kind, one.scope) for one in november} == {("shutdown", "national")}
    blocks = [one for one in read.events if one.kind == "block"]
    assert len(blocks) == 130
    assert any("telegram" in one.services for one in blocks)


def raw_signals() -> list[dict[str, Any]]:
    """Two weeks of three signals of Iran, dark for a day from an hour on, one gap."""
    made = []
    for name, step, level in (
        ("bgp", 300, 4000.0),
        ("ping-slash24", 600, 9000.0),
        ("merit-nt", 300, 500.0),
    ):
        n = 14 * 86_400 // step
        hour = np.arange(n) * step / 3600
        dice = np.random.default_rng(step)
        night = 1 - 0.1 * np.cos(2 * np.pi * (hour - 2) / 24) * (name != "bgp")
        values = level * night * np.exp(dice.normal(0, 0.01, n))
        values[(hour >= 250) & (hour < 274)] *= 0.04
        told: list[float | None] = values.round(1).tolist()
        told[500:520] = [None] * 20
        made.append(
            SIGNAL
            | {
                "datasource": name,
                "from": NEW_YEAR_2022,
                "until": NEW_YEAR_2022 + n * step,
                "step": step,
                "nativeStep": step,
                "values": told,
            }
        )
    return made


def test_a_blackout_in_the_raw_signals_of_ioda_is_found_from_end_to_end(
    tmp_path: Path,
) -> None:
    path = saved(tmp_path, {"type": "signals", "error": None, "data": [raw_signals()]})
    # Through the child that reads, the detector, and the command.
    words = ["connectivity", "detect", str(path), "--out", str(tmp_path), "--json"]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    rows = json.loads(done.stdout)
    (dark,) = [row for row in rows if row["kind"] == "shutdown"]
    assert (dark["place"], dark["sources"], dark["confirmed"]) == (
        "IR",
        ["ioda"],
        False,
    )
    assert dark["depth"] == pytest.approx(0.96, abs=0.02)
    # Hour 250 of 2022, and a day later, to the step of a signal.
    begin, end = (np.datetime64(f"2022-01-{day}T10:00:00") for day in (11, 12))
    for name, moment in (("started", begin), ("ended", end)):
        low, high, best = (
            np.datetime64(dark[f"{name}_{part}"].rstrip("Z"))
            for part in ("low", "high", "at")
        )
        assert low <= moment <= high
        assert abs(best - moment) <= np.timedelta64(600, "s")
    # Nothing else is made of it, the hours without a value least of all.
    assert rows == [dark]
    assert "provisional" in done.stderr.lower() or "published" in done.stderr
    page = (tmp_path / "connectivity.html").read_text("utf-8")
    for signal in ("bgp", "ping-slash24", "merit-nt"):
        assert f"{signal}" in page
