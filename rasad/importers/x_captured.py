"""Posts as the website of X gives them to a browser, captured by Zeeschuimer.

Inside is the shape of the API's version 1.1, with account, original and long text set
apart. They are put back where that version has them, and read as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from rasad.extend import Reject
from rasad.importers.members import id_at, items_at, member, text_at
from rasad.importers.objects import refused
from rasad.importers.x_v11_posts import post_record
from rasad.schema import Item, Record

NOTICES = frozenset({"TweetTombstone", "TweetUnavailable"})
"""What the website puts in place of a post that it does not show."""

_ADDRESS = re.compile(r"https?://(?:www\.)?(?:x|twitter)\.com/(\w+)/status/")


def captured_post(item: Item) -> Record | Reject:
    """Turn a post into a record; what it repeats or quotes is only its target."""
    tweet = _unwrapped(item.value)
    if text_at(tweet, "__typename") in NOTICES or "tombstone" in tweet:
        return refused("no post: a notice that a post is not shown", item)
    if "legacy" not in tweet and "rest_id" not in tweet:
        return refused("no post: neither text nor id of a post", item)
    record = post_record(item._replace(value=as_v11(tweet)))
    if isinstance(record, Reject):
        return refused(record.reason, item)
    thread = id_at(tweet, "legacy", "conversation_id_str")
    return msgspec.structs.replace(record, thread=thread)


def as_v11(tweet: Any) -> dict[str, Any]:
    """Return a post with its parts where version 1.1 has them.

    The id is taken from the text beside the number, which browsers round.
    """
    legacy = member(tweet, "legacy")
    post = dict(legacy) if isinstance(legacy, Mapping) else {}
    post |= {
        "id_str": id_at(tweet, "rest_id") or id_at(post, "id_str"),
        "id": None,
        "user": _user(tweet, post),
        "source": text_at(tweet, "source") or text_at(post, "source"),
        "edit_control": member(tweet, "edit_control") or post.get("edit_control"),
    }
    if (quoted := _result(tweet, "quoted_status_result")) is not None:
        post["quoted_status"] = {"id_str": id_at(quoted, "rest_id")}
    if (original := _original(tweet, post)) is not None:
        post["retweeted_status"] = original
    return post | _whole_text(tweet)


def _unwrapped(value: Any) -> Any:
    """Return a post from the layer that tells who may see it."""
    inside = member(value, "tweet")
    return inside if isinstance(inside, Mapping) else value


def _result(value: Any, *path: str) -> Any:
    """Return the post at a path, None where there is none."""
    found = member(value, *path, "result")
    return _unwrapped(found) if isinstance(found, Mapping) else None


def _original(tweet: Any, post: Any) -> dict[str, Any] | None:
    """Return the post that is repeated; without its content it is named at least."""
    name = "retweeted_status_result"
    found = _result(post, name) or _result(tweet, name)
    if found is not None:
        return as_v11(found)
    if isinstance(post.get(name), Mapping):
        return {}
    number = id_at(post, "retweeted_status_id_str")
    return {"id_str": number} if number else None


def _user(tweet: Any, post: Any) -> dict[str, Any]:
    """Return an account; X moves its members around, and leaves it out at times."""
    user = member(tweet, "core", "user_results", "result") or member(tweet, "user")
    parts = (member(user, "core"), member(user, "legacy"), user)

    def stated(name: str) -> str | None:
        return next(filter(None, (text_at(part, name) for part in parts)), None)

    return {
        "id_str": id_at(post, "user_id_str")
        or id_at(user, "rest_id")
        or id_at(user, "id_str"),
        "screen_name": stated("screen_name") or _pictured(post),
        "name": stated("name"),
        "created_at": stated("created_at"),
        "description": stated("description")
        or text_at(user, "profile_bio", "description"),
    }


def _pictured(post: Any) -> str | None:
    """Return the author's handle from the address of one of the post's pictures.

    A picture that was taken over from another post has that one's address.
    """
    for held in ("extended_entities", "entities"):
        for media in items_at(post, held, "media") or ():
            found = _ADDRESS.match(text_at(media, "expanded_url") or "")
            if found and "source_status_id_str" not in media:
                return found[1]
    return None


def _whole_text(tweet: Any) -> dict[str, Any]:
    """Return a text above 280 characters, which is whole in an object of its own."""
    note = member(tweet, "note_tweet", "note_tweet_results", "result")
    text = text_at(note, "text")
    if text is None:
        return {}
    return {
        "extended_tweet": {"full_text": text, "entities": member(note, "entity_set")}
    }
