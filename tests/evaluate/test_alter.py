"""What is lost of a world: posts at random, and the exactness of its times."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from rasad.case import open_case
from rasad.evaluate.alter import IDS, POST, coarsen, lose
from rasad.importers.cells import snowflake_us
from rasad.importers.plan import plan
from rasad.simulate.society.scenario import read_scenario
from rasad.simulate.society.world import write_world


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two days of a small world."""
    scenario = replace(read_scenario("nobody").at_scale(1 / 2000), days=2)
    return write_world(scenario, tmp_path_factory.mktemp("made") / "w", seed=3).posts


@pytest.fixture
def files(made: list[Path], tmp_path: Path) -> list[Path]:
    return [Path(shutil.copy(path, tmp_path)) for path in made]


def column(files: list[Path], name: str) -> list[str]:
    return [cell for path in files for cell in pq.read_table(path)[name].to_pylist()]


def test_a_share_of_posts_is_lost_and_the_rest_is_as_it_was(
    made: list[Path], files: list[Path]
) -> None:
    whole = column(made, POST)
    lose(files, 0.3, seed=1)
    kept = column(files, POST)
    assert set(kept) < set(whole)
    assert len(kept) == pytest.approx(0.7 * len(whole), abs=4 * len(whole) ** 0.5)
    lose(files, 1.0, seed=1)
    assert column(files, POST) == []


def test_the_same_seed_loses_the_same_posts(
    made: list[Path], files: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    others = [Path(shutil.copy(path, tmp_path / "other")) for path in made]
    lose(files, 0.5, seed=1)
    lose(others, 0.5, seed=1)
    assert column(files, POST) == column(others, POST)


@pytest.mark.parametrize("step_s", [1, 60, 3600])
def test_ids_go_on_naming_the_same_posts(
    made: list[Path], files: list[Path], step_s: int
) -> None:
    coarsen(files, step_s)
    old, new = column(made, POST), column(files, POST)
    assert len(set(new)) == len(set(old))
    name = dict(zip(old, new, strict=True))
    for ids in IDS:
        pairs = zip(column(made, ids), column(files, ids), strict=True)
        for before, after in pairs:
            assert (not before) == (not after)
            if before in name:
                assert name[before] == after


def test_below_a_minute_ids_hold_the_rounded_time(
    made: list[Path], files: list[Path]
) -> None:
    coarsen(files, 1)
    for old, new in zip(column(made, POST), column(files, POST), strict=True):
        before, after = snowflake_us(old), snowflake_us(new)
        assert before is not None
        assert after is not None
        assert after == before // 1_000_000 * 1_000_000


@pytest.mark.parametrize("step_s", [60, 3600])
def test_from_a_minute_on_no_id_tells_the_time(files: list[Path], step_s: int) -> None:
    coarsen(files, step_s)
    assert not any(snowflake_us(new) for new in column(files, POST))
    minutes = {str(cell)[14:16] for cell in column(files, "tweet_time")}
    assert (minutes == {"00"}) is (step_s == 3600)


def test_a_case_has_no_finer_times_than_are_left(
    files: list[Path], tmp_path: Path
) -> None:
    coarsen(files, 60)
    with open_case(tmp_path / "case", create=True) as case:
        for path in files:
            assert case.import_file(plan(path))["rejected"] == 0
        rows = case.store.rows("SELECT epoch_us(acted_at) AS us FROM action")
    assert rows
    assert not (np.array([row["us"] for row in rows]) % 60_000_000).any()
