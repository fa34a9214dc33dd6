"""Edges from files: three engines agree, whatever the memory, threads and order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernels.plain_coaction import Row, co_actions, prepared

from network.edge_runs import (
    SECOND,
    SMALL,
    START,
    Edge,
    crowd,
    told,
    written,
)
from rasad.config import Resources
from rasad.network import sweep as sweeping
from rasad.network.coaction import Limits
from rasad.network.edge_files import Request, write_edges

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
