"""Exact co-actions: against a plain twin, on toy cases, real data and crowds."""

from __future__ import annotations

from dataclasses import fields, replace
from math import sqrt
from pathlib import Path
from types import FunctionType
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernels.plain_coaction import Row, co_actions, post_pairs, prepared
from numpy.typing import NDArray

from rasad.kernels.coaction import sweep
from rasad.network import sweep as sweeping
from rasad.network.coaction import (
    Actions,
    Coactions,
    Limits,
    count_coactions,
    sort_actions,
)

SECOND = 1_000_000
DAY = 86_400
SMALL = isinstance(sweep, FunctionType)
"""Without compilation the same tests run on smaller inputs."""

MEASURES = (
    "n_objects",
    "n_first",
    "n_posts_a",
    "n_posts_b",
    "n_pairs",
    "first_us",
    "last_us",
    "median_gap_us",
    "n_a_first",
    "n_b_first",
)

ROWS = st.lists(
    st.builds(
        Row,
        account=st.integers(0, 5),
        object=st.integers(0, 2),
        time_us=st.sampled_from(
            [0, 1, 4 * SECOND, 10 * SECOND, 10 * SECOND + 1, (DAY - 3) * SECOND]
            + [DAY * SECOND, (DAY + 8) * SECOND, -5 * SECOND, 1 << 53, (1 << 53) + 1]
        ),
        post=st.integers(0, 7),
    ),
    max_size=30,
)
LADDERS = st.sets(st.sampled_from([1, 4, 10, 60, 2 * DAY]), min_size=1).map(sorted)


def sorted_actions(rows: list[Row], *, long_lived: bool = False) -> Actions:
    """Give rows to `sort_actions` in the order in which they are."""
    c = np.array([r[:4] for r in rows], np.int64).reshape(-1, 4).T
    return sort_actions(c[0], c[1], c[2], c[3], long_lived)


def counted(actions: Actions, windows_s: list[int], **options: Any) -> Coactions:
    """Count with every account eligible, unless told otherwise."""
    n = int(actions.account.max(initial=-1)) + 1
    ordinary = {"eligible": np.ones(n, np.bool_), "account_hash": hashes(n)}
    return count_coactions(actions, windows_s, **{**ordinary, **options})


def hashes(n: int) -> NDArray[np.uint64]:
    """Return evenly spread numbers, one per account."""
    return np.random.default_rng(1).integers(0, 1 << 64, n, np.uint64, endpoint=False)


def as_rows(found: Coactions) -> list[tuple[Any, ...]]:
    """Return co-actions in the form of the plain twin, in the order they have."""
    place = {window: i for i, window in enumerate(found.windows_s)}
    columns = [getattr(found, name).tolist() for name in MEASURES]
    pairs = zip(found.account_a.tolist(), found.account_b.tolist(), strict=True)
    lines = zip(found.window_s.tolist(), pairs, *columns, strict=True)
    return [(place[w], *pair, tuple(rest)) for w, pair, *rest in lines]


def assert_identical(one: Coactions, other: Coactions) -> None:
    """Compare every array and number, and their types."""
    for item in fields(Coactions):
        left, right = getattr(one, item.name), getattr(other, item.name)
        assert np.asarray(left).dtype == np.asarray(right).dtype
        assert np.array_equal(left, right), item.name


@given(rows=ROWS, windows_s=LADDERS, long_lived=st.booleans())
@settings(max_examples=150, deadline=None)
def test_counts_equal_looking_at_every_pair_of_rows(
    rows: list[Row], windows_s: list[int], long_lived: bool
) -> None:
    ready = prepared(rows, long_lived=long_lived)
    found = counted(sorted_actions(rows, long_lived=long_lived), windows_s)
    windows_us = [w * SECOND for w in windows_s]
    assert as_rows(found) == co_actions(ready, windows_us)
    assert found.gap_counts.tolist() == histogram(ready, found.gap_edges_s.tolist())
    assert not found.untested_left_out
    assert (found.n_capped_objects, found.n_pairs_lost) == (0, 0)


def histogram(rows: list[Row], edges_s: list[int]) -> list[int]:
    """Count gaps into right-closed bins, the first including its lower edge."""
    below = [len(post_pairs(rows, edge * SECOND)) for edge in edges_s[1:]]
    return [b - a for a, b in zip([0, *below], below, strict=False)]


