"""Lists that are written in one cell, where nothing is unusual about them.

Three forms are known, all between brackets and set apart by a comma and a space: words
in single quotes and whole numbers, as Python prints lists, and bare words that begin
with a letter. Any other cell is left to be looked at by somebody who knows more forms.
"""

from __future__ import annotations

from string import ascii_letters

import numpy as np
from numba import njit, uint64

MISSING, LIST, LOOK = range(3)
"""What a cell is: nothing at all, a list, or something to be looked at."""

OPEN, CLOSE, COMMA, SPACE, APOSTROPHE, QUOTE, BACKSLASH = (
    *(0x5B, 0x5D, 0x2C, 0x20, 0x27),
    *(0x22, 0x5C),
)
LONGEST_NUMBER = 18
"""Digits that surely fit into 64 bits."""

LONGEST_VALUE = 5
"""Letters of `False` and `false`: longer words mean nothing to JSON or Python."""

_LETTER, _BARE = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
_LETTER[np.frombuffer(ascii_letters.encode(), np.uint8)] = True
_LETTER[0x80:] = True
_BARE[np.frombuffer(b"0123456789+/=_-", np.uint8)] = True
_BARE |= _LETTER


@njit(cache=True, nogil=True)
def judge_lists(texts, what, counts):
    """Tell of each cell what it is, and how many items it holds.

    Parameters
    ----------
    texts : Texts of n rows
    what : uint8, shape (n,), filled
    counts : int32, shape (n,), items of a list; filled
    """
    for row in range(len(what)):
        begin, end = texts.offset[row], texts.offset[row + 1]
        counts[row] = 0
        if begin == end:
            what[row] = MISSING
            continue
        what[row] = LOOK
        content = texts.bytes
        if end - begin < 2 or content[begin] != OPEN or content[end - 1] != CLOSE:
            continue
        if end - begin == 2:
            what[row] = LIST
        elif content[begin + 1] == APOSTROPHE:
            counts[row] = _words(content, begin + 2, end - 2)
        else:
            counts[row] = _numbers(content, begin + 1, end - 1)
            if counts[row] == 0:
                counts[row] = _bare_words(content, begin + 1, end - 1)
        if counts[row] > 0:
            what[row] = LIST


@njit(cache=True, nogil=True, forceinline=True)
def _words(content, begin, end):
    """Count the words up to the last quote; 0 where one is unusual."""
    if end <= begin or content[end] != APOSTROPHE:
        return 0
    n, first = 1, begin
    for at in range(begin, end):
        byte = content[uint64(at)]
        if byte in (QUOTE, BACKSLASH):
            return 0
        if _parts(content, at, end):
            if not _is_tight(content, first, at):
                return 0
            n += 1
            first = at + 4
    return n if _is_tight(content, first, end) else 0


@njit(cache=True, nogil=True, forceinline=True)
def _parts(content, at, end):
    """Tell whether a quote, comma, space and quote begin here."""
    return (
        at + 4 <= end
        and content[at] == APOSTROPHE
        and content[at + 1] == COMMA
        and content[at + 2] == SPACE
        and content[at + 3] == APOSTROPHE
    )


@njit(cache=True, nogil=True, forceinline=True)
def _is_tight(content, begin, end):
    """Tell whether a word is there and surely has no white space around it."""
    if end <= begin:
        return False
    first, last = content[begin], content[end - 1]
    if first <= SPACE or last <= SPACE or first in (0xC2, 0xE1, 0xE2, 0xE3):
        return False
    if last < 0x80:
        return True
    if end - begin >= 2 and content[end - 2] == 0xC2:
        return False
    return not (end - begin >= 3 and content[end - 3] in (0xE1, 0xE2, 0xE3))


@njit(cache=True, nogil=True, forceinline=True)
def _next_item(content, at, end):
    """Return where an item begins after one that ends here, -1 where none does."""
    if at + 2 >= end or content[at] != COMMA or content[at + 1] != SPACE:
        return -1
    return at + 2


@njit(cache=True, nogil=True, forceinline=True)
def _numbers(content, begin, end):
    """Count the numbers; 0 where one is unusual."""
    n, at = 0, begin
    while True:
        first = at
        while at < end and 0x30 <= content[at] <= 0x39:
            at += 1
        digits = at - first
        if not 0 < digits <= LONGEST_NUMBER:
            return 0
        if digits > 1 and content[first] == 0x30:
            return 0
        n += 1
        if at == end:
            return n
        at = _next_item(content, at, end)
        if at < 0:
            return 0


@njit(cache=True, nogil=True, forceinline=True)
def _bare_words(content, begin, end):
    """Count the words; 0 where one is unusual, or the first may be a number or value.

    What begins with a name is no JSON, and nothing that Python prints.
    """
    if not _LETTER[content[begin]]:
        return 0
    n, at = 0, begin
    while True:
        first = at
        while at < end and _BARE[content[uint64(at)]]:
            at += 1
        if not _is_tight(content, first, at):
            return 0
        if n == 0 and content[first] < 0x80 and at - first <= LONGEST_VALUE:
            return 0
        n += 1
        if at == end:
            return n
        at = _next_item(content, at, end)
        if at < 0:
            return 0


@njit(cache=True, nogil=True)
def write_items(texts, rows, counts, offset, out):
    """Write the items of some lists one after another; return their bytes.

    Parameters
    ----------
    texts : as for `judge_lists`
    rows : int64, the lists among them
    counts : as `judge_lists` filled it
    offset : int32, one more than items, where each begins; filled
    out : uint8, with room for all bytes of `texts`; filled
    """
    place, item = 0, 0
    offset[0] = 0
    content = texts.bytes
    for row in rows:
        begin, end = texts.offset[row] + 1, texts.offset[row + 1] - 1
        if counts[row] == 0:
            continue
        quoted = content[begin] == APOSTROPHE
        at, last = begin + quoted, end - quoted
        while at < last:
            parts = _parts(content, at, last) if quoted else content[at] == COMMA
            if parts:
                item += 1
                offset[item] = place
                at += 4 if quoted else 2
                continue
            out[place] = content[at]
            place += 1
            at += 1
        item += 1
        offset[item] = place
    return place
