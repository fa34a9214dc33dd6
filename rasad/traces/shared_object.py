"""Traces that are one thing shared by two posts: each is one declaration.

What a post shares is read off the record alone. A repost shares the post it repeats and
nothing else: its links, tags, mentions and words are its original's, and counting them
again would turn one fact into seven. What is missing never matches anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rasad.schema import KINDS, Record
from rasad.schema.record_columns import Columns
from rasad.traces import in_columns, read_off
from rasad.traces.in_columns import Kinds, Shared, gathered

REPOSTS = ("repost",)
OWN = ("post", "quote", "reply")
"""Kinds of posts whose content is their author's."""


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
    columns : callable
        The same for whole columns of records, given the kinds.
    weaker : bool
        The object is less than certain to be one thing; said wherever it is shown.
    """

    name: str
    question: str
    kinds: tuple[str, ...]
    long_lived: bool
    innocent: tuple[str, ...]
    values: Callable[[Record], Iterable[str | None]]
    columns: Callable[[Columns, Kinds], Shared]
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

    def shared(self, columns: Columns) -> Shared:
        """Return what `objects` does for each of many posts, and whose it is.

        Parameters
        ----------
        columns : Columns
            Posts of any kinds.

        Returns
        -------
        Shared
            Places of the posts, ascending, and one value at each.
        """
        found = gathered(self.columns(columns, self.kinds))
        return Shared(columns.rows(self.kinds)[found.row], found.value)


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
        values=read_off.named,
        columns=in_columns.named,
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
        values=read_off.reposted,
        columns=in_columns.reposted,
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
        values=read_off.reposted_text,
        columns=in_columns.reposted_texts,
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
        values=read_off.canonical_links,
        columns=in_columns.pages,
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
        values=read_off.domains,
        columns=in_columns.sites,
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
        values=read_off.same_text,
        columns=in_columns.texts,
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
        values=read_off.hashtag_sequence,
        columns=in_columns.hashtag_sequences,
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
        values=read_off.answered,
        columns=in_columns.answered,
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
        values=read_off.mentioned,
        columns=in_columns.mentioned,
    ),
)
"""The traces of this shape, in the order in which reports list them.

A post that feeds several belongs to the half that the first of them gives it: what a
table calls its object goes before anything else, and links before their sites.
"""
