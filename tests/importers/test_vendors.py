"""Mentions of many platforms: preambles, unnamed zones, quoted ids, excerpts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from importers.direct import Direct
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect
from rasad.importers.times import TimeError, read_time
from rasad.importers.vendor_dates import read_date
from rasad.importers.vendors import Brandwatch, Meltwater

Write = Callable[..., Path]
EPOCH_MS = 1_288_834_974_657
MOMENT_MS = 1_500_000_012_345  # 2017-07-14 02:40:12 UTC
TWEET = str((MOMENT_MS - EPOCH_MS << 22) + 7)


def table(*rows: dict[str, str]) -> list[list[str]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def utf16(rows: list[list[str]]) -> bytes:
    text = "\n".join("\t".join(f'"{cell}"' for cell in row) for row in rows)
    return ("\ufeff" + text + "\n").encode("utf-16-le")


# --- Meltwater -----------------------------------------------------------------------


def melt(**cells: str) -> dict[str, str]:
    return {
        "Date": "14-Jul-2017 07:10AM",
        "Headline": "",
        "URL": f"https://twitter.com/some_one/status/{TWEET}",
        "Opening Text": "",
        "Hit Sentence": "متن کوتاه https://t.co/a",
        "Source": "Twitter",
        "Influencer": "Some One",
        "Language": "Persian",
        "Tweet Id": f"'{TWEET}",
        "Twitter Id": '"9007199254740993"',
        "Twitter Client": "A client",
        "Twitter Screen Name": "@Some_One",
        "Twitter Bio": "درباره",
        "Alternate Date Format": "14-Jul-17",
        "Time": "7:10 AM",
    } | cells


ARTICLE = {
    "URL": "https://news.example/a",
    "Source": "A paper",
    "Influencer": "A. Writer",
    **dict.fromkeys(("Tweet Id", "Twitter Id", "Twitter Screen Name"), ""),
}


@pytest.mark.parametrize("wide", [True, False])
def test_a_tweet_of_meltwater_reaches_its_fields(wide: bool, written: Write) -> None:
    rows = table(melt())
    if wide:
        rows = [[cell.replace('"', "") for cell in row] for row in rows]
    result = Direct(Meltwater(), written(utf16(rows) if wide else rows))
    record = result.record
    assert result.says(PROVISIONAL)
    assert result.says("an excerpt of what was written")
    assert record.account == "twitter:9007199254740993"
    assert (record.handle, record.name) == ("Some_One", "Some One")
    assert record.post == TWEET
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert record.raw_time == "14-Jul-2017 07:10AM 7:10 AM"
    assert record.text == "متن کوتاه https://t.co/a"
    assert (record.kind, record.truncated, record.links) == ("post", False, None)
    assert (record.language, record.client) == ("Persian", "A client")
    assert record.description == "درباره"


def test_ids_show_the_zone_and_others_are_read_as_utc(written: Write) -> None:
    result = Direct(Meltwater(), written(table(*[melt()] * 3, melt(**ARTICLE))))
    article = result.records[-1]
    assert result.says("4:30 hours ahead of UTC")
    assert article.created_at == read_time("2017-07-14 07:10")[0]
    assert article.precision == "min"
    assert (article.account, article.platform) == (
        "web:news.example/a. writer",
        "web",
    )
    assert (article.post, article.truncated) == ("https://news.example/a", True)
    behind = [melt(Date="13-Jul-2017 10:40PM")] * 3
    assert Direct(Meltwater(), written(table(*behind))).says("4:00 hours behind")
    same = [melt(Date="14-Jul-2017 02:40AM")] * 3
    assert Direct(Meltwater(), written(table(*same))).says("are in UTC")
    assert Direct(Meltwater(), written(table(melt()))).says("may be hours off")


def test_a_damaged_id_is_taken_from_the_address(written: Write) -> None:
    lost = melt(**{"Tweet Id": "8.859E+17", "Twitter Id": "8.98926E+17"})
    plain = melt(**{"Tweet Id": "", "URL": "https://x.com/i/web/status/" + TWEET})
    result = Direct(Meltwater(), written(table(melt(), lost, plain)))
    assert [one.post for one in result.records] == [TWEET] * 3
    assert result.records[1].account == "twitter:some_one"
    assert result.says("last digits")


@pytest.mark.parametrize(
    ("text", "kind", "account", "cut"),
    [
        ("RT @Other: words…", "repost", "other", True),
        ("QT @Other: words", "quote", None, False),
        ("words ...", "post", None, True),
    ],
)
def test_the_text_tells_the_kind(
    text: str, kind: str, account: str | None, cut: bool, written: Write
) -> None:
    one = melt(**{"Hit Sentence": text})
    record = Direct(Meltwater(), written(table(one))).record
    assert (record.kind, record.repost_of_account, record.repost_of) == (
        kind,
        account,
        None,
    )
    assert record.truncated is cut


def test_the_later_generation_of_columns(written: Write) -> None:
    one = {
        "Date": "2024-01-02",
        "Time": "15:04:05",
        "Document ID": "x",
        "URL": "https://www.facebook.com/a/posts/1",
        "Source Domain": "facebook.com",
        "Content Type": "Repost",
        "Author Name": "نام",
        "Author Handle": "@A.Page",
        "Hit Sentence": "... متن ...",
        "Hashtags": "#یک; #two",
        "Links": "https://a.example/1;x=2; https://b.example",
        "Language": "fa",
    }
    preamble = [["Export of all mentions"]]
    result = Direct(Meltwater(), written([*preamble, *table(one)]))
    record = result.record
    assert record.account == "facebook:a.page"
    assert (record.name, record.kind) == ("نام", "repost")
    assert record.links == ("https://a.example/1;x=2", "https://b.example")
    assert record.hashtags == ("#یک", "#two")
    assert record.created_at == read_time("2024-01-02 15:04:05")[0]


def test_rows_without_author_or_time_are_rejected(written: Write) -> None:
    nobody = melt(**(ARTICLE | {"Influencer": ""}))
    swapped = ARTICLE | {"Date": "07/08/2017", "Alternate Date Format": "?"}
    helped = ARTICLE | {"Date": "07/08/2017", "Alternate Date Format": "7-Aug-17"}
    rows = table(melt(), nobody, melt(**swapped), melt(**helped))
    text = "\n".join(",".join(f'"{c}"' for c in row) for row in rows)
    text = text.replace('""900', '"900').replace('993""', '993"')
    result = Direct(Meltwater(), written(text + '\n"cut'))
    assert result.reasons == [
        "it has no usable author, or no site",
        "its time is not written as a time",
        "a quote is opened and never closed",
    ]
    assert result.rejects[-1].ends_early
    assert result.records[-1].created_at == read_time("2017-08-07 07:10")[0]


@pytest.mark.parametrize(
    ("date", "time", "read"),
    [
        ("10-May-2021 11:59PM", None, "2021-05-10 23:59"),
        ("10-May-2021 12:00AM", None, "2021-05-10 00:00"),
        ("10-May-21", "12:01 pm", "2021-05-10 12:01"),
        ("7/25/2025 5:12 PM", None, "2025-07-25 17:12"),
        ("2024-01-02 03:04:05.0", "9:00 AM", "2024-01-02 03:04:05"),
        ("2024-01-02", "", "2024-01-02"),
        ("2024-01-02T03:04:05+03:30", None, "2024-01-01 23:34:05"),
    ],
)
def test_dates_of_vendors(date: str, time: str | None, read: str) -> None:
    assert read_date(date, time) == read_time(read)


@pytest.mark.parametrize(
    "date", ["10-Foo-2021", "10-May-2021 25:00", "31-Feb-2021 1:00AM", "07/08/2025", ""]
)
def test_dates_that_are_none(date: str) -> None:
    with pytest.raises(TimeError):
        read_date(date)


# --- Brandwatch ----------------------------------------------------------------------


def brand(**cells: str) -> dict[str, str]:
    return {
        "Query Id": "1",
        "Query Name": "جستجو",
        "Date": "2017-07-14 02:40:12.0",
        "Title": "",
        "Snippet": "متن …",
        "Full Text": "متن کامل",
        "Url": f"http://twitter.com/Some_One/statuses/{TWEET}",
        "Domain": "twitter.com",
        "Page Type": "twitter",
        "Thread Entry Type": "post",
        "Language": "fa",
        "Author": "Some_One",
        "Full Name": "نام (Some_One)",
        "Mentioned Authors": "@one, @two",
        "Thread Author": "",
        "Retweet of": "",
        "Reply to": "",
        "X Author ID": "9007199254740993",
        "Bluesky Author Id": "",
        "Expanded URLs": "https://a.example/1,https://b.example",
        "Hashtags": "#یک",
        "Category: a": "x",
    } | cells


FORUM = {"Domain": "forum.example", "Page Type": "forum"}

PREAMBLE = [
    ["Report:", "Bulk Mentions Download"],
    ["Brand:", "یک نام"],
    ["From:", "Mon Jan 01 00:00:00 UTC 2024"],
    ["Label:", ""],
    [],
]


@pytest.mark.parametrize("preamble", [[], PREAMBLE])
def test_a_mention_of_brandwatch_reaches_its_fields(
    preamble: list[list[str]], written: Write
) -> None:
    result = Direct(Brandwatch(), written([*preamble, *table(*[brand()] * 3)]))
    record = result.records[0]
    assert len(result.records) == 3
    assert result.rejects == []
    assert result.entries[0].outcome == "header"
    assert result.says(PROVISIONAL)
    assert result.says("are in UTC")
    assert record.account == "twitter:9007199254740993"
    assert (record.handle, record.name) == ("Some_One", "نام (Some_One)")
    assert (record.post, record.kind) == (TWEET, "post")
    assert (record.created_at, record.precision) == (MOMENT_MS * 1000, "ms")
    assert (record.text, record.truncated) == ("متن کامل", False)
    assert record.mentions == ("@one", "@two")
    assert record.hashtags == ("#یک",)
    assert record.links == ("https://a.example/1", "https://b.example")


def test_shares_and_replies_name_their_targets(written: Write) -> None:
    share = brand(
        **{
            "Thread Entry Type": "share",
            "Thread Author": "Other",
            "Retweet of": "http://twitter.com/Other/statuses/12",
        }
    )
    reply = brand(
        **{
            "Thread Entry Type": "reply",
            "Thread Author": "Other",
            "Reply to": "http://twitter.com/Other/statuses/13",
        }
    )
    first, second = Direct(Brandwatch(), written(table(share, reply))).records
    assert (first.kind, first.repost_of, first.repost_of_account) == (
        "repost",
        "12",
        "other",
    )
    assert (second.kind, second.reply_to, second.repost_of_account) == (
        "reply",
        "13",
        None,
    )


def test_withheld_texts_are_counted(written: Write) -> None:
    held = brand(**{"Full Text": ""})
    gone = brand(**{"Full Text": "", "Snippet": ""})
    result = Direct(Brandwatch(), written(table(brand(), held, gone)))
    assert result.says("Only 1 of the first 3 mentions")
    assert [one.text for one in result.records] == ["متن کامل", "متن …", ""]
    assert [one.truncated for one in result.records] == [False, True, False]
    assert not Direct(Brandwatch(), written(table(brand(), held))).says("Only 1")


@pytest.mark.parametrize(
    ("cells", "account"),
    [
        ({"X Author ID": "9.007E+15"}, "twitter:some_one"),
        ({"Domain": "x.com", "Url": "https://x.com/a/status/1"}, None),
        (
            {
                "Url": "https://bsky.app/profile/a/post/1",
                "Bluesky Author Id": "did:plc:abc",
            },
            "bluesky:did:plc:abc",
        ),
        ({"Url": "", "Domain": "www.reddit.com"}, "reddit:some_one"),
        ({"Url": "", "Domain": "", "Page Type": "instagram"}, "instagram:some_one"),
        ({"Url": "http://[bad", "Domain": "instagram"}, "instagram:some_one"),
        ({"Url": "https://forum.example/1"}, "twitter:9007199254740993"),
        ({"Url": "https://forum.example/1", **FORUM}, None),
    ],
)
def test_the_platform_is_told_by_the_address(
    cells: dict[str, str], account: str | None, written: Write
) -> None:
    record = Direct(Brandwatch(), written(table(brand(**cells)))).record
    expected = (
        account
        or {
            "x.com": "twitter:9007199254740993",
            "forum.example": "web:forum.example/some_one",
        }[cells["Domain"]]
    )
    assert record.account == expected


def test_a_name_without_a_site_is_nobody(written: Write) -> None:
    lost = brand(**{"Url": "", "Domain": "", "Page Type": "forum"})
    result = Direct(Brandwatch(), written(table(brand(), lost)))
    assert result.reasons == ["it has no usable author, or no site"]


def test_other_tables_are_not_of_vendors(written: Write) -> None:
    head = inspect(written([["Query Id", "Date", "Author"], ["1", "2", "3"]]))
    assert Brandwatch().sniff(head) is None
    assert Meltwater().sniff(head) is None
