"""Entries become rows of the fact tables, however they are cut into batches."""

from __future__ import annotations

from typing import Any

import pytest

from rasad.extend import Entry
from rasad.importers import facts
from rasad.importers.facts import batches
from rasad.importers.identity import record_hash
from rasad.importers.parts import parts_of
from rasad.schema import Record
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_facts
from rasad.traces import TRACES

HOUR_US = 3_600_000_000


def record(at: int, **more: Any) -> Record:
    fields: dict[str, Any] = {
        "account": "x:ann",
        "platform": "x",
        "created_at": at * HOUR_US,
        "precision": "s",
        "raw_time": "",
        "post": f"p{at}",
        "text": "One and the same, long enough to be compared.",
        "hashtags": ("a", "b"),
    }
    return Record(**fields | more)


RECORDS = [
    record(1, name="Ann"),
    record(2, name="Ann the second"),
    record(2, name="Ann the second", precision="min"),
    record(1, name="Ann"),
    record(2, name="Bea"),
    record(2, text="Another version of it, with the same hashtags."),
    record(0, account="x:cid", name="Cid"),
]
"""The third to the fifth are in the case already when their turn comes."""


def held(batch: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Add all records in batches of a size, all on one line as JSON may have them."""
    monkeypatch.setattr(facts, "BATCH", batch)
    entries = [Entry(1, n, n + 1, each) for n, each in enumerate(RECORDS)]
    with DuckDBStore(None) as store:
        new = [
            add_facts(store, one.tables("source", TRACES))
            for one in batches(parts_of(entries, batch))
        ]
        tables = ("post", "action", "account")
        rows = {name: store.rows(f"FROM {name} ORDER BY ALL") for name in tables}
    return rows | {"accepted": sum(new)}


@pytest.mark.parametrize("batch", [1, 2, 3, 50_000])
def test_batches_of_any_size_give_the_same_facts(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = held(batch, monkeypatch)
    assert found == held(4, monkeypatch)
    assert found["accepted"] == 4
    assert [row["byte_start"] for row in found["post"]] == [6, 0, 5, 1]
    # Both versions of the second post show its hashtags, which count once.
    tags = [row for row in found["action"] if row["verb"] == "hashtags"]
    assert [(row["post"], row["precision"]) for row in tags] == [
        ("p1", "s"),
        ("p2", "s"),
        ("p0", "s"),
    ]


def test_an_account_is_described_by_its_newest_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann, cid = held(50_000, monkeypatch)["account"]
    newest = [one for one in RECORDS if one.post == "p2"]
    versions = {record_hash(one, "p2"): one.name for one in reversed(newest)}
    top = max(versions)
    names = [one.name for one in newest if record_hash(one, "p2") == top]
    named = [name for name in names if name is not None]
    assert (ann["record"], ann["name"]) == (top, min(named) if named else None)
    assert cid["name"] == "Cid"
