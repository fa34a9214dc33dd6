"""Tables leave whole, in order, with the same bytes, and harmless."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.small_case import ROSE, Small, fill
from rasad import __version__
from rasad.config import Resources
from rasad.exports import EXPORTS
from rasad.exports.tables import GROUP_ROWS, schema_version, write_tables
from rasad.schema import TABLES, columns
from rasad.store.duckdb import DuckDBStore
from rasad.store.sql import Step


def digests(paths: list[Path]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_there_is_one_parquet_file_per_table_and_nothing_else(tmp_path: Path) -> None:
    written = write_tables(Small().store(), tmp_path)
    assert written == sorted(tmp_path.iterdir())
    assert {path.stem for path in written} == set(TABLES)


def test_parquet_holds_every_row_in_order_of_the_key(tmp_path: Path) -> None:
    small = Small(truth=True)
    store = small.store()
    write_tables(store, tmp_path)
    for table, rows in small.tables().items():
        read = pq.read_table(tmp_path / f"{table}.parquet").to_pylist()
        assert len(read) == len(rows)
        keys = [tuple(str(row[name]) for name in TABLES[table].KEY) for row in read]
        assert keys == sorted(keys) or table in ("edge", "gap", "trace_run")


def test_ids_are_text_and_times_are_utc(tmp_path: Path) -> None:
    write_tables(Small().store(), tmp_path)
    schema = pq.read_schema(tmp_path / "post.parquet")
    assert schema.field("post").type == pa.string()
    assert schema.field("created_at").type == pa.timestamp("us")
    assert schema.metadata[b"rasad.version"] == __version__.encode()
    assert schema.metadata[b"rasad.schema"] == schema_version().encode()


@pytest.mark.parametrize("name", ["parquet", "csv", "jsonl", "dossier"])
def test_the_same_case_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    written = []
    for folder in folders:
        folder.mkdir()
        written.append(EXPORTS.find(name).write(Small(truth=True).store(), folder))
    assert digests(written[0]) == digests(written[1])


def test_bytes_do_not_depend_on_threads_and_row_groups_have_one_size(
    tmp_path: Path,
) -> None:
    written = []
    rows = 2 * GROUP_ROWS + 17
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        folder.mkdir()
        with DuckDBStore(None, Resources(threads=threads)) as store:
            sql = """
                INSERT INTO truth SELECT 'x:' || (i * 7919 % $rows), 'ordinary', NULL
                FROM range($rows) AS numbers(i)
            """
            store.run(Step(name="fill", sql=sql, values={"rows": rows}))
            written.append(write_tables(store, folder))
    assert digests(written[0]) == digests(written[1])
    about = pq.ParquetFile(tmp_path / "1" / "truth.parquet").metadata
    sizes = [about.row_group(i).num_rows for i in range(about.num_row_groups)]
    assert sizes == [GROUP_ROWS, GROUP_ROWS, 17]


@pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠")
def test_no_cell_of_a_csv_runs_in_a_spreadsheet(first: str, tmp_path: Path) -> None:
    small = Small(names=dict.fromkeys(ROSE, first + "cmd|' /C calc'!A0"))
    EXPORTS.find("csv").write(small.store(), tmp_path)
    with (tmp_path / "account.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(first)]
    assert "'" + first + "cmd|' /C calc'!A0" in cells


def test_csv_has_no_byte_order_mark_and_numbers_stay_numbers(tmp_path: Path) -> None:
    EXPORTS.find("csv").write(Small().store(), tmp_path)
    whole = (tmp_path / "grp.csv").read_bytes()
    assert whole.startswith(b"run_id,grp,size")
    rows = list(csv.DictReader(whole.decode().splitlines()))
    assert [row["size"] for row in rows] == ["5", "3"]
    assert json.loads(rows[0]["traces"]) == ["link"]
    assert rows[0]["first_at"] == "2024-03-05T14:00:00.000000Z"


def test_json_lines_hold_raw_values_and_never_nan(tmp_path: Path) -> None:
    small = Small(names=dict.fromkeys(ROSE, "=1+1"))
    store = small.store()
    fill(store, "edge", [{"account_a": "a", "account_b": "b", "lift": math.nan}])
    EXPORTS.find("jsonl").write(store, tmp_path)
    lines = (tmp_path / "account.jsonl").read_text(encoding="utf-8").splitlines()
    accounts = [json.loads(line) for line in lines]
    assert [row["name"] for row in accounts if row["account"] in ROSE] == ["=1+1"] * 5
    assert list(accounts[0]) == list(columns("account"))
    assert "NaN" not in (tmp_path / "edge.jsonl").read_text(encoding="utf-8")


def test_an_empty_case_gives_empty_tables(tmp_path: Path) -> None:
    with DuckDBStore(None) as store:
        for name in ("parquet", "csv", "jsonl"):
            assert len(EXPORTS.find(name).write(store, tmp_path)) == len(TABLES)
    assert pq.read_table(tmp_path / "edge.parquet").num_rows == 0
    assert (tmp_path / "edge.csv").read_text() == ",".join(columns("edge")) + "\n"
    assert (tmp_path / "edge.jsonl").read_text() == ""
