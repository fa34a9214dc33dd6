"""The sweep and the shared units against plain twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.plain_coaction import Measures, Row, co_actions, prepared
from rasad.kernels import coaction as kernel
from rasad.kernels.windows import account_index, window_bounds

FAR = 1 << 53
N_ACCOUNTS, N_OBJECTS, N_POSTS = 5, 3, 6

ROWS = st.lists(
    st.builds(
        Row,
        account=st.integers(0, N_ACCOUNTS - 1),
        object=st.integers(0, N_OBJECTS - 1),
        time_us=st.sampled_from([0, 1, 2, 3, 5, 9, 10, FAR, FAR + 1, FAR + 4, -FAR]),
        post=st.integers(0, N_POSTS - 1),
    ),
    max_size=24,
)
LADDERS = st.sets(st.sampled_from([0, 1, 2, 4, 9, 2 * FAR]), min_size=1).map(sorted)


def swept(
    rows: list[Row], windows_us: list[int], room: int, pair_room: int
) -> list[tuple[int, int, int, Measures]]:
    """Run the kernel to the end with as little memory as given."""
    ready = prepared(rows)
    account = np.array([r.account for r in ready], np.int32)
    thing = np.array([r.object for r in ready], np.int32)
    time = np.array([r.time_us for r in ready], np.int64)
    post = np.array([r.post for r in ready], np.int32)
    unit = np.array([r.unit for r in ready], np.int32)
    first = np.array([r.first for r in ready], np.bool_)
    start = np.zeros(N_ACCOUNTS + 1, np.int64)
    position, left, right = (np.empty(len(rows), np.int32) for _ in range(3))
    account_index(account, start, position)
    window_bounds(thing, time, windows_us[-1], left, right)
    columns = kernel.ActionColumns(account, thing, time, post, unit, first)
    index = kernel.WindowIndex(start, position, left, right)
    out = np.empty((len(windows_us), room, kernel.N_MEASURES), np.int64)
    filled = np.zeros(len(windows_us), np.int64)
    ladder = np.array(windows_us, np.int64)
    sizes = N_ACCOUNTS, N_OBJECTS, N_POSTS
    work = kernel.make_workspace(*sizes, pair_room)
    found = []
    a, b = 0, 0
    while a < N_ACCOUNTS:
        step = columns, index, ladder, work, out, filled
        a, b, needed = kernel.sweep(*step, a, b, N_ACCOUNTS)
        found += [
            (place, *read(out[place, i]))
            for place in range(len(windows_us))
            for i in range(filled[place])
        ]
        if needed > len(work.gap):
            work = kernel.make_workspace(*sizes, needed)
    assert not work.counts.any()
    assert not work.seen_object.any()
    assert not work.seen_post.any()
    return sorted(found)


def read(line: np.ndarray) -> tuple[int, int, Measures]:
    """Return a, b and the measures of a line that the kernel wrote."""
    values = line.tolist()
    values[kernel.GAP_TWICE] /= 2
    return values[0], values[1], tuple(values[2:])


@given(rows=ROWS, windows_us=LADDERS)
@settings(max_examples=150, deadline=None)
def test_sweep_equals_looking_at_every_pair_of_rows(
    rows: list[Row], windows_us: list[int]
) -> None:
    assert swept(rows, windows_us, 20, 600) == co_actions(prepared(rows), windows_us)


@given(rows=ROWS, windows_us=LADDERS, room=st.integers(1, 3), pairs=st.integers(1, 9))
@settings(max_examples=80, deadline=None)
def test_sweep_goes_on_where_its_memory_ended(
    rows: list[Row], windows_us: list[int], room: int, pairs: int
) -> None:
    expected = co_actions(prepared(rows), windows_us)
    assert swept(rows, windows_us, room, pairs) == expected


@pytest.mark.parametrize("n", [1, kernel.INSERTION, kernel.INSERTION + 1, 60])
def test_many_posts_of_two_accounts_are_sorted_by_gap(n: int) -> None:
    times = np.random.default_rng(5).integers(0, 1000, (n, 2)).tolist()
    rows = [Row(a, 0, pair[a], a) for pair in times for a in (0, 1)]
    windows = [10, 100, 1000]
    assert swept(rows, windows, 4, 5000) == co_actions(prepared(rows), windows)


UNITS = st.lists(st.sets(st.integers(0, 60)), min_size=2, max_size=5)


@given(lists=UNITS)
@settings(max_examples=80, deadline=None)
def test_shared_units_are_the_intersection(lists: list[set[int]]) -> None:
    start = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    unit = np.array([u for units in lists for u in sorted(units)], np.int32)
    n = len(lists)
    a, b = (side.ravel().astype(np.int32) for side in np.indices((n, n)))
    shared = np.full(n * n, -1, np.int64)
    kernel.count_shared(start, unit, a, b, shared)
    expected = [len(lists[x] & lists[y]) for x, y in zip(a, b, strict=True)]
    assert shared.tolist() == expected
