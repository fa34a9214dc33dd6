"""Numbers that stand for texts, links and sequences of hashtags, and how to make them.

Whoever plans a post picks a number with the functions here; `phrases` turns numbers
into words when a world is written. Equal numbers give equal words, always.

Notes
-----
Layout of the numbers, lowest bits first; all of them are below 2**61.

* text, free: four fields of 12 bits, each a clause of the language plus one, nought for
  none; language (3 bits) at bit 56; family 0 at bit 59.
* text, form: filling (24 bits), number (24 bits), set of patterns (3 bits) at bit 48,
  language at bit 56, family 1 at bit 59. The number chooses the pattern, and for
  templates a clause that is always added; the filling chooses what stands in the slots.
* link: number (40 bits), site (10 bits) at bit 40, kind of site (3 bits) at bit 50.
* hashtags: four fields of 15 bits, each a tag plus one, nought for none.
"""

from __future__ import annotations

import re
from functools import cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society.deeds import NOTHING, Int
from rasad.simulate.vocabulary import CALL_NOTE, LEXICONS, NEWS_NOTE, TOPICS

CLAUSE_BITS, MOST_CLAUSES = 12, 4
FILLING_BITS, FORM_BITS = 24, 24
SET_AT, LANGUAGE_AT, FAMILY_AT = 48, 56, 59
SITE_AT, KIND_AT = 40, 50
TAG_BITS, MOST_TAGS = 15, 4
TAGS_PER_LANGUAGE = 1 << 12

FREE, FORM = 0, 1
TEMPLATE, STOCK, SLOGAN, CALL, NEWS = range(5)

SITES = {
    **{"ordinary": 900, "newsroom": 100, "team": 100, "club": 50},
    **{"shop": 50, "party": 50, "service": 50},
}
"""Kinds of sites, and how many sites there are of each; nobody owns any of them."""

SITE_KINDS = tuple(SITES)

CLUB_TAGS = ("TeaHour", "KettleSong", "OpenChoir", "FirstCup", "SlowSteam")
FIRST_SPECIAL = TAGS_PER_LANGUAGE - 16
"""From here on, tags of a language are its club's name and then `CLUB_TAGS`."""

USUAL_CLAUSES = (3, 3, 4)

_SLOT = re.compile(r"\{(\w+)\}")


class Clauses(NamedTuple):
    """Where the clauses of each pattern begin, and how many there are of each.

    `first` and `size` have the shape (languages, topics, patterns).
    """

    first: Int
    size: Int


def language_codes(names: ArrayLike) -> Int:
    """Return the codes of languages, which the functions here ask for.

    Examples
    --------
    >>> language_codes(["en", "fa"]).tolist()
    [1, 0]
    """
    known = np.array(LANGUAGES)
    order = np.argsort(known)
    return np.asarray(order[np.searchsorted(known, names, sorter=order)], np.int64)


def free_text(
    rng: np.random.Generator,
    language: Int,
    topic: Int | None = None,
    clauses: tuple[int, ...] = USUAL_CLAUSES,
) -> Int:
    """Draw texts that nobody else is likely to write.

    Parameters
    ----------
    rng : numpy.random.Generator
        Seeded source.
    language : int64 array of (n,)
        Codes of languages; as many texts are drawn.
    topic : int64 array of (n,), optional
        What the first clause is about, a place in `TOPICS`; drawn if left out.
    clauses : tuple of int
        How many clauses a text has, 1 to 4, each as likely.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> free_text(rng, language_codes(["en"])).tolist() == [NOTHING]
    False
    """
    n = len(language)
    count = np.asarray(clauses)[rng.integers(0, len(clauses), n)]
    text = (language << LANGUAGE_AT) | (FREE << FAMILY_AT)
    for place in range(max(clauses)):
        about = rng.integers(0, len(TOPICS), n)
        if topic is not None and place == 0:
            about = topic
        clause = _clause(rng, language, about) + 1
        text |= np.where(place < count, clause, 0) << (place * CLAUSE_BITS)
    return text


def _clause(rng: np.random.Generator, language: Int, topic: Int) -> Int:
    """Draw clauses, each pattern being as likely, and within it each filling."""
    known = clauses_of()
    pattern = rng.integers(0, known.size.shape[2], len(language))
    fills = known.size[language, topic, pattern]
    filling = (rng.random(len(language)) * fills).astype(np.int64)
    return np.asarray(known.first[language, topic, pattern] + filling, np.int64)


@cache
def clauses_of() -> Clauses:
    """Return how the clauses of every language are numbered."""
    count = np.array(
        [
            [
                [fillings(pattern, name) for pattern in LEXICONS[name].clauses[topic]]
                for topic in TOPICS
            ]
            for name in LANGUAGES
        ],
        dtype=np.int64,
    )
    flat = count.reshape(len(LANGUAGES), -1)
    first = np.cumsum(flat, axis=1) - flat
    return Clauses(first.reshape(count.shape), count)


