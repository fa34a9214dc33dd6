"""What stands behind one group: members, pairs, objects, times, posts.

Every query asks for what is shown and no more, so that a dossier of a large case costs
no more memory than one of a small case.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rasad.charts import RasterRow, Svg, comparison, gap_histogram, raster
from rasad.evidence.explanations import EXPLANATIONS
from rasad.exports import group_queries, wording
from rasad.store.sql import Store

Row = dict[str, Any]

NO_POST: Row = dict.fromkeys(("kind", "language", "line", "source", "text")) | {
    "truncated": False,
    "cut": False,
}
"""What is known of a post of which the case holds an action only."""

COLUMNS = 240
"""Time columns of a raster."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a case is shown before a table says that there is more."""

    groups: int = 30
    summary: int = 300
    sources: int = 40
    members: int = 40
    raster: int = 30
    pairs: int = 25
    objects: int = 20
    compared: int = 6
    posts: int = 6
    text: int = 600


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One shared object and the members' posts on it, side by side."""

    about: Row
    posts: list[Row]

    @property
    def has_text(self) -> bool:
        """Tell whether any of the posts has a text; a bare table has none."""
        return any(post["text"] is not None for post in self.posts)

    @property
    def same_text(self) -> Row | None:
        """Return a post whose text all the others have too, or None."""
        texts = {post["text"] for post in self.posts}
        return self.posts[0] if len(texts) == 1 and None not in texts else None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Everything a dossier says about one group."""

    row: Row
    counts: Row
    innocent: list[str]
    planted: list[Row]
    tests: list[Row]
    members: list[Row]
    pairs: list[Row]
    pair_totals: Row
    objects: list[Row]
    n_objects: int
    compared: list[Comparison]
    surprise: Svg | None
    over_time: Svg | None
    gaps: list[Row]
    gap_drawing: Svg | None
    explained: list[Row]
    heldout: list[Row]
    first_movers: list[Row]
    carriers: list[Row]
    spectrum: list[Row]

    @property
    def lifts(self) -> tuple[float, float]:
        """Return the lowest and highest cautious lift of the pairs inside."""
        known = [row for row in self.tests if row["lowest_lift"] is not None]
        lowest = min((row["lowest_lift"] for row in known), default=0.0)
        return lowest, max((row["highest_lift"] for row in known), default=0.0)

    @property
    def moves_first(self) -> bool:
        """Tell whether a listed member is nearly always first."""
        return any(row["moves_first"] for row in self.members)

    @property
    def some_joined(self) -> bool:
        """Tell whether a member was not part of what was tested."""
        return any(row["joined"] for row in self.members)

    def number(self, account: str) -> int | None:
        """Return an account's number in the table of members; None if not listed."""
        listed = [row["account"] for row in self.members]
        return listed.index(account) + 1 if account in listed else None

    def label(self, account: str) -> str:
        """Return a listed account's handle, or its id where it has none."""
        handles = (r["handle"] for r in self.members if r["account"] == account)
        return next(handles, None) or account


def group_rows(store: Store, most: int) -> list[Row]:
    """Return the groups, strongest evidence first, each with its finding."""
    return [
        {**row, "counts": json.loads(row["counts"] or "{}")}
        for row in store.rows(group_queries.GROUPS, most=most)
    ]


def read_groups(store: Store, rows: Sequence[Row], limits: Limits) -> list[Group]:
    """Read what a dossier says about groups.

    Parameters
    ----------
    store : Store
        The tables.
    rows : sequence of dict
        The groups, from `group_rows`.
    limits : Limits
        How much to read.
    """
    with group_queries.prepared(store, [row["grp"] for row in rows]):
        groups = [_read_group(store, row, limits) for row in rows]
    acted = [act for group in groups for one in group.compared for act in one.posts]
    texts = _texts(store, [act["post"] for act in acted], limits.text)
    for act in acted:
        act.update(texts.get((act["post"], act["account"]), NO_POST))
    return groups


