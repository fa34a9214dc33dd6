"""Times are exact, their precision is stated, and nothing is guessed in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.importers.times import TimeError, clock_for, read_iso, read_time

START = datetime(2016, 3, 1, tzinfo=UTC)


def us(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def stamps(
    step: timedelta, count: int = 60, form: str = "%Y-%m-%d %H:%M:%S"
) -> list[str]:
    return [(START + n * step).strftime(form) for n in range(count)]


@pytest.mark.parametrize(
    ("text", "seconds", "written"),
    [
        ("2016-03-01", 0, "day"),
        ("2016-03-01 00:01", 60, "min"),
        ("2016-03-01T00:00:01", 1, "s"),
        ("2016/03/01 00:00:01Z", 1, "s"),
        ("2016-03-01 00:00:01 UTC", 1, "s"),
        ("2016-03-01T01:00:01+01:00", 1, "s"),
        ("2016-02-29 20:30:00-0330", 0, "s"),
        ("2016-03-01T00:00:01.5Z", 1.5, "ms"),
        ("2016-03-01 00:00:00,123456", 0.123456, "us"),
    ],
)
def test_dates_are_read(text: str, seconds: float, written: str) -> None:
    assert read_iso(text) == (us(START + timedelta(seconds=seconds)), written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "20160301",
        "2016-02-30",
        "2016-03-01 24:00",
        "9999-12-31 23:59",
        "0001-01-01 00:00+05:00",
        "1960-05-01",
        "2016-03-01 10:00:60",
        "٢٠١٦",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(TimeError):
        read_iso(text)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2016-03-01", "day"),
        ("2016-03-01 10:00", "min"),
        ("2016-03-01 10:00:00", "s"),
        ("2016-03-01 10:00:00.000", "s"),
        ("2016-03-01 10:00:00.500", "ms"),
        ("2016-03-01 10:00:00.5001", "us"),
        ("13/03/2016", "day"),
        ("13/03/2016 10:00", "min"),
        ("13/03/2016 10:00:00", "s"),
        ("1456826400", "s"),
        ("1456826400.0", "s"),
        ("1456826400.25", "ms"),
        ("1456826400000", "ms"),
        ("1456826400000000", "us"),
        ("1456826400000000000", "us"),
        ("Tue Mar 01 10:00:00 +0000 2016", "s"),
    ],
)
def test_the_precision_of_a_time_is_the_unit_in_which_it_is_written(
    text: str, precision: str
) -> None:
    assert read_time(text)[1] == precision


@given(st.integers(31_536_000, 4_102_444_799))
def test_the_unit_of_a_number_is_told_by_its_size_alone(seconds: int) -> None:
    for zeros in (0, 3, 6, 9):
        assert read_time(str(seconds) + "0" * zeros)[0] == seconds * 10**6


@pytest.mark.parametrize("text", ["0", "-5", "31535999", "9" * 25, "9" * 5000, "1e9"])
def test_a_number_in_no_range_is_no_time(text: str) -> None:
    with pytest.raises(TimeError):
        read_time(text)


@pytest.mark.parametrize(
    ("unit", "per_second", "precision"),
    [("seconds", 1, "s"), ("milliseconds", 10**3, "ms"), ("microseconds", 10**6, "us")],
)
def test_units_since_1970_are_told_by_their_range(
    unit: str, per_second: int, precision: str
) -> None:
    first = us(START) // 10**6 * per_second
    cells = [str(first + n) for n in range(60)]
    clock = clock_for(cells)
    assert clock.form == f"{unit} since 1970"
    assert clock.read(cells[1]) == (us(START) + 10**6 // per_second, precision)
    assert "holds" in clock.sentences("t")[0]


def test_nanoseconds_are_cut_to_microseconds() -> None:
    clock = clock_for([str(us(START) * 1000 + 999)])
    assert clock.read(str(us(START) * 1000 + 999)) == (us(START), "us")


@given(st.integers(31_536_000, 4_102_444_799), st.integers(0, 999_999))
def test_fractions_of_seconds_are_never_rounded(whole: int, part: int) -> None:
    text = f"{whole}.{part:06}"
    assert clock_for([text]).read(text)[0] == whole * 10**6 + part


def test_seconds_may_count_from_anywhere_where_a_format_says_so() -> None:
    clock = clock_for(["0", "59", "-1.5"], form="seconds")
    assert clock.read("59") == (59_000_000, "s")
    with pytest.raises(TimeError, match="year"):
        clock.read("9" * 15)
    assert clock.read("-1.5")[0] == -1_500_000
    assert not clock.sentences("t")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", None], "empty"),
        (["a", "b"], "not written as times"),
        (["12", "15"], "no times since"),
        (["42430.5", "42431"], "spreadsheet"),
        (["03/04/2016 10:00", "05/06/2016"], "told apart"),
        (["13/04/2016", "05/14/2016"], "told apart"),
        (["1396-01-02 10:00", "1396-03-04 11:00"], "Hijri"),
    ],
)
def test_a_column_that_cannot_be_decided_is_refused(
    cells: list[str | None], said: str
) -> None:
    with pytest.raises(TimeError, match=said):
        clock_for(cells)


def test_day_and_month_are_told_apart_by_values_above_twelve() -> None:
    day_first = clock_for(["01/03/2016 0:01", "13/03/2016 10:00"])
    day = us(START) + 12 * 86_400_000_000
    assert day_first.read("13/03/2016 0:01") == (day + 60_000_000, "min")
    assert day_first.read("03/13/2016") == (day, "day")
    assert read_time("03/03/2016")[0] == us(START) + 2 * 86_400_000_000
    with pytest.raises(TimeError, match="swapped"):
        day_first.read("01/03/2016 0:01")
    assert any("swapped are rejected" in said for said in day_first.sentences("t"))
    fixed = clock_for(["3/1/2016 0:00:09"], form="month first")
    assert fixed.read("3/1/2016 0:00:09") == (us(START) + 9_000_000, "s")
    assert fixed.sentences("t") == ()
    with pytest.raises(TimeError, match="calendar"):
        fixed.read("13/14/2016")


def test_twitters_own_dates_are_read() -> None:
    clock = clock_for(["Tue Mar 01 01:00:02 +0100 2016"])
    assert clock.read("Tue Mar 01 01:00:02 +0100 2016") == (us(START) + 2_000_000, "s")
    assert not clock.naive
    for wrong in ("Tue Foo 01 01:00:02 +0100 2016", "Tue anF 01 01:00:02 +0100 2016"):
        with pytest.raises(TimeError):
            clock.read(wrong)


@pytest.mark.parametrize("text", ["1969-12-31 10:00", "2101-01-01 10:00", "0001-01-01"])
def test_implausible_years_are_refused(text: str) -> None:
    with pytest.raises(TimeError, match="before 1971 or after 2100"):
        clock_for(stamps(timedelta(seconds=1))).read(text)


def test_the_report_says_what_was_assumed() -> None:
    said = " ".join(clock_for(stamps(timedelta(minutes=1))).sentences("posted"))
    assert "column posted have no zone" in said
    assert "all fall on whole minutes" in said
    written = clock_for(["2016-03-01 10:00"]).sentences("posted")
    assert any("to the minute only" in sentence for sentence in written)
    mixed = clock_for(["1456790400", "1456790400000"]).sentences("posted")
    assert mixed == ("Column posted holds seconds and milliseconds since 1970.",)
    with_zone = clock_for(stamps(timedelta(seconds=1), form="%Y-%m-%dT%H:%M:%SZ"))
    assert with_zone.sentences("posted") == ()
