"""Makes words of the numbers of `wording`, for many posts at a time.

Every text is a row of pieces, and every piece a place in one table of strings, which
holds all clauses, patterns, fillers and hashtags of all languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society import wording
from rasad.simulate.society.deeds import NOTHING, Int
from rasad.simulate.society.wording import field
from rasad.simulate.vocabulary import LEXICONS, TOPICS

MOST_SLOTS = 3
BODY_PIECES = 2 * MOST_SLOTS + 2
"""Pieces of a text without hashtags and link: a pattern's between and in its slots,
and one clause after it; free texts need fewer."""

BREAK = ". "
ENDINGS = ("example", "test", "invalid")
"""Domains that RFC 2606 reserves."""

_SLOT = re.compile(r"\{\w+\}")
_MIXER = np.uint64(0x9E3779B97F4A7C15)


class Forms(NamedTuple):
    """Patterns with slots; `place` leads from set, language and number to a row.

    Parameters
    ----------
    first, many : int64 arrays of (sets, languages)
        Row of the first pattern of a set, and how many there are.
    piece : int64 array of (patterns, MOST_SLOTS + 1)
        What stands before, between and after the slots, -1 for none.
    filler, size : int64 arrays of (patterns, MOST_SLOTS)
        The first filler of each slot, and how many there are: 1 where is no slot.
    """

    first: Int
    many: Int
    piece: Int
    filler: Int
    size: Int


class Phrasebook(NamedTuple):
    """All strings, and where to find which.

    Parameters
    ----------
    strings : pyarrow.StringArray
        The table.
    length : int64 array
        Characters of each string; one more entry, 0, for the place -1.
    clause, next_clause : int64 arrays of (languages,)
        The first clause of each language, to begin a text and to go on with one.
    tag, listed_tag, next_tag : int
        The first hashtag: with a blank and # before it, and as the first and as a
        further item of a list.
    forms : Forms
        Patterns with slots.
    """

    strings: Any
    length: Int
    clause: Int
    next_clause: Int
    tag: int
    listed_tag: int
    next_tag: int
    forms: Forms


class _Table:
    """Strings in the making: each list of them is found at its first place."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._known: dict[tuple[str, ...], int] = {}

    def add(self, items: tuple[str, ...]) -> int:
        if items not in self._known:
            self._known[items] = len(self.strings)
            self.strings += items
        return self._known[items]


@cache
def phrasebook() -> Phrasebook:
    """Return the table of all strings, made once."""
    table = _Table()
    clauses = [tuple(_clauses(language)) for language in LANGUAGES]
    first = [table.add(items) for items in clauses]
    following = [table.add(tuple(BREAK + item for item in items)) for items in clauses]
    tags = tuple(tag for language in LANGUAGES for tag in _tags(language))
    tag, listed, further = (
        table.add(tuple(shape.format(tag) for tag in tags))
        for shape in (" #{}", "'{}'", ", '{}'")
    )
    forms = _forms(table)
    length = np.array([*(len(string) for string in table.strings), 0], np.int64)
    return Phrasebook(
        strings=pa.array(table.strings, pa.string()),
        length=length,
        clause=np.array(first, np.int64),
        next_clause=np.array(following, np.int64),
        tag=tag,
        listed_tag=listed,
        next_tag=further,
        forms=forms,
    )


def _clauses(language: str) -> Iterator[str]:
    """Yield all clauses in the order in which `wording` numbers them."""
    for topic in TOPICS:
        for pattern in LEXICONS[language].clauses[topic]:
            between = _SLOT.split(pattern)
            for fillers in product(*wording.slots(pattern, language)):
                yield "".join(
                    part
                    for pair in zip(between, (*fillers, ""), strict=True)
                    for part in pair
                )


def _tags(language: str) -> list[str]:
    """Return all hashtags of a language: words, pairs of words, those of the club."""
    lexicon = LEXICONS[language]
    words = lexicon.tag_words()
    pairs = [f"{a}_{b}" for a in words for b in words if a != b]
    usual = np.resize(np.array([*words, *pairs]), wording.FIRST_SPECIAL).tolist()
    special = (lexicon.club, *wording.CLUB_TAGS)
    rest = wording.TAGS_PER_LANGUAGE - wording.FIRST_SPECIAL
    return [*usual, *np.resize(np.array(special), rest).tolist()]


