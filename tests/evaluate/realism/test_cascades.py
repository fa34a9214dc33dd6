"""Delays, audiences, co-action and clusters of cascades made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.realism.views import cascade, make_view, with_reposts
from rasad.evaluate.realism import cascades, togetherness
from rasad.evaluate.realism.moments import samples, values
from rasad.evaluate.realism.view import cut, empty_view

HOUR, DAY = 3600, 86_400
MINUTES = [60.0 * n for n in range(10)]


def test_delays_and_half_time_of_one_cascade() -> None:
    view = with_reposts(cascade(7, MINUTES))
    assert cascades.delays(view).values.tolist() == MINUTES[1:]
    assert cascades.half_times(view).values.tolist() == [300]
    assert cascades.peaks(view).values.tolist() == [1]
    assert values(samples(view))["delay_below_1_h"] == 1


def test_small_audiences_say_nothing() -> None:
    view = with_reposts(cascade(7, MINUTES[:9]))
    assert len(cascades.delays(view)) == 0
    assert "delay_median" not in values(samples(view))


def test_only_two_days_count_and_objects_too_young_are_left_out() -> None:
    slow = cascade(1, [*MINUTES, 3 * DAY])
    young = cascade(2, MINUTES, start_s=29 * DAY)
    view = with_reposts(slow + young)
    assert cascades.delays(view).values.tolist() == MINUTES[1:]


def test_an_account_counts_once_per_object() -> None:
    again = [*cascade(1, MINUTES), (3, 1, 5 * HOUR)]
    view = with_reposts(again)
    assert cascades.delays(view).values.tolist() == MINUTES[1:]
    assert values(samples(view))["again_share"] == pytest.approx(1 / 11)


def test_delay_since_the_writing_needs_a_moment_before_the_repost() -> None:
    view = make_view([0, 1, 2], [100, 200, 300], original_s=[40, -1, 900])
    assert cascades.delays_since_written(view).values.tolist() == [60]


def test_audience_of_posts_and_tags() -> None:
    rows = [(0, 5, 0.0), (1, 5, 9.0), (0, 5, 20.0), (0, 6, 0.0)]
    view = make_view([0, 0, 0, 1], [0, 20, 0, 9], reposts=rows, tags=rows)
    assert cascades.audiences(view, "repost").values.tolist() == [1, 2]
    found = values(samples(view))
    assert found["audience_once"] == pytest.approx(1 / 2)
    assert found["tag_top_10"] == 1


def test_the_ten_commonest_are_those_of_a_stretch_however_many_there_are() -> None:
    # In each of four weeks, tag n of twelve is used by n + 1 accounts.
    rows = [
        (who, 12 * week + tag, week * 7 * DAY + 60.0 * who)
        for week in range(4)
        for tag in range(12)
        for who in range(tag + 1)
    ]
    accounts, _, times = zip(*rows, strict=True)
    view = make_view(accounts, times, tags=rows, days=28)
    first = make_view(accounts[:78], times[:78], tags=rows[:78], days=7)
    expected = 1 - (1 + 2) / 78
    assert values(samples(first))["tag_top_10"] == pytest.approx(expected)
    assert values(samples(cut(view, 7)))["tag_top_10"] == pytest.approx(expected)


def test_gaps_between_accounts_are_counted_by_their_edges() -> None:
    view = with_reposts(cascade(1, [0, 1, 1, *[2 * HOUR * n for n in range(1, 8)]]))
    found = togetherness.joint_gaps(view)
    assert found.values.tolist() == [0, 1]
    assert found.weights().tolist() == [1, 2]


def test_gap_counts_agree_with_counting_pairs_one_by_one() -> None:
    rng = np.random.default_rng(4)
    rows = []
    for object in range(3):
        rows += cascade(object, np.sort(rng.integers(0, 5000, 40)).tolist(), object)
    view = with_reposts(rows)
    found = togetherness.joint_gaps(view)
    gaps = [b[2] - a[2] for a in rows for b in rows if a[1] == b[1] and a[0] < b[0]]
    for window in (60, 600, 3600):
        counted = found.weights()[found.values <= window].sum()
        assert counted == sum(gap <= window for gap in gaps)


def test_shared_objects_of_pairs() -> None:
    # Accounts 0 and 1 meet on three posts, twice within a minute; 2 comes late.
    rows = [(0, 1, 0), (1, 1, 30), (0, 2, 0), (1, 2, 60), (0, 3, 0), (1, 3, 61)]
    view = with_reposts([*rows, (2, 3, 3000)])
    assert togetherness.shared_objects(view, 60).values.tolist() == [2]
    assert togetherness.shared_objects(view, 600).values.tolist() == [3]
    assert togetherness.shared_objects(view, 3600).values.tolist() == [1, 1, 3]
    found = values(samples(view))
    assert found["shared_2_within_3600_s"] == pytest.approx(1 / 3)


def test_clusters_are_reached_over_two_shared_posts() -> None:
    rows = []
    for object in (1, 2):
        rows += [(0, object, 0), (1, object, 500), (2, object, 1000)]
    rows += [(3, 1, 1100), (4, 9, 0)]
    view = with_reposts(rows)
    # 0 and 2 are too far apart but both near 1; 3 shares one post only.
    assert togetherness.clusters(view).values.tolist() == [1, 1, 3, 3, 3]
    assert values(samples(view))["clustered"] == pytest.approx(3 / 5)


def test_too_many_pairs_are_sampled_by_account(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(who, object, 0.0) for object in range(2) for who in range(64)]
    view = with_reposts(rows)
    every = togetherness.shared_objects(view, 60)
    monkeypatch.setattr(togetherness, "MOST_PAIRS", 300)
    few = togetherness.shared_objects(view, 60)
    assert len(every) == 64 * 63 / 2
    assert len(few) == 16 * 15 / 2
    assert set(few.values) == {2}


def test_a_popular_object_is_counted_without_laying_pairs_out() -> None:
    n = 200_000
    rows = list(zip(range(n), [0] * n, (np.arange(n) * 0.5).tolist(), strict=True))
    found = togetherness.joint_gaps(with_reposts(rows))
    assert found.weights().sum() > 1e9


def test_an_empty_view_gives_nothing() -> None:
    assert samples(empty_view()) == {}
    assert values({}) == {}


def test_what_a_set_lacks_is_not_computed() -> None:
    view = make_view([0, 0], [0, 60], lacks={"activity": "a sample"})
    assert "gap_median" not in values(samples(view))
    assert "repost_share" in values(samples(view))
