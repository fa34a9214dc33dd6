"""The sweep and the shared units against plain twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.plain_coaction import Measures, Row, co_actions, prepared
from rasad.kernels import arrays
from rasad.kernels.coaction import LAST_STAMP, sweep
from rasad.kernels.lists import index_rows, lay_facts, mark_runs, number_posts
from rasad.kernels.measures import INSERTION
from rasad.kernels.pair_search import DENSE, find_pairs, measure_pairs
from rasad.kernels.shared import count_shared

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


def laid_out(
    rows: list[Row], window_us: int, place: int = 0
) -> tuple[arrays.ActionLists, arrays.AccountRows]:
    """Index rows as the kernel wants them, with counters from a place on."""
    ready = prepared(rows)
    account = np.array([r.account for r in ready], np.int32)
    time = np.array([r.time_us for r in ready], np.int64)
    first = np.array([r.first for r in ready], np.bool_)
    thing = np.array([r.object for r in ready], np.int64)
    start = np.searchsorted(thing, np.arange(N_OBJECTS + 1)).astype(np.int64)
    owned = np.zeros(N_ACCOUNTS + 1, np.int64)
    np.cumsum(np.bincount(account, minlength=N_ACCOUNTS), out=owned[1:])
    entry, post = np.empty((len(ready), 4), np.int32), np.empty(len(ready), np.int32)
    last, objects = (np.full(N_ACCOUNTS, n, np.int32) for n in (-1, 0))
    steps = np.zeros(N_ACCOUNTS, np.int64)
    cursor = owned[:-1].copy()
    lists = start, account, time, window_us, (0, N_ACCOUNTS)
    index_rows(*lists, cursor, last, objects, entry, steps, 0, N_OBJECTS)
    code = np.array([r.post for r in ready], np.int32)
    number_posts(owned, entry[:, arrays.POSITION].copy(), code, post)
    fact = np.empty((len(ready), 2), np.int64)
    lay_facts(time, first, post, fact)
    slot = np.array([3, 0, 4, 1, 2], np.int32) + np.int32(place)
    after = np.empty(len(ready), np.int32)
    mark_runs(start, account, after)
    actions = arrays.ActionLists(account, slot[account], after, fact)
    return actions, arrays.AccountRows(owned, entry, slot)


def swept(
    rows: list[Row],
    windows_us: list[int],
    room: int,
    pair_room: int,
    least: int = 1,
) -> list[tuple[int, int, int, Measures]]:
    """Run the kernel to the end with as little memory as given."""
    lists, index = laid_out(rows, windows_us[-1])
    question = arrays.Question(np.array(windows_us, np.int64), least, False)
    shape = (len(windows_us), room, arrays.N_MEASURES)
    out = arrays.Output(np.empty(shape, np.int64), np.zeros(len(windows_us), np.int64))
    sizes = N_ACCOUNTS, N_OBJECTS, N_POSTS
    work = arrays.make_workspace(*sizes, pair_room)
    work.stamp[0] = LAST_STAMP - 9  # soon after, all counters start anew
    found = []
    a, skip = 0, 0
    while a < N_ACCOUNTS:
        step = lists, index, question, work, out
        a, skip = sweep(*step, a, skip, N_ACCOUNTS)
        found += [
            (place, *read(out.rows[place, i]))
            for place in range(len(windows_us))
            for i in range(out.filled[place])
        ]
    assert not work.seen_object.any()
    assert not work.seen_post.any()
    return sorted(found)


def read(line: np.ndarray) -> tuple[int, int, Measures]:
    """Return a, b and the measures of a line that the kernel wrote."""
    values = line.tolist()
    values[arrays.GAP_TWICE] /= 2
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


@given(rows=ROWS, windows_us=LADDERS, least=st.integers(2, 3))
@settings(max_examples=80, deadline=None)
def test_pairs_with_too_few_objects_are_left_out_window_by_window(
    rows: list[Row], windows_us: list[int], least: int
) -> None:
    everything = co_actions(prepared(rows), windows_us)
    enough = [found for found in everything if found[3][0] >= least]
    assert swept(rows, windows_us, 20, 600, least) == enough
    assert searched(rows, windows_us, 20, 600, least) == enough
    assert searched(rows, windows_us, 1, 2, least) == enough
    assert searched(rows, windows_us, 20, 600, least, DENSE) == enough


def searched(
    rows: list[Row],
    windows_us: list[int],
    room: int,
    pair_room: int,
    least: int,
    place: int = 0,
) -> list[tuple[int, int, int, Measures]]:
    """Find the pairs first, a few accounts at a time, then measure them."""
    lists, index = laid_out(rows, windows_us[-1], place)
    question = arrays.Question(np.array(windows_us, np.int64), least, False)
    shape = (len(windows_us), room, arrays.N_MEASURES)
    out = arrays.Output(np.empty(shape, np.int64), np.zeros(len(windows_us), np.int64))
    sizes = N_ACCOUNTS + place, N_OBJECTS, N_POSTS
    work = arrays.make_workspace(*sizes, pair_room)
    work.stamp[0] = LAST_STAMP - 9
    pairs, a = np.empty(N_ACCOUNTS if place == 0 else 1000, np.uint64), 0
    found: list[int] = []
    while a < N_ACCOUNTS:
        a, n = find_pairs(lists, index, work, least, a, N_ACCOUNTS, pairs)
        found += pairs[:n].tolist()
    measured, i, wanted = [], 0, np.array(sorted(found), np.uint64)
    while i < len(wanted):
        i = measure_pairs(lists, index, question, work, out, wanted, i)
        measured += [
            (place, *read(out.rows[place, n]))
            for place in range(len(windows_us))
            for n in range(out.filled[place])
        ]
    return sorted(measured)


@pytest.mark.parametrize("n", [1, INSERTION, INSERTION + 1, 60])
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
    count_shared(start, unit, a, b, shared)
    expected = [len(lists[x] & lists[y]) for x, y in zip(a, b, strict=True)]
    assert shared.tolist() == expected
