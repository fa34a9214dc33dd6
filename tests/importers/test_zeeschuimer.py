"""Captures of a browser: the post is read, the visit of the researcher is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from importers.direct import Direct, lines
from importers.x_reading import MOMENT_MS, snowflake
from rasad.extend import Importer
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect
from rasad.importers.zeeschuimer import PRIVATE, FourCatLines, Zeeschuimer

Write = Callable[..., Path]

BIG = 2**53 + 1
SECONDS = MOMENT_MS // 1000
AGENT, VISIT = "Mozilla/5.0 Secret", "https://x.com/search?q=secret"


def envelope(platform: str, data: Any, **members: Any) -> dict[str, Any]:
    plain = {
        "nav_index": "1:2:3",
        "item_id": "5",
        "timestamp_collected": MOMENT_MS,
        "source_platform": platform,
        "source_platform_url": VISIT,
        "source_url": VISIT,
        "user_agent": AGENT,
        "data": data,
    }
    return plain | members


def kept(platform: str, data: dict[str, Any]) -> dict[str, Any]:
    """A line as 4CAT makes it of an envelope."""
    visit = envelope(platform, data)
    del visit["data"]
    return data | {"__import_meta": visit}


def tweet(**members: Any) -> dict[str, Any]:
    return {"rest_id": snowflake(), "id": 1, "legacy": {"user_id_str": str(BIG)}} | (
        members
    )


def video(**members: Any) -> dict[str, Any]:
    plain = {
        "id": str(BIG),
        "createTime": SECONDS,
        "desc": "توضیح #یک",
        "textLanguage": "fa",
        "author": {"id": "67", "uniqueId": "Some.One", "nickname": "نام"},
        "textExtra": [{"hashtagName": "یک"}, {"userUniqueId": "friend"}, 5],
        "challenges": [{"title": "دو"}, {"title": "یک"}],
        "duetInfo": {"duetFromId": "0"},
    }
    return plain | members


def photo(**members: Any) -> dict[str, Any]:
    plain = {
        "code": "Code",
        "pk": str(BIG),
        "taken_at": SECONDS,
        "user": {"pk": BIG, "username": "Some.One", "full_name": "نام"},
        "caption": {"text": "متن #یک"},
    }
    return plain | members


def truth(**members: Any) -> dict[str, Any]:
    plain = {
        "id": "115690926893370169",
        "created_at": "2017-07-14T02:40:12.345Z",
        "uri": "https://truthsocial.com/users/a/statuses/115690926893370169",
        "account": {"id": str(BIG), "acct": "a", "username": "a"},
        "content": "<p>سلام</p>",
        "reblog": None,
        "quote_id": None,
    }
    return plain | members


def of(platform: str, *posts: Any) -> str:
    return lines(envelope(platform, post) for post in posts)


@pytest.fixture
def read(written: Write) -> Callable[..., Direct]:
    """Write captures of one platform and read them."""
    return lambda *posts: Direct(Zeeschuimer(), written(of(*posts)))


Posts = Callable[..., Direct]

ALL = {
    "twitter.com": (tweet(), f"twitter:{BIG}"),
    "x.com": (tweet(), f"twitter:{BIG}"),
    "tiktok.com": (video(), "tiktok:67"),
    "instagram.com": (photo(), f"instagram:{BIG}"),
    "threads.net": (photo(), f"threads:{BIG}"),
    "www.threads.com": (photo(), f"threads:{BIG}"),
    "truthsocial.com": (truth(), f"truthsocial:{BIG}"),
}


# --- envelopes -----------------------------------------------------------------------


@pytest.mark.parametrize("platform", ALL)
def test_each_platform_in_both_wrappings(platform: str, written: Write) -> None:
    data, account = ALL[platform]
    for importer, line in (
        (Zeeschuimer(), envelope(platform, data)),
        (FourCatLines(), kept(platform, data)),
    ):
        for content in (lines([line]), json.dumps([line]), json.dumps(line, indent=1)):
            _expect(importer, written(content), account)


def _expect(importer: Importer, path: Path, account: str) -> None:
    result = Direct(importer, path)
    assert result.record.account == account
    assert result.record.created_at // 1_000_000 == SECONDS
    assert result.says(PRIVATE)
    platform = account.partition(":")[0]
    assert result.says(PROVISIONAL) == (platform not in ("twitter", "tiktok"))


def test_the_visit_is_never_kept(written: Write) -> None:
    kept_lines = lines(
        [
            envelope("twitter.com", tweet()),
            envelope("gab.com", {"i": 1}),
            envelope("tiktok.com", {}),
            envelope("instagram.com", None),
            envelope("threads.net", "text"),
            {"user_agent": AGENT, "source_url": VISIT},
        ]
    )
    cut = json.dumps(envelope("twitter.com", tweet()))[:180]
    for importer, content in (
        (Zeeschuimer(), kept_lines + cut),
        (FourCatLines(), lines(kept(name, {"a": 1}) for name in ("gab.com", "x.com"))),
    ):
        result = Direct(importer, written(content))
        told = msgspec.json.encode([result.records, result.rejects]).decode()
        told += " ".join(result.sniff.warnings)
        assert "secret" not in told.lower()
    assert result.records == []


def test_platforms_that_are_not_read(written: Write) -> None:
    names = ["gab.com", "douyin.com", "tiktok-comments", "linkedin.com", "9gag.com"]
    found = [envelope(name, {"id": BIG, "text": "متن"}) for name in names]
    found.append(envelope("", {"id": 1}))
    result = Direct(Zeeschuimer(), written(lines(found)))
    reasons = [f"a platform that is not read: {name}" for name in names]
    assert result.reasons == [*reasons, "a platform that is not read: not stated"]
    assert result.rejects[0].preview == str({"id": BIG, "text": "متن"})
    assert result.says("6 of the first 6 posts")
    assert result.says("9gag.com, douyin.com, gab.com")


def test_lines_without_a_post_and_a_file_cut_short(written: Write) -> None:
    text = of("twitter.com", tweet(), tweet()) + "\n[1]\n" + '{"a": 1}\n'
    result = Direct(Zeeschuimer(), written(text + of("x.com", tweet())[:-40]))
    assert len(result.records) == 2
    assert result.reasons == [
        "no JSON object",
        "not of the form of this format",
        "not JSON",
    ]
    assert result.rejects[-1].ends_early
    assert {one.preview for one in result.rejects} == {""}


def test_odd_posts_are_rejected_one_by_one(written: Write) -> None:
    odd: list[Any] = [{}, {"user": 5, "account": [], "author": {}}, None, [1]]
    for platform in ALL:
        posts = [envelope(platform, one) for one in odd]
        path = written(lines([*posts, envelope(platform, ALL[platform][0])]))
        result = Direct(Zeeschuimer(), path)
        assert len(result.records) == 1
        assert len(result.rejects) == 4


def test_other_lines_are_no_captures(written: Write) -> None:
    for value in (tweet(), {"data": tweet(), "source_platform": "x.com"}, photo()):
        head = inspect(written(lines([value])))
        assert Zeeschuimer().sniff(head) is None
        assert FourCatLines().sniff(head) is None


# --- TikTok --------------------------------------------------------------------------


def test_videos(read: Posts) -> None:
    result = read(
        "tiktok.com",
        video(),
        video(duetInfo={"duetFromId": str(BIG)}),
        video(author="Some.One", authorId="67", nickname="نام"),
        video(author="Some.One", textExtra=None, challenges={}, duetInfo=5, desc=7),
        video(createTime=None),
        video(author=None),
    )
    first, duet, embedded, bare = result.records
    assert (first.post, first.handle, first.name) == (str(BIG), "Some.One", "نام")
    assert (first.text, first.language) == ("توضیح #یک", "fa")
    assert (first.hashtags, first.mentions) == (("یک", "دو"), ("friend",))
    assert (first.kind, first.precision) == ("post", "s")
    assert (duet.kind, duet.quote_of) == ("quote", str(BIG))
    assert (embedded.account, embedded.name) == ("tiktok:67", "نام")
    assert (bare.account, bare.text) == ("tiktok:some.one", None)
    assert (bare.hashtags, bare.mentions) == (None, None)
    assert result.reasons == ["it has no time", "it has no usable account"]
    assert result.says("Accounts of TikTok are named by their ids")


# --- Instagram and Threads -----------------------------------------------------------


def test_both_forms_of_instagram(read: Posts) -> None:
    node = {
        "__typename": "GraphImage",
        "shortcode": "Code",
        "taken_at_timestamp": SECONDS,
        "owner": {"id": str(BIG), "username": "Some.One"},
        "edge_media_to_caption": {"edges": [{"node": {"text": "متن #یک"}}]},
    }
    result = read(
        "instagram.com",
        photo(),
        node,
        photo(caption=None),
        photo(caption=5, user={"username": "Some.One"}),
        photo(product_type="ad"),
        photo(link="https://www.facebook.com/ads/ig_redirect/?d=1"),
    )
    first, graph, empty, bare = result.records
    assert (first.account, first.post) == (f"instagram:{BIG}", "Code")
    assert (graph.account, graph.post) == (first.account, first.post)
    assert graph.text == first.text == "متن #یک"
    assert (empty.text, bare.text) == ("", None)
    assert bare.account == "instagram:some.one"
    assert result.reasons == ["no post: an advertisement"] * 2


def test_what_threads_pass_on(read: Posts) -> None:
    other = photo(code="Other", caption={"text": "دیگر"}, user={"pk": 9})
    wrapped = "https://l.threads.com/?u=https%3A%2F%2Fa.example%2Fx%3Fa%3D1&e=2"
    card = {"link_preview_attachment": {"url": wrapped}}

    def info(**members: Any) -> dict[str, Any]:
        return photo(text_post_app_info=members)

    first, quote, repost, reply = read(
        "threads.net",
        info(**card),
        info(share_info={"quoted_post": other, "reposted_post": None}),
        info(share_info={"reposted_post": other}),
        info(is_reply=True),
    ).records
    assert (first.kind, first.links) == ("post", ("https://a.example/x?a=1",))
    assert (quote.kind, quote.quote_of) == ("quote", "Other")
    assert (repost.kind, repost.repost_of, repost.text) == ("repost", "Other", "دیگر")
    assert repost.repost_of_account == "9"
    assert (reply.kind, reply.reply_to) == ("reply", None)


# --- Truth Social --------------------------------------------------------------------


def test_truths_without_an_address(read: Posts) -> None:
    whole, bare = truth(quote_id="9"), truth(account={"id": str(BIG)})
    del bare["uri"]
    first, second = read("truthsocial.com", whole, bare).records
    assert (first.kind, first.quote_of, first.text) == ("quote", "9", "سلام")
    assert second.account == f"truthsocial:{BIG}"
    assert second.post == "115690926893370169"
