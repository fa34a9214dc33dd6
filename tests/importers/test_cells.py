"""Ids stay exact, lists are read in every dialect, nothing is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.importers.cells import (
    clean_id,
    damage_warning,
    is_damaged,
    parse_list_cell,
    picker,
    plain_name,
    retweeted_handle,
    snowflake_us,
)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        (None, None),
        ("", None),
        ("absent", None),
        ("[]", ()),
        ("[ ]", ()),
        ("['a', 'b']", ("a", "b")),
        ("[a, b]", ("a", "b")),
        ("a,b", ("a", "b")),
        ("a|b", ("a", "b")),
        ('["#a", "b, c"]', ("#a", "b, c")),
        ("[9007199254740993, 12]", ("9007199254740993", "12")),
        ("[\"it's\", 'b']", ("it's", "b")),
        ("['a\\'b', 'c']", ("a'b", "c")),
        ("['سلام', 'دنیا']", ("سلام", "دنیا")),
        (
            "http://a.example/1,2 https://b.example",
            ("http://a.example/1,2", "https://b.example"),
        ),
        ("https://a.example/x,y", ("https://a.example/x,y",)),
        (
            "https://a.example|https://b.example",
            ("https://a.example", "https://b.example"),
        ),
        ("single", ("single",)),
        ("[null, 1]", ("1",)),
        ("[__import__('os')]", ("__import__('os')",)),
        ("[" * 50_000 + "]", ("[" * 49_999,)),
    ],
)
def test_a_list_in_a_cell_is_read(cell: str, items: tuple[str, ...] | None) -> None:
    assert parse_list_cell(cell) == items


def test_a_list_above_the_limit_is_split_and_not_parsed() -> None:
    assert parse_list_cell("[" + "1, " * 40_000 + "2]") == ("1",) * 40_000 + ("2",)


@given(st.lists(st.text(min_size=1).filter(lambda s: s == s.strip() and s)))
def test_what_python_prints_is_read_back(items: list[str]) -> None:
    assert parse_list_cell(repr(items)) == tuple(items)


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        ("9007199254740993", "9007199254740993"),
        (" 12 ", "12"),
        ("12.0", "12"),
        ("8.98926E+17", None),
        ("9e+17", None),
        ("1e23456789", "1e23456789"),
        ("9007199254740993.0", None),
        ("ab+/cd=", "ab+/cd="),
        ("nan", None),
        ("906000000000000000", None),
        ("906000000000000001", "906000000000000001"),
        ("   ", None),
        (None, None),
    ],
)
def test_an_id_is_exact_or_absent(cell: str | None, identifier: str | None) -> None:
    assert clean_id(cell) == identifier


def test_ids_that_end_in_too_many_zeros_are_damaged() -> None:
    assert is_damaged("906000000000000000")
    assert is_damaged("906000000000000000.0")
    assert not is_damaged("906000000000000001")
    assert not is_damaged("906123456789010000")
    assert not is_damaged("1000000")
    assert not is_damaged("1e23456789012")


def test_damage_is_reported_above_what_chance_gives() -> None:
    fine = [f"9012345678901{n:05}" for n in range(1, 300, 7)]
    assert damage_warning("id", [*fine, "906123456789010000"]) == ()
    assert "2 of the first" in damage_warning("id", ["9060000000001230000"] * 2)[0]
    assert "1 of them" in damage_warning("id", ["906000000000000000"])[0]
    assert damage_warning("id", [*fine, "9.06E+17"])
    assert damage_warning("id", []) == ()


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("RT @Ab_c: words", "ab_c"),
        ("RT @ab words", "ab"),
        ("RT @a@b.example: x", "a"),
        ("RT @a.b.example: x", "a.b.example"),
        ("rt @ab: words", None),
        ("RT: words", None),
        ("words RT @ab", None),
        ("", None),
        (None, None),
    ],
)
def test_a_text_tells_whom_it_retweets(text: str | None, handle: str | None) -> None:
    assert retweeted_handle(text) == handle


def test_a_snowflake_holds_its_time() -> None:
    made = (1_500_000_000_123 - 1_288_834_974_657) << 22
    assert snowflake_us(str(made)) == 1_500_000_000_123_000


@pytest.mark.parametrize("identifier", [None, "", "12", "abc", "9" * 30, "٣" * 18])
def test_other_ids_hold_no_time(identifier: str | None) -> None:
    assert snowflake_us(identifier) is None


def test_columns_are_bound_once_and_missing_ones_are_none() -> None:
    assert picker(["a", "b", "c"], ["c", "a"])(["1", "2", "3"]) == ("3", "1")
    assert picker(["a"], ["b", "a", None])(("1",)) == (None, "1", None)
    assert plain_name('\ufeff"\u00a0Tweet ID"') == "tweet id"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("'1234567890123456789", "1234567890123456789"),
        ("'1234567890123456789'", "1234567890123456789"),
        ('="1234567890123456789"', "1234567890123456789"),
        ("'12.0", "12"),
        ("'8.98926E+17", None),
        ("'906000000000000000", None),
        ('="8.98926E+17"', None),
        ("'someone", "'someone"),
        ("=someone", "=someone"),
        ("'", "'"),
    ],
)
def test_a_spreadsheets_mark_of_text_is_none_of_an_id(
    cell: str, found: str | None
) -> None:
    assert clean_id(cell) == found
    assert is_damaged(cell) == (found is None)
