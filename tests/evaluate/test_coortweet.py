"""CooRTweet: against a plain twin, on toy cases, and where it would explode."""

from __future__ import annotations

import random
import time
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluate.plain_coortweet import (
    Cells,
    detect,
    edges,
    flagged,
    rows_of,
    shares_of,
)
from rasad.errors import ConfigError
from rasad.evaluate.baselines import coortweet
from rasad.evaluate.baselines.coortweet import (
    PostPairs,
    detect_groups,
    flag_speed_share,
    rows_in_pairs,
)
from rasad.evaluate.baselines.coortweet_network import (
    Layer,
    coordinated_network,
    over_quantile,
    summary,
)
from rasad.evaluate.baselines.coortweet_stats import (
    account_stats,
    from_ends,
    group_stats,
    subgraph,
)
from rasad.evaluate.baselines.shares import Shares

NAMES = st.sampled_from(["a", "b", "c", "d", None])
CELLS = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", "p1", None]),
        NAMES,
        st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6", None]),
        st.sampled_from([0.0, 0.1, 0.3, 1.0, 4.0, 10.0, 10.1, 10.3, 25.0, np.nan]),
    ),
    max_size=14,
)


def listed(pairs: PostPairs) -> list[tuple[int, int]]:
    return list(zip(pairs.older.tolist(), pairs.newer.tolist(), strict=True))


@settings(max_examples=300, deadline=None)
@given(CELLS, st.sampled_from([0, 4, 10, 10.2]), st.integers(0, 3), st.booleans())
def test_pairs_are_those_of_the_plain_twin_in_its_order(
    cells: Cells,
    window: float,
    least: int,
    loops: bool,
) -> None:
    rows = rows_of(cells)
    for participation in ("shipped", "documented"):
        both = participation == "documented"
        expected = detect(rows, window, least, loops, both)
        found = detect_groups(
            shares_of(rows),
            window,
            least,
            loops=loops,
            participation="documented" if both else "shipped",
        )
        assert listed(found) == [(p.older.place, p.newer.place) for p in expected]


@settings(max_examples=200, deadline=None)
@given(CELLS, st.integers(1, 2), st.booleans())
def test_edges_and_flags_are_those_of_the_plain_twin(
    cells: Cells,
    least: int,
    loops: bool,
) -> None:
    rows = rows_of(cells)
    expected = detect(rows, 10, least, loops)
    found = detect_groups(shares_of(rows), 10, least, loops=loops)
    assert edge_rows(found, coordinated_network(found).full) == [
        (e.ends, e.weight, e.mean, e.older, e.newer, e.symmetry, e.true_symmetry)
        for e in edges(expected)
    ]
    quick = flag_speed_share(found, 1, least)
    plain = flagged(rows, expected, 1, least)
    assert quick.fast is not None
    assert quick.fast.tolist() == [flag for _, flag in plain]
    assert listed(quick) == [(p.older.place, p.newer.place) for p, _ in plain]


def edge_rows(pairs: PostPairs, layer: Layer) -> list[tuple[object, ...]]:
    names = pairs.shares.accounts
    return [
        (
            (names[layer.account[at]], names[layer.account_y[at]]),
            layer.weight[at],
            pytest.approx(layer.avg_time_delta[at]),
            layer.n_content_id[at],
            layer.n_content_id_y[at],
            layer.edge_symmetry_score[at],
            layer.true_symmetry[at],
        )
        for at in range(len(layer))
    ]


# --- toy cases -----------------------------------------------------------------------


def found_in(cells: Cells, least: int = 1) -> PostPairs:
    return detect_groups(shares_of(rows_of(cells)), 10, least)


def test_one_post_pair_with_two_common_objects_weighs_two() -> None:
    cells = [(tag, who, f"post {who}", 0.0) for tag in ("#x", "#y") for who in "ab"]
    layer = coordinated_network(found_in(cells)).full
    assert layer.weight.tolist() == [2]
    assert (layer.n_content_id[0], layer.n_content_id_y[0]) == (1, 1)


SIX_AROUND_ONE = [
    ("x", "a", "a1", 1.0),
    ("x", "a", "a2", 2.0),
    ("x", "a", "a3", 3.0),
    ("x", "b", "b1", 5.0),
    ("x", "a", "a4", 7.0),
    ("x", "a", "a5", 8.0),
    ("x", "a", "a6", 9.0),
]


def test_six_posts_around_one_look_symmetric_and_are_not() -> None:
    layer = coordinated_network(found_in(SIX_AROUND_ONE)).full
    assert layer.weight.tolist() == [6]
    assert (layer.n_content_id[0], layer.n_content_id_y[0]) == (4, 4)
    assert layer.edge_symmetry_score[0] == 1.0
    assert (layer.true_n_content_id[0], layer.true_n_content_id_y[0]) == (6, 1)
    assert layer.true_symmetry[0] == pytest.approx(1 / 6)


