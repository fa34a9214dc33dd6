"""Posts as the API of X gives them since 2020, version 2, as twarc2 and others save it.

Pages with `data` and what it refers to beside it, single answers of a stream, or one
flattened post per line. Posts that a page merely carries along are not imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.cells import clean_id, retweeted_handle, unusable
from rasad.importers.editions import editions, named_in
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import object_entries, refused
from rasad.importers.optional_times import us_in
from rasad.importers.times import Instant, TimeError
from rasad.importers.x_posts import (
    PLATFORM,
    is_cut,
    kind_of,
    link_of,
    plain_text,
    post_time,
    post_warnings,
)
from rasad.schema import Item, Record

EVIDENCE = ("id", "author_id", "text")

OTHERS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"dm_conversation_id"}), "a direct message"),
    (frozenset({"action", "created_at", "reason"}), "a compliance event"),
    (frozenset({"start", "end", "tweet_count"}), "a count of posts"),
    (frozenset({"owner_id", "member_count"}), "a list"),
    (frozenset({"username", "name"}), "a user"),
    (frozenset({"creator_id", "state"}), "a conversation in sound"),
    (frozenset({"errors"}), "an error message"),
    (frozenset({"meta"}), "a page without posts"),
    (frozenset({"data"}), "a page without posts"),
)
"""What the API gives beside posts, by the members that show it."""

WHERE = {
    "a user": "twarc2 timelines fetches what these users posted",
    "a list": "the lookup of a list's posts gives what its members posted",
    "a count of posts": "twarc2 search fetches the posts that were counted",
    "a compliance event": "twarc2 hydrate fetches the posts that are still there",
    "a page without posts": "another search or more time may give some",
}
"""Where posts come from, for those who saved something else."""

FLAVOUR = frozenset(
    {
        "__twarc",
        "author",
        "conversation_id",
        "edit_history_tweet_ids",
        "public_metrics",
        "referenced_tweets",
    }
)
"""Members of a post that tell this API from others with the same plain names."""

RETRIEVED = ("__twarc", "retrieved_at")
"""Where twarc2 writes when it got a page or post."""

PAGE = frozenset({"__twarc", "errors", "includes", "matching_rules", "meta"})
"""What stands beside `data`."""


class PostsV2:
    """Reads posts of the API of X, version 2."""

    name = "twarc2_json"
    title = "X API v2 posts (twarc2 and others, JSON)"
    support = (
        "It names the post that a repost repeats, so all traces can be compared; posts "
        "that a page carries along, likes and followers are not imported as actions."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise posts of this API, or what else it answers with."""
        known = [item for item in head.items if _is_known(item)]
        if not known:
            return None
        return Sniff(
            importer=self.name,
            confidence=1.0 if 2 * len(known) >= len(head.items) else 0.5,
            evidence=EVIDENCE,
            warnings=_warnings([item for item in known if not _other(item.value)])
            or _elsewhere(known),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per post of a page, and per line that holds none."""
        return object_entries(head, _reader())


class Carried:
    """The users and posts that a page carries along, by their ids.

    Parameters
    ----------
    page : mapping
        What stands beside a post.
    """

    def __init__(self, page: Mapping[str, Any]) -> None:
        self.page = page
        users = items_at(page, "includes", "users") or ()
        self.users = _by_id(users)
        self.posts = _by_id(items_at(page, "includes", "tweets") or ())
        self._ids = {text_at(user, "username"): id_at(user, "id") for user in users}
        self._ids.pop(None, None)

    def author(self, post: Any) -> Any:
        """Return who wrote a post, as far as the file says."""
        inside = member(post, "author")
        if isinstance(inside, Mapping):
            return inside
        return self.users.get(id_at(post, "author_id") or "")

    def mentioned(self, mention: Any) -> str | None:
        """Return who is mentioned, by id, or by handle where no id is stated."""
        handle = text_at(mention, "username")
        return id_at(mention, "id") or self._ids.get(handle) or handle or None


def _by_id(values: tuple[Any, ...]) -> dict[str, Any]:
    named = ((id_at(value, "id"), value) for value in values)
    return {name: value for name, value in named if name}


def _other(value: Any) -> str | None:
    """Say what the API gave that is no post."""
    if not isinstance(value, Mapping):
        return "no object"
    if "dm_conversation_id" not in value and ("text" in value or "author_id" in value):
        return None
    return next((what for names, what in OTHERS if names <= value.keys()), None)


def _is_known(item: Item) -> bool:
    """Tell whether only this API gives such an object."""
    value, other = item.value, _other(item.value)
    if not isinstance(value, Mapping) or "source_platform" in item.beside:
        return False
    paged = item.path[:1] == ("data",) and bool(PAGE & item.beside.keys())
    if other is None:
        marked = paged or bool(FLAVOUR & value.keys())
        return "id" in value and "text" in value and marked and _is_named(value)
    if other == "a compliance event":
        return "id" in value
    return (paged and other != "no object") or "__twarc" in value


def _is_named(post: Mapping[str, Any]) -> bool:
    return bool(id_at(post, "author_id")) or "edit_history_tweet_ids" in post


def _warnings(items: list[Item]) -> tuple[str, ...]:
    posts = [item.value for item in items]
    said = post_warnings(
        ((id_at(post, "id"), text_at(post, "created_at")) for post in posts),
        {
            name: [number_at(post, name) for post in posts]
            for name in ("id", "author_id")
        },
    )
    carried = _carrier()
    strangers = sum(carried(one.beside).author(one.value) is None for one in items)
    if strangers:
        said += (
            f"The authors of {strangers} of the first {len(posts)} posts are not "
            "described: their handles are unknown.",
        )
    return said


def _elsewhere(items: list[Item]) -> tuple[str, ...]:
    """Say where posts would come from, if all that is there is of one other kind."""
    kinds = {_other(item.value) for item in items}
    where = [WHERE[kind] for kind in kinds if len(kinds) == 1 and kind in WHERE]
    return tuple(f"No posts were found at its beginning: {one}." for one in where)


def _carrier() -> Callable[[Mapping[str, Any]], Carried]:
    """Return a reader of what pages carry along; posts of a page share one reading."""
    last = Carried({})

    def carried(page: Mapping[str, Any]) -> Carried:
        nonlocal last
        if last.page is not page:
            last = Carried(page)
        return last

    return carried


def _reader() -> Callable[[Item], Record | Reject]:
    carried = _carrier()

    def take(item: Item) -> Record | Reject:
        post = item.value
        if other := _other(post):
            return refused(f"no post: {other}", item)
        page = carried(item.beside)
        account = _account(post, page)
        if account is None:
            written = number_at(post, "author_id")
            return refused(unusable("author_id", written), item)
        try:
            time = post_time(_id(post, "id"), number_at(post, "created_at"))
        except TimeError as error:
            return refused(str(error), item)
        return _record(post, account, time, page)

    return take


def _id(value: Any, name: str) -> str | None:
    """Return an id; a number whose last digits were lost is none."""
    return clean_id(id_at(value, name))


def _account(post: Any, page: Carried) -> str | None:
    return _id(post, "author_id") or _id(page.author(post), "id")


def _record(post: Any, account: str, time: Instant, page: Carried) -> Record:
    """Return a post; a repost shows the whole text of the post it repeats."""
    targets = _targets(post)
    repeated = targets.get("retweeted")
    original = _original(repeated, page)
    shown = post if original is None else original
    user, words, holds = page.author(post), _words(shown), _entities(shown)
    first, edition = editions(_id(post, "id"), named_in(post))
    return Record(
        account=f"{PLATFORM}:{account}",
        platform=PLATFORM,
        created_at=time[0],
        precision=time[1],
        raw_time=number_at(post, "created_at") or _id(post, "id") or "",
        post=first,
        edition=edition,
        collected_at=_retrieved(post, page),
        kind=kind_of(
            repeated,
            targets.get("quoted"),
            targets.get("replied_to") or _id(post, "in_reply_to_user_id"),
        ),
        handle=text_at(user, "username") or None,
        name=text_at(user, "name") or None,
        account_created_at=us_in(text_at(user, "created_at")),
        description=plain_text(text_at(user, "description")),
        text=plain_text(words),
        language=text_at(post, "lang") or None,
        repost_of=_id(repeated, "id"),
        repost_of_account=_reposted_account(post, original, page) if repeated else None,
        reply_to=_id(targets.get("replied_to"), "id"),
        quote_of=_id(targets.get("quoted"), "id"),
        thread=_id(post, "conversation_id"),
        client=text_at(post, "source") or None,
        truncated=is_cut(words),
        links=_links(holds),
        hashtags=_hashtags(holds),
        mentions=_mentions(holds, page),
    )


def _retrieved(post: Any, page: Carried) -> int | None:
    """Return when twarc2 got a post."""
    return us_in(text_at(post, *RETRIEVED) or text_at(page.page, *RETRIEVED))


def _targets(post: Any) -> dict[str, Any]:
    """Return the posts that a post repeats, quotes or answers, by what it does."""
    found: dict[str, Any] = {}
    for target in items_at(post, "referenced_tweets") or ():
        if what := text_at(target, "type"):
            found.setdefault(what, target)
    return found


def _original(target: Any, page: Carried) -> Any:
    """Return the post that a repost repeats, if the file holds its text."""
    if target is None:
        return None
    for one in (target, page.posts.get(id_at(target, "id") or "")):
        if _words(one) is not None:
            return one
    return None


def _reposted_account(post: Any, original: Any, page: Carried) -> str | None:
    """Return who is passed on: by id, or by handle where the original is missing."""
    if found := _id(original, "author_id"):
        return found
    handle = retweeted_handle(text_at(post, "text"))
    for mention in items_at(post, "entities", "mentions") or ():
        if handle and (text_at(mention, "username") or "").lower() == handle:
            return page.mentioned(mention)
    return handle


def _words(post: Any) -> str | None:
    """Return a text; one above 280 characters is whole in an object of its own."""
    whole = text_at(post, "note_tweet", "text")
    return text_at(post, "text") if whole is None else whole


def _entities(post: Any) -> Any:
    whole = member(post, "note_tweet", "entities")
    return member(post, "entities") if whole is None else whole


def _mentions(holds: Any, page: Carried) -> tuple[str, ...] | None:
    users = items_at(holds, "mentions")
    if users is None:
        return _nothing(holds)
    return tuple(filter(None, map(page.mentioned, users)))


def _links(holds: Any) -> tuple[str, ...] | None:
    """Return where links lead, as far as X followed them, without links to pictures."""
    urls = items_at(holds, "urls")
    return _nothing(holds) if urls is None else tuple(filter(None, map(link_of, urls)))


def _hashtags(holds: Any) -> tuple[str, ...] | None:
    tags = items_at(holds, "hashtags")
    if tags is None:
        return _nothing(holds)
    return tuple(filter(None, (text_at(tag, "tag") for tag in tags)))


def _nothing(holds: Any) -> tuple[str, ...] | None:
    """Where it is said what a post holds, what is not named there is not in it."""
    return () if isinstance(holds, Mapping) else None
