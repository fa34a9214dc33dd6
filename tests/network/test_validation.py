from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, poisson

from rasad.config import Validation
from rasad.network.multiplicity import benjamini_yekutieli, e_benjamini_hochberg
from rasad.network.validation import GRADES, Pairs, combine
from rasad.network.window_tests import WindowTests


def window_tests(
    trace: int,
    keys: list[int],
    p: list[float],
    *,
    window_s: int = 60,
    timing: list[float] | None = None,
    trusted: bool = True,
    alone: bool = False,
    shape: float = 1e3,
    e_value: float = 5.0,
) -> WindowTests:
    n = len(keys)
    values: NDArray[np.float64] = np.array(p)
    timed = np.full(n, np.nan) if timing is None else np.array(timing)
    return WindowTests(
        trace=trace,
        window_s=window_s,
        trusted=trusted,
        alone=alone,
        shape=shape,
        key=np.array(keys, np.int64),
        n_first=np.full(n, 3, np.int64),
        sessions=np.full(n, 3, np.int64),
        expected=np.full(n, 0.1),
        expected_timing=np.full(n, 0.1),
        p_value=values,
        p_timing=timed,
        e_value=np.full(n, e_value),
        lift=np.full(n, 9.0),
        lift_low=np.full(n, 3.0),
    )


def combined(tests: list[WindowTests], eligible: NDArray[np.bool_]) -> Pairs:
    return combine(tests, eligible, Validation())


def test_a_test_that_showed_nothing_says_nothing_either_way_but_counts() -> None:
    eligible = np.ones((2, 3), np.bool_)
    silent = window_tests(1, [], [])
    pairs = combined([window_tests(0, [1], [1e-6]), silent, silent, silent], eligible)
    assert pairs.n_tests.tolist() == [4]
    assert pairs.p_value[0] == pytest.approx(4e-6, rel=1e-6)


def test_traces_in_which_a_pair_is_not_eligible_do_not_count() -> None:
    eligible = np.array([[True, True, True], [True, False, True]])
    tests = [window_tests(0, [1], [0.01]), window_tests(1, [], [])]
    pairs = combined(tests, eligible)
    assert pairs.n_tests.tolist() == [1]
    assert pairs.p_value[0] == pytest.approx(0.01)


def test_a_pair_needs_both_nulls_to_be_surprised() -> None:
    eligible = np.ones((1, 3), np.bool_)
    only_chance = window_tests(0, [1], [1e-12], timing=[0.2])
    assert combined([only_chance], eligible).p_value[0] == pytest.approx(0.2)
    audience = window_tests(0, [1], [1e-12])
    assert combined([audience], eligible).p_value[0] == pytest.approx(1e-12)


def test_correction_is_over_all_pairs_of_eligible_accounts() -> None:
    eligible = np.ones((1, 10), np.bool_)
    pairs = combined([window_tests(0, [1], [1e-4])], eligible)
    assert pairs.q_value[0] == pytest.approx(float(Fraction(45, 10_000)))


def test_correction_for_any_dependence_is_a_switch() -> None:
    eligible = np.ones((1, 10), np.bool_)
    careful = Validation(dependence=True)
    pairs = combine([window_tests(0, [1], [1e-4])], eligible, careful)
    assert pairs.q_value[0] == benjamini_yekutieli(pairs.p_value, 45)[0]


def test_a_long_window_in_which_timing_is_silent_reads_shared_interest() -> None:
    eligible = np.ones((1, 3), np.bool_)
    tests = [
        window_tests(0, [1], [0.5], timing=[0.5]),
        window_tests(0, [1], [1e-9], window_s=3600, timing=[0.4]),
    ]
    pairs = combined(tests, eligible)
    assert not pairs.kept.any()
    assert GRADES[pairs.grade[0]] == "shared_interest"


