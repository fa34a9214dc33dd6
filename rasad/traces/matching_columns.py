"""The matching form of whole columns of texts, equal to that of each text by itself.

`rasad.traces.normalise` says what the form is.
"""

from __future__ import annotations

import secrets
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.kernels.interning import Texts, refill_texts
from rasad.kernels.layout import texts_in
from rasad.kernels.words import (
    Forms,
    count_words,
    intern_words,
    measure_joined,
    write_joined,
)
from rasad.traces.normalise import (
    SHORT,
    URL_TOKEN,
    content_length,
    matching_text,
)

Ints = NDArray[np.int64]

MOST_WORDS, MOST_BYTES = 1 << 20, 1 << 26
"""What is remembered of words; beyond it all are forgotten."""

SMALLEST = 1 << 12

TOGETHER = 1 << 12
"""Texts that are cut at once: the table needs room for words that may all be new."""


class Matching(NamedTuple):
    """Matching forms of some rows: which, ascending, and the text of each."""

    rows: Ints
    texts: Texts


class Vocabulary:
    """Words that were met, and their forms."""

    def __init__(self) -> None:
        self._key = secrets.randbits(63)
        self._forget()

    def _forget(self) -> None:
        self._n = 0
        self._table = np.zeros(SMALLEST, np.uint64)
        self._hashes = np.empty(0, np.uint64)
        self._known = Texts(np.empty(0, np.uint8), np.zeros(1, np.int64))
        self._forms = _laid_out([URL_TOKEN])

    def matching(self, column: pa.Array, least: int) -> Matching:
        """Return the forms of the texts that say enough.

        Parameters
        ----------
        column : pyarrow.Array
            Texts, or NULL.
        least : int
            Characters beside links and mentions that a form must have.
        """
        long = pc.fill_null(pc.greater(pc.utf8_length(column), SHORT), False)
        short = np.flatnonzero(~np.asarray(long.to_numpy(zero_copy_only=False)))
        matching = self._short(texts_in(column), short, least)
        rows = np.flatnonzero(long.to_numpy(zero_copy_only=False))
        return _with_long(matching, rows, column, least) if len(rows) else matching

    def _short(self, texts: Texts, rows: Ints, least: int) -> Matching:
        codes, start = self._codes(texts, rows)
        forms = self._all_forms()
        size, content = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        measure_joined(codes, start, forms, size, content)
        chosen = np.flatnonzero(content >= least)
        offset = np.concatenate([np.zeros(1, np.int64), np.cumsum(size[chosen])])
        out = np.empty(int(offset[-1]), np.uint8)
        write_joined(codes, start, forms, chosen, out, offset)
        return Matching(rows[chosen], Texts(out, offset))

    def _codes(self, texts: Texts, rows: Ints) -> tuple[NDArray[np.int32], Ints]:
        """Return the codes of all words, and where each text's begin."""
        if self._n > MOST_WORDS or self._known.offset[self._n] > MOST_BYTES:
            self._forget()
        found, starts = [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
        for begin in range(0, len(rows), TOGETHER):
            codes, start = self._some_codes(texts, rows[begin : begin + TOGETHER])
            found.append(codes)
            starts.append(start[1:] + starts[-1][-1])
        return np.concatenate(found), np.concatenate(starts)

    def _some_codes(self, texts: Texts, rows: Ints) -> tuple[NDArray[np.int32], Ints]:
        more = int(count_words(texts, rows))
        between = texts.offset[rows[-1] + 1] - texts.offset[rows[0]]
        self._make_room(more, int(between))
        codes, start = np.empty(more, np.int32), np.empty(len(rows) + 1, np.int64)
        held = self._key, self._table, self._hashes, self._known, self._n
        self._n = int(intern_words(texts, rows, *held, codes, start))
        return codes, start

    def _make_room(self, more: int, more_bytes: int) -> None:
        used = int(self._known.offset[self._n])
        self._hashes = _longer(self._hashes, self._n, more)
        self._known = Texts(
            _longer(self._known.bytes, used, more_bytes),
            _longer(self._known.offset, self._n + 1, more),
        )
        size = len(self._table)
        while size < 2 * (self._n + more):
            size *= 2
        if size > len(self._table):
            self._table = np.zeros(size, np.uint64)
            refill_texts(self._hashes, self._n, self._table)

    def _all_forms(self) -> Forms:
        """Return the forms of all words, those of new ones worked out."""
        done = len(self._forms.content) - 1
        content = self._known.bytes.data
        offset = self._known.offset[done : self._n + 1].tolist()
        new = [
            matching_text(str(content[begin:end], "utf-8"))
            for begin, end in pairwise(offset)
        ]
        if new:
            self._forms = _joined(self._forms, _laid_out(new))
        return self._forms


def _laid_out(forms: list[str]) -> Forms:
    written = [form.encode() for form in forms]
    sizes = np.fromiter(map(len, written), np.int64, len(written))
    offset = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    content = np.array([*map(content_length, forms)], np.int32)
    return Forms(Texts(np.frombuffer(b"".join(written), np.uint8), offset), content)


def _joined(one: Forms, other: Forms) -> Forms:
    offset = [one.texts.offset, other.texts.offset[1:] + one.texts.offset[-1]]
    content = np.concatenate([one.texts.bytes, other.texts.bytes])
    return Forms(
        Texts(content, np.concatenate(offset)),
        np.concatenate([one.content, other.content]),
    )


def _longer(array: NDArray[Any], used: int, more: int) -> NDArray[Any]:
    """Return an array with room for more values after those that are used."""
    if used + more <= len(array):
        return array
    grown = np.empty(max(used + more, 2 * len(array)), array.dtype)
    grown[:used] = array[:used]
    return grown


def _with_long(short: Matching, rows: Ints, column: pa.Array, least: int) -> Matching:
    """Add the forms of texts that are worked out as a whole."""
    offset = short.texts.offset.tolist()
    content = short.texts.bytes.data
    forms = {
        row: bytes(content[begin:end])
        for row, begin, end in zip(
            short.rows.tolist(), offset, offset[1:], strict=False
        )
    }
    for row, text in zip(rows.tolist(), column.take(rows).to_pylist(), strict=True):
        form = matching_text(text)
        if content_length(form) >= least:
            forms[row] = form.encode()
    ordered = sorted(forms)
    sizes = [len(forms[row]) for row in ordered]
    joined = np.frombuffer(b"".join([forms[row] for row in ordered]), np.uint8)
    return Matching(
        np.array(ordered, np.int64),
        Texts(joined, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)),
    )
