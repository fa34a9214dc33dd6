"""Comments, submissions and crossposts; who is deleted is nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect
from rasad.importers.reddit import RedditDump

Write = Callable[..., Path]
MOMENT = 1_500_000_012


def comment(**fields: Any) -> dict[str, Any]:
    return {
        "id": "dk1abc",
        "author": "Some_One",
        "author_fullname": "t2_1",
        "body": "متن نظر 😀",
        "created_utc": MOMENT,
        "link_id": "t3_6n1",
        "parent_id": "t1_dk0",
        "subreddit": "iran",
        "score": 3,
    } | fields


def submission(**fields: Any) -> dict[str, Any]:
    return {
        "id": "6n1",
        "author": "Some_One",
        "title": "عنوان",
        "selftext": "",
        "url": "https://a.example/x?y=1",
        "domain": "a.example",
        "is_self": False,
        "created_utc": str(MOMENT),
        "subreddit": "iran",
    } | fields


def read(written: Write, *values: Any) -> Direct:
    return Direct(RedditDump(), written(lines(values)))


def test_a_comment_reaches_its_fields(written: Write) -> None:
    result = read(written, comment())
    record = result.record
    assert result.sniff.confidence == 1.0
    assert result.says(PROVISIONAL)
    assert (record.account, record.handle) == ("reddit:some_one", "Some_One")
    assert (record.created_at, record.precision) == (MOMENT * 1_000_000, "s")
    assert (record.post, record.kind, record.text) == (
        "t1_dk1abc",
        "reply",
        "متن نظر 😀",
    )
    assert (record.reply_to, record.thread) == ("t1_dk0", "t3_6n1")
    assert (record.community, record.links) == ("iran", None)


def test_a_submission_is_its_title_text_and_link(written: Write) -> None:
    first, second, third = read(
        written,
        submission(selftext="بیشتر", author_created_utc=1_400_000_000),
        submission(is_self=True, url="https://www.reddit.com/r/iran/comments/6n1/a/"),
        submission(url="/r/iran/comments/6n1/a/"),
    ).records
    assert (first.kind, first.post) == ("post", "t3_6n1")
    assert first.text == "عنوان\nبیشتر"
    assert first.links == ("https://a.example/x?y=1",)
    assert first.account_created_at == 1_400_000_000_000_000
    assert second.links is None
    assert third.links is None


def test_a_crosspost_names_its_original(written: Write) -> None:
    original = {"id": "5a", "author": "Other", "created_utc": 1}
    first, second = read(
        written,
        submission(crosspost_parent="t3_5a", crosspost_parent_list=[original]),
        submission(crosspost_parent_list=[original | {"author": "[deleted]"}]),
    ).records
    assert (first.kind, first.repost_of, first.repost_of_account) == (
        "repost",
        "t3_5a",
        "Other",
    )
    assert (second.kind, second.repost_of, second.repost_of_account) == (
        "repost",
        "t3_5a",
        None,
    )


@pytest.mark.parametrize("gone", ["[removed]", "[deleted]", " [removed] "])
def test_a_text_that_was_taken_away_is_not_one(gone: str, written: Write) -> None:
    first, second = read(written, comment(body=gone), submission(selftext=gone)).records
    assert first.text is None
    assert second.text == "عنوان"


def test_who_is_deleted_and_who_writes_by_rule_are_no_accounts(
    written: Write,
) -> None:
    result = read(
        written,
        comment(),
        comment(author="[deleted]"),
        comment(author=None),
        comment(author="AutoModerator"),
        comment(created_utc="soon"),
        {"author": "a", "created_utc": 1, "subreddit": "b"},
    )
    assert len(result.records) == 1
    assert result.reasons == [
        "no account: its author is deleted or not stated",
        "no account: its author is deleted or not stated",
        "no account: AutoModerator writes by a community's rules",
        "its time is not written as a time",
        "no post: neither a comment nor a submission",
    ]


def test_fields_of_other_types_are_not_stated(written: Write) -> None:
    odd = comment(id=["x"], body=7, link_id={}, parent_id=None, subreddit=4)
    bent = submission(title=None, selftext=3, url=None, crosspost_parent_list=["x"])
    first, second = read(written, odd, bent).records
    assert (first.post, first.text, first.thread, first.community) == (None,) * 4
    assert first.reply_to is None
    assert (second.text, second.links, second.kind) == (None, None, "repost")


def test_ids_are_kept_whole_and_numbers_become_text(written: Write) -> None:
    assert read(written, comment(id=9007199254740993)).record.post == (
        "t1_9007199254740993"
    )


def test_a_file_that_ends_early_says_so(written: Write) -> None:
    whole = lines([comment(), comment(id="b")])
    result = Direct(RedditDump(), written(whole.encode()[:-20]))
    assert len(result.records) == 1
    assert result.rejects[-1].ends_early


@pytest.mark.parametrize("wrapped", [True, False])
def test_lists_and_answers_of_archives_are_read(wrapped: bool, written: Write) -> None:
    values = [comment(), submission()]
    text = json.dumps({"data": values} if wrapped else values, indent=1)
    assert len(Direct(RedditDump(), written(text)).records) == 2


def test_other_objects_are_not_reddit(written: Write) -> None:
    for other in ({"id": 1, "text": "a"}, {"author": "a", "created_utc": 1}):
        assert RedditDump().sniff(inspect(written(lines([other])))) is None
    few = inspect(written(lines([comment(), {"a": 1}, {"a": 1}, {"a": 1}])))
    sniff = RedditDump().sniff(few)
    assert sniff is not None
    assert sniff.confidence < 1