def test_a_long_window_that_nobody_can_time_keeps_no_pair() -> None:
    eligible = np.ones((1, 3), np.bool_)
    pairs = combined([window_tests(0, [1], [1e-9], window_s=3600)], eligible)
    assert pairs.p_value[0] == pytest.approx(0.5)
    assert not pairs.kept.any()


@pytest.mark.parametrize(
    ("p", "timing", "grade"),
    [
        (1e-9, [1e-9], "tight"),
        (1e-9, None, "closed_ring"),
        (0.5, [1e-9], "slow"),
        (0.5, [0.5], "none"),
    ],
)
def test_grades_follow_the_two_nulls(
    p: float, timing: list[float] | None, grade: str
) -> None:
    eligible = np.ones((1, 3), np.bool_)
    pairs = combined([window_tests(0, [1], [p], timing=timing)], eligible)
    assert GRADES[pairs.grade[0]] == grade


def test_untrusted_tests_rank_but_give_no_error_rate() -> None:
    eligible = np.ones((1, 3), np.bool_)
    pairs = combined([window_tests(0, [1], [1e-9], trusted=False)], eligible)
    assert pairs.p_value[0] == pytest.approx(1e-9)
    assert np.isnan(pairs.q_value[0])
    assert not pairs.kept.any()


def test_an_untrusted_test_beside_a_trusted_one_does_not_count() -> None:
    eligible = np.ones((1, 3), np.bool_)
    tests = [
        window_tests(0, [1], [0.2]),
        window_tests(0, [1], [1e-9], window_s=600, trusted=False),
    ]
    pairs = combined(tests, eligible)
    assert pairs.n_tests.tolist() == [1]
    assert pairs.p_value[0] == pytest.approx(0.2)


def test_no_tests_give_no_pairs() -> None:
    assert len(combined([], np.zeros((0, 4), np.bool_)).key) == 0


def test_where_nothing_is_kept_the_strongest_pairs_are_candidates() -> None:
    eligible = np.ones((1, 40), np.bool_)
    pairs = combined([window_tests(0, [1, 2, 3], [0.3, 0.1, 0.2])], eligible)
    assert not pairs.kept.any()
    assert pairs.candidate.all()


def test_candidates_share_two_objects_and_give_way_to_kept_pairs() -> None:
    eligible = np.ones((1, 40), np.bool_)
    single = replace(window_tests(0, [1], [0.3]), n_first=np.array([1]))
    assert not combined([single], eligible).candidate.any()
    pairs = combined([window_tests(0, [1, 2], [1e-9, 0.1])], eligible)
    assert pairs.kept.tolist() == [True, False]
    assert not pairs.candidate.any()


def test_what_is_seen_in_an_hour_by_both_nulls_is_slow() -> None:
    """Null model T was asked, and is surprised: nobody fell back on J alone."""
    eligible = np.ones((1, 3), np.bool_)
    tests = [
        window_tests(0, [], []),
        window_tests(0, [], [], window_s=600),
        window_tests(0, [1], [1e-12], window_s=3600, timing=[1e-12]),
    ]
    pairs = combined(tests, eligible)
    assert pairs.kept.tolist() == [True]
    assert GRADES[pairs.grade[0]] == "slow"
    assert np.isnan(pairs.p_timing[0])


def test_where_nothing_is_trusted_no_pair_has_a_grade() -> None:
    eligible = np.ones((1, 3), np.bool_)
    tests = [
        window_tests(0, [1], [1e-12], timing=[1e-12], trusted=False),
        window_tests(0, [1], [1e-12], window_s=3600, timing=[1e-12], trusted=False),
    ]
    pairs = combined(tests, eligible)
    assert GRADES[pairs.grade[0]] == "none"
    assert np.isnan(pairs.q_value).all()


