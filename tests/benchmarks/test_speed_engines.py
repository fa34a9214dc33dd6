"""Every engine that is installed gives the same edges, and a wrong one is found.

The other tools are only installed by `make bench`; without them their rows say so.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.speed.__main__ import chosen, main
from benchmarks.speed.drivers import Driver, drivers
from benchmarks.speed.job import Job, Step, Steps
from benchmarks.speed.plan import (
    LADDER,
    PLANS,
    Benchmark,
    Data,
    Entry,
    Plan,
    burst,
    world,
)
from benchmarks.speed.run import WRONG, Bench, BenchmarkError, Row, run_plan

TINY = world(20_000)
TAGS = world(10_000, "hashtag")
EXACT = ("rasad", "duckdb-slots", "duckdb", "duckdb-slots-count", "duckdb-count")


def entries(*names: str, windows: tuple[int, ...] = (60,)) -> tuple[Entry, ...]:
    return tuple(Entry(driver=name, windows=windows) for name in names)


def wrong(job: Job) -> Steps:
    """Steps of an engine that finds one edge, whatever is asked."""
    edge = "SELECT '1' AS account_a, '2' AS account_b, 2 AS n_objects"
    program = f"import duckdb; duckdb.sql('''COPY ({edge}) TO '{job.edges('60s')}' ''')"
    return Steps([Step("guess", [sys.executable, "-c", program])])


ENGINES = {
    **drivers(),
    "wrong": Driver(name="wrong", title="Wrong", steps=wrong),
    "absent": Driver(
        name="absent", title="Absent", steps=wrong, needs=("no_such_tool",)
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speed")


def measured(folder: Path, *benchmarks: Benchmark, again: bool = False) -> list[Row]:
    bench = Bench(
        folder=folder,
        plan=Plan("tiny", list(benchmarks)),
        engines=ENGINES,
        again=None if again else frozenset(),
        say=lambda _: None,
    )
    return [row for _, rows in run_plan(bench) for row in rows]


def benchmark(name: str, *asked: Entry, data: Data = TINY, least: int = 2) -> Benchmark:
    return Benchmark(
        name=name,
        title=name,
        data=data,
        entries=asked,
        min_objects=least,
        timeout_s=120,
    )


def states(rows: list[Row]) -> list[str]:
    return [f"{row['status']} {row['reason']}".strip() for row in rows]


@pytest.mark.parametrize("data", [TINY, TAGS], ids=lambda data: data.name)
def test_every_engine_finds_the_same_edges_and_attributes(
    folder: Path, data: Data
) -> None:
    rows = measured(folder, benchmark(f"same-{data}", *entries(*EXACT), data=data))
    assert states(rows) == ["ok"] * len(EXACT)
    assert rows[0]["answers"]["60s"]["edges"] > 100
    with_attributes = [row["answers"]["60s"]["attributes"] for row in rows[:3]]
    assert None not in with_attributes


def test_time_can_be_left_out(folder: Path) -> None:
    asked = entries("rasad", "scipy", "duckdb-count", windows=())
    rows = measured(folder, benchmark("unlimited", *asked))
    assert states(rows) == ["ok"] * 3


def test_each_window_of_a_ladder_is_compared(folder: Path) -> None:
    ladder = entries("rasad", "duckdb-slots", windows=LADDER)
    alone = Entry(driver="rasad", label="alone", windows=(3600,))
    rows = measured(folder, benchmark("ladder", *ladder, alone))
    assert states(rows) == ["ok"] * 3
    assert list(rows[0]["answers"]) == ["10s", "60s", "600s", "3600s"]


def test_a_burst_has_every_pair(folder: Path) -> None:
    asked = benchmark("burst", *entries("rasad", "duckdb"), data=burst(50), least=1)
    rows = measured(folder, asked)
    assert states(rows) == ["ok"] * 2
    assert rows[0]["answers"]["60s"]["edges"] == 50 * 49 // 2


def test_reading_and_sorting_needs_no_answer(folder: Path) -> None:
    rows = measured(folder, benchmark("sort", *entries("sort", "sort-stored")))
    assert states(rows) == ["ok"] * 2


def test_a_wrong_answer_is_found(folder: Path) -> None:
    right, guess = measured(folder, benchmark("w", *entries("duckdb-count", "wrong")))
    assert right["status"] == "ok"
    assert guess["status"] == WRONG
    assert guess["reason"].startswith("edges of 60s: 1, not ")


def test_an_engine_that_is_not_installed_is_left_out(folder: Path) -> None:
    (row,) = measured(folder, benchmark("absent", *entries("absent")))
    assert row["status"] == "missing"


def test_what_was_measured_is_not_measured_again_unless_asked(folder: Path) -> None:
    asked = benchmark("twice", *entries("sort"))
    first, second = measured(folder, asked), measured(folder, asked)
    assert first == second
    measured(folder, asked, again=True)
    kept = (folder / "tiny.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum(json.loads(line)["key"] == "twice/sort" for line in kept) == 2


def test_what_another_machine_took_does_not_count(folder: Path) -> None:
    asked = benchmark("moved", *entries("sort"))
    (row,) = measured(folder, asked)
    with (folder / "tiny.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({**row, "machine": "another", "seconds": 0.0}) + "\n")
    assert measured(folder, asked) == [row]


def test_nothing_begins_on_a_disk_that_is_too_small(folder: Path) -> None:
    with pytest.raises(BenchmarkError, match="too little room"):
        measured(folder, benchmark("huge", *entries("sort"), data=world(10**13)))


def test_nothing_is_left_in_the_folder_but_data_and_results(folder: Path) -> None:
    measured(folder, benchmark("clean", *entries("duckdb-count")))
    assert {path.name for path in folder.iterdir()} <= {"data", "tiny.jsonl", "numba"}


def test_a_part_of_a_plan_can_be_chosen() -> None:
    part = chosen(PLANS["small"](), ["ladder"], ["rasad"])
    assert [each.name for each in part.benchmarks] == ["ladder-repost-1m"]


def test_the_command_writes_its_tables(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = Plan("small", [benchmark("command", *entries("duckdb-count", "wrong"))])
    monkeypatch.setitem(PLANS, "small", lambda: tiny)
    monkeypatch.setattr("benchmarks.speed.__main__.drivers", lambda _: ENGINES)
    assert main(["small", "--folder", str(folder)]) == 1
    page = (folder / "small.md").read_text(encoding="utf-8")
    assert "WRONG: edges of 60s: 1, not " in page
    assert page in capsys.readouterr().out


def test_edges_are_compared_whichever_account_comes_first(folder: Path) -> None:
    from benchmarks.speed.answer import summary

    one, other = str(folder / "one.parquet"), str(folder / "other.parquet")
    columns = "account_a, account_b, n_objects"
    for path, pair in ((one, "'7', '10'"), (other, "10, 7")):
        duckdb.sql(
            f"COPY (SELECT * FROM (VALUES ({pair}, 3)) t({columns})) TO '{path}'"
        )
    assert summary(one) == summary(other)
    assert summary(one)["sum_objects"] == 3
