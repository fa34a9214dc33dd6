"""Of many descriptions of an account the newest reaches the store."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyarrow as pa
import pytest

from rasad.config import Resources
from rasad.importers import described
from rasad.importers.described import Described, newest
from rasad.importers.fact_tables import as_table
from rasad.schema import columns
from rasad.store.duckdb import DuckDBStore


@pytest.fixture
def store() -> Iterator[DuckDBStore]:
    with DuckDBStore(None, Resources()) as store, store.transaction():
        yield store


def accounts(rows: list[tuple[str, int, str]]) -> pa.Table:
    nothing = dict.fromkeys(columns("account"), None)
    told = [
        nothing
        | {"account": who, "platform": "x", "described_at": at, "record": record}
        for who, at, record in rows
    ]
    return as_table(
        "account", {name: [row[name] for row in told] for name in columns("account")}
    )


@pytest.mark.parametrize("limit", ["MANY", "MUCH"])
@pytest.mark.parametrize("most", [1, 7, 50, 3_000, 1 << 30])
def test_the_newest_stays_however_many_wait(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(described, limit, most)
    dice = random.Random(most)
    rows = [
        (f"x:{dice.randrange(30)}", dice.randrange(20), f"{dice.randrange(10**9):09}")
        for _ in range(900)
    ]
    waiting = Described(store)
    for begin in range(0, len(rows), 17):
        waiting.add(accounts(rows[begin : begin + 17]))
    waiting.keep()
    waiting.keep()
    held = store.rows(
        "SELECT account, epoch_us(described_at) AS at, record FROM account"
    )
    best: dict[str, tuple[int, str]] = {}
    for who, at, record in rows:
        best[who] = max(best.get(who, (-1, "")), (at, record))
    assert {row["account"]: (row["at"], row["record"]) for row in held} == best
    assert len(held) == len(best)


def test_no_more_wait_than_the_store_has_memory_for(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []
    monkeypatch.setattr(
        described, "add_accounts", lambda _, table: shown.append(table.nbytes)
    )
    monkeypatch.setattr(described, "MUCH", 10_000)
    waiting = Described(store)
    for n in range(200):
        waiting.add(accounts([(f"x:{n}", n, "r" * 900)]))
    waiting.keep()
    assert len(shown) > 5
    assert max(shown) < 22_000
    assert sum(shown) > 200 * 900


def test_no_account_is_no_description(store: DuckDBStore) -> None:
    waiting = Described(store)
    waiting.keep()
    waiting.add(accounts([]))
    waiting.keep()
    assert store.rows("SELECT * FROM account") == []


def test_only_older_ones_are_left_out() -> None:
    who = pa.array(["a", "b", "a", "b", "a"])
    assert newest(who, pa.array([3, 1, 2, 1, 3])).tolist() == [0, 1, 3, 4]
