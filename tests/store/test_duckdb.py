from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

from rasad.config import Resources
from rasad.errors import CaseLockedError, StoreDamagedError, StoreError
from rasad.schema import LINK_RULES, TABLES, columns, packings
from rasad.store import duckdb as engine
from rasad.store.duckdb import MUCH, DuckDBStore, readable
from rasad.store.sql import Step, create_steps, ordered, quote

GAP = {"run_id": "r", "trace": "link", "low_s": 0, "high_s": 1, "n_pairs": 3}


@pytest.fixture
def store() -> DuckDBStore:
    return DuckDBStore(None)


def test_every_table_of_the_schema_exists_with_its_columns(store: DuckDBStore) -> None:
    for table in TABLES:
        assert store.arrow_schema(table).names == list(columns(table))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('x.csv')",
        "COPY (SELECT 1) TO 'x.csv'",
        "ATTACH 'x.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 3",
        "EXPORT DATABASE 'x'",
    ],
)
def test_the_store_touches_no_other_file_and_cannot_be_reconfigured(
    store: DuckDBStore, sql: str
) -> None:
    with pytest.raises(StoreError):
        store.run(Step(name="probe", sql=sql))


def test_rows_go_in_by_name_and_come_out_in_key_order(store: DuckDBStore) -> None:
    later = GAP | {"low_s": 1, "high_s": 2}
    store.insert("gap", pa.Table.from_pylist([later, dict(reversed(GAP.items()))]))
    out = pa.Table.from_batches(store.batches("gap"))
    assert out["low_s"].to_pylist() == [0, 1]


def test_values_are_bound_never_pasted(store: DuckDBStore) -> None:
    nasty = "x'; DROP TABLE gap; --"
    assert store.rows("SELECT $v AS v", v=nasty) == [{"v": nasty}]
    assert quote('a"b') == '"a""b"'


def test_a_failed_transaction_leaves_nothing(store: DuckDBStore) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.insert("gap", pa.Table.from_pylist([GAP]))
        raise RuntimeError
    assert store.rows("SELECT * FROM gap") == []


def test_text_is_ordered_by_its_bytes(store: DuckDBStore) -> None:
    names = ["é", "z", "Z", "ی", "a"]
    rows = [GAP | {"trace": name} for name in names]
    store.insert("gap", pa.Table.from_pylist(rows))
    out = pa.Table.from_batches(store.batches("gap"))["trace"].to_pylist()
    assert out == sorted(names, key=str.encode)


def test_an_engine_error_is_ours_and_names_the_step(store: DuckDBStore) -> None:
    with pytest.raises(StoreError, match="could not count the moons"):
        store.run(Step(name="count the moons", sql="SELECT moons FROM sky"))


def test_a_damaged_file_is_a_store_error(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError):
        DuckDBStore(path)


