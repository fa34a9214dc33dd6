"""Posts of Twitter's API, version 1.1, one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasad.extend import Reject
from rasad.importers.cells import clean_id, unusable
from rasad.importers.editions import editions, named_in
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import refused
from rasad.importers.optional_times import us_in
from rasad.importers.times import Instant, TimeError
from rasad.importers.x_posts import (
    PLATFORM,
    client_name,
    is_cut,
    kind_of,
    plain_text,
    post_time,
    post_warnings,
)
from rasad.schema import Item, Record

HASHED = ("", "_h", "_m")
"""What may stand behind a member's name: hashed, or text in which names are hashed."""

TEXTS = (("extended_tweet", "full_text"), ("full_text",), ("text",))
"""Where a text is, the whole one first."""

ACCOUNT = frozenset({"screen_name", "followers_count"})
"""Members of an account that stands by itself."""

NOTICES = {
    "delete": "a deletion",
    "scrub_geo": "a removal of places",
    "limit": "a notice that posts were left out",
    "status_withheld": "a notice of a withheld post",
    "user_withheld": "a notice of a withheld account",
    "disconnect": "a message of the stream",
    "warning": "a message of the stream",
    "errors": "an error message",
}
"""What streams put between posts, by the member that shows it."""


_REST = re.compile(r"https?://(?:twitter|x)\.com/[^/]+/web/[^/]+/[^/]+")
"""The link to the rest of a cut text; its steps may be hashed."""


def _stated(value: Any, name: str) -> Any:
    """Return what a member says, also where its name tells that it is hashed."""
    for ending in HASHED:
        found = member(value, name + ending)
        if found not in (None, ""):
            return found
    return None


def _text(value: Any, name: str) -> str | None:
    found = _stated(value, name)
    return found if isinstance(found, str) else None


def _id(value: Any, name: str) -> str | None:
    """Return an id from its text, or from the number beside it."""
    for form in (name + "_str", name):
        if found := clean_id(id_at({"id": _stated(value, form)}, "id")):
            return found
    return None


def _is_hashed(post: Any) -> bool:
    return "id_h" in post or "id_str_h" in post


def is_post(value: Any) -> bool:
    """Tell whether an object has the marks of this API and of no other."""
    user = member(value, "user")
    if _stated(value, "id") is None and _stated(value, "id_str") is None:
        return False
    if not isinstance(user, Mapping) or _words(value) is None:
        return False
    marked = _stated(value, "id_str") and _stated(user, "id_str")
    return bool(marked) or (
        _stated(user, "id") is not None
        and _stated(user, "screen_name") is not None
        and member(value, "entities") is not None
    )


def notice_of(value: Any) -> str | None:
    """Say what an object is that is no post."""
    if not isinstance(value, Mapping) or "user" in value or "text" in value:
        return None
    if value.keys() >= ACCOUNT:
        return "a user"
    found = (name for name in NOTICES if isinstance(value.get(name), Mapping | list))
    return next((NOTICES[name] for name in found), None)


def warnings_of(posts: list[Any]) -> tuple[str, ...]:
    """Say what is noticed about the ids and times of the first posts."""
    said = post_warnings(
        ((_id(post, "id"), text_at(post, "created_at")) for post in posts),
        {
            "id": (_written(post, "id") for post in posts),
            "user.id": (_written(member(post, "user"), "id") for post in posts),
        },
    )
    if hashed := sum(map(_is_hashed, posts)):
        said += (
            f"The ids of {hashed} of the first {len(posts)} posts are hashed: they "
            "match inside data of the same release only.",
        )
    return said


def _written(value: Any, name: str) -> str | None:
    """Return an id as it stands in the file, whole or not."""
    found = _stated(value, name + "_str") or _stated(value, name)
    return str(found) if isinstance(found, str | int | float) else None


def post_record(item: Item) -> Record | Reject:
    """Turn a post into a record; what it repeats or quotes is only its target."""
    post = item.value
    if notice := notice_of(post):
        return refused(f"no post: {notice}", item)
    account = _id(member(post, "user"), "id")
    if account is None:
        written = _written(member(post, "user"), "id")
        return refused(unusable("user id", written), item)
    try:
        time = post_time(
            _id(post, "id"),
            number_at(post, "created_at"),
            number_at(post, "timestamp_ms"),
        )
    except TimeError as error:
        return refused(str(error), item)
    return _record(post, account, time)


def _record(post: Any, account: str, time: Instant) -> Record:
    """Return a post; a repost shows the whole text of the post it repeats."""
    original = member(post, "retweeted_status")
    repeats = isinstance(original, Mapping)
    shown = original if repeats and _words(original) is not None else post
    user, entities = member(post, "user"), _entities(shown)
    quote = _id(post, "quoted_status_id") or _id(member(post, "quoted_status"), "id")
    answered = _id(post, "in_reply_to_status_id")
    first, edition = editions(_id(post, "id"), named_in(post))
    return Record(
        account=f"{PLATFORM}:{account}",
        platform=PLATFORM,
        created_at=time[0],
        precision=time[1],
        raw_time=_raw_time(post),
        post=first,
        edition=edition,
        kind=kind_of(
            repeats,
            quote or member(post, "is_quote_status") is True,
            answered or _id(post, "in_reply_to_user_id"),
        ),
        handle=text_at(user, "screen_name") or None,
        name=text_at(user, "name") or None,
        account_created_at=us_in(number_at(user, "created_at")),
        account_language=text_at(user, "lang") or None,
        description=_text(user, "description"),
        text=plain_text(_words(shown)),
        language=text_at(post, "lang") or None,
        repost_of=_id(original, "id"),
        repost_of_account=_id(member(original, "user"), "id"),
        reply_to=answered,
        quote_of=quote,
        client=client_name(text_at(post, "source")),
        truncated=_is_cut(shown),
        links=_links(entities, shown),
        hashtags=_hashtags(entities),
        mentions=_mentions(entities),
    )


def _raw_time(post: Any) -> str:
    names = ("created_at", "timestamp_ms", "id_str", "id")
    found = (number_at(post, name) for name in names)
    return next(filter(None, found), "")


def _words(post: Any) -> str | None:
    """Return the longest form of a text; streams put it into an object of its own."""
    for path in TEXTS:
        for ending in HASHED:
            found = text_at(post, *path[:-1], path[-1] + ending)
            if found is not None:
                return found
    return None


def _is_cut(post: Any) -> bool:
    if member(post, "truncated") is True:
        return not any(text_at(post, *path) for path in TEXTS[:-1])
    return is_cut(_words(post))


def _entities(post: Any) -> Any:
    inside = member(post, "extended_tweet", "entities")
    return member(post, "entities") if inside is None else inside


def _links(entities: Any, post: Any) -> tuple[str, ...] | None:
    """Return expanded links, without the one that leads to the rest of a cut text."""
    urls = items_at(entities, "urls")
    if urls is None:
        return None
    links = (_text(url, "expanded_url") or _text(url, "url") for url in urls)
    cut = member(post, "truncated") is True
    return tuple(link for link in links if link and not (cut and _REST.fullmatch(link)))


def _hashtags(entities: Any) -> tuple[str, ...] | None:
    tags = items_at(entities, "hashtags")
    return (
        None if tags is None else tuple(filter(None, (_text(t, "text") for t in tags)))
    )


def _mentions(entities: Any) -> tuple[str, ...] | None:
    """Return whom a post mentions, by id, or by handle where no id is stated."""
    users = items_at(entities, "user_mentions")
    if users is None:
        return None
    named = (_id(user, "id") or _text(user, "screen_name") for user in users)
    return tuple(filter(None, named))
