"""Real files of both APIs, where they are present: every byte is accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from importers.x_reading import Reading
from rasad.errors import ImportFormatError
from rasad.importers.reader import inspect
from rasad.importers.x_v2 import PostsV2
from rasad.importers.x_v11 import TweetsV11

pytestmark = pytest.mark.data

POSTS = {
    "2sets": {"repost": 145, "post": 34, "reply": 10, "quote": 11},
    "brexit": {"repost": 67, "post": 12, "reply": 10, "quote": 11},
    "cashtags": {"post": 1},
    "cotweet": {"post": 1},
    "edited": {"post": 1},
    "edited_after": {"post": 1},
    "edited_before": {"post": 1},
    "entities_test": {"repost": 314, "post": 65, "reply": 83, "quote": 12},
    "flat": {"repost": 47, "post": 13, "reply": 32, "quote": 8},
    "geo_tweets": {"post": 1, "reply": 1},
    "kpop": {"repost": 78, "post": 22},
    "many_urls": {"reply": 1},
    "media_policy_violation_off": {"repost": 42, "post": 38, "reply": 6, "quote": 14},
    "media_policy_violation_on": {"repost": 42, "post": 38, "reply": 6, "quote": 14},
    "media_tweet": {"post": 1},
    "mentions_tweet": {"repost": 1},
    "noflat": {"repost": 47, "post": 13, "reply": 32, "quote": 8},
    "quoted_edit": {"quote": 1},
    "streaming_output_with_error": {"post": 3, "reply": 3, "quote": 1},
    "two_tweets": {"repost": 1},
    "verified_type": {"post": 1},
    "withheld": {"repost": 83, "post": 58, "reply": 66, "quote": 8},
}
OTHERS = {
    "counts": ("no post: a count of posts", 169),
    "lists": ("no post: a list", 6),
    "tweets_compliance": ("no post: a compliance event", 2),
    "users": ("no post: a user", 96),
    "users_compliance": ("no post: a compliance event", 2),
}


def read(shared_data: Path, name: str) -> Reading:
    folder = shared_data / "importers" / "twarc_v2_jsonl"
    return Reading(PostsV2(), folder / f"{name}.jsonl")


def test_no_file_of_twarc_is_forgotten(shared_data: Path) -> None:
    folder = shared_data / "importers" / "twarc_v2_jsonl"
    assert {path.stem for path in folder.glob("*.jsonl")} == {*POSTS, *OTHERS}
    with pytest.raises(ImportFormatError, match="is empty"):
        inspect(folder / "empty.json")


@pytest.mark.parametrize("name", POSTS)
def test_pages_of_posts(name: str, shared_data: Path) -> None:
    result = read(shared_data, name)
    assert Counter(one.kind for one in result.records) == POSTS[name]
    assert result.sniff.confidence == 1.0
    assert all(one.text for one in result.records)
    assert all(one.repost_of for one in result.records if one.kind == "repost")
    early = ["not JSON"] if name == "streaming_output_with_error" else []
    assert result.reasons == early
    assert [one.ends_early for one in result.rejects] == [True] * len(early)
    # One post is older than the ids that hold milliseconds.
    coarse = [one.raw_time for one in result.records if one.precision != "ms"]
    assert coarse == (["2010-09-27T19:06:05.000Z"] if name == "withheld" else [])


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_post(name: str, shared_data: Path) -> None:
    result = read(shared_data, name)
    reason, count = OTHERS[name]
    assert result.records == []
    assert result.reasons == [reason] * count


def test_flattened_posts_are_the_same_as_those_of_pages(shared_data: Path) -> None:
    assert read(shared_data, "flat").records == read(shared_data, "noflat").records


def test_reposts_are_whole_where_the_page_carries_the_original(
    shared_data: Path,
) -> None:
    records = read(shared_data, "kpop").records
    reposts = [one for one in records if one.kind == "repost"]
    assert sum(one.truncated for one in reposts) == 0
    assert all(one.repost_of_account for one in reposts)


def test_hashed_posts_of_version_1(shared_data: Path) -> None:
    path = shared_data / "importers" / "osome_coretweet_json" / "data" / "sample.json"
    result = Reading(TweetsV11(), path)
    kinds = Counter(one.kind for one in result.records)
    assert kinds == {"repost": 8, "post": 7, "quote": 1, "reply": 1}
    assert result.rejects == []
    assert all(one.repost_of for one in result.records if one.kind == "repost")
    assert {one.precision for one in result.records} == {"ms"}
    assert {one.handle for one in result.records} == {None}
    assert sum(len(one.links or ()) for one in result.records) == 14
    assert "17 of the first 17 posts are hashed" in result.sniff.warnings[0]
