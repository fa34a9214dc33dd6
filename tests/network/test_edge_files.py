"""Edges from files: three engines agree, whatever the memory, threads and order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernels.plain_coaction import Row, co_actions, prepared

from rasad.config import Resources
from rasad.errors import (
    CaseLockedError,
    ConfigError,
    ImportFormatError,
    MappingError,
    MemoryLimitError,
    NotEnoughDataError,
)
from rasad.importers import columns
from rasad.kernels import arrays
from rasad.kernels.coaction import sweep
from rasad.network import (
    edge_files,
    interning,
    object_lists,
    ranged_sweep,
)
from rasad.network import sweep as sweeping
from rasad.network.actions import Actions
from rasad.network.coaction import Limits
from rasad.network.edge_files import Request, write_edges

SMALL = isinstance(sweep, FunctionType)
"""Without compilation the same tests run on smaller inputs."""

SECOND = 1_000_000
START = 1_600_000_000 * SECOND

MEASURES = (
    *("n_objects", "n_first", "n_posts_a", "n_posts_b", "n_pairs"),
    *("first_at", "last_at", "median_gap_s", "n_a_first", "n_b_first"),
)

JOIN = """
    WITH acts AS (
      SELECT account::VARCHAR AS account, object::VARCHAR AS object, time, post,
        row_number() OVER (PARTITION BY account, object ORDER BY time, post) AS nth
      FROM actions
    ), near AS (
      SELECT x.account AS a, y.account AS b, x.object, x.post AS post_a,
        y.post AS post_b, x.time AS time_a, y.time AS time_b,
        x.nth = 1 AND y.nth = 1 AS first, abs(x.time - y.time) AS gap
      FROM acts AS x JOIN acts AS y
        ON x.object = y.object AND x.account < y.account
        AND abs(x.time - y.time) <= $window
    )
    SELECT a, b, count(DISTINCT object) AS n_objects, count(*) FILTER (first),
      count(DISTINCT post_a), count(DISTINCT post_b), count(*),
      min(least(time_a, time_b)), max(greatest(time_a, time_b)), median(gap) / 1e6,
      count(*) FILTER (time_a < time_b), count(*) FILTER (time_b < time_a)
    FROM near GROUP BY a, b HAVING n_objects >= $least ORDER BY a, b
"""

Edge = tuple[Any, ...]

WORLDS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.integers(0, 3),
        st.sampled_from([0, 1, 3 * SECOND, 10 * SECOND, 10 * SECOND + 1])
        | st.sampled_from([61 * SECOND, 3600 * SECOND, 86_400 * SECOND, 200]),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=40,
)
LADDERS = st.sets(st.sampled_from([0, 1, 10, 60, 3600]), max_size=4).map(sorted)
"""Windows; the empty ladder is one window without end."""


def table_of(rows: list[tuple[int, int, int, int]], *, text: bool = False) -> pa.Table:
    """Write rows as a table of whole numbers, or with ids as text."""
    account, thing, time, post = (list(c) for c in zip(*rows, strict=True))
    ids = {"account": [97 + 20 * a for a in account], "object": thing, "post": post}
    if text:
        ids = {name: [f"ن{value}" for value in values] for name, values in ids.items()}
    times = pa.array([START + t for t in time], pa.timestamp("us"))
    return pa.table({**ids, "time": times})


def edges_of(
    table: pa.Table, folder: Path, request: Request, **resources: Any
) -> dict[str, list[Edge]]:
    """Run the command's function on a table and read what it wrote."""
    folder.mkdir(exist_ok=True)
    path = folder / "actions.parquet"
    pq.write_table(table, path, row_group_size=7)
    write_edges([path], folder / "out", request, Resources(**resources))
    return {name: written(folder / "out", name) for name in request.names}


def written(folder: Path, name: str) -> list[Edge]:
    found = pq.read_table(folder / f"edge_{name}.parquet")
    for column in ("first_at", "last_at"):
        place = found.schema.get_field_index(column)
        found = found.set_column(place, column, found[column].cast(pa.int64()))
    names = ("account_a", "account_b", *MEASURES)
    return list(zip(*(found[column].to_pylist() for column in names), strict=True))


def joined(table: pa.Table, window_us: int, least: int) -> list[Edge]:
    """Ask DuckDB for the same as a self-join."""
    with duckdb.connect() as connection:
        times = table["time"].cast(pa.int64())
        place = table.schema.get_field_index("time")
        connection.register("actions", table.set_column(place, "time", times))
        values = {"window": window_us, "least": least}
        return connection.execute(JOIN, values).fetchall()


def twin(rows: list[tuple[int, int, int, int]], window_us: int, least: int) -> Any:
    """Look at every pair of rows; codes are in the order of the ids as text."""
    names = sorted({str(97 + 20 * a) for a, *_ in rows})
    code = {name: place for place, name in enumerate(names)}
    plain = [Row(code[str(97 + 20 * a)], o, START + t, p) for a, o, t, p in rows]
    found = co_actions(prepared(plain), [window_us])
    return [
        (names[a], names[b], *(*m[:7], m[7] / 1e6, *m[8:]))
        for _, a, b, m in found
        if m[0] >= least
    ]


