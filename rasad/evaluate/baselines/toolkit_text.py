"""Texts as the Coordination Network Toolkit compares them: alike, or nearly alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rasad.evaluate.baselines.word_breaks import pieces

MENTION = re.compile(r"@(?:[\x1c-\x1f]|\S)*")
"""What the toolkit takes out: from an at sign to the next space. To its library the
four separators of ASCII are no space, to Python they are."""

COMPARED = 1 << 17
"""Pairs whose words are compared at a time."""


def same_text(text: str) -> str:
    """Return the text that must be equal for a co-tweet.

    Two replies that hold nothing but mentions both become the empty text.

    Examples
    --------
    >>> same_text("@you  Read THIS"), same_text("@one @two")
    ('read this', '')
    """
    return " ".join(MENTION.sub("", text.lower()).split())


def word_set(text: str) -> frozenset[str]:
    """Return the words by which two texts are compared; a full stop is one.

    Examples
    --------
    >>> sorted(word_set("The fox, the dog."))
    [',', '.', 'dog', 'fox', 'the']
    """
    found = set(pieces(MENTION.sub("", text.lower())))
    # The toolkit keeps the words in one string and cuts it at spaces again.
    return frozenset(word for piece in found for word in piece.split())


class WordSets:
    """The word sets of many texts, and how alike two of them are.

    Parameters
    ----------
    texts : sequence of str
        The texts; equal ones are cut into words once.
    least : float
        Words below which a text is like no other.
    """

    def __init__(self, texts: Sequence[str], least: float) -> None:
        known = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        self._set_of = np.array([known[text] for text in texts], np.int64)
        numbers: dict[str, int] = {}
        rows = [
            sorted(numbers.setdefault(word, len(numbers)) for word in word_set(text))
            for text in known
        ]
        self._size = np.array([len(row) for row in rows], np.int64)
        indices = np.array([at for row in rows for at in row], np.int64)
        self._words = csr_array(
            (
                np.ones(len(indices), np.int32),
                indices,
                np.concatenate([[0], np.cumsum(self._size)]),
            ),
            shape=(len(rows), max(len(numbers), 1)),
        )
        self._long = self._size >= least

    def similarity(
        self, one: NDArray[np.int64], other: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the Jaccard similarity of pairs of texts.

        Parameters
        ----------
        one, other : int64, shape (n,)
            Places of texts.

        Returns
        -------
        float64, shape (n,)
            0 where a text is too short. Two empty texts, on which the toolkit fails,
            are not alike.

        Examples
        --------
        >>> sets = WordSets(["a b c", "b c d", "c b a"], least=1)
        >>> sets.similarity(np.array([0, 0]), np.array([1, 2]))
        array([0.5, 1. ])
        """
        alike = np.zeros(len(one))
        a, b = self._set_of[one], self._set_of[other]
        todo = np.flatnonzero(self._long[a] & self._long[b])
        for at in range(0, len(todo), COMPARED):
            some = todo[at : at + COMPARED]
            alike[some] = self._jaccard(a[some], b[some])
        return alike

    def _jaccard(
        self, a: NDArray[np.int64], b: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        common = self._words[a].multiply(self._words[b]).sum(axis=1)
        either = self._size[a] + self._size[b] - common
        alike = np.zeros(len(a))
        np.divide(common, either, out=alike, where=either > 0)
        return alike
