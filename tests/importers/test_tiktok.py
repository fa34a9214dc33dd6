"""Videos as JSON pages, lines and tables give the same; comments have no authors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from importers.direct import Direct, lines
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect
from rasad.importers.tiktok import TikTokResearch
from rasad.schema import Record

Write = Callable[..., Path]
MOMENT = 1_690_000_012
VIDEO = 7_258_000_000_123_456_789


def video(**fields: Any) -> dict[str, Any]:
    return {
        "id": VIDEO,
        "video_description": "توضیح #یک",
        "create_time": MOMENT,
        "region_code": "IR",
        "username": "Some.One",
        "hashtag_names": ["یک", "two"],
        "video_mention_list": ["other.one"],
        "effect_ids": ["1"],
        "music_id": 7_000_000_000_000_000_001,
        "share_count": 5,
    } | fields


def expected() -> Record:
    return Record(
        account="tiktok:some.one",
        platform="tiktok",
        created_at=MOMENT * 1_000_000,
        precision="s",
        raw_time=str(MOMENT),
        post=str(VIDEO),
        handle="Some.One",
        text="توضیح #یک",
        hashtags=("یک", "two"),
        mentions=("other.one",),
    )


def test_pages_lines_and_tables_give_the_same(written: Write) -> None:
    page = {"data": {"videos": [video()], "cursor": 100}, "error": {"code": "ok"}}
    names = list(video())
    cells = [
        json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
        for value in video().values()
    ]
    for content in (
        json.dumps(page, indent=2),
        lines([page]),
        lines([video()]),
        json.dumps([video()]),
        [names, cells],
        [[name.upper() for name in names], cells],
    ):
        result = Direct(TikTokResearch(), written(content))
        assert result.record == expected()
        assert result.says(PROVISIONAL)
        assert result.says("handles")


def test_lists_in_cells_of_other_tools(written: Write) -> None:
    names = ["id", *("create_time", "video_description", "region_code", "username")]
    row = [str(VIDEO), "2023-07-22T04:26:52Z", "a", "IR", "@some.one"]
    table = [
        [*names, "hashtag_names"],
        *([*row, cell] for cell in ("['یک', 'two']", "[]", "", "یک,two")),
    ]
    found = Direct(TikTokResearch(), written(table)).records
    assert [one.hashtags for one in found] == [("یک", "two"), (), None, ("یک", "two")]
    assert {one.account for one in found} == {"tiktok:some.one"}
    assert {one.created_at for one in found} == {MOMENT * 1_000_000}


def test_damaged_ids_are_no_ids_and_are_reported(written: Write) -> None:
    names = ["id", *("create_time", "video_description", "region_code", "username")]
    row = ["7.258E+18", str(MOMENT), "a", "IR", "some.one"]
    result = Direct(TikTokResearch(), written([names, row]))
    assert result.record.post is None
    assert result.says("last digits")


def test_comments_have_no_authors(written: Write) -> None:
    comment = {
        "id": VIDEO + 1,
        "video_id": VIDEO,
        "text": "نظر",
        "parent_comment_id": VIDEO,
        "create_time": MOMENT,
        "like_count": 1,
    }
    page = {"data": {"comments": [comment], "has_more": False}}
    result = Direct(TikTokResearch(), written(json.dumps(page)))
    assert result.records == []
    assert result.reasons == ["no account: TikTok takes the authors out of comments"]
    assert result.says("takes the authors out")


def test_fields_may_be_missing_or_odd(written: Write) -> None:
    bare = {"username": "a", "create_time": MOMENT}
    odd = video(hashtag_names={"a": 1}, video_description=[{"x": 1}], id=None)
    result = Direct(
        TikTokResearch(),
        written(
            lines(
                [
                    video(),
                    bare,
                    odd,
                    {"username": "a", "follower_count": 3},
                    video(username=None),
                    video(create_time="x"),
                ]
            )
        ),
    )
    _, second, third = result.records
    assert (second.text, second.hashtags, second.post) == (None, None, None)
    assert (third.text, third.hashtags, third.post) == (None, None, None)
    assert result.reasons == [
        "no post: neither a video nor a comment",
        "it has no usable username",
        "its time is not written as a time",
    ]


def test_a_page_that_ends_early_says_so(written: Write) -> None:
    page = {"data": {"videos": [video(), video()]}}
    for text in (lines([page, page]), json.dumps([video()] * 3)):
        result = Direct(TikTokResearch(), written(text[:-30]))
        assert len(result.records) == 2
        assert result.rejects[-1].ends_early


def test_other_tables_are_not_tiktok(written: Write) -> None:
    path = written([["id", "create_time", "username"], ["1", "2", "3"]])
    assert TikTokResearch().sniff(inspect(path)) is None
