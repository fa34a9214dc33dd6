"""An order of accounts against the truth: ties, missing scores, prevalence."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.errors import ConfigError
from rasad.evaluate.contest import Real
from rasad.evaluate.metrics.ranking import Bool, Ranking, ranked

NAN = math.nan
ACCOUNTS = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, NAN]), st.booleans()),
    max_size=40,
)
Accounts = list[tuple[float, bool]]


def arrays(accounts: Accounts) -> tuple[Real, Bool]:
    score = np.array([score for score, _ in accounts], np.float64)
    return score, np.array([truth for _, truth in accounts], np.bool_)


def figures(ranking: Ranking) -> list[float]:
    return [
        ranking.average_precision,
        ranking.average_precision_at(0.01),
        ranking.precision_at(7),
        ranking.precision_at(7, 0.01),
        ranking.recall_at_length(7),
        ranking.recall_at_false_share(0.3),
        ranking.recall_at_alarms(2),
        ranking.roc_auc,
        ranking.best_f1,
        *(value for row in ranking.curve(5) for value in row.values()),
    ]


def made() -> tuple[Real, Bool]:
    """Two hundred accounts with many equal scores."""
    place = np.arange(200)
    return ((7 * place) % 23).astype(np.float64), place**2 % 10 < 3


def test_the_figures_are_those_of_scikit_learn() -> None:
    # scikit-learn 1.9.1: average_precision_score, roc_auc_score on `made()`; ordinary
    # accounts with sample_weight P (1 - pi) / (pi N) for the prevalences.
    ranking = ranked(*made())
    assert ranking.average_precision == pytest.approx(0.2819879122262302, abs=1e-9)
    assert ranking.roc_auc == pytest.approx(0.4761904761904762, abs=1e-9)
    assert ranking.average_precision_at(0.01) == pytest.approx(
        0.009199463626831477, abs=1e-9
    )
    assert ranking.average_precision_at(0.001) == pytest.approx(
        0.0009193588191538234, abs=1e-9
    )


def test_by_hand() -> None:
    # Down the order: right | wrong and right, equal | wrong | right, never scored.
    score = np.array([9.0, 5.0, 5.0, 1.0, NAN])
    ranking = ranked(score, np.array([True, False, True, False, True]))
    assert ranking.found.tolist() == [1, 2, 2]
    assert ranking.alarms.tolist() == [0, 1, 2]
    assert (ranking.operated, ranking.ordinary) == (3, 2)
    assert ranking.average_precision == pytest.approx(1 / 3 + 2 / 3 / 3)
    assert ranking.precision_at(2) == pytest.approx(1.5 / 2)
    assert ranking.precision_at(100) == pytest.approx(2 / 4)
    assert ranking.recall_at_length(2) == pytest.approx(1.5 / 3)
    assert ranking.recall_at_alarms(0) == pytest.approx(1 / 3)
    assert ranking.recall_at_alarms(1) == pytest.approx(2 / 3)
    # 3 x 2 pairs: 1 above both, 1 half above one and above the other, 1 below both.
    assert ranking.roc_auc == pytest.approx((2 + 1.5 + 0) / 6)
    assert ranking.best_f1 == pytest.approx(2 * 2 / (3 + 3))


def test_prevalence_weighs_ordinary_accounts_as_copies_would() -> None:
    score, operated = made()
    copies = np.concatenate(
        [np.flatnonzero(operated), *[np.flatnonzero(~operated)] * 9]
    )
    ordinary = 9 * int((~operated).sum())
    prevalence = operated.sum() / (operated.sum() + ordinary)
    few, many = ranked(score, operated), ranked(score[copies], operated[copies])
    assert few.weight_of_ordinary(prevalence) == pytest.approx(9)
    assert few.average_precision_at(prevalence) == pytest.approx(many.average_precision)
    for length in (1, 10, 60, 300, 5000):
        assert few.precision_at(length, prevalence) == pytest.approx(
            many.precision_at(length)
        )
    assert few.recall_at_false_share(0.9, prevalence) == pytest.approx(
        many.recall_at_false_share(0.9)
    )


def test_equal_scores_are_taken_as_chance_would() -> None:
    # Of ten equal accounts three are operated; any four hold 1.2 of them on average.
    ranking = ranked(np.ones(10), np.arange(10) < 3)
    assert ranking.precision_at(4) == pytest.approx(0.3)
    assert ranking.recall_at_length(4) == pytest.approx(0.4)
    draws = np.random.default_rng(1).random((4000, 10)).argsort(axis=1) < 3
    # Standard error of the mean of 4000 hypergeometric draws, sd 0.75: 0.012.
    assert draws[:, :4].sum(axis=1).mean() == pytest.approx(1.2, abs=0.05)


def test_a_share_that_no_double_holds_is_kept_exactly() -> None:
    # 57 right and 3 wrong: exactly one in twenty.
    truth = np.arange(60) >= 3
    assert ranked(np.ones(60), truth).recall_at_false_share(0.05) == 1.0
    truth = np.arange(60) >= 4
    assert ranked(np.ones(60), truth).recall_at_false_share(0.05) == 0.0


def test_what_cannot_be_said_is_nan() -> None:
    empty = ranked(np.zeros(0), np.zeros(0, np.bool_))
    assert all(math.isnan(value) for value in figures(empty))
    assert empty.curve() == []
    nobody = ranked(np.array([1.0, 2.0]), np.array([False, False]))
    assert math.isnan(nobody.average_precision)
    assert math.isnan(nobody.recall_at_alarms(1))
    assert nobody.precision_at(1) == 0.0
    everybody = ranked(np.array([1.0, 2.0]), np.array([True, True]))
    assert everybody.average_precision == 1.0
    assert math.isnan(everybody.average_precision_at(0.01))
    assert math.isnan(everybody.precision_at(1, 0.01))
    assert math.isnan(everybody.recall_at_false_share(0.05, 0.01))
    assert math.isnan(everybody.roc_auc)
    silent = ranked(np.array([NAN, NAN]), np.array([True, False]))
    assert silent.average_precision == 0.0
    assert math.isnan(silent.precision_at(5))
    assert silent.roc_auc == 0.5


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, 1.5, NAN])
def test_a_prevalence_is_a_share(prevalence: float) -> None:
    with pytest.raises(ConfigError, match="not between 0 and 1"):
        ranked(*made()).average_precision_at(prevalence)


def test_minus_infinity_is_no_score_and_infinity_is_the_highest() -> None:
    score = np.array([-math.inf, math.inf, 3.0])
    ranking = ranked(score, np.array([True, True, False]))
    assert ranking.found.tolist() == [1, 1]
    assert ranking.recall_at_alarms(5) == 0.5


def test_the_curve_divides_the_recall() -> None:
    ranking = ranked(-np.arange(100.0), np.arange(100) % 10 == 0)
    curve = ranking.curve()
    assert [row["recall"] for row in curve] == pytest.approx(np.arange(1, 11) / 10)
    assert curve[-1]["false_alarms"] == 81
    weighed = ranking.curve(prevalence=0.01)
    assert weighed[-1]["precision"] == pytest.approx(10 / (10 + 11 * 81))
    assert weighed[-1]["false_alarms"] == 81


@settings(deadline=None)  # the machine may be busy
@given(ACCOUNTS, st.randoms())
def test_the_order_of_accounts_does_not_matter(
    accounts: Accounts, random: Random
) -> None:
    shuffled = list(accounts)
    random.shuffle(shuffled)
    one, other = ranked(*arrays(accounts)), ranked(*arrays(shuffled))
    assert figures(one) == pytest.approx(figures(other), nan_ok=True, abs=0)


@settings(deadline=None)  # the machine may be busy
@given(ACCOUNTS)
def test_only_the_order_of_scores_matters(accounts: Accounts) -> None:
    score, truth = arrays(accounts)
    one, other = ranked(score, truth), ranked(np.exp(3 * score) - 7, truth)
    assert figures(one) == pytest.approx(figures(other), nan_ok=True, abs=0)


@settings(deadline=None)  # the machine may be busy
@given(ACCOUNTS)
def test_figures_are_shares_and_agree_with_each_other(accounts: Accounts) -> None:
    score, truth = arrays(accounts)
    ranking = ranked(score, truth)
    values = [value for value in figures(ranking)[:9] if not math.isnan(value)]
    assert all(-1e-12 <= value <= 1 + 1e-12 for value in values)
    if truth.any():
        low, high = (ranking.average_precision_at(share) for share in (0.001, 0.5))
        assert math.isnan(low) or low <= high + 1e-12
        assert ranking.recall_at_alarms(1) <= ranking.recall_at_alarms(3)
        # R-precision: as many as there are, so precision and recall share a numerator.
        shown = int((score > -np.inf).sum())
        if shown >= truth.sum():
            assert ranking.recall_at_length(ranking.operated) == pytest.approx(
                ranking.precision_at(ranking.operated)
            )


@settings(deadline=None)  # the machine may be busy
@given(ACCOUNTS)
def test_exchanging_labels_and_order_mirrors_the_auc(accounts: Accounts) -> None:
    # All are scored: who was never scored stays below whatever the order.
    score, truth = arrays([(s, t) for s, t in accounts if not math.isnan(s)])
    one, other = ranked(score, truth).roc_auc, ranked(-score, ~truth).roc_auc
    turned = ranked(-score, truth).roc_auc
    assert one == pytest.approx(other, nan_ok=True)
    assert one == pytest.approx(1 - turned, nan_ok=True)
