"""What a command takes is measured, children included, and limits are kept."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from benchmarks.speed.measure import FAILED, OK, TIMED_OUT, TOO_LARGE, Limits, measure
from benchmarks.speed.measure import Run as Measurement

PLENTY = Limits(seconds=60, mib=8_000)

HOLD = "import time; held = bytearray(200 << 20); time.sleep(0.3)"


def run(program: str, limits: Limits = PLENTY) -> Measurement:
    command = [sys.executable, "-c", program]
    return measure(command, limits, os.environ, Path.cwd())


def test_time_memory_and_words_are_taken() -> None:
    found = run(f"{HOLD}; print('said')")
    assert (found.status, found.printed) == (OK, "said\n")
    assert 0.3 <= found.seconds < 10
    assert 200 <= found.own_mib < 300
    assert found.peak_mib >= found.own_mib


def test_memory_of_children_counts() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{HOLD}'])"
    parent = f"held = bytearray(200 << 20); {child}"
    assert 400 <= run(parent).own_mib < 600


def test_work_of_the_command_itself_is_not_that_of_others() -> None:
    found = run("import time\nwhile time.process_time() < 0.5: pass")
    assert 0.5 <= found.cpu_s < 5
    assert found.others_s >= 0


def test_a_command_that_fails_says_so() -> None:
    found = run("raise SystemExit('no such thing')")
    assert (found.status, found.complained) == (FAILED, "no such thing\n")


def test_a_command_is_stopped_when_its_time_is_over() -> None:
    begin = time.perf_counter()
    found = run("while True: pass", Limits(seconds=0.3, mib=8_000))
    assert found.status == TIMED_OUT
    assert time.perf_counter() - begin < 20


def test_a_command_is_stopped_when_it_grows_too_large() -> None:
    found = run(f"{HOLD}; time.sleep(30)", Limits(seconds=60, mib=100))
    assert found.status == TOO_LARGE
    assert found.seconds < 20


def test_children_are_stopped_too(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import time; time.sleep(1); open({str(mark)!r}, 'w')"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    )
    assert run(parent, Limits(seconds=0.4, mib=8_000)).status == TIMED_OUT
    time.sleep(1)
    assert not mark.exists()
