"""Which way a text runs, and what in it stands alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.exports.text_direction import MOST_PIECES, direction, pieces


@pytest.mark.parametrize(
    "text",
    [
        "@user_99 سلام دنیا",
        "RT @user_99: این خبر را بخوانید https://news.example/a",
        "https://news.example/long/path/of/latin/letters سلام",
        "#Iran2024 #Protest چرا؟",
        "۱۲۳ 123 مردم",
        "iPhone بهترین گوشی سال است",
        "@someone_with_a_long_name یک",
        "שלום @user",
        "#زن_زندگی_آزادی",
    ],
)
def test_right_to_left_texts_run_from_right_to_left(text: str) -> None:
    assert direction(text) == "rtl"


@pytest.mark.parametrize(
    "text",
    [
        "Hello world",
        "@کاربر hello to everyone here",
        "#اعتراضات are in the news today, say all the papers",
        "\u202e\u200fHello world",
        "12345 😀",
        "",
        "https://news.example/a",
    ],
)
def test_other_texts_run_from_left_to_right(text: str) -> None:
    assert direction(text) == "ltr"


@pytest.mark.parametrize(
    ("token", "kind", "shown"),
    [
        ("@user_99", "ltr", "@user_99"),
        ("@user@server.example", "ltr", "@user@server.example"),
        ("@" + "aB3/+" * 8 + "xyz=", "ltr", "@" + "aB3/+" * 8 + "xyz="),
        ("https://a.example/b", "ltr", "hxxps://a[.]example/b"),
        ("t.co/abc", "ltr", "t[.]co/abc"),
        ("#Iran_2024", "ltr", "#Iran_2024"),
        ("#زن_زندگی", "isolate", "#زن_زندگی"),
        ("#می\u200cشود", "isolate", "#می\u200cشود"),
    ],
)
def test_tokens_are_isolated(token: str, kind: str, shown: str) -> None:
    cut = pieces(f"سلام {token} دنیا")
    assert [(piece.kind, piece.text) for piece in cut] == [
        ("plain", "سلام "),
        (kind, shown),
        ("plain", " دنیا"),
    ]


def test_an_address_in_mail_is_no_mention() -> None:
    assert [piece.kind for piece in pieces("write to desk@paper")] == ["plain"]


@given(st.text(alphabet="سلام @#a_1.:/w\u200c\u202e\n😀-"))
def test_no_character_of_a_short_text_is_lost(text: str) -> None:
    shown = "".join(piece.text for piece in pieces(text) if piece.kind != "mark")
    kept = text.replace("\u202e", "").replace("http", "hxxp")
    assert shown.replace("[.]", ".") == kept or len(pieces(text)) > MOST_PIECES


def test_a_text_made_to_burst_the_page_is_cut() -> None:
    cut = pieces("@a " * 5000)
    assert len(cut) == MOST_PIECES + 1
    assert cut[-1].text == "⟦…⟧"


@pytest.mark.parametrize(
    "part", ["a.", "a-", "@a", "#a", "www.", "http://", "@a.", "a@"]
)
def test_no_text_makes_the_patterns_slow(part: str) -> None:
    started = time.process_time()
    pieces((part * 600)[:600])
    direction((part * 600)[:600])
    assert time.process_time() - started < 0.25
