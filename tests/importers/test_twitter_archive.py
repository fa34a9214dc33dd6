"""The archive is read by name, with milliseconds from ids and hidden names left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Write = Callable[..., Path]

COLUMNS = [
    "tweetid",
    "userid",
    "user_display_name",
    "user_screen_name",
    "user_reported_location",
    "user_profile_description",
    "user_profile_url",
    "follower_count",
    "following_count",
    "account_creation_date",
    "account_language",
    "tweet_language",
    "tweet_text",
    "tweet_time",
    "tweet_client_name",
    "in_reply_to_userid",
    "in_reply_to_tweetid",
    "quoted_tweet_tweetid",
    "is_retweet",
    "retweet_userid",
    "retweet_tweetid",
    "latitude",
    "longitude",
    "quote_count",
    "reply_count",
    "like_count",
    "retweet_count",
    "hashtags",
    "urls",
    "user_mentions",
    "poll_choices",
]
EPOCH_MS = 1_288_834_974_657
MOMENT_MS = 1_500_000_012_345
HASHED = "Ab+/cd0123456789Ab+/cd0123456789Ab+/cd01234="


def snowflake(ms: int, low: int = 7) -> str:
    return str((ms - EPOCH_MS << 22) + low)


def minute(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%d %H:%M")


def tweet(**cells: str) -> dict[str, str]:
    """A tweet of an invented account; every cell can be set."""
    plain = dict.fromkeys(COLUMNS, "") | {
        "tweetid": snowflake(MOMENT_MS),
        "userid": "12",
        "user_display_name": "A name",
        "user_screen_name": "handle",
        "account_creation_date": "2016-04-27",
        "tweet_text": "متن\nسطر دوم 😀",
        "tweet_time": minute(MOMENT_MS),
        "is_retweet": "false",
        "latitude": "absent",
        "hashtags": "[]",
        "urls": "[]",
        "user_mentions": "[]",
    }
    return plain | cells


def rows(*tweets: dict[str, str], columns: list[str] = COLUMNS) -> list[list[str]]:
    return [columns, *([one.get(name, "") for name in columns] for one in tweets)]


def test_a_tweet_reaches_its_fields(written: Write, read: Any) -> None:
    result = read(
        written(
            rows(
                tweet(
                    tweet_language="fa",
                    tweet_client_name="A client",
                    hashtags="['یک', 'دو']",
                    urls="[https://a.example, https://b.example]",
                    user_mentions="[9007199254740993, 5]",
                )
            )
        )
    )
    assert result.sniff.importer == "x_io_tweets"
    assert result.sniff.warnings == ()
    (record,) = result.records
    assert record.account == "twitter:12"
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert record.raw_time == minute(MOMENT_MS)
    assert record.text == "متن\nسطر دوم 😀"
    assert (record.handle, record.name) == ("handle", "A name")
    assert (record.kind, record.language, record.client) == ("post", "fa", "A client")
    assert record.hashtags == ("یک", "دو")
    assert record.links == ("https://a.example", "https://b.example")
    assert record.mentions == ("9007199254740993", "5")
    assert record.account_created_at == 1_461_715_200_000_000


def test_hashed_ids_hide_handle_and_name(written: Write, read: Any) -> None:
    one = tweet(userid=HASHED, user_display_name=HASHED, user_screen_name=HASHED)
    result = read(written(rows(one)))
    (record,) = result.records
    assert record.account == f"twitter:{HASHED}"
    assert record.handle is None
    assert record.name is None
    assert "hashed" in result.sniff.warnings[0]


@pytest.mark.parametrize(
    ("cells", "kind", "targets"),
    [
        ({}, "post", (None, None, None)),
        ({"retweet_tweetid": "5", "is_retweet": "True"}, "repost", ("5", None, None)),
        (
            {"retweet_tweetid": "5", "quoted_tweet_tweetid": "6"},
            "repost",
            ("5", "6", None),
        ),
        ({"is_retweet": "TRUE"}, "repost", (None, None, None)),
        (
            {"quoted_tweet_tweetid": "6", "in_reply_to_tweetid": "7"},
            "quote",
            (None, "6", "7"),
        ),
        ({"in_reply_to_tweetid": "7"}, "reply", (None, None, "7")),
        ({"in_reply_to_userid": "7"}, "reply", (None, None, None)),
        ({"retweet_tweetid": "absent"}, "post", (None, None, None)),
        ({"in_reply_to_tweetid": "9.1E+17"}, "post", (None, None, None)),
    ],
)
def test_targets_decide_the_kind(
    cells: dict[str, str],
    kind: str,
    targets: tuple[str | None, ...],
    written: Write,
    read: Any,
) -> None:
    (record,) = read(written(rows(tweet(**cells)))).records
    assert record.kind == kind
    assert (record.repost_of, record.quote_of, record.reply_to) == targets


def test_a_cut_repost_is_marked(written: Write, read: Any) -> None:
    one = tweet(is_retweet="true", retweet_userid="9", tweet_text="RT @a: words…")
    (record,) = read(written(rows(one))).records
    assert record.truncated
    assert record.repost_of_account == "9"


def test_the_stated_time_is_kept_where_the_id_disagrees(
    written: Write, read: Any
) -> None:
    result = read(
        written(
            rows(
                tweet(tweet_time=minute(MOMENT_MS - 28 * 60_000)),
                tweet(tweetid="12345"),
                tweet(tweet_time=""),
            )
        )
    )
    first, second, third = result.records
    assert first.precision == second.precision == "min"
    assert first.created_at == (MOMENT_MS // 60_000 - 28) * 60_000_000
    assert (third.precision, third.created_at) == ("ms", MOMENT_MS * 1000)
    assert "In 1 of the first 3 tweets" in result.sniff.warnings[0]


def test_columns_are_found_whatever_their_order_case_and_dress(
    written: Write, read: Any
) -> None:
    columns = [name for name in reversed(COLUMNS) if name != "poll_choices"]
    table = rows(tweet(retweet_tweetid="5", retweet_userid="6"), columns=columns)
    table[0] = [f" {name.upper()}\u00a0" for name in columns]
    table[0][columns.index("retweet_tweetid")] = "retweet_tweet_id"
    table[0][columns.index("retweet_userid")] = "retweet_user_id"
    content = "\ufeff" + "\n".join(",".join(map(quoted, row)) for row in table)
    (record,) = read(written(content)).records
    assert (record.repost_of, record.repost_of_account) == ("5", "6")
    assert record.account == "twitter:12"


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def test_only_rows_without_user_or_time_are_rejected(written: Write, read: Any) -> None:
    result = read(
        written(
            rows(
                tweet(),
                tweet(tweetid=""),
                tweet(userid="absent"),
                tweet(tweetid="9.1E+17", retweet_tweetid="906000000000000000"),
                tweet(userid="906000000000000000"),
                tweet(tweetid="12", tweet_time="yesterday"),
            )
        )
    )
    assert [one.post for one in result.records[1:]] == [None, None]
    assert [one.precision for one in result.records] == ["ms", "min", "min"]
    assert result.records[2].repost_of is None
    assert result.records[2].raw_time == minute(MOMENT_MS)
    reasons = [one.reason for one in result.rejects]
    assert reasons == [
        "it has no usable userid",
        "the last digits of its userid are lost",
        "its time is not a date",
    ]
    assert any("last digits" in said for said in result.sniff.warnings)


def test_the_archive_is_read_from_parquet_too(tmp_path: Path, read: Any) -> None:
    one = tweet(account_creation_date="unknown")
    path = tmp_path / "a"
    pq.write_table(pa.table({name: [one[name]] for name in COLUMNS}), path)
    (record,) = read(path).records
    assert record.account_created_at is None
    assert record.post == snowflake(MOMENT_MS)
