"""Every row of any table is counted, and its values are read as they are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from network.edge_runs import (
    SECOND,
    START,
    crowd,
    told,
    written,
)
from rasad.errors import (
    ConfigError,
    ImportFormatError,
    MappingError,
    NotEnoughDataError,
)
from rasad.importers import columns
from rasad.network.edge_files import Request, write_edges


def test_every_row_is_counted(tmp_path: Path) -> None:
    table = pa.table(
        {
            "account": ["a", None, "c", " ", "b", "a"],
            "object": ["x", "x", None, "x", "x ", "x"],
            "time": [START // SECOND] * 5 + [3],
        }
    )
    found = told(table, tmp_path, least=1)
    assert (found["rows"], found["actions"]) == (6, 2)
    assert found["rejected"] == {
        "it has no usable account": 2,
        "it has no usable object": 1,
        "it has no usable time": 1,
    }
    assert written(tmp_path / "out", "60s")[0][:3] == ("a", "b", 1)


def test_reading_reports_rejected_rows_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "ROWS", 3)
    account = ["a", None, None, "b", "c", None]
    table = pa.table(
        {"account": account, "object": ["x"] * 6, "time": [START // SECOND] * 6}
    )
    pq.write_table(table, tmp_path / "t.parquet")
    seen: list[tuple[str, int, int]] = []
    write_edges(
        [tmp_path / "t.parquet"],
        tmp_path / "out",
        Request(least=1),
        progress=lambda *step: seen.append(step),
    )
    assert [step for step in seen if step[0] == "reading"] == [
        ("reading", 3, 6),
        ("reading", 6, 6),
    ]


def test_delimited_files_and_several_files_are_one_table(tmp_path: Path) -> None:
    lines = [
        "account;object;time",
        "a;x;2020-01-01 10:00:00",
        "b;x;2020-01-01 10:00:30",
    ]
    (tmp_path / "one.csv").write_text("\n".join(lines), encoding="utf-8")
    times = pa.array([1577872801], pa.int64())
    other = pa.table({"account": ["علی"], "object": ["x"], "time": times})
    pq.write_table(other, tmp_path / "two.parquet")
    files = [tmp_path / "one.csv", tmp_path / "two.parquet"]
    write_edges(files, tmp_path / "out", Request(windows_s=(60,), least=1))
    pairs = [edge[:2] for edge in written(tmp_path / "out", "60s")]
    assert pairs == [("a", "b"), ("a", "علی"), ("b", "علی")]


def test_the_same_file_twice_counts_twice(tmp_path: Path) -> None:
    pq.write_table(crowd(2), tmp_path / "in.parquet")
    files = [tmp_path / "in.parquet"] * 2
    write_edges(files, tmp_path / "out", Request(least=1))
    (edge,) = written(tmp_path / "out", "60s")
    assert edge[2:7] == (1, 1, 2, 2, 4)


def test_ids_beyond_doubles_stay_apart(tmp_path: Path) -> None:
    table = crowd(3).set_column(0, "account", [[2**53, 2**53 + 1, 2**63 - 1]])
    assert told(table, tmp_path, least=1)["edges"] == {"60s": 3}
    ids = {edge[0] for edge in written(tmp_path / "out", "60s")}
    assert ids == {str(2**53), str(2**53 + 1)}


@pytest.mark.parametrize(
    "kind",
    [pa.int32(), pa.uint64(), pa.string(), pa.dictionary(pa.int32(), pa.string())],
)
def test_ids_of_any_type_are_the_same_ids(tmp_path: Path, kind: pa.DataType) -> None:
    plain = crowd(3)
    account = plain["account"].cast(pa.string())
    account = account.cast(kind) if kind != pa.string() else account
    table = plain.set_column(0, "account", account)
    told(table, tmp_path, least=1)
    assert [edge[:2] for edge in written(tmp_path / "out", "60s")] == [
        ("1000000", "1000001"),
        ("1000000", "1000002"),
        ("1000001", "1000002"),
    ]


@pytest.mark.parametrize("factor", [1, 1000, 1_000_000])
def test_units_of_time_come_from_the_number(tmp_path: Path, factor: int) -> None:
    plain = crowd(2, apart_s=30)
    times = np.array(plain["time"]) * factor
    table = plain.set_column(2, "time", pa.array(times))
    told(table, tmp_path, least=1)
    assert written(tmp_path / "out", "60s")[0][9] == 30.0


def test_a_table_without_usable_rows_is_refused(tmp_path: Path) -> None:
    table = pa.table({"account": ["a"], "object": ["x"], "time": [5]})
    with pytest.raises((NotEnoughDataError, MappingError)):
        told(table, tmp_path)


def test_columns_that_are_not_clear_are_asked_for(tmp_path: Path) -> None:
    table = crowd(2).rename_columns(["first", "second", "third"])
    with pytest.raises(MappingError, match="--map account=ACCOUNT"):
        told(table, tmp_path)


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    pq.write_table(crowd(2000), tmp_path / "in.parquet")
    content = (tmp_path / "in.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[: len(content) // 2])
    with pytest.raises(ImportFormatError):
        write_edges([tmp_path / "cut.parquet"], tmp_path / "out", Request())


@pytest.mark.parametrize("windows", [(60, 10), (10, 10), (-1,), (10**13,), (10**20,)])
def test_windows_that_cannot_be_are_refused(windows: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="ascend and lie between"):
        Request(windows_s=windows)


@pytest.mark.parametrize("least", [0, -1, 1 << 31])
def test_thresholds_that_cannot_be_are_refused(least: int) -> None:
    with pytest.raises(ConfigError, match="cannot be asked for"):
        Request(least=least)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ms", 1 << 62),
        ("us", (1 << 63) - 1),
        ("s", 0),
        ("ns", -(1 << 62)),
        ("s", 1 << 40),
    ],
)
def test_timestamps_outside_the_calendar_are_no_times(
    tmp_path: Path, kind: str, value: int
) -> None:
    moments = pa.array([value, value], pa.timestamp(kind))
    table = pa.table({"account": [1, 2], "object": [5, 5], "time": moments})
    with pytest.raises(NotEnoughDataError, match="2: it has no usable time"):
        told(table, tmp_path, least=1)


def test_long_text_is_read_in_small_batches(tmp_path: Path) -> None:
    n = 300
    ids = [f"https://example.org/{'x' * 20_000}/{i % 3}" for i in range(n)]
    rows = {"account": np.arange(n), "object": ids}
    table = pa.table({**rows, "time": np.full(n, START // SECOND)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "BATCH_BYTES", 1 << 20)
        found = told(table, tmp_path, least=1)
    assert found["edges"]["60s"] == 3 * 100 * 99 // 2


def test_windows_have_names() -> None:
    assert replace(Request(), windows_s=()).names == ["unlimited"]
    assert Request(windows_s=(0, 60)).names == ["0s", "60s"]
