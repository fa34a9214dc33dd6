"""A killed process loses nothing, and the same command finishes its work."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

TABLES = ("edge", "pair", "grp", "member", "finding", "post", "action", "source")
KILLS = 8


def command(planted: Path, folder: Path) -> list[str]:
    main = [sys.executable, "-m", "rasad", "investigate", str(planted)]
    return [*main, "--case", str(folder)]


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "out" / f"{name}.parquet").read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def clean(
    planted: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, float]:
    """A case that nobody disturbed, and how long it took."""
    folder = tmp_path_factory.mktemp("clean") / "case"
    subprocess.run(command(planted, folder), check=True, capture_output=True)
    shutil.rmtree(folder)
    started = time.monotonic()
    subprocess.run(command(planted, folder), check=True, capture_output=True)
    return folder, time.monotonic() - started


def test_kill_at_any_moment_and_the_same_command_finishes_the_same(
    planted: Path, clean: tuple[Path, float], tmp_path: Path
) -> None:
    reference, seconds = clean
    draw = random.Random(11)
    for kill in range(KILLS):
        folder = tmp_path / f"case{kill}"
        # Spread the kills over the run; the first part is mostly imports of modules.
        moment = seconds * (0.3 + 0.65 * (kill + draw.random()) / KILLS)
        process = subprocess.Popen(
            command(planted, folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moment)
        process.kill()
        process.wait()
        subprocess.run(command(planted, folder), check=True, capture_output=True)
        assert tables(folder) == tables(reference)
        shutil.rmtree(folder)


def test_two_commands_at_once_and_the_second_says_who_holds_the_case(
    planted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "case"
    first = subprocess.Popen(
        command(planted, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    lock = folder / "case.lock"
    while first.poll() is None and not (lock.exists() and lock.stat().st_size):
        time.sleep(0.01)
    second = subprocess.run(command(planted, folder), capture_output=True, text=True)
    assert first.wait() == 0
    assert second.returncode == 1
    assert f"in use by process {first.pid} (rasad investigate" in second.stderr
