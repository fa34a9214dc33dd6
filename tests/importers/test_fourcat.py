"""Tables of 4CAT: one core, and what is lost or shifted on each platform."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from importers.direct import Direct, lines
from importers.x_reading import MOMENT_MS, snowflake
from rasad.importers.fourcat import (
    HANDLES,
    NO_AUTHORS,
    NO_TARGETS,
    PSEUDONYMS,
    UNKNOWN,
    FourCatTable,
)
from rasad.importers.reader import inspect
from rasad.schema import Record

Write = Callable[..., Path]

SECONDS = MOMENT_MS // 1000
STAMP = "2017-07-14 02:40:12"
BIG = str(2**53 + 1)
HASH = "0123456789abcdef" * 3
EMPTY = "f" * 48
KEY = "3jzfcijpj2z2a"
KEY_US = 1_688_137_381_887_007


def row(**cells: str) -> dict[str, str]:
    plain = {
        "id": "7",
        "thread_id": "7",
        "timestamp": STAMP,
        "unix_timestamp": str(SECONDS),
        "body": "متن",
        "author": "Some.One",
    }
    return plain | cells


def tweet(**cells: str) -> dict[str, str]:
    plain = row(
        id=snowflake(),
        thread_id=snowflake(),
        author="Some_One",
        author_id=BIG,
        author_fullname="یک نام",
        source="A client",
        language_guess="fa",
        is_retweet="no",
        retweeted_user="",
        is_quote_tweet="no",
        quote_tweet_id="",
        is_reply="no",
        replied_author="",
        hashtags="یک,Two",
        urls="https://a.example/x?a=1,2|3,https://b.example/",
        mentions="friend",
    )
    return plain | cells


def message(**cells: str) -> dict[str, str]:
    plain = row(
        id="A_Channel-15",
        thread_id="A_Channel",
        author="1234567890",
        author_username="A_Channel",
        author_name="",
        reply_to="",
        author_forwarded_from_name="",
        author_forwarded_from_username="",
        author_forwarded_from_id="",
        unix_timestamp_forwarded_from="",
        entities_mentioned="friend",
        link_attached="https://a.example/x",
    )
    return plain | cells


def skeet(**cells: str) -> dict[str, str]:
    plain = row(
        id=f"at://did:plc:one/app.bsky.feed.post/{KEY}",
        thread_id="at://did:plc:one/app.bsky.feed.post/root",
        timestamp="1688137382",
        created_at="2023-06-30T17:03:02+02:00",
        author="some.one.example",
        author_id="did:plc:one",
        author_display_name="نام",
        author_created_at="2023-01-01T00:00:00+00:00",
        quoted_post="",
        replied_to_post="",
        replies_allowed="True",
        tags="یک",
        links="https://a.example/x",
        mentions="",
        languages="fa,en",
    )
    del plain["unix_timestamp"]
    return plain | cells


def table(*rows: dict[str, str]) -> list[list[str]]:
    return [list(rows[0]), *(list(one.values()) for one in rows)]


@pytest.fixture
def read(written: Write) -> Callable[..., Direct]:
    """Write rows as a table and read it."""
    return lambda *rows: Direct(FourCatTable(), written(table(*rows)))


Rows = Callable[..., Direct]


# --- X -------------------------------------------------------------------------------


def test_a_post_on_x_reaches_its_fields(read: Rows) -> None:
    result = read(tweet(body="متن &amp; more"))
    assert result.record == Record(
        account=f"twitter:{BIG}",
        platform="twitter",
        created_at=MOMENT_MS * 1000,
        precision="ms",
        raw_time=str(SECONDS),
        post=snowflake(),
        kind="post",
        handle="Some_One",
        name="یک نام",
        text="متن & more",
        language="fa",
        thread=snowflake(),
        client="A client",
        links=("https://a.example/x?a=1,2|3", "https://b.example/"),
        hashtags=("یک", "Two"),
        mentions=("friend",),
    )
    assert result.says(NO_TARGETS)
    assert result.sniff.confidence == 1.0


def test_reposts_have_no_target_but_its_author(read: Rows) -> None:
    body = "RT @Friend: متن کامل"
    repost = tweet(
        is_retweet="yes", retweeted_user="Friend", body=body, urls="", mentions=""
    )
    record = read(repost).record
    assert (record.kind, record.repost_of) == ("repost", None)
    assert record.repost_of_account == "friend"
    assert record.text == body
    assert (record.links, record.mentions) == (None, None)
    assert record.hashtags == ("یک", "Two")


def test_kinds_without_ids(read: Rows) -> None:
    found = read(
        tweet(is_quote_tweet="yes", quote_tweet_id=BIG),
        tweet(is_quote_tweet="yes"),
        tweet(is_reply="yes"),
        tweet(replied_author="friend"),
        tweet(urls="", hashtags="", mentions=""),
    ).records
    kinds = [one.kind for one in found]
    assert kinds == ["quote", "quote", "reply", "reply", "post"]
    assert found[0].quote_of == BIG
    assert (found[4].links, found[4].hashtags, found[4].mentions) == ((), (), ())


def test_a_server_in_another_zone_is_found_by_the_ids(read: Rows) -> None:
    result = read(tweet(unix_timestamp=str(SECONDS - 7200)))
    assert result.record.created_at == MOMENT_MS * 1000
    assert result.says("whole quarter hours")


def test_damaged_ids_are_no_accounts(read: Rows) -> None:
    result = read(tweet(author_id="9.00E+17"), tweet())
    assert len(result.records) == 1
    assert result.reasons == ["the last digits of its author are lost"]
    assert result.says("author_id")


# --- pseudonyms ----------------------------------------------------------------------


def test_pseudonyms_are_accounts_of_one_file(read: Rows) -> None:
    result = read(tweet(author=HASH, author_id=HASH, author_fullname=HASH))
    record = result.record
    assert record.account == f"twitter:{HASH}"
    assert (record.handle, record.name) == (None, None)
    assert result.says(PSEUDONYMS)


def test_authors_that_were_taken_out(read: Rows) -> None:
    hidden = tweet(author="REDACTED", author_id="REDACTED", author_fullname="REDACTED")
    result = read(hidden, tweet())
    assert len(result.records) == 1
    assert result.reasons == ["no account: 4CAT took the authors out"]
    assert result.says(NO_AUTHORS)


def test_pseudonyms_of_nothing_do_not_make_an_account(read: Rows) -> None:
    hashed = {"author_name": EMPTY, "author_forwarded_from_name": EMPTY}
    hashed |= {"author_username": HASH, "author_forwarded_from_username": EMPTY}
    found = read(
        message(author=EMPTY, author_forwarded_from_id=EMPTY, **hashed),
        message(author=HASH, author_forwarded_from_id=EMPTY, **hashed),
    ).records
    assert [one.account for one in found] == ["telegram:a_channel", f"telegram:{HASH}"]
    assert {one.kind for one in found} == {"post"}


# --- Telegram ------------------------------------------------------------------------


def test_messages_of_a_channel_and_of_people(read: Rows) -> None:
    found = read(
        message(),
        message(id="a-chat-9", thread_id="a-chat", author_name="نام", reply_to="8"),
        message(author_username="", author_name=""),
        message(author=""),
    ).records
    assert [one.account for one in found] == [
        "telegram:channel1234567890",
        "telegram:user1234567890",
        "telegram:1234567890",
        "telegram:a_channel",
    ]
    first, second = found[:2]
    assert (first.post, first.community) == ("tg:a_channel:15", "a_channel")
    assert first.created_at == SECONDS * 1_000_000
    assert (first.links, first.mentions) == (("https://a.example/x",), ("friend",))
    assert (second.post, second.reply_to) == ("tg:a-chat:9", "tg:a-chat:8")
    assert (second.kind, second.name) == ("reply", "نام")


def test_forwards_name_their_channel_only(read: Rows) -> None:
    forward = message(
        author_forwarded_from_id="555",
        author_forwarded_from_name="کانال",
        unix_timestamp_forwarded_from=str(SECONDS - 60),
    )
    record = read(forward).record
    assert (record.kind, record.repost_of) == ("repost", None)
    assert record.repost_of_account == "555"


# --- Bluesky -------------------------------------------------------------------------


def test_bluesky_swaps_the_columns_of_times(read: Rows) -> None:
    link = f"https://bsky.app/profile/did:plc:two/post/{KEY}"
    result = read(
        skeet(),
        skeet(replied_to_post=link),
        skeet(quoted_post="https://bsky.app/profile/a.example/post/1"),
        skeet(quoted_post="DELETED"),
        skeet(id="odd", created_at="odd"),
    )
    first, reply, quote, deleted, odd = result.records
    assert first.account == "bluesky:did:plc:one"
    assert (first.created_at, first.precision) == (KEY_US, "us")
    assert (first.language, first.hashtags, first.mentions) == ("fa", ("یک",), ())
    assert (first.kind, first.thread) == ("post", None)
    assert reply.reply_to == f"at://did:plc:two/app.bsky.feed.post/{KEY}"
    assert (reply.kind, reply.thread) == ("reply", first and skeet()["thread_id"])
    assert quote.quote_of == "https://bsky.app/profile/a.example/post/1"
    assert (deleted.kind, deleted.quote_of) == ("quote", None)
    assert odd.created_at == 1_688_137_382_000_000


# --- others --------------------------------------------------------------------------


def test_videos_and_comments_on_tiktok(read: Rows) -> None:
    marked = {"diversification_labels": "", "challenges": "دو,یک", "hashtags": "یک"}
    video = read(row(is_duet="yes", **marked))
    assert video.record.account == "tiktok:some.one"
    assert (video.record.kind, video.record.hashtags) == ("quote", ("یک", "دو"))
    assert video.says(HANDLES)
    comment = read(row(is_comment_on_comment="no", post_id=BIG, thread_id=BIG)).record
    assert (comment.kind, comment.reply_to, comment.thread) == ("reply", BIG, BIG)


def test_truth_social_has_html_and_other_names(read: Rows) -> None:
    cells = row(
        body='<p>سلام <a href="https://a.example/?x=1&amp;y=2">a.exam…</a></p>',
        created_at="2017-07-14T02:40:12.345Z",
        account_id=BIG,
        account_username="someone",
        reblogs_count="1",
        group_id="5",
    )
    del cells["author"], cells["unix_timestamp"]
    record = read(cells).record
    assert record.account == f"truthsocial:{BIG}"
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert (record.text, record.handle) == ("سلام a.exam…", "someone")
    assert (record.links, record.community) == (("https://a.example/?x=1&y=2",), "5")


def test_instagram_and_threads(read: Rows) -> None:
    post = read(row(num_likes="1", num_media="1", id="Code")).record
    assert (post.account, post.post) == ("instagram:some.one", "Code")
    link = "https://a.example/x"
    post = read(row(is_paid_partnership="no", quotes="0", link_url=link)).record
    assert (post.platform, post.links) == ("threads", (link,))


def test_the_core_alone(read: Rows) -> None:
    result = read(row(), row(author="Anonymous"), row(author=""))
    assert result.record.account == "generic:some.one"
    assert result.reasons == ["it has no usable author"] * 2
    assert result.says(UNKNOWN)


def test_two_columns_of_times_that_disagree(read: Rows) -> None:
    result = read(row(timestamp="2017-07-14 06:10:12"), row())
    assert {one.created_at for one in result.records} == {SECONDS * 1_000_000}
    assert result.says("In 1 of the first 2 rows")
    assert result.says("lie 3.5 hours apart")


def test_times_without_a_zone_are_said(read: Rows) -> None:
    cells = row(timestamp=STAMP, unix_timestamp="")
    result = read(cells, row(unix_timestamp="x"), row(unix_timestamp="", timestamp=""))
    assert result.record.created_at == SECONDS * 1_000_000
    assert result.reasons == ["its time is not written as a time", "it has no time"]
    assert result.says("without a zone")


def test_headers_in_another_case_and_files_cut_short(written: Write) -> None:
    rows = table(tweet(), tweet())
    rows[0] = [" " + name.upper() for name in rows[0]]
    assert len(Direct(FourCatTable(), written(rows)).records) == 2
    text = ",".join(row()) + "\n" + ",".join(row().values()) + '\n8,8,"2017'
    result = Direct(FourCatTable(), written(text))
    assert len(result.records) == 1
    assert result.rejects[-1].ends_early


def test_the_same_as_json_lines(written: Write) -> None:
    result = Direct(FourCatTable(), written(lines([tweet()])))
    assert result.record.account == f"twitter:{BIG}"


def test_other_tables_are_not_4cats(written: Write) -> None:
    for names in (["id", "thread_id", "body", "author"], ["id", "timestamp", "author"]):
        path = written([names, ["1"] * len(names)])
        assert FourCatTable().sniff(inspect(path)) is None
