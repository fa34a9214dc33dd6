from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rasad.simulate.population import Cohort, populate
from rasad.simulate.rhythm import (
    HOUR_MS,
    Audience,
    Rhythm,
    draw_columns,
    sessions,
    weekly_profile,
)
from simulate.reading import ReadBack


def local_hours(world: ReadBack, language: str, offset_h: float) -> NDArray[np.float64]:
    """Count ordinary posts by local hour, for speakers at the usual offset."""
    counts = np.zeros(24)
    for row in world.of_role("ordinary"):
        if row["account_language"] == language and row["is_retweet"] == "false":
            hour, minute = map(int, row["tweet_time"][11:].split(":"))
            counts[int((hour + minute / 60 + offset_h) % 24)] += 1
    return counts


@pytest.mark.parametrize(
    ("language", "offset_h", "share"), [("fa", 3.5, 0.5), ("ar", 3.0, 0.3)]
)
def test_ordinary_accounts_sleep_at_night(
    world: ReadBack, language: str, offset_h: float, share: float
) -> None:
    # Some speakers of Persian live far away, which fills their night a little.
    counts = local_hours(world, language, offset_h)
    night, evening = counts[1:5].mean(), counts[18:22].mean()
    assert night < share * evening


def test_activity_has_a_heavy_tail(world: ReadBack) -> None:
    per_account: dict[str, int] = {}
    for row in world.of_role("ordinary"):
        per_account[row["userid"]] = per_account.get(row["userid"], 0) + 1
    counts = np.sort(np.array(list(per_account.values())))[::-1]
    assert counts[:8].sum() > 0.1 * counts.sum()
    assert np.median(counts) < 0.5 * counts.mean()


def test_days_of_rest_follow_the_language() -> None:
    crowd = populate([Cohort("ordinary", "", 60, 1.0)], np.random.default_rng(1))
    profile = weekly_profile(crowd, np.zeros(len(crowd)))
    by_day = profile.reshape(len(crowd), 7, 24).sum(axis=2)
    for account in range(len(crowd)):
        resting = {"fa": 4, "en": 6, "ru": 6, "ar": 5}[crowd.language(account)]
        assert by_day[account, resting] < by_day[account, 1]


def test_everybody_acts_at_least_once_and_in_order() -> None:
    crowd = populate([Cohort("ordinary", "", 50, 0.01)], np.random.default_rng(2))
    rhythm = Rhythm(crowd, 0, 48, np.random.default_rng(3))
    account, at_ms = sessions(crowd, rhythm, np.random.default_rng(4))
    assert set(account.tolist()) == set(range(50))
    assert (np.diff(at_ms) >= 0).all()
    first = np.array([at_ms[account == who].min() for who in range(50)])
    assert (first < 48 * HOUR_MS).all()


def test_columns_are_drawn_as_often_as_they_weigh() -> None:
    weights = np.array([[1.0, 3.0, 0.0], [0.0, 0.0, 2.0]])
    rows = np.repeat([0, 1], 20_000)
    drawn = draw_columns(weights, rows, np.random.default_rng(5))
    share = np.bincount(drawn[:20_000], minlength=3) / 20_000
    assert share == pytest.approx([0.25, 0.75, 0.0], abs=0.02)
    assert set(drawn[20_000:].tolist()) == {2}


def test_an_audience_answers_from_its_own_community_and_less_at_night() -> None:
    crowd = populate([Cohort("ordinary", "", 80, 2.0)], np.random.default_rng(6))
    rhythm = Rhythm(crowd, 0, 24, np.random.default_rng(7))
    audience = Audience(crowd, rhythm)
    community = np.zeros(4_000, dtype=np.int64)
    hour = np.repeat([0, 16], 2_000).astype(np.int64)
    account, answered = audience.draw(
        community, hour * HOUR_MS, np.random.default_rng(8)
    )
    assert set(crowd.community[account].tolist()) == {0}
    assert answered[:2_000].mean() < 0.5 * answered[2_000:].mean()
