"""A killed process loses nothing, and the same command finishes its work."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reliability.call_watch import Disturbance
from reliability.disturbed import Trial, Workshop
from reliability.sizes import FIRST, KILLS

TABLES = ("edge", "pair", "grp", "member", "finding", "post", "action", "source")
AT_A_TIME = KILLS // 8
"""Kills of the real command at random moments; the others come before random calls."""


def command(planted: Path, folder: Path) -> list[str]:
    main = [sys.executable, "-m", "rasad", "investigate", str(planted)]
    return [*main, "--case", str(folder)]


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "out" / f"{name}.parquet").read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def clean(
    planted: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, float]:
    """A case that nobody disturbed, and how long it took.

    The first run is not timed: it may compile, which no later one does.
    """
    folder = tmp_path_factory.mktemp("clean") / "case"
    subprocess.run(command(planted, folder), check=True, capture_output=True)
    shutil.rmtree(folder)
    started = time.monotonic()
    subprocess.run(command(planted, folder), check=True, capture_output=True)
    return folder, time.monotonic() - started


def test_kill_at_any_moment_and_the_same_command_finishes_the_same(
    planted: Path,
    clean: tuple[Path, float],
    tmp_path: Path,
    counted: Callable[[str], None],
) -> None:
    reference, seconds = clean
    draw = random.Random(11 + FIRST)
    too_late = 0
    for kill in range(AT_A_TIME):
        folder = tmp_path / f"case{kill}"
        # Spread the kills over the run; the first part is mostly imports of modules.
        moment = seconds * (0.3 + 0.65 * (kill + draw.random()) / AT_A_TIME)
        process = subprocess.Popen(
            command(planted, folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moment)
        process.kill()
        too_late += process.wait() == 0
        subprocess.run(command(planted, folder), check=True, capture_output=True)
        assert tables(folder) == tables(reference), f"killed after {moment:.2f} s"
        shutil.rmtree(folder)
    assert too_late <= AT_A_TIME / 2, "most had ended before they were killed"
    hit = AT_A_TIME - too_late
    counted(
        f"{hit} kills of the command at random moments, 0 lost; {too_late} too late"
    )


def test_kill_before_any_call_and_the_same_command_finishes_the_same(
    tmp_path: Path, counted: Callable[[str], None]
) -> None:
    kills = KILLS - AT_A_TIME
    draw = random.Random(12 + FIRST)
    with Workshop(warm=True) as workshop:
        if not workshop.can_watch:
            pytest.skip("the kernel does not tell of calls")
        trial = Trial(workshop, tmp_path, 1_200, ("detect",))
        for kill in range(kills):
            at = draw.randint(1, trial.calls)
            outcome = trial.disturbed(Disturbance(at))
            assert outcome.status, "it was not killed"
            wrong = trial.complaint(outcome)
            assert not wrong, f"kill {kill}, before call {at}: {wrong}"
    counted(f"{kills} kills before one of {trial.calls} calls, 0 lost")


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
