"""What a post shares, read off its record alone.

A repost shares the post it repeats and nothing else: its links, tags, mentions and
words are its original's, and counting them again would turn one fact into seven. What
is missing never matches anything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from rasad.schema import Record
from rasad.traces.links import canonical_link, domain, stated_site
from rasad.traces.normalise import content_length, hashtag_key, matching_text
from rasad.traces.own_links import without_own
from rasad.traces.post_text import (
    hashtags_in,
    leading_handles,
    links_in,
    mentions_in,
)

LEAST_CONTENT = 20
"""Characters beside links and mentions without which equal texts say nothing."""

LEAST_TAGS = 2
"""Different hashtags without which a sequence says nothing."""

REPOST_MARK = re.compile(r"""[\s"'“]*RT\s+@(\w+)\s*:?\s*""", re.IGNORECASE)


def reposted(record: Record) -> tuple[str | None, ...]:
    """Return the post that is passed on."""
    return (record.repost_of,)


def reposted_text(record: Record) -> tuple[str, ...]:
    """Name an unnamed original by its words and author."""
    if record.repost_of or not record.text:
        return ()
    mark = REPOST_MARK.match(record.text)
    normalised = matching_text(record.text[mark.end() :] if mark else record.text)
    if content_length(normalised) < LEAST_CONTENT:
        return ()
    handle = handle_of(record.repost_of_account or (mark[1] if mark else ""))
    return (digest(f"{handle}\n{normalised}"),)


def links_of(record: Record) -> tuple[str, ...]:
    """Return the links that the file states, else those of the text."""
    links = record.links
    if links is None:
        links = links_in(record.text, record.truncated) if record.text else ()
    return without_own(links, record)


def canonical_links(record: Record) -> Iterable[str | None]:
    """Return the one form of each link."""
    return [canonical_link(link) for link in links_of(record)]


def domains(record: Record) -> Iterable[str | None]:
    """Return the sites that the file states, else those of the links."""
    if record.sites is not None:
        return map(stated_site, record.sites)
    return [domain(link) for link in links_of(record)]


def same_text(record: Record) -> tuple[str, ...]:
    """Return a hash of the words, if they are enough to say something."""
    normalised = matching_text(record.text or "")
    return (digest(normalised),) if content_length(normalised) >= LEAST_CONTENT else ()


def hashtag_sequence(record: Record) -> tuple[str, ...]:
    """Join the tags with the one sign that no key of a tag can hold."""
    tags = record.hashtags
    if tags is None:
        tags = hashtags_in(record.text or "", record.truncated)
    keys = [key for key in map(hashtag_key, tags) if key]
    return ("#" + "#".join(keys),) if len(set(keys)) >= LEAST_TAGS else ()


def answered(record: Record) -> tuple[str | None, ...]:
    """Return the post that is answered."""
    return (record.reply_to,)


def mentioned(record: Record) -> Iterable[str]:
    """Leave out whom a post answers: that the platform wrote, not the author.

    A post that begins with a handle is a reply, also where the file does not say so.
    """
    told = record.kind, record.reply_to, record.text, record.mentions
    return called_on(*told)


def called_on(
    kind: str, reply_to: str | None, text: str | None, stated: Iterable[str] | None
) -> Iterable[str]:
    """Return whom a post with these fields mentions, as `mentioned` does."""
    leading = leading_handles(text) if text else ()
    handles = (
        mentions_in(text or "") if stated is None else tuple(map(handle_of, stated))
    )
    if kind != "reply" and not reply_to and not leading:
        return handles
    # Without the text nobody can tell whom the author chose to mention.
    return _after_leading(handles, leading) if text else ()


def _after_leading(handles: tuple[str, ...], leading: tuple[str, ...]) -> Iterable[str]:
    if set(leading) <= set(handles):
        return (handle for handle in handles if handle not in leading)
    # The file names mentions by number, in the order of the text.
    return tuple(dict.fromkeys(handles))[len(leading) :]


def named(record: Record) -> tuple[str, ...]:
    """Return the objects that a table names."""
    return record.objects or ()


def handle_of(name: str) -> str:
    """Return a handle in the form in which two of one account are the same."""
    return name.strip().lstrip("@").lower()


def digest(text: str) -> str:
    """Return a hash that stands for a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
