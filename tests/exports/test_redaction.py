"""Texts without what names an account, whatever stands beside it."""

from __future__ import annotations

import pytest

from rasad.exports.pseudonyms import Pseudonyms
from rasad.exports.redaction import Redaction


def test_a_text_for_a_team_keeps_its_words_and_loses_its_names() -> None:
    names = Pseudonyms(bytes(32))
    known = {"some one": "x:1", "some_1": "x:1", "news": "x:2"}
    redaction = Redaction(names, known, sites=True)
    said = redaction.text("RT @Some_1: news by Some  One, see http://a.example/some_1")
    made = names.account("x:1").removeprefix("x:")
    assert said == f"RT @{made}: news by Some  One, see [link: a.example]"
    assert redaction.text("#some_1 سلام @stranger") != "#some_1 سلام @stranger"
    assert "سلام" in redaction.text("#some_1 سلام @stranger")


@pytest.mark.parametrize(
    "text",
    [
        "I saw some_1.He spoke",
        "some_1-like",
        "سلامsome_1",
        "some_1سلام",
        "some_1.0",
        "https://some_1.blogspot.com/a",
        "سلام@news",
        "@@news",
        "\uff20news",
        "by a.news-desk",
    ],
)
def test_a_name_beside_other_signs_is_left_out_for_a_team(text: str) -> None:
    known = {"some_1": "x:1", "news": "x:2", "a.news-desk": "x:3"}
    said = Redaction(Pseudonyms(bytes(32)), known, sites=True).text(text)
    assert "some_1" not in said
    assert "news" not in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("link:https://a.example/b", "https://a.example/"),
        ("link:https://a.example?profile=some.body&id=7", "https://a.example/"),
        ("link:a.example#somebody", "a.example/"),
        ("link:http://somebody:word@a.example", "a.example/"),
        ("link:a.example", "a.example"),
    ],
)
def test_of_a_link_the_site_stays_and_nothing_else(value: str, said: str) -> None:
    shown = Redaction(Pseudonyms(bytes(32)), {}, sites=True).object(value)
    trace, _, rest = shown.partition(":")
    assert trace == "link"
    host = said.removeprefix("https://")
    assert rest.startswith((said, host)), rest
    assert not [word for word in ("some", "profile", "word") if word in shown]


@pytest.mark.parametrize(
    "value",
    ["domain:news.example.org", "hashtags:one news", "domain:xn--mgba3a4f16a.ir"],
)
def test_a_whole_label_or_tag_that_is_a_name_is_replaced(value: str) -> None:
    known = {"news": "x:2", "ایران": "x:3"}
    shown = Redaction(Pseudonyms(bytes(32)), known, sites=True).object(value)
    assert shown != value
    assert "news" not in shown
    assert "xn--mgba3a4f16a" not in shown


def test_a_name_of_one_word_with_an_accent_may_be_anybodys_word() -> None:
    redaction = Redaction(Pseudonyms(bytes(32)), {"josé": "x:1"}, sites=True)
    assert redaction.text("José and Joséphine") == "José and Joséphine"