def test_tables_survive_being_closed(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    with DuckDBStore(path) as first:
        first.insert("gap", pa.Table.from_pylist([GAP]))
    with DuckDBStore(path) as second:
        assert second.rows("SELECT n_pairs FROM gap") == [{"n_pairs": 3}]


def test_no_statement_makes_a_key_or_an_index() -> None:
    text = " ".join(step.sql.upper() for step in create_steps())
    assert not any(word in text for word in ("PRIMARY", "UNIQUE", "INDEX"))
    assert ordered("edge").startswith('SELECT * FROM "edge" ORDER BY "trace"')


def test_a_store_of_another_version_is_rebuilt_not_read(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    with DuckDBStore(path) as store:
        store.run(
            Step(name="an older table", sql="ALTER TABLE gap DROP COLUMN n_pairs")
        )
    with pytest.raises(StoreDamagedError, match="another version"):
        DuckDBStore(path)


def test_a_store_that_another_program_holds_is_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    DuckDBStore(path).close()
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
    wait = "print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold + wait, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(CaseLockedError, match="open in another program"):
            DuckDBStore(path)
        other.communicate()


def test_a_long_transaction_does_not_hold_what_it_was_lent() -> None:
    with DuckDBStore(None) as store, store.transaction():
        before = pa.total_allocated_bytes()
        for batch in range(3):
            ids = pa.array(str(n) for n in range(batch * 1000, batch * 1000 + 1000))
            roles = pa.array(["ordinary"] * 1000)
            rows = {"account": ids, "role": roles, "team": pa.nulls(1000, pa.string())}
            store.insert("truth", pa.table(rows))
            del ids, roles, rows
        assert pa.total_allocated_bytes() <= before
        assert store.rows("SELECT count(*) AS n FROM truth") == [{"n": 3000}]


def test_a_store_that_other_rules_for_links_made_is_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "case.duckdb"
    with DuckDBStore(path) as store:
        made = pa.table({"link_rules": pa.array([LINK_RULES - 1], pa.int32())})
        missing = {name: pa.nulls(1) for name in columns("source")} | {
            "link_rules": made["link_rules"]
        }
        store.insert("source", pa.table(missing))
    with pytest.raises(StoreDamagedError, match="other rules for links"):
        readable(path, Resources())


@pytest.mark.parametrize("table", ["post", "action"])
def test_columns_are_compressed_as_their_declaration_says(
    tmp_path: Path, table: str
) -> None:
    path = tmp_path / "a.duckdb"
    rows = 5_000
    texts = pa.array([f"post {n}" for n in range(rows)])
    content = pa.table(
        {
            name: texts if kind == "VARCHAR" else pa.nulls(rows, pa.int64())
            for name, kind in columns(table).items()
        }
    )
    with DuckDBStore(path) as store:
        store.insert(table, content)
    with DuckDBStore(path) as store:
        about = store.rows(
            "SELECT column_name AS name, compression AS how "
            "FROM pragma_storage_info($table) WHERE segment_type = 'VARCHAR'",
            table=table,
        )
    how = {row["name"]: row["how"].lower() for row in about}
    assert packings(table).items() <= how.items()
    assert how["precision"] not in ("uncompressed", "zstd")


def test_much_that_is_added_goes_to_the_tables_at_once(tmp_path: Path) -> None:
    asked = "SELECT current_setting('checkpoint_threshold') AS most"
    with DuckDBStore(tmp_path / "a.duckdb") as store:
        usual = store.rows(asked)
        with store.adding(MUCH - 1):
            assert store.rows(asked) == usual
        with store.adding(MUCH):
            assert store.rows(asked) == [{"most": "1.0 MiB"}]
        assert store.rows(asked) == usual


def test_to_add_nothing_asks_the_engine_nothing(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "lent", lambda *_: pytest.fail("lent"))
    store.insert("rejected", pa.table({name: [] for name in columns("rejected")}))


# --- whoever is stopped is told so, and the store can still be asked ------------------


@pytest.mark.parametrize("before", [0, 1])
def test_stopped_while_the_engine_asks_for_rows(
    store: DuckDBStore, before: int
) -> None:
    class Stopped:
        asked = 0

        def __arrow_c_stream__(self, wanted: object = None) -> object:
            self.asked += 1
            if self.asked > before:
                raise KeyboardInterrupt
            return pa.table({"a": [1]}).__arrow_c_stream__(wanted)

    with pytest.raises(KeyboardInterrupt), store.lent(cast(Any, Stopped())) as name:
        store.rows(f"SELECT * FROM {name}")
    assert store.rows("SELECT count(*) AS n FROM post") == [{"n": 0}]


def test_stopped_while_the_store_is_reopened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, told = engine._connect, []

    def stopped(path: Path | None, resources: Resources, **further: str) -> Any:
        told.append(further)
        if len(told) == 1:
            raise KeyboardInterrupt
        return connect(path, resources, **further)

    with DuckDBStore(tmp_path / "a.duckdb") as store:
        monkeypatch.setattr(engine, "_connect", stopped)
        with pytest.raises(KeyboardInterrupt), store.adding(MUCH):
            pytest.fail("begun")
        assert store.rows("SELECT count(*) AS n FROM post") == [{"n": 0}]
