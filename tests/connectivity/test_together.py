"""Two files of one source, a file twice, and what only all records together say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from connectivity.drawn_series import DAY, HOUR, daily, hourly, rhythm
from connectivity.reading_here import only, read_here, written

from rasad.connectivity.alignment import aligned
from rasad.connectivity.kept import File, read_files
from rasad.connectivity.places import with_wholes
from rasad.connectivity.series import Series
from rasad.connectivity.together import Together

NAN = float("nan")
TABLE = "place,time,value\n"
BERLIN = "iso,id_1,name_1,time_e,time_e_str,lat,lon,connectivity\n"


def together(*series: Series) -> tuple[list[Series], list[str]]:
    known, notes = Together(), []
    for n, one in enumerate(series):
        notes += known.add(f"{n}.csv", [one])
    return known.series, notes


def test_a_file_twice_changes_nothing_and_says_so() -> None:
    one = hourly(rhythm(4))
    (found,), notes = together(one, one)
    assert found.values.tolist() == one.values.tolist()
    assert notes == ["1.csv: earlier files hold 96 of its values."]


def test_what_two_files_contradict_each_other_in_is_told() -> None:
    one = hourly(rhythm(4))
    other = hourly(rhythm(4) + (np.arange(96) == 7))
    (found,), (note,) = together(one, other)
    assert found.values.tolist() == one.values.tolist()
    assert "96 of its values; 1 of them differ, and the earlier file stands" in note


def test_a_gap_of_one_file_is_filled_from_the_other() -> None:
    values = rhythm(4)
    gap = values.copy()
    gap[10:20] = NAN
    (found,), _ = together(hourly(gap), hourly(values))
    assert found.values.tolist() == values.tolist()


def test_hours_and_days_of_one_source_stay_two_series() -> None:
    hours, days = hourly(rhythm(4)), daily(np.full(20, 90.0))
    found, notes = together(hours, days)
    assert [one.step_us for one in found] == [HOUR, DAY]
    assert [len(one.values) for one in found] == [96, 20]
    assert notes == []


def test_a_single_value_joins_whatever_step_the_others_have() -> None:
    hours = hourly(rhythm(4))
    single = daily(np.array([3.0]))
    single = Series(**{**vars(single), "times_us": hours.times_us[-1:] + HOUR})
    (found,), _ = together(single, hours)
    assert found.step_us == HOUR
    assert len(found.values) == 97


def test_shares_without_a_number_of_tests_are_not_lost_beside_others() -> None:
    shares = daily(np.full(20, 0.1), reading="anomalies")
    counted = daily(np.full(40, 0.1), reading="anomalies", out_of=np.full(40, 500.0))
    (found,), _ = together(shares, counted)
    assert found.out_of is not None
    assert np.isnan(found.out_of[:20]).all()
    assert found.out_of[20:].tolist() == [500.0] * 20


def test_two_tables_that_differ_are_told_of_by_read_files(tmp_path: Path) -> None:
    rows = [f"IR,2022-01-{day:02},{{}}\n" for day in range(1, 9)]
    files = [
        written(tmp_path, name, TABLE + "".join(row.format(value) for row in rows))
        for name, value in (("a.csv", 5), ("b.csv", 6))
    ]
    read = read_files([File(path, path.name) for path in files])
    assert only(read).values.tolist() == [5] * 8
    assert "b.csv: earlier files hold 8 of its values; 8 of them differ" in " ".join(
        read.notes
    )


COUNTS = "place,time,value,total,reading\n"


def test_one_failed_test_of_a_hundred_is_a_hundredth_beside_larger_counts(
    tmp_path: Path,
) -> None:
    rows = [
        f"IR/{name},2022-01-{day:02},{count},100,anomalies\n"
        for name, count in (("A", 1), ("B", 50))
        for day in range(1, 5)
    ]
    read = read_here(written(tmp_path, "x.csv", COUNTS + "".join(rows)))
    few, many = read.series
    assert few.values.tolist() == [0.01] * 4
    assert many.values.tolist() == [0.5] * 4
    assert "failed tests are counts" in " ".join(read.notes)


def test_more_failed_tests_than_were_made_are_a_gap_and_told(tmp_path: Path) -> None:
    rows = [
        f"IR,2022-01-{day:02},{count},100,anomalies\n"
        for day, count in enumerate((50, 400, 40), 1)
    ]
    read = read_here(written(tmp_path, "x.csv", COUNTS + "".join(rows)))
    assert np.isnan(only(read).values).tolist() == [False, True, False]
    assert "1 values are more failed tests than were made" in " ".join(read.notes)


def test_counts_of_parts_add_up_to_the_share_of_the_whole() -> None:
    parts = [
        daily(
            np.full(4, failed),
            region=name,
            reading="anomalies",
            out_of=np.full(4, of),
        )
        for name, failed, of in (("A", 50.0, 100.0), ("B", 30.0, 300.0))
    ]
    country = with_wholes(parts)[-1]
    assert country.values.tolist() == pytest.approx([0.2] * 4)


def test_shares_by_the_hour_are_pooled_by_their_tests_and_not_averaged() -> None:
    of = np.tile(np.r_[1000.0, np.full(23, 10.0)], 3)
    share = np.tile(np.r_[0.5, np.zeros(23)], 3)
    hours = hourly(share, reading="anomalies", out_of=of)
    days = daily(np.ones(3), source="other", reading="usage")
    one, _ = aligned(hours, days)
    assert one.values.tolist() == pytest.approx([500 / 1230] * 3)


def test_an_hour_that_the_clock_skipped_makes_no_moment_twice(tmp_path: Path) -> None:
    # On 31 March 2019 clocks in Germany went from 02:00 to 03:00.
    first = 1_553_990_400
    rows = [f"DEU,1,Bayern,{first + 3600 * n},x,48,11,{n}\n" for n in range(6)]
    read = read_here(written(tmp_path, "x.csv", BERLIN + "".join(rows)))
    series = only(read)
    assert (np.diff(series.times_us) == HOUR).all()
    assert series.values.tolist() == [0, 1, 2, 4, 5]
    assert "1 values name an hour that the clock skipped" in " ".join(read.notes)
