from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from rasad.config import Validation
from rasad.network.multiplicity import benjamini_yekutieli
from rasad.network.validation import GRADES, Pairs, WindowTests, combine


def window_tests(
    trace: int,
    keys: list[int],
    p: list[float],
    *,
    window_s: int = 60,
    timing: list[float] | None = None,
    trusted: bool = True,
) -> WindowTests:
    n = len(keys)
    values: NDArray[np.float64] = np.array(p)
    timed = np.full(n, np.nan) if timing is None else np.array(timing)
    return WindowTests(
        trace=trace,
        window_s=window_s,
        trusted=trusted,
        key=np.array(keys, np.int64),
        n_first=np.full(n, 3, np.int64),
        sessions=np.full(n, 3, np.int64),
        expected=np.full(n, 0.1),
        expected_timing=np.full(n, 0.1),
        p_value=values,
        p_timing=timed,
        e_value=np.full(n, 5.0),
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
