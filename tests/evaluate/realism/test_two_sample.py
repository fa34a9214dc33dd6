"""Halves of one world cannot be told apart; a planted difference is found and named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from evaluate.realism.views import cascade, make_view, ordinary_life, with_reposts
from rasad.evaluate.realism.energy import energy_distance
from rasad.evaluate.realism.features import (
    MOST_ROWS,
    ROWS_PER_SOURCE,
    account_days,
    cascade_rows,
    per_source,
    some,
)
from rasad.evaluate.realism.two_sample import (
    Rows,
    columns,
    logistic,
    two_sample,
    weighted_auc,
)
from rasad.evaluate.realism.view import SECOND_US


def cloud(seed: int, n: int = 300, shift: float = 0.0) -> Rows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 3))
    values[:, 1] += shift
    return Rows(names=["a", "b", "c"], values=values, source=np.arange(n))


def test_two_halves_of_one_world_cannot_be_told_apart() -> None:
    view = ordinary_life(seed=1, accounts=240)
    first, second = account_days(view, view, seed=1)
    even = first.source % 2 == 0
    found = two_sample(first.at(even), second.at(~even), seed=1, shuffles=39, times=50)
    assert 0.42 < found.auc.value < 0.58
    assert found.p_value > 0.05
    assert found.auc.low < 0.5 < found.auc.high


def test_a_planted_difference_is_found_and_named() -> None:
    real, fake = ordinary_life(seed=1), ordinary_life(seed=2, gap_s=15.0)
    found = two_sample(*account_days(real, fake, seed=1), seed=1, shuffles=19, times=50)
    assert found.auc.value > 0.75
    assert found.p_value == pytest.approx(1 / 20)
    loudest = [each.feature for each in found.features[:2]]
    assert set(loudest) == {"mean gap (log s)", "share of gaps below a minute"}
    assert found.features[0].first != found.features[0].second


def test_a_difference_of_spread_is_found_by_squares() -> None:
    one, two = cloud(1), cloud(2)
    two = replace(two, values=two.values * [1.0, 3.0, 1.0])
    found = two_sample(one, two, seed=1, shuffles=19, times=30)
    assert found.auc.value > 0.7
    assert found.features[0].feature == "b"
    assert found.features[0].lost > 0.1


def test_busy_accounts_do_not_make_sets_look_apart() -> None:
    # Forty accounts of fifty equal rows: rows are many, draws are few.
    rng = np.random.default_rng(5)
    values = np.repeat(rng.normal(size=(80, 3)), 50, axis=0)
    source = np.repeat(np.arange(80), 50)
    rows = Rows(names=["a", "b", "c"], values=values, source=source)
    found = two_sample(
        rows.at(source % 2 == 0), rows.at(source % 2 == 1), 1, shuffles=39, times=50
    )
    assert found.p_value > 0.05


def test_missing_values_are_average_and_equal_columns_do_no_harm() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    table = columns(values)
    assert np.isfinite(table).all()
    assert table[2, 0, 0] == 0.0
    assert not table[:, 1].any()


def test_auc_is_the_one_of_the_rank_test() -> None:
    rng = np.random.default_rng(2)
    label, score = rng.integers(0, 2, 200), np.round(rng.normal(size=200), 1)
    u = stats.mannwhitneyu(score[label == 1], score[label == 0]).statistic
    expected = u / label.sum() / (200 - label.sum())
    assert weighted_auc(label, score, np.ones(200)) == pytest.approx(expected)
    assert np.isnan(weighted_auc(np.ones(3, int), np.ones(3), np.ones(3)))


def test_the_classifier_is_at_the_lowest_loss() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(200, 2))
    label = (values[:, 0] + rng.normal(size=200) > 1).astype(int)
    model = logistic(values, label)
    weights = 100 / np.bincount(label)[label]
    fitted = 1 / (1 + np.exp(-(model[0] + values @ model[1:])))
    slope = values.T @ (weights * (fitted - label)) + model[1:]
    assert np.abs(slope).max() < 0.01
    assert abs((weights * (fitted - label)).sum()) < 0.01


def test_energy_of_equal_and_of_distant_clouds() -> None:
    near, near_p = energy_distance(cloud(1).values, cloud(2).values, seed=1)
    far, far_p = energy_distance(cloud(1).values, cloud(2, shift=6).values, seed=1)
    assert near < 0.02
    assert near_p > 0.05
    assert far > 0.3
    assert far_p == pytest.approx(1 / 200)


def test_energy_is_the_formula_taken_pair_by_pair() -> None:
    one, two = cloud(1, 12).values, cloud(2, 9, 1.0).values
    both = columns(np.concatenate([one, two]))[:, :, 0]
    apart = np.linalg.norm(both[:, None] - both, axis=2)
    a, b, c = apart[:12, 12:].mean(), apart[:12, :12].mean(), apart[12:, 12:].mean()
    found, _ = energy_distance(one, two, seed=1, shuffles=1)
    assert found == pytest.approx((2 * a - b - c) / (2 * a))


def test_a_sample_of_posts_is_not_recognised_by_being_a_sample() -> None:
    view = ordinary_life(seed=4, accounts=240)
    rng = np.random.default_rng(1)
    few = rng.random(len(view)) < 0.05
    sampled = replace(
        view,
        account=view.account[few],
        time_us=view.time_us[few],
        kind=view.kind[few],
        linked=view.linked[few],
        tagged=view.tagged[few],
        text=[text for text, kept in zip(view.text, few, strict=True) if kept],
        original_us=view.original_us[few],
        source=view.source[few],
        lacks={"activity": "a sample"},
    )
    first, second = account_days(view, sampled, seed=1)
    assert "posts (log)" not in first.names
    assert set(first.values[:, first.names.index("share of reposts")]) == {0.0, 1.0}
    found = two_sample(first, second, seed=1, shuffles=19, times=20)
    assert found.auc.value < 0.6


def test_no_source_and_no_set_gives_too_many_rows() -> None:
    n = 3 * MOST_ROWS
    rows = Rows(names=["a"], values=np.zeros((n, 1)), source=np.arange(n) // 10)
    kept = some(rows, seed=1)
    assert len(kept) <= MOST_ROWS
    assert np.bincount(kept.source).max() <= ROWS_PER_SOURCE


def test_rows_of_cascades_do_not_tell_their_size() -> None:
    rng = np.random.default_rng(6)

    def world(size: int) -> Rows:
        rows = []
        for object in range(60):
            delays = np.sort(rng.exponential(7200, size)).tolist()
            rows += cascade(object, delays, object * 3000.0)
        return cascade_rows(with_reposts(rows), seed=1)

    found = two_sample(world(30), world(60), seed=1, shuffles=9, times=20)
    assert found.auc.value < 0.6


def test_less_than_the_grain_of_the_times_is_no_time() -> None:
    minute = 60 * SECOND_US
    # The mean gap, and some gaps, are below the minute to which times are exact.
    delays = [0.0, 0.0, *(60.0 * n for n in range(1, 12))]
    view = replace(with_reposts(cascade(0, delays)), grain_us=minute)
    rows = cascade_rows(view, seed=1)
    assert rows.values[:, 0].min() == pytest.approx(np.log10(60))
    assert np.nanmax(np.abs(rows.values[:, 1:3])) == pytest.approx(0)

    view = replace(make_view([0, 0, 0, 1, 1], [0, 0, 60, 0, 60]), grain_us=minute)
    days, _ = account_days(view, view, seed=1)
    gap = days.values[:, days.names.index("mean gap (log s)")]
    assert gap.tolist() == pytest.approx([np.log10(60)] * 2)


def test_the_mean_row_of_a_source_leaves_gaps_out() -> None:
    rows = Rows(
        names=["a"],
        values=np.array([[1.0], [np.nan], [np.nan]]),
        source=np.array([4, 4, 9]),
    )
    assert per_source(rows)[0, 0] == 1.0
    assert np.isnan(per_source(rows)[1, 0])
