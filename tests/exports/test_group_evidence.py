"""What is said of a group agrees with going through all pairs by hand."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import combinations

import pytest

from exports.small_case import GAP_BOUNDS, ROSE, Row, Small, fill, gap
from rasad.exports.group_evidence import Group, Limits, group_rows, read_groups
from rasad.store.duckdb import DuckDBStore


def groups(store: DuckDBStore, limits: Limits | None = None) -> list[Group]:
    return read_groups(store, group_rows(store, 10), limits or Limits())


@pytest.fixture
def rose() -> Group:
    return groups(Small(truth=True).store())[0]


def test_sums_of_the_pairs_equal_the_counts_of_the_finding(rose: Group) -> None:
    totals = rose.pair_totals
    assert totals["n"] == rose.counts["n_edges"] == len(rose.pairs) == 10
    assert totals["n_first"] == rose.counts["observed"]
    expected = sum(row["expected"] for row in rose.pairs)
    assert expected == pytest.approx(rose.counts["expected"])
    for name in ("n_objects", "n_posts_a", "n_posts_b", "n_pairs"):
        assert totals[name] == sum(row[name] for row in rose.pairs)


def test_a_cap_hides_rows_but_not_from_the_totals() -> None:
    few = Limits(members=2, pairs=3, objects=2, compared=1, posts=2)
    group = groups(Small().store(), few)[0]
    assert [len(group.pairs), len(group.members), len(group.objects)] == [3, 2, 2]
    assert group.pair_totals["n"] == 10
    assert group.n_objects == 6
    assert len(group.compared[0].posts) == 2


def test_posts_side_by_side_are_in_order_with_gaps_to_the_first(rose: Group) -> None:
    posts = rose.compared[0].posts
    assert [post["account"] for post in posts] == ROSE
    assert [post["after_s"] for post in posts] == [0, 3, 6, 9, 12]
    assert [post["line"] for post in posts] == [2, 3, 4, 5, 6]
    assert rose.compared[0].same_text


def test_accounts_outside_the_group_count_as_everyone_only(rose: Group) -> None:
    first = rose.objects[0]
    assert first["n_together"] == first["n_members"] == 5
    assert first["n_everyone"] == 7


def test_a_bare_table_has_objects_and_times_but_no_text() -> None:
    small = Small(texts=dict.fromkeys(ROSE, None))
    compared = groups(small.store())[0].compared[0]
    assert not compared.has_text
    assert compared.same_text is None


def crowd(seed: int) -> Small:
    """Return a case whose first group acts at random, often at the same second."""
    chance = random.Random(seed)
    small = Small()
    small.actions = [act for act in small.actions if act["account"] not in ROSE]
    start = small.actions[0]["acted_at"]
    for n in range(80):
        small.act(chance.choice(ROSE), "link", f"o{chance.randrange(3)}", n, "t", "fa")
        small.actions[-1]["post"] = f"c{n}"
        second = chance.choice((0, 1, 9, 10, 11, 59, 61, 300, 1200, 3600))
        small.actions[-1]["acted_at"] = start + timedelta(
            seconds=second * chance.randrange(4)
        )
    return small


def of_rose(small: Small) -> list[Row]:
    return [act for act in small.actions if act["account"] in ROSE]


@pytest.mark.parametrize("seed", range(5))
def test_gaps_agree_with_all_pairs_counted_by_hand(seed: int) -> None:
    small = crowd(seed)
    group = next(g for g in groups(small.store()) if g.row["size"] == 5)
    between = [
        gap(one, other)
        for one, other in combinations(of_rose(small), 2)
        if one["value"] == other["value"] and one["account"] != other["account"]
    ]
    counted = [
        sum(low < g <= high or low == 0 == g for g in between)
        for low, high in zip(GAP_BOUNDS, GAP_BOUNDS[1:], strict=False)
    ]
    assert [row["group"] for row in group.gaps] == counted


@pytest.mark.parametrize("seed", range(5))
def test_members_together_agree_with_all_pairs_counted_by_hand(seed: int) -> None:
    small = crowd(seed)
    group = next(g for g in groups(small.store()) if g.row["size"] == 5)
    window = max(test["window_s"] for test in group.tests)
    expected = {}
    for value in {act["value"] for act in of_rose(small)}:
        acts = [act for act in of_rose(small) if act["value"] == value]
        expected[f"link:{value}"] = len(
            {
                one["account"]
                for one in acts
                for other in acts
                if one["account"] != other["account"] and gap(one, other) <= window
            }
        )
    found = {row["object"]: row["n_together"] for row in group.objects}
    assert found == {name: n for name, n in expected.items() if n}


def test_reading_leaves_no_table_behind() -> None:
    store = Small().store()
    groups(store)
    left = store.rows("SELECT table_name FROM duckdb_tables() WHERE temporary")
    assert left == []


def test_a_group_without_a_finding_can_still_be_read() -> None:
    store = Small(groups=False).store()
    fill(store, "grp", [{"grp": "g", "size": 1, "n_edges": 0, "rank": 1}])
    fill(store, "member", [{"grp": "g", "account": ROSE[0], "n_edges": 0}])
    (group,) = groups(store)
    assert group.counts == {}
    assert group.objects == []
    assert group.number(ROSE[0]) == 1
    assert group.number("x:nobody") is None
