"""Statuses of Mastodon and Truth Social, one by one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rasad.extend import Reject
from rasad.importers.html import anchors, plain_text
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import refused
from rasad.importers.optional_times import us_in
from rasad.importers.times import TimeError, read_time
from rasad.schema import Item, Kind, Record

MASTODON, TRUTH = "mastodon", "truthsocial"
TRUTH_HOST = "truthsocial.com"


ANSWERED_ACCOUNT = "in_reply_to_account_id"

NOT_LINKS = frozenset({"mention", "hashtag", "tag", "u-url"})
"""Marks of anchors that lead to an account or a hashtag."""


def status_record(item: Item) -> Record | Reject:
    """Turn a status into a record; what it repeats or quotes is only its target."""
    status, platform = item.value, platform_of(item.value)
    if "content" not in status and "acct" in status:
        return refused("no post: an account", item)
    author = member(status, "account")
    account = _account(author, platform)
    if account is None:
        return refused("it has no usable account", item)
    raw = number_at(status, "created_at") or ""
    try:
        created_at, precision = read_time(raw)
    except TimeError as error:
        return refused(str(error), item)
    return Record(
        account=f"{platform}:{account}",
        platform=platform,
        created_at=created_at,
        precision=precision,
        raw_time=raw,
        post=_address(status, platform),
        handle=text_at(author, "acct") or None,
        name=text_at(author, "display_name") or None,
        account_created_at=us_in(number_at(author, "created_at")),
        description=_plain(text_at(author, "note")),
        reply_to=id_at(status, "in_reply_to_id"),
        community=id_at(status, "group", "id"),
        client=text_at(status, "application", "name"),
        **_targets(status, platform),
        **_content(_original(status) or status),
    )


def platform_of(status: Any) -> str:
    """Tell Truth Social from Mastodon by where a status lives.

    Examples
    --------
    >>> platform_of({"uri": "https://truthsocial.com/users/a/statuses/1"})
    'truthsocial'
    """
    hosts = {_host(text_at(status, name)) for name in ("uri", "url")}
    return TRUTH if TRUTH_HOST in hosts else MASTODON


# --- who and what --------------------------------------------------------------------


def _account(author: Any, platform: str) -> str | None:
    """Return `user@server`, or the number on Truth Social, which is one server."""
    if platform == TRUTH:
        return id_at(author, "id") or _lower(text_at(author, "acct"))
    acct = _lower(text_at(author, "acct"))
    if not acct or "@" in acct:
        return acct
    host = _host(text_at(author, "url")) or _host(text_at(author, "uri"))
    return f"{acct}@{host}" if host else None


def _lower(text: str | None) -> str | None:
    return text.strip().lower() or None if text else None


def _host(address: str | None) -> str | None:
    try:
        return urlsplit(address or "").hostname
    except ValueError:
        return None


def _address(status: Any, platform: str) -> str | None:
    """Return what names a post: its address, or its number on Truth Social."""
    number = id_at(status, "id") if platform == TRUTH else None
    return number or text_at(status, "uri") or None


def _original(status: Any) -> dict[str, Any] | None:
    original = member(status, "reblog")
    return original if isinstance(original, dict) else None


def _targets(status: Any, platform: str) -> dict[str, Any]:
    original = _original(status)
    quoted, quotes = _quoted(status, platform)
    kind: Kind = "quote" if quotes else "post"
    answered = (id_at(status, "in_reply_to_id"), id_at(status, ANSWERED_ACCOUNT))
    if kind == "post" and any(answered):
        kind = "reply"
    if original is None:
        return {"kind": kind, "quote_of": quoted}
    return {
        "kind": "repost",
        "repost_of": _address(original, platform),
        "repost_of_account": _account(member(original, "account"), platform),
    }


def _quoted(status: Any, platform: str) -> tuple[str | None, bool]:
    """Return the quoted post, and whether there is one even if it is not named.

    A quote is given whole, by its number, or directly as a status, by server.
    """
    quote = member(status, "quote")
    whole = member(quote, "quoted_status") or quote
    number = id_at(status, "quote_id") or id_at(quote, "quoted_status_id")
    named = _address(whole, platform) if isinstance(whole, dict) else None
    return named or number, bool(quote or number)


# --- content -------------------------------------------------------------------------


def _content(status: Any) -> dict[str, Any]:
    """Return what a status says; of a repost, what its original says."""
    html = text_at(status, "content")
    return {
        "edited_at": us_in(text_at(status, "edited_at")),
        "text": _text(text_at(status, "spoiler_text"), html),
        "language": text_at(status, "language") or None,
        "links": _links(html, text_at(status, "card", "url")),
        "hashtags": _each(status, "tags", "name"),
        "mentions": _mentions(status),
    }


def _plain(html: str | None) -> str | None:
    return None if html is None else plain_text(html)


def _text(warning: str | None, html: str | None) -> str | None:
    """Return the text below its content warning, which its author wrote too."""
    body = _plain(html)
    return "\n".join(part for part in (warning, body) if part) if warning else body


def _links(html: str | None, card: str | None) -> tuple[str, ...] | None:
    """Return where links lead, not what is shown of them."""
    if html is None:
        return (card,) if card else None
    links = [link for link, marks in anchors(html) if not marks & NOT_LINKS]
    return tuple(dict.fromkeys([*links, card] if card else links))


def _each(status: Any, name: str, inner: str) -> tuple[str, ...] | None:
    found = items_at(status, name)
    if found is None:
        return None
    return tuple(text for one in found if (text := text_at(one, inner)))


def _mentions(status: Any) -> tuple[str, ...] | None:
    found = items_at(status, "mentions")
    if found is None:
        return None
    platform = platform_of(status)
    accounts = (_account(one, platform) for one in found)
    return tuple(account for account in accounts if account)
