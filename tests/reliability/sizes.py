"""How much of each kind is tried: a part in `make test`, all in `make reliability`.

All of it takes hours, so each size can be set by a variable of its own, and what was
tried before can be passed over: seeds begin at `RASAD_FIRST`. Counts printed by several
runs add up.
"""

from __future__ import annotations

import os


def _size(variable: str, usual: int, release: int) -> int:
    return int(os.environ.get(variable, release if RELEASE else usual))


RELEASE = os.environ.get("RASAD_RELEASE") == "1"
FIRST = int(os.environ.get("RASAD_FIRST", "0"))

FILES = _size("RASAD_FILES", 20_000, 1_000_000)
CONTAINERS = _size("RASAD_CONTAINERS", 2_000, 100_000)
KILLS = _size("RASAD_KILLS", 25, 500)
IMAGES = _size("RASAD_IMAGES", 30, 300)
CASES = _size("RASAD_CASES", 10, 1_000)
"""Mutated containers that go through the child process into a case."""

CHILDREN = _size("RASAD_CHILDREN", 200, 2_000)
"""Generated files that are read by a real child."""

CUT_FILES = 10


def seeds(count: int, part: int = 0, parts: int = 1) -> range:
    """Return the seeds of one of several parts of so many trials."""
    return range(FIRST + part, FIRST + count, parts)
