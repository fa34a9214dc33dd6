"""Telegram messages as Telethon gives them, also as 4CAT keeps them.

Telethon writes the type of an object as `_`, 4CAT as `_type`, and inside of lists not
at all. Places in a text count in halves of UTF-16, in which an emoji takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rasad.extend import Entry, Head, Reject, Sniff
from rasad.importers.members import id_at, items_at, member, number_at, text_at
from rasad.importers.objects import are_most, object_entries, refused
from rasad.importers.optional_times import us_in
from rasad.importers.telegram_names import (
    NO_ACCOUNT,
    PLATFORM,
    SERVICE,
    chat_of,
    kind_of,
    message_id,
    peer_of,
)
from rasad.importers.times import TimeError, clock_for, read_time
from rasad.schema import Item, Record

SIGNATURE = ("peer_id", "message", "date")
MARKS = ("fwd_from", "reply_to", "_chat", "_sender", "entities", "from_id")
"""Members of which a message has some, apart from the ones that it must have."""

NOT_MESSAGES = {
    "MessageService": SERVICE,
    "MessageEmpty": "no post: an empty message",
}

_WEB = re.compile(r"\s*(?:https?://|www\.)", re.IGNORECASE)


class Telethon:
    """Reads messages that Telethon or 4CAT wrote as JSON."""

    name = "tg_telethon"
    title = "Telegram messages (Telethon, 4CAT)"
    support = (
        "It holds what was in a chat when it was read: deleted messages are missing, "
        "and of an edited one there is only the last state."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise messages by their type, or by their members."""
        found = [item.value for item in head.items if _is_message(item.value)]
        if not are_most(found, head):
            return None
        kept_by_4cat = any("_chat" in message for message in found)
        typed = any(_type(message) in ("Message", *NOT_MESSAGES) for message in found)
        return Sniff(
            importer=self.name,
            confidence=1.0 if typed or kept_by_4cat else 0.9,
            evidence=(*SIGNATURE, *(["_chat"] if kept_by_4cat else [])),
            warnings=_time_warnings(found),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per message."""
        return object_entries(head, _message)


def _type(value: Any) -> str | None:
    return text_at(value, "_") or text_at(value, "_type")


def _is_message(value: Any) -> bool:
    if _type(value) in NOT_MESSAGES:
        return True
    chat = "peer_id" in value or "to_id" in value
    marked = sum(mark in value for mark in MARKS) >= 2 or _type(value) == "Message"
    return chat and marked and "message" in value and "date" in value


def _time_warnings(messages: list[Any]) -> tuple[str, ...]:
    try:
        clock = clock_for(number_at(message, "date") for message in messages)
    except TimeError:
        return ()
    return clock.sentences("date") if clock.naive else ()


def _message(item: Item) -> Record | Reject:
    message = item.value
    if reason := NOT_MESSAGES.get(_type(message) or ""):
        return refused(reason, item)
    if isinstance(message.get("action"), dict):
        return refused(SERVICE, item)
    chat = peer_of(message.get("peer_id")) or peer_of(message.get("to_id"))
    account = _author(message, chat)
    if account is None:
        return refused(NO_ACCOUNT, item)
    raw = number_at(message, "date") or ""
    try:
        created_at, precision = read_time(raw)
    except TimeError as error:
        return refused(str(error), item)
    forward = member(message, "fwd_from")
    answers = _answers(message, chat)
    is_repost = isinstance(forward, dict)
    return Record(
        account=f"{PLATFORM}:{account}",
        platform=PLATFORM,
        created_at=created_at,
        precision=precision,
        raw_time=raw,
        post=message_id(chat_of(chat), id_at(message, "id")),
        kind=kind_of(is_repost, answers["reply_to"] is not None),
        text=text_at(message, "message"),
        community=chat_of(chat),
        edited_at=_edited(message),
        **_names(message, account),
        **(_origin(forward) if is_repost else {}),
        **answers,
        **_content(message),
    )


def _edited(message: Any) -> int | None:
    """Return when a message was edited; reactions move a date that is not shown."""
    if member(message, "edit_hide") is True:
        return None
    return us_in(number_at(message, "edit_date"))


# --- who and where -------------------------------------------------------------------


def _author(message: Any, chat: str | None) -> str | None:
    """Return who wrote a message.

    Without a name it is the chat's: of a channel, of admins of a group who stay
    anonymous, of the other side of a private chat.
    """
    sender = peer_of(message.get("from_id")) or _sender(message)
    if sender:
        return sender
    is_own = member(message, "out") is True
    return None if chat is None or chat.startswith("user") and is_own else chat


def _sender(message: Any) -> str | None:
    sender = message.get("_sender")
    number = id_at(sender, "id")
    if number is None:
        return peer_of(message.get("sender_id"))
    kind = {"Channel": "channel", "Chat": "chat"}.get(str(_type(sender)), "user")
    return f"{kind}{number}"


def _names(message: Any, account: str) -> dict[str, Any]:
    """Return handle and name, from whichever of sender and chat the account is."""
    number = account.lstrip("abcdefghijklmnopqrstuvwxyz")
    for who in (member(message, "_sender"), member(message, "_chat")):
        if id_at(who, "id") == number:
            parts = (text_at(who, "first_name"), text_at(who, "last_name"))
            full = " ".join(part for part in parts if part)
            name = full or text_at(who, "title") or None
            return {"handle": text_at(who, "username") or None, "name": name}
    return {}


def _origin(forward: Any) -> dict[str, Any]:
    """Return the message that was forwarded, as far as it is named."""
    source = peer_of(member(forward, "from_id")) or peer_of(forward)
    number = id_at(forward, "channel_post")
    is_channel = bool(source) and str(source).startswith("channel")
    return {
        "repost_of": message_id(chat_of(source), number) if is_channel else None,
        "repost_of_account": source or text_at(forward, "from_name") or None,
    }


def _answers(message: Any, chat: str | None) -> dict[str, Any]:
    """Return the message that is answered, and the first one of its thread.

    In a forum every message names its topic; that alone is no answer.
    """
    header = member(message, "reply_to")
    number = id_at(header, "reply_to_msg_id") or id_at(message, "reply_to_msg_id")
    top = id_at(header, "reply_to_top_id")
    where = chat_of(peer_of(member(header, "reply_to_peer_id")) or chat)
    if member(header, "forum_topic") is True and top is None:
        return {"reply_to": None, "thread": message_id(where, number)}
    return {"reply_to": message_id(where, number), "thread": message_id(where, top)}


# --- content -------------------------------------------------------------------------


def _content(message: Any) -> dict[str, Any]:
    buttons = tuple(_buttons(message))
    if "entities" not in message:
        return {"links": buttons or None}
    text = (text_at(message, "message") or "").encode("utf-16-le")
    marked = [(one, _slice(text, one)) for one in items_at(message, "entities") or ()]
    links = (_link(one, part) for one, part in marked)
    tags = (part for one, part in marked if _is(one, "Hashtag", part[:1] == "#"))
    mentions = (_mention(one, part) for one, part in marked)
    return {
        "links": tuple(dict.fromkeys([*filter(None, links), *buttons])),
        "hashtags": tuple(filter(None, tags)),
        "mentions": tuple(filter(None, mentions)),
    }


def _slice(text: bytes, entity: Any) -> str:
    """Return a part of a text given as halves of UTF-16."""
    start, length = member(entity, "offset"), member(entity, "length")
    if not isinstance(start, int) or not isinstance(length, int) or start < 0:
        return ""
    return text[2 * start : 2 * (start + max(length, 0))].decode("utf-16-le", "ignore")


def _is(entity: Any, kind: str, looks: bool) -> bool:
    """Tell whether a part of a text is of a kind; without a type, by its looks."""
    stated = _type(entity)
    return stated == f"MessageEntity{kind}" if stated else looks


def _link(entity: Any, part: str) -> str | None:
    if hidden := text_at(entity, "url"):
        return hidden
    return part.strip() if _is(entity, "Url", bool(_WEB.match(part))) else None


def _mention(entity: Any, part: str) -> str | None:
    if number := id_at(entity, "user_id"):
        return f"user{number}"
    return part if _is(entity, "Mention", part[:1] == "@") else None


def _buttons(message: Any) -> Iterator[str]:
    """Yield where the buttons below a message lead."""
    for row in items_at(message, "reply_markup", "rows") or ():
        for button in items_at(row, "buttons") or ():
            if target := text_at(button, "url"):
                yield target
