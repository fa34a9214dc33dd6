"""The made archive is an archive, always the same, and every job reads all of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.imports.__main__ import rows, table
from benchmarks.imports.generate import write
from benchmarks.imports.job import JOBS
from rasad.importers.plan import plan


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    write(path, 400)
    return path


def test_the_same_number_gives_the_same_archive(made: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    write(again, 400)
    assert again.read_bytes() == made.read_bytes()
    with made.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert len({row["tweetid"] for row in found}) == 400
    reposts = [row for row in found if row["is_retweet"] == "true"]
    assert 100 < len(reposts) < 220
    assert all(row["retweet_tweetid"] < row["tweetid"] for row in reposts)
    assert any("http" in row["urls"] for row in found)
    assert plan(made).sniff.importer == "x_io_tweets"


@pytest.mark.parametrize("job", JOBS)
def test_every_job_reads_every_row(job: str, made: Path, tmp_path: Path) -> None:
    assert JOBS[job](made, tmp_path) == 400


def test_ratios_are_rows_a_second_over_those_of_csv() -> None:
    figures = {"rows": 100, "cpu_s": 1.0, "peak_mib": 1, "reader_peak_mib": 1}
    best = {
        "csv": figures | {"seconds": 1.0, "reader_cpu_s": 0.0},
        "rasad": figures | {"seconds": 5.0, "reader_cpu_s": 4.0},
    }
    last = table(best).splitlines()[-1]
    assert last.split(" | ")[1:6] == ["20", "0.20", "1.0", "4.0", "0.25"]
    assert (rows("200k"), rows("7")) == (200_000, 7)
