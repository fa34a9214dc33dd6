"""Traces that are one thing shared by two posts: each is one declaration.

What a post shares is read off the record alone. A repost shares the post it repeats and
nothing else: its links, tags, mentions and words are its original's, and counting them
again would turn one fact into seven. What is missing never matches anything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rasad.schema import KINDS, Record
from rasad.traces.links import canonical_link, domain, stated_site
from rasad.traces.normalise import content_length, hashtag_key, matching_text
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

REPOSTS = ("repost",)
OWN = ("post", "quote", "reply")
"""Kinds of posts whose content is their author's."""

_REPOST_MARK = re.compile(r"""[\s"'“]*RT\s+@(\w+)\s*:?\s*""", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SharedObject:
    """A trace whose objects can be read off each post by itself.

    Parameters
    ----------
    name : str
        Permanent name, the action's verb and the prefix of its objects.
    question : str
        What sharing an object asks, as a sentence.
    kinds : tuple of str
        Kinds of posts that feed it.
    long_lived : bool
        Objects count as new on each UTC day in tests.
    innocent : tuple of str
        Ordinary reasons for sharing such an object.
    values : callable
        From a record of one of these kinds to the values it shares.
    weaker : bool
        The object is less than certain to be one thing; said wherever it is shown.
    """

    name: str
    question: str
    kinds: tuple[str, ...]
    long_lived: bool
    innocent: tuple[str, ...]
    values: Callable[[Record], Iterable[str | None]]
    weaker: bool = False

    def objects(self, record: Record) -> tuple[str, ...]:
        """Return the values a post shares, in its own order, without repeats.

        Parameters
        ----------
        record : Record
            A post.

        Returns
        -------
        tuple of str
            Without the `trace:` prefix; empty where the post does not feed this trace.
        """
        if record.kind not in self.kinds:
            return ()
        found = [value for value in self.values(record) if value and value.strip()]
        return tuple(dict.fromkeys(found) if len(found) > 1 else found)


# --- what a post shares --------------------------------------------------------------


def _reposted(record: Record) -> tuple[str | None, ...]:
    return (record.repost_of,)


def _reposted_text(record: Record) -> tuple[str, ...]:
    """Name an unnamed original by its words and author."""
    if record.repost_of or not record.text:
        return ()
    mark = _REPOST_MARK.match(record.text)
    normalised = matching_text(record.text[mark.end() :] if mark else record.text)
    if content_length(normalised) < LEAST_CONTENT:
        return ()
    handle = _handle(record.repost_of_account or (mark[1] if mark else ""))
    return (_digest(f"{handle}\n{normalised}"),)


def _links(record: Record) -> tuple[str, ...]:
    if record.links is not None:
        return record.links
    return links_in(record.text, record.truncated) if record.text else ()


def _canonical_links(record: Record) -> Iterable[str | None]:
    return [canonical_link(link) for link in _links(record)]


def _domains(record: Record) -> Iterable[str | None]:
    if record.sites is not None:
        return map(stated_site, record.sites)
    return [domain(link) for link in _links(record)]


def _same_text(record: Record) -> tuple[str, ...]:
    normalised = matching_text(record.text or "")
    return (_digest(normalised),) if content_length(normalised) >= LEAST_CONTENT else ()


def _hashtag_sequence(record: Record) -> tuple[str, ...]:
    """Join the tags with the one sign that no key of a tag can hold."""
    tags = record.hashtags
    if tags is None:
        tags = hashtags_in(record.text or "", record.truncated)
    keys = [key for key in map(hashtag_key, tags) if key]
    return ("#" + "#".join(keys),) if len(set(keys)) >= LEAST_TAGS else ()


def _answered(record: Record) -> tuple[str | None, ...]:
    return (record.reply_to,)


def _mentioned(record: Record) -> Iterable[str]:
    """Leave out whom a post answers: that the platform wrote, not the author.

    A post that begins with a handle is a reply, also where the file does not say so.
    """
    is_reply = record.kind == "reply" or bool(record.reply_to)
    starts_with_handle = bool(record.text and leading_handles(record.text))
    if record.mentions is None:
        handles = mentions_in(record.text or "")
    else:
        handles = tuple(map(_handle, record.mentions))
    if not is_reply and not starts_with_handle:
        return handles
    # Without the text nobody can tell whom the author chose to mention.
    return _after_leading(handles, record.text) if record.text else ()


def _after_leading(handles: tuple[str, ...], text: str) -> Iterable[str]:
    leading = leading_handles(text)
    if set(leading) <= set(handles):
        return (handle for handle in handles if handle not in leading)
    # The file names mentions by number, in the order of the text.
    return tuple(dict.fromkeys(handles))[len(leading) :]


def _stated(record: Record) -> tuple[str, ...]:
    return record.objects or ()


def _handle(name: str) -> str:
    return name.strip().lstrip("@").lower()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


# --- the declarations ----------------------------------------------------------------

SHARED_OBJECTS: tuple[SharedObject, ...] = (
    SharedObject(
        name="object",
        question="Do two accounts act on the same objects, whatever these are?",
        kinds=KINDS,
        long_lived=False,
        innocent=(
            "The object was popular with everybody at that time.",
            "Both follow the same source.",
            "Whoever made the table gave one name to different things.",
        ),
        values=_stated,
    ),
    SharedObject(
        name="repost",
        question="Do two accounts pass on the same posts within a short time?",
        kinds=REPOSTS,
        long_lived=False,
        innocent=(
            "The post was news that everybody passed on.",
            "Fans or members answered a public call to pass it on.",
            "The accounts are official pages of one party, company or newsroom.",
            "A feed showed both the post at the same time.",
        ),
        values=_reposted,
    ),
    SharedObject(
        name="repost_text",
        question="Where the file does not say which posts are passed on: do two "
        "accounts pass on the same words by the same author?",
        kinds=REPOSTS,
        long_lived=False,
        innocent=(
            "The author published the same words more than once.",
            "The post was news that everybody passed on.",
            "Fans or members answered a public call to pass it on.",
        ),
        values=_reposted_text,
        weaker=True,
    ),
    SharedObject(
        name="link",
        question="Do two accounts share the same links within a short time?",
        kinds=OWN,
        long_lived=False,
        innocent=(
            "The page was breaking news.",
            "Both follow the same outlet or feed and share what it publishes.",
            "Both are official pages of one party, company or newsroom.",
            "Fans or members answered a public call to share the page.",
        ),
        values=_canonical_links,
    ),
    SharedObject(
        name="domain",
        question="Do two accounts keep linking to the same sites at the same times?",
        kinds=OWN,
        long_lived=True,
        innocent=(
            "The site is among the most read of the country.",
            "Both belong to the site's newsroom or share its feed.",
            "Both read the same outlet because they hold the same views.",
        ),
        values=_domains,
    ),
    SharedObject(
        name="text",
        question="Do two accounts publish the same words?",
        kinds=OWN,
        long_lived=False,
        innocent=(
            "Both pressed the same share button, which wrote the text.",
            "Both printed the same wire story or headline.",
            "The words are a quotation, prayer, slogan or song.",
            "Supporters used a template that a petition or campaign offered openly.",
            "One person posts on several accounts and says so.",
        ),
        values=_same_text,
    ),
    SharedObject(
        name="hashtags",
        question="Do two accounts use the same hashtags in the same order?",
        kinds=OWN,
        long_lived=False,
        innocent=(
            "An event, match or programme announced its hashtags.",
            "The tags were on the list of trends at that time.",
            "Fans or protesters answered a public call to use them.",
            "Both pressed the same share button, which wrote the tags.",
        ),
        values=_hashtag_sequence,
    ),
    SharedObject(
        name="reply",
        question="Do two accounts answer the same posts?",
        kinds=OWN,
        long_lived=True,
        innocent=(
            "The post was by somebody famous, whom thousands answer.",
            "The post asked a question or offered a prize.",
            "Both take part in one conversation and know each other.",
            "Both are help desks or bots that answer by rule.",
        ),
        values=_answered,
    ),
    SharedObject(
        name="mention",
        question="Do two accounts call on the same people at the same times?",
        kinds=OWN,
        long_lived=True,
        innocent=(
            "The person mentioned was in the news.",
            "Fans greet the same star on the same day.",
            "Supporters answered a public call to write to an office or company.",
            "Both pressed the same share button, which names the outlet.",
        ),
        values=_mentioned,
    ),
)
"""The traces of this shape, in the order in which reports list them.

A post that feeds several belongs to the half that the first of them gives it: what a
table calls its object goes before anything else, and links before their sites.
"""
