"""Lists with Eastern times, tables of the API in UTC, and a real one of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from importers.direct import Direct, lines
from rasad.importers.crowdtangle import (
    CrowdTangleFacebook,
    CrowdTangleInstagram,
    eastern_time,
)
from rasad.importers.reader import inspect

Write = Callable[..., Path]
JULY_US = 1_594_000_000_000_000  # 2020-07-06 01:46:40 UTC
SCORE = "Overperforming Score (weighted  —  Likes 1x Shares 1x Comments 1x )"


def listed(**cells: str) -> dict[str, str]:
    return {
        "Page Name": "صفحه",
        "User Name": "a.page",
        "Facebook Id": "145547835465271",
        "Page Category": "NEWS_SITE",
        "Page Created": "2009-01-02 03:04:05 EST",
        "Post Created": "2020-07-05 21:46:40 EDT",
        "Type": "Link",
        "Total Interactions": "1,234",
        "URL": "https://www.facebook.com/145547835465271/posts/2100804073272961",
        "Message": "متن :=: https://short.example/1",
        "Link": "https://short.example/1",
        "Final Link": "https://a.example/long",
        "Image Text": "",
        SCORE: "-1.5",
    } | cells


def table(*rows: dict[str, str]) -> list[list[str]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def test_a_list_of_pages_reaches_its_fields(written: Write) -> None:
    result = Direct(CrowdTangleFacebook(), written(table(listed())))
    record = result.record
    assert result.sniff.confidence == 1.0
    assert not result.says("no zone")
    assert record.account == "facebook:145547835465271"
    assert (record.handle, record.name) == ("a.page", "صفحه")
    assert (record.created_at, record.precision) == (JULY_US, "s")
    assert record.raw_time == "2020-07-05 21:46:40 EDT"
    assert record.post == "145547835465271_2100804073272961"
    assert record.text == "متن :=: https://short.example/1"
    assert record.links == ("https://a.example/long",)
    assert (record.kind, record.community) == ("post", None)
    assert record.account_created_at == 1_230_883_445_000_000


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2020-01-02 03:04:05 EST", "2020-01-02 08:04:05"),
        ("2020-07-02 03:04:05 EDT", "2020-07-02 07:04:05"),
        # The hour that clocks go through twice is told apart by the name of the zone.
        ("2020-11-01 01:30:00 EDT", "2020-11-01 05:30:00"),
        ("2020-11-01 01:30:00 EST", "2020-11-01 06:30:00"),
        ("2020-01-02 03:04:05 UTC", "2020-01-02 03:04:05"),
    ],
)
def test_eastern_times_become_utc(text: str, utc: str) -> None:
    assert eastern_time(text) == eastern_time(utc + "Z")


def test_times_without_a_zone_are_said_to_be_utc(written: Write) -> None:
    one = listed(**{"Post Created": "2020-07-06 01:46:40"})
    result = Direct(CrowdTangleFacebook(), written(table(one)))
    assert result.record.created_at == JULY_US
    assert result.says("no zone and are read as UTC")


@pytest.mark.parametrize(
    ("address", "post"),
    [
        (
            "https://www.facebook.com/groups/1/permalink/2100804073272961",
            "2100804073272961",
        ),
        ("https://www.facebook.com/permalink.php?story_fbid=12345678&id=9", "12345678"),
        ("https://www.facebook.com/a/posts/pfbid0Ab9", "pfbid0Ab9"),
        ("https://www.facebook.com/a/photos/a.1/987654321/?type=3", "987654321"),
        ("https://www.facebook.com/a", None),
        ("", None),
    ],
)
def test_a_post_is_named_by_its_address(
    address: str, post: str | None, written: Write
) -> None:
    record = Direct(CrowdTangleFacebook(), written(table(listed(URL=address)))).record
    assert record.post == (None if post is None else f"145547835465271_{post}")


def test_a_group_is_the_account_of_what_is_posted_in_it(written: Write) -> None:
    one = {
        "Group Name" if key == "Page Name" else key: v for key, v in listed().items()
    }
    path = written(table(one | {"Final Link": "", "Link": ""}))
    result = Direct(CrowdTangleFacebook(), path)
    assert result.record.community == "145547835465271"
    assert result.record.name == "صفحه"
    assert result.record.links is None
    assert result.says("does not say who wrote it")


def test_a_note_before_the_header_is_no_record(written: Write) -> None:
    rows = [["Exported from a list"], [], *table(listed(), listed())]
    result = Direct(CrowdTangleFacebook(), written(rows))
    assert len(result.records) == 2
    assert result.rejects == []


def test_rows_without_account_or_time_are_rejected(written: Write) -> None:
    rows = [
        listed(),
        listed(**{"Facebook Id": ""}),
        listed(**{"Facebook Id": "1.45548E+14"}),
        listed(**{"Post Created": "2020-07-05 21:46:40 CEST"}),
        listed(**{"Page Created": "?"}),
    ]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in table(*rows))
    result = Direct(CrowdTangleFacebook(), written(text + '\n"cut'))
    assert result.reasons == [
        "it has no usable Facebook Id",
        "the last digits of its Facebook Id are lost",
        "its time is not written as a time",
        "a quote is opened and never closed",
    ]
    assert result.rejects[-1].ends_early
    assert result.records[-1].account_created_at is None
    assert result.says("last digits")


def test_a_list_of_instagram_accounts_is_read(written: Write) -> None:
    one = {
        "Account": "نام",
        "User Name": "Some.One",
        "Followers at Posting": "10",
        "Post Created": "2020-07-05 21:46:40 EDT",
        "Type": "Photo",
        "URL": "https://www.instagram.com/p/CAbc-d_1/",
        "Link": "https://www.instagram.com/p/CAbc-d_1/",
        "Photo": "https://cdn.example/1.jpg",
        "Title": "",
        "Description": "شرح #یک",
    }
    result = Direct(
        CrowdTangleInstagram(), written(table(one, one | {"User Name": ""}))
    )
    record = result.record
    assert (record.account, record.handle) == ("instagram:some.one", "Some.One")
    assert (record.name, record.text) == ("نام", "شرح #یک")
    assert (record.created_at, record.post) == (JULY_US, "CAbc-d_1")
    assert record.links is None
    assert result.reasons == ["it has no usable User Name"]
    assert CrowdTangleFacebook().sniff(result.head) is None


ANSWER = {
    "platformId": "145547835465271_2100804073272961",
    "platform": "Facebook",
    "date": "2020-07-06 01:46:40",
    "message": "متن",
    "link": "https://short.example/1",
    "account": {
        "platformId": "145547835465271",
        "name": "صفحه",
        "handle": "a.page",
        "accountType": "facebook_group",
    },
    "languageCode": "fa",
}


def test_answers_of_the_api_are_read_as_objects_and_tables(written: Write) -> None:
    plain = {k: str(v) for k, v in ANSWER.items() if k != "account"}
    inner = {k: str(v) for k, v in ANSWER["account"].items()}  # type: ignore[attr-defined]
    dotted = plain | {f"account.{key}": value for key, value in inner.items()}
    under = plain | {f"account_{key}": value for key, value in inner.items()}
    for content in (lines([ANSWER]), table(dotted), table(under)):
        result = Direct(CrowdTangleFacebook(), written(content))
        record = result.record
        assert record.account == "facebook:145547835465271"
        assert record.post == ANSWER["platformId"]
        assert (record.created_at, record.language) == (JULY_US, "fa")
        assert record.links == ("https://short.example/1",)
        assert record.community == "145547835465271"
        assert CrowdTangleInstagram().sniff(result.head) is None


def test_answers_about_instagram_go_to_instagram(written: Write) -> None:
    answer = ANSWER | {"platform": "Instagram", "platformId": "1_2"}
    result = Direct(CrowdTangleInstagram(), written(lines([answer])))
    assert result.record.account == "instagram:145547835465271"
    assert result.record.links is None
    assert CrowdTangleFacebook().sniff(result.head) is None


def test_other_tables_are_not_crowdtangle(written: Write) -> None:
    head = inspect(written([["Account", "User Name", "x"], ["1", "2", "3"]]))
    assert CrowdTangleFacebook().sniff(head) is None
    assert CrowdTangleInstagram().sniff(head) is None


@pytest.mark.data
def test_a_real_table_of_shared_links(shared_data: Path) -> None:
    folder = shared_data / "importers" / "crowdtangle"
    result = Direct(CrowdTangleFacebook(), folder / "crowdtangle_link_shares.csv")
    assert len(result.records) == 160
    assert result.rejects == []
    assert len({one.post for one in result.records}) == 160
    assert len({one.account for one in result.records}) == 155
    assert sum(one.community is not None for one in result.records) == 72
    assert {one.precision for one in result.records} == {"s"}
    shared = Counter(one.links for one in result.records)
    assert [count for _, count in shared.most_common()] == [108, 51, 1]