@pytest.mark.parametrize("window_s", [600, 3600])
def test_a_refused_window_gives_no_grade_beside_trusted_ones(window_s: int) -> None:
    eligible = np.ones((1, 3), np.bool_)
    tests = [
        window_tests(0, [], []),
        window_tests(0, [1], [1e-12], window_s=window_s, timing=[1e-12], trusted=False),
    ]
    pairs = combined(tests, eligible)
    assert GRADES[pairs.grade[0]] == "none"
    assert pairs.q_value.tolist() == [1.0]
    assert not pairs.kept.any()


@pytest.mark.parametrize(
    ("window_s", "timing", "counts"),
    [
        (600, None, True),
        (3600, None, False),
        (3600, [0.3], True),
    ],
)
def test_evidence_of_a_long_window_needs_null_model_t(
    window_s: int, timing: list[float] | None, counts: bool
) -> None:
    eligible = np.ones((1, 100), np.bool_)
    tests = [
        window_tests(0, [], []),
        window_tests(0, [2], [1e-12], window_s=window_s, timing=timing, e_value=1e12),
    ]
    pairs = combined(tests, eligible)
    assert pairs.e_value[0] == (5e11 if counts else 0.0)
    assert e_benjamini_hochberg(pairs.e_value, 4950, 0.05).tolist() == [counts]


def test_a_pair_is_a_closed_ring_where_only_another_trace_could_time_it() -> None:
    eligible = np.ones((2, 100), np.bool_)
    tests = [
        window_tests(0, [2], [1e-12]),
        window_tests(1, [2], [0.3], timing=[0.9]),
    ]
    pairs = combined(tests, eligible)
    assert pairs.kept.tolist() == [True]
    assert GRADES[pairs.grade[0]] == "closed_ring"
    assert pairs.p_timing[0] == pytest.approx(0.5)


def test_tests_of_timing_in_which_nothing_was_seen_count() -> None:
    """Choosing the traces in which two met would make their timing look rarer."""
    eligible = np.ones((3, 3), np.bool_)
    tests = [
        window_tests(0, [1], [1e-4], timing=[1e-6]),
        window_tests(1, [], []),
        window_tests(2, [1], [1e-4]),
    ]
    # The third trace could not time them, and is left out; the second one could.
    assert combined(tests, eligible).p_timing[0] == pytest.approx(2e-6, rel=1e-6)
    able = np.array([[True] * 3, [False] * 3, [True] * 3])
    assert combined(tests, able).p_timing[0] == pytest.approx(1e-6, rel=1e-6)


def test_timing_over_many_silent_traces_promises_no_more_than_it_holds() -> None:
    """Pairs of 100,000 that meet by chance, in eight traces with 0.003 each."""
    traces, rate, n = 8, 0.003, 100_000
    rng = np.random.default_rng(1)
    tests = []
    for trace in range(traces):
        seen = rng.poisson(rate, n)
        keys = np.flatnonzero(seen)
        tail = poisson.sf(seen[keys] - 1, rate).tolist()
        tests.append(window_tests(trace, keys.tolist(), tail, timing=tail))
    # 1,000 accounts have the keys 0 to 10^6.
    pairs = combined(tests, np.ones((traces, 1000), np.bool_))
    for level in (0.0031, 1e-3, 1e-4):
        most = binom.isf(1e-4, n, level)
        assert (pairs.p_timing <= level).sum() <= most
        assert (pairs.p_value <= level).sum() <= most


