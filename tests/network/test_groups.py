from __future__ import annotations

from itertools import combinations

import numpy as np

from rasad.network.groups import communities, group_id


def two_cliques() -> list[tuple[int, int]]:
    left = list(combinations(range(6), 2))
    right = list(combinations(range(6, 13), 2))
    return sorted([*left, *right, (5, 6)])


def found(
    pairs: list[tuple[int, int]], seed: int = 3, min_size: int = 2
) -> list[list[int]]:
    first, second = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    groups = communities(
        first,
        second,
        np.ones(len(pairs)),
        resolution=0.5,
        seed=seed,
        min_size=min_size,
    )
    return [group.members.tolist() for group in groups]


def test_two_cliques_joined_by_one_pair_are_two_groups() -> None:
    assert found(two_cliques()) == [list(range(6)), list(range(6, 13))]


def test_the_same_network_and_seed_give_the_same_groups() -> None:
    assert all(found(two_cliques()) == found(two_cliques()) for _ in range(5))


def test_groups_below_the_smallest_size_are_left_out() -> None:
    assert found([(0, 1), (2, 3), (2, 4), (3, 4)], min_size=3) == [[2, 3, 4]]


def test_every_pair_of_a_group_lies_inside_it() -> None:
    pairs = two_cliques()
    first, second = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    for group in communities(
        first, second, np.ones(len(pairs)), resolution=0.5, seed=1, min_size=2
    ):
        members = set(group.members.tolist())
        assert all({int(first[p]), int(second[p])} <= members for p in group.pairs)


def test_no_pairs_give_no_groups() -> None:
    none = np.zeros(0, np.int64)
    assert (
        communities(none, none, np.zeros(0), resolution=0.5, seed=1, min_size=2) == []
    )


def test_a_group_is_named_by_its_members_and_settings_alone() -> None:
    assert group_id(["b", "a"], "x") == group_id(["a", "b"], "x")
    assert group_id(["a", "b"], "x") != group_id(["a", "b"], "y")
