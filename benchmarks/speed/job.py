"""What is asked of an engine, and the commands that put the question to it.

The process that measures stays small on purpose, because Linux counts its memory for a
child's until the child begins. So all work, even making files and reading answers, is
done by processes of its own, and this module only writes their commands.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

UNLIMITED = "unlimited"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A file of actions and what to find out about it.

    Parameters
    ----------
    actions : str
        Parquet file with account_id, object_id and timestamp.
    out : str
        Folder for the edges, and for whatever the engine must put somewhere.
    windows : tuple of int
        Seconds; none for pairs on one object however far apart.
    min_objects : int
        Distinct objects on which an edge must have co-acted.
    threads : int
        Threads or processes the engine may use.
    memory : str
        What the engine is told about memory, such as 3GiB; empty for its own default.
    max_pairs : int
        Where Rasad thins crowded objects; 0 for its own default.
    """

    actions: str
    out: str
    windows: tuple[int, ...] = (60,)
    min_objects: int = 2
    threads: int = 2
    memory: str = ""
    max_pairs: int = 0

    @property
    def names(self) -> list[str]:
        """Return the windows as they occur in names of files."""
        return [f"{window}s" for window in self.windows] or [UNLIMITED]

    def edges(self, name: str) -> Path:
        """Return where the edges of a window belong."""
        return Path(self.out, f"edge_{name}.parquet")

    def text(self) -> str:
        """Return the job as one line, for the command line of a process."""
        return json.dumps(asdict(self))

    @staticmethod
    def read(text: str) -> Job:
        """Read what `text` wrote."""
        values = json.loads(text)
        return Job(**{**values, "windows": tuple(values["windows"])})


class Step(NamedTuple):
    """A command and what it does, in a word."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Steps:
    """Commands for one job; only those in the middle are timed."""

    timed: list[Step]
    before: list[Step] = field(default_factory=list)
    after: list[Step] = field(default_factory=list)


def ours(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this folder."""
    return [sys.executable, "-m", f"benchmarks.speed.{module}", *arguments]
