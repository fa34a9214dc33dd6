"""Marks are found as they are written, and nothing else is touched."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest

from rasad.importers.marks import PURGED, Marks, is_distinctive

NAME = "marker_07"
TEXT = 'متن نشان‌دار "یک"\nدر دو سطر، with / and & signs'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@", " says"),
        ("https://x.com/", "/status/1"),
        ('{"user": "', '"}'),
        ("a,", ",b"),
        ("%40", "%20"),
        (r'"\n', '"'),
        (r"\u200f", r"\u200e"),
        ("سلام", "؟"),
    ],
)
def test_a_name_is_replaced_wherever_it_is_a_word(before: str, after: str) -> None:
    found, n = Marks([NAME], []).replaced(f"{before}{NAME.upper()}{after}")
    assert n == 1
    assert NAME not in found.lower()
    assert (found[: len(before)], found[-len(after) :]) == (before, after)


@pytest.mark.parametrize("word", ["marker_070", "xmarker_07", "marker_0", "marker-07"])
def test_another_word_stays(word: str) -> None:
    assert Marks([NAME], []).replaced(word) == (word, 0)


def test_a_key_of_json_is_no_name() -> None:
    line = '{"user_id": "user_id", "user_id" : 5}'
    found, n = Marks(["user_id"], []).replaced(line)
    assert n == 1
    assert list(json.loads(found)) == ["user_id"]


def test_a_name_has_one_stand_in_of_its_form() -> None:
    marks = Marks(["12345678", "did:plc:ab12cd"], [])
    found, n = marks.replaced('{"id": 12345678, "to": "12345678"} did:plc:AB12cd')
    value = json.loads(found[: found.index("}") + 1])
    assert n == 3
    assert str(value["id"]) == value["to"] != "12345678"
    assert len(value["to"]) == 8
    assert "ab12cd" not in found.lower()


def test_an_ordinary_word_is_a_name_only_where_names_stand() -> None:
    marks = Marks(["iran", "42"], [])
    text = "Iran has 42 news, @Iran and x.com/iran say"
    found, n = marks.replaced(text)
    assert n == 2
    assert found.startswith("Iran has 42 news, @")
    assert "iran" not in found[19:].lower()
    cells, n = marks.replaced('7,iran,"iran",42\n{"user": "iran", "iran": 1}')
    assert n == 3
    assert '"iran": 1}' in cells


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        TEXT.replace('"', '""'),
        TEXT.replace("\n", "\r\n"),
        json.dumps(TEXT),
        json.dumps(TEXT, ensure_ascii=False),
        json.dumps(TEXT).replace("/", "\\/"),
        html.escape(TEXT),
        html.escape(TEXT, quote=False),
        quote(TEXT),
        quote(TEXT, safe=""),
        json.dumps(TEXT).replace("&", "\\u0026"),
        json.dumps(TEXT, ensure_ascii=False).replace("&", "\\u0026"),
    ],
)
def test_a_text_is_found_in_any_writing(written: str) -> None:
    found, n = Marks([], [TEXT]).replaced(f"a {written} b")
    assert n == 1
    assert PURGED in found
    assert "signs" not in found


def test_a_short_text_is_replaced_as_a_whole_value_only() -> None:
    marks = Marks([], ["Good news"])
    assert marks.replaced("Good news today") == ("Good news today", 0)
    assert marks.replaced('1,"Good news",x') == (f'1,"{PURGED}",x', 1)


def test_what_is_distinctive() -> None:
    assert [*map(is_distinctive, ("ali_1", "ali_12", "someone", "123456"))] == [
        False,
        True,
        False,
        True,
    ]


def test_a_name_that_is_also_a_host_leaves_the_host() -> None:
    text = "https://twitter.com/Twitter/status/1 @twitter.news @twitter."
    found, n = Marks(["twitter"], []).replaced(text)
    assert n == 2
    assert found.startswith("https://twitter.com/")
    assert "@twitter.news" in found


def test_escapes_that_writers_for_pages_make_are_found() -> None:
    text = "Tom's <b> tags & more words\u2028in it"
    written = r"Tom\u0027s \u003Cb\u003E tags \u0026 more words\u2028in it"
    assert Marks([], [text]).replaced(f'"{written}"') == (f'"{PURGED}"', 1)


def test_a_mention_ends_where_persian_goes_on() -> None:
    found, n = Marks(["iran"], []).replaced("@iranسلام @irán")
    assert n == 1
    assert "iran" not in found
    assert found.endswith("سلام @irán")


@pytest.mark.parametrize("before", ["@", "%40", "x.com/", "\\n@", "a "])
def test_a_longer_name_of_somebody_else_stays(before: str) -> None:
    others = ["ali_reza", "ali_reza.official", "x-ali_reza", "-." * 5000]
    marks = Marks(["ali_reza"], [], others)
    text = f"{before}ali_reza.Official, x-ali_reza"
    assert marks.replaced(text) == (text, 0)
    found, n = marks.replaced(f"{text} {before}ali_reza.other @ali_reza.")
    assert n == 2
    assert found.startswith(text)
    assert "ali_reza" not in found[len(text) :]


def test_the_number_of_a_page_is_found_in_the_numbers_of_its_posts() -> None:
    found, n = Marks(["1234567890"], []).replaced("1234567890_77 a_1234567 77_88")
    assert n == 1
    assert found.endswith("_77 a_1234567 77_88")
    assert "1234567890" not in found


def test_a_number_fits_where_it_stood() -> None:
    for number in (2**31 - 1, 2**63 - 1, 1_000_000_000):
        new = int(Marks([str(number)], []).replaced(str(number))[0])
        assert new < max(number, 2 * 10 ** (len(str(number)) - 1))
