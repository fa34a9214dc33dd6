"""Statuses of Mastodon and Truth Social: plain text, whole links, targets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.direct import Direct, lines
from rasad.importers.mastodon import Mastodon
from rasad.importers.mastodon_posts import platform_of
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect

Write = Callable[..., Path]

CREATED_US = 1_767_416_549_551_000
HTML = (
    '<p>سلام <span class="h-card"><a href="https://far.example/@Friend" '
    'class="u-url mention">@<span>Friend</span></a></span></p>'
    '<p><a href="https://example.org/a?x=1&amp;y=2" rel="nofollow noopener">'
    '<span class="invisible">https://</span><span class="ellipsis">example.org/a'
    '</span><span class="invisible">?x=1&amp;y=2</span></a> '
    '<a href="https://home.example/tags/iran" class="mention hashtag" rel="tag">'
    "#<span>iran</span></a></p>"
)


def account(**fields: Any) -> dict[str, Any]:
    return {
        "id": "9007199254740993",
        "username": "Someone",
        "acct": "Someone",
        "display_name": "یک نام",
        "url": "https://home.example/@Someone",
        "created_at": "2022-11-05T00:00:00.000Z",
        "note": "<p>about &amp; more</p>",
    } | fields


def status(**fields: Any) -> dict[str, Any]:
    return {
        "id": "115690926893370169",
        "created_at": "2026-01-03T05:02:29.551Z",
        "uri": "https://home.example/users/Someone/statuses/115690926893370169",
        "url": "https://home.example/@Someone/115690926893370169",
        "account": account(),
        "content": HTML,
        "spoiler_text": "",
        "language": "fa",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "card": {"url": "https://example.org/card"},
        "tags": [{"name": "iran", "url": "https://home.example/tags/iran"}],
        "mentions": [
            {
                "id": "5",
                "acct": "Friend@far.example",
                "url": "https://far.example/@Friend",
            },
            {"id": "6", "acct": "Local", "url": "https://home.example/@Local"},
        ],
        "application": {"name": "A client"},
    } | fields


def original(**fields: Any) -> dict[str, Any]:
    author = account(acct="Writer@far.example", url="https://far.example/@Writer")
    uri = "https://far.example/users/Writer/statuses/7"
    words: dict[str, Any] = {"content": "<p>words</p>", "tags": [], "mentions": []}
    return status(uri=uri, id="116", account=author, card=None) | words | fields


def test_a_status_reaches_its_fields(written: Write) -> None:
    result = Direct(Mastodon(), written(lines([status()])))
    assert result.sniff.confidence == 1.0
    assert result.sniff.warnings == (PROVISIONAL,)
    found = result.record
    assert found.account == "mastodon:someone@home.example"
    assert (found.created_at, found.precision) == (CREATED_US, "ms")
    assert found.raw_time == "2026-01-03T05:02:29.551Z"
    assert (
        found.post == "https://home.example/users/Someone/statuses/115690926893370169"
    )
    assert found.kind == "post"
    assert found.text == "سلام @Friend\nhttps://example.org/a?x=1&y=2 #iran"
    assert found.links == ("https://example.org/a?x=1&y=2", "https://example.org/card")
    assert found.hashtags == ("iran",)
    assert found.mentions == ("friend@far.example", "local@home.example")
    assert (found.handle, found.name) == ("Someone", "یک نام")
    assert found.account_created_at == 1_667_606_400_000_000
    assert found.description == "about & more"
    assert (found.language, found.client) == ("fa", "A client")
    assert found.community is None


def test_one_account_has_one_name_on_every_server(written: Write) -> None:
    far = account(acct="someone@HOME.example", id="77")
    statuses = [status(), status(account=far)]
    first, second = Direct(Mastodon(), written(lines(statuses))).records
    assert first.account == second.account


def test_a_repost_takes_words_from_its_original(written: Write) -> None:
    outer = status(reblog=original(), content="", tags=[], mentions=[])
    found = Direct(Mastodon(), written(lines([outer]))).record
    assert (found.kind, found.account) == ("repost", "mastodon:someone@home.example")
    assert found.repost_of == "https://far.example/users/Writer/statuses/7"
    assert found.repost_of_account == "writer@far.example"
    assert (found.text, found.links) == ("words", ())


@pytest.mark.parametrize(
    ("fields", "kind", "quoted", "answered"),
    [
        ({"in_reply_to_id": "115"}, "reply", None, "115"),
        ({"in_reply_to_id": 2**60 + 1}, "reply", None, str(2**60 + 1)),
        ({"in_reply_to_account_id": "4"}, "reply", None, None),
        (
            {"quote": {"state": "accepted", "quoted_status": original()}},
            "quote",
            "https://far.example/users/Writer/statuses/7",
            None,
        ),
        (
            {"quote": {"state": "accepted", "quoted_status_id": "116"}},
            "quote",
            "116",
            None,
        ),
        ({"quote": {"state": "deleted", "quoted_status": None}}, "quote", None, None),
        (
            {"quote": original(), "quote_id": "116", "in_reply_to_id": "115"},
            "quote",
            "https://far.example/users/Writer/statuses/7",
            "115",
        ),
        ({"quote": None, "quote_id": None}, "post", None, None),
    ],
)
def test_targets_decide_the_kind(
    fields: dict[str, Any],
    kind: str,
    quoted: str | None,
    answered: str | None,
    written: Write,
) -> None:
    found = Direct(Mastodon(), written(lines([status(**fields)]))).record
    assert (found.kind, found.quote_of, found.reply_to) == (kind, quoted, answered)


def test_a_warning_is_part_of_the_text(written: Write) -> None:
    statuses = [
        status(spoiler_text="هشدار", content="<p>متن</p>"),
        status(spoiler_text="هشدار", content=""),
        status(content=""),
    ]
    found = Direct(Mastodon(), written(lines(statuses))).records
    assert [one.text for one in found] == ["هشدار\nمتن", "هشدار", ""]


def test_members_of_other_types_cost_a_field_and_not_the_post(written: Write) -> None:
    odd = status(
        tags="iran",
        mentions=[5, {"acct": 5}],
        card=["x"],
        language=5,
        reblog="x",
        quote=[],
        application="app",
        in_reply_to_id=[],
        url="https://[broken",
    )
    bare = {name: status()[name] for name in ("account", "created_at")}
    path = written(lines([status(), odd, bare, bare | {"content": 7}]))
    first, second, third, fourth = Direct(Mastodon(), path).records
    assert (second.kind, second.hashtags, second.mentions) == ("post", None, ())
    assert (second.language, second.client) == (None, None)
    assert second.links == ("https://example.org/a?x=1&y=2",)
    assert (third.text, third.post, third.links) == (None, None, None)
    assert fourth.text is None
    assert first.text


def test_only_statuses_without_account_or_time_are_rejected(written: Write) -> None:
    statuses = [
        *[status()] * 5,
        status(account={"acct": "nobody"}),
        status(account=None),
        status(created_at=None),
        account(),
    ]
    result = Direct(Mastodon(), written(lines(statuses)))
    assert len(result.records) == 5
    assert result.reasons == [
        "it has no usable account",
        "it has no usable account",
        "it has no time",
        "no post: an account",
    ]


def test_times_without_a_zone_are_told(written: Write) -> None:
    path = written(lines([status(created_at="2026-01-03T05:02:29")]))
    result = Direct(Mastodon(), path)
    assert result.says("no zone")
    assert result.record.created_at == CREATED_US - 551_000


def test_times_that_cannot_be_read_reject_or_are_left_out(written: Write) -> None:
    path = written(lines([status(created_at="once"), status(created_at=None)]))
    assert Direct(Mastodon(), path).reasons[0] == "its time is not written as a time"
    path = written(lines([status(account=account(created_at="once"))]))
    assert Direct(Mastodon(), path).record.account_created_at is None


def test_lists_and_search_results_are_read(written: Write) -> None:
    listed = json.dumps([status(), original()])
    found = json.dumps({"accounts": [], "statuses": [status()]}, indent=1)
    assert len(Direct(Mastodon(), written(listed)).records) == 2
    assert len(Direct(Mastodon(), written(found)).records) == 1


def test_a_cut_list_is_told(written: Write) -> None:
    result = Direct(Mastodon(), written(json.dumps([status()] * 3)[:-20]))
    assert len(result.records) == 2
    assert result.rejects[-1].ends_early


def test_without_the_mark_of_reposts_it_is_less_sure(written: Write) -> None:
    one = status()
    del one["reblog"]
    sniff = Mastodon().sniff(inspect(written(lines([one]))))
    assert sniff is not None
    assert sniff.confidence == 0.7
    assert Mastodon().sniff(inspect(written(lines([account()])))) is None


# --- Truth Social --------------------------------------------------------------------


def truth(**fields: Any) -> dict[str, Any]:
    author = account(id="107780257626128497", url="https://truthsocial.com/@Someone")
    return (
        status(
            id="114000000000000001",
            uri="https://truthsocial.com/@Someone/114000000000000001",
            url="https://truthsocial.com/@Someone/114000000000000001",
            account=author,
            quote_id=None,
            group=None,
            mentions=[{"id": "42", "acct": "friend", "username": "friend"}],
        )
        | fields
    )


def test_truth_social_is_one_server_with_numbers(written: Write) -> None:
    statuses = [
        truth(group={"id": "12", "display_name": "A group"}),
        truth(reblog=truth(id="114000000000000002")),
        truth(quote_id="114000000000000003", quote=truth(id="114000000000000003")),
        truth(in_reply_to_id="114000000000000004"),
    ]
    result = Direct(Mastodon(), written(lines(statuses)))
    post, repost, quote, reply = result.records
    assert {one.account for one in result.records} == {"truthsocial:107780257626128497"}
    assert {one.platform for one in result.records} == {"truthsocial"}
    assert (post.post, post.community) == ("114000000000000001", "12")
    assert post.mentions == ("42",)
    assert repost.repost_of == "114000000000000002"
    assert repost.repost_of_account == "107780257626128497"
    assert (quote.kind, quote.quote_of) == ("quote", "114000000000000003")
    assert (reply.kind, reply.reply_to) == ("reply", "114000000000000004")
    assert PROVISIONAL in result.sniff.warnings


def test_a_link_to_truth_social_is_not_enough() -> None:
    assert platform_of(status(content="https://truthsocial.com/@a/1")) == "mastodon"
    assert platform_of({}) == "mastodon"
