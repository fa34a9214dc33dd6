"""Public files: told apart, every row accounted for, the right clock said aloud."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rasad.connectivity.clocks import in_utc, local_times
from rasad.connectivity.kept import File, read_files
from rasad.connectivity.public_files import read_measurements
from rasad.errors import ImportFormatError

LOCAL = "iso,id_1,name_1,time_e,time_e_str,lat,lon,connectivity\n"
HOUR = 3_600_000_000


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_local_times_become_utc_and_the_note_says_so(tmp_path: Path) -> None:
    rows = "".join(
        f"VEN,2,Anzoátegui,{1_563_580_800 + 3600 * n},x,10.1,-64.7,{100 - n}\n"
        for n in range(5)
    )
    read = read_measurements(written(tmp_path, "ven.csv", LOCAL + rows))
    (series,) = read.series
    assert (series.place, series.zone) == ("VE/Anzoátegui", "America/Caracas")
    # Caracas is four hours behind.
    assert series.times_us[0] == (1_563_580_800 + 4 * 3600) * 1_000_000
    assert series.step_us == HOUR
    assert read.sites == {"VE/Anzoátegui": (10.1, -64.7)}
    assert "local time" in read.notes[0]
    assert "America/Caracas" in read.notes[0]


def test_utc_columns_stay_utc(tmp_path: Path) -> None:
    text = (
        "time_e_utc,time_e_utc_str,connectivity,iso,name_1,name_2,lat,lon\n"
        "1598227200,x,7,USA,Arkansas,Lee,34,-91\n"
        "1598230800,x,7,USA,Arkansas,Lee,34,-91\n"
    )
    read = read_measurements(written(tmp_path, "usa.csv", text))
    assert read.series[0].times_us[0] == 1_598_227_200_000_000
    assert read.series[0].place == "US/Arkansas/Lee"
    assert "times are UTC" in read.notes[0]


def test_comments_above_the_header_of_tor_metrics_are_no_rows(tmp_path: Path) -> None:
    text = (
        "#\n# The Tor Project\n#\n# URL: https://metrics.torproject.org/x.csv?a=1,b\n#\n"
        "date,country,users,lower,upper,frac\n"
        "2022-01-01,,2500000,,,85\n"
        "2022-01-01,??,310,,,85\n"
        "2022-01-01,ir,36000,,,85\n"
        "2022-01-02,ir,37000,100,90000,84\n"
    )
    read = read_measurements(written(tmp_path, "userstats-relay-country.csv", text))
    (series,) = read.series
    assert (series.place, series.values.tolist()) == ("IR", [36000.0, 37000.0])
    # The whole world and users of unknown places are no country, and are counted.
    assert "2 measurements" in read.notes[1]
    assert "2 rows that cannot be read" in read.notes[1]


def test_an_unknown_clock_is_asked_for_and_taken(tmp_path: Path) -> None:
    rows = "".join(f"BRA,1,Acre,{1_563_580_800 + n},x,1,1,50\n" for n in (0, 3600))
    path = written(tmp_path, "x.csv", LOCAL + rows)
    with pytest.raises(ImportFormatError, match="--zone"):
        read_measurements(path)
    (series,) = read_measurements(path, zone="America/Rio_Branco").series
    assert series.zone == "America/Rio_Branco"


def test_a_value_that_is_missing_is_no_zero_and_a_bad_row_is_counted(
    tmp_path: Path,
) -> None:
    text = (
        ",date,country,users,lower,upper,frac\n"
        "0,2021-01-01,ir,,1,2,86\n"
        "1,2021-01-02,ir,100,1,2,83\n"
        "2,2021-01-02,ir,999,1,2,83\n"
        "3,yesterday,ir,5,1,2,83\n"
    )
    read = read_measurements(written(tmp_path, "tor-data-ir.csv", text))
    (series,) = read.series
    assert np.isnan(series.values[0])
    assert series.values[1] == 100
    assert series.out_of is not None
    assert series.out_of.tolist() == [86, 83]
    assert "1 rows that cannot be read and 1 repeated" in read.notes[1]


def test_failed_tests_are_shares_of_all_tests(tmp_path: Path) -> None:
    text = ",ok,dns,http,tls,error,date,total\n0,6,2,1,1,0,2021-01-01,10\n"
    read = read_measurements(written(tmp_path, "ooni-data-ir.csv", text))
    assert {s.metric: s.values.tolist() for s in read.series} == {
        "dns anomalies": [0.2],
        "http anomalies": [0.1],
        "tls anomalies": [0.1],
    }
    assert {series.country for series in read.series} == {"IR"}
    text = ",date,measurements,ok,anomalies,ratio\n0,2021-01-01,100,80,20,0.2\n"
    (one,) = read_measurements(written(tmp_path, "https-data-cn.csv", text)).series
    assert (one.place, one.metric) == ("CN", "https anomalies")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "place,time,value\n", "\x00\x01"])
def test_another_file_is_refused_with_what_to_do(text: str, tmp_path: Path) -> None:
    with pytest.raises(ImportFormatError, match="give one of|first lines"):
        read_measurements(written(tmp_path, "x.csv", text))


def test_two_files_of_one_place_are_one_series(tmp_path: Path) -> None:
    head = "place,time,value\n"
    one = written(tmp_path, "1.csv", head + "IR,2022-01-02T00:00:00Z,2\n")
    two = written(
        tmp_path, "2.csv", head + "IR,2022-01-02T00:00:00Z,9\nIR,2022-01-01,1\n"
    )
    (series,) = read_files([File(one, "1.csv"), File(two, "2.csv")]).series
    assert series.values.tolist() == [1, 2]


def test_a_clock_put_back_is_undone() -> None:
    times = np.arange(48) * HOUR + 1_667_000_000_000_000 // HOUR * HOUR
    there = local_times(times, "Europe/Paris")
    again = in_utc(there, "Europe/Paris")
    # Of the hour that the clock shows twice the first is meant.
    assert (again != times).sum() <= 1


@pytest.mark.data
def test_the_blackout_of_november_2019_is_in_irans_clock(shared_data: Path) -> None:
    read = read_measurements(shared_data / "shutdown" / "irn-2019-11-11_gif.csv")
    assert len(read.series) == 73
    assert sum(len(series.values) for series in read.series) == 16_279
    assert "lowest from 02 to 08 h" in read.notes[0]


def test_hostile_numbers_and_moments_are_rows_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    head = "place,time,value\n"
    rows = (
        "IR,2022-01-01,inf\nIR,2022-01-02,1\nIR,0001-01-01,1\nIR,9999-12-31,1\n"
        "IR,2022-01-03,nan\nIR,2022-01-04,1e999\nIR,2022-01-05,six\n"
    )
    read = read_measurements(written(tmp_path, "x.csv", head + rows))
    (series,) = read.series
    assert np.isfinite(series.values).tolist() == [False, True, False, False]
    assert "3 rows that cannot be read" in read.notes[1]


def test_a_step_of_a_microsecond_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"IR,2022-01-01T00:00:00.00000{n},1\n" for n in range(9))
    path = written(tmp_path, "x.csv", "place,time,value\n" + rows)
    with pytest.raises(ImportFormatError, match="average it"):
        read_measurements(path)


def test_a_series_by_the_second_over_years_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"IR,2022-01-01T00:00:{n:02},1\n" for n in range(60))
    path = written(tmp_path, "x.csv", "place,time,value\n" + rows + "IR,2024-01-01,1\n")
    with pytest.raises(ImportFormatError, match="average it"):
        read_measurements(path)


def test_a_row_cut_short_is_counted_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("place,time,value\nIR,2022-01-01T00:00:00Z,7\nIR", "utf-8")
    found = read_measurements(path)
    assert found.series[0].values.tolist() == [7.0]
    assert "1 rows that cannot be read" in found.notes[-1]


def test_a_table_of_ones_own_has_no_documentation_to_point_to(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    hours = "".join(f"IR,2022-01-01T0{n}:00:00Z,7\n" for n in range(9))
    path.write_text(f"place,time,value\n{hours}", "utf-8")
    note = read_measurements(path).notes[0]
    assert "times are UTC, where the file does not say otherwise" in note