def _forms(table: _Table) -> Forms:
    sets = range(wording.NEWS + 1)
    known = [[wording.patterns(kind, name) for name in LANGUAGES] for kind in sets]
    count = np.array([[len(found) for found in row] for row in known], np.int64)
    first = (np.cumsum(count) - count.ravel()).reshape(count.shape)
    n = int(count.sum())
    piece = np.full((n, MOST_SLOTS + 1), NOTHING, np.int64)
    filler = np.full((n, MOST_SLOTS), NOTHING, np.int64)
    size = np.ones((n, MOST_SLOTS), np.int64)
    every = [
        (pattern, name)
        for row in known
        for name, found in zip(LANGUAGES, row, strict=True)
        for pattern in found
    ]
    for row, (pattern, name) in enumerate(every):
        between, fillers = _SLOT.split(pattern), wording.slots(pattern, name)
        piece[row, : len(between)] = [table.add((part,)) for part in between]
        filler[row, : len(fillers)] = [table.add(items) for items in fillers]
        size[row, : len(fillers)] = [len(items) for items in fillers]
    return Forms(first, count, piece, filler, size)


def body_pieces(text: Int) -> Int:
    """Return the pieces of texts, without hashtags and links.

    Parameters
    ----------
    text : int64 array of (n,)
        Numbers of texts; -1 for no words at all.

    Returns
    -------
    int64 array of (n, BODY_PIECES)
        Places in the table, -1 for none.
    """
    pieces = np.full((len(text), BODY_PIECES), NOTHING, np.int64)
    formed = field(text, wording.FAMILY_AT, 1) == wording.FORM
    worded = text >= 0
    free, form = np.flatnonzero(worded & ~formed), np.flatnonzero(worded & formed)
    pieces[free, : wording.MOST_CLAUSES] = _free_pieces(text[free])
    pieces[form] = _form_pieces(text[form])
    return pieces


def _free_pieces(text: Int) -> Int:
    book, language = phrasebook(), field(text, wording.LANGUAGE_AT, 3)
    pieces = np.full((len(text), wording.MOST_CLAUSES), NOTHING, np.int64)
    for place in range(wording.MOST_CLAUSES):
        clause = field(text, place * wording.CLAUSE_BITS, wording.CLAUSE_BITS)
        start = (book.next_clause if place else book.clause)[language]
        pieces[:, place] = np.where(clause > 0, start + clause - 1, NOTHING)
    return pieces


