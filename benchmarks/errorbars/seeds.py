"""Many worlds, several at a time; what is finished is kept and not computed again.

Every finished task is a line of a file: its key, which names the task, its settings and
the code that did it, and its figures. Lines of other code stay and are not used.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import rasad

RESULTS = Path(__file__).with_name("results")

Figures = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A piece of work: a module-level function and its arguments, as JSON has them."""

    name: str
    work: Callable[..., Figures]
    given: dict[str, Any]

    def key(self, code: str) -> str:
        """Return what names the task, its arguments and the code that does it."""
        return f"{self.name} {json.dumps(self.given, sort_keys=True)} {code}"


@dataclass
class Kept:
    """A file of finished tasks.

    Parameters
    ----------
    path : pathlib.Path
        The file; made, with its folder, when the first task is finished.
    code : str
        What names the code that does the work.
    """

    path: Path
    code: str
    known: dict[str, Figures] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path.exists():
            self.known = dict(finished(self.path.read_text(encoding="utf-8")))

    def of(self, task: Task) -> Figures | None:
        """Return the figures of a finished task."""
        return self.known.get(task.key(self.code))

    def keep(self, task: Task, figures: Figures) -> None:
        """Append a finished task."""
        ignored_folder(self.path.parent)
        key = task.key(self.code)
        self.known[key] = figures
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "figures": figures}) + "\n")


def finished(text: str) -> Iterator[tuple[str, Figures]]:
    """Yield what the lines of a file hold; a line cut by a kill holds nothing."""
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        yield row["key"], row["figures"]


def ignored_folder(folder: Path) -> None:
    """Make a folder; the one beside this file tells git to leave it alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder == RESULTS:
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def code_digest(folders: Iterable[Path] | None = None) -> str:
    """Return a digest of the program and of this benchmark.

    Examples
    --------
    >>> len(code_digest())
    12
    """
    roots = folders or (Path(rasad.__file__).parent, Path(__file__).parent)
    whole = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            whole.update(str(path.relative_to(root)).encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def run_all(tasks: Iterable[Task], kept: Kept, processes: int) -> list[Figures]:
    """Return the figures of all tasks, in order; do those that are not finished.

    Parameters
    ----------
    tasks : iterable of Task
        What to do.
    kept : Kept
        What is finished already; every further task is kept as soon as it is done.
    processes : int
        Worker processes, started anew; with one the work is done here.
    """
    tasks = list(tasks)
    left = [task for task in tasks if kept.of(task) is None]
    for number, (task, figures) in enumerate(worked(left, processes), 1):
        kept.keep(task, figures)
        print(f"\r{number} of {len(left)} worlds", end="", file=sys.stderr, flush=True)
    if left:
        print(file=sys.stderr)
    return [kept.known[task.key(kept.code)] for task in tasks]


def worked(tasks: list[Task], processes: int) -> Iterator[tuple[Task, Figures]]:
    """Yield tasks with their figures as they are done."""
    if processes == 1 or len(tasks) < 2:
        for task in tasks:
            yield task, task.work(**task.given)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        running = {pool.submit(task.work, **task.given): task for task in tasks}
        for future in as_completed(running):
            yield running[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