@pytest.mark.parametrize(
    ("sessions", "timing", "p_both"),
    [
        # J alone: P(Poisson(1.5 x 0.1) >= 3), whatever T says short of one half.
        (3, 0.4, 5.0e-4),
        (3, 0.5, 5.0e-4),
        (3, 0.51, 0.5),
        # T says so as well: the larger of both is smaller still.
        (3, 1e-6, 1e-5),
        (0, 0.4, 0.4),
    ],
)
def test_where_j_counts_alone_t_may_be_silent_but_not_contradict(
    sessions: int, timing: float, p_both: float
) -> None:
    test = window_tests(0, [1], [1e-5], timing=[timing], alone=True)
    seen = replace(test, sessions=np.array([sessions]))
    assert seen.p_both[0] == pytest.approx(p_both, rel=0.01)
    refused = replace(seen, alone=False)
    assert refused.p_both[0] == max(1e-5, min(timing, 0.5))


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("timing", [None, [1e-3], [0.3]])
def test_a_test_says_less_without_an_occasion(
    alone: bool, timing: list[float] | None
) -> None:
    test = window_tests(0, [1], [2e-4], timing=timing, alone=alone)
    left = [float(test.without(removed)[0]) for removed in range(5)]
    assert left[0] == test.p_both[0]
    assert left[1:] == sorted(left[1:])
    # Of three occasions none is left.
    assert left[3] == left[4] == 0.5


def test_j_alone_allows_for_how_unequal_ordinary_pairs_are() -> None:
    equal, unequal = (
        window_tests(0, [1], [1e-5], timing=[0.4], alone=True, shape=shape)
        for shape in (1e3, 0.5)
    )
    # P(NB(mean 1.5 x 0.1, shape 1/2) >= 3), next to Poisson's 5.0e-4.
    assert equal.p_both[0] == pytest.approx(5.0e-4, rel=0.01)
    assert unequal.p_both[0] == pytest.approx(4.23e-3, rel=0.01)


@pytest.mark.parametrize(
    ("window_s", "timing", "grade"),
    [
        (60, [0.4], "slow"),
        (60, None, "closed_ring"),
        (3_600, [0.4], "shared_interest"),
        (3_600, None, "shared_interest"),
        # Both nulls are surprised: nothing rests on the user's word.
        (3_600, [1e-12], "slow"),
    ],
)
def test_a_long_window_without_t_cannot_tell_slow_from_shared_interest(
    window_s: int, timing: list[float] | None, grade: str
) -> None:
    test = window_tests(
        0, [1], [1e-12], window_s=window_s, timing=timing, alone=True, trusted=True
    )
    seen = replace(test, sessions=np.array([9]))
    pairs = combined([seen], np.ones((1, 3), np.bool_))
    assert pairs.kept.tolist() == [True]
    assert GRADES[pairs.grade[0]] == grade


@pytest.mark.parametrize(
    ("timing", "grade"), [(1e-3, "shared_interest"), (1e-12, "slow")]
)
def test_a_pair_that_t_would_not_keep_rests_on_the_users_word(
    timing: float, grade: str
) -> None:
    """T has to carry a pair through the correction, not to be surprised by itself."""
    able = np.ones((1, 1_000), np.bool_)
    seen = replace(
        window_tests(0, [1], [1e-12], window_s=3_600, timing=[timing], alone=True),
        sessions=np.array([9]),
    )
    pairs = combined([seen], able)
    assert pairs.kept.tolist() == [True]
    assert GRADES[pairs.grade[0]] == grade


def test_a_pair_that_a_short_window_keeps_does_not_rest_on_the_users_word() -> None:
    able = np.ones((1, 3), np.bool_)
    short = window_tests(0, [1], [1e-12])
    long = window_tests(0, [1], [1e-12], window_s=3_600, timing=[0.4], alone=True)
    told = combined([short, replace(long, sessions=np.array([14]))], able)
    silent = combined([short, replace(long, alone=False)], able)
    assert silent.kept.tolist() == told.kept.tolist() == [True]
    assert GRADES[silent.grade[0]] == "closed_ring"
    assert GRADES[told.grade[0]] != "shared_interest"


def test_tests_of_some_pairs_are_theirs() -> None:
    tests = window_tests(0, [1, 2, 5], [0.1, 0.2, 0.3], timing=[0.3, 0.2, 0.1])
    some = tests[np.array([0, 2])]
    assert (some.trace, some.window_s, some.trusted) == (0, 60, True)
    assert some.key.tolist() == [1, 5]
    assert some.p_both.tolist() == tests.p_both[[0, 2]].tolist()
