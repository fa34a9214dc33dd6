"""Runs from files to edges, for tests: a world, little memory, what was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rasad.config import Resources
from rasad.importers import columns
from rasad.kernels import arrays
from rasad.kernels.coaction import sweep
from rasad.network import (
    edge_files,
    interning,
)
from rasad.network import sweep as sweeping
from rasad.network.edge_files import Request, write_edges

SMALL = isinstance(sweep, FunctionType)
"""Without compilation the same tests run on smaller inputs."""

SECOND = 1_000_000
START = 1_600_000_000 * SECOND


MEASURES = (
    *("n_objects", "n_first", "n_posts_a", "n_posts_b", "n_pairs"),
    *("first_at", "last_at", "median_gap_s", "n_a_first", "n_b_first"),
)

Edge = tuple[Any, ...]


def world(n: int, seed: int = 3) -> pa.Table:
    """Return n actions in which pairs repeat."""
    draw = np.random.default_rng(seed)
    account = draw.integers(0, n // 12, n)
    thing = draw.integers(0, n // 40, n)
    second = thing * 300 + draw.exponential(90, n).astype(int)
    ids = {"account_id": account * 7919 + (1 << 60), "object_id": thing}
    return pa.table({**ids, "timestamp": second + START // SECOND})


@contextmanager
def little_memory(room: int) -> Iterator[None]:
    """Shrink everything of fixed size, so that a small file is a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge_files, "PROGRAM_BYTES", 1 << 40)
        patch.setattr(edge_files, "LEAST_ROOM", room)
        patch.setattr(interning, "SMALLEST", 4)
        patch.setattr(arrays, "HASHED", 128)
        patch.setattr(sweeping, "PAIR_ROOM", 8)
        patch.setattr(sweeping, "OUTPUT_ROOM", 4)
        patch.setattr(sweeping, "SMALLEST_RANGE", 16)
        patch.setattr(columns, "ROWS", 50 if SMALL else 500)
        yield


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in visible(folder)}


def visible(folder: Path) -> list[Path]:
    """Return what a run left, without the file of its lock."""
    return sorted(path for path in folder.iterdir() if path.name != edge_files.LOCK)


def run(table: pa.Table, folder: Path, **resources: Any) -> dict[str, Any]:
    folder.mkdir()
    pq.write_table(table, folder / "in.parquet", row_group_size=1000)
    request = Request(windows_s=(10, 60, 600))
    asked = Resources(**{"memory": "1GB", "threads": 2, **resources})
    return write_edges([folder / "in.parquet"], folder / "out", request, asked)


def written(folder: Path, name: str) -> list[Edge]:
    found = pq.read_table(folder / f"edge_{name}.parquet")
    for column in ("first_at", "last_at"):
        place = found.schema.get_field_index(column)
        found = found.set_column(place, column, found[column].cast(pa.int64()))
    names = ("account_a", "account_b", *MEASURES)
    return list(zip(*(found[column].to_pylist() for column in names), strict=True))


def crowd(n: int, apart_s: int = 0) -> pa.Table:
    """Return n accounts that use one object, so many seconds apart."""
    account = np.arange(n) + 10**6
    times = START // SECOND + np.arange(n) * apart_s
    return pa.table({"account": account, "object": np.zeros(n, int), "time": times})


def told(table: pa.Table, folder: Path, **asked: Any) -> dict[str, Any]:
    pq.write_table(table, folder / "in.parquet")
    return write_edges([folder / "in.parquet"], folder / "out", Request(**asked))
