"""From a case to a view: the same statements for a simulated world and a real file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rasad.evaluate.realism.view import (
    DAY_US,
    REPOST,
    SECOND_US,
    UNKNOWN,
    Codes,
    Trace,
    View,
    empty_view,
)
from rasad.importers.cells import snowflake_us
from rasad.schema import KINDS
from rasad.store.sql import Store
from rasad.traces.normalise import hashtag_key, matching_text
from rasad.traces.post_text import hashtags_in

GRAINS = (60 * SECOND_US, SECOND_US, 1_000)
"""Minutes, seconds, milliseconds: the coarsest that hardly any time contradicts."""

CONTRADICTING = 0.01
"""Share of times that may be finer than the grain that is assumed."""

DOMAINS_KNOWN = 0.05
"""Domains per post with a link, below which links are taken to be shortened."""

OF_TEXT = ("texts", "every_text", "links", "tags", "every_tag", "domains")
OF_REPOSTS = ("objects", "audience", "every_object")
"""What a set without texts, and one without reposts, cannot give."""

CHOSEN = "account IN (SELECT account FROM truth WHERE list_contains($roles, role))"

POSTS = """
    WITH version AS (
      SELECT * FROM post WHERE current AND {chosen}
      QUALIFY row_number() OVER (PARTITION BY platform, post ORDER BY record) = 1
    ), linking AS (
      SELECT DISTINCT post FROM action WHERE verb = 'link'
    ), acting AS (
      SELECT post, min(object) AS thing FROM action WHERE verb = $verb GROUP BY post
    )
    SELECT dense_rank() OVER (ORDER BY account) - 1 AS account, account AS name,
      dense_rank() OVER (ORDER BY thing) - 1 AS thing,
      epoch_us(created_at) AS time_us, kind, text, repost_of,
      coalesce(truncated, false) AS truncated, linking.post IS NOT NULL AS linked
    FROM version
    LEFT JOIN linking USING (post)
    LEFT JOIN acting USING (post)
    ORDER BY account, time_us, post
"""

ACTIONS = """
    WITH chosen AS (
      SELECT account, dense_rank() OVER (ORDER BY account) - 1 AS code
      FROM (SELECT DISTINCT account FROM post WHERE {chosen})
    )
    SELECT code AS account, dense_rank() OVER (ORDER BY object) - 1 AS object,
      epoch_us(acted_at) AS time_us
    FROM action JOIN chosen USING (account)
    WHERE verb = $verb
    ORDER BY object, time_us, account, post
"""

MADE = """
    SELECT account AS name, epoch_us(created_at) AS created_us FROM account
    WHERE created_at IS NOT NULL
