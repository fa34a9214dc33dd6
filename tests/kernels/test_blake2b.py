"""Many texts hashed together, and the standard library's hash of each."""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.kernels.blake2b import BLOCK, LANES, digests
from rasad.kernels.interning import Texts


def texts(content: list[bytes], kind: type[np.signedinteger] = np.int64) -> Texts:
    offset = np.cumsum([0, *map(len, content)])
    return Texts(np.frombuffer(b"".join(content), np.uint8), offset.astype(kind))


def one_by_one(content: list[bytes]) -> bytes:
    return b"".join(blake2b(one, digest_size=16).digest() for one in content)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_texts_of_every_length_have_their_hashes(
    kind: type[np.signedinteger],
) -> None:
    random = np.random.default_rng(1)
    content = [random.bytes(length) for length in range(5 * BLOCK + 2)]
    random.shuffle(content)
    assert digests(texts(content, kind)) == one_by_one(content)


@given(st.lists(st.binary(max_size=3 * BLOCK), max_size=3 * LANES))
def test_any_texts_have_their_hashes(content: list[bytes]) -> None:
    assert digests(texts(content)) == one_by_one(content)


def test_a_long_text_beside_short_ones_has_its_hash() -> None:
    random = np.random.default_rng(2)
    content = [b"a", random.bytes(1_000_003), b"", b"abc", random.bytes(BLOCK)]
    assert digests(texts(content)) == one_by_one(content)


def test_texts_may_begin_anywhere_in_their_bytes() -> None:
    held = texts([b"left out", b"one", b"two" * BLOCK])
    some = Texts(held.bytes, held.offset[1:])
    ends = pairwise(some.offset.tolist())
    content = [held.bytes[begin:end].tobytes() for begin, end in ends]
    assert digests(some) == one_by_one(content)


def test_no_text_has_no_hash() -> None:
    assert digests(texts([])) == b""
