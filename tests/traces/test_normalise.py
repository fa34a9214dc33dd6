"""Copies of a text meet however they were typed; different texts do not."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rasad.traces import normalise
from rasad.traces.normalise import (
    LONGEST,
    content_length,
    hashtag_key,
    matching_text,
)

SAME = {
    "Arabic yeh and Persian yeh": ("سلام دنيا", "سلام دنیا"),
    "alef maksura and yeh": ("موسى", "موسی"),
    "Arabic kaf and Persian kaf": ("كتاب", "کتاب"),
    "teh marbuta and heh": ("مدرسة", "مدرسه"),
    "other forms of heh": ("خانۀ ہم", "خانه هم"),
    "alef with hamza or madda": ("أحمد إلى آخر", "احمد الى اخر"),
    "hamza on waw and yeh": ("مسؤول مسئول", "مسوول مسیول"),
    "a lone hamza": ("سماء", "سما"),
    "composed and combining hamza": ("\u0624", "\u0648\u0654"),
    "harakat": ("مُحَمَّدٌ", "محمد"),
    "tatweel": ("سـلـام", "سلام"),
    "the joiner": ("می\u200cشود", "میشود"),
    "presentation forms": ("ﺳﻼﻡ", "سلام"),
    "a ligature of a whole phrase": ("ﷺ", "صلى الله عليه وسلم"),
    "the basmala in one sign": ("﷽", "بسم الله الرحمن الرحيم"),
    "digits of three scripts": ("۱۲۳ ١٢٣", "123 123"),
    "Persian punctuation": ("چرا؟ نه، هرگز؛", "چرا? نه, هرگز;"),
    "a Persian comma without space": ("نه،هرگز", "نه, هرگز"),
    "direction marks": ("\u202bسلام\u202c\u200f", "سلام"),
    "a byte-order mark": ("\ufeffhello", "hello"),
    "variation selectors and tags": ("a\ufe0f\U000e0061b", "ab"),
    "case": ("HELLO Straße", "hello STRASSE"),
    "Russian io": ("Ещё всё", "Еще все"),
    "decomposed Russian io": ("Еще\u0308", "еще"),
    "quotes and backtick": ("can`t “stop” «it»", 'can\'t "stop" "it"'),
    "dashes": ("a \u2014 b \u2013 c", "a - b - c"),
    "full width": ("ＡＢＣ１", "abc1"),
    "emoji": ("good 👍🏽 day 🇮🇷", "good day"),
    "elongation": ("sooooo goooood", "soo good"),
    "spaces": ("a\u00a0\n\tb  c ", "a b c"),
    "links": ("see https://t.co/AbC now", "see https://t.co/xyz now"),
    "links without scheme": ("see www.example.com/a", "see https://t.co/xyz"),
    "a link before a full stop": ("see https://t.co/AbC.", "see https://t.co/x."),
    "a link before a Persian comma": ("https://t.co/AbC، متن", "https://t.co/x, متن"),
    "mentions": ("hi @someone!", "hi @another_1!"),
    "mentions with a server": ("hi @a.bsky.social", "hi @b@mastodon.social"),
    "hashtag signs": ("the #vote", "the vote"),
    "underscores of hashtags": ("#انتخابات_ایران", "انتخابات ایران"),
    "zalgo": ("h\u0337\u0321e\u0336llo", "hello"),
}

DIFFERENT = {
    "short i and i": ("мой", "мои"),
    "another word": ("vote for a", "vote for b"),
    "another number": ("1000 dead", "100 dead"),
    "accents": ("résumé", "resume"),
    "an address of mail is no mention": ("a@example.com", "a@example.org"),
    "text after a link": ("https://t.co/a yes", "https://t.co/a no"),
    "pe and be": ("پر", "بر"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_spellings_meet(one: str, other: str) -> None:
    assert matching_text(one) == matching_text(other)
    assert matching_text(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_texts_stay_apart(one: str, other: str) -> None:
    assert matching_text(one) != matching_text(other)


def test_links_and_mentions_become_tokens() -> None:
    assert matching_text("@A: https://t.co/AbC!") == "⟨@⟩: ⟨url⟩!"


@pytest.mark.parametrize("text", ["", " ", "\u200c", "👍", "\ud800"])
def test_what_says_nothing_becomes_nothing(text: str) -> None:
    assert matching_text(text) == ""


def test_content_is_what_is_neither_link_nor_mention() -> None:
    many = matching_text("@a @b " * 30 + "https://t.co/AbC " * 30)
    assert content_length(many) == 0
    assert content_length(matching_text("@a yes https://t.co/AbC no")) == len("yes no")


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("#Debate2016", "debate2016"),
        ("Debate2016", "debate2016"),
        ("＃ايران", "ایران"),
        ("#می\u200cشود", "میشود"),
        ("#انتخابات_ایران", "انتخابات_ایران"),
        ("##a#b", "ab"),
        ("two words", "twowords"),
        ("#", ""),
        ("", ""),
    ],
)
def test_a_hashtag_has_one_key(tag: str, key: str) -> None:
    assert hashtag_key(tag) == key


PIECES = st.sampled_from(
    [
        *"@#_.،:/wWhtpsaeеЕاي \n\u200c\u0301\u0308\u0345\u0654\u064bﷺ﷽👍ß\ud800İΰ",
        *"⟨⟩\u1100\u1161\u11a8\u3099か。…`",
        "http://",
        "https://",
        "www.",
        "⟨url⟩",
        "⟨@⟩",
    ]
)
ANY_TEXT = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


@settings(deadline=None)  # the machine may be busy
@given(ANY_TEXT)
@example("htttps://a")
@example("wwww.a")
@example("_@a")
@example("https://#")
@example("@#a")
@example("@a@a@a")
@example("\u1100\u200c\u1161")
@example("か\u200c\u3099")
def test_doing_it_twice_changes_nothing_more(text: str) -> None:
    once = matching_text(text)
    assert matching_text(once) == once
    assert once.encode().decode() == once


@pytest.mark.parametrize("piece", ["ﷺ", "@a ", "a\u200c", "﷽ "])
def test_doing_it_twice_changes_no_endless_text(piece: str) -> None:
    once = matching_text(piece * LONGEST)
    assert matching_text(once) == once


@settings(deadline=None)  # the machine may be busy
@given(ANY_TEXT)
def test_a_key_of_a_hashtag_is_its_own_key(text: str) -> None:
    key = hashtag_key(text)
    assert hashtag_key(key) == key
    assert "#" not in key
    assert " " not in key


HOSTILE = [
    "a",
    "aab",
    "@",
    "@a@",
    "@a-",
    "@-",
    "http://",
    "http://,,,",
    "http:// ",
    "ww.",
    "_",
    ".",
    "\u0301\u0327",
    "\u0308е",
    "ﷺ",
    "﷽",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_time_in_proportion(piece: str) -> None:
    text = piece * (LONGEST // len(piece))
    started = time.process_time()
    assert len(matching_text(text)) <= LONGEST
    assert time.process_time() - started < 2


def test_only_the_beginning_of_an_endless_text_counts() -> None:
    assert matching_text("ab" * LONGEST) == "ab" * (LONGEST // 2)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [*" \t\n\u00a0\u3000_@#./:'?-awAé\u0301\u0345،؟﷽ﬁ⟨…Σي"]
                + ["http://", "www.", "https://t.co/x", "aaa", "///"]
            ),
            st.characters(),
        ),
        max_size=20,
    ).map("".join)
)
@settings(max_examples=500)
def test_words_one_by_one_are_the_text_as_a_whole(text: str) -> None:
    found = matching_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normalise, "SHORT", -1)
        assert matching_text(text) == found
