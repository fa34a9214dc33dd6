"""What a run on a case holds in memory, and what waits on disk meanwhile."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from network.worlds import SMALL, hashes_of
from rasad.case import open_case
from rasad.config import Calibration, Resources, Settings
from rasad.importers.plan import plan
from rasad.network import detection, edges, pair_rows
from rasad.network.detection import measure
from rasad.network.population import Population
from rasad.network.trace_analysis import Work
from rasad.network.waiting import PREFIX
from rasad.schema import TABLES
from rasad.store.duckdb import DuckDBStore
from rasad.store.sql import Step

compiled = pytest.mark.skipif(SMALL, reason="without compilation it takes minutes")


def detected(folder: Path, file: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all tables of a run on a file."""
    with open_case(folder, create=True) as case:
        case.import_file(plan(file))
        case.detect()
        return {
            name: case.store.rows(f"SELECT * FROM {name} ORDER BY ALL")
            for name in TABLES
        }


@compiled
def test_what_waits_on_disk_changes_no_byte_and_leaves_nothing(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = detected(tmp_path / "whole", planted)
    left = tmp_path / "tight" / "cache" / f"{PREFIX}killed"
    left.mkdir(parents=True)
    (left / "waiting-1-00000").write_bytes(b"half")
    monkeypatch.setattr(detection, "WAITING", 1 << 60)
    for module in (edges, pair_rows):
        monkeypatch.setattr(module, "MOST_ROWS", 1_000)
    assert detected(tmp_path / "tight", planted) == whole
    assert any(row["replicated"] for row in whole["grp"])
    assert len(whole["edge"]) > 1_000
    assert [path for path in left.parent.iterdir() if path.is_dir()] == []


PEOPLE, TOGETHER, HOURS = 300, 12, 400

ACTED = """
    INSERT INTO action
    SELECT printf('x:%04d', account), 'text', object, make_timestamp(
      (1700000000 + second) * 1000000), 'p' || second || '-' || account, 's'
    FROM (
      SELECT m AS account, 'text:call' || hour AS object,
        hour * 3600 + (m * 7 + hour * 5) % 12 * 2 AS second
      FROM range($together) AS one(m), range($hours) AS all_hours(hour)
      UNION ALL
      SELECT n % $people, 'text:only' || n, n * 7919 % (3600 * $hours)
      FROM range($lonely) AS many(n)
    )
"""
"""A team that answers calls of its own, and texts that nobody repeats."""


def peak(lonely: int) -> int:
    """Return the bytes of arrays that a run on one trace holds at most."""
    people = Population(
        accounts=pa.array([f"x:{n:04}" for n in range(PEOPLE)]),
        hashes=hashes_of(PEOPLE),
        stratum=np.zeros(PEOPLE, np.int32),
        strata=("und x x",),
        reference=np.zeros(PEOPLE, np.bool_),
    )
    work = Work(
        run_id="run",
        people=people,
        settings=Settings(calibration=Calibration(pairs=60_000)),
        resources=Resources(memory="1GB", threads=1),
        progress=lambda *_: None,
    )
    trace: Any = SimpleNamespace(name="text", long_lived=False)
    sizes = {"people": PEOPLE, "together": TOGETHER, "hours": HOURS}
    with DuckDBStore(None, work.resources) as store:
        store.run(Step(name="act", sql=ACTED, values=sizes | {"lonely": lonely}))
        gc.collect()
        tracemalloc.start()
        try:
            measure(store, {"text": trace}, work)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@compiled
def test_an_object_of_one_account_costs_little() -> None:
    few, many = 10_000, 60_000
    before = peak(few)
    assert (peak(many) - before) / (many - few) <= 400
