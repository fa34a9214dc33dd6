from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rasad.simulate.society.deeds import POST, REPOST, Deeds
from rasad.simulate.society.history import History
from rasad.simulate.society.wording import FAMILY_AT, FORM, NEWS, SET_AT, field
from simulate.society.small_worlds import DAY_MS, PLAN, SMALL, lived

LOUD = replace(
    PLAN, accounts=4_000, posts_per_day=0.5, news_per_day=1.0, news_reach=0.5
)


@pytest.fixture(scope="module")
def loud() -> tuple[History, Deeds]:
    return lived(replace(SMALL, ordinary=LOUD), seed=4)


def heralds(rows: Deeds) -> Deeds:
    formed = (field(rows.text, FAMILY_AT, 1) == FORM) & (rows.kind == POST)
    return rows.at(formed & (field(rows.text, SET_AT, 3) == NEWS))


def test_a_known_account_of_each_language_brings_the_news_at_once(
    loud: tuple[History, Deeds],
) -> None:
    history, rows = loud
    news = heralds(rows)
    pages = np.unique(news.link)
    assert len(pages) >= 1
    for page in pages:
        brought = news.at(news.link == page)
        language = history.people.language[brought.account]
        assert sorted(language.tolist()) == [0, 1, 2, 3]
        assert np.ptp(brought.at_ms) < 45_000
        fame = history.people.fame[brought.account]
        assert np.median(fame) > np.median(history.people.fame)


def test_many_answer_within_minutes_and_in_their_language(
    loud: tuple[History, Deeds],
) -> None:
    history, rows = loud
    news = heralds(rows)
    about = rows.at(np.isin(rows.target, news.post) & (rows.kind == REPOST))
    place = np.searchsorted(news.post, about.target)
    lag_min = (about.at_ms - news.at_ms[place]) / 60_000
    assert len(lag_min) > 100
    assert 2 < np.median(lag_min) < 30
    same = (
        history.people.language[about.account] == history.people.language[about.source]
    )
    assert same.mean() > 0.9


def test_some_share_the_page_itself(loud: tuple[History, Deeds]) -> None:
    _, rows = loud
    news = heralds(rows)
    linking = rows.at(np.isin(rows.link, news.link) & (rows.kind == POST))
    own = linking.at(~np.isin(linking.post, news.post))
    assert len(own.post) > 30
    assert len(np.unique(own.text)) > 0.9 * len(own.text)


def test_without_news_nobody_brings_any() -> None:
    quiet = replace(PLAN, accounts=300, communities=12, news_per_day=0.0)
    _, rows = lived(replace(SMALL, ordinary=quiet, days=2))
    assert len(heralds(rows).post) == 0
    assert rows.at_ms.max() < 2 * DAY_MS
