"""A task in a process of its own ends by itself or is ended, and says which."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rasad.evaluate.processes import Limits, busy, resident, run_apart

ROOMY = Limits(seconds=60, memory=1 << 30)


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes a module and returns its name."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(code: str) -> str:
        (tmp_path / "task_of_a_test.py").write_text(code + "\n")
        return "task_of_a_test"

    return write


def test_a_task_that_ends_has_no_reason(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    ended = run_apart(task("print('hello')"), [], ROOMY, tmp_path / "log")
    assert (ended.reason, ended.limit) == (None, None)
    assert (tmp_path / "log").read_text() == "hello\n"
    assert ended.seconds > 0


def test_a_task_is_told_to_use_one_thread(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    code = "import os; print(os.environ['NUMBA_NUM_THREADS'])"
    run_apart(task(code), [], ROOMY, tmp_path / "log")
    assert (tmp_path / "log").read_text() == "1\n"


def test_a_task_that_works_too_long_is_ended(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    limits = Limits(seconds=0.5, memory=1 << 30)
    ended = run_apart(task("while True: pass"), [], limits, tmp_path / "log")
    assert (ended.limit, ended.reason) == ("time", "It took longer than 0.5 s.")


def test_a_task_that_waits_too_long_is_ended(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    limits = Limits(seconds=0.5, memory=1 << 30)
    code = "import time; time.sleep(600)"
    begin = time.monotonic()
    assert run_apart(task(code), [], limits, tmp_path / "log").limit == "time"
    assert time.monotonic() - begin >= 1.5


def test_a_task_that_takes_too_much_memory_is_ended(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    limits = Limits(seconds=60, memory=100 << 20)
    code = "import time; kept = bytearray(b'x') * (300 << 20); time.sleep(600)"
    ended = run_apart(task(code), [], limits, tmp_path / "log")
    assert ended.limit == "memory"
    assert ended.reason == "It took more than 100MiB of memory."
    assert ended.peak > 100 << 20


def test_a_task_that_fails_or_is_killed_says_so(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    failed = run_apart(task("raise SystemExit(7)"), [], ROOMY, log)
    assert failed.reason == "It stopped with exit code 7."
    killed = run_apart(task("import os; os.kill(os.getpid(), 9)"), [], ROOMY, log)
    assert killed.reason is not None
    assert "SIGKILL" in killed.reason


def test_a_task_ends_when_everything_is_stopped(
    task: Callable[[str], str], tmp_path: Path
) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    code = "import time; time.sleep(600)"
    ended = run_apart(task(code), [], ROOMY, tmp_path / "log", stop)
    assert ended.seconds < 60
    assert ended.reason is not None


@pytest.mark.skipif(sys.platform != "linux", reason="nothing else has /proc")
def test_a_process_can_be_looked_at() -> None:
    import os

    assert resident(os.getpid()) > 1 << 20
    assert busy(os.getpid()) > 0
    assert (resident(0), busy(0)) == (0, 0.0)
