"""Posts as the websites of Instagram and Threads give them to a browser.

Both write posts alike; Instagram also has an older form, a graph of nodes and edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rasad.extend import Reject
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import refused
from rasad.importers.times import TimeError, read_time
from rasad.schema import Item, Kind, Record

INSTAGRAM, THREADS = "instagram", "threads"

ADVERT = "https://www.facebook.com/ads/ig_redirect"
INFO = "text_post_app_info"
"""Where Threads keeps what Instagram's posts do not have."""

WRAPPERS = ("l.threads.", "l.instagram.", "l.facebook.")
"""Begins the hosts through which links lead out, with the target as a parameter."""

Fields = dict[str, Any]


def instagram_post(item: Item) -> Record | Reject:
    """Turn a post of Instagram into a record."""
    link = text_at(item.value, "link") or ""
    if member(item.value, "product_type") == "ad" or link.startswith(ADVERT):
        return refused("no post: an advertisement", item)
    return _record(item, INSTAGRAM, _nothing_more)


def threads_post(item: Item) -> Record | Reject:
    """Turn a post of Threads into a record; what it passes on is only its target."""
    return _record(item, THREADS, _threads_fields)


def _record(
    item: Item, platform: str, more: Callable[[Any], Fields]
) -> Record | Reject:
    post = item.value
    author = _author(post)
    handle = text_at(author, "username") or None
    account = id_at(author, "pk") or id_at(author, "id") or (handle or "").lower()
    if not account:
        return refused("it has no usable account", item)
    raw = number_at(post, "taken_at") or number_at(post, "taken_at_timestamp") or ""
    try:
        created_at, precision = read_time(raw)
    except TimeError as error:
        return refused(str(error), item)
    common: Fields = {
        "account": f"{platform}:{account}",
        "platform": platform,
        "created_at": created_at,
        "precision": precision,
        "raw_time": raw,
        "post": _code(post),
        "handle": handle,
        "name": text_at(author, "full_name") or None,
        "text": _caption(post),
    }
    return Record(**common | more(post))


def _author(post: Any) -> Any:
    found = (member(post, name) for name in ("user", "owner"))
    return next((one for one in found if isinstance(one, Mapping)), None)


def _code(post: Any) -> str | None:
    """Return the id that addresses show; the number is not in every form."""
    return text_at(post, "code") or text_at(post, "shortcode") or None


def _caption(post: Any) -> str | None:
    """Return what was written; that a caption is null says that nothing was."""
    if isinstance(post, Mapping) and post.get("caption", "") is None:
        return ""
    edges = items_at(post, "edge_media_to_caption", "edges")
    if edges is not None:
        return text_at(edges[0], "node", "text") if edges else ""
    return text_at(post, "caption", "text")


def _nothing_more(post: Any) -> Fields:
    return {}


# --- Threads -------------------------------------------------------------------------


def _threads_fields(post: Any) -> Fields:
    info = member(post, INFO)
    quoted = member(info, "share_info", "quoted_post")
    original = member(info, "share_info", "reposted_post")
    if isinstance(original, Mapping):
        return {
            "kind": "repost",
            "repost_of": _code(original),
            "repost_of_account": _account(_author(original)),
            "text": _caption(original),
            "links": _links(original),
        }
    answers = member(info, "is_reply") is True or bool(member(info, "reply_to_author"))
    kind: Kind = "reply" if answers else "post"
    is_quote = isinstance(quoted, Mapping)
    return {
        "kind": "quote" if is_quote else kind,
        "quote_of": _code(quoted),
        "links": _links(post),
    }


def _account(author: Any) -> str | None:
    return id_at(author, "pk") or id_at(author, "id") or text_at(author, "username")


def _links(post: Any) -> tuple[str, ...] | None:
    """Return where a post's card leads; its text may hold other links."""
    link = text_at(post, INFO, "link_preview_attachment", "url")
    return (_unwrapped(link),) if link else None


def _unwrapped(link: str) -> str:
    try:
        parts = urlsplit(link)
        target = parse_qs(parts.query).get("u", [""])[0]
    except ValueError:
        return link
    is_wrapper = (parts.hostname or "").startswith(WRAPPERS)
    return target if is_wrapper and target else link