def test_one_post_and_two_after_it_weigh_two() -> None:
    cells = [("x", "b", "b1", 0.0), ("x", "a", "a1", 4.0), ("x", "a", "a2", 7.0)]
    layer = coordinated_network(found_in(cells)).full
    assert layer.weight.tolist() == [2]
    assert layer.avg_time_delta.tolist() == [5.5]


LEAK = [
    ("x", "a", "a1", 0.0),
    ("x", "b", "b1", 1.0),
    ("y", "a", "a2", 100.0),
    ("y", "c", "c1", 101.0),
    ("z", "b", "b2", 900.0),
    ("z", "c", "c2", 5_000.0),
]


def test_the_participation_filter_leaks_as_shipped_and_not_as_documented() -> None:
    shares = shares_of(rows_of(LEAK))
    assert summary(coordinated_network(detect_groups(shares)))["edges"] == 2
    assert len(detect_groups(shares, participation="documented")) == 0


def test_a_post_never_meets_its_own_reposts_unless_loops_are_kept() -> None:
    cells = [("p", "a", "p", 0.0), ("p", "b", "r1", 2.0), ("p", "c", "r2", 3.0)]
    assert listed(found_in(cells)) == [(1, 2)]
    with_loops = detect_groups(shares_of(rows_of(cells)), 10, 1, loops=True)
    assert len(with_loops) == 3


def test_rows_without_an_object_count_towards_participation() -> None:
    cells: Cells = [
        ("x", "a", "a1", 0.0),
        (None, "a", "a1", 0.0),
        ("x", "b", "b1", 1.0),
        (None, "b", "b2", 1.0),
    ]
    assert len(detect_groups(shares_of(rows_of(cells)), 10, 2)) == 1


def test_what_is_missing_is_a_value_where_loops_are_kept() -> None:
    """As shipped: missing objects are a group, and missing accounts make a loop."""
    cells: Cells = [
        (None, "a", "a1", 0.0),
        (None, "b", "b1", 1.0),
        ("x", None, "n1", 100.0),
        ("x", "a", "a2", 101.0),
        ("x", "b", None, 102.0),
    ]
    shares = shares_of(rows_of(cells))
    assert len(detect_groups(shares, 10, 1)) == 0
    made = coordinated_network(detect_groups(shares, 10, 1, loops=True))
    names = made.pairs.shares.accounts
    ends = zip(made.full.account, made.full.account_y, strict=True)
    assert {
        (names[one], names[other]): weight
        for (one, other), weight in zip(ends, made.full.weight.tolist(), strict=True)
    } == {("NA", "NA"): 2, ("a", "b"): 2}


def test_rows_without_an_account_count_as_one_account() -> None:
    """As shipped: the missing account takes part twice, by post p of account a."""
    cells: Cells = [
        ("x", "a", "p", 0.0),
        ("y", "a", "a2", 500.0),
        ("x", "b", "b1", 1.0),
        ("y", "b", "b2", 900.0),
        (None, None, "p", 0.0),
        (None, None, "p", 0.0),
    ]
    assert len(detect_groups(shares_of(rows_of(cells)), 10, 2)) == 1
    assert len(detect_groups(shares_of(rows_of(cells[:4])), 10, 2)) == 0


def test_both_sides_are_asked_once_and_may_be_left_below() -> None:
    """Once a loses its pair with c, it has one row left where two were asked for."""
    cells: Cells = [
        ("x", "a", "a1", 0.0),
        ("x", "b", "b1", 1.0),
        ("y", "a", "a2", 100.0),
        ("y", "c", "c1", 101.0),
        ("z", "b", "b2", 900.0),
        ("z", "d", "d1", 901.0),
        ("w", "c", "c2", 2_000.0),
        ("w", "d", "d2", 5_000.0),
    ]
    pairs = detect_groups(shares_of(rows_of(cells)), 10, 2, participation="documented")
    assert len(pairs) == 1
    assert rows_in_pairs(pairs).tolist() == [1, 1, 0, 0]


def test_rows_in_pairs_count_rows_and_not_posts() -> None:
    cells: Cells = [
        ("x", "a", "a1", 0.0),
        ("y", "a", "a1", 0.0),
        ("x", "b", "b1", 1.0),
    ]
    assert rows_in_pairs(found_in(cells)).tolist() == [2, 1]


def test_gaps_are_those_of_some_pairs() -> None:
    pairs = found_in(SIX_AROUND_ONE)
    assert pairs.gaps(slice(1, 3)).tolist() == pairs.time_delta[1:3].tolist()


