"""Three cuts of one release; damaged ids never name an account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rasad.importers.ira import InternetResearchAgency
from rasad.importers.reader import inspect

Write = Callable[..., Path]

FIRST = [
    "external_author_id",
    "author",
    "content",
    "region",
    "language",
    "publish_date",
    "harvested_date",
    "following",
    "followers",
    "updates",
    "post_type",
    "account_type",
    "retweet",
    "account_category",
    "new_june_2018",
]
LATER = ["alt_external_id", "tweet_id", "article_url"]
ALL = [*FIRST, *LATER, "tco1_step1", "tco2_step1", "tco3_step1"]
BY_AUTHOR = [
    "author_id",
    "content",
    "region",
    "language",
    "publish_date",
    "harvested_date",
    "following",
    "followers",
    "updates",
    "post_type",
    "retweet",
]
MOMENT_MS = 1_500_000_012_345
TWEET = str((MOMENT_MS - 1_288_834_974_657 << 22) + 3)


def post(**cells: str) -> dict[str, str]:
    """A post of an invented account, published in the minute of its id."""
    return {
        "author": "SOME_ONE",
        "author_id": "Some_One",
        "content": "words https://t.co/Ab1",
        "publish_date": "7/14/2017 2:40",
        "external_author_id": "906000000000000000",
        "alt_external_id": "905874659358453761",
        "tweet_id": TWEET,
        "retweet": "0",
    } | cells


def rows(columns: list[str], *posts: dict[str, str]) -> list[list[str]]:
    return [columns, *([one.get(name, "") for name in columns] for one in posts)]


def test_all_columns_give_milliseconds_and_whole_ids(written: Write, read: Any) -> None:
    one = post(tco1_step1="https://a.example/x", post_type="RETWEET", retweet="1")
    result = read(written(rows(ALL, one)))
    assert result.sniff.importer == "clemson_ira"
    (record,) = result.records
    assert record.account == "twitter:905874659358453761"
    assert record.handle == "SOME_ONE"
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert (record.kind, record.repost_of) == ("repost", None)
    assert record.links == ("https://a.example/x", "https://t.co/Ab1")
    assert record.post == TWEET


@pytest.mark.parametrize(
    ("cells", "account"),
    [
        ({"alt_external_id": ""}, "twitter:some_one"),
        ({"alt_external_id": "9.06E+17"}, "twitter:some_one"),
        (
            {
                "alt_external_id": "",
                "article_url": "http://twitter.com/905874659358453761/statuses/1",
            },
            "twitter:905874659358453761",
        ),
        ({"alt_external_id": "", "external_author_id": "12"}, "twitter:12"),
    ],
)
def test_the_best_whole_id_names_the_account(
    cells: dict[str, str], account: str, written: Write, read: Any
) -> None:
    (record,) = read(written(rows(ALL, post(**cells)))).records
    assert record.account == account


def test_the_first_columns_alone_are_read(written: Write, read: Any) -> None:
    result = read(written(rows(FIRST, post(), post(content="none", retweet="1"))))
    first, second = result.records
    assert first.account == "twitter:some_one"
    assert first.post is None
    assert first.precision == "min"
    assert first.created_at == MOMENT_MS // 60_000 * 60_000_000
    assert first.links == ("https://t.co/Ab1",)
    assert second.links is None
    assert second.kind == "repost"
    assert any("last digits" in said for said in result.sniff.warnings)


@pytest.mark.parametrize(
    ("word", "kind"), [("R", "repost"), ("Q", "quote"), ("", "post")]
)
def test_the_cut_by_author_is_read(
    word: str, kind: str, written: Write, read: Any
) -> None:
    one = post(publish_date="2017-07-14 02:40:00", post_type=word)
    result = read(written(rows(BY_AUTHOR, one)))
    assert result.sniff.importer == "clemson_ira"
    (record,) = result.records
    assert record.account == "twitter:some_one"
    assert (record.handle, record.kind, record.post) == ("Some_One", kind, None)
    assert record.created_at == MOMENT_MS // 60_000 * 60_000_000


def test_quotes_around_a_text_are_taken_off(written: Write, read: Any) -> None:
    texts = ["'@one hello'", "it's 'so'", "'", "''"]
    found = read(written(rows(ALL, *(post(content=text) for text in texts)))).records
    assert [one.text for one in found] == ["@one hello", "it's 'so'", "'", "''"]
    assert found[0].links == ()


def test_a_damaged_tweet_id_is_no_id(written: Write, read: Any) -> None:
    (record,) = read(written(rows(ALL, post(tweet_id="9.14E+17")))).records
    assert record.post is None
    assert record.precision == "min"


def test_rows_without_author_or_time_are_rejected(written: Write, read: Any) -> None:
    nobody = post(author="", alt_external_id="")
    result = read(written(rows(ALL, *[post()] * 20, nobody, post(publish_date="x"))))
    assert len(result.records) == 20
    assert [one.reason for one in result.rejects] == [
        "the last digits of its author are lost",
        "its time is not written as a time",
    ]


def test_a_table_of_the_same_columns_without_times_is_another(written: Write) -> None:
    head = inspect(written(rows(ALL, post(publish_date="soon"))))
    assert InternetResearchAgency().sniff(head) is None
