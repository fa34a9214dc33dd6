"""Memory, threads, order and interruptions change no byte and leave nothing behind."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from network.edge_runs import (
    SECOND,
    SMALL,
    START,
    little_memory,
    outputs,
    run,
    visible,
    world,
)
from rasad.config import Resources
from rasad.errors import (
    CaseLockedError,
    ConfigError,
    MemoryLimitError,
)
from rasad.network import (
    edge_files,
    edge_writer,
    object_lists,
    ranged_sweep,
)
from rasad.network.actions import Actions
from rasad.network.edge_files import Request, write_edges
from rasad.network.row_index import IndexedActions, indexed
from rasad.network.shelf import Shelf


def test_threads_order_and_memory_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge_writer, "GROUP_ROWS", 40)
    monkeypatch.setattr(edge_writer, "DICTIONARY_BYTES", 256)
    table = world(600 if SMALL else 3000)
    plain = run(table, tmp_path / "plain", threads=1)
    run(table, tmp_path / "threads", threads=2)
    order = np.random.default_rng(1).permutation(len(table))
    run(table.take(order), tmp_path / "shuffled")
    with little_memory(room=36_000 if SMALL else 120_000):
        tight = run(table, tmp_path / "tight")
    whole = outputs(tmp_path / "plain" / "out")
    assert sorted(whole) == [f"edge_{w}s.parquet" for w in (10, 60, 600)][:1] + [
        "edge_600s.parquet",
        "edge_60s.parquet",
    ]
    for other in ("threads", "shuffled", "tight"):
        assert outputs(tmp_path / other / "out") == whole
    assert (plain["mode"], tight["mode"]) == ("memory", "disk")
    assert tight["spilled_bytes"] > 0
    assert plain["edges"]["600s"] > 100
    told = ("actions", "live_actions", "accounts", "edges", "sum_objects", "co_actions")
    assert {name: plain[name] for name in told} == {name: tight[name] for name in told}


def test_pairs_that_do_not_fit_are_measured_account_by_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = world(600 if SMALL else 3000)
    run(table, tmp_path / "listed")
    monkeypatch.setattr(ranged_sweep, "SHARE_OF_PAIRS", 0.0)
    told = run(table, tmp_path / "unlisted")
    assert told["mode"] == "memory"
    assert outputs(tmp_path / "unlisted" / "out") == outputs(
        tmp_path / "listed" / "out"
    )


def test_a_range_lets_go_of_its_rows_before_the_next_is_gathered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: weakref.WeakSet[IndexedActions] = weakref.WeakSet()
    most = 0
    index = indexed

    def watched(*asked: Any) -> IndexedActions:
        nonlocal most
        most = max(most, len(alive))
        rows = index(*asked)
        alive.add(rows)
        return rows

    monkeypatch.setattr(IndexedActions, "__hash__", object.__hash__)
    monkeypatch.setattr(ranged_sweep, "indexed", watched)
    gc.disable()  # rows in a circle of references would stay
    try:
        with little_memory(room=36_000 if SMALL else 120_000):
            run(world(600 if SMALL else 3000), tmp_path / "tight")
    finally:
        gc.enable()
    assert most == 0


def test_a_shelf_that_shrinks_moves_the_oldest_to_files(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "piece", limit=100)
    for number in range(4):
        shelf.put((np.full(3, number, np.int64),))
    assert (shelf.held, shelf.spilled) == (96, 0)
    shelf.shrink(50)
    assert (shelf.held, shelf.spilled) == (48, 48)
    assert [int(shelf[place][0][0]) for place in range(4)] == [0, 1, 2, 3]
    assert [shelf.length(place, 0) for place in range(4)] == [3] * 4
    assert len(list(tmp_path.iterdir())) == 2


def test_little_memory_divides_objects_and_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[int] = []
    ranges: list[tuple[int, ...]] = []
    make, near = object_lists._part, ranged_sweep.Sweep._near

    def counted_part(actions: Actions) -> Any:
        parts.append(len(actions))
        return make(actions)

    def counted_range(self: ranged_sweep.Sweep, *accounts: int) -> Any:
        ranges.append(accounts)
        return near(self, *accounts)

    monkeypatch.setattr(object_lists, "_part", counted_part)
    monkeypatch.setattr(ranged_sweep.Sweep, "_near", counted_range)
    with little_memory(room=36_000 if SMALL else 120_000):
        run(world(600 if SMALL else 3000), tmp_path / "tight")
    assert len(parts) > 1
    assert len(ranges) > 1


def test_ids_that_do_not_fit_are_one_sentence(tmp_path: Path) -> None:
    with little_memory(room=200), pytest.raises(MemoryLimitError, match="--memory"):
        run(world(600), tmp_path / "case")
    assert visible(tmp_path / "case" / "out") == []


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted(stage: str, done: int, total: int) -> None:
        if stage == "co-actions":
            raise KeyboardInterrupt

    pq.write_table(world(600), tmp_path / "in.parquet")
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        write_edges([tmp_path / "in.parquet"], out, Request(), progress=interrupted)
    assert visible(out) == []


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "out" / f".{edge_files.WAITING}old"
    left.mkdir(parents=True)
    (left / "piece-00000").write_bytes(b"half")
    (left.parent / ".edge_60s.parquet.123.part").write_bytes(b"half")
    pq.write_table(world(600), tmp_path / "in.parquet")
    write_edges([tmp_path / "in.parquet"], tmp_path / "out", Request())
    assert [path.name for path in visible(left.parent)] == ["edge_60s.parquet"]


def test_two_runs_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    def second(stage: str, done: int, total: int) -> None:
        if stage == "co-actions":
            write_edges([path], tmp_path / "out", Request())

    path = tmp_path / "in.parquet"
    pq.write_table(world(600), path)
    with pytest.raises(CaseLockedError, match="in use by process"):
        write_edges([path], tmp_path / "out", Request(), progress=second)


def test_an_account_that_owns_nearly_all_rows_does_not_stop_the_division(
    tmp_path: Path,
) -> None:
    # The id that comes last owns most rows, and meets everybody.
    n = 200 if SMALL else 800
    few = pa.table(
        {
            "account_id": np.r_[np.arange(n) + 10, np.full(3 * n, 99_999_999)],
            "object_id": np.r_[np.arange(n) // 2, np.arange(3 * n) % (n // 2)],
            "timestamp": np.full(4 * n, START // SECOND),
        }
    )
    whole = run(few, tmp_path / "whole")
    with little_memory(room=40_000 if SMALL else 120_000):
        tight = run(few, tmp_path / "tight")
    assert outputs(tmp_path / "whole" / "out") == outputs(tmp_path / "tight" / "out")
    assert whole["edges"] == tight["edges"]


def test_a_result_never_replaces_its_input(tmp_path: Path) -> None:
    path = tmp_path / "edge_60s.parquet"
    pq.write_table(world(600), path)
    with pytest.raises(ConfigError, match="would be replaced"):
        write_edges([path], tmp_path, Request())


def test_what_may_wait_on_disk_is_told_before_anything_is_read(tmp_path: Path) -> None:
    said: list[str] = []
    pq.write_table(world(600), tmp_path / "in.parquet")
    files = [tmp_path / "in.parquet"]
    write_edges(files, tmp_path / "out", Request(), tell=said.append)
    assert said == []
    with little_memory(room=20_000), pytest.raises(KeyboardInterrupt):
        asked = Request(), Resources(), interrupt, said.append
        write_edges(files, tmp_path / "out", *asked)
    assert [line.startswith("Up to 0MiB may wait on disk") for line in said] == [True]


def interrupt(*_: object) -> None:
    """Stop as soon as anything is done."""
    raise KeyboardInterrupt
