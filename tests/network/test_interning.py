"""Codes of ids against a dictionary, in pieces that meet again what they have met."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.kernels.interning import TOGETHER
from rasad.network.interning import decimal_order, interner, with_room

LIMITS = st.integers(-(1 << 63), (1 << 63) - 1)
NUMBERS = st.one_of(st.integers(-3, 3), LIMITS)


@given(pieces=st.lists(st.lists(NUMBERS, max_size=300), max_size=4))
@settings(max_examples=60, deadline=None)
def test_equal_ids_get_equal_codes_in_the_order_in_which_they_are_met(
    pieces: list[list[int]],
) -> None:
    known: dict[int, int] = {}
    numbers, texts = interner(pa.int64()), interner(pa.large_string())
    for piece in pieces:
        expected = [known.setdefault(value, len(known)) for value in piece]
        assert numbers.codes(pa.array(piece, pa.int64())).tolist() == expected
        written = pa.array(map(str, piece), pa.large_string())
        assert texts.codes(written).tolist() == expected
    assert len(numbers) == len(texts) == len(known)
    everything = np.arange(len(known), dtype=np.int32)
    for ids in (numbers, texts):
        assert ids.ids(everything).to_pylist() == list(map(str, known))
        order = ids.order(everything).tolist()
        assert [list(map(str, known))[i] for i in order] == sorted(map(str, known))


@pytest.mark.parametrize("n", [1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 50_000])
def test_an_id_that_is_met_twice_while_it_is_looked_up_is_one(n: int) -> None:
    ids = np.repeat(np.arange(n, dtype=np.int64) << 40, 3)
    codes = interner(pa.int64()).codes(pa.array(ids))
    assert codes.tolist() == np.repeat(np.arange(n), 3).tolist()


@given(numbers=st.lists(st.integers(0, (1 << 63) - 1), max_size=40))
@settings(max_examples=60, deadline=None)
def test_numbers_are_ordered_as_their_digits_are(numbers: list[int]) -> None:
    order = decimal_order(np.array(numbers, np.uint64)).tolist()
    assert [str(numbers[i]) for i in order] == sorted(map(str, numbers))


def test_room_grows_by_half_so_that_nothing_is_copied_again_and_again() -> None:
    array, copied = np.empty(0, np.int64), 0
    for used in range(0, 100_000, 100):
        grown = with_room(array, used, 1000)
        copied += used if grown is not array else 0
        array = grown
    assert copied < 3 * 100_000