@given(rows=ROWS, windows_s=LADDERS, seed=st.integers(0, 99), long_lived=st.booleans())
@settings(max_examples=60, deadline=None)
def test_neither_order_nor_threads_nor_memory_change_a_bit(
    rows: list[Row], windows_s: list[int], seed: int, long_lived: bool
) -> None:
    one = counted(sorted_actions(rows, long_lived=long_lived), windows_s)
    shuffled = np.random.default_rng(seed).permutation(len(rows))
    again = [rows[i] for i in shuffled]
    mixed = sorted_actions(again, long_lived=long_lived)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeping, "OUTPUT_ROOM", 2)
        patch.setattr(sweeping, "PAIR_ROOM", 3)
        patch.setattr(sweeping, "SMALLEST_RANGE", 4)
        two = counted(mixed, windows_s, threads=2)
    assert_identical(one, two)


def test_two_shared_hashtags_of_one_post_pair_are_two_objects_and_one_post_each() -> (
    None
):
    rows = [Row(0, 0, 0, 0), Row(0, 1, 0, 0), Row(1, 0, 5, 1), Row(1, 1, 5, 1)]
    found = counted(sorted_actions(rows), [10])
    assert as_rows(found) == [(0, 0, 1, (2, 2, 1, 1, 2, 0, 5, 5.0, 2, 0))]


def test_six_posts_around_one_are_one_object_and_six_pairs() -> None:
    rows = [Row(0, 0, i * SECOND, i) for i in range(6)] + [Row(1, 0, 0, 6)]
    found = counted(sorted_actions(rows), [10])
    measured = (1, 1, 6, 1, 6, 0, 5 * SECOND, 2.5 * SECOND, 0, 5)
    assert as_rows(found) == [(0, 0, 1, measured)]


def test_median_gap_is_the_mean_of_the_two_middle_ones() -> None:
    rows = [Row(1, 0, 0, 0), Row(0, 0, 3 * SECOND, 1), Row(0, 0, 8 * SECOND, 2)]
    found = counted(sorted_actions(rows), [10])
    measured = (1, 1, 2, 1, 2, 0, 8 * SECOND, 5.5 * SECOND, 0, 2)
    assert as_rows(found) == [(0, 0, 1, measured)]


def test_an_account_may_pair_once_with_each_of_two_others() -> None:
    rows = [Row(0, 0, 0, 0), Row(1, 0, 1, 1), Row(0, 1, 0, 2), Row(2, 1, 1, 3)]
    found = counted(sorted_actions(rows), [10])
    pairs = zip(found.account_a, found.account_b, found.n_objects, strict=True)
    assert list(pairs) == [(0, 1, 1), (0, 2, 1)]


def test_a_window_includes_its_bound() -> None:
    rows = [Row(0, 0, 0, 0), Row(1, 0, 10 * SECOND, 1), Row(2, 0, 20 * SECOND + 1, 2)]
    found = counted(sorted_actions(rows), [10])
    assert as_rows(found) == [
        (0, 0, 1, (1, 1, 1, 1, 1, 0, 10 * SECOND, 10.0 * SECOND, 1, 0))
    ]


def test_first_actions_of_long_lived_objects_are_first_of_their_day() -> None:
    days = (0, DAY * SECOND, 2 * DAY * SECOND)
    rows = [Row(a, 0, day + a, 2 * i + a) for i, day in enumerate(days) for a in (0, 1)]
    brief = counted(sorted_actions(rows), [1])
    lasting = counted(sorted_actions(rows, long_lived=True), [1])
    assert (brief.n_first.tolist(), brief.n_pairs.tolist()) == ([1], [3])
    assert (lasting.n_first.tolist(), lasting.n_objects.tolist()) == ([3], [1])


@pytest.mark.parametrize("rows", [[], [Row(0, 0, 0, 0)], [Row(0, 0, 0, 0)] * 3])
def test_nothing_co_acts_without_a_second_account(rows: list[Row]) -> None:
    found = counted(sorted_actions(rows), [10, 60], threads=2)
    assert len(found) == 0
    assert found.window_s.dtype == np.int32
    assert found.median_gap_us.dtype == np.float64
    assert found.gap_counts.sum() == 0
    assert found.window_slice(1) == slice(0, 0)


def test_a_trace_without_windows_gives_an_empty_result() -> None:
    found = counted(sorted_actions([Row(0, 0, 0, 0), Row(1, 0, 0, 1)]), [])
    assert (len(found), found.n_windows, len(found.gap_counts)) == (0, 0, 0)
    assert found.window_slice(-1) == slice(0, 0)


def test_histogram_edges_double_beyond_an_hour_and_end_with_the_window() -> None:
    rows = [Row(0, 0, 0, 0), Row(1, 0, 0, 1), Row(2, 0, 9000 * SECOND, 2)]
    found = counted(sorted_actions(rows), [10_000])
    assert found.gap_edges_s[-3:].tolist() == [3600, 7200, 10_000]
    assert found.gap_counts.tolist() == [1, *[0] * 13, 2]


# --- what is left out -----------------------------------------------------------------


