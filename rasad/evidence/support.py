"""What imported data can and cannot support, in sentences that follow from counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rasad.evidence.imported import Imported

MOST = 0.95
"""Share of records from which on a field counts as stated throughout."""

FEW = 0.5
"""Share of posts with a text below which comparing texts says little."""

SOME = 0.05
"""Share of texts that are cut above which it is said."""

COARSE = {"min": "minute", "hour": "hour", "day": "day"}
"""Precisions that windows have to respect, and their units."""

ELSE = frozenset({"object", "repost_text"})
"""Traces that take the place of others: nobody misses them where there are these."""

FIELDS: dict[str, str] = {
    "account": "account",
    "created_at": "time",
    "post": "id of the post",
    "text": "text",
    "truncated": "text that is marked as cut",
    "language": "language",
    "repost_of": "post that is reposted",
    "repost_of_account": "author who is reposted",
    "reply_to": "post that is answered",
    "quote_of": "post that is quoted",
    "thread": "first post of the thread",
    "links": "links",
    "sites": "sites",
    "hashtags": "hashtags",
    "mentions": "mentions",
    "objects": "objects of a table",
    "client": "program that sent it",
    "community": "channel, group or page",
    "handle": "handle",
    "name": "display name",
    "account_created_at": "when the account was made",
    "account_language": "language of the account",
    "description": "profile text",
}
"""Fields of a record in words, in the order in which they are shown."""

Say = Callable[[Imported], Iterator[str]]


def supports(one: Imported) -> list[str]:
    """Say what can be compared in these data, what cannot, and with which care.

    Parameters
    ----------
    one : Imported
        What a file, a format or a case holds.

    Examples
    --------
    >>> file = Imported(name="a", format="coortweet", files=1, records=9, accepted=8,
    ...     duplicate=1, filtered=0, rejected=0, traces={"object": 8, "link": 0},
    ...     fields={"client": 8, "language": 8}, kinds={"post": 8})
    >>> for sentence in supports(file):
    ...     print(sentence)
    Can be compared: object (8 posts).
    Cannot be compared, because no post has any: link.
    """
    if not one.accepted:
        return ["It holds no posts: nothing can be compared."]
    return [sentence for say in SAID for sentence in say(one)]


def percent(n: int, of: int) -> str:
    """Write a share; what is not all is never written as all, nor some as none.

    Examples
    --------
    >>> percent(1, 3), percent(0, 3), percent(3, 3), percent(9_999, 10_000)
    ('33 %', '0 %', '100 %', 'above 99 %')
    >>> percent(1, 1_000)
    'below 1 %'
    """
    share = 100 * n / max(of, 1)
    if 0 < share < 1:
        return "below 1 %"
    return "above 99 %" if 99 < share < 100 else f"{share:.0f} %"


def _traces(one: Imported) -> Iterator[str]:
    found = {trace: n for trace, n in one.traces.items() if n}
    listed = ", ".join(
        f"{_words(trace)} ({n:,} {'post' if n == 1 else 'posts'})"
        for trace, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
    yield f"Can be compared: {listed or 'nothing'}."
    if missing := sorted(set(one.traces) - set(found) - ELSE):
        names = ", ".join(map(_words, missing))
        yield f"Cannot be compared, because no post has any: {names}."


def _reposts(one: Imported) -> Iterator[str]:
    reposts, named = one.kinds.get("repost", 0), one.fields.get("repost_of", 0)
    if reposts and not named:
        worded = one.traces.get("repost_text", 0)
        yield f"None of the {reposts:,} reposts names the post that it repeats: " + (
            "they are compared by words and author, which is weaker."
            if worded
            else "they cannot be compared."
        )
    elif named < MOST * reposts:
        yield (
            f"Of {reposts:,} reposts {named:,} name the post that they repeat; the "
            "others are compared by words and author, which is weaker."
        )


def _replies(one: Imported) -> Iterator[str]:
    replies, named = one.kinds.get("reply", 0), one.fields.get("reply_to", 0)
    if named < MOST * replies:
        yield f"Of {replies:,} replies {named:,} name the post that they answer."


def _times(one: Imported) -> Iterator[str]:
    coarse = {unit: one.precisions.get(unit, 0) for unit in COARSE}
    if 2 * sum(coarse.values()) <= one.accepted:
        return
    unit = max(reversed(coarse), key=coarse.__getitem__)
    share = percent(sum(coarse.values()), one.accepted)
    yield (
        f"Times are known to the {COARSE[unit]} in {share} of the posts: windows below "
        f"2 {COARSE[unit]}s mean nothing."
    )


def _accounts(one: Imported) -> Iterator[str]:
    if one.hashed:
        yield (
            f"Of {one.accounts:,} accounts {one.hashed:,} are named by hashes: they "
            "match inside one release, and not across files of others."
        )
    unnamed = sum(n for reason, n in one.reasons.items() if _lacks_account(reason))
    if unnamed:
        yield (
            f"Of {one.records:,} records {unnamed:,} do not say who wrote them: those "
            "cannot be compared."
        )


def _lacks_account(reason: str) -> bool:
    return reason.startswith(("no account", "it has no usable"))


def _texts(one: Imported) -> Iterator[str]:
    texts, cut = one.fields.get("text", 0), one.fields.get("truncated", 0)
    if 0 < texts < FEW * one.accepted:
        yield (
            f"Only {percent(texts, one.accepted)} of the posts have a text: comparing "
            "texts says little."
        )
    if cut > SOME * one.accepted:
        yield (
            f"The text is cut in {percent(cut, one.accepted)} of the posts: what "
            "stood behind is lost."
        )


def _absent(one: Imported) -> Iterator[str]:
    if not one.fields.get("client"):
        yield (
            "Which program sent a post is not stated: automatic posting shows by its "
            "times alone."
        )
    if not one.fields.get("language"):
        yield (
            "Languages are not stated: accounts of all languages are compared with "
            "each other."
        )


def _words(trace: str) -> str:
    return trace.replace("_", " ")


SAID: tuple[Say, ...] = (
    *(_traces, _reposts, _replies, _times, _accounts, _texts, _absent),
)
"""What is said, in this order."""
