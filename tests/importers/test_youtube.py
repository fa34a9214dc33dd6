"""Threads are taken apart, comments keep their video, tables need no dialect."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.reader import inspect
from rasad.importers.youtube import YouTube

Write = Callable[..., Path]
MOMENT_US = 1_700_000_000_000_000
MOMENT = "2023-11-14T22:13:20Z"


def comment(name: str = "Ug1", **snippet: Any) -> dict[str, Any]:
    return {
        "kind": "youtube#comment",
        "etag": "x",
        "id": name,
        "snippet": {
            "channelId": "UC-of-the-video",
            "videoId": "vid_1",
            "textDisplay": "یک<br>دو &amp; <b>سه</b>",
            "textOriginal": "یک\nدو & سه",
            "authorDisplayName": "@someone",
            "authorChannelUrl": "http://www.youtube.com/@someone",
            "authorChannelId": {"value": "UC0123456789"},
            "publishedAt": MOMENT,
            "updatedAt": MOMENT,
        }
        | snippet,
    }


def thread(name: str = "Ug1", replies: int = 2) -> dict[str, Any]:
    answers = [
        comment(f"{name}.{n}", parentId=name, authorChannelId={"value": f"UCreply{n}"})
        for n in range(replies)
    ]
    whole = {
        "kind": "youtube#commentThread",
        "id": name,
        "snippet": {"videoId": "vid_1", "topLevelComment": comment(name)},
    }
    return whole | ({"replies": {"comments": answers}} if replies else {})


def test_a_comment_reaches_its_fields(written: Write) -> None:
    result = Direct(YouTube(), written(lines([comment()])))
    record = result.record
    assert result.sniff.confidence == 1.0
    assert result.sniff.warnings == ()
    assert record.account == "youtube:UC0123456789"
    assert (record.created_at, record.precision) == (MOMENT_US, "s")
    assert (record.post, record.kind) == ("Ug1", "reply")
    assert (record.reply_to, record.thread) == ("vid_1", "vid_1")
    assert (record.handle, record.name) == ("@someone", "@someone")
    assert record.text == "یک\nدو & سه"
    assert record.community == "UC-of-the-video"


def shapes(values: list[Any]) -> list[str]:
    page = {"kind": "youtube#commentThreadListResponse", "items": values}
    return [
        lines(values),
        lines([page]),
        json.dumps(page, indent=1, ensure_ascii=False),
        json.dumps(values, ensure_ascii=False),
    ]


@pytest.mark.parametrize("shape", range(4))
def test_threads_are_taken_apart_to_the_byte(shape: int, written: Write) -> None:
    path = written(shapes([thread("Ug1"), thread("Ug2", replies=0)])[shape])
    result = Direct(YouTube(), path)
    assert [one.post for one in result.records] == ["Ug1", "Ug1.0", "Ug1.1", "Ug2"]
    assert [one.reply_to for one in result.records] == ["vid_1", "Ug1", "Ug1", "vid_1"]
    assert [one.account for one in result.records[1:3]] == [
        "youtube:UCreply0",
        "youtube:UCreply1",
    ]
    assert result.rejects == []
    assert result.says("some of its replies only")
    raw = path.read_bytes()
    spans = [(one.byte_start, one.byte_end) for one in result.entries]
    found = [raw[a:b] for a, b in spans if b"Ug1.0" in raw[a:b]]
    assert len(found) == 1


@pytest.mark.parametrize("shape", range(4))
def test_threads_beside_comments_lose_no_comment(shape: int, written: Write) -> None:
    values = [thread("Ug1"), comment("Ug2"), {"kind": "youtube#video", "id": "v"}]
    result = Direct(YouTube(), written(shapes(values)[shape]))
    # Where replies cannot be told apart from what stands beside, they are left out.
    replies = ["Ug1.0", "Ug1.1"] if shape == 0 else []
    assert [one.post for one in result.records] == ["Ug1", *replies, "Ug2"]
    assert result.reasons == ["no post: a youtube#video"]


def test_text_is_taken_out_of_html_where_there_is_no_other(written: Write) -> None:
    result = Direct(YouTube(), written(lines([comment(textOriginal=None)])))
    assert result.record.text == "یک\nدو & سه"


def test_the_channel_may_stand_in_an_address_only(written: Write) -> None:
    url = "http://www.youtube.com/channel/UCabcdefghijk"
    result = Direct(
        YouTube(),
        written(
            lines(
                [
                    comment(authorChannelId=None, authorChannelUrl=url),
                    comment(authorChannelId={}),
                    comment(authorChannelId=None, authorChannelUrl=None),
                    comment(publishedAt=None),
                    comment(textDisplay=4, textOriginal=[], videoId={}, parentId=2.5),
                    {"kind": "youtube#comment"},
                ]
            )
        ),
    )
    assert [one.account for one in result.records] == [
        "youtube:UCabcdefghijk",
        "youtube:@someone",
        "youtube:UC0123456789",
    ]
    assert result.records[2].text is None
    assert result.records[2].reply_to is None
    assert result.reasons == [
        "it has no usable author",
        "it has no time",
        "no post: a youtube#comment",
    ]


def test_a_document_that_ends_early_says_so(written: Write) -> None:
    text = json.dumps({"items": [thread(replies=1), thread("Ug9")]})
    result = Direct(YouTube(), written(text[:-200]))
    assert [one.post for one in result.records][:2] == ["Ug1", "Ug1.0"]
    assert result.rejects[-1].ends_early


HEADER = "id,replyCount,likeCount,publishedAt,authorName,text,isReply,isReplyTo\n"


def test_a_table_of_youtube_data_tools_is_read(written: Write) -> None:
    rows = (
        'Ug1,1,0,2023-11-14 22:13:20,@someone,"او گفت \\"سلام\\" و رفت",0,\n'
        'Ug1.a,0,0,2023-11-14 22:13:20,Some One,"plain ""quotes""",1,Ug1\n'
        "Ug2,0,0,2023-11-14 22:13:20,,x,0,\n"
    )
    result = Direct(YouTube(), written(HEADER + rows))
    first, second = result.records
    assert first.text == 'او گفت "سلام" و رفت'
    assert (first.account, first.handle) == ("youtube:@someone", "@someone")
    assert (first.created_at, first.precision) == (MOMENT_US, "s")
    assert (first.kind, first.reply_to) == ("reply", None)
    assert (second.account, second.text) == ("youtube:some one", 'plain "quotes"')
    assert second.reply_to == "Ug1"
    assert result.reasons == ["it has no usable author"]
    assert result.says("no zone and are read as UTC")
    assert result.says("which video")


def test_channels_of_a_table_go_before_names(written: Write) -> None:
    text = (
        "id,publishedAt,authorName,text,authorChannelId,isReplyTo\n"
        "Ug1,2023-11-14 22:13:20,نام,x,UC0123456789,\n"
    )
    result = Direct(YouTube(), written(text))
    assert result.record.account == "youtube:UC0123456789"
    assert result.record.name == "نام"


def test_other_answers_of_the_api_are_not_comments(written: Write) -> None:
    video = {"kind": "youtube#video", "id": "v", "snippet": {}}
    assert YouTube().sniff(inspect(written(lines([video])))) is None
