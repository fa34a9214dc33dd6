"""Foreign text is shown, not obeyed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.exports.escape import (
    defanged,
    defanged_object,
    inert_cell,
    is_invisible,
    visible,
)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("control", BIDI)
def test_every_bidi_control_becomes_a_badge(control: str) -> None:
    shown = visible(f"a{control}b")
    assert [piece.text for piece in shown] == ["a", f"⟦U+{ord(control):04X}⟧", "b"]


@given(st.text())
def test_nothing_invisible_is_left_and_nothing_visible_is_lost(text: str) -> None:
    shown = visible(text)
    plain = "".join(piece.text for piece in shown if piece.kind == "plain")
    assert not any(is_invisible(character) for character in plain)
    assert plain == "".join(c for c in text if not is_invisible(c))


def test_persian_spelling_and_joined_emoji_are_kept() -> None:
    for text in ("می\u200cخوانید", "👨\u200d👩\u200d👧", "خط\nدوم"):
        assert [piece.text for piece in visible(text)] == [text]


def test_a_repeated_control_is_one_badge_with_a_count() -> None:
    assert [piece.text for piece in visible("\u202e" * 500)] == ["⟦U+202E⟧×500"]


def test_format_characters_that_one_sees_are_no_controls() -> None:
    assert unicodedata.category("\u06dd") == "Cf"
    assert not is_invisible("\u06dd")


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://a.example/b.html?c=d.e", "hxxps://a[.]example/b.html?c=d.e"),
        ("HTTP://A.example", "hxxp://A[.]example"),
        ("www.a.example", "www[.]a[.]example"),
        ("t.co/x", "t[.]co/x"),
        ("ftp://a.example/", "ftp://a[.]example/"),
    ],
)
def test_no_program_takes_a_defanged_address_for_a_link(
    address: str, written: str
) -> None:
    assert defanged(address) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("news.example", "news[.]example"),
        ("https://a.example/b", "hxxps://a[.]example/b"),
        ("12345", "12345"),
        ("#one #two", "#one #two"),
        ("see https://a.example/b now", "see hxxps://a[.]example/b now"),
    ],
)
def test_objects_that_are_addresses_are_defanged(value: str, written: str) -> None:
    assert defanged_object(value) == written


@pytest.mark.parametrize("first", "=+-@\t\r\n\x00＝＋－＠")
def test_a_cell_that_would_run_gets_an_apostrophe(first: str) -> None:
    assert inert_cell(first + "1") == "'" + first + "1"
    assert inert_cell("a" + first) == "a" + first
