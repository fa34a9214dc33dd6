"""Posts and comments of the Meta Content Library, as JSON or as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rasad.extend import Entry, Head, Sniff
from rasad.importers.cells import clean_id, damage_warning, plain_names, unusable
from rasad.importers.named import named_entries, sampled
from rasad.importers.optional_times import us_in
from rasad.importers.times import read_time
from rasad.schema import Record

TIME = "creation_time"
OWNERS = ("post_owner.id", "producer_id")
ELSEWHERE = ("surface.id", "mcl_url", "shared_post_id", "match_type")
"""Columns of posts, beside those that many tables have."""

COMMENTS = (TIME, "owner.id", "post_id")
IDS = ("id", *OWNERS, "owner.id", "post_id", "shared_post_id")

SHARES = (
    "Posts that share another one say which, and not whose: an original counts "
    "as somebody's only where it is in the data itself."
)


class Post(NamedTuple):
    """What is used of a post or comment."""

    id: str | None
    owner: str | None
    handle: str | None
    name: str | None
    owner_type: str | None
    surface: str | None
    surface_type: str | None
    time: str | None
    text: str | None
    caption: str | None
    language: str | None
    link: str | None
    shared: str | None
    post: str | None
    parent: str | None
    address: str | None
    modified: str | None


WANTED = (
    ("id",),
    ("post_owner.id", "producer_id", "owner.id"),
    ("post_owner.username", "producer_username", "owner.username"),
    ("post_owner.name", "producer_name", "owner.name"),
    ("post_owner.type", "producer_type", "owner.type"),
    ("surface.id",),
    ("surface.type",),
    (TIME,),
    ("text",),
    ("caption",),
    ("lang",),
    ("link_url", "link_attachment.link"),
    ("shared_post_id",),
    ("post_id",),
    ("parent_id",),
    ("mcl_url",),
    ("modified_time",),
)


class MetaContentLibrary:
    """Reads posts and comments from Facebook, Instagram and Threads."""

    name = "mcl"
    title = "Meta Content Library (posts and comments)"
    support = (
        "It covers pages, public groups and large or verified profiles only: ordinary "
        "profiles are missing, so absence says nothing."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise posts by their owner, or comments by theirs."""
        names = set(plain_names(head))
        posts = [one for one in OWNERS if one in names]
        beside = [one for one in ELSEWHERE if one in names]
        comments = names.issuperset(COMMENTS)
        if TIME not in names or not (comments or (posts and beside)):
            return None
        cells = sampled(head, tuple((name,) for name in IDS))
        said = [damage_warning(n, (row[i] for row in cells)) for i, n in enumerate(IDS)]
        shares = (SHARES,) if "shared_post_id" in names else ()
        return Sniff(
            importer=self.name,
            confidence=1.0,
            evidence=COMMENTS if comments else (TIME, *posts, *beside),
            warnings=(*shares, *(sentence for one in said for sentence in one)),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span."""
        default = _default(set(plain_names(head)))
        return named_entries(head, WANTED, lambda values: _make(values, default))


def _make(values: Sequence[str | None], default: str) -> Record | str:
    post = Post._make(values)
    owner = clean_id(post.owner)
    if not post.time:
        return "no post: it has no time, as pages, groups and accounts have none"
    if owner is None:
        return unusable("owner", post.owner)
    created_at, precision = read_time(post.time)
    platform = _platform(post, default)
    target, shared = clean_id(post.post), clean_id(post.shared)
    return Record(
        account=f"{platform}:{owner}",
        platform=platform,
        created_at=created_at,
        precision=precision,
        raw_time=post.time,
        post=clean_id(post.id),
        kind="repost" if shared else "reply" if target else "post",
        handle=post.handle or None,
        name=post.name or None,
        text=post.text if post.text is not None else post.caption,
        language=post.language or None,
        repost_of=shared,
        reply_to=clean_id(post.parent) or target,
        thread=target,
        edited_at=None if post.modified == post.time else us_in(post.modified),
        community=_community(post, owner),
        links=(post.link,) if post.link else None,
    )


def _default(names: set[str]) -> str:
    """Return the platform whose fields a file has."""
    if {"statistics.reposts", "statistics.quotes"} & names:
        return "threads"
    captions = "caption" in names and "text" not in names
    produced = "producer_id" in names and "post_owner.id" not in names
    return "instagram" if captions or produced else "facebook"


def _platform(post: Post, default: str) -> str:
    """Return the platform that a record names, else the one of its file."""
    named = f"{post.owner_type} {post.surface_type} {post.address}".lower()
    found = (one for one in ("instagram", "threads") if one in named)
    return next(found, default)


def _community(post: Post, owner: str) -> str | None:
    """Return the group or page in which somebody else than its owner posts."""
    surface = clean_id(post.surface)
    return None if surface == owner else surface