def crowd(n: int, *, objects: int = 1) -> Actions:
    """Return n accounts that use the same objects within two minutes."""
    account = np.tile(np.arange(n), objects)
    thing = np.repeat(np.arange(objects), n)
    time = account * (120 * SECOND // n)
    return sort_actions(account, thing, time, np.arange(n * objects), False)


def test_untested_accounts_go_first_and_the_others_keep_exact_counts() -> None:
    actions = crowd(60, objects=2)
    eligible = np.arange(60) % 3 == 0
    everything = counted(actions, [10, 60], eligible=eligible)
    limits = Limits(untested_pairs=1000)
    less = counted(actions, [10, 60], eligible=eligible, limits=limits)
    kept = eligible[everything.account_a] & eligible[everything.account_b]
    assert not everything.untested_left_out
    assert less.untested_left_out
    assert less.n_pairs_lost == 0
    for name in ("window_s", "account_a", "account_b", *MEASURES):
        expected = getattr(everything, name)[kept]
        assert np.array_equal(getattr(less, name), expected)
    assert np.array_equal(less.gap_counts, everything.gap_counts)


def test_a_crowd_in_one_window_is_thinned_and_the_loss_is_counted() -> None:
    n, most = (300, 2_000) if SMALL else (20_000, 400_000)
    limits = Limits(untested_pairs=most, pairs=most, co_actions=most)
    found = counted(crowd(n), [120], limits=limits)
    everything = n * (n - 1) // 2
    assert found.gap_counts.sum() == everything
    assert found.n_capped_objects == 1
    assert found.n_pairs_lost == everything - len(found)
    low = hashes(n) < int(sqrt(most / everything) * 2.0**64)
    assert len(found) == low.sum() * (low.sum() - 1) // 2
    assert np.array_equal(np.unique(found.account_a), np.flatnonzero(low)[:-1])


def test_only_objects_above_the_cap_are_thinned() -> None:
    busy, quiet = crowd(40), crowd(5)
    limits = Limits(pairs=110, co_actions=110)
    actions = sort_actions(
        np.concatenate([busy.account, quiet.account]),
        np.concatenate([busy.object, quiet.object + 1]),
        np.concatenate([busy.time_us, quiet.time_us]),
        np.arange(45),
        False,
    )
    found = counted(actions, [120], limits=limits)
    cap = 100  # the quiet object has 10 co-actions, the busy one 780
    low = hashes(40) < int(sqrt(cap / 780) * 2.0**64)
    assert found.n_capped_objects == 1
    assert found.n_pairs.sum() == low.sum() * (low.sum() - 1) // 2 + 10
    assert found.n_pairs_lost == 790 - found.n_pairs.sum()


def test_a_cap_below_one_pair_per_object_leaves_nothing() -> None:
    limits = Limits(pairs=2, co_actions=2)
    found = counted(crowd(10, objects=3), [120], limits=limits)
    assert (len(found), found.n_capped_objects, found.n_pairs_lost) == (0, 3, 135)


@given(rows=ROWS, windows_s=LADDERS, pairs=st.integers(0, 12))
@settings(max_examples=80, deadline=None)
def test_above_the_limit_pairs_with_one_object_are_left_out_and_others_are_exact(
    rows: list[Row], windows_s: list[int], pairs: int
) -> None:
    actions = sorted_actions(rows)
    everything = as_rows(counted(actions, windows_s))
    several = [found for found in everything if found[3][0] > 1]
    longest = len(windows_s) - 1
    found = counted(actions, windows_s, limits=Limits(pairs=pairs))
    few = sum(place == longest for place, *_ in several) <= pairs
    crowded = int(found.gap_counts.sum()) > pairs
    assert found.single_left_out == (crowded and few)
    if found.single_left_out:
        assert as_rows(found) == several
        assert (found.n_capped_objects, found.n_pairs_lost) == (0, 0)
    elif not crowded:
        assert as_rows(found) == everything


def test_too_many_co_actions_to_walk_are_thinned_even_where_few_pairs_repeat() -> None:
    walked = counted(crowd(60), [120], limits=Limits(pairs=100))
    thin = counted(crowd(60), [120], limits=Limits(pairs=100, co_actions=1000))
    assert (walked.single_left_out, len(walked)) == (True, 0)
    assert not thin.single_left_out
    assert thin.n_capped_objects == 1


def test_a_popular_object_without_co_actions_costs_nothing() -> None:
    n = 2_000 if SMALL else 1_000_000
    account = np.arange(n) % (n // 2)
    times = np.arange(n) * 61 * SECOND
    actions = sort_actions(account, np.zeros(n, int), times, np.arange(n), False)
    found = counted(actions, [10, 60], threads=2)
    assert len(found) == 0
    assert found.gap_counts.sum() == 0


# --- progress and interruption --------------------------------------------------------


def test_progress_reaches_its_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "SMALLEST_RANGE", 50)
    calls: list[tuple[str, int, int]] = []
    counted(crowd(50), [120], threads=2, progress=lambda *call: calls.append(call))
    done = [step for _, step, _ in calls]
    assert len(calls) > 1
    assert done == sorted(done)
    stage, last, total = calls[-1]
    assert (stage, last) == ("co-actions", total)


def test_an_interruption_stops_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "SMALLEST_RANGE", 10)
    calls = []

    def interrupted(stage: str, done: int, total: int) -> None:
        calls.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        counted(crowd(200), [120], threads=2, progress=interrupted)
    assert len(calls) == 1


