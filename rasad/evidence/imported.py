"""What was imported: fields, times and accounts, by file, by format, or of all files.

Everything is counted over all accepted records, never over the first ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from rasad.network.population import true_precisions
from rasad.store.sql import Store

Row = dict[str, Any]
Counts = dict[str, int]

By = Literal["file", "format", "all"]
KEYS: dict[str, str] = {"file": "source_id", "format": "format", "all": "'all'"}
"""What counts are grouped by, in the words of table `source`."""

HASHED = (
    "[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{48}|[0-9a-f]{56}|[0-9a-f]{64}|"
    "[A-Za-z0-9+/]{43}="
)
"""Ids of accounts that are hashes: of several lengths, or in the archive's alphabet."""

FATES = ("records", "accepted", "duplicate", "filtered", "rejected")

CHOSEN = """
    WITH chosen AS (
      SELECT source_id, {key} AS key, * EXCLUDE (source_id) FROM source
      WHERE $sources IS NULL OR source_id IN (SELECT unnest($sources))
    )
"""
FILES = """
    SELECT key, count(*) AS files, min(name) AS name, min(format) AS format,
      min(member) AS member, sum(records)::BIGINT AS records,
      sum(accepted)::BIGINT AS accepted, sum(duplicate)::BIGINT AS duplicate,
      sum(filtered)::BIGINT AS filtered, sum(rejected)::BIGINT AS rejected,
      list(notes ORDER BY source_id) AS notes
    FROM chosen GROUP BY key ORDER BY name, key
"""
COVERED = """
    SELECT key, part, coverage.name, sum(n)::BIGINT AS n
    FROM chosen JOIN coverage USING (source_id) GROUP BY ALL ORDER BY ALL
"""
POSTS = """
    SELECT key, count(DISTINCT account) AS accounts,
      count(DISTINCT account) FILTER (
        regexp_full_match(substr(account, strpos(account, ':') + 1), $hashed)
      ) AS hashed,
      min(created_at) AS first_at, max(created_at) AS last_at
    FROM chosen JOIN post USING (source_id) GROUP BY key
"""
KINDS = """
    SELECT key, kind AS name, count(*) AS n
    FROM chosen JOIN post USING (source_id) GROUP BY ALL ORDER BY ALL
"""
PRECISIONS = """
    SELECT key, precision, count(*) AS n,
      count(*) FILTER (epoch_us(created_at) % 60000000 = 0) AS min,
      count(*) FILTER (epoch_us(created_at) % 3600000000 = 0) AS hour,
      count(*) FILTER (epoch_us(created_at) % 86400000000 = 0) AS day
    FROM chosen JOIN post USING (source_id) GROUP BY key, precision
    ORDER BY key, precision
"""
REASONS = """
    SELECT key, reason AS name, count(*) AS n
    FROM chosen JOIN rejected USING (source_id)
    GROUP BY ALL ORDER BY key, n DESC, reason
"""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What one file, the files of one format, or all of them gave.

    `name` is a file's own, a format's, or empty. `fields` and `traces` count accepted
    records that hold a field or give a trace an object; `precisions` are how exactly
    times are known, which may be less than how they are written.
    """

    name: str
    format: str
    files: int
    records: int
    accepted: int
    duplicate: int
    filtered: int
    rejected: int
    accounts: int = 0
    hashed: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    fields: Counts = field(default_factory=dict)
    traces: Counts = field(default_factory=dict)
    kinds: Counts = field(default_factory=dict)
    precisions: Counts = field(default_factory=dict)
    reasons: Counts = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def share(self, name: str) -> float:
        """Return the share of accepted records that state a field."""
        return self.fields.get(name, 0) / max(self.accepted, 1)


def imported(
    store: Store, by: By = "file", sources: Sequence[str] | None = None
) -> list[Imported]:
    """Return what was imported, in the order of names.

    Parameters
    ----------
    store : Store
        The tables of a case.
    by : {"file", "format", "all"}
        What is counted together.
    sources : sequence of str, optional
        Ids of the files to count; all without it.

    Examples
    --------
    >>> from rasad.store.duckdb import DuckDBStore
    >>> with DuckDBStore(None) as store:
    ...     imported(store, by="all")
    []
    """
    read = _Reader(store, KEYS[by], list(sources) if sources is not None else None)
    covered = read.rows(COVERED)
    posts = {row["key"]: row for row in read.rows(POSTS, hashed=HASHED)}
    kinds = _by_key(read.rows(KINDS))
    reasons = _by_key(read.rows(REASONS))
    precisions = _precisions(read.rows(PRECISIONS))
    parts = {
        part: _by_key(row for row in covered if row["part"] == part)
        for part in ("field", "trace")
    }
    return [
        Imported(
            name=_name(row, by),
            format=row["format"] if by != "all" else "",
            files=row["files"],
            **{fate: row[fate] for fate in FATES},
            **_of_posts(posts.get(row["key"], {})),
            fields=parts["field"].get(row["key"], {}),
            traces=parts["trace"].get(row["key"], {}),
            kinds=kinds.get(row["key"], {}),
            precisions=precisions.get(row["key"], {}),
            reasons=reasons.get(row["key"], {}),
            notes=_notes(row["notes"]),
        )
        for row in read.rows(FILES)
    ]


@dataclass(frozen=True)
class _Reader:
    store: Store
    key: str
    sources: list[str] | None

    def rows(self, sql: str, **values: Any) -> list[Row]:
        whole = CHOSEN.format(key=self.key) + sql
        return self.store.rows(whole, sources=self.sources, **values)


def _name(row: Row, by: By) -> str:
    if by == "file":
        return str(row["name"])
    return str(row["format"]) if by == "format" else ""


def _by_key(rows: Any) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for row in rows:
        found.setdefault(row["key"], {})[row["name"]] = row["n"]
    return found


def _precisions(rows: Sequence[Row]) -> dict[str, Counts]:
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row["key"], []).append(row)
    return {key: true_precisions(some) for key, some in by_key.items()}


def _of_posts(row: Mapping[str, Any]) -> Row:
    return {name: row[name] for name in row if name != "key"}


def _notes(written: Sequence[str | None]) -> tuple[str, ...]:
    """Return the sentences of all files, each once."""
    every = (sentence for one in written for sentence in json.loads(one or "[]"))
    return tuple(dict.fromkeys(every))
