"""BLAKE2b of many texts, four at a time in the wide registers of the processor.

The standard library hashes one text in a call, and holds the interpreter's lock while
it does. Here all threads go on, and four texts take each step together. That needs
instructions on vectors, for which a loop has no word: `_compress` is written in the
language below, and what the processor has of them is chosen when it is compiled.

The function is that of RFC 7693, without a key, for hashes of sixteen bytes.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

import numpy as np
from llvmlite import ir
from numba import config, njit, types, uint64
from numba.extending import intrinsic

from rasad.kernels.bytewise import rest_at, word_at
from rasad.kernels.interning import Texts

DIGEST = 16
"""Bytes of a hash."""

BLOCK, WORDS = 128, 16
"""Bytes, and words of eight bytes, that are worked in at once."""

LANES = 4
"""Texts that are hashed together."""

START = (
    *(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
    *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
)
"""IV, section 2.6."""

ORDER = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
"""SIGMA, section 2.7: which words each round takes."""

ROUNDS = 12

MIXED = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)
"""Which four of the sixteen values each step of a round mixes."""

FIRST = np.array(START, np.uint64)
FIRST[0] ^= np.uint64(0x01010000 ^ DIGEST)

WORD = ir.IntType(64)
VECTOR = ir.VectorType(WORD, LANES)


def digests(texts: Texts) -> bytes:
    """Return the BLAKE2b hash of each text, `DIGEST` bytes each, one after another.

    Examples
    --------
    >>> digests(Texts(np.frombuffer(b"abc", np.uint8), np.array([0, 3]))).hex()
    'cf4ab791c62b8d2b2109c90275287816'
    """
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        # Without a compiler there are no vectors.
        return _one_by_one(texts)
    # One kind of array for all, and so one loop that is compiled.
    content, offset = texts.bytes.view(), texts.offset.astype(np.int64)
    content.flags.writeable = False
    blocks = (np.diff(offset) + BLOCK - 1) // BLOCK
    out = np.empty((len(blocks), DIGEST // 8), np.uint64)
    hash_each(content, offset, np.argsort(blocks, kind="stable"), out)
    return out.astype("<u8", copy=False).tobytes()


def _one_by_one(texts: Texts) -> bytes:
    content = texts.bytes.tobytes()
    return b"".join(
        blake2b(content[begin:end], digest_size=DIGEST).digest()
        for begin, end in pairwise(texts.offset.tolist())
    )


@njit(cache=True, nogil=True)
def hash_each(content, offset, order, out):
    """Write the hash of each text.

    Parameters
    ----------
    content : uint8
        The bytes of all texts.
    offset : int64, shape (n + 1,)
        Where each begins.
    order : int64, shape (n,)
        The texts, those of fewer blocks first.
    out : uint64, shape (n, 2)
        Filled: two words of eight bytes, the first byte the lowest.
    """
    state = np.empty((8, LANES), np.uint64)
    words = np.empty((WORDS, LANES), np.uint64)
    count = np.empty(LANES, np.uint64)
    final = np.empty(LANES, np.uint64)
    for first in range(0, len(order), LANES):
        for row in range(8):
            state[row, :] = FIRST[row]
        longest = order[min(first + LANES, len(order)) - 1]
        for block in range(_blocks(offset[longest + 1] - offset[longest])):
            for lane in range(LANES):
                text = order[min(first + lane, len(order) - 1)]
                begin, end = offset[text], offset[text + 1]
                _read(content, begin + block * BLOCK, end, words, lane)
                count[lane] = min((block + 1) * BLOCK, end - begin)
                is_last = block + 1 >= _blocks(end - begin)
                final[lane] = ~uint64(0) if is_last else uint64(0)
            _compress(state, words, count, final)  # type: ignore[call-arg]
            for lane in range(LANES):
                text = order[min(first + lane, len(order) - 1)]
                # A shorter text is worked on beyond its end, and that counts no more.
                if block + 1 == _blocks(offset[text + 1] - offset[text]):
                    out[text, 0], out[text, 1] = state[0, lane], state[1, lane]


@njit(cache=True, nogil=True, forceinline=True)
def _blocks(size):
    """Return of how many blocks a text is; the empty one has a block, too."""
    return max((size + BLOCK - 1) // BLOCK, 1)


@njit(cache=True, nogil=True, forceinline=True)
def _read(content, place, end, words, lane):
    """Read a block of a text as words, zeros after its end."""
    if place + BLOCK <= end:
        for word in range(WORDS):
            words[word, lane] = word_at(content, place + 8 * word)
        return
    for word in range(WORDS):
        words[word, lane] = rest_at(content, place, min(end, place + 8))
        place += 8


@intrinsic
def _compress(typing, state, words, count, final):
    """Work a block of each of four texts into their states; section 3.2."""

    def codegen(context, builder, signature, arguments):
        state, words, count, final = (
            _Rows(context, builder, kind, argument)
            for kind, argument in zip(signature.args, arguments, strict=True)
        )
        start = [_same(one) for one in START]
        before = [state.read(row) for row in range(8)]
        v = before + start
        v[12] = builder.xor(v[12], count.read(0))
        v[14] = builder.xor(v[14], final.read(0))
        m = [words.read(row) for row in range(WORDS)]
        for number in range(ROUNDS):
            taken = iter(ORDER[number % len(ORDER)])
            for mixed in MIXED:
                _mix(builder, v, mixed, m[next(taken)], m[next(taken)])
        for row, one in enumerate(before):
            state.write(row, builder.xor(one, builder.xor(v[row], v[row + 8])))
        return context.get_dummy_value()

    return types.void(state, words, count, final), codegen


def _mix(builder, v, places, x, y):
    """Mix four values with two words: function G, section 3.1."""
    a, b, c, d = places
    for word, of_d, of_b in ((x, 32, 24), (y, 16, 63)):
        v[a] = builder.add(builder.add(v[a], v[b]), word)
        v[d] = _rotated(builder, builder.xor(v[d], v[a]), of_d)
        v[c] = builder.add(v[c], v[d])
        v[b] = _rotated(builder, builder.xor(v[b], v[c]), of_b)


def _rotated(builder, value, bits):
    """Rotate each word to the right."""
    right = builder.lshr(value, _same(bits))
    return builder.or_(right, builder.shl(value, _same(64 - bits)))


def _same(number):
    """Return a number in all lanes."""
    return ir.Constant(VECTOR, [number] * LANES)


class _Rows:
    """An array of words as rows of one word for each lane."""

    def __init__(self, context, builder, kind, value):
        data = context.make_array(kind)(context, builder, value).data
        self._builder = builder
        self._rows = builder.bitcast(data, VECTOR.as_pointer())

    def read(self, row):
        """Return a row."""
        return self._builder.load(self._at(row), align=8)

    def write(self, row, value):
        """Put a row back."""
        self._builder.store(value, self._at(row), align=8)

    def _at(self, row):
        return self._builder.gep(self._rows, [ir.Constant(WORD, row)])
