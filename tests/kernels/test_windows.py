"""The linear loops over windows against their definitions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.kernels.windows import (
    account_index,
    pairs_by_object,
    pairs_within,
    window_bounds,
)

FAR = 1 << 53
MOMENTS = st.sampled_from([0, 1, 2, 3, 7, 8, 20, FAR, FAR + 1, -FAR])
ROWS = st.lists(st.tuples(st.integers(0, 3), MOMENTS), max_size=20).map(sorted)
WINDOWS = st.sampled_from([0, 1, 5, 1000, 4 * FAR])


@given(rows=ROWS, window=WINDOWS)
@settings(max_examples=60, deadline=None)
def test_bounds_hold_exactly_the_rows_in_the_window(
    rows: list[tuple[int, int]], window: int
) -> None:
    left, right = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    thing = np.array([r[0] for r in rows], np.int32)
    time = np.array([r[1] for r in rows], np.int64)
    window_bounds(thing, time, window, left, right)
    for place, row in enumerate(rows):
        inside = [
            i
            for i, other in enumerate(rows)
            if other[0] == row[0] and abs(other[1] - row[1]) <= window
        ]
        assert inside == list(range(left[place], right[place]))


@given(rows=ROWS, window=WINDOWS)
@settings(max_examples=60, deadline=None)
def test_pairs_are_counted_without_being_made(
    rows: list[tuple[int, int]], window: int
) -> None:
    thing = np.array([r[0] for r in rows], np.int32)
    time = np.array([r[1] for r in rows], np.int64)
    near = abs(time[:, None] - time[None, :]) <= window
    pairs = np.triu(near & (thing[:, None] == thing[None, :]), k=1)
    by_object = np.zeros(4, np.int64)
    pairs_by_object(thing, thing, time, window, by_object)
    assert pairs_within(thing, time, window) == pairs.sum()
    assert by_object.tolist() == [pairs[thing == code].sum() for code in range(4)]


@given(codes=st.lists(st.integers(0, 5), max_size=20))
@settings(max_examples=40, deadline=None)
def test_every_account_finds_its_rows_in_ascending_order(codes: list[int]) -> None:
    account = np.array(codes, np.int32)
    start, rows = np.zeros(7, np.int64), np.empty(len(codes), np.int32)
    account_index(account, start, rows)
    assert start[0] == 0
    for code in range(6):
        owned = rows[start[code] : start[code + 1]]
        assert owned.tolist() == np.flatnonzero(account == code).tolist()
