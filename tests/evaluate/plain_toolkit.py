"""The toolkit's joins written out message by message, for comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from rasad.evaluate.baselines.toolkit import Messages
from rasad.evaluate.baselines.toolkit_text import word_set

Cells = list[str]
"""The eight columns; the time is a number."""

Weights = dict[tuple[str, str], int]

ACCOUNTS_OF_TEST_INPUT = [
    (1, 1, False, 2),
    (1, 1, True, 3),
    (1, 2, False, 0),
    (1, 2, True, 1),
    (60, 1, False, 6),
    (60, 1, True, 7),
]
"""Window, least weight, loops, and the accounts that the toolkit itself finds."""

NETWORKS_OF_SAMPLE = [
    ("co_retweet", 16, 2, 17),
    ("co_tweet", 8, 1, 8),
    ("co_reply", 10, 1, 10),
    ("co_post", 90, 19, 900),
    ("co_similar_tweet", 18, 2, 22),
    ("co_link", 82, 10, 335),
]
"""Network, edges, largest weight and sum of weights that the toolkit itself finds."""


@dataclass(frozen=True)
class Acted:
    """A row of what a network joins."""

    message: str
    user: str
    key: object
    time: float


def weights(
    rows: list[Cells],
    kind: str,
    window: float,
    least: int = 1,
    loops: bool = False,
    similarity: float = 0.8,
) -> Weights:
    met: dict[tuple[str, str], set[str]] = {}
    for one, other in meetings(rows, kind, window, loops, similarity):
        met.setdefault((one.user, other.user), set()).add(one.message)
    return {
        ends: len(found) for ends, found in sorted(met.items()) if len(found) >= least
    }


def pairs_behind(
    rows: list[Cells],
    kind: str,
    window: float,
    least: int,
    loops: bool,
    similarity: float,
) -> int:
    """Count the pairs of messages behind the edges that weigh enough."""
    kept = weights(rows, kind, window, least, loops, similarity)
    return len(
        {
            frozenset([(one.user, one.message), (other.user, other.message)])
            for one, other in meetings(rows, kind, window, loops, similarity)
            if (one.user, other.user) in kept
        }
    )


def meetings(
    rows: list[Cells], kind: str, window: float, loops: bool, similarity: float
) -> Iterator[tuple[Acted, Acted]]:
    joined = list(acted(rows, kind))
    alike = near(similarity) if kind == "co_similar_tweet" else same
    for one, other in product(joined, joined):
        inside = one.time - window <= other.time <= one.time + window
        apart = one.message != other.message and (loops or one.user != other.user)
        if inside and apart and alike(one.key, other.key):
            yield one, other


def same(one: object, other: object) -> bool:
    return one == other


def near(least: float) -> Callable[[object, object], bool]:
    def alike(one: object, other: object) -> bool:
        words, others = word_set(str(one)), word_set(str(other))
        if not words or not others:
            return least <= 0
        return len(words & others) / len(words | others) >= least

    return alike


def acted(rows: list[Cells], kind: str) -> Iterator[Acted]:
    if kind == "co_link":
        yield from linked(rows)
        return
    seen: set[str] = set()
    for message, user, _, repost, reply, text, time, _ in rows:
        if message in seen:
            continue
        seen.add(message)
        plain = " ".join(re.sub(r"@\S*", "", text.lower()).split())
        keys = {
            "co_post": "one",
            "co_retweet": repost,
            "co_reply": None if repost else reply,
            "co_tweet": None if repost else f"text {plain}",
            "co_similar_tweet": None if repost else f"{text} ",
        }
        if keys[kind]:
            yield Acted(message, user, keys[kind], float(time))


def linked(rows: list[Cells]) -> Iterator[Acted]:
    seen: set[tuple[str, str]] = set()
    for message, user, _, repost, _, _, time, urls in rows:
        for url in urls.split(" "):
            if not repost and (message, url) not in seen:
                seen.add((message, url))
                yield Acted(message, user, url, float(time))


def names_of(messages: Messages, source: int, target: int) -> tuple[str, str]:
    return messages.users[source], messages.users[target]
