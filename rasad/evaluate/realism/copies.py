"""Texts that several accounts posted, word for word or nearly so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.realism.content import own, words_of
from rasad.evaluate.realism.sample import Distribution, Moment, Sample, sample
from rasad.evaluate.realism.view import Bool, Codes, View, persons
from rasad.evaluate.realism.weighted import mean
from rasad.traces.normalise import content_length
from rasad.traces.read_off import LEAST_CONTENT

SHINGLE = 3
"""Words in a row that are compared."""

FEWEST_WORDS = 6
"""Words below which two texts are nearly the same by chance."""

ALIKE = 0.6
"""Share of equal shingles from which texts are nearly the same."""

BANDS, ROWS = 12, 3
"""A sketch has as many numbers as their product; a band that is equal makes a pair of
texts a candidate: 95 in 100 of the pairs that share 0.6 of their shingles."""

NEIGHBOURS = 6
"""Candidates that each text of a band is compared with."""

Hashes = NDArray[np.uint64]


class Texts:
    """The texts of own posts, each different one of a stretch once.

    Parameters
    ----------
    view : View
        With texts.
    """

    def __init__(self, view: View) -> None:
        long_enough = [content_length(text) >= LEAST_CONTENT for text in view.text]
        self.row: Codes = np.flatnonzero(own(view) & np.array(long_enough, np.bool_))
        known: dict[tuple[int, str], int] = {}
        stretch = view.stretch[view.account[self.row]].tolist()
        said = (view.text[row] for row in self.row.tolist())
        codes = (
            known.setdefault(key, len(known)) for key in zip(stretch, said, strict=True)
        )
        self.text: Codes = np.fromiter(codes, np.int64, len(self.row))
        self.person = persons(view)[self.row]
        self.different = [text for _, text in known]
        self.stretch = np.array([at for at, _ in known], np.int64)

    def authors(self) -> tuple[Codes, Codes]:
        """Return the lowest and the highest person code of each text's authors."""
        low = np.full(len(self.different), np.iinfo(np.int64).max)
        high = np.full(len(self.different), -1)
        np.minimum.at(low, self.text, self.person)
        np.maximum.at(high, self.text, self.person)
        return low, high

    def shared(self, low: Codes, high: Codes) -> Bool:
        """Return which posts have a text that somebody else is an author of."""
        alone = (low[self.text] == self.person) & (high[self.text] == self.person)
        return np.asarray(~alone, np.bool_)


def copies(view: View) -> Sample:
    """Return 1 for each own text that another account posted too, else 0."""
    texts = Texts(view)
    return sample(texts.shared(*texts.authors()), texts.person)


def repeats(view: View) -> Sample:
    """Return 1 for each own text that the account had posted before, else 0."""
    texts = Texts(view)
    key = texts.text * (int(view.person.max(initial=0)) + 1) + texts.person
    again = np.ones(len(key), np.bool_)
    again[np.unique(key, return_index=True)[1]] = False
    return sample(again, texts.person)


def near_copies(view: View) -> Sample:
    """Return 1 for each own text of which another account posted a near copy."""
    texts = Texts(view)
    low, high = texts.authors()
    first, second = near_pairs(texts.different, texts.stretch)
    widest_low, widest_high = low.copy(), high.copy()
    for one, two in ((first, second), (second, first)):
        np.minimum.at(widest_low, one, low[two])
        np.maximum.at(widest_high, one, high[two])
    return sample(texts.shared(widest_low, widest_high), texts.person)


