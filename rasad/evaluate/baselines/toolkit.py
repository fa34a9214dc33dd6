"""The Coordination Network Toolkit's six networks of accounts.

All six join messages with themselves on a key and a time window, and weigh an edge from
A to B by how many distinct messages of A met one of B. So edges are directed. What is
counted here is what the toolkit counts, with the links that are none: a message without
links from a CSV file shares the empty link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.codes import NONE, Codes, Ints
from rasad.evaluate.baselines.toolkit_edges import (
    Joined,
    Total,
    loops_of_messages,
    meetings,
)
from rasad.evaluate.baselines.toolkit_text import WordSets, same_text

Kind = Literal[
    "co_retweet", "co_tweet", "co_similar_tweet", "co_reply", "co_link", "co_post"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, kw_only=True)
class Links:
    """The toolkit's table of links: one row for each message and link.

    A message id that is repeated with another account keeps that account here, while
    only its first row counts in the other networks.
    """

    message: Ints
    user: Ints
    url: Ints
    time_s: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Messages:
    """The toolkit's table of messages, each message id once.

    Parameters
    ----------
    message, user, repost, reply : int32, shape (n,)
        Codes; -1 where there is none. Users are in the order of code points.
    time_s : float64, shape (n,)
        Seconds from anywhere.
    names, texts : list of str
        User name and text of each message.
    users, urls : list of str
        The text of each code.
    links : Links
        The links of messages that are no reposts.
    """

    message: Ints
    user: Ints
    repost: Ints
    reply: Ints
    time_s: NDArray[np.float64]
    names: list[str]
    texts: list[str]
    users: list[str]
    urls: list[str]
    links: Links

    def __len__(self) -> int:
        return len(self.message)


@dataclass(frozen=True, kw_only=True)
class DirectedNetwork:
    """Edges from account to account, in the order of their names' code points.

    Parameters
    ----------
    kind : str
        Which of the six networks.
    source, target : int32, shape (n,)
        Codes of users.
    weight : int64, shape (n,)
        Distinct messages of the source that met one of the target.
    pairs : int
        Pairs of messages that met and are behind an edge, in whatever direction.
    empty_pairs : int
        How many of them share nothing but the empty link or text.
    loops_in_1_5_2 : int
        Accounts that have no loop here and one in release 1.5.2, which lets a message
        meet itself; 0 where loops are not kept.
    users : list of str
        The text of each code.
    """

    kind: Kind
    source: Ints
    target: Ints
    weight: NDArray[np.int64]
    pairs: int
    empty_pairs: int
    loops_in_1_5_2: int
    users: list[str]

    def __len__(self) -> int:
        return len(self.weight)


def network(
    messages: Messages,
    kind: Kind,
    window_s: float = 1.0,
    min_edge_weight: int = 2,
    *,
    loops: bool = False,
    similarity: float = 0.8,
    min_document_size: float = 1.0,
) -> DirectedNetwork:
    """Make one of the toolkit's networks; the defaults are its command line's.

    Parameters
    ----------
    messages : Messages
        The table.
    kind : str
        Which network.
    window_s : float
        Longest gap in seconds, included.
    min_edge_weight : int
        Weight below which an edge is left out.
    loops : bool
        Keep edges from an account to itself. A message does not meet itself.
    similarity : float
        For `co_similar_tweet`: least Jaccard similarity of two texts' words.
    min_document_size : float
        For `co_similar_tweet`: words below which a text is like no other.

    Returns
    -------
    DirectedNetwork

    Notes
    -----
    Pairs are laid out in blocks and counted there, so that memory is that of messages
    and edges. Time is O(n log n) in messages and in pairs inside the window.
    """
    joined = _joined(messages, kind, min_document_size)
    total = Total(max(len(messages.users), 1), min_edge_weight)
    for block in meetings(joined, window_s, loops, similarity):
        total.add(block)
    found = total.finished()
    more = 0
    if loops:
        more = loops_of_messages(joined, min_edge_weight, similarity)
        more -= int((found.source == found.target).sum())
    return DirectedNetwork(
        kind=kind,
        **vars(found),
        loops_in_1_5_2=more,
        users=messages.users,
    )


def summary(made: DirectedNetwork) -> dict[str, int]:
    """Return how many pairs, accounts and edges there are, and their weights."""
    linked = np.zeros(len(made.users), np.bool_)
    linked[made.source] = linked[made.target] = True
    return {
        "pairs": made.pairs,
        "accounts": int(linked.sum()),
        "edges": len(made),
        "max_weight": int(made.weight.max(initial=0)),
        "sum_weight": int(made.weight.sum()),
    }


# --- what is joined ------------------------------------------------------------------


def _joined(messages: Messages, kind: Kind, min_document_size: float) -> Joined:
    """Choose rows and key of a network; reposts belong to two of them only."""
    if kind == "co_link":
        links = messages.links
        empty = messages.urls.index("") if "" in messages.urls else NONE
        return Joined(
            key=links.url,
            message=links.message,
            user=links.user,
            time_s=links.time_s,
            empty=empty,
        )
    if kind == "co_retweet":
        return _rows(messages, messages.repost != NONE, messages.repost)
    if kind == "co_post":
        return _rows(messages, np.ones(len(messages), np.bool_), _one_key(messages))
    own = messages.repost == NONE
    if kind == "co_reply":
        return _rows(messages, own & (messages.reply != NONE), messages.reply)
    if kind == "co_similar_tweet":
        texts = [messages.texts[row] for row in np.flatnonzero(own)]
        words = WordSets(texts, min_document_size)
        return _rows(messages, own, _one_key(messages), words)
    codes, key = Codes(), np.full(len(messages), NONE, np.int32)
    empty = codes.of("")
    for row in np.flatnonzero(own):
        key[row] = codes.of(same_text(messages.texts[row]))
    return _rows(messages, own, key, empty=empty)


def _one_key(messages: Messages) -> Ints:
    return np.zeros(len(messages), np.int32)


def _rows(
    messages: Messages,
    chosen: NDArray[np.bool_],
    key: Ints,
    words: WordSets | None = None,
    empty: int = NONE,
) -> Joined:
    return Joined(
        key=key[chosen],
        message=messages.message[chosen],
        user=messages.user[chosen],
        time_s=messages.time_s[chosen],
        words=words,
        empty=empty,
    )
