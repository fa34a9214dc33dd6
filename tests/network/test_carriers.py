"""What carries a pair: fragility by brute force, and traces left out one by one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from network.worlds import RING, WINDOW_S, ring_world, trace_of
from rasad.config import Settings, Timing
from rasad.network.carriers import (
    ablation,
    fragility,
    spectrum,
    trace_statistics,
)
from rasad.network.halves import TracePairs
from rasad.network.multiplicity import NO_EVIDENCE, cauchy_statistic, cauchy_tail
from rasad.network.pair_tests import fit_nulls
from rasad.network.trace_tests import null_tests
from rasad.network.window_tests import WindowTests
from rasad.null_models.timing import ChosenPairs

KEYS = np.array([3, 5, 8, 13])
TRACES = 2

Numbers = tuple[int, float, float | None]
"""Sessions, and what J and T expect of them; none where T cannot be tested."""

# Chance below ln 2: no tail is above one half, where a test says nothing either way.
CHANCES = st.floats(0.1, 0.6)
NUMBERS = st.tuples(st.integers(1, 6), CHANCES, st.none() | CHANCES)
WINDOWS = st.lists(
    st.tuples(
        st.integers(0, TRACES - 1),
        st.sampled_from([60, 600]),
        st.lists(st.none() | NUMBERS, min_size=len(KEYS), max_size=len(KEYS)),
    ),
    min_size=1,
    max_size=4,
)


def window(trace: int, window_s: int, numbers: list[Numbers | None]) -> WindowTests:
    """Return tests of the pairs whose numbers are given."""
    there = [at for at, one in enumerate(numbers) if one]
    known = [one for one in numbers if one]
    n = len(known)
    sessions = np.array([s for s, _, _ in known], np.int64)
    expected = np.array([mu for _, mu, _ in known])
    timing = np.array([np.nan if mu is None else mu for _, _, mu in known], float)
    p_timing = poisson.sf(sessions - 1, timing) if n else np.zeros(0)
    return WindowTests(
        trace=trace,
        window_s=window_s,
        trusted=True,
        alone=False,
        shape=np.inf,
        key=KEYS[there],
        n_first=sessions,
        sessions=sessions,
        expected=expected,
        expected_timing=timing,
        p_value=poisson.sf(sessions - 1, expected) if n else np.zeros(0),
        p_timing=p_timing,
        e_value=np.ones(n),
        lift=np.ones(n),
        lift_low=np.ones(n),
    )


def without(test: WindowTests, removed: int) -> WindowTests:
    """Return the same with fewer sessions, tails and all."""
    left = np.maximum(test.sessions - removed, 0)
    return replace(
        test,
        sessions=left,
        p_value=np.where(left > 0, poisson.sf(left - 1, test.expected), 0.5),
        p_timing=np.where(
            (left > 0) | np.isnan(test.p_timing),
            poisson.sf(left - 1, test.expected_timing),
            0.5,
        ),
    )


def combined(tests: list[WindowTests], key: int, n_tests: int) -> float:
    """Return the Cauchy combination of one pair; tests without it say one half."""
    p_values = [p for t in tests for p in t.p_both[t.key == key].tolist()]
    p_values += [0.5] * (n_tests - len(p_values))
    mean = cauchy_statistic(np.array(p_values)).mean()
    return float(cauchy_tail(np.array([mean]))[0])


@given(drawn=WINDOWS, limit=st.sampled_from([0.2, 1e-2, 1e-4]))
@settings(max_examples=80, deadline=None)
def test_fragility_is_found_by_taking_objects_away_one_by_one(
    drawn: list[tuple[int, int, list[Numbers | None]]], limit: float
) -> None:
    tests = [window(*one) for one in drawn]
    n_tests = np.full(len(KEYS), len(tests))
    want = []
    for key in KEYS.tolist():
        removed = 1
        while (
            combined([without(test, removed) for test in tests], key, len(tests))
            <= limit
        ):
            removed += 1
        want.append(removed)
    assert fragility(KEYS, tests, n_tests, TRACES, limit).tolist() == want


def test_a_pair_on_many_objects_loses_more_of_them() -> None:
    tests = [window(0, 60, [(2, 0.01, None), (5, 0.01, None), (9, 0.01, None), None])]
    lost = fragility(KEYS[:3], tests, np.ones(3, np.int64), 1, 1e-3)
    # One object in a hundredth has p = 0.01, two have 5e-5.
    assert lost.tolist() == [1, 4, 8]


@given(drawn=WINDOWS)
@settings(max_examples=60, deadline=None)
def test_statistics_add_up_by_trace(
    drawn: list[tuple[int, int, list[Numbers | None]]],
) -> None:
    tests = [window(*one) for one in drawn]
    sums = trace_statistics(KEYS, tests, TRACES)
    for trace in range(TRACES):
        for place, key in enumerate(KEYS.tolist()):
            p = [x for t in tests if t.trace == trace for x in t.p_both[t.key == key]]
            # Written as a tangent of 1/2 - p, small p-values would be lost.
            statistic = sum(1 / np.tan(np.pi * min(x, NO_EVIDENCE)) for x in p)
            assert sums[trace, place] == pytest.approx(statistic, rel=1e-6, abs=1e-9)


@given(drawn=WINDOWS, limit=st.sampled_from([0.2, 1e-2, 1e-4]))
@settings(max_examples=80, deadline=None)
def test_traces_are_left_out_one_by_one(
    drawn: list[tuple[int, int, list[Numbers | None]]], limit: float
) -> None:
    tests = [window(*one) for one in drawn]
    by_trace = [[t for t in tests if t.trace == trace] for trace in range(TRACES)]
    counts = [len(part) for part in by_trace]
    able = np.repeat(np.array(counts)[:, None], len(KEYS), axis=1)
    rows = ablation(KEYS, tests, able, limit)
    where = [(row["trace"], row["place"]) for row in rows]
    used = [trace for trace in range(TRACES) if counts[trace]]
    assert sorted(where) == [(t, p) for t in used for p in range(len(KEYS))]
    for row in rows:
        trace, key = row["trace"], int(KEYS[row["place"]])
        alone = combined(by_trace[trace], key, counts[trace])
        assert row["p_alone"] == pytest.approx(alone, rel=1e-9)
        rest = None
        if counts[1 - trace]:
            rest = combined(by_trace[1 - trace], key, counts[1 - trace])
        assert row["p_without"] == (rest if rest is None else pytest.approx(rest))
        whole = combined(tests, key, len(tests))
        assert row["carries"] == (whole <= limit and (rest is None or rest > limit))


def test_the_trace_that_shows_a_pair_carries_it() -> None:
    strong: list[Numbers | None] = [(4, 0.01, 0.01), None, None, None]
    weak: list[Numbers | None] = [(1, 0.5, 0.5), None, None, None]
    tests = [window(0, 60, strong), window(1, 60, weak)]
    rows = ablation(KEYS[:1], tests, np.ones((2, 1), np.int64), 1e-4)
    assert [row["carries"] for row in rows] == [True, False]
    assert rows[0]["p_alone"] == rows[1]["p_without"] < 1e-8
    assert rows[0]["p_without"] == pytest.approx(rows[1]["p_alone"])
    assert rows[1]["p_alone"] == pytest.approx(1 - np.exp(-0.5))


def test_a_pair_that_two_traces_show_is_carried_by_neither() -> None:
    strong: list[Numbers | None] = [(6, 0.01, 0.01), None, None, None]
    tests = [window(0, 60, strong), window(1, 60, strong)]
    rows = ablation(KEYS[:1], tests, np.ones((2, 1), np.int64), 1e-4)
    assert [row["carries"] for row in rows] == [False, False]


def test_what_other_traces_say_outlives_a_very_small_p() -> None:
    strongest: list[Numbers | None] = [(12, 0.01, 0.01), None, None, None]
    strong: list[Numbers | None] = [(3, 0.01, 0.01), None, None, None]
    tests = [window(0, 60, strongest), window(1, 60, strong)]
    first, second = ablation(KEYS[:1], tests, np.ones((2, 1), np.int64), 1e-4)
    assert second["p_alone"] < 1e-6
    assert first["p_without"] == pytest.approx(second["p_alone"])
    assert not first["carries"]


def test_a_long_window_says_no_more_when_objects_are_taken_away() -> None:
    short: list[Numbers | None] = [(3, 0.01, 0.01), None, None, None]
    long: list[Numbers | None] = [(9, 0.01, None), None, None, None]
    tests = [window(0, 60, short), window(0, 3600, long)]
    assert tests[1].p_both[0] == 0.5
    lost = fragility(KEYS[:1], tests, np.full(1, 2), 1, 1e-3)
    assert lost.tolist() == [2]


def test_a_test_that_says_nothing_says_nothing_without_an_object() -> None:
    strong: list[Numbers | None] = [(3, 0.01, 0.01), None, None, None]
    idle: list[Numbers | None] = [(2, 3.0, 3.0), None, None, None]
    tests = [window(0, 60, strong), window(1, 60, idle)]
    assert tests[1].p_both[0] == 0.5
    sums = trace_statistics(KEYS[:1], tests, TRACES, removed=1)
    assert sums[1, 0] == pytest.approx(0.0, abs=1e-9)


SPECTRUM = Settings(timing=Timing(spectrum_s=(1_800, 21_600, 0)))


Tested = tuple[WindowTests, ChosenPairs]


def windows_of(trace: TracePairs) -> list[Tested]:
    """Return the tests of the one window of a trace."""
    fitted = fit_nulls(trace.actions, WINDOW_S, *trace.pairs[0], SPECTRUM, 1, 21_600)
    return [(null_tests(0, fitted, True, 1), fitted.aside)]


@cache
def ring_tests() -> list[Tested]:
    return windows_of(ring_world())


def test_the_spectrum_is_null_model_t_in_every_stretch() -> None:
    trace, ((tests, _),) = ring_world(), ring_tests()
    n = len(trace.actions.stratum)
    ring = [int(a) * n + int(b) for a, b in combinations(RING, 2)]
    absent = int(np.setdiff1d(np.arange(1, n), tests.key)[0])
    keys = np.array([absent, *ring])
    rows = spectrum(keys, trace, ring_tests(), SPECTRUM, threads=1)
    assert {row["place"] for row in rows} == set(range(1, 1 + len(ring)))
    assert len(rows) == 3 * len(ring)
    for stretch in SPECTRUM.timing.spectrum_s:
        again = fit_nulls(
            trace.actions, WINDOW_S, *trace.pairs[0], SPECTRUM, 1, stretch
        )
        want = again.tests(threads=1)
        at = np.searchsorted(again.key, ring)
        mine = [row for row in rows if row["jitter_s"] == stretch]
        assert [row["place"] for row in mine] == list(range(1, 1 + len(ring)))
        assert [row["p_timing"] for row in mine] == want.p_timing[at].tolist()
        assert [row["expected"] for row in mine] == want.expected_timing[at].tolist()
        assert {row["window_s"] for row in mine} == {WINDOW_S}


def test_the_spectrum_counts_what_is_shared_and_close() -> None:
    n = len(ring_world().actions.stratum)
    pair = np.array([int(RING[0]) * n + int(RING[1])])
    rows = spectrum(pair, ring_world(), ring_tests(), SPECTRUM, threads=1)
    # Half of 120 objects, on which both are within half a minute of each other. Where
    # a stretch ends between them, they share no time in which to be exchanged.
    whole = next(row for row in rows if row["jitter_s"] == 0)
    assert (whole["n_shared"], whole["n_close"]) == (60, 60)
    for row in rows:
        assert 0.9 * 60 <= row["n_close"] <= row["n_shared"] <= 60
        assert row["p_timing"] < 1e-9
    expected = [row["expected"] for row in rows]
    assert expected == sorted(expected, reverse=True)


def test_pairs_that_nobody_can_time_have_no_p_in_the_spectrum() -> None:
    """Two are the whole audience of their objects: there is nobody to compare with."""
    trace = trace_of([(o, 7200 * o + a, a) for o in range(9) for a in range(2)], 2)
    rows = spectrum(np.array([1]), trace, windows_of(trace), SPECTRUM, threads=1)
    assert [row["p_timing"] for row in rows] == [None] * 3
    assert {(row["n_shared"], row["n_close"]) for row in rows} == {(9, 9)}
