"""Public files: told apart, every record accounted for, the right clock said aloud."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from connectivity.reading_here import only, read_here, written

from rasad.connectivity.clocks import in_utc, local_times
from rasad.connectivity.kept import File, read_files
from rasad.connectivity.reading import read_series
from rasad.errors import ImportFormatError, MappingError

LOCAL = "iso,id_1,name_1,time_e,time_e_str,lat,lon,connectivity\n"
HOUR = 3_600_000_000
TABLE = "place,time,value\n"


def test_local_times_become_utc_and_the_note_says_so(tmp_path: Path) -> None:
    rows = "".join(
        f"VEN,2,Anzoátegui,{1_563_580_800 + 3600 * n},x,10.1,-64.7,{100 - n}\n"
        for n in range(5)
    )
    read = read_here(written(tmp_path, "ven.csv", LOCAL + rows))
    series = only(read)
    assert (series.place, series.zone) == ("VE/Anzoátegui", "America/Caracas")
    # Caracas is four hours behind.
    assert series.times_us[0] == (1_563_580_800 + 4 * 3600) * 1_000_000
    assert series.step_us == HOUR
    assert read.sites == {"VE/Anzoátegui": (10.1, -64.7)}
    assert "local time" in read.notes[0]
    assert "America/Caracas" in read.notes[0]
    assert "no rhythm of day and night shows" in read.notes[0]


def nights(offset: int) -> str:
    """Return hourly rows of Tehran that are low from 2 to 8 h, written with an offset.

    An offset of 0 writes the place's own clock.
    """
    rows = []
    for hour in range(24 * 6):
        value = 60 if 2 <= hour % 24 < 8 else 100
        second = 1_573_430_400 + 3600 * hour - offset
        rows.append(f"IRN,1,Tehran,{second},x,35,51,{value}\n")
    return LOCAL + "".join(rows)


def test_numbers_that_follow_the_places_nights_are_its_clock(tmp_path: Path) -> None:
    read = read_here(written(tmp_path, "x.csv", nights(0)))
    assert only(read).times_us[0] == (1_573_430_400 - 12_600) * 1_000_000
    assert "local time, for values are lowest from 02 to 08 h if it" in read.notes[0]


def test_the_same_layout_with_numbers_by_utc_is_recognised(tmp_path: Path) -> None:
    read = read_here(written(tmp_path, "x.csv", nights(12_600)))
    assert only(read).times_us[0] == (1_573_430_400 - 12_600) * 1_000_000
    assert "times are UTC, for values are lowest from" in read.notes[0]


def test_a_file_of_one_hour_is_in_the_places_clock_and_no_day(tmp_path: Path) -> None:
    row = "IRN,1,Ardebil,1573430400,11-Nov-2019 00:00:00,38.4,48.3,96\n"
    read = read_here(written(tmp_path, "one.csv", LOCAL + row))
    series = only(read)
    # Tehran is three and a half hours ahead.
    assert series.times_us.tolist() == [(1_573_430_400 - 12_600) * 1_000_000]
    assert series.step_us == HOUR
    assert "times are local time" in read.notes[0]
    day = read_here(written(tmp_path, "day.csv", TABLE + "IR,2024-01-01,7\n"))
    assert "days are days by UTC" in day.notes[0]


def test_a_place_with_one_value_has_the_step_and_clock_of_the_others(
    tmp_path: Path,
) -> None:
    rows = "".join(
        f"IRN,1,Ardebil,{1_573_430_400 + 3600 * n},x,38.4,48.3,96\n" for n in range(5)
    )
    lone = "IRN,2,Ilam,1573434000,x,33.6,46.4,95\n"
    ardebil, ilam = read_here(written(tmp_path, "two.csv", LOCAL + rows + lone)).series
    assert (ilam.region, ilam.step_us, ilam.zone) == ("Ilam", HOUR, "Asia/Tehran")
    assert ilam.times_us[0] == ardebil.times_us[1]


def test_utc_columns_stay_utc(tmp_path: Path) -> None:
    text = (
        "time_e_utc,time_e_utc_str,connectivity,iso,name_1,name_2,lat,lon\n"
        "1598227200,x,7,USA,Arkansas,Lee,34,-91\n"
        "1598230800,x,7,USA,Arkansas,Lee,34,-91\n"
    )
    read = read_here(written(tmp_path, "usa.csv", text))
    assert only(read).times_us[0] == 1_598_227_200_000_000
    assert only(read).place == "US/Arkansas/Lee"
    assert "times are UTC" in read.notes[0]


def test_an_unknown_clock_is_asked_for_and_taken(tmp_path: Path) -> None:
    rows = "".join(f"BRA,1,Acre,{1_563_580_800 + n},x,1,1,50\n" for n in (0, 3600))
    path = written(tmp_path, "x.csv", LOCAL + rows)
    with pytest.raises(ImportFormatError, match="--zone"):
        read_here(path)
    assert only(read_here(path, "America/Rio_Branco")).zone == "America/Rio_Branco"


def test_records_are_accounted_for_with_line_and_reason(tmp_path: Path) -> None:
    text = (
        ",date,country,users,lower,upper,frac\n"
        "0,2021-01-03,ir,7,1,2,80\n"
        "1,2021-01-01,ir,,1,2,86\n"
        "2,2021-01-02,ir,100,1,2,83\n"
        "3,2021-01-02,ir,100,1,2,83\n"
        "4,2021-01-02,ir,999,1,2,83\n"
        "5,yesterday,ir,5,1,2,83\n"
        "6,2021-01-02,??,5,1,2,83\n"
        "7,2021-01-02,ir,-1,1,2,83\n"
        "\n"
    )
    path = written(tmp_path, "tor-data-ir.csv", text)
    read = read_here(path)
    series = only(read)
    # Sorted by time; what is missing is no zero.
    assert np.diff(series.times_us).tolist() == [24 * HOUR] * 2
    assert series.values.tolist()[1:] == [100, 7]
    assert np.isnan(series.values[0])
    assert series.out_of is not None
    assert series.out_of.tolist() == [86, 83, 80]
    rows = read.rows
    counts = (rows.records, rows.accepted, rows.duplicate, rows.filtered, rows.rejected)
    assert counts == (8, 3, 1, 1, 3)
    assert rows.bytes == path.stat().st_size
    assert (rows.header_bytes, rows.blank_bytes) == (37, 1)
    assert [astuple(one) for one in rows.told] == [
        (6, "it contradicts line 4"),
        (7, "its time is not written as a time"),
        (8, "it is of no country"),
        (9, "a value is smaller than it can be"),
    ]
    assert "of 8 records 3 are accepted, 1 duplicate, 1 filtered, 3" in read.notes[1]


def test_nothing_of_a_bad_record_is_told(tmp_path: Path) -> None:
    text = TABLE + "IR,2022-01-01,1\nIR,2022-01-02,secret\nIR,whisper,3\n"
    read = read_here(written(tmp_path, "x.csv", text))
    said = " ".join([*read.notes, *(one.reason for one in read.rows.told)])
    assert "secret" not in said
    assert "whisper" not in said


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"",
        b"place,time,value\n",
        b"\x00\x01",
        b'{"data": [[]], "type": "signals"}',
        b'{"a": [',
        b"SQLite format 3\0" + bytes(90),
        b"PK\x03\x04" + bytes(90),
    ],
)
def test_another_file_is_refused_in_one_sentence(
    content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(ImportFormatError) as caught:
        read_here(written(tmp_path, "x.csv", content))
    assert str(caught.value).count("\n") == 0
    assert "x.csv" in str(caught.value)


def test_a_file_of_which_nothing_can_be_used_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", TABLE + "IR,never,1\nIR,soon,2\n")
    with pytest.raises(ImportFormatError, match="Not one of the 2 records .*time"):
        read_here(path)


def test_columns_of_any_table_can_be_chosen(tmp_path: Path) -> None:
    text = "land,tag,wert,teil\nIran,2022-01-01,5,Fars\nIran,2022-01-02,6,Fars\n"
    path = written(tmp_path, "x.csv", text)
    with pytest.raises(ImportFormatError, match="--map place=COLUMN"):
        read_here(path)
    roles = {"place": "land", "time": "tag", "value": "wert", "region": "teil"}
    series = only(read_here(path, roles=roles))
    assert (series.place, series.values.tolist()) == ("IR/Fars", [5, 6])
    with pytest.raises(MappingError, match="no column nothing"):
        read_here(path, roles=roles | {"value": "nothing"})
    with pytest.raises(MappingError, match="no role who"):
        read_here(path, roles=roles | {"who": "land"})


def test_a_table_may_say_what_a_low_value_means(tmp_path: Path) -> None:
    head = "country,date,metric,value,out_of,reading\n"
    rows = "IR,2022-01-01,site x,.2,50,anomalies\nIR,2022-01-01,app,9,,usage\n"
    read = read_here(written(tmp_path, "x.csv", head + rows))
    found = {one.metric: (one.reading, one.out_of is not None) for one in read.series}
    assert found == {"site x": ("anomalies", True), "app": ("usage", False)}


def test_two_files_of_one_place_are_one_series(tmp_path: Path) -> None:
    one = written(tmp_path, "1.csv", TABLE + "IR,2022-01-02T00:00:00Z,2\n")
    two = written(
        tmp_path, "2.csv", TABLE + "IR,2022-01-02T00:00:00Z,9\nIR,2022-01-01,1\n"
    )
    read = read_files([File(one, "1.csv"), File(two, "2.csv")])
    assert only(read).values.tolist() == [1, 2]
    assert read.rows.records == 3


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_a_packed_file_reads_like_itself(packed: str, tmp_path: Path) -> None:
    text = (TABLE + "IR,2022-01-01,1\nIR,2022-01-02,2\n").encode()
    path = tmp_path / "x.csv.packed"
    if packed == "gzip":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.csv", text)
    read = read_here(path)
    assert only(read).values.tolist() == [1, 2]
    assert read.rows.bytes == len(text)


def test_a_file_that_is_cut_says_so(tmp_path: Path) -> None:
    record = {
        "entityType": "country",
        "entityCode": "IR",
        "datasource": "bgp",
        "from": 1_573_900_000,
        "step": 300,
        "values": [1, 2],
    }
    text = json.dumps({"data": [[record, record | {"datasource": "merit-nt"}]]})
    read = read_here(written(tmp_path, "x.json", text[:-40]))
    assert [one.metric for one in read.series] == ["bgp"]
    assert read.rows.rejected == 1
    assert "ends early" in read.notes[-1]


def test_a_clock_put_back_is_undone() -> None:
    times = np.arange(48) * HOUR + 1_667_000_000_000_000 // HOUR * HOUR
    there = local_times(times, "Europe/Paris")
    again = in_utc(there, "Europe/Paris")
    # Of the hour that the clock shows twice the first is meant.
    assert (again != times).sum() <= 1


def test_hostile_numbers_and_moments_are_gaps_or_rejected(tmp_path: Path) -> None:
    rows = (
        "IR,2022-01-01,inf\nIR,2022-01-02,1\nIR,0001-01-01,1\nIR,9999-12-31,1\n"
        "IR,2022-01-03,nan\nIR,2022-01-04,1e999\nIR,2022-01-05,six\n"
        "IR,99999999999999999999999,1\n"
    )
    read = read_here(written(tmp_path, "x.csv", TABLE + rows))
    assert np.isfinite(only(read).values).tolist() == [False, True, False, False]
    assert read.rows.rejected == 4


def test_a_step_of_a_microsecond_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"IR,2022-01-01T00:00:00.00000{n},1\n" for n in range(9))
    with pytest.raises(ImportFormatError, match="average it"):
        read_here(written(tmp_path, "x.csv", TABLE + rows))


def test_a_series_by_the_second_over_years_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"IR,2022-01-01T00:00:{n:02},1\n" for n in range(60))
    path = written(tmp_path, "x.csv", TABLE + rows + "IR,2024-01-01,1\n")
    with pytest.raises(ImportFormatError, match="average it"):
        read_here(path)


@pytest.mark.data
def test_the_blackout_of_november_2019_is_in_irans_clock(shared_data: Path) -> None:
    path = shared_data / "shutdown" / "irn-2019-11-11_gif.csv"
    read = read_series(path)
    assert len(read.series) == 73
    assert sum(len(series.values) for series in read.series) == 16_279
    assert (read.rows.records, read.rows.accepted) == (16_279, 16_279)
    assert read.rows.bytes == path.stat().st_size
    assert "local time, for values are lowest from 02 to 08 h" in read.notes[0]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "kind", "records", "series"),
    [
        ("usa-2020-08-31_HurrLaura.csv", "ip-observatory-utc", 35_856, 216),
        ("gfwatch/gfwatch-data-cn.csv", "gfwatch-daily", 818, 1),
        ("ooni/ooni-data-ru.csv", "ooni-daily", 820, 3),
        ("tor/tor-data-ir.csv", "tor-users", 807, 1),
        (
            "censoredplanet/satellite/satellite-data-ir.csv",
            "censored-planet-daily",
            83,
            1,
        ),
        ("censoredplanet/http/http-data-ru.csv", "censored-planet-daily", 450, 1),
    ],
)
def test_real_files_read_whole(
    name: str, kind: str, records: int, series: int, shared_data: Path
) -> None:
    path = shared_data / "shutdown" / name
    read = read_here(path)
    assert (read.format, len(read.series)) == (kind, series)
    assert (read.rows.records, read.rows.accepted) == (records, records)
    assert read.rows.bytes == path.stat().st_size