def slots(pattern: str, language: str) -> list[tuple[str, ...]]:
    """Return the fillers of each slot of a pattern, in the order of the slots."""
    return [LEXICONS[language].slots()[name] for name in _SLOT.findall(pattern)]


def fillings(pattern: str, language: str) -> int:
    """Return in how many ways the slots of a pattern can be filled.

    Examples
    --------
    >>> fillings("{sky} over {place}", "en")
    132
    """
    return prod(len(fillers) for fillers in slots(pattern, language))


@cache
def patterns(kind: int, language: str) -> tuple[str, ...]:
    """Return the patterns of a set, such as `TEMPLATE`, in a language."""
    words = LEXICONS[language]
    comma = "،" if language in ("fa", "ar") else ","
    greeted = tuple(f"{phrase}{comma} {{place}}" for phrase in words.stock)
    return {
        TEMPLATE: words.template,
        STOCK: words.stock + greeted,
        SLOGAN: words.slogans,
        CALL: (CALL_NOTE[language],),
        NEWS: (NEWS_NOTE[language],),
    }[kind]


def template(language: Int, number: ArrayLike, filling: ArrayLike) -> Int:
    """Return texts of templates with slots.

    Parameters
    ----------
    language : int64 array of (n,)
        Codes of languages.
    number : int64 array, broadcast to (n,)
        Which template, below 2**24. Texts of one number share the pattern and one
        clause, those of the first few numbers the pattern alone.
    filling : int64 array, broadcast to (n,)
        What stands in the slots; the same filling gives the same words.

    Examples
    --------
    >>> english = language_codes(["en", "en"])
    >>> len(set(template(english, 7, [1, 2]).tolist()))
    2
    """
    return _form(TEMPLATE, language, number, filling)


def stock_phrase(language: Int, number: ArrayLike) -> Int:
    """Return set phrases that many people write; the first three are the shortest."""
    return _form(STOCK, language, number, np.asarray(number) // STOCK_PATTERNS)


STOCK_PATTERNS = len(patterns(STOCK, LANGUAGES[0]))


def slogan(language: Int, number: ArrayLike) -> Int:
    """Return what members of a club write at their hour."""
    return _form(SLOGAN, language, number, 0)


def call(language: Int) -> Int:
    """Return public calls to write together."""
    return _form(CALL, language, 0, 0)


def news(language: Int, filling: ArrayLike) -> Int:
    """Return texts that bring news."""
    return _form(NEWS, language, 0, filling)


def _form(kind: int, language: Int, number: ArrayLike, filling: ArrayLike) -> Int:
    filled = np.asarray(filling, np.int64) & ((1 << FILLING_BITS) - 1)
    chosen = np.asarray(number, np.int64) & ((1 << FORM_BITS) - 1)
    head = (FORM << FAMILY_AT) | (kind << SET_AT)
    return np.asarray(
        head | (language << LANGUAGE_AT) | (chosen << FILLING_BITS) | filled, np.int64
    )


def page(kind: str, number: ArrayLike, site: ArrayLike = 0) -> Int:
    """Return links to pages.

    Parameters
    ----------
    kind : str
        Kind of site, a key of `SITES`.
    number : int64 array
        Which page, below 2**40.
    site : int64 array
        Which site of that kind; counted round if there are not so many.

    Examples
    --------
    >>> page("team", [1, 2]).shape
    (2,)
    """
    place = np.asarray(site, np.int64) % SITES[kind]
    head = SITE_KINDS.index(kind) << KIND_AT
    return np.asarray(head | (place << SITE_AT) | np.asarray(number), np.int64)


def tag(language: Int, number: ArrayLike) -> Int:
    """Return hashtags, many of each language, for `tag_sequence`."""
    index = np.asarray(number, np.int64) % FIRST_SPECIAL
    return np.asarray(language * TAGS_PER_LANGUAGE + index, np.int64)


def club_tag(language: Int, number: ArrayLike) -> Int:
    """Return the name of the club in a language (number 0) or a tag of its song."""
    index = FIRST_SPECIAL + np.asarray(number, np.int64) % (len(CLUB_TAGS) + 1)
    return np.asarray(language * TAGS_PER_LANGUAGE + index, np.int64)


def tag_sequence(tags: Int) -> Int:
    """Return sequences of hashtags.

    Parameters
    ----------
    tags : int64 array of (n, k)
        At most four tags each, in order; -1 for none.

    Returns
    -------
    int64 array of (n,)
        -1 where there is none at all.

    Examples
    --------
    >>> tag_sequence(np.array([[5, 6], [-1, -1]])).tolist()
    [229382, -1]
    """
    sequence = np.zeros(len(tags), np.int64)
    for place in range(min(tags.shape[1], MOST_TAGS)):
        sequence |= (tags[:, place] + 1) << (place * TAG_BITS)
    return np.where(sequence > 0, sequence, NOTHING)


def field(numbers: Int, at: int, bits: int) -> NDArray[np.int64]:
    """Return some bits of numbers."""
    return (numbers >> at) & ((1 << bits) - 1)