def near_pairs(texts: Sequence[str], stretch: Codes) -> tuple[Codes, Codes]:
    """Return pairs of texts of one stretch that are nearly the same.

    Parameters
    ----------
    texts : sequence of str
        Different ones, in the form for matching.
    stretch : int64 array
        The stretch of each.

    Notes
    -----
    MinHash (Broder 1997) over runs of three words with bands. The share of equal
    numbers of two sketches estimates the share of equal shingles, give or take 0.08.

    Examples
    --------
    >>> one = "the tap in the old garden shed drips all night long again"
    >>> near_pairs([one, one + " today", "quite another thing altogether is here"],
    ...            np.zeros(3, np.int64))
    (array([0]), array([1]))
    """
    which, sketches = _sketches(texts)
    found = [np.zeros(0, np.int64)]
    for band in range(BANDS if len(which) else 0):
        part = sketches[:, band * ROWS : (band + 1) * ROWS]
        order = np.lexsort((*part.T, stretch[which]))
        for step in range(1, NEIGHBOURS + 1):
            a, b = order[:-step], order[step:]
            same = (part[a] == part[b]).all(axis=1)
            same &= stretch[which[a]] == stretch[which[b]]
            a, b = a[same], b[same]
            alike = (sketches[a] == sketches[b]).mean(axis=1) >= ALIKE
            low, high = np.minimum(a, b)[alike], np.maximum(a, b)[alike]
            found.append(low * len(which) + high)
    one, two = np.divmod(np.unique(np.concatenate(found)), max(len(which), 1))
    return which[one], which[two]


def _sketches(texts: Sequence[str]) -> tuple[Codes, NDArray[np.uint32]]:
    """Return which texts are long enough, and a sketch of each."""
    split = [words_of(text) for text in texts]
    which = np.array([at for at, w in enumerate(split) if len(w) >= FEWEST_WORDS], int)
    long = [split[at] for at in which.tolist()]
    lengths = np.array([len(w) - SHINGLE + 1 for w in long], np.int64)
    begin = np.cumsum(lengths) - lengths
    sketches = np.empty((len(which), BANDS * ROWS), np.uint32)
    if not len(which):
        return which, sketches
    shingles = _shingles(long)
    rng = np.random.default_rng(SHINGLE)  # the same hash functions for every set
    for place in range(BANDS * ROWS):
        # Multiply-shift: shingles are spread already, so one product is hash enough.
        factor = np.uint64(int(rng.integers(1 << 62)) * 2 + 1)
        hashed = ((shingles * factor) >> np.uint64(32)).astype(np.uint32)
        sketches[:, place] = np.minimum.reduceat(hashed, begin)
    return which, sketches


def _shingles(texts: Sequence[list[str]]) -> Hashes:
    """Return a number for each run of words, text by text."""
    known: dict[str, int] = {}
    codes = np.fromiter(
        (known.setdefault(word, len(known)) for word in chain.from_iterable(texts)),
        np.int64,
    )
    number = np.array([_word_number(word) for word in known], np.uint64)[codes]
    last = np.cumsum([len(text) for text in texts])
    inside = np.ones(len(codes), np.bool_)
    for back in range(1, SHINGLE):
        inside[last - back] = False
    begin = np.flatnonzero(inside)
    found = np.zeros(len(begin), np.uint64)
    for step in range(SHINGLE):
        found = _mixed(found ^ number[begin + step])
    return found


def _word_number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")


def _mixed(numbers: Hashes) -> Hashes:
    """Spread numbers over all 64 bits (the finaliser of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


COPIES = (
    Distribution(
        name="copy",
        title="whether another account posted the same text",
        unit="0 or 1",
        drawn="accounts",
        take=copies,
        needs=("kinds", "every_text"),
    ),
    Distribution(
        name="near_copy",
        title="whether another account posted nearly the same text, or the same",
        unit="0 or 1",
        drawn="accounts",
        take=near_copies,
        needs=("kinds", "every_text"),
    ),
    Distribution(
        name="own_copy",
        title="whether the account had posted the same text before",
        unit="0 or 1",
        drawn="accounts",
        take=repeats,
        needs=("kinds", "every_text"),
    ),
)

COPIES_MOMENTS = (
    Moment(
        name="copy_share",
        title="Share of own texts that another account posted too",
        unit="share",
        of="copy",
        statistic=mean,
    ),
    Moment(
        name="near_copy_share",
        title="Share of own texts of which another posted the same or nearly the same",
        unit="share",
        of="near_copy",
        statistic=mean,
    ),
    Moment(
        name="own_copy_share",
        title="Share of own texts that the account had posted before",
        unit="share",
        of="own_copy",
        statistic=mean,
    ),
)