def test_times_at_the_ends_of_the_doubles_give_no_warning() -> None:
    cells: Cells = [("x", "a", "a1", 1e308), ("x", "b", "b1", -1e308)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(detect_groups(shares_of(rows_of(cells)), 1e308, 1)) == 0


def test_the_same_rows_twice_count_as_often_as_they_stand_there() -> None:
    once = [("x", "a", "a1", 0.0), ("x", "b", "b1", 1.0)]
    assert len(found_in(once)) == 1
    assert len(found_in(once * 2)) == 4


def test_the_threshold_is_strict_and_its_quantile_interpolates() -> None:
    weight = np.array([1, 2, 3, 10])
    assert over_quantile(weight, 0.5).tolist() == [False, False, True, True]
    assert over_quantile(weight, 1.0).tolist() == [False] * 4
    assert over_quantile(np.ones(4, np.int64), 0.95).tolist() == [False] * 4


def test_statistics_of_a_fast_network_need_one() -> None:
    made = coordinated_network(found_in(SIX_AROUND_ONE))
    with pytest.raises(ConfigError, match="fast network"):
        subgraph(made, 2)


def test_nothing_gives_empty_tables() -> None:
    made = coordinated_network(flag_speed_share(found_in([]), 1))
    assert summary(made) == dict.fromkeys(summary(made), 0)
    assert group_stats(made) == []
    assert len(account_stats(made, "none").account) == 0
    assert len(subgraph(made, 3).edges) == 0


def test_edges_that_agree_count_once_in_an_accounts_mean() -> None:
    """As shipped: a's gaps are 2, 2 and 8 seconds, and their mean is 5."""
    cells = [
        (item, who, f"{who}{item}", start + second)
        for item, start, other, gap in (
            ("x", 0, "b", 2),
            ("y", 100, "c", 2),
            ("z", 200, "d", 8),
        )
        for who, second in (("a", 0), (other, gap))
    ]
    stats = account_stats(coordinated_network(found_in(cells)), "none")
    assert stats.avg_time_delta.tolist() == [5.0, 2.0, 2.0, 8.0]
    assert stats.unique_shares_count.tolist() == [3, 1, 1, 1]


def test_objects_are_counted_by_one_end_of_their_edges() -> None:
    cells = [("x", who, f"p{who}", 0.0) for who in "abc"]
    made = coordinated_network(found_in(cells))
    names = [made.pairs.shares.accounts[code] for code in from_ends(made)]
    assert names == ["a", "a", "b"]
    assert group_stats(made) == [("x", 2)]


def test_a_world_with_a_known_answer_gives_it() -> None:
    """As CooRTweet simulates one: pairs of posts far apart, half of them too slow."""
    draw = random.Random(123)
    cells, expected = [], 0
    for meeting in range(400):
        slow = meeting % 2
        one, other = draw.sample(["u1", "u2", "u3", "u4", "u5"], 2)
        gap = draw.randint(11, 20) if slow else draw.randint(0, 10)
        item, start = f"object {draw.randrange(5)}", meeting * 50
        cells += [(item, one, f"{meeting} a", float(start))]
        cells += [(item, other, f"{meeting} b", float(start + gap))]
        expected += not slow
    draw.shuffle(cells)
    pairs = found_in(cells, 3)
    assert len(pairs) == expected
    contents = pairs.shares.contents
    codes = pairs.shares.content
    assert all(
        contents[codes[older]][:-2] == contents[codes[newer]][:-2]
        for older, newer in listed(pairs)
    )


# --- size ----------------------------------------------------------------------------


def crowd(count: int, step_s: float) -> Shares:
    """Return shares of one object, one for each account, at even steps."""
    code = np.arange(count, dtype=np.int32)
    names = [f"{n:07}" for n in range(count)]
    return Shares(
        object=np.zeros(count, np.int32),
        account=code,
        content=code,
        time_s=code.astype(np.float64) * step_s,
        objects=["x"],
        accounts=names,
        contents=[f"p{name}" for name in names],
    )


def test_a_popular_object_that_is_spread_out_costs_next_to_nothing() -> None:
    shares = crowd(8_000, 60.0)
    tracemalloc.start()
    begun = time.perf_counter()
    pairs = detect_groups(shares, 10, 1)
    taken, peak = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(pairs) == 0
    assert taken < 1
    assert peak < 5_000_000


def test_pairs_come_block_by_block_and_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = listed(detect_groups(crowd(40, 1.0), 10, 1))
    monkeypatch.setattr("rasad.evaluate.baselines.windows.BLOCK", 7)
    monkeypatch.setattr(coortweet, "BLOCK", 7)
    assert listed(detect_groups(crowd(40, 1.0), 10, 1)) == whole
    assert len(whole) == 10 * 40 - 55


def test_too_many_pairs_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coortweet, "MOST_PAIRS", 1_000)
    with pytest.raises(ConfigError, match="holds 4,950 post pairs"):
        detect_groups(crowd(100, 0.01), 10, 1)
