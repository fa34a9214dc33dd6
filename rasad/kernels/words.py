"""Texts cut at spaces into words with codes, and put together from words' forms.

Most words of a text were in others before. Each word gets a code once, whoever knows
its form gives it once, and texts are then put together by their codes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from rasad.kernels.bytewise import copied
from rasad.kernels.interning import CODE, Texts, _append, _equal, text_hash

LINK = -1
"""Code of a link that nothing is special about."""

SPACE = 0x20
_HTTP = np.frombuffer(b"http", np.uint8)


class Forms(NamedTuple):
    """The form of each word, by its code and one more; the first is that of `LINK`.

    texts : Texts, UTF-8.
    content : int32, characters of it that are no link or mention.
    """

    texts: Texts
    content: NDArray[np.int32]


@njit(cache=True, nogil=True)
def count_words(texts, rows):
    """Return how many words `rows`, int64, of some texts hold together."""
    n = 0
    for row in rows:
        n += 1
        for byte in texts.bytes[texts.offset[row] : texts.offset[row + 1]]:
            n += byte == SPACE
    return n


@njit(cache=True, nogil=True)
def intern_words(texts, rows, key, table, hashes, known, n, codes, start):
    """Cut texts at spaces and give each word its code; return how many are known.

    Parameters
    ----------
    texts : Texts
    rows : int64, shape (m,), of the texts that are cut
    key : uint64 of this run
    table : uint64, a power of two long: the upper half of the hash, then code + 1, or 0
        where empty; filled
    hashes : uint64, the hash of each code, with room for all words; filled
    known : the text of each code, with room for all bytes; filled
    n : words that are known already
    codes : int32, the code of each word in order; filled
    start : int64, shape (m + 1,), where each text's words begin; filled

    Notes
    -----
    O(bytes) expected, as `intern_texts`.
    """
    word = Texts(texts.bytes, np.empty(2, np.int64))
    place = 0
    start[0] = 0
    for i in range(len(rows)):
        row = rows[i]
        begin, end = np.int64(texts.offset[row]), np.int64(texts.offset[row + 1])
        at = begin
        while at <= end:
            if at == end or texts.bytes[uint64(at)] == SPACE:
                word.offset[0], word.offset[1] = begin, at
                if _is_plain_link(texts.bytes, begin, at):
                    codes[place] = LINK
                else:
                    n = _intern(word, key, table, hashes, known, n)
                    codes[place] = word.offset[0]
                place += 1
                begin = at + 1
            at += 1
        start[i + 1] = place
    return n


@njit(cache=True, nogil=True, forceinline=True)
def _intern(word, key, table, hashes, known, n):
    """Give a word its code, in the place of where it begins."""
    mask = uint64(len(table) - 1)
    wanted = text_hash(word, 0, key)
    place = wanted & mask
    while table[place]:
        if (table[place] ^ wanted) >> uint64(32) == uint64(0):
            code = np.int64(table[place] & CODE) - 1
            if _equal(word, 0, known, code):
                break
        place = (place + uint64(1)) & mask
    if not table[place]:
        _append(word, 0, known, n)
        hashes[n] = wanted
        n += 1
        table[place] = (wanted & ~CODE) | uint64(n)
    word.offset[0] = np.int64(table[place] & CODE) - 1
    return n


@njit(cache=True, nogil=True, forceinline=True)
def _is_plain_link(content, begin, end):
    """Tell whether a word is `https?://[A-Za-z0-9./-]*[A-Za-z0-9/-]`."""
    if end - begin < 8 or content[begin] != _HTTP[0]:
        return False
    for i in range(4):
        if content[begin + i] != _HTTP[i]:
            return False
    at = begin + 4 + (content[begin + 4] == 0x73)
    if end - at < 4 or content[at] != 0x3A:
        return False
    if content[at + 1] != 0x2F or content[at + 2] != 0x2F:
        return False
    for i in range(at + 3, end):
        byte = content[i]
        letter = 0x61 <= byte <= 0x7A or 0x41 <= byte <= 0x5A
        # Dash, full stop, slash and the digits follow each other.
        if not letter and not 0x2D <= byte <= 0x39:
            return False
    return content[end - 1] != 0x2E


@njit(cache=True, nogil=True)
def measure_joined(codes, start, forms, size, content):
    """Tell how large the texts are that forms make, one space between two.

    Parameters
    ----------
    codes, start : as `intern_words` fills them
    forms : Forms; empty ones are left out
    size : int64, shape (m,), bytes of each text; filled
    content : int64, shape (m,), its characters without links and mentions; filled
    """
    for i in range(len(size)):
        bytes_, characters, words, spoken = 0, 0, 0, 0
        for at in range(start[i], start[i + 1]):
            code = codes[at] + 1
            length = forms.texts.offset[code + 1] - forms.texts.offset[code]
            bytes_ += length
            words += length > 0
            characters += forms.content[code]
            spoken += forms.content[code] > 0
        size[i] = bytes_ + max(words - 1, 0)
        content[i] = characters + max(spoken - 1, 0)


@njit(cache=True, nogil=True)
def write_joined(codes, start, forms, chosen, out, offset):
    """Write the texts of the chosen rows.

    Parameters
    ----------
    codes, start, forms : as for `measure_joined`
    chosen : int64, shape (k,)
    out : uint8, filled
    offset : int64, shape (k + 1,), where each of them begins
    """
    for i in range(len(chosen)):
        place = offset[i]
        for at in range(start[chosen[i]], start[chosen[i] + 1]):
            code = codes[at] + 1
            begin, end = forms.texts.offset[code], forms.texts.offset[code + 1]
            if begin == end:
                continue
            if place > offset[i]:
                out[place] = SPACE
                place += 1
            place = copied(forms.texts.bytes, begin, end, out, place)
