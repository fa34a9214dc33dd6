"""Run a command; measure its time and the memory of all its processes; stop it in time.

Memory is what the whole tree of processes has in memory, looked at twenty times a
second; the kernel's own record of the largest single process closes the gaps between.
`own` leaves out pages that belong to files, which the kernel takes back when it likes.
Pages that several processes share count for each of them. `others_s` is the time that
processors spent on other things meanwhile: where it is much, the machine was not quiet.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import IO

PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1 << 20
LOOK_S = 0.05
SPARE_MIB = 1_000
"""What must stay free for everybody else on the machine."""

TIMED_OUT, TOO_LARGE, FAILED, OK = "timeout", "memory", "failed", "ok"


@dataclass(frozen=True)
class Limits:
    """When a command is stopped."""

    seconds: float
    mib: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a command took, how it ended and what it said."""

    status: str
    seconds: float
    cpu_s: float
    others_s: float
    peak_mib: int
    own_mib: int
    printed: str
    complained: str


class Watcher(threading.Thread):
    """Looks at a tree of processes again and again, and ends it beyond its limits."""

    def __init__(self, pid: int, limits: Limits) -> None:
        super().__init__(daemon=True)
        self.pid, self.limits = pid, limits
        self.verdict = OK
        self.peak = self.own = 0
        self.done = threading.Event()

    def run(self) -> None:
        """Look until told that all is over."""
        begin = perf_counter()
        while not self.done.wait(LOOK_S):
            self.look()
            if self.verdict == OK and perf_counter() - begin > self.limits.seconds:
                self.verdict = TIMED_OUT
            if self.verdict != OK:
                end_group(self.pid)
                return

    def look(self) -> None:
        """Take the memory of the tree as it is now."""
        held = [memory(pid) for pid in tree(self.pid)]
        self.peak = max(self.peak, sum(whole for whole, _ in held))
        self.own = max(self.own, sum(own for _, own in held))
        if self.own > self.limits.mib * MIB or free_mib() < SPARE_MIB:
            self.verdict = TOO_LARGE


def measure(
    command: Sequence[str], limits: Limits, environment: Mapping[str, str], folder: Path
) -> Run:
    """Run a command in a folder, in a session of its own, and measure it."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complained:
        begin, busy = perf_counter(), busy_s()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=complained,
            start_new_session=True,
        )
        watcher = Watcher(process.pid, limits)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - begin
        watcher.done.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        end_group(process.pid)
        largest, cpu_s = largest_process(usage), usage.ru_utime + usage.ru_stime
        return Run(
            status=verdict(watcher.verdict, process.returncode),
            seconds=round(seconds, 3),
            cpu_s=round(cpu_s, 3),
            others_s=round(max(busy_s() - busy - cpu_s, 0), 3),
            peak_mib=max(watcher.peak, largest) // MIB,
            own_mib=watcher.own // MIB,
            printed=said(printed),
            complained=said(complained),
        )


def largest_process(usage: resource.struct_rusage) -> int:
    """Return the most bytes that one process of a command had in memory, if known.

    Until a command begins, its memory is a copy of ours; a smaller number is ours.
    """
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage.ru_maxrss * 1024 if usage.ru_maxrss > ours else 0


def verdict(watched: str, code: int) -> str:
    """Return how a command ended."""
    if watched != OK:
        return watched
    return FAILED if code else OK


def said(file: IO[bytes]) -> str:
    """Return what was written into a file."""
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


def end_group(pid: int) -> None:
    """End a process that we started and whatever it left running."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
            for child in text.split():
                yield from tree(int(child))


def memory(pid: int) -> tuple[int, int]:
    """Return the bytes a process has in memory, and those that belong to no file."""
    with suppress(OSError, ValueError):
        _, whole, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return int(whole) * PAGE, (int(whole) - int(shared)) * PAGE
    return 0, 0


def busy_s() -> float:
    """Return how long processors have been at work since the machine began."""
    with Path("/proc/stat").open() as file:
        user, nice, system, _, _, irq, softirq, *_ = map(
            int, file.readline().split()[1:]
        )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def free_mib() -> int:
    """Return the memory that is left on this machine."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) // 1024
    return SPARE_MIB