"""


def read_view(
    store: Store,
    *,
    objects: str = "repost",
    roles: Sequence[str] = (),
    cascades: bool = False,
    lacks: Mapping[str, str] | None = None,
) -> View:
    """Read one side of a case.

    Parameters
    ----------
    store : Store
        The tables of a case.
    objects : str
        Trace that stands for reposts: `repost`, `repost_text` or `object`.
    roles : sequence of str
        Roles of the truth whose accounts are read; none reads everybody.
    cascades : bool
        The set was collected object by object, so that objects are its sampling units.
    lacks : mapping of str to str, optional
        What the set cannot give, and why.
    """
    chosen = CHOSEN if roles else "true"
    values = {"roles": list(roles)} if roles else {}
    posts = store.arrow(POSTS.format(chosen=chosen), verb=objects, **values)
    if not posts.num_rows:
        return empty_view()
    sql = ACTIONS.format(chosen=chosen)
    traces = {
        name: _trace(store.arrow(sql, verb=verb, **values))
        for name, verb in (("repost", objects), ("domain", "domain"))
    }
    view = _view(posts, traces, store.arrow(MADE), cascades)
    return replace(view, lacks=_lacks(view) | dict(lacks or {}))


def _view(
    posts: pa.Table, traces: dict[str, Trace], made: pa.Table, cascades: bool
) -> View:
    account, time_us = _numbers(posts["account"]), _numbers(posts["time_us"])
    kind = np.asarray(pc.index_in(posts["kind"], pa.array(KINDS)), np.int64)
    # What a repost says is its original's.
    said = pc.if_else(pa.array(kind == REPOST), "", pc.fill_null(posts["text"], ""))
    text = said.to_pylist()
    tags = [
        hashtags_in(words, is_cut)
        for words, is_cut in zip(text, posts["truncated"].to_pylist(), strict=True)
    ]
    created_us = _created(posts, made)
    first_day, last_day = int(time_us.min()) // DAY_US, int(time_us.max()) // DAY_US + 1
    return View(
        account=account,
        time_us=time_us,
        kind=kind,
        linked=np.asarray(posts["linked"].to_numpy(), np.bool_),
        tagged=np.array([bool(found) for found in tags], np.bool_),
        text=[matching_text(words) if words else "" for words in text],
        original_us=_originals(posts["repost_of"]),
        created_us=created_us,
        source=_numbers(posts["thing"]) if cascades else account,
        person=np.arange(len(created_us)),
        stretch=np.zeros(len(created_us), np.int64),
        traces=traces | {"tag": _tag_trace(tags, account, time_us)},
        first_us=first_day * DAY_US,
        last_us=last_day * DAY_US,
        grain_us=grain(time_us),
        days=float(last_day - first_day),
    )


def grain(time_us: Codes) -> int:
    """Return how exact times are, in microseconds: a minute, a second or less.

    Examples
    --------
    >>> grain(np.array([60, 120, 600]) * 1_000_000)
    60000000
    """
    for step in GRAINS:
        if np.mean(time_us % step != 0) <= CONTRADICTING:
            return step
    return 1


def _numbers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column.to_numpy(), np.int64)


def _trace(table: pa.Table) -> Trace:
    return Trace(*(_numbers(table[name]) for name in Trace._fields))


def _tag_trace(
    tags: Sequence[tuple[str, ...]], account: Codes, time_us: Codes
) -> Trace:
    """Return one row per post and hashtag, tags in the form for matching."""
    known: dict[str, int] = {}
    rows: list[int] = []
    codes: list[int] = []
    for row, found in enumerate(tags):
        for key in dict.fromkeys(filter(None, map(hashtag_key, found))):
            rows.append(row)
            codes.append(known.setdefault(key, len(known)))
    place = np.array(rows, np.int64)
    return Trace(account[place], np.array(codes, np.int64), time_us[place])


def _originals(column: pa.ChunkedArray) -> Codes:
    """Return the moment inside the id of the reposted post."""
    inside = map(snowflake_us, column.to_pylist())
    return np.array([UNKNOWN if us is None else us for us in inside], np.int64)


def _created(posts: pa.Table, made: pa.Table) -> Codes:
    """Return the day on which each account was made, by account code."""
    known = dict(
        zip(made["name"].to_pylist(), made["created_us"].to_pylist(), strict=True)
    )
    first = np.unique(_numbers(posts["account"]), return_index=True)[1]
    names = posts["name"].take(pa.array(first)).to_pylist()
    return np.array([known.get(name, UNKNOWN) for name in names], np.int64)


def _lacks(view: View) -> dict[str, str]:
    """Return what the columns themselves show to be missing."""
    found: dict[str, str] = {}
    if not any(view.text):
        found |= dict.fromkeys(OF_TEXT, "there are no texts")
    if not (view.created_us != UNKNOWN).any():
        found["created"] = "there are no creation dates"
    if not (view.original_us != UNKNOWN).any():
        found["originals"] = "nothing tells when reposted posts were written"
    if not len(view.traces["repost"].account):
        found |= dict.fromkeys(OF_REPOSTS, "nothing tells who reposted what")
    if len(view.traces["domain"].account) < DOMAINS_KNOWN * view.linked.sum():
        found.setdefault("domains", "nearly all links are shortened")
    return found
