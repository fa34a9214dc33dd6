from __future__ import annotations

import re

import numpy as np
import pytest

from rasad.simulate.dice import Dice
from rasad.simulate.vocabulary import LEXICONS, TOPICS, neutral_words, words
from rasad.simulate.writer import SITES, Writer

SLOT = re.compile(r"\{(\w+)\}")


def writer() -> Writer:
    return Writer(Dice(np.random.default_rng(1)))


@pytest.mark.parametrize("language", LEXICONS)
def test_every_pattern_uses_known_slots_and_every_topic_is_there(language: str) -> None:
    lexicon = LEXICONS[language]
    assert set(lexicon.clauses) == set(TOPICS)
    patterns = [p for group in lexicon.clauses.values() for p in group]
    for pattern in [*patterns, *lexicon.template]:
        assert set(SLOT.findall(pattern)) <= set(lexicon.slots())


@pytest.mark.parametrize("language", LEXICONS)
def test_posts_leave_no_slot_open(language: str) -> None:
    pen = writer()
    for _ in range(200):
        text = pen.post(language, "garden")
        assert "{" not in text
        assert set(words(text)) <= neutral_words()


@pytest.mark.parametrize("language", LEXICONS)
def test_hashtags_are_one_word_each(language: str) -> None:
    for tag in LEXICONS[language].tag_words():
        assert re.fullmatch(r"\w+", tag)


def test_tags_of_a_post_differ_and_come_from_the_pool() -> None:
    pen = writer()
    pool = pen.tag_pool("fa")
    assert len(set(pool)) == 12
    for _ in range(100):
        tags = pen.tags(pool)
        assert 1 <= len(tags) <= 3
        assert len(set(tags)) == len(tags)
        assert set(tags) <= set(pool)


def test_pages_are_told_apart_by_their_number() -> None:
    pen = writer()
    assert len({pen.page(SITES, number) for number in range(500)}) == 500


def test_dice_pick_and_order_without_repeats() -> None:
    dice = Dice(np.random.default_rng(2))
    assert sorted(dice.ordered("abcd", 4)) == list("abcd")
    assert {dice.pick("ab") for _ in range(50)} == {"a", "b"}
    assert not dice.chance(0.0)
    assert dice.chance(1.0)
