"""One task in a process of its own, with a limit of time and one of memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rasad.memory import written

LOOK_S = 0.05
"""Seconds between two looks at a process."""

LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA")
ONE_THREAD = {
    **{f"{name}_NUM_THREADS": "1" for name in LIBRARIES},
    "PYTHONHASHSEED": "0",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""What every task is told, so that all of them have one core each."""

PATIENCE = 3
"""How much longer than of the processor a task may take of the clock."""

PAGE, TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one task may use.

    Parameters
    ----------
    seconds : float
        Of the processor, from the start of the process; of the clock it may take
        `PATIENCE` times as long, for it may not be alone on the machine.
    memory : int
        Bytes in use at any look, its own code included.
    """

    seconds: float
    memory: int


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended.

    Parameters
    ----------
    reason : str or None
        Why it did not come to its own end; None if it did.
    limit : {"time", "memory", None}
        The limit that it met.
    peak : int
        Most bytes seen in use; 0 where the system does not tell.
    seconds : float
        From start to end.
    """

    reason: str | None
    limit: str | None
    peak: int
    seconds: float


def run_apart(
    module: str,
    arguments: Sequence[str],
    limits: Limits,
    log: Path,
    stop: threading.Event | None = None,
) -> Ended:
    """Run a module in a process of its own and wait until it ends or is ended.

    Parameters
    ----------
    module : str
        As after `python -m`.
    arguments : sequence of str
        What stands behind it.
    limits : Limits
        Beyond which it is ended, with whatever it has started.
    log : pathlib.Path
        Takes what it says.
    stop : threading.Event, optional
        When it is set, the process is ended.

    Notes
    -----
    Memory is the resident set as `/proc` has it, looked at twenty times a second. A
    task that takes gigabytes within a twentieth of a second goes over the limit for as
    long. Where there is no `/proc`, only time of the clock is limited.
    """
    begin = time.monotonic()
    with log.open("wb") as errors:
        task = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,
        )
        try:
            return _watched(task, limits, begin, stop or threading.Event())
        finally:
            _end(task)


def _watched(
    task: subprocess.Popen[bytes], limits: Limits, begin: float, stop: threading.Event
) -> Ended:
    peak, limit = 0, None
    while task.poll() is None:
        peak = max(peak, resident(task.pid))
        if _late(task.pid, limits.seconds, time.monotonic() - begin):
            limit = "time"
        elif peak > limits.memory:
            limit = "memory"
        if limit or stop.wait(LOOK_S):
            _end(task)
    seconds = time.monotonic() - begin
    reason = _reason(limit, limits, task.returncode)
    return Ended(reason=reason, limit=limit, peak=peak, seconds=seconds)


def _late(process: int, seconds: float, passed: float) -> bool:
    return busy(process) > seconds or passed > PATIENCE * seconds


def _reason(limit: str | None, limits: Limits, code: int | None) -> str | None:
    if limit == "time":
        return f"It took longer than {limits.seconds:g} s."
    if limit == "memory":
        return f"It took more than {written(limits.memory)} of memory."
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        return f"The system ended it ({name}), most likely for want of memory."
    return None if code == 0 else f"It stopped with exit code {code}."


def _end(task: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and those that it started: its own group."""
    if task.poll() is None:
        os.killpg(task.pid, signal.SIGKILL)
        task.wait()


def resident(process: int) -> int:
    """Return the bytes that a process has in memory, 0 if nobody says so.

    Examples
    --------
    >>> resident(0)
    0
    """
    try:
        text = Path(f"/proc/{process}/statm").read_text(encoding="ascii")
        return int(text.split()[1]) * PAGE
    except (OSError, IndexError, ValueError):
        return 0


def busy(process: int) -> float:
    """Return the seconds of the processor that a process took, 0 if nobody says so.

    Examples
    --------
    >>> busy(0)
    0.0
    """
    try:
        text = Path(f"/proc/{process}/stat").read_text(
            encoding="ascii", errors="replace"
        )
        # Its name, in brackets, may hold anything; numbers follow after the last one.
        numbers = text.rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / TICKS
    except (OSError, IndexError, ValueError):
        return 0.0
