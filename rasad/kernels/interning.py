"""Ids as numbers: equal ids get equal codes, in the order in which they are met.

Open addressing with linear probing, in tables that are never full and outlive a call,
so that a file can be read piece by piece. Places come from a mixing function with a key
that changes with every run: nobody can write a file whose ids all fall on one place.
Codes do not depend on it.

References: the mixing is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA
2014); bytes are folded eight at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from rasad.kernels.bytewise import EIGHT, are_same, copied, rest_at, word_at

MIX_A = uint64(0xBF58_476D_1CE4_E5B9)
MIX_B = uint64(0x94D0_49BB_1331_11EB)

CODE = uint64(0xFFFF_FFFF)
"""The half of a place that holds a code."""

TOGETHER = 128
"""Ids that are looked up together; has no effect on results."""


class Texts(NamedTuple):
    """Texts one after another, as Arrow lays them out.

    bytes : uint8. offset : int64 or int32; text i is bytes[offset[i]:offset[i + 1]].
    """

    bytes: NDArray[np.uint8]
    offset: NDArray[np.int64]


@njit(cache=True, nogil=True, forceinline=True)
def mixed(x):
    """Spread a 64-bit number over all 64 bits."""
    x = uint64(x)
    x = (x ^ (x >> uint64(30))) * MIX_A
    x = (x ^ (x >> uint64(27))) * MIX_B
    return x ^ (x >> uint64(31))


@njit(cache=True, nogil=True, forceinline=True)
def text_hash(texts, i, key):
    """Hash one text, eight bytes at a time; its length is part of it."""
    at, end = uint64(texts.offset[i]), uint64(texts.offset[i + 1])
    state = uint64(key) ^ (end - at)
    while at + EIGHT <= end:
        state = mixed(state ^ word_at(texts.bytes, at))
        at += EIGHT
    return mixed(state ^ rest_at(texts.bytes, at, end))


@njit(cache=True, nogil=True)
def hash_texts(texts, key, hashes):
    """Fill `hashes`, uint64 of shape (n,), with the hash of each text."""
    for i in range(len(hashes)):
        hashes[i] = text_hash(texts, i, key)


@njit(cache=True, nogil=True)
def intern_integers(
    ids: NDArray[np.int64],
    key: int,
    table: NDArray[np.uint32],
    known: NDArray[np.int64],
    n: int,
    codes: NDArray[np.int32],
) -> int:
    """Give each id its code; return how many ids are known then.

    Parameters
    ----------
    ids : int64, shape (m,)
    key : uint64 of this run
    table : uint32, a power of two long: code + 1, or 0 where empty; filled
    known : int64, the id of each code, with room for n + m; filled
    n : ids that are known already
    codes : int32, shape (m,), filled

    Notes
    -----
    O(m) expected. The table holds codes alone, a quarter of what it takes to hold ids
    too: ids met lately lie together in `known`, so most looks at them are cheap.
    """
    place = np.empty(TOGETHER, np.uint64)
    code = np.empty(TOGETHER, np.uint32)
    found = np.empty(TOGETHER, np.int64)
    for begin in range(0, len(ids), TOGETHER):
        some = ids[begin : begin + TOGETHER]
        _look_up(some, key, table, known, place, code, found)
        for i in range(len(some)):
            if code[i] == 0 or found[i] != some[i]:
                at = _probe(some[i], place[i], table, known)
                if table[at] == 0:
                    known[n] = some[i]
                    n += 1
                    table[at] = n
                code[i] = table[at]
            codes[begin + i] = np.int64(code[i]) - 1
    return n


@njit(cache=True, nogil=True, forceinline=True)
def _look_up(ids, key, table, known, place, code, found):
    """Look at the first place of each id, and at the id of the code there.

    Step by step for all: nothing waits for the memory of another id, which takes two
    thirds of the time. An id that comes twice may find its place empty twice.
    """
    mask = uint64(len(table) - 1)
    for i in range(len(ids)):
        place[i] = mixed(uint64(ids[i]) ^ uint64(key)) & mask
    for i in range(len(ids)):
        code[i] = table[place[i]]
    for i in range(len(ids)):
        found[i] = known[max(np.int64(code[i]) - 1, 0)]


@njit(cache=True, nogil=True, forceinline=True)
def _probe(wanted, place, table, known):
    """Return the place of an id: where its code is, or where it is to go."""
    mask = uint64(len(table) - 1)
    while table[place] and known[uint64(table[place]) - uint64(1)] != wanted:
        place = (place + uint64(1)) & mask
    return place


@njit(cache=True, nogil=True)
def intern_texts(
    texts: Texts,
    key: int,
    table: NDArray[np.uint64],
    hashes: NDArray[np.uint64],
    known: Texts,
    n: int,
    codes: NDArray[np.int32],
) -> int:
    """Give each text its code; return how many texts are known then.

    Parameters
    ----------
    texts : the texts of m rows
    key, n, codes : as for `intern_integers`
    table : uint64, a power of two long: the upper half of the hash, then code + 1, or 0
        where empty; filled
    hashes : uint64, the hash of each code, with room for n + m; filled
    known : the text of each code, with room for all bytes of `texts`; filled

    Notes
    -----
    O(bytes) expected. Texts are compared byte by byte where their hashes agree; the
    half of the hash in the table spares looking at those where they do not.
    """
    mask = uint64(len(table) - 1)
    for row in range(len(codes)):
        wanted = text_hash(texts, row, key)
        place = wanted & mask
        while table[place]:
            if (table[place] ^ wanted) >> uint64(32) == uint64(0):
                code = np.int64(table[place] & CODE) - 1
                if _equal(texts, row, known, code):
                    break
            place = (place + uint64(1)) & mask
        if not table[place]:
            _append(texts, row, known, n)
            hashes[n] = wanted
            n += 1
            table[place] = (wanted & ~CODE) | uint64(n)
        codes[row] = np.int64(table[place] & CODE) - 1
    return n


@njit(cache=True, nogil=True, forceinline=True)
def _equal(texts, i, known, j):
    begin, other = texts.offset[i], known.offset[j]
    length = texts.offset[i + 1] - begin
    if known.offset[j + 1] - other != length:
        return False
    return are_same(texts.bytes, begin, known.bytes, other, length)


@njit(cache=True, nogil=True, forceinline=True)
def _append(texts, i, known, n):
    held = texts.bytes, texts.offset[i], texts.offset[i + 1]
    known.offset[n + 1] = copied(*held, known.bytes, known.offset[n])


@njit(cache=True, nogil=True)
def refill_integers(known, n, key, table):
    """Put all known ids into a larger, empty table. O(n) expected."""
    mask = uint64(len(table) - 1)
    for code in range(uint64(n)):
        place = mixed(uint64(known[code]) ^ uint64(key)) & mask
        while table[place]:
            place = (place + uint64(1)) & mask
        table[place] = code + uint64(1)


@njit(cache=True, nogil=True)
def refill_texts(hashes, n, table):
    """Put all known texts into a larger, empty table. O(n) expected."""
    mask = uint64(len(table) - 1)
    for code in range(n):
        place = hashes[code] & mask
        while table[place]:
            place = (place + uint64(1)) & mask
        table[place] = (hashes[code] & ~CODE) | uint64(code + 1)


@njit(cache=True, nogil=True)
def add_fingerprints(
    account: NDArray[np.int32],
    object: NDArray[np.int32],
    time_us: NDArray[np.int64],
    post: NDArray[np.int32],
    object_hash: NDArray[np.uint64],
    post_hash: NDArray[np.uint64],
    prints: NDArray[np.uint64],
) -> None:
    """Add a number per action to its account; equal sums mean equal actions.

    Parameters
    ----------
    account, object, time_us, post : columns of actions, in any order
    object_hash, post_hash : uint64 by code, made with a key that nobody knows
    prints : uint64 by account code, added to, modulo 2**64

    Notes
    -----
    O(n). A sum forgets the order, and tells how often an action occurs.
    """
    for row in range(len(account)):
        when = mixed(object_hash[object[row]] ^ mixed(time_us[row]))
        prints[account[row]] += mixed(when ^ post_hash[post[row]])
