"""Intervals over campaigns cover what they promise, as far as they can."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, bootstrap, t

from rasad.errors import ConfigError
from rasad.evaluate.contest import Real
from rasad.evaluate.metrics.intervals import (
    Interval,
    Kind,
    bootstrap_interval,
    paired_bootstrap,
    wilson_interval,
)

KINDS: tuple[Kind, ...] = ("percentile", "bca")
VALUES = np.array([0.1, 0.15, 0.2, 0.2, 0.3, 0.35, 0.5, 0.9, 0.95, 0.4, 0.1, 0.7])


def covers(interval: Interval, value: float) -> bool:
    return interval.low <= value <= interval.high


@pytest.mark.parametrize("kind", KINDS)
def test_coverage_for_the_mean_of_twenty_campaigns(kind: Kind) -> None:
    # Near P(|t| <= z sqrt(19 / 20)) with 19 degrees of freedom, 0.929, by the
    # derivation in the docstring. Of 800 samples the share has a sd of 0.0091; four of
    # them, and 0.01 for the quantiles of 400 draws and for BCa's own approximation.
    promised = 2 * t.cdf(1.959964 * math.sqrt(19 / 20), 19) - 1
    rng = np.random.default_rng(11)
    hits = [
        covers(bootstrap_interval(rng.normal(0.5, 0.2, 20), kind=kind, draws=400), 0.5)
        for _ in range(800)
    ]
    assert np.mean(hits) == pytest.approx(promised, abs=4 * 0.0091 + 0.01)


def test_pairing_takes_out_what_makes_campaigns_hard() -> None:
    # Hardness of sd 0.3 is common to both methods; the gain of 0.05 has one of 0.02.
    rng = np.random.default_rng(2)
    hard = rng.normal(0, 0.3, 20)
    theirs = 0.5 + hard
    ours = theirs + rng.normal(0.05, 0.02, 20)
    paired = paired_bootstrap(ours, theirs)
    assert covers(paired, 0.05)
    assert paired.low > 0
    assert paired.high - paired.low < 0.04
    alone = bootstrap_interval(ours)
    assert alone.high - alone.low > 0.15


@pytest.mark.parametrize(
    ("kind", "method"), [("percentile", "percentile"), ("bca", "BCa")]
)
@pytest.mark.parametrize("statistic", [np.mean, np.median])
def test_ends_are_those_of_scipy(kind: Kind, method: str, statistic: object) -> None:
    assert callable(statistic)
    ours = bootstrap_interval(VALUES, statistic=statistic, kind=kind, draws=40_000)
    scipy = bootstrap(
        (VALUES,), statistic, n_resamples=40_000, method=method, rng=1, vectorized=True
    ).confidence_interval
    # An end is a quantile of 40,000 draws: sd of its level 0.0008, which is a shift of
    # 0.014 standard errors of the mean (0.083) at density 0.058; five of them is 0.006.
    # The median's draws are lumps of 0.025 to 0.1, so one lump.
    slack = 0.006 if statistic is np.mean else 0.1
    assert ours.low == pytest.approx(scipy.low, abs=slack)
    assert ours.high == pytest.approx(scipy.high, abs=slack)
    assert ours.kind == kind


def test_bca_leans_to_the_long_tail() -> None:
    long = np.array([0.0] * 8 + [0.1, 0.2, 0.5, 1.0])
    plain, corrected = (bootstrap_interval(long, kind=kind) for kind in KINDS)
    assert corrected.low > plain.low
    assert corrected.high > plain.high


def test_the_same_seed_gives_the_same_interval() -> None:
    assert bootstrap_interval(VALUES) == bootstrap_interval(VALUES)
    assert bootstrap_interval(VALUES).low != bootstrap_interval(VALUES, seed=1).low


def test_campaigns_without_a_figure_are_left_out() -> None:
    holes = np.append(VALUES, [math.nan, math.nan])
    assert bootstrap_interval(holes) == bootstrap_interval(VALUES)
    paired = paired_bootstrap(holes, np.append(math.nan, holes[1:]))
    assert paired.n == len(VALUES) - 1


@pytest.mark.parametrize("kind", KINDS)
def test_too_few_campaigns_have_no_interval(kind: Kind) -> None:
    none = bootstrap_interval(np.zeros(0), kind=kind)
    assert none.n == 0
    assert math.isnan(none.estimate)
    one = bootstrap_interval(np.array([0.3]), kind=kind)
    assert (one.n, one.estimate) == (1, 0.3)
    assert math.isnan(one.low)
    assert math.isnan(one.high)


def test_campaigns_that_are_all_alike_have_an_interval_without_width() -> None:
    alike = bootstrap_interval(np.full(7, 0.1))
    assert alike.low == pytest.approx(0.1, abs=1e-12)
    assert alike.high == pytest.approx(0.1, abs=1e-12)


def steps(values: Real, /, *, axis: int) -> Real:
    """Count different values: all of them in the sample, never so many in a draw."""
    rising = np.diff(np.sort(values, axis=axis), axis=axis) > 0
    return np.asarray(rising.sum(axis=axis), np.float64)


def test_a_statistic_at_the_end_of_its_draws_falls_back_to_percentiles() -> None:
    found = bootstrap_interval(np.arange(60.0), statistic=steps)
    assert found.kind == "percentile"
    assert found.high < found.estimate == 59


def test_a_level_beyond_what_the_correction_can_bear_falls_back_too() -> None:
    # One campaign is all the spread, so the acceleration nears 1/6: from z = 6 on the
    # corrected level would turn back.
    lone = np.append(np.zeros(99), 1.0)
    assert bootstrap_interval(lone).kind == "bca"
    assert bootstrap_interval(lone, level=1 - 1e-9).kind == "percentile"


def test_methods_are_paired_campaign_by_campaign() -> None:
    with pytest.raises(ConfigError, match="cannot be paired"):
        paired_bootstrap(np.zeros(3), np.zeros(4))


def test_wilson_by_hand() -> None:
    # Wilson's limits of 8 of 10 at 95 %: (0.8 + 0.19207 +- 1.96 sqrt(0.016 + 0.009604))
    # / 1.38415.
    assert wilson_interval(8, 10) == pytest.approx((0.490162, 0.943318), abs=1e-6)
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == 1.0
    assert all(math.isnan(end) for end in wilson_interval(0, 0))


@settings(deadline=None)  # the machine may be busy
@given(
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
)
def test_wilson_holds_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    part, whole = counts
    low, high = wilson_interval(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    mirrored = wilson_interval(whole - part, whole)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-12)


def test_wilson_covers_rare_shares() -> None:
    # Exact coverage: the chance of all counts whose interval holds the true share. It
    # jumps from count to count around 95 %.
    for share in (0.02, 0.1, 0.5):
        counts = np.arange(101)
        ends = np.array([wilson_interval(int(count), 100) for count in counts])
        held = (ends[:, 0] <= share) & (share <= ends[:, 1])
        assert 0.93 < binom.pmf(counts[held], 100, share).sum() < 0.99
