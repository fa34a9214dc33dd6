"""The generator's files are sorted, of the size asked for, and the same every time."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.speed import generate
from benchmarks.speed.cascades import PROFILES, Actions, World
from benchmarks.speed.generate import (
    Summary,
    co_actions,
    number,
    scrambled,
    write_burst,
    write_spread,
    write_world,
)

Row = tuple[int, int, int]


def rows(path: Path) -> list[Row]:
    table = pq.read_table(path)
    assert table.column_names == ["account_id", "object_id", "timestamp"]
    columns = (column.to_pylist() for column in table.columns)
    return list(zip(*columns, strict=True))


def near(actions: list[Row], within_s: int) -> int:
    """Count co-actions one by one."""
    times: dict[int, list[int]] = {}
    for _, thing, second in actions:
        times.setdefault(thing, []).append(second)
    return sum(
        abs(one - other) <= within_s
        for seconds in times.values()
        for one, other in combinations(seconds, 2)
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_a_world_has_as_many_rows_as_asked_for_in_order_of_time(
    tmp_path: Path, profile: str
) -> None:
    path = tmp_path / "a.parquet"
    summary = write_world(World(20_000, PROFILES[profile], 20_000), path)
    found = rows(path)
    assert summary.actions == len(found) == 20_000
    assert [row[2] for row in found] == sorted(row[2] for row in found)
    assert summary.accounts == len({row[0] for row in found})
    used = Counter(row[1] for row in found)
    assert summary.objects == len(used)
    assert summary.largest_object == max(used.values())
    assert near(found, 60) / 20_000 == pytest.approx(summary.near_per_action, rel=0.1)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.parquet"]


def test_an_account_reposts_once_and_uses_a_hashtag_again(tmp_path: Path) -> None:
    repeated = {}
    for name, profile in PROFILES.items():
        write_world(World(20_000, profile, 20_000), tmp_path / name)
        uses = Counter(row[:2] for row in rows(tmp_path / name))
        repeated[name] = sum(count > 1 for count in uses.values())
    assert repeated["repost"] == 0
    assert repeated["hashtag"] > 100


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_world(World(5_000, PROFILES["repost"], 5_000, seed), tmp_path / name)
    one, again, other = ((tmp_path / n).read_bytes() for n in ("one", "again", "other"))
    assert one == again != other


def test_pieces_of_another_size_leave_the_rows_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many objects at a time or few, many slices of time or few: nothing is lost."""
    monkeypatch.setattr(generate, "CHUNK", 1_000)
    write_world(World(20_000, PROFILES["repost"], 20_000), tmp_path / "a")
    found = rows(tmp_path / "a")
    assert len(found) == 20_000
    assert len({row[:2] for row in found}) == 20_000
    assert [row[2] for row in found] == sorted(row[2] for row in found)


def test_density_stays_with_the_base_and_grows_without(tmp_path: Path) -> None:
    def made(actions: int, base: int) -> Summary:
        world = World(actions, PROFILES["repost"], base)
        return write_world(world, tmp_path / "a")

    small, alike, popular = (
        made(30_000, 30_000),
        made(150_000, 30_000),
        made(150_000, 150_000),
    )
    assert alike.near_per_action == pytest.approx(small.near_per_action, rel=0.1)
    assert alike.largest_object < 1.5 * small.largest_object
    assert popular.largest_object > 2 * small.largest_object


def test_a_world_of_many_bases_is_longer_and_wider() -> None:
    one = World(10_000, PROFILES["repost"], 10_000)
    ten = World(100_000, PROFILES["repost"], 10_000)
    assert (ten.days, ten.communities) == (10 * one.days, 10 * one.communities)
    assert len(ten.rings) == 10 * len(one.rings)


def test_near_pairs_are_counted_per_object() -> None:
    columns = ([0, 50, 200, 10], [1, 2, 3, 4], [7, 7, 7, 8])
    actions = Actions(*(np.array(column) for column in columns))
    assert [co_actions(actions, within) for within in (10, 50, 150, 200)] == [
        0,
        1,
        2,
        3,
    ]


def test_a_burst_fits_into_its_window(tmp_path: Path) -> None:
    write_burst(tmp_path / "a", 500, 60)
    found = rows(tmp_path / "a")
    assert len({row[0] for row in found}) == 500
    assert len({row[1] for row in found}) == 1
    assert found[-1][2] - found[0][2] <= 60


def test_actors_one_after_another_keep_their_distance(tmp_path: Path) -> None:
    write_spread(tmp_path / "a", 100, 60)
    seconds = [row[2] for row in rows(tmp_path / "a")]
    assert set(np.diff(seconds)) == {60}


def test_ids_are_different_and_without_order() -> None:
    ids = scrambled(np.arange(100_000, dtype=np.uint32), 1)
    assert len(np.unique(ids)) == 100_000
    assert ids.min() >= 0
    assert 0.45 < (np.diff(ids) > 0).mean() < 0.55


@pytest.mark.parametrize(
    ("text", "value"), [("300k", 300_000), ("0.5M", 500_000), ("12", 12)]
)
def test_sizes_are_read_with_their_unit(text: str, value: int) -> None:
    assert number(text) == value
