"""Members of other types than expected are not stated; HTML becomes plain text."""

from __future__ import annotations

import pytest

from rasad.importers.html import plain_text
from rasad.importers.members import id_at, items_at, member, number_at, text_at

VALUE = {"a": {"b": "text", "n": 7, "t": True, "l": [1], "f": 1.5}, "big": 2**60 + 1}


def test_only_the_type_that_is_expected_is_taken() -> None:
    assert member(VALUE, "a", "b") == "text"
    assert member(VALUE, "a", "b", "c") is None
    assert text_at(VALUE, "a", "b") == "text"
    assert text_at(VALUE, "a", "n") is None
    assert id_at(VALUE, "big") == "1152921504606846977"
    assert id_at(VALUE, "a", "b") == "text"
    assert [id_at(VALUE, "a", key) for key in ("t", "l", "f")] == [None] * 3
    assert number_at(VALUE, "a", "f") == "1.5"
    assert number_at(VALUE, "a", "t") is None
    assert items_at(VALUE, "a", "l") == (1,)
    assert items_at(VALUE, "a", "b") is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("متن ساده", "متن ساده"),
        ("a < b", "a < b"),
        ("<p>یک</p><p>دو<br/>سه</p>", "یک\nدو\nسه"),
        ("&#39;x&#39; &lt;b&gt;", "'x' <b>"),
        ("a<script>alert(1)</script>b<style>x</style>", "ab"),
        ("<a href='x'>shown</a>", "shown"),
        ("</script>a", "a"),
        ("a <![foo b", "a <![foo b"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_hostile_length_is_read_at_once() -> None:
    assert plain_text("<b>" * 100_000 + "a<br>b&amp;") == "a\nb&"
