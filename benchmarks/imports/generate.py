"""Make an archive of posts of any size, row by row, in little memory.

Texts are made of words of three scripts with a Zipf law; two in five posts are reposts,
whose originals have one too. A third of the others hold a link, two in five hashtags.
Ids grow with time, as the platform's do. The same number gives the same rows.
"""

from __future__ import annotations

import csv
import random
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from rasad.simulate.archive import COLUMNS

BEGIN_MS = 1_500_000_000_000
EPOCH_MS = 1_288_834_974_657
SYLLABLES = (
    ("ka", "ro", "min", "tes", "la", "vor", "un", "di", "est", "per"),
    ("می", "شو", "دن", "کار", "با", "از", "ران", "تو", "خبر", "نه"),
    ("по", "ли", "не", "ста", "рос", "да", "мы", "вер", "год", "ка"),
)
CLIENTS = ("Twitter for Android", "Twitter Web Client", "Twitter for iPhone")
POSTS_AN_ACCOUNT = 150
WORDS, SITES, RECENT = 4_000, 2_000, 5_000


class Author(NamedTuple):
    """The first cells of a row, and the language its words come from."""

    cells: tuple[str, ...]
    language: int


class Original(NamedTuple):
    """A post that can be passed on."""

    post: str
    author: Author
    text: str
    tags: list[str]


def write(path: Path, rows: int, seed: int = 1) -> None:
    """Write an archive of so many rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(made(rows, random.Random(seed)))  # noqa: S311 - no secret


def made(rows: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each post."""
    words = [_words(chance, parts) for parts in SYLLABLES]
    weights = list(accumulate(1 / (n + 3) for n in range(WORDS)))
    authors = [_author(chance, n) for n in range(max(rows // POSTS_AN_ACCOUNT, 5))]
    recent: list[Original] = []
    for n in range(rows):
        at_ms = BEGIN_MS + n * 977
        post = str(((at_ms - EPOCH_MS) << 22) + n % 4096)
        author = authors[int(len(authors) * chance.random() ** 2)]
        start = (post, *author.cells)
        shown = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M")
        if recent and chance.random() < 0.4:
            source = recent[int(len(recent) * chance.random() ** 3)]
            yield (*start, *_repost(source, shown))
            continue
        chosen = chance.choices(
            words[author.language], cum_weights=weights, k=chance.randint(4, 22)
        )
        original = _original(chance, post, author, chosen)
        if len(recent) < RECENT:
            recent.append(original)
        else:
            recent[chance.randrange(RECENT)] = original
        yield (*start, *_post(chance, original, recent, shown))


def _words(chance: random.Random, parts: tuple[str, ...]) -> list[str]:
    return [
        "".join(chance.choices(parts, k=chance.randint(1, 4))) for _ in range(WORDS)
    ]


def _author(chance: random.Random, number: int) -> Author:
    handle, language = f"name{number:x}", chance.choice((0, 0, 1, 2))
    about = " ".join(chance.choices(SYLLABLES[language], k=chance.randint(0, 20)))
    born = f"20{chance.randint(10, 17)}-{chance.randint(1, 12):02}-11"
    counts = str(chance.randint(1, 9_000)), str(chance.randint(1, 3_000))
    hashed = b64encode(sha256(handle.encode()).digest()).decode()
    cells = (hashed, handle.title(), handle, "Somewhere", about, "")
    return Author((*cells, *counts, born, ("en", "fa", "ru")[language]), language)


def _original(
    chance: random.Random, post: str, author: Author, words: list[str]
) -> Original:
    tags = words[1 : 1 + chance.randint(1, 3)] if chance.random() < 0.4 else []
    text = " ".join([*words, *(f"#{tag}" for tag in tags)])
    return Original(post, author, text, tags)


def _post(
    chance: random.Random, one: Original, recent: list[Original], shown: str
) -> tuple[str, ...]:
    text, links, mentions, replied = one.text, [], "[]", ("", "")
    if chance.random() < 1 / 3:
        site = int(SITES * chance.random() ** 3)
        links = [f"https://www.site{site}.example/news/{chance.randrange(10**6)}?id=7"]
        text = f"{text} https://t.co/{chance.randrange(36**6):x}"
    if chance.random() < 0.2:
        to = chance.choice(recent)
        text, replied = f"@{to.author.cells[2]} {text}", (to.author.cells[0], to.post)
        mentions = f"[{to.author.cells[0]}]"
    quoted = chance.choice(recent).post if chance.random() < 0.05 else ""
    return _cells(
        one, text, shown, (*replied, quoted, "false", "", ""), links, mentions
    )


def _repost(source: Original, shown: str) -> tuple[str, ...]:
    text = f"RT @{source.author.cells[2]}: {source.text}"
    text = text if len(text) <= 140 else text[:139] + "…"
    author = source.author.cells[0]
    about = ("", "", "", "true", author, source.post)
    return _cells(source, text, shown, about, [], f"[{author}]")


def _cells(
    one: Original,
    text: str,
    shown: str,
    about: tuple[str, ...],
    links: list[str],
    mentions: str,
) -> tuple[str, ...]:
    """Return the cells from `tweet_language` on."""
    client = CLIENTS[len(text) % 3]
    counts = ("absent", "absent", "0", "1", "4", "1")
    start = (one.author.cells[-1], text, shown, client)
    return (*start, *about, *counts, str(one.tags), str(links), mentions, "")
