"""How much memory a run may use: amounts as people write them, and what is free."""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path

import pyarrow as pa

from rasad.errors import ConfigError

UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
UNITS |= {"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}

AMOUNT = re.compile(r"([0-9]{1,7}(?:\.[0-9]+)?)\s*([KMGT]i?B)", re.IGNORECASE)

LEAST = 512 << 20
"""Bytes below which the program itself finds no room."""

MEMINFO = Path("/proc/meminfo")
CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)
"""Limits of containers, newer and older, each with what is in use."""


AUTO = "auto"


def amount(text: str) -> int:
    """Return an amount of memory in bytes; `auto` is half of what is free.

    Raises
    ------
    ConfigError
        If it is not written as an amount, or is too little to run.

    Examples
    --------
    >>> amount("3GiB"), amount("1.5 gb")
    (3221225472, 1500000000)
    """
    if text == AUTO:
        return max(free() // 2, LEAST)
    match = AMOUNT.fullmatch(text.strip())
    if not match:
        raise ConfigError(
            f"{text!r} is no amount of memory", "write it like 2GB, 512MiB or auto"
        )
    size = int(float(match[1]) * UNITS[match[2].upper()])
    if size < LEAST:
        raise ConfigError(
            f"{text.strip()} of memory is too little", "give at least 512MiB"
        )
    return size


def free() -> int:
    """Return the bytes that are free now, inside a container those it may still use."""
    limits = [_number(limit) - _number(used) for limit, used in map(_paths, CGROUPS)]
    return max(min([_available(), *limits]), LEAST)


def give_back() -> None:
    """Return memory that is free again to the system, where the allocators can."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)


def written(size: int) -> str:
    """Write an amount for people, and for the store.

    Examples
    --------
    >>> written(3 << 30)
    '3072MiB'
    """
    return f"{size >> 20}MiB"


def _available() -> int:
    try:
        lines = MEMINFO.read_text(encoding="ascii").splitlines()
        found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
        return int(found[0]) << 10
    except (OSError, IndexError, ValueError):
        # Where nothing says what is free, assume that half of the memory is.
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _paths(pair: tuple[str, str]) -> tuple[Path, Path]:
    return Path(pair[0]), Path(pair[1])


def _number(path: Path) -> int:
    """Read a number from a file; without a limit there is no end of memory."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 1 << 62 if "max" in path.name or "limit" in path.name else 0
