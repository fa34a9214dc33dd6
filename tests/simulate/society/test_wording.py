from __future__ import annotations

import numpy as np
import pytest

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society import wording
from rasad.simulate.society.deeds import Int
from rasad.simulate.society.phrases import (
    address_cells,
    addresses,
    body_pieces,
    joined,
    phrasebook,
    present_columns,
    tag_cells,
    tag_pieces,
)
from rasad.simulate.society.wording import language_codes
from rasad.simulate.vocabulary import LEXICONS, TOPICS, neutral_words, words

EVERY = np.arange(len(LANGUAGES))
ENGLISH = language_codes(["en"])


def said(text: Int) -> list[str]:
    found: list[str] = joined(present_columns(body_pieces(text))).to_pylist()
    return found


def test_texts_hold_neutral_words_of_their_language_only() -> None:
    rng, neutral = np.random.default_rng(1), neutral_words()
    language = EVERY.repeat(300)
    made = [
        wording.free_text(rng, language),
        wording.template(language, rng.integers(0, 99, 1200), rng.integers(0, 9999)),
        wording.stock_phrase(language, np.arange(1200) % 20),
        wording.slogan(language, np.arange(1200)),
        wording.call(language),
        wording.news(language, np.arange(1200)),
    ]
    for text in made:
        assert (wording.field(text, wording.LANGUAGE_AT, 3) == language).all()
        assert all(set(words(line)) <= neutral for line in said(text))
        assert not any("{" in line for line in said(text))


def test_equal_numbers_say_the_same_and_free_texts_hardly_ever_do() -> None:
    rng = np.random.default_rng(2)
    text = wording.free_text(rng, ENGLISH.repeat(20_000))
    lines = said(text)
    assert said(text) == lines
    assert len(set(lines)) > 0.999 * len(lines)
    assert len(set(lines)) == len(np.unique(text))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_free_text_has_as_many_clauses_as_asked(count: int) -> None:
    rng = np.random.default_rng(3)
    text = wording.free_text(rng, ENGLISH.repeat(50), clauses=(count,))
    assert {line.count(". ") + 1 for line in said(text)} == {count}


def test_the_first_clause_is_about_the_topic() -> None:
    rng, kitchen = np.random.default_rng(4), TOPICS.index("kitchen")
    topic = np.full(200, kitchen)
    text = wording.free_text(rng, ENGLISH.repeat(200), topic, clauses=(1,))
    known = wording.clauses_of()
    code = int(ENGLISH[0])
    first = int(known.first[code, kitchen, 0])
    clause = wording.field(text, 0, wording.CLAUSE_BITS) - 1
    assert (clause >= first).all()
    assert (clause < first + int(known.size[code, kitchen].sum())).all()


def test_a_template_keeps_its_words_and_changes_its_slots() -> None:
    for number in (0, 5, 77):
        lines = said(wording.template(ENGLISH.repeat(400), number, np.arange(400)))
        slots = len(wording.slots(LEXICONS["en"].template[number % 4], "en"))
        assert 100 < len(set(lines)) <= 14**slots
        assert len({line.split(". ")[1:] == [] for line in lines}) == 1
        assert len({tuple(line.split(". ")[1:]) for line in lines}) == 1
    many = said(wording.template(ENGLISH.repeat(60), np.arange(60), 3))
    assert len(set(many)) > 55


def test_fillings_of_a_pattern_are_all_different() -> None:
    pattern = LEXICONS["en"].template[0]
    ways = wording.fillings(pattern, "en")
    lines = said(wording.template(ENGLISH.repeat(ways), 0, np.arange(ways)))
    assert len(set(lines)) == ways


def test_pages_have_addresses_of_nobody_and_different_numbers_differ() -> None:
    link = np.concatenate(
        [wording.page(kind, np.arange(200), np.arange(200)) for kind in wording.SITES]
    )
    found = addresses(link).to_pylist()
    assert len(set(found)) == len(found)
    hosts = {url.split("/")[2].rsplit(".", 1)[1] for url in found}
    assert hosts <= {"example", "test", "invalid"}
    by_kind = [
        {url.split("/")[2] for url in found[i * 200 : (i + 1) * 200]}
        for i in range(len(wording.SITES))
    ]
    assert [len(hosts) for hosts in by_kind] == [
        min(count, 200) for count in wording.SITES.values()
    ]
    assert sum(map(len, by_kind)) == len(set.union(*by_kind))
    assert addresses(np.array([-1])).to_pylist() == [None]
    assert int(wording.page("service", (1 << 40) - 1, 10**9)) < 1 << 60


def test_sequences_of_hashtags_keep_their_order_and_gaps_do_not_show() -> None:
    tags = np.array([[3, -1, 50, -1], [-1, -1, -1, -1], [50, 3, -1, -1]])
    cells = tag_cells(wording.tag_sequence(tags)).to_pylist()
    a, b = cells[0][1:-1].split(", ")
    assert cells == [f"[{a}, {b}]", "[]", f"[{b}, {a}]"]
    strings = phrasebook().strings
    places = tag_pieces(wording.tag_sequence(tags))[0]
    shown = [strings[int(place)].as_py() for place in places if place >= 0]
    assert [f" #{a[1:-1]}", f" #{b[1:-1]}"] == shown


def test_no_column_of_all_nothing_loses_a_row() -> None:
    nothing = np.full(3, -1)
    assert tag_cells(nothing).to_pylist() == ["[]"] * 3
    assert address_cells(nothing).to_pylist() == ["[]"] * 3
    assert tag_cells(nothing[:0]).to_pylist() == []
    text = np.array([-1, int(wording.call(ENGLISH)[0])])
    assert [len(line) > 0 for line in said(text)] == [False, True]


def test_hashtags_of_a_language_differ_and_the_club_has_its_own() -> None:
    for code in EVERY:
        numbers = np.arange(wording.FIRST_SPECIAL)
        tags = wording.tag(np.full(len(numbers), code), numbers)
        words_of = len(LEXICONS[LANGUAGES[code]].tag_words())
        used = tags[: words_of * words_of]
        cells = tag_cells(wording.tag_sequence(used[:, None])).to_pylist()
        assert len(set(cells)) == len(used)
    club = wording.club_tag(ENGLISH.repeat(6), np.arange(6))
    cells = tag_cells(wording.tag_sequence(club[None, :4])).to_pylist()
    assert cells[0].startswith("['KettleChoir', 'TeaHour'")
    assert len(np.unique(club)) == 6
