"""What Telegram's desktop program exports, of one chat or a whole account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
from rasad.importers.times import Instant, TimeError, read_time
from rasad.schema import Item, Record

PRIVATE = frozenset({"personal_chat", "bot_chat", "saved_messages"})

CHAT_KINDS = {
    "personal_chat": "user",
    "bot_chat": "user",
    "saved_messages": "user",
    "replies": "user",
    "private_group": "chat",
}
"""What a chat's number counts; all others are channels."""

_WEB = re.compile(r"https?://|www\.", re.IGNORECASE)


class TelegramDesktop:
    """Reads `result.json`, of one chat or a whole account."""

    name = "tg_desktop"
    title = "Telegram export (desktop program)"
    support = (
        "A forwarded message names its source by a display name only, so forwards are "
        "compared by name and text; views and deleted messages are not in it."
    )

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise messages of a chat; older exports lack the time in UTC."""
        found = [item for item in head.items if _is_exported(item)]
        if not are_most(found, head):
            return None
        dated = any("date_unixtime" in item.value for item in found)
        return Sniff(
            importer=self.name,
            confidence=1.0 if dated else 0.8,
            evidence=("messages", "date_unixtime" if dated else "from_id"),
            warnings=(*_local_time(found), *_private(found)),
        )

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per message, and one for what stands between chats."""
        return object_entries(head, _exported)


def _is_exported(item: Item) -> bool:
    written = member(item.value, "type") in ("message", "service", "unsupported")
    named = "date_unixtime" in item.value or "from_id" in item.value
    marks = named or "actor_id" in item.value or item.value.get("type") == "unsupported"
    return written and marks and item.path[-2:] == ("messages", "*")


def _local_time(items: Sequence[Item]) -> tuple[str, ...]:
    messages = [item.value for item in items if item.value.get("type") == "message"]
    local = sum("date_unixtime" not in message for message in messages)
    if not local:
        return ()
    return (
        f"{local} of the first {len(messages)} messages state the local time of the "
        "computer that exported them, without a zone; it is read as UTC and may be "
        "hours off.",
    )


def _private(items: Sequence[Item]) -> tuple[str, ...]:
    if not any(text_at(item.beside, "type") in PRIVATE for item in items):
        return ()
    return (
        "This export holds private chats. Import single public chats instead, unless "
        "everybody in them has agreed.",
    )


def _exported(item: Item) -> Record | Reject:
    message = item.value
    kind = message.get("type")
    if kind != "message":
        known = {"service": SERVICE, "unsupported": "no post: an unsupported message"}
        return refused(known.get(str(kind), "no post: not a message"), item)
    chat = _chat_peer(item.beside)
    account = _exported_author(message, chat, item.beside)
    if account is None:
        return refused(NO_ACCOUNT, item)
    try:
        (created_at, precision), raw = _exported_time(message)
    except TimeError as error:
        return refused(str(error), item)
    answered = id_at(message, "reply_to_message_id")
    # A forward from somebody who hides their name has the key and no name.
    is_repost = "forwarded_from" in message
    return Record(
        account=f"{PLATFORM}:{account}",
        platform=PLATFORM,
        created_at=created_at,
        precision=precision,
        raw_time=raw,
        post=message_id(chat_of(chat), id_at(message, "id")),
        kind=kind_of(is_repost, bool(answered)),
        name=text_at(message, "from") or None,
        repost_of_account=text_at(message, "forwarded_from") or None,
        reply_to=message_id(chat_of(_answered_chat(message) or chat), answered),
        community=chat_of(chat),
        edited_at=_edited(message),
        **_exported_content(message),
    )


def _chat_peer(chat: Mapping[str, Any]) -> str | None:
    number = id_at(chat, "id")
    if number is None or number.startswith("-"):
        return peer_of(number)
    return CHAT_KINDS.get(str(chat.get("type")), "channel") + number


def _exported_author(
    message: Any, chat: str | None, beside: Mapping[str, Any]
) -> str | None:
    """Return who wrote a message; what a channel publishes is the channel's."""
    if author := id_at(message, "from_id"):
        # Old exports write a bare number whose kind nobody can tell.
        return author
    return chat if str(beside.get("type")).endswith("channel") else None


def _exported_time(message: Any) -> tuple[Instant, str]:
    raw = number_at(message, "date_unixtime") or number_at(message, "date") or ""
    return read_time(raw), raw


def _edited(message: Any) -> int | None:
    """Return when a message was last edited; old exports write 0 or 1970 for never."""
    return us_in(number_at(message, "edited_unixtime") or number_at(message, "edited"))


def _answered_chat(message: Any) -> str | None:
    return peer_of(member(message, "reply_to_peer_id"))


def _exported_content(message: Any) -> dict[str, Any]:
    parts = _parts(message)
    if parts is None:
        return {"text": text_at(message, "text"), "links": _buttons(message) or None}
    texts = [one if isinstance(one, str) else text_at(one, "text") for one in parts]
    links = [link for one in parts for link in _part_link(one)]
    return {
        "text": "".join(text or "" for text in texts) or text_at(message, "text") or "",
        "links": tuple(dict.fromkeys([*links, *_buttons(message)])),
        "hashtags": tuple(_typed(parts, "hashtag")),
        "mentions": tuple(_part_mentions(parts)),
    }


def _parts(message: Any) -> tuple[Any, ...] | None:
    """Return the pieces of a text with what each is."""
    stated = items_at(message, "text_entities")
    return items_at(message, "text") if stated is None else stated


def _part_link(part: Any) -> tuple[str, ...]:
    where = {"link": "text", "text_link": "href"}.get(str(member(part, "type")))
    link = text_at(part, where) if where else None
    return (link,) if link else ()


def _typed(parts: Sequence[Any], kind: str) -> Iterator[str]:
    for part in parts:
        if member(part, "type") == kind and (text := text_at(part, "text")):
            yield text


def _part_mentions(parts: Sequence[Any]) -> Iterator[str]:
    for part in parts:
        number = id_at(part, "user_id")
        if member(part, "type") == "mention_name" and number:
            yield f"user{number}"
        yield from _typed([part], "mention")


def _buttons(message: Any) -> tuple[str, ...]:
    """Return where the buttons below a message lead."""
    rows = items_at(message, "inline_bot_buttons") or ()
    buttons = [one for row in rows if isinstance(row, list) for one in row]
    targets = (text_at(one, "data") for one in buttons)
    return tuple(one for one in targets if one and _WEB.match(one))