def _form_pieces(text: Int) -> Int:
    book, forms = phrasebook(), phrasebook().forms
    language = field(text, wording.LANGUAGE_AT, 3)
    kind = field(text, wording.SET_AT, 3)
    number = field(text, wording.FILLING_BITS, wording.FORM_BITS)
    filling = field(text, 0, wording.FILLING_BITS)
    count = forms.many[kind, language]
    row = forms.first[kind, language] + number % count
    pieces = np.full((len(text), BODY_PIECES), NOTHING, np.int64)
    pieces[:, 0 : 2 * MOST_SLOTS + 1 : 2] = forms.piece[row]
    for slot in range(MOST_SLOTS):
        start, size = forms.filler[row, slot], forms.size[row, slot]
        filled = start + filling % size
        pieces[:, 2 * slot + 1] = np.where(start >= 0, filled, NOTHING)
        filling = filling // size
    added = (kind == wording.TEMPLATE) & (number >= count)
    known = np.array([size.sum() for size in wording.clauses_of().size])[language]
    clause = book.next_clause[language] + mixed(number // count) % known
    pieces[:, -1] = np.where(added, clause, NOTHING)
    return pieces


def mixed(numbers: Int) -> Int:
    """Return numbers that look drawn at random, always the same, not below nought."""
    scattered = numbers.astype(np.uint64) * _MIXER
    scattered ^= scattered >> np.uint64(29)
    return np.asarray((scattered * _MIXER) >> np.uint64(2), np.int64)


def tag_pieces(tags: Int) -> Int:
    """Return the pieces of sequences of hashtags in a text, shape (n, MOST_TAGS)."""
    tag = phrasebook().tag
    return _tag_places(tags, (tag, tag))


def _tag_places(tags: Int, starts: tuple[int, int]) -> Int:
    """Return places of hashtags in the table, the first and the others in two lists."""
    places = np.full((len(tags), wording.MOST_TAGS), NOTHING, np.int64)
    for place in range(wording.MOST_TAGS):
        tag = field(tags, place * wording.TAG_BITS, wording.TAG_BITS)
        present = (tags >= 0) & (tag > 0)
        places[:, place] = np.where(present, starts[place > 0] + tag - 1, NOTHING)
    return places


def taken(pieces: Int, strings: Any = None) -> Any:
    """Return the strings at some places of the table, or of others; null at -1."""
    places = pa.array(pieces.astype(np.int32), mask=pieces < 0)
    return (phrasebook().strings if strings is None else strings).take(places)


def joined(columns: list[Any]) -> Any:
    """Return the strings of each row one after the other; nulls are left out.

    Notes
    -----
    Arrow's own way to skip nulls leaves out whole rows that hold nothing else.
    """
    return pc.binary_join_element_wise(
        *columns, "", null_handling="replace", null_replacement=""
    )


def present_columns(pieces: Int, strings: Any = None) -> list[Any]:
    """Return the strings of each column of pieces in which there are any."""
    held = np.flatnonzero((pieces >= 0).any(axis=0))
    return [taken(pieces[:, column], strings) for column in held.tolist()]


def addresses(link: Int) -> Any:
    """Return the addresses of links as strings, null for -1."""
    number = field(link, 0, wording.SITE_AT)
    site = field(link, wording.SITE_AT, wording.KIND_AT - wording.SITE_AT)
    kind = field(link, wording.KIND_AT, 3)
    hidden = link < 0
    hosts, words = _hosts()
    starts = np.cumsum([0, *wording.SITES.values()])
    host = np.where(hidden, 0, starts[np.where(hidden, 0, kind)] + site)
    slug = mixed(number + (host << wording.SITE_AT)) % len(words)
    columns = [
        hosts.take(pa.array(host, mask=hidden)),
        words.take(pa.array(slug, mask=hidden)),
        pa.array(number, mask=hidden).cast(pa.string()),
    ]
    return pc.binary_join_element_wise(*columns, "", null_handling="emit_null")


@cache
def _hosts() -> tuple[Any, Any]:
    """Return beginnings of addresses up to the host, and of the names of pages."""
    lexicon = LEXICONS["en"]
    things = (*lexicon.plants, *lexicon.tools)
    names = [f"{plant}-{thing}" for plant in lexicon.plants for thing in things]
    names += [f"{tool}-{plant}" for tool in lexicon.tools for plant in lexicon.plants]
    hosts = [f"https://{name}.{ending}/" for ending in ENDINGS for name in names]
    # Kinds of sites take turns among the names, so that no name tells the kind.
    order = np.argsort(mixed(np.arange(len(hosts))), kind="stable")
    pages = [f"{word.replace(' ', '-')}-" for word in lexicon.plants + lexicon.dishes]
    return pa.array(hosts).take(pa.array(order)), pa.array(pages)


def codes_of(numbers: Int) -> tuple[Int, Int]:
    """Return the different numbers as they first occur, and which is in each row."""
    encoded = pa.array(numbers, pa.int64()).dictionary_encode()
    known, where = encoded.dictionary, encoded.indices
    return known.to_numpy(), where.to_numpy()


def tag_cells(tags: Int) -> Any:
    """Return cells that list hashtags, as the archive writes lists.

    Examples
    --------
    >>> some = wording.tag_sequence(np.array([[0, 1], [-1, -1]]))
    >>> tag_cells(some).to_pylist()[1]
    '[]'
    """
    known, where = codes_of(tags)
    book = phrasebook()
    items = present_columns(_tag_places(known, (book.listed_tag, book.next_tag)))
    return _cells([pa.array(np.full(len(known), "["), pa.string()), *items], where)


def address_cells(link: Int) -> Any:
    """Return cells that list the one address of each link, or none."""
    known, where = codes_of(link)
    opening = np.where(known >= 0, "['", "[")
    closing = np.where(known >= 0, "'", "")
    return _cells([pa.array(opening), addresses(known), pa.array(closing)], where)


def _cells(columns: list[Any], where: Int) -> Any:
    return pa.DictionaryArray.from_arrays(
        pa.array(where), joined([*columns, pa.scalar("]")])
    )
