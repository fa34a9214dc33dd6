"""What the child that reads a file may use, set by itself before it reads a byte."""

from __future__ import annotations

import ctypes
import resource
import signal
import sys
from pathlib import Path
from typing import Literal

from rasad.importers.seccomp import filtered

Lacking = Literal["memory", "calls"]

MEMORY = 5 << 29
"""Bytes of memory beyond those of the program itself. The largest dumps are packed so
that unpacking must look back over 2 GiB; nothing else comes near."""

LEAST_MEMORY, MEMORY_A_BYTE = 1 << 28, 40
"""Bytes for any file: these, and so many for each of its own. A sheet of a workbook is
in memory as a whole, and a small file can claim cells without end."""

LOOKS_BACK = b"\x28\xb5\x2f\xfd"
"""How a file begins that is packed with zstd, and may look back over gigabytes."""

SECONDS = 30
BYTES_A_SECOND = 50_000
"""Time on the processor that any file may take, and how much of a larger one, packed or
not, is read in a second at the very least."""

FILES = 32
PARENT_DIED = 1

LACKING: dict[Lacking, str] = {
    "memory": "This system does not limit the memory of the reader.",
    "calls": "This system cannot keep the reader from connections and other programs.",
}
"""What the import report says of a system that lacks a limit."""


def seconds_for(size: int) -> int:
    """Return the seconds on the processor that reading a file of a size may take.

    Examples
    --------
    >>> seconds_for(0), seconds_for(10_000_000)
    (30, 230)
    """
    return SECONDS + size // BYTES_A_SECOND


def memory_for(path: Path) -> int:
    """Return the bytes of memory that reading a file may take."""
    with path.open("rb") as file:
        if file.read(len(LOOKS_BACK)) == LOOKS_BACK:
            return MEMORY
    return min(LEAST_MEMORY + MEMORY_A_BYTE * path.stat().st_size, MEMORY)


def limited(memory: int, seconds: int) -> tuple[Lacking, ...]:
    """Limit this process for good, and return what the system could not limit.

    Parameters
    ----------
    memory : int
        Bytes that it may take beyond what it has.
    seconds : int
        Seconds on the processor, those of its start included.
    """
    _die_with_parent()
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_NOFILE, FILES)
    _set(resource.RLIMIT_CPU, seconds, spare=1)  # so that its end says why
    held = _address_space()
    if held:
        _set(resource.RLIMIT_AS, held + memory)
    refused = filtered()
    if sys.platform != "linux":
        # Linux counts threads too, and its filter knows them apart.
        _set(resource.RLIMIT_NPROC, 0)
    return (*(() if held else ("memory",)), *(() if refused else ("calls",)))


def _set(what: int, most: int, spare: int = 0) -> None:
    """Lower a limit for good; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    last = most + spare if hard == resource.RLIM_INFINITY else min(most + spare, hard)
    resource.setrlimit(what, (min(most, last), last))


def _address_space() -> int:
    """Return the bytes of address space in use; 0 where the system does not say.

    Systems that do not say do not enforce a limit either.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DIED, ctypes.c_ulong(signal.SIGKILL))
