"""Groups against teams: golden values, edge cases and what must not matter."""

from __future__ import annotations

import itertools
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.evaluate.contest import Codes
from rasad.evaluate.metrics.clusters import (
    Agreement,
    agreement,
    decoys_certified,
    matches,
    of_groups,
    partition,
    singleton_share,
    weighted_precision,
)
from rasad.evaluate.metrics.mutual_information import (
    BLOCK,
    entropy,
    expected_mutual_information,
    mutual_information,
    overlaps,
)

NONE = np.zeros(0, np.int64)
PLACE = np.arange(200)
MANY = np.arange(30_000)

# homogeneity_completeness_v_measure, adjusted_rand_score and
# adjusted_mutual_info_score of scikit-learn 1.9.1.
GOLDEN = {
    "textbook": (
        [0, 0, 1, 1, 2, 2],
        [0, 0, 1, 2, 2, 2],
        (
            0.7103099178571525,
            0.7715561736794712,
            0.4444444444444444,
            0.5023607027202738,
        ),
    ),
    "crossed": ([0, 0, 1, 1], [0, 1, 0, 1], (0.0, 0.0, -0.5, -0.5)),
    "mixed": (
        PLACE**2 % 7,
        (3 * PLACE + PLACE // 5) % 11,
        (
            0.009306936514959098,
            0.005254068865200275,
            -0.018678142103375414,
            -0.03799966426789003,
        ),
    ),
    "unequal": (
        np.minimum(PLACE // 60, 2) * 10,
        PLACE % 50 // 17 + (PLACE > 150) * 5,
        (
            0.318421289342632,
            0.20952251164470828,
            0.09897351769393016,
            0.23832887639237807,
        ),
    ),
    "near": (
        PLACE // 20,
        np.where(PLACE % 20 < 17, PLACE // 20, (PLACE // 20 + 1) % 10),
        (
            0.8164197757155011,
            0.8164197757155011,
            0.7032456140350877,
            0.7953424141008573,
        ),
    ),
    "large": (
        MANY // 100 * (MANY % 3 > 0),
        MANY // 150,
        (
            0.7607324515635716,
            0.6354515723565383,
            0.020285594161458673,
            0.6251658785918583,
        ),
    ),
    "one group": ([0, 0, 1, 1, 2], [0] * 5, (0.0, 1.0, 0.0, 0.0)),
    "one team": ([0] * 5, [0, 0, 1, 1, 2], (1.0, 0.0, 0.0, 0.0)),
    "all alone": (
        [0, 0, 1, 1, 2],
        [0, 1, 2, 3, 4],
        (1.0, 0.6554587535412856, 0.0, 0.0),
    ),
    "both one": ([0] * 4, [0] * 4, (1.0, 1.0, 1.0, 1.0)),
    "both alone": ([0, 1, 2, 3], [3, 2, 1, 0], (1.0, 1.0, 1.0, 1.0)),
}


def values(found: Agreement) -> list[float]:
    return [found.homogeneity, found.completeness, found.ari, found.ami]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_figures_are_those_of_scikit_learn(name: str) -> None:
    truth, found, golden = GOLDEN[name]
    compared = agreement(np.asarray(truth), np.asarray(found))
    assert values(compared) == pytest.approx(golden, abs=1e-9)


def test_nothing_cannot_be_compared() -> None:
    assert all(math.isnan(value) for value in values(agreement(NONE, NONE)))
    assert math.isnan(weighted_precision(NONE, np.zeros(0, np.bool_)))
    assert math.isnan(singleton_share(NONE))
    assert expected_mutual_information(NONE, NONE) == 0.0
    assert entropy(NONE) == 0.0
    assert len(matches(NONE, NONE).group) == 0
    assert len(decoys_certified(NONE, NONE)) == 0


def test_one_account() -> None:
    one = np.array([3])
    assert values(agreement(one, one)) == [1.0, 1.0, 1.0, 1.0]


def test_the_expectation_is_the_mean_over_every_deal() -> None:
    truth = np.array([0, 0, 0, 1, 1, 2])
    deals = set(itertools.permutations([0, 0, 1, 1, 1, 1]))
    mean = np.mean([mutual_information(overlaps(truth, np.array(d))) for d in deals])
    expected = expected_mutual_information(np.array([3, 2, 1]), np.array([2, 4]))
    assert expected == pytest.approx(mean, abs=1e-12)


def test_the_expectation_is_that_of_scikit_learn() -> None:
    # expected_mutual_information of scikit-learn 1.9.1 on "mixed".
    truth, found, _ = GOLDEN["mixed"]
    sizes = [
        np.unique(np.asarray(each), return_counts=True)[1] for each in (truth, found)
    ]
    assert expected_mutual_information(*sizes) == pytest.approx(
        0.08078131054052744, abs=1e-12
    )


def test_a_pair_of_more_terms_than_a_block_is_summed() -> None:
    n = 2 * BLOCK + 10
    halves = np.array([n // 2, n - n // 2])
    # Large tables are near chi-square: the mean is (rows - 1)(columns - 1) / (2 n).
    assert expected_mutual_information(halves, halves) == pytest.approx(
        1 / (2 * n), rel=1e-3
    )


LABELS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30
)
Labels = list[tuple[int, int]]


def columns(labels: Labels) -> tuple[Codes, Codes]:
    truth, found = zip(*labels, strict=True)
    return np.array(truth), np.array(found)


@settings(deadline=None)  # the machine may be busy
@given(LABELS, st.permutations(range(5)), st.permutations(range(5)), st.randoms())
def test_names_and_order_do_not_matter(
    labels: Labels, one: list[int], other: list[int], random: Random
) -> None:
    plain = values(agreement(*columns(labels)))
    shuffled = list(labels)
    random.shuffle(shuffled)
    truth, found = columns(shuffled)
    renamed = agreement(np.array(one)[truth] * 2**54, np.array(other)[found])
    assert values(renamed) == pytest.approx(plain, abs=1e-12)


@settings(deadline=None)  # the machine may be busy
@given(LABELS)
def test_exchanging_truth_and_groups_exchanges_the_first_two(labels: Labels) -> None:
    truth, found = columns(labels)
    one, other = agreement(truth, found), agreement(found, truth)
    assert one.homogeneity == pytest.approx(other.completeness, abs=1e-12)
    assert one.ari == pytest.approx(other.ari, abs=1e-12)
    assert one.ami == pytest.approx(other.ami, abs=1e-9)
    assert max(values(one)) <= 1 + 1e-9
    assert values(agreement(truth, truth)) == [1.0, 1.0, 1.0, 1.0]


def test_chance_has_no_adjusted_agreement() -> None:
    # Mean over 300 deals of 60 accounts; one deal has an ARI of sd 0.02, AMI 0.04.
    rng = np.random.default_rng(5)
    truth = np.repeat(np.arange(6), 10)
    deals = [agreement(truth, rng.permutation(truth)) for _ in range(300)]
    assert np.mean([each.ari for each in deals]) == pytest.approx(0, abs=0.006)
    assert np.mean([each.ami for each in deals]) == pytest.approx(0, abs=0.012)
    assert np.mean([each.homogeneity for each in deals]) > 0.1


def test_accounts_without_a_group_are_alone() -> None:
    assert partition(np.array([-1, -1])).tolist() == [0, 1]
    assert partition(NONE).tolist() == []
    assert of_groups(np.array([3, 4, -1]), NONE).tolist() == [-1, -1, -1]
    assert of_groups(np.array([3, 4, -1]), None).tolist() == [3, 4, -1]


def test_weighted_precision_is_not_bought_with_tiny_groups() -> None:
    # One group of 90 operators among 100, and ten pure ones of one: the mean precision
    # of groups is 0.99, of operators it is (90 x 0.9 + 10) / 100.
    group = np.concatenate([np.zeros(100, np.int64), np.arange(1, 11)])
    operated = np.concatenate([np.arange(100) < 90, np.ones(10, np.bool_)])
    assert weighted_precision(group, operated) == pytest.approx(0.91)
    assert singleton_share(group) == pytest.approx(10 / 11)
    huge = np.where(group == 0, 2**60, group)
    assert weighted_precision(huge, operated) == pytest.approx(0.91)
    assert math.isnan(weighted_precision(group, np.zeros(110, np.bool_)))
    assert math.isnan(weighted_precision(np.full(110, -1), operated))


def test_matches_by_hand() -> None:
    klass = np.array([0, 0, 0, 0, 1, 1, 2, 2, -1, -1])
    group = np.array([7, 7, 9, 9, 9, 9, -1, -1, 7, 5])
    found = matches(group, klass)
    assert found.group.tolist() == [7, 9, -1]
    assert found.recall.tolist() == [0.5, 1.0, 0.0]
    assert found.precision == pytest.approx([2 / 3, 0.5, 0.0])
    assert found.jaccard == pytest.approx([2 / 5, 0.5, 0.0])
    assert found.matched.tolist() == [True, False, False]
    assert found.majority_of.tolist() == [1, 0, 0]


def test_of_groups_that_hold_equally_many_the_purest_counts() -> None:
    klass = np.array([0, 0, 0, 0, -1, -1])
    for group in ([5, 5, 4, 4, 4, 4], [4, 4, 5, 5, 5, 5]):
        found = matches(np.array(group), klass)
        assert found.group.tolist() == [group[0]]
        assert found.precision.tolist() == [1.0]
        assert found.matched.tolist() == [True]
    assert matches(np.array([5, 5, 4, 4, -1, -1]), klass).group.tolist() == [4]


def test_a_class_in_pieces_has_several_groups() -> None:
    found = matches(np.array([0, 0, 1, 1, 2, 2]), np.zeros(6, np.int64))
    assert found.majority_of.tolist() == [3]
    assert found.matched.tolist() == [False]
    assert found.recall == pytest.approx([1 / 3])


@settings(deadline=None)  # the machine may be busy
@given(LABELS, st.randoms())
def test_matches_do_not_depend_on_the_order(labels: Labels, random: Random) -> None:
    klass, group = columns(labels)
    _, klass = np.unique(klass, return_inverse=True)
    order = list(range(len(klass)))
    random.shuffle(order)
    one, other = matches(group - 1, klass), matches(group[order] - 1, klass[order])
    assert one.group.tolist() == other.group.tolist()
    assert one.jaccard.tolist() == other.jaccard.tolist()
    sizes = np.bincount(klass)
    for number, best in enumerate(one.group):
        overlap = ((group - 1 == best) & (klass == number)).sum() if best >= 0 else 0
        assert one.recall[number] == pytest.approx(overlap / sizes[number])
        rivals = [((group - 1 == g) & (klass == number)).sum() for g in range(4)]
        assert overlap == max(rivals)


@pytest.mark.parametrize(
    ("group", "decoy", "certified"),
    [
        ([0, 0, 0, -1], [0, 0, 0, 0], [True]),  # most of it in one group
        ([0, 0, -1, -1], [0, 0, 0, 0], [True]),  # half of it, but all of the group
        ([0, 0, 0, 0], [0, 0, -1, -1], [True]),  # all of it, though half the group
        ([0, 0, 1, 1], [0, -1, 0, -1], [False]),  # halves of it in halves of groups
        ([-1, -1, -1, -1], [0, 0, 1, 1], [False, False]),
        ([0, 0, 0, 1], [0, 0, 1, 1], [True, True]),  # alone in a group of one
    ],
)
def test_decoys_that_are_vouched_for(
    group: list[int], decoy: list[int], certified: list[bool]
) -> None:
    assert decoys_certified(np.array(group), np.array(decoy)).tolist() == certified
