"""Telegram's names: the same chat, author and message, whichever way they came.

Channels are named by their bare number, others with their kind before it, because
numbers of users, groups and channels overlap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasad.importers.members import id_at
from rasad.schema import Kind

PLATFORM = "telegram"
NO_ACCOUNT = "it has no usable account"
SERVICE = "no post: a service message"

CHANNEL_BASE = 1_000_000_000_000
"""What programs for bots add to a channel's number before they put a minus."""

_PEER = re.compile(r"(user|chat|channel)([0-9]+)")


def peer_of(value: Any) -> str | None:
    """Return an author or chat by kind and bare number.

    Numbers that programs for bots use are undone: a minus stands for a group, a minus
    and a million millions for a channel.

    Examples
    --------
    >>> peer_of({"channel_id": 1234567890}), peer_of(-1001234567890), peer_of("user5")
    ('channel1234567890', 'channel1234567890', 'user5')
    """
    if isinstance(value, Mapping):
        return _peer_in(value)
    text = id_at({"id": value}, "id") or ""
    if _PEER.fullmatch(text):
        return text
    if not re.fullmatch(r"-?[0-9]{1,20}", text):
        return None
    number = int(text)
    if number < -CHANNEL_BASE:
        return f"channel{-number - CHANNEL_BASE}"
    return f"chat{-number}" if number < 0 else f"user{number}"


def _peer_in(value: Any) -> str | None:
    """Read a peer written as an object, also one with its details filled in."""
    for kind in ("channel", "chat", "user"):
        number = id_at(value, f"{kind}_id")
        if number and number.isdigit():
            return f"{kind}{number}"
    number = id_at(value, "user", "id")
    return f"user{number}" if number else None


def chat_of(peer: str | None) -> str | None:
    """Return how a chat is named in ids: bare for channels, which most chats are."""
    return peer.removeprefix("channel") if peer else None


def message_id(chat: str | None, number: str | None) -> str | None:
    """Return the id of a message, whose number counts within its chat."""
    return f"tg:{chat}:{number}" if chat and number else None


def kind_of(is_repost: bool, is_reply: bool) -> Kind:
    """Return the kind of a message; one that is forwarded is not its author's."""
    return "repost" if is_repost else "reply" if is_reply else "post"