def _read_group(store: Store, row: Row, limits: Limits) -> Group:
    grp, counts = row["grp"], row["counts"]
    tests = store.rows(group_queries.TESTS, grp=grp)
    members = store.rows(group_queries.MEMBERS, grp=grp, most=limits.members)
    objects = store.rows(group_queries.OBJECTS, grp=grp, most=limits.objects)
    gaps = _gaps(store, grp, tests[0]["trace"]) if tests else []
    return Group(
        row=row,
        counts=counts,
        innocent=json.loads(row["innocent"] or "[]"),
        planted=store.rows(group_queries.PLANTED, grp=grp),
        tests=tests,
        members=members,
        pairs=store.rows(group_queries.PAIRS, grp=grp, most=limits.pairs),
        pair_totals=store.rows(group_queries.PAIR_TOTALS, grp=grp)[0],
        objects=objects,
        n_objects=objects[0]["n_objects"] if objects else 0,
        compared=_compared(store, grp, objects[: limits.compared], limits),
        surprise=_surprise(counts),
        over_time=_raster(store, row, members[: limits.raster]),
        gaps=gaps,
        gap_drawing=_gap_drawing(gaps),
        explained=_explained(store, grp),
        heldout=store.rows(group_queries.HELDOUT, grp=grp),
        first_movers=store.rows(group_queries.FIRST_MOVERS, grp=grp),
        carriers=store.rows(group_queries.CARRIERS, grp=grp),
        spectrum=store.rows(group_queries.SPECTRUM, grp=grp),
    )


def _explained(store: Store, grp: str) -> list[Row]:
    """Return the innocent explanations that were weighed, with their counts."""
    rows = []
    for row in store.rows(group_queries.EXPLAINED, grp=grp):
        rule = EXPLANATIONS[row["explanation"]]
        counts = {
            name: wording.plain_value(value)
            for name, value in json.loads(row["counts"]).items()
        }
        rows.append(row | {"rule": rule, "counts": counts})
    return rows


def _surprise(counts: Row) -> Svg | None:
    if counts.get("observed") is None or counts.get("expected") is None:
        return None
    return comparison(counts["observed"], counts["expected"])


def _compared(
    store: Store, grp: str, objects: Sequence[Row], limits: Limits
) -> list[Comparison]:
    """Return who acted on each object; the texts are added for all groups at once."""
    names = [row["object"] for row in objects]
    found = store.rows(group_queries.POSTS, grp=grp, objects=names, most=limits.posts)
    by_object: dict[str, list[Row]] = {}
    for act in found:
        by_object.setdefault(act["object"], []).append(act)
    return [
        Comparison(about=row, posts=by_object.get(row["object"], [])) for row in objects
    ]


def _texts(store: Store, posts: list[str], cut: int) -> dict[tuple[str, str], Row]:
    """Return posts by id and account; an id alone may occur on two platforms."""
    if not posts:
        return {}
    found = store.rows(group_queries.TEXTS, posts=posts, cut=cut)
    return {(row["post"], row["account"]): row for row in found}


def _raster(store: Store, row: Row, members: Sequence[Row]) -> Svg | None:
    """Draw who acted when, over the time of the group's co-actions."""
    if row["first_at"] is None or not members:
        return None
    span = store.rows(
        "SELECT epoch_us($first) AS first, epoch_us($last) AS last",
        first=row["first_at"],
        last=row["last_at"],
    )[0]
    values = {
        "first": span["first"],
        "span": span["last"] - span["first"] + 1,
        "columns": COLUMNS,
        "accounts": [member["account"] for member in members],
    }
    acted = _places(store.rows(group_queries.ACTED, **values))
    together = _places(
        store.rows(group_queries.ACTED_TOGETHER, grp=row["grp"], **values)
    )
    lines = [
        RasterRow(
            number=place + 1,
            acted=acted.get(member["account"], []),
            together=together.get(member["account"], []),
        )
        for place, member in enumerate(members)
    ]
    return raster(lines, COLUMNS, span["first"], max(span["last"], span["first"] + 1))


def _places(rows: Sequence[Row]) -> dict[str, list[int]]:
    return {row["account"]: sorted(row["places"]) for row in rows}


def _gaps(store: Store, grp: str, trace: str) -> list[Row]:
    """Return the classes of gaps of a trace: pairs of all accounts, of the group."""
    rows = store.rows(group_queries.GAPS, grp=grp, trace=trace)
    reached = [0, *(int(row["so_far"]) for row in rows)]
    inside = [after - before for before, after in pairwise(reached)]
    return [
        {"trace": trace, **row, "group": n} for row, n in zip(rows, inside, strict=True)
    ]


def _gap_drawing(gaps: Sequence[Row]) -> Svg | None:
    if not any(row["group"] for row in gaps):
        return None
    return gap_histogram(
        [(row["low_s"], row["high_s"]) for row in gaps],
        [row["group"] for row in gaps],
        [row["everyone"] for row in gaps],
    )
