"""The time-blind test against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from rasad.extend import check_null_model
from rasad.null_models.hypergeometric import SMALLEST, Hypergeometric


def exact(x: int, k_a: int, k_b: int, n: int) -> Fraction:
    """Return P(X >= x) as a fraction."""
    ways = sum(
        comb(k_a, y) * comb(n - k_a, k_b - y) for y in range(x, min(k_a, k_b) + 1)
    )
    return Fraction(ways, comb(n, k_b))


def p_value(x: int, k_a: int, k_b: int, n: int) -> float:
    """Return the p-value of one pair."""
    one = np.array([[x], [k_a], [k_b]])
    return float(Hypergeometric().p_values(one[0], one[1], one[2], n)[0])


def test_every_small_case_is_exact() -> None:
    cases = [
        (x, k_a, k_b, n)
        for n in (1, 2, 5, 9)
        for k_a in range(n + 1)
        for k_b in range(n + 1)
        for x in range(max(0, k_a + k_b - n), min(k_a, k_b) + 1)
    ]
    for case in cases:
        assert p_value(*case) == pytest.approx(float(exact(*case)), rel=1e-13)


@given(n=st.integers(1, 3000), data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_case_is_exact_to_eleven_digits(n: int, data: st.DataObject) -> None:
    k_a = data.draw(st.integers(0, n))
    k_b = data.draw(st.integers(0, n))
    x = data.draw(st.integers(max(0, k_a + k_b - n), min(k_a, k_b)))
    expected = max(float(exact(x, k_a, k_b, n)), SMALLEST)
    assert p_value(x, k_a, k_b, n) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("case", [(3, 40, 900), (30, 500, 2000), (2, 7, 9_000)])
def test_a_million_objects_cost_no_more_than_eight_digits(
    case: tuple[int, int, int],
) -> None:
    n = 1_000_000
    assert p_value(*case, n) == pytest.approx(float(exact(*case, n)), rel=1e-8)


def test_it_agrees_with_scipy_on_many_pairs_at_once() -> None:
    rng = np.random.default_rng(3)
    k_a, k_b = rng.integers(1, 60, (2, 400))
    x = rng.integers(0, np.minimum(k_a, k_b) + 1)
    p = Hypergeometric().p_values(x, k_a, k_b, 500)
    assert p == pytest.approx(hypergeom.sf(x - 1, 500, k_a, k_b), rel=1e-8)
    assert np.array_equal(p, Hypergeometric().p_values(x, k_b, k_a, 500))


def test_sharing_nothing_is_certain() -> None:
    assert p_value(0, 3, 4, 100) == 1.0
    assert p_value(0, 0, 0, 0) == 1.0


def test_a_vanishing_chance_is_not_called_zero() -> None:
    assert p_value(800, 900, 900, 1_000_000) == SMALLEST


def test_no_pairs_give_no_p_values() -> None:
    none = np.zeros(0, np.int64)
    assert Hypergeometric().p_values(none, none, none, 7).shape == (0,)


@pytest.mark.parametrize(
    "case", [(-1, 2, 2, 9), (3, 2, 5, 9), (1, 2, 10, 9), (0, 5, 5, 9)]
)
def test_contradictions_are_refused(case: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="contradict"):
        p_value(*case)


def test_it_states_its_assumption() -> None:
    check_null_model(Hypergeometric())
