"""Weighted statistics have known answers, and a weight is a repeated value."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rasad.evaluate.realism.weighted import (
    Statistic,
    busiest_months,
    evenness,
    gini,
    mean,
    on_full_days,
    quantile,
    quantile_ratio,
    quietest,
    share_below,
    share_from,
    share_within,
    tail_exponent,
    top_share,
)

EVERY: dict[str, Statistic] = {
    "mean": mean,
    "median": quantile(0.5),
    "ratio": quantile_ratio(0.9, 0.5),
    "gini": gini,
    "top": top_share(0.1),
    "below": share_below(5),
    "from": share_from(5),
    "within": share_within(4, 9),
    "evenness": evenness(24),
    "quietest": quietest(24, 6),
    "months": busiest_months,
    "full days": on_full_days(4),
    "tail": tail_exponent(3.0),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_weight_counts_like_repeated_values(name: str) -> None:
    rng = np.random.default_rng(3)
    values = np.sort(rng.integers(1, 24, 40)).astype(float)
    weights = rng.integers(0, 4, 40).astype(float)
    repeated = np.repeat(values, weights.astype(int))
    weighted = EVERY[name](values, weights)
    assert weighted == pytest.approx(EVERY[name](repeated, np.ones(len(repeated))))


@pytest.mark.parametrize("name", EVERY)
def test_nothing_has_no_moment(name: str) -> None:
    empty, value = np.zeros(0), np.ones(1)
    assert np.isnan(EVERY[name](empty, empty))
    assert np.isnan(EVERY[name](value, np.zeros(1)))


def test_concentration_runs_from_equal_to_one_has_all() -> None:
    equal = np.full(100, 7.0)
    one = np.r_[np.zeros(99), 5.0]
    ones = np.ones(100)
    assert gini(equal, ones) == pytest.approx(0.0, abs=1e-12)
    assert gini(one, ones) == pytest.approx(0.99)
    assert top_share(0.01)(equal, ones) == pytest.approx(0.01)
    assert top_share(0.01)(one, ones) == pytest.approx(1.0)


def test_gini_is_half_the_relative_mean_difference() -> None:
    values = np.sort(np.random.default_rng(1).pareto(1.5, 60))
    difference = np.abs(values[:, None] - values).mean()
    assert gini(values, np.ones(60)) == pytest.approx(difference / 2 / values.mean())


def test_quantiles_are_values_that_were_seen() -> None:
    values = np.array([1.0, 2.0, 3.0, 50.0])
    assert [quantile(q)(values, np.ones(4)) for q in (0.0, 0.25, 0.5, 0.9)] == [
        1.0,
        1.0,
        2.0,
        50.0,
    ]


def test_an_even_day_has_a_quarter_of_its_posts_in_six_hours() -> None:
    hours = np.arange(24.0)
    assert evenness(24)(hours, np.ones(24)) == pytest.approx(1.0)
    assert quietest(24, 6)(hours, np.ones(24)) == pytest.approx(0.25)


def test_the_quietest_hours_may_lie_around_midnight() -> None:
    weights = np.where(np.isin(np.arange(24), [22, 23, 0, 1, 2, 3]), 0.0, 1.0)
    assert quietest(24, 6)(np.arange(24.0), weights) == 0.0


def test_the_tail_exponent_of_a_pareto_is_found() -> None:
    values = np.sort(np.random.default_rng(2).pareto(1.7, 50_000) + 1)
    assert tail_exponent(2.0)(values, np.ones(50_000)) == pytest.approx(1.7, rel=0.05)


def test_months_and_days_of_creation() -> None:
    # Six in January 1970, three of them on one day, two in March, one in 1971.
    days = np.array([1.0, 4.0, 4.0, 4.0, 9.0, 30.0, 60.0, 61.0, 400.0])
    ones = np.ones(9)
    assert busiest_months(days, ones) == pytest.approx(1.0)
    assert busiest_months(np.r_[days, 500.0, 600.0], np.ones(11)) == pytest.approx(
        9 / 11
    )
    assert on_full_days(3)(days, ones) == pytest.approx(3 / 9)


def test_evenness_is_the_entropy_that_scipy_finds() -> None:
    weights = np.random.default_rng(5).random(24)
    expected = stats.entropy(weights / weights.sum()) / np.log(24)
    assert evenness(24)(np.arange(24.0), weights) == pytest.approx(expected)
