"""Lets one method judge one world, in a process of its own.

python -m rasad.evaluate.cell TASK.json
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasad.config import Resources
from rasad.errors import RasadError
from rasad.evaluate.answer_files import Answer, answer_hash, breach, write_answer
from rasad.evaluate.competitor import Competitor, method_of
from rasad.evaluate.contest import CannotJudge, Shown
from rasad.evaluate.ourselves import Rasad
from rasad.evaluate.sealing import write_json
from rasad.evaluate.shown import has_times, read_shown
from rasad.memory import written

RESULT = "cell.json"
TIMELESS = "There is no time information, and it needs times."
OUR_SHARE = 0.45
"""Part of a cell's memory that Rasad's own budget is; its code takes some too."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One cell of the table.

    Parameters
    ----------
    roster : str
        Module and name of a tuple that has the method, as `module:name`.
    method : str
        Name of the method.
    world : str
        Folder of the world, with `shown` and, for Rasad, `case`.
    folder : str
        Takes the answer and `cell.json`.
    memory : int
        Bytes that the cell may use.
    """

    roster: str
    method: str
    world: str
    folder: str
    memory: int


def fill(task: Task) -> dict[str, Any]:
    """Let a method judge a world; return what came of it.

    Returns
    -------
    dict
        `status` is `done`, `cannot` with the method's `reason`, or `failed`; seconds of
        the clock and of the processor; and the hash of the answer.
    """
    method = method_of(task.roster, task.method)
    shown = read_shown(Path(task.world, "shown"))
    if method.needs_time and not has_times(shown):
        return {"status": "cannot", "reason": TIMELESS}
    try:
        answer, took = _judged(method, shown, task)
    except CannotJudge as error:
        return {"status": "cannot", "reason": str(error)}
    except MemoryError:
        return {"status": "failed", "reason": "It found no more memory."}
    except RasadError as error:
        return {"status": "failed", "reason": str(error)}
    broken = breach(answer.outcome, shown)
    if broken:
        return {"status": "failed", "reason": f"Its answer is none: {broken}."} | took
    write_answer(answer, Path(task.folder))
    return {"status": "done", "answer": answer_hash(Path(task.folder))} | took


def _judged(
    method: Competitor, shown: Shown, task: Task
) -> tuple[Answer, dict[str, float]]:
    """Return an answer and the seconds that it took, of the clock and of the core."""
    if not isinstance(method, Rasad):
        begin = _now()
        return Answer(outcome=method.judge(shown)), _since(begin)
    # What is analysed is a copy: an analysis that the case holds already is not made
    # again, and a cell that is filled anew would seem to take no time.
    copy = Path(task.folder, "case")
    shutil.copytree(Path(task.world, "case"), copy)
    resources = Resources(threads=1, memory=written(int(task.memory * OUR_SHARE)))
    try:
        begin = _now()
        return method.judge_case(copy, shown, resources), _since(begin)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begin: tuple[float, float]) -> dict[str, float]:
    now = _now()
    return {
        name: round(now[place] - begin[place], 3)
        for place, name in enumerate(("seconds", "cpu_s"))
    }


def main(path: Path) -> None:
    """Fill the cell that a file describes; what fails is left to who asked."""
    task = Task(**json.loads(path.read_text(encoding="utf-8")))
    write_json(Path(task.folder, RESULT), fill(task))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