# --- checks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"account": np.array([0, 1], np.int64)}, "account must be int32"),
        ({"time_us": np.array([0])}, "time_us must be int64"),
        ({"post": np.array([0], np.int32)}, "post must be as long"),
        ({"post": np.arange(4, dtype=np.int32)[::2]}, "contiguous"),
        ({"account": np.array([0, -1], np.int32)}, "codes must lie"),
        ({"n_accounts": 1}, "above every account code"),
        ({"time_us": np.array([0, 1 << 62])}, "within 2\\*\\*60"),
        ({"time_us": np.array([9, 3])}, "rows must be sorted"),
        ({"account": np.array([1, 0], np.int32)}, "rows must be sorted"),
        ({"start": np.array([0, 1])}, "end with the number of rows"),
        ({"start": np.array([0, 3, 2])}, "must not descend"),
    ],
)
def test_unusable_actions_are_refused(changes: dict[str, Any], message: str) -> None:
    actions = sorted_actions([Row(0, 0, 0, 0), Row(1, 0, 0, 1)])
    with pytest.raises(ValueError, match=message):
        replace(actions, **changes)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        sort_actions(np.zeros(2, int), np.zeros(1, int), np.zeros(2, int), None, False)


def test_a_code_that_does_not_fit_is_refused_not_wrapped() -> None:
    zero = np.zeros(1, np.int64)
    with pytest.raises(ValueError, match="codes must lie"):
        sort_actions(zero + (1 << 32), zero, zero, zero, False)


@pytest.mark.parametrize("windows_s", [[-1, 10], [10, 10], [60, 10]])
def test_windows_must_ascend_from_zero(windows_s: list[int]) -> None:
    with pytest.raises(ValueError, match="must ascend"):
        counted(crowd(3), windows_s)


@pytest.mark.parametrize(
    "options",
    [
        {"eligible": np.ones(2, np.bool_)},
        {"eligible": np.ones(4, np.bool_)},
        {"eligible": np.ones(3, np.int8)},
        {"account_hash": np.ones(3, np.int64)},
    ],
)
def test_every_account_needs_its_eligibility_and_hash(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="eligible"):
        counted(crowd(3), [10], **options)


# --- real data ------------------------------------------------------------------------


def russian(shared_data: Path, condition: str) -> Actions:
    """Read the parity table, as far as a condition on its rows holds."""
    path = str(shared_data / "parity" / "coortweet_russian.parquet")
    query = f"""
        WITH numbered AS (
            SELECT *, row_number() OVER (
                PARTITION BY content_id ORDER BY file_row_number
            ) AS nth_of_content
            FROM read_parquet($path, file_row_number = true)
        )
        SELECT dense_rank() OVER (ORDER BY account_id) - 1 AS account,
            dense_rank() OVER (ORDER BY object_id) - 1 AS object,
            timestamp_share * 1000000 AS time_us,
            dense_rank() OVER (ORDER BY content_id) - 1 AS post
        FROM numbered WHERE {condition}
    """  # noqa: S608 - the conditions are written below
    c = duckdb.execute(query, {"path": path}).fetchnumpy()
    return sort_actions(c["account"], c["object"], c["time_us"], c["post"], False)


@pytest.mark.data
@pytest.mark.parametrize(
    ("condition", "edges", "pairs"),
    [
        ("true", [1_092, 6_206, 276_982], [1_098, 6_281, 290_963]),
        ("nth_of_content = 1", [1_092, 6_206, 276_975], [1_098, 6_281, 290_955]),
    ],
)
def test_parity_with_the_reference_implementation_in_r(
    shared_data: Path, condition: str, edges: list[int], pairs: list[int]
) -> None:
    windows = [10, 60] if SMALL else [10, 60, 3600]
    found = counted(russian(shared_data, condition), windows, threads=2)
    for place in range(len(windows)):
        at = found.window_slice(place)
        assert at.stop - at.start == edges[place]
        assert found.n_pairs[at].sum() == pairs[place]
