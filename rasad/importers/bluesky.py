"""Bluesky: the stream of all records, posts as servers show them, twitwi's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.atproto import (
    POST,
    REPOST,
    Clock,
    bridge_warnings,
    clock,
    clock_warnings,
    clocks_of,
    content_of,
    either,
    key_clock,
    uri_of,
    why_no_post,
)
from rasad.importers.cells import (
    clean_id,
    parse_list_cell,
    picker,
    plain_names,
)
from rasad.importers.delimited import Cells
from rasad.importers.members import member, number_at, text_at
from rasad.importers.objects import are_most, object_entries, refused
from rasad.importers.optional_times import us_in
from rasad.importers.reader import Convert, entries, reject
from rasad.schema import Item, Kind, Record

PLATFORM = "bluesky"
NO_ACCOUNT = "it has no usable account"
NO_TIME = "it has no time that can be read"

EVENTS = {
    "identity": "no post: a change of handle",
    "account": "no post: a change of an account's state",
}

TWITWI = ("cid", "did", "uri", "user_did", "to_post_uri", "quoted_uri")


# --- the stream ----------------------------------------------------------------------


class Jetstream:
    """Reads lines of Jetstream, the stream of everything that is written."""

    name = "bsky_jetstream"
    title = "Bluesky stream (Jetstream)"
    support = (
        "It holds what was written while somebody listened, with the time at which a "
        "relay received it; likes and follows are counted but not compared."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise an event's envelope, with more trust when records are inside."""
        events = [item.value for item in head.items if _is_event(item.value)]
        if not are_most(events, head):
            return None
        posts = [one for one in events if _collection(one) in (POST, REPOST)]
        envelope = ("did", "time_us", "kind")
        commits = any(map(_collection, events))
        return Sniff(
            importer=self.name,
            confidence=1.0 if commits else 0.8,
            evidence=(*envelope, "commit.collection") if commits else envelope,
            warnings=(
                *clock_warnings([_event_clocks(one) for one in posts]),
                *bridge_warnings([member(one, "commit", "record") for one in posts]),
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per event."""
        return object_entries(head, _event)


def _is_event(value: Any) -> bool:
    known = member(value, "kind") in ("commit", *EVENTS)
    return known and bool(text_at(value, "did")) and "time_us" in value


def _collection(event: Any) -> str | None:
    return text_at(event, "commit", "collection")


def _event_clocks(event: Any) -> list[Clock]:
    record, key = member(event, "commit", "record"), text_at(event, "commit", "rkey")
    clocks = clocks_of(record, key, event)
    if _edited(event) is None:
        return clocks
    # It was received when it was written over, which is not when it was written.
    return [one for one in clocks if one[1] != number_at(event, "time_us")] or clocks


def _event(item: Item) -> Record | Reject:
    event = item.value
    if reason := _no_post(event):
        return refused(reason, item)
    did, collection = text_at(event, "did"), _collection(event)
    clocks, record = _event_clocks(event), member(event, "commit", "record")
    if not did:
        return refused(NO_ACCOUNT, item)
    if not clocks:
        return refused(NO_TIME, item)
    (created_at, precision), raw = clocks[0]
    key = text_at(event, "commit", "rkey")
    return Record(
        account=f"{PLATFORM}:{did}",
        platform=PLATFORM,
        created_at=created_at,
        precision=precision,
        raw_time=raw,
        post=f"at://{did}/{collection}/{key}" if key else None,
        edited_at=_edited(event),
        **(content_of(record) if collection == POST else _repost(record)),
    )


def _edited(event: Any) -> int | None:
    """Return when a record was written over; the site itself never does that."""
    if member(event, "commit", "operation") != "update":
        return None
    return us_in(number_at(event, "time_us"))


def _no_post(event: Any) -> str | None:
    """Say why an event is no post, None where it is one."""
    if not isinstance(member(event, "commit"), dict):
        return EVENTS.get(str(member(event, "kind")), "no post: an event")
    if member(event, "commit", "operation") == "delete":
        return "no post: a deletion"
    if _collection(event) not in (POST, REPOST):
        return why_no_post(_collection(event))
    if not isinstance(member(event, "commit", "record"), dict):
        return "it has no record"
    return None


def _repost(record: Any) -> dict[str, Any]:
    target = text_at(record, "subject", "uri")
    return {
        "kind": "repost",
        "repost_of": target,
        "repost_of_account": uri_of(target).did,
    }


# --- posts as servers show them ------------------------------------------------------


class AppView:
    """Reads posts as Bluesky's servers give them, alone or in feeds and searches."""

    name = "bsky_appview"
    title = "Bluesky posts (API or SDK)"
    support = (
        "It holds what one search or feed showed: reposts are there only where a feed "
        "names them, and deleted posts are not."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise a post by its address, author and record, in a feed or alone."""
        views = [view for item in head.items if _is_view(view := _view(item.value))]
        if not are_most(views, head):
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=("uri", "author.did", "record"),
            warnings=(
                *clock_warnings([_view_clocks(view) for view in views]),
                *bridge_warnings([member(view, "record") for view in views]),
            ),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per post or place in a feed."""
        return object_entries(head, _place)


def _view(value: Any) -> Any:
    """Return the post inside a place of a feed or thread, or what is no such place."""
    for path in (("post",), ("value", "post")):
        if isinstance(inside := member(value, *path), dict):
            return inside
    return value


def _is_view(view: Any) -> bool:
    author, record = text_at(view, "author", "did"), member(view, "record")
    return bool(uri_of(text_at(view, "uri")).did and author) and isinstance(
        record, dict
    )


def _view_clocks(view: Any) -> list[Clock]:
    key = uri_of(text_at(view, "uri")).key
    return clocks_of(member(view, "record"), key, view)


def _place(item: Item) -> Record | Reject:
    """Turn a post, or the place in a feed where it stands, into a record."""
    view, reason = _view(item.value), member(item.value, "reason")
    if member(view, "notFound") or member(view, "blocked"):
        return refused("no post: deleted, hidden or blocked", item)
    address = uri_of(text_at(view, "uri"))
    if address.collection not in (POST, None):
        return refused(why_no_post(address.collection), item)
    if isinstance(member(reason, "by"), dict):
        return _passed_on(view, reason, item)
    author, clocks = member(view, "author"), _view_clocks(view)
    content = {"post": text_at(view, "uri"), **content_of(member(view, "record"))}
    return _shown(author, clocks, content, item, did=address.did)


def _passed_on(view: Any, reason: Any, item: Item) -> Record | Reject:
    """Turn the place of a post that somebody passed on into that repost.

    Its text is the original's; the post itself is only carried along.
    """
    uri = text_at(view, "uri")
    clocks = clocks_of(None, uri_of(text_at(reason, "uri")).key, reason)
    content = {
        "kind": "repost",
        "post": text_at(reason, "uri"),
        "repost_of": uri,
        "repost_of_account": uri_of(uri).did,
        "text": text_at(view, "record", "text"),
    }
    return _shown(member(reason, "by"), clocks, content, item)


def _shown(
    author: Any,
    clocks: list[Clock],
    content: dict[str, Any],
    item: Item,
    did: str | None = None,
) -> Record | Reject:
    account = text_at(author, "did") or did
    if not account:
        return refused(NO_ACCOUNT, item)
    if not clocks:
        return refused(NO_TIME, item)
    (created_at, precision), raw = clocks[0]
    return Record(
        account=f"{PLATFORM}:{account}",
        platform=PLATFORM,
        created_at=created_at,
        precision=precision,
        raw_time=raw,
        handle=_handle(text_at(author, "handle")),
        name=either(author, "displayName", "display_name"),
        account_created_at=us_in(either(author, "createdAt", "created_at")),
        **content,
    )


def _handle(handle: str | None) -> str | None:
    """Return a handle; servers write another word where it could not be proven."""
    return None if handle == "handle.invalid" else handle or None


# --- twitwi's tables -----------------------------------------------------------------


class TwitwiPost(NamedTuple):
    """The columns that are used, by their names in twitwi, misspelt one included."""

    uri: str | None
    user_did: str | None
    timestamp_utc: str | None
    user_handle: str | None
    user_diplay_name: str | None
    user_timestamp_utc: str | None
    user_langs: str | None
    original_text: str | None
    text: str | None
    to_post_uri: str | None
    to_root_post_uri: str | None
    quoted_uri: str | None
    repost_by_user_did: str | None
    repost_by_user_handle: str | None
    repost_timestamp_utc: str | None
    links: str | None
    hashtags: str | None
    mentioned_user_dids: str | None
    match_query: str | None


class TwitwiBluesky:
    """Reads tables of Bluesky posts that twitwi writes, as minet does."""

    name = "bsky_twitwi_csv"
    title = "Bluesky posts as a table (minet, twitwi)"
    support = (
        "The tool has rewritten links and sorted hashtags, so that their order says "
        "nothing; posts that only came along with others are left out."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise the columns, in any order and case."""
        names = plain_names(head)
        if not set(TWITWI) <= set(names):
            return None
        pick = picker(names, TwitwiPost._fields)
        posts = [TwitwiPost._make(pick(row)) for row in head.rows]
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=TWITWI,
            warnings=clock_warnings([_row_clocks(post) for post in posts]),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per row."""
        names = plain_names(head)
        return entries(head, _converter(names))


def _row_clocks(post: TwitwiPost) -> list[Clock]:
    if post.repost_by_user_did:
        return clock(post.repost_timestamp_utc)
    return [*key_clock(uri_of(post.uri).key), *clock(post.timestamp_utc)]


def _converter(names: list[str]) -> Convert:
    pick = picker(names, TwitwiPost._fields)

    def convert(cells: Cells) -> Record | Reject:
        post = TwitwiPost._make(pick(cells))
        account = clean_id(post.repost_by_user_did) or clean_id(post.user_did)
        if post.match_query in ("0", "False", "false"):
            return reject("no post of its own: it came along with another", cells)
        if not account:
            return reject(NO_ACCOUNT, cells)
        clocks = _row_clocks(post)
        if not clocks:
            return reject(NO_TIME, cells)
        (created_at, precision), raw = clocks[0]
        return Record(
            account=f"{PLATFORM}:{account}",
            platform=PLATFORM,
            created_at=created_at,
            precision=precision,
            raw_time=raw,
            text=post.text if post.original_text is None else post.original_text,
            **(_row_repost(post) if post.repost_by_user_did else _row_post(post)),
        )

    return convert


def _row_repost(post: TwitwiPost) -> dict[str, Any]:
    return {
        "kind": "repost",
        "handle": post.repost_by_user_handle or None,
        "repost_of": clean_id(post.uri),
        "repost_of_account": clean_id(post.user_did),
    }


def _row_post(post: TwitwiPost) -> dict[str, Any]:
    quoted, answered = clean_id(post.quoted_uri), clean_id(post.to_post_uri)
    quoted = quoted if uri_of(quoted).collection == POST else None
    kind: Kind = "quote" if quoted else "reply" if answered else "post"
    return {
        "kind": kind,
        "post": clean_id(post.uri),
        "handle": _handle(post.user_handle),
        "name": post.user_diplay_name or None,
        "account_created_at": us_in(post.user_timestamp_utc),
        "language": next(iter(_plural(post.user_langs) or ()), None),
        "reply_to": answered,
        "thread": clean_id(post.to_root_post_uri),
        "quote_of": quoted,
        "links": _plural(post.links),
        "hashtags": _plural(post.hashtags),
        "mentions": _plural(post.mentioned_user_dids),
    }


def _plural(cell: str | None) -> tuple[str, ...] | None:
    """Return the items between bars; an empty cell says that there are none."""
    if cell is None or cell[:1] == "[":
        return parse_list_cell(cell)
    return tuple(part for part in cell.split("|") if part)
