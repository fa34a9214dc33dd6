"""Times are exact, their precision is stated, and nothing is guessed in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.importers.times import TimeError, clock_for, read_iso

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
        "2016-03-01 10:00:60",
        "٢٠١٦",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(TimeError):
        read_iso(text)


@pytest.mark.parametrize(
    ("step", "precision"),
    [
        (timedelta(seconds=7), "s"),
        (timedelta(minutes=7), "min"),
        (timedelta(hours=5), "hour"),
        (timedelta(days=1), "day"),
    ],
)
def test_the_precision_of_a_column_is_what_divides_its_values(
    step: timedelta, precision: str
) -> None:
    clock = clock_for(stamps(step))
    assert clock.precision == precision
    assert clock.naive
    assert clock.read(stamps(step)[1])[1] == precision


def test_few_values_keep_the_precision_in_which_they_are_written() -> None:
    assert clock_for(stamps(timedelta(minutes=1), count=49)).precision == "s"


def test_a_value_that_does_not_fit_has_its_own_precision() -> None:
    clock = clock_for(stamps(timedelta(minutes=1)))
    assert clock.read("2016-03-01 10:00:07")[1] == "s"
    seconds = clock_for(stamps(timedelta(seconds=7)))
    assert seconds.read("2016-03-01 10:00")[1] == "min"
    assert seconds.read("2016-03-01")[1] == "day"
    assert seconds.read("2016-03-01 10:00:00")[1] == "s"


def test_a_fraction_of_zero_that_is_left_out_changes_nothing() -> None:
    cells = ["2016-03-01 00:00:00.123456", "2016-03-01 00:00:01"]
    assert clock_for(cells).read(cells[1])[1] == "us"


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
    assert clock.read("59") == (59_000_000, "ms")
    assert clock.read("-1.5")[0] == -1_500_000
    assert not clock.sentences("t")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", None], "empty"),
        (["a", "b"], "not written as times"),
        (["12", "15"], "no seconds"),
        (["42430.5", "42431"], "spreadsheet"),
        (["1456790400", "1456790400000"], "mixes"),
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
    assert day_first.read("01/03/2016 0:01") == (us(START) + 60_000_000, "min")
    month_first = clock_for(["03/01/2016", "03/13/2016"])
    assert month_first.read("03/01/2016") == (us(START), "day")
    assert clock_for(["3/1/2016 0:00:09"], form="month first").precision == "s"
    with pytest.raises(TimeError, match="calendar"):
        month_first.read("13/01/2016")


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
    assert "no zone" in said
    assert "to the minute only" in said
    with_zone = clock_for(stamps(timedelta(seconds=1), form="%Y-%m-%dT%H:%M:%SZ"))
    assert with_zone.sentences("posted") == ()
