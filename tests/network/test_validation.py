from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import atan, pi, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from rasad.network.validation import (
    NO_EVIDENCE,
    WindowTests,
    benjamini_hochberg,
    cauchy_statistic,
    cauchy_tail,
    combine,
)

probabilities = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=30)


@given(probabilities, st.integers(0, 50))
def test_q_values_are_those_of_enumerating_every_pair(
    p: list[float], silent: int
) -> None:
    everything = np.array(p + [1.0] * silent)
    want = false_discovery_control(everything)[: len(p)]
    got = benjamini_hochberg(np.array(p), len(everything))
    np.testing.assert_allclose(got, want, rtol=1e-12)


@given(st.floats(1e-9, 0.998))
def test_a_single_test_combines_to_itself(p: float) -> None:
    back = cauchy_tail(cauchy_statistic(np.array([p])))[0]
    assert back == pytest.approx(p, rel=1e-9)


def test_the_smallest_p_value_survives_the_combination() -> None:
    assert cauchy_tail(cauchy_statistic(np.array([1e-300])))[0] == pytest.approx(1e-300)


def window_tests(
    trace: int, keys: list[int], p: list[float], *, combined: bool = True
) -> WindowTests:
    n = len(keys)
    values: NDArray[np.float64] = np.array(p)
    return WindowTests(
        trace=trace,
        window_s=60 if combined else 3600,
        combined=combined,
        key=np.array(keys, np.int64),
        n_first=np.full(n, 3, np.int64),
        p_value=values,
        lift=np.full(n, 9.0),
        lift_low=np.full(n, 3.0),
        q_value=values,
    )


def test_a_test_that_showed_nothing_still_counts() -> None:
    eligible = np.ones((2, 3), np.bool_)
    pairs = combine([window_tests(0, [1], [1e-6])], eligible, np.array([2, 2]), 0.05, 2)
    silent = tan((0.5 - NO_EVIDENCE) * pi)
    mean = (tan((0.5 - 1e-6) * pi) + 3 * silent) / 4
    assert pairs.n_tests.tolist() == [4]
    assert pairs.p_value[0] == pytest.approx(0.5 - atan(mean) / pi, rel=1e-6)


def test_traces_in_which_a_pair_is_not_eligible_do_not_count() -> None:
    eligible = np.array([[True, True, True], [True, False, True]])
    pairs = combine([window_tests(0, [1], [0.01])], eligible, np.array([1, 1]), 0.05, 2)
    assert pairs.n_tests.tolist() == [1]
    assert pairs.p_value[0] == pytest.approx(0.01)


def test_correction_is_over_all_pairs_of_eligible_accounts() -> None:
    eligible = np.ones((1, 10), np.bool_)
    pairs = combine([window_tests(0, [1], [1e-4])], eligible, np.array([1]), 0.05, 2)
    assert pairs.q_value[0] == pytest.approx(float(Fraction(45, 10_000)))


def test_a_long_window_keeps_no_pair_and_reads_shared_interest() -> None:
    eligible = np.ones((1, 3), np.bool_)
    tests = [window_tests(0, [1], [0.5]), window_tests(0, [1], [1e-9], combined=False)]
    pairs = combine(tests, eligible, np.array([1]), 0.05, 2)
    assert not pairs.kept.any()
    assert pairs.slow.tolist() == [True]


def test_no_tests_give_no_pairs() -> None:
    pairs = combine([], np.zeros((0, 4), np.bool_), np.zeros(0, np.int64), 0.05, 2)
    assert len(pairs.key) == 0


def test_pairs_without_a_short_test_are_not_kept() -> None:
    eligible = np.ones((1, 3), np.bool_)
    tests = [window_tests(0, [1], [1e-9], combined=False)]
    pairs = combine(tests, eligible, np.array([0]), 0.05, 2)
    assert pairs.n_tests.tolist() == [0]
    assert pairs.p_value[0] == pytest.approx(NO_EVIDENCE)
    assert not pairs.kept.any()


def test_where_nothing_is_kept_the_strongest_pairs_are_candidates() -> None:
    eligible = np.ones((1, 40), np.bool_)
    tests = [window_tests(0, [1, 2, 3], [0.3, 0.1, 0.2])]
    pairs = combine(tests, eligible, np.array([1]), 0.05, 2)
    assert not pairs.kept.any()
    assert pairs.candidate.all()


def test_candidates_share_two_objects_and_give_way_to_kept_pairs() -> None:
    eligible = np.ones((1, 40), np.bool_)
    single = replace(window_tests(0, [1], [0.3]), n_first=np.array([1]))
    assert not combine([single], eligible, np.array([1]), 0.05, 2).candidate.any()
    both = window_tests(0, [1, 2], [1e-9, 0.1])
    pairs = combine([both], eligible, np.array([1]), 0.05, 2)
    assert pairs.kept.tolist() == [True, False]
    assert not pairs.candidate.any()
