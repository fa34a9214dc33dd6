"""CooRTweet's two steps written out row by row, pair by pair, for comparison."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rasad.evaluate.baselines.rival_files import ShareTable
from rasad.evaluate.baselines.shares import Shares


@dataclass(frozen=True)
class Row:
    """One share; `place` tells rows apart that are otherwise equal."""

    place: int
    object: str | None
    account: str | None
    content: str | None
    time: float


@dataclass(frozen=True)
class Pair:
    older: Row
    newer: Row

    @property
    def gap(self) -> float:
        return abs(self.older.time - self.newer.time)


Cells = Sequence[tuple[str | None, str | None, str | None, float]]
"""Object, account, content and second of each row."""


def rows_of(cells: Cells) -> list[Row]:
    return [Row(place, *row) for place, row in enumerate(cells)]


def shares_of(rows: list[Row]) -> Shares:
    table = ShareTable()
    for row in rows:
        table.add(row.object, row.account, row.content, row.time)
    return table.finished()


def detect(
    rows: list[Row], window: float, least: int, loops: bool, both: bool = False
) -> list[Pair]:
    n_rows = Counter(row.account for row in rows)
    active = [row for row in rows if n_rows[row.account] >= least]
    pairs = [
        pair
        for group in by_first(by_account(active), loops)
        for pair in paired(group, window)
        if loops or not is_loop(pair)
    ]
    return participating(rows, pairs, least, both)


def by_account(rows: list[Row]) -> list[Row]:
    """Put the rows of an account together, accounts in order of appearance."""
    accounts = list(dict.fromkeys(row.account for row in rows))
    return [row for account in accounts for row in rows if row.account == account]


def by_first(rows: list[Row], loops: bool) -> list[list[Row]]:
    """Group rows by object in order of appearance.

    With loops, what is missing is a value; without, rows that lack one are left out.
    """
    whole = [row for row in rows if math.isfinite(row.time) and (loops or names(row))]
    objects = dict.fromkeys(row.object for row in rows)
    return [[row for row in whole if row.object == one] for one in objects]


def names(row: Row) -> bool:
    return None not in (row.object, row.account, row.content)


def paired(group: list[Row], window: float) -> list[Pair]:
    """Pair each row with those before it, in the order of the later one."""
    places = sorted(combinations(range(len(group)), 2), key=lambda at: (at[1], at[0]))
    found = [(group[first], group[second]) for first, second in places]
    return [
        Pair(second, first) if first.time > second.time else Pair(first, second)
        for first, second in found
        if abs(first.time - second.time) <= window
    ]


def is_loop(pair: Pair) -> bool:
    one, other = pair.older, pair.newer
    return (
        one.account == other.account
        or one.content == other.content
        or one.object in (one.content, other.content)
    )


def participating(
    rows: list[Row], pairs: list[Pair], least: int, both: bool = False
) -> list[Pair]:
    met = {row.content for pair in pairs for row in (pair.older, pair.newer)}
    n_rows = Counter(row.account for row in rows if row.content in met)
    kept = {
        row.content
        for row in rows
        if row.content in met and n_rows[row.account] >= least
    }
    needed = all if both else any
    return [
        pair
        for pair in pairs
        if needed(row.content in kept for row in (pair.older, pair.newer))
    ]


def flagged(
    rows: list[Row], pairs: list[Pair], window: float, least: int
) -> list[tuple[Pair, bool]]:
    narrow = participating(rows, [p for p in pairs if p.gap <= window], least)
    posts = {(pair.older.content, pair.newer.content) for pair in narrow}
    ordered = sorted(
        pairs, key=lambda p: (p.older.content or "", p.newer.content or "")
    )
    return [(p, (p.older.content, p.newer.content) in posts) for p in ordered]


@dataclass(frozen=True)
class Edge:
    ends: tuple[str, str]
    weight: int
    mean: float
    older: int
    newer: int
    symmetry: float
    true_symmetry: float


NA = "NA"
"""What R calls a missing account in its network."""


def edges(pairs: list[Pair]) -> list[Edge]:
    grouped: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        ends = sorted(end or NA for end in (pair.older.account, pair.newer.account))
        if NA in ends:
            ends = [NA, NA]  # As shipped: the smaller and the greater are both missing.
        grouped.setdefault((ends[0], ends[1]), []).append(pair)
    return [edge(ends, grouped[ends]) for ends in sorted(grouped)]


def edge(ends: tuple[str, str], pairs: list[Pair]) -> Edge:
    older = {pair.older.content for pair in pairs}
    newer = {pair.newer.content for pair in pairs}
    sides = [
        {
            row.content
            for pair in pairs
            for row in (pair.older, pair.newer)
            if end in (NA, row.account)
        }
        for end in ends
    ]
    return Edge(
        ends,
        len(pairs),
        sum(pair.gap for pair in pairs) / len(pairs),
        len(older),
        len(newer),
        min(len(older), len(newer)) / max(len(older), len(newer)),
        min(map(len, sides)) / max(map(len, sides)),
    )
