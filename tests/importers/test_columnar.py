"""Every Parquet value becomes its exact text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rasad.errors import ImportFormatError
from rasad.importers.reader import inspect, rows


def save(folder: Path, **columns: Any) -> Path:
    path = folder / "a.csv"
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def texts(array: pa.Array, folder: Path) -> list[str | None]:
    found = rows(inspect(save(folder, a=array, b=array)))
    return [cells[0] for *_, cells in found if isinstance(cells, list)]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([2**63 - 1, None, -1]), ["9223372036854775807", None, "-1"]),
        (pa.array([1.0, 2.5, float("nan"), None]), ["1", "2.5", None, None]),
        (pa.array([898925911294132225.0]), ["8.9892591129413222E+17"]),
        (pa.array([float("inf")]), ["inf"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([date(2020, 1, 2)]), ["2020-01-02"]),
        (pa.array([Decimal("1.50")]), ["1.50"]),
        (pa.array(["a", None, "", "سلام"]), ["a", None, "", "سلام"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array(["x"], pa.large_string()), ["x"]),
        (pa.array([b"ab"]), ["ab"]),
        (pa.array([b"\xff"]), ["ff"]),
        (pa.array([["x", "ی"], None, []]), ['["x", "ی"]', None, "[]"]),
        (
            pa.array([0, 1], pa.timestamp("s")),
            ["1970-01-01 00:00:00", "1970-01-01 00:00:01"],
        ),
        (pa.array([1_500], pa.timestamp("us")), ["1970-01-01 00:00:00.001500"]),
        (pa.array([0], pa.timestamp("ms", "Asia/Tehran")), ["1970-01-01 00:00:00Z"]),
        (pa.array([None, None]), [None, None]),
    ],
)
def test_values_become_exact_text(
    array: pa.Array, expected: list[str | None], tmp_path: Path
) -> None:
    assert texts(array, tmp_path) == expected


def test_only_wanted_columns_are_read(tmp_path: Path) -> None:
    path = save(tmp_path, a=[1, 2, 3], b=["x", "y", "z"])
    head = inspect(path)
    assert head.types == ("int64", "string")
    found = list(rows(head, wanted={"b"}))
    assert found == [
        (1, None, None, [None, "x"]),
        (2, None, None, [None, "y"]),
        (3, None, None, [None, "z"]),
    ]


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, a=[1, 2, 3], b=["x", "y", "z"])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImportFormatError, match="damaged Parquet"):
        inspect(path)


def test_damage_that_shows_late_is_refused_too(tmp_path: Path) -> None:
    path = save(tmp_path, a=[str(n) * 50 for n in range(999)], b=["x"] * 999)
    head = inspect(path)
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 3
    whole[middle : middle + 400] = b"\xff" * 400
    path.write_bytes(bytes(whole))
    with pytest.raises(ImportFormatError, match="damaged Parquet"):
        list(rows(head))


def test_a_file_without_rows_or_with_repeated_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFormatError, match="no record"):
        inspect(save(tmp_path, a=pa.array([], pa.int64())))
    path = tmp_path / "b"
    pq.write_table(pa.table([[1], [2]], names=["a", "a"]), path)
    with pytest.raises(ImportFormatError, match="more than one column named a"):
        inspect(path)
