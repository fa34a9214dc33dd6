"""Words and texts as the toolkit sees them; expectations are what its library gives."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import pytest

from rasad.evaluate.baselines.toolkit_text import WordSets, same_text, word_set
from rasad.evaluate.baselines.word_breaks import pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "hello"),
        (
            "The quick brown fox jumped over the lazy dog.",
            ". brown dog fox jumped lazy over quick the",
        ),
        ("", ""),
    ],
)
def test_the_toolkits_own_tests_of_words(text: str, words: str) -> None:
    assert " ".join(sorted(word_set(text))) == words


@pytest.mark.parametrize("other", ["hello world", "world hello"])
def test_the_toolkits_own_tests_of_similarity(other: str) -> None:
    sets = WordSets(["hello world", other], least=1)
    assert sets.similarity(np.array([0]), np.array([1])).tolist() == [1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("can't stop, won't 3.5", ["can't", "stop", ",", "won't", "3.5"]),
        ("'orange' x", ["orange", "x"]),
        (
            "a_b 1,000.5 a:b a.b. 1:2",
            ["a_b", "1,000.5", "a:b", "a.b", ".", "1"] + [":", "2"],
        ),
        ("#tag https://t.co/x", ["#", "tag", "https", ":", "/", "/", "t.co", "/", "x"]),
        ("سلام می‌کنم، دوست", ["سلام", "می‌کنم", "،", "دوست"]),
        ("שלום צה\"ל ג'", ["שלום", 'צה"ל', "ג'"]),
        ("日本 カタカナ ひら", ["日", "本", "カタカナ", "ひ", "ら"]),
        ("e\u0301te\u0301\u200b!", ["e\u0301te\u0301", "\u200b", "!"]),
        ("👩‍👩‍👧 🇮🇷🇩🇪 👍🏽", ["👩‍👩‍👧", "🇮🇷", "🇩🇪", "👍🏽"]),
        ("a\r\nb\u2028c", ["a", "\r\n", "b", "\u2028", "c"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
    ],
)
def test_where_words_are_cut(text: str, expected: list[str]) -> None:
    assert list(pieces(text)) == expected


def test_every_character_belongs_to_one_piece() -> None:
    """Only spaces and apostrophes after a boundary may be missing."""
    known = (chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000)
    text = "".join(one for one in known if unicodedata.category(one) != "Cn")
    lost = set(text) - set("".join(pieces(text)))
    assert lost <= {"'"} | {one for one in text if unicodedata.category(one) == "Zs"}


@pytest.mark.parametrize("unit", ["a'", "א'", "_a", "1,", "\u0301", "א_", "@"])
def test_a_long_word_is_cut_in_linear_time(unit: str) -> None:
    begun = time.perf_counter()
    word_set(unit * 100_000)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  A \n B ", "a b"),
        ("@one @two", ""),
        ("x@y z", "x z"),
        ("@a\u00a0b", "b"),
        ("@a\x1cb c", "c"),
        ("@علی سلام", "سلام"),
    ],
)
def test_texts_are_compared_without_case_mentions_and_spaces(
    text: str, expected: str
) -> None:
    assert same_text(text) == expected


def test_similarity_is_what_two_sets_give() -> None:
    texts = ["a b c d", "a b c e", "", "a", "D C B A @x"]
    sets = WordSets(texts, least=0)
    one, other = np.triu_indices(len(texts))
    for i, j, alike in zip(one, other, sets.similarity(one, other), strict=True):
        words, others = word_set(texts[i]), word_set(texts[j])
        either = len(words | others)
        assert alike == (len(words & others) / either if either else 0)
