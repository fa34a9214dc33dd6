"""NBC's table: milliseconds from ids, handles where ids are lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from importers.direct import Direct
from rasad.importers.nbc import NbcRelease
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect

Write = Callable[..., Path]
EPOCH_MS = 1_288_834_974_657
MOMENT_MS = 1_500_000_012_345
TWEET = str((MOMENT_MS - EPOCH_MS << 22) + 7)


def tweet(**cells: str) -> dict[str, str]:
    return {
        "user_id": "9007199254740993",
        "user_key": "some_one",
        "created_at": "1500000012000",
        "created_str": "2017-07-14 02:40:12",
        "retweet_count": "",
        "text": "متن https://t.co/a",
        "tweet_id": TWEET,
        "source": '<a href="http://x.example">A &amp; client</a>',
        "hashtags": '["یک","two"]',
        "expanded_urls": '["https://a.example/x"]',
        "posted": "POSTED",
        "mentions": "[]",
        "retweeted_status_id": "",
        "in_reply_to_status_id": "",
    } | cells


def table(*rows: dict[str, str]) -> list[list[str]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def read(written: Write, *rows: dict[str, str]) -> Direct:
    return Direct(NbcRelease(), written(table(*rows)))


def test_a_tweet_reaches_its_fields(written: Write) -> None:
    result = read(written, tweet())
    record = result.record
    assert result.sniff.warnings == (PROVISIONAL,)
    assert record.account == "twitter:9007199254740993"
    assert (record.handle, record.post) == ("some_one", TWEET)
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert (record.kind, record.client) == ("post", "A & client")
    assert record.hashtags == ("یک", "two")
    assert record.links == ("https://a.example/x",)
    assert record.mentions == ()


@pytest.mark.parametrize(
    ("cells", "kind", "target"),
    [
        ({"retweeted_status_id": "12"}, "repost", "12"),
        ({"retweeted_status_id": "8.1E+17"}, "repost", None),
        ({"text": "RT @Other: a…"}, "repost", None),
        ({"in_reply_to_status_id": "13"}, "reply", None),
    ],
)
def test_targets_decide_the_kind(
    cells: dict[str, str], kind: str, target: str | None, written: Write
) -> None:
    record = read(written, tweet(**cells)).record
    assert (record.kind, record.repost_of) == (kind, target)


def test_what_is_lost_or_missing(written: Write) -> None:
    result = read(
        written,
        tweet(),
        tweet(user_id="", tweet_id=""),
        tweet(user_id="1.0E+9", tweet_id="8.859E+17", created_str=""),
        tweet(created_str="", created_at=""),
        tweet(user_id="", user_key=""),
        tweet(created_str="", created_at="", tweet_id="5"),
    )
    assert [one.account for one in result.records[1:3]] == ["twitter:some_one"] * 2
    assert [one.precision for one in result.records] == ["ms", "s", "s", "ms"]
    assert result.records[2].created_at == MOMENT_MS // 1000 * 1_000_000
    assert result.reasons == ["it has no usable user_id", "it has no time"]
    assert result.says("last digits")


def test_a_file_that_ends_early_says_so(written: Write) -> None:
    text = ",".join(tweet()) + "\n" + ",".join(f'"{i}"' for i in range(14)) + '\n"1,2'
    result = Direct(NbcRelease(), written(text))
    assert result.rejects[-1].ends_early


def test_another_table_is_not_of_nbc(written: Write) -> None:
    head = inspect(written([["user_id", "user_key"], ["1", "2"]]))
    assert NbcRelease().sniff(head) is None
