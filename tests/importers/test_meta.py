"""Posts and comments of the library: whole ids, reshares, groups, three platforms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.meta import MetaContentLibrary
from rasad.importers.reader import inspect
from rasad.schema import Record

Write = Callable[..., Path]
MOMENT_US = 1_700_000_000_000_000
MOMENT = "2023-11-14T22:13:20+0000"
OWNER = 963_780_000_123_456_789


def post(**fields: Any) -> dict[str, Any]:
    return {
        "id": 10_160_000_000_000_001,
        "creation_time": MOMENT,
        "text": "متن فارسی",
        "lang": "fa",
        "post_owner": {
            "id": OWNER,
            "type": "page",
            "name": "صفحه",
            "username": "a.page",
        },
        "surface": {"id": OWNER, "name": "صفحه", "type": "page"},
        "shared_post_id": None,
        "link_url": "https://a.example/x",
        "statistics": {"views": 10, "reactions": 1},
        "mcl_url": "https://www.facebook.com/x",
        "multimedia": [{"type": "photo"}],
    } | fields


def flat(value: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, one in value.items():
        if isinstance(one, dict):
            cells |= {f"{key}.{inner}": str(two) for inner, two in one.items()}
        else:
            cells[key] = "" if one is None else str(one)
    return cells


def table(*values: dict[str, Any]) -> list[list[str]]:
    rows = [flat(value) for value in values]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def read(path: Path) -> Direct:
    return Direct(MetaContentLibrary(), path)


def test_json_pages_lines_and_tables_give_the_same(written: Write) -> None:
    expected = Record(
        account=f"facebook:{OWNER}",
        platform="facebook",
        created_at=MOMENT_US,
        precision="s",
        raw_time=MOMENT,
        post="10160000000000001",
        handle="a.page",
        name="صفحه",
        text="متن فارسی",
        language="fa",
        links=("https://a.example/x",),
    )
    page = {"data": [post()], "paging": {"cursors": {"after": "x"}}}
    for content in (
        json.dumps(page, indent=1),
        lines([page]),
        lines([post()]),
        table(post()),
    ):
        result = read(written(content))
        assert result.record == expected
        assert result.says("share another one")


def test_a_reshare_in_a_group_names_original_and_group(written: Write) -> None:
    group = {"id": "77", "type": "group"}
    shared = post(shared_post_id=10_160_000_000_000_009, surface=group, link_url=None)
    for content in (lines([shared]), table(shared)):
        record = read(written(content)).record
        assert (record.kind, record.repost_of) == ("repost", "10160000000000009")
        assert (record.community, record.links) == ("77", None)


def test_what_only_later_records_have_is_read_from_json(written: Write) -> None:
    plain = {key: value for key, value in post().items() if key != "shared_post_id"}
    later = post(shared_post_id="9")
    assert read(written(lines([plain] * 201 + [later]))).records[-1].repost_of == "9"


@pytest.mark.parametrize("as_table", [True, False])
def test_comments_answer_posts_and_comments(as_table: bool, written: Write) -> None:
    owner = {"id": "5", "username": "u", "name": "نام", "type": "profile"}
    first = {
        "id": "c1",
        "post_id": 10_160_000_000_000_001,
        "parent_id": "",
        "text": "نظر",
        "creation_time": "2023-11-14 22:13:20",
        "owner": owner,
        "author_id": "",
    }
    second = first | {"id": "c2", "parent_id": "c1"}
    values = [first, second]
    found = read(written(table(*values) if as_table else lines(values))).records
    assert [one.kind for one in found] == ["reply", "reply"]
    assert [one.reply_to for one in found] == ["10160000000000001", "c1"]
    assert {one.thread for one in found} == {"10160000000000001"}
    assert {one.account for one in found} == {"facebook:5"}
    assert {one.created_at for one in found} == {MOMENT_US}


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({"caption": "عکس", "statistics": {"likes": 1}}, "instagram:8"),
        ({"text": "x", "statistics": {"reposts": 1, "quotes": 2}}, "threads:8"),
        ({"text": "x", "mcl_url": "https://www.threads.net/x"}, "threads:8"),
        ({"text": "x", "producer_type": "INSTAGRAM_BUSINESS"}, "instagram:8"),
    ],
)
def test_other_platforms_are_told_by_name_or_fields(
    fields: dict[str, Any], account: str, written: Write
) -> None:
    one = {
        "id": "1",
        "creation_time": MOMENT,
        "producer_id": "8",
        "producer_username": "u",
        "match_type": "x",
    } | fields
    for content in (lines([one]), table(one)):
        record = read(written(content)).record
        assert (record.account, record.handle) == (account, "u")
        assert record.text == fields.get("text", fields.get("caption"))


def test_damaged_ids_are_never_accounts(written: Write) -> None:
    kept = post(id="1.016E+16")
    lost = post(post_owner={"id": "9.6378e+17"})
    result = read(written(table(post(), kept, lost)))
    assert [one.post for one in result.records] == ["10160000000000001", None]
    assert result.reasons == ["the last digits of its owner are lost"]
    assert result.says("last digits")
    fraction = post(post_owner={"id": 9.6378e17})
    assert read(written(lines([post(), fraction]))).reasons == result.reasons


def test_pages_groups_and_odd_fields(written: Write) -> None:
    result = read(
        written(
            lines(
                [
                    post(),
                    {"id": "1", "name": "a page", "follower_count": 4},
                    post(post_owner=None),
                    post(creation_time="soon"),
                    post(text={"a": "b"}, lang=[{}], surface=4, link_url={}),
                ]
            )
        )
    )
    assert result.reasons == [
        "no post: it has no time, as pages, groups and accounts have none",
        "it has no usable owner",
        "its time is not written as a time",
    ]
    last = result.records[-1]
    assert (last.text, last.language, last.community, last.links) == (None,) * 4


def test_a_file_that_ends_early_says_so(written: Write) -> None:
    result = read(written(json.dumps({"data": [post(), post()]})[:-40]))
    assert len(result.records) == 1
    assert result.rejects[-1].ends_early


def test_other_tables_are_not_of_the_library(written: Write) -> None:
    rows = [["id", "creation_time", "post_owner.id"], ["1", MOMENT, "2"]]
    assert MetaContentLibrary().sniff(inspect(written(rows))) is None
