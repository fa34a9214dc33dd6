"""What Rasad is held beside: fixed rules, kept results, reports."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.errorbars import rules
from benchmarks.errorbars.detection import FoundGroup
from benchmarks.errorbars.events import Events, read_events
from benchmarks.errorbars.known import has
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.rules import close_pairs, coortweet_pairs, cosine_pairs
from benchmarks.errorbars.seeds import Figures, Kept, Task, code_digest, run_all


def events(rows: list[tuple[int, int, int]], names: str = "abcdef") -> Events:
    """Make a table from (account, object, second)."""
    account, thing, second = (np.array(c) for c in zip(*rows, strict=True))
    return Events(
        account=account,
        thing=thing,
        second=second,
        names=np.array(list(names)),
        n_things=int(thing.max()) + 1,
    )


def random_events(seed: int) -> Events:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, [6, 5, 400], (150, 3))
    return events([tuple(map(int, row)) for row in rows])  # type: ignore[misc]


def plain_pairs(table: Events, within: int, unit: int) -> dict[tuple[int, int], int]:
    """Count the objects that two accounts share close to each other, one by one."""
    met = set()
    rows = list(zip(table.account, table.thing, table.second // unit, strict=True))
    for (a, o, t), (b, p, u) in combinations(rows, 2):
        if o == p and a != b and abs(t - u) <= within:
            met.add((min(a, b), max(a, b), o))
    found: dict[tuple[int, int], int] = {}
    for a, b, _ in met:
        found[int(a), int(b)] = found.get((int(a), int(b)), 0) + 1
    return found


@pytest.mark.parametrize(("within", "unit"), [(10, 1), (0, 60), (1, 60), (400, 1)])
@pytest.mark.parametrize("block", [7, 20_000_000])
def test_close_pairs_are_those_found_one_by_one(
    monkeypatch: pytest.MonkeyPatch, within: int, unit: int, block: int
) -> None:
    monkeypatch.setattr(rules, "BLOCK", block)
    for seed in range(5):
        table = random_events(seed)
        found = close_pairs(table, within, unit)
        pairs = zip(found.first.tolist(), found.second.tolist(), strict=True)
        ours = dict(zip(pairs, found.weight.tolist(), strict=True))
        assert ours == plain_pairs(table, within, unit)


def test_no_actions_close_to_each_other_give_no_pairs() -> None:
    found = close_pairs(events([(0, 0, 0), (1, 0, 100)]), 10)
    assert len(found.accounts) == 0


def test_accounts_that_share_rare_objects_are_the_most_alike() -> None:
    rows = [(a, 0, 0) for a in range(6)] + [(0, 1, 5), (1, 1, 9)]
    rows += [(a, a, 1) for a in range(2, 6)]
    found = cosine_pairs(events(rows), 0.1)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])


def test_coortweets_rule_counts_posts_and_names_the_right_accounts() -> None:
    rows = [(a, thing, 100 * thing + a) for thing in range(9) for a in (1, 4)]
    rows += [(0, 50, 0), (2, 50, 1), (0, 51, 900), (2, 51, 901), (3, 50, 2), (3, 51, 0)]
    found = coortweet_pairs(events(rows, names="fedcba"), 10, 0.9)
    assert (found.first.tolist(), found.second.tolist()) == ([1], [4])
    assert found.weight.tolist() == [9]


@pytest.mark.parametrize(
    "times",
    [
        pa.array([1_600_000_000, None, 1_600_000_060], pa.int64()),
        pa.array([1_600_000_000.0, None, 1_600_000_060.5], pa.float64()),
        pa.array(["2020-09-13 12:26:40", "03月05日 05:11", "2020-09-13 12:27:40"]),
        pa.array([1_600_000_000_000_000, None, 1_600_000_060_000_000], pa.int64()).cast(
            pa.timestamp("us")
        ),
    ],
)
def test_times_are_read_however_they_are_written(tmp_path: Path, times: Any) -> None:
    table = pa.table({"who": ["x", "y", "z"], "what": [5, 5, 6], "when": times})
    pq.write_table(table, tmp_path / "a.parquet")
    found = read_events(tmp_path / "a.parquet", "who", "what", "when")
    assert found.second.tolist() == [1_600_000_000, 1_600_000_060]
    assert found.names[found.account].tolist() == ["x", "z"]
    assert found.n_things == 2


def test_a_group_is_the_ring_when_it_is_mostly_and_enough_of_it() -> None:
    def group(members: str) -> FoundGroup:
        return FoundGroup(
            grp="g",
            members=frozenset(members),
            certified=True,
            candidate=False,
            first_movers={},
        )

    ring = frozenset("abcd")
    assert group("ab").holds(ring)
    assert group("abx").holds(ring)
    assert not group("abxy").holds(ring)
    assert not group("a").holds(ring)


def test_what_the_program_lacks_is_known_before_it_is_asked() -> None:
    assert has("grp", "replicated", "candidate")
    assert not has("grp", "nothing")
    assert not has("nothing")


def double(*, x: int) -> Figures:
    return {"x": x, "twice": 2 * x}


def never(*, x: int) -> Figures:
    raise AssertionError(x)


def test_finished_work_is_kept_and_not_done_again(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "a.jsonl"
    tasks = [Task("double", double, {"x": x}) for x in range(3)]
    wanted = [{"x": x, "twice": 2 * x} for x in range(3)]
    assert run_all(tasks, Kept(path, "one"), 1) == wanted
    with path.open("a") as file:
        file.write('{"key": "cut by a')
    undone = [Task("double", never, {"x": x}) for x in range(3)]
    assert run_all(undone, Kept(path, "one"), 1) == wanted
    with pytest.raises(AssertionError):
        run_all(undone, Kept(path, "other code"), 1)


def test_workers_started_anew_give_the_same(tmp_path: Path) -> None:
    tasks = [Task("double", double, {"x": x}) for x in range(3)]
    found = run_all(tasks, Kept(tmp_path / "a.jsonl", "one"), 2)
    assert [row["twice"] for row in found] == [0, 2, 4]
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 3


def test_code_that_changes_has_another_digest(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    one = code_digest([tmp_path])
    assert code_digest([tmp_path]) == one
    (tmp_path / "a.py").write_text("two")
    assert code_digest([tmp_path]) != one


def test_a_report_ends_with_its_targets(tmp_path: Path) -> None:
    report = Report("Title", figures={"n": 3})
    report.table(("rule", "found"), [("ours", 3), ("theirs", None)])
    report.target("three found", reached=True)
    report.target("none false", reached=False)
    lines = report.page().splitlines()
    assert lines[0] == "Title"
    assert lines[-2:] == ["three found: reached", "none false: NOT reached"]
    report.write(tmp_path / "a.json")
    told = json.loads((tmp_path / "a.json").read_text())
    assert told["n"] == 3
    assert [target["reached"] for target in told["targets"]] == [True, False]