@given(rows=WORLDS, windows=LADDERS, least=st.integers(1, 2), text=st.booleans())
@settings(
    max_examples=20 if SMALL else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_rasad_duckdb_and_the_twin_give_the_same_edges(
    tmp_path: Path,
    rows: list[tuple[int, int, int, int]],
    windows: list[int],
    least: int,
    text: bool,
) -> None:
    mapping = {"account": "account", "object": "object", "time": "time", "post": "post"}
    request = Request(windows_s=windows, least=least, mapping=mapping)
    table = table_of(rows, text=text)
    found = edges_of(table, tmp_path, request, memory="1GB", threads=2)
    for name, window_us in zip(request.names, request.windows_us.tolist(), strict=True):
        assert found[name] == joined(table, window_us, least)
        if not text:
            assert found[name] == twin(rows, window_us, least)


# --- the same bytes, whatever the machine ---------------------------------------------


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


def test_threads_order_and_memory_change_no_byte(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("order", ["forward", "backward", "shuffled"])
def test_what_is_sampled_does_not_depend_on_the_order(
    tmp_path: Path, order: str
) -> None:
    n = 300
    chain = [(a, a + step) for a in range(n) for step in (0, 1)]
    crowd = [(1000 + a, 5000 + o) for a in range(60) for o in range(3)]
    account, thing = np.array(chain + crowd).T
    rows = {
        "forward": np.arange(len(account)),
        "backward": np.arange(len(account))[::-1],
        "shuffled": np.random.default_rng(4).permutation(len(account)),
    }[order]
    times = np.full(len(rows), START // SECOND)
    table = pa.table({"account": account[rows], "object": thing[rows], "time": times})
    found = told(table, tmp_path, limits=Limits(pairs=500, co_actions=500))
    assert found["capped_objects"] == 3
    assert (found["live_actions"], found["pairs_lost"]) == SAMPLED
    assert found["edges"]["60s"] == len(written(tmp_path / "out", "60s"))


SAMPLED = (622, 5226)
"""What the world above leaves, whatever the order of its rows."""


def test_an_account_that_repeats_itself_costs_no_more_than_its_company(
    tmp_path: Path,
) -> None:
    n = 300 if SMALL else 200_000
    spam = pa.table(
        {
            "account": [1] * n + [2],
            "object": [5] * (n + 1),
            "time": [START // SECOND] * (n + 1),
        }
    )
    found = told(spam, tmp_path, least=1)
    assert (found["co_actions"], found["capped_objects"]) == (n, 0)
    (edge,) = written(tmp_path / "out", "60s")
    assert edge[2:7] == (1, 1, n, 1, n)


def test_two_accounts_with_countless_post_pairs_take_no_room(tmp_path: Path) -> None:
    n = 40 if SMALL else 3000
    second = START // SECOND + np.arange(n) * 7
    rows = {"account": np.repeat([1, 2], n), "object": np.full(2 * n, 5)}
    table = pa.table({**rows, "time": np.r_[second, second + 3]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeping, "PAIR_ROOM", 64)
        told(table, tmp_path, least=1, windows_s=())
    (edge,) = written(tmp_path / "out", "unlimited")
    gaps = np.abs(np.subtract.outer(second, second + 3)).ravel()
    assert edge[4:7] == (n, n, n * n)
    assert edge[9] == np.median(gaps)


# --- crowds ---------------------------------------------------------------------------


def crowd(n: int, apart_s: int = 0) -> pa.Table:
    """Return n accounts that use one object, so many seconds apart."""
    account = np.arange(n) + 10**6
    times = START // SECOND + np.arange(n) * apart_s
    return pa.table({"account": account, "object": np.zeros(n, int), "time": times})


def told(table: pa.Table, folder: Path, **asked: Any) -> dict[str, Any]:
    pq.write_table(table, folder / "in.parquet")
    return write_edges([folder / "in.parquet"], folder / "out", Request(**asked))


def test_a_crowd_is_sampled_only_when_it_must_be_and_the_loss_is_exact(
    tmp_path: Path,
) -> None:
    n = 60 if SMALL else 2000
    pairs = n * (n - 1) // 2
    whole = told(crowd(n), tmp_path, least=1)
    limits = Limits(pairs=pairs // 10, co_actions=pairs * 2)
    thin = told(crowd(n), tmp_path, least=1, limits=limits)
    unlisted = told(crowd(n), tmp_path, least=2, limits=limits)
    assert (whole["capped_objects"], whole["edges"]["60s"]) == (0, pairs)
    assert thin["capped_objects"] == 1
    assert thin["edges"]["60s"] == pairs - thin["pairs_lost"]
    assert 0 < thin["edges"]["60s"] < pairs // 4
    # Nobody shares two objects here, so there is nothing to list and nothing to drop.
    assert (unlisted["capped_objects"], unlisted["edges"]["60s"]) == (0, 0)


def test_spread_out_popularity_costs_nothing(tmp_path: Path) -> None:
    found = told(crowd(640 if SMALL else 64_000, apart_s=61), tmp_path, least=1)
    assert (found["live_actions"], found["co_actions"]) == (0, 0)
    assert found["edges"] == {"60s": 0}


# --- what files may hold --------------------------------------------------------------


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
