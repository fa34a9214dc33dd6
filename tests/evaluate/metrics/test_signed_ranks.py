"""Wilcoxon's test against every assignment of signs, Holm's correction by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata, wilcoxon

from rasad.evaluate.contest import Real
from rasad.evaluate.metrics.resampling import FEW_CAMPAIGNS, compared
from rasad.evaluate.metrics.signed_ranks import (
    MOST_EXACT,
    holm,
    wilcoxon_signed_rank,
)

NAN = math.nan
STEPS = st.lists(st.integers(-5, 5), min_size=1, max_size=9)


def by_every_sign(difference: Real) -> float:
    """Return the p-value by trying all 2^n signs."""
    moved = difference[difference != 0]
    if not len(moved):
        return 1.0
    rank = rankdata(np.abs(moved))
    middle, seen = rank.sum() / 2, rank[moved > 0].sum()
    signs = itertools.product([False, True], repeat=len(moved))
    sums = np.array([rank[list(sign)].sum() for sign in signs])
    return float((np.abs(sums - middle) >= abs(seen - middle) - 1e-9).mean())


@settings(deadline=None)  # the machine may be busy
@given(STEPS)
def test_every_assignment_of_signs_is_counted(steps: list[int]) -> None:
    difference = np.array(steps) / 7
    expected = by_every_sign(np.array(steps, np.float64))
    assert wilcoxon_signed_rank(difference) == pytest.approx(expected, abs=1e-12)
    assert wilcoxon_signed_rank(-difference) == pytest.approx(expected, abs=1e-12)
    assert wilcoxon_signed_rank(difference * 3) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [6, 26, 120])
def test_without_ties_it_is_scipy_s(n: int) -> None:
    difference = np.random.default_rng(n).normal(0.2, 1, n)
    exact = wilcoxon(difference, method="exact").pvalue
    assert wilcoxon_signed_rank(difference) == pytest.approx(exact, rel=1e-9)


def test_many_differences_go_by_the_normal_distribution() -> None:
    difference = np.random.default_rng(1).normal(0.1, 1, MOST_EXACT + 50).round(1)
    normal = wilcoxon(difference, method="asymptotic", correction=False).pvalue
    assert wilcoxon_signed_rank(difference) == pytest.approx(normal, rel=1e-9)


def test_campaigns_without_difference_or_figure() -> None:
    plain = np.array([0.1, 0.2, -0.3, 0.4])
    assert wilcoxon_signed_rank(np.append(plain, [0.0, NAN])) == wilcoxon_signed_rank(
        plain
    )
    assert wilcoxon_signed_rank(np.zeros(5)) == 1.0
    assert math.isnan(wilcoxon_signed_rank(np.zeros(0)))
    assert math.isnan(wilcoxon_signed_rank(np.array([NAN])))


def test_differences_equal_but_for_rounding_share_a_rank() -> None:
    ours, theirs = np.array([0.3, 0.4, 0.9]), np.array([0.2, 0.3, 1.0])
    exact = np.array([1.0, 1.0, -1.0])
    assert wilcoxon_signed_rank(ours - theirs) == wilcoxon_signed_rank(exact)


def test_the_level_is_kept() -> None:
    # Symmetric differences of ten campaigns: P(p <= 0.05) is exactly 0.0488; of 4000
    # samples it has a sd of 0.0034.
    rng = np.random.default_rng(9)
    p = [wilcoxon_signed_rank(rng.normal(0, 1, 10)) for _ in range(4000)]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.0488, abs=4 * 0.0034)


def test_holm_by_hand() -> None:
    p = np.array([0.04, NAN, 0.01, 0.02, 0.9])
    # In order 0.01 x 4, 0.02 x 3, 0.04 x 2, 0.9 x 1, never falling.
    assert holm(p) == pytest.approx([0.08, NAN, 0.04, 0.06, 0.9], nan_ok=True)
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert holm(np.zeros(0)).tolist() == []


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.floats(0, 1), max_size=8), st.randoms())
def test_holm_lies_between_no_correction_and_bonferroni(
    values: list[float], random: object
) -> None:
    p = np.array(values, np.float64)
    corrected = holm(p)
    assert (corrected >= p).all()
    assert (corrected <= np.minimum(p * max(len(p), 1), 1) + 1e-15).all()
    assert holm(p[::-1]).tolist() == corrected[::-1].tolist()


def test_a_table_of_rivals() -> None:
    rng = np.random.default_rng(6)
    ours = rng.uniform(0.5, 0.9, 12)
    rivals = {
        "worse": ours - rng.uniform(0.01, 0.2, 12),
        "same": ours.copy(),
        "better": ours + 0.05,
        "unable": np.full(12, NAN),
    }
    found = compared(ours, rivals, draws=300)
    assert list(found) == list(rivals)
    assert found["worse"].gain.low > 0
    assert (found["worse"].better, found["worse"].worse) == (12, 0)
    assert found["worse"].p_value == pytest.approx(2 / 2**12)
    # Three rivals have an answer, and two of them the same smallest p-value.
    assert found["worse"].p_corrected == pytest.approx(3 * 2 / 2**12)
    assert found["better"].gain.high < 0
    assert found["same"].p_value == 1.0
    assert found["same"].gain.low == found["same"].gain.high == 0.0
    assert math.isnan(found["unable"].p_corrected)
    assert found["unable"].gain.n == 0
    assert all(each.few for each in found.values())
    many = np.linspace(0, 1, FEW_CAMPAIGNS + 1)
    assert not compared(many, {"a": many / 2}, draws=10)["a"].few
    assert compared(ours, {}) == {}
