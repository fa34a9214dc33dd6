"""Fills the cells of a round, two at a time, each within limits and each once."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from rasad.errors import EvidenceError, RasadError
from rasad.evaluate.cell import RESULT, Task
from rasad.evaluate.processes import Ended, Limits, run_apart
from rasad.evaluate.rounds import Choices, Round
from rasad.evaluate.sealing import (
    Commitment,
    files_hash,
    truth_hash,
    write_commitments,
    write_json,
)
from rasad.evaluate.workshop import MADE, SHOWN, Order
from rasad.evaluate.worlds import Recorded, World, world_as_json
from rasad.extend import Progress
from rasad.memory import free, written

CELL, WORKSHOP = "rasad.evaluate.cell", "rasad.evaluate.workshop"
MAKING = Limits(seconds=3_600, memory=4 << 30)
"""What the making of one world may use."""

AT_ONCE = 2
LAST_WORDS = 300
"""Characters of what a process said last that are kept."""

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class Absent:
    """A world that is not there, and why."""

    world: World
    reason: str


def make_worlds(
    round_: Round, choices: Choices, worlds: Sequence[World], progress: Progress
) -> list[Absent]:
    """Make every world that is not there yet; return those that cannot be had.

    Raises
    ------
    RasadError
        If a world that the simulator makes cannot be made.
    """
    seed = round_.round_seed(choices.seed)
    absent: list[Absent] = []

    def one(world: World, stop: threading.Event) -> str | None:
        return _make(round_, choices, world, seed, stop)

    for world, reason in _side_by_side(worlds, one, MAKING.memory, "worlds", progress):
        if reason is not None:
            if world.sealed:
                raise RasadError(
                    f"World {world.name} cannot be made ({reason})",
                    "mend what it says, and repeat the command",
                )
            absent.append(Absent(world=world, reason=reason))
    return sorted(absent, key=lambda each: each.world.name)


def _make(
    round_: Round,
    choices: Choices,
    world: World,
    round_seed: int,
    stop: threading.Event,
) -> str | None:
    """Make a world unless it is there; return why it cannot be had."""
    folder = round_.world(world.name)
    if (folder / MADE).exists():
        return None
    if missing := _missing(world, choices.data):
        return missing
    secret = round_.seal(world, round_seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    order = Order(
        world=world,
        scale=choices.scale,
        seed=secret.seed,
        data=choices.data,
        folder=str(folder),
        truth=str(round_.truth(world.name)),
        memory=written(MAKING.memory // 2),
    )
    # The order holds the seed: it lies among what is sealed.
    path = round_.sealed / f"{world.name}.order.json"
    write_json(path, asdict(order) | {"world": world_as_json(world)})
    log = folder / "made.log"
    ended = run_apart(WORKSHOP, [str(path)], MAKING, log, stop)
    path.unlink()
    return why(ended, log)


def _missing(world: World, data: str) -> str | None:
    """Say which file of a recorded world is not there, if one is not."""
    if not isinstance(world.made, Recorded):
        return None
    if not data:
        return "No folder of recorded worlds was named; give it with --data."
    names = [world.made.file, world.made.labels]
    gone = [name for name in names if name and not Path(data, name).is_file()]
    return f"{gone[0]} is not in the folder of recorded worlds." if gone else None


def commit(round_: Round, worlds: Sequence[World]) -> None:
    """Write down what is committed, once; before any method has run."""
    if round_.commitments.exists():
        return
    commitments = [
        Commitment(
            world=world.name,
            truth=truth_hash(
                round_.secret(world.name), round_.truth(world.name).read_bytes()
            ),
            shown=files_hash(list((round_.world(world.name) / SHOWN).iterdir())),
        )
        for world in worlds
    ]
    write_commitments(round_.commitments, commitments)


def fill_cells(
    round_: Round,
    choices: Choices,
    cells: Sequence[tuple[str, World]],
    progress: Progress,
) -> list[dict[str, Any]]:
    """Fill every cell that is not filled yet, and freeze each as a link of the chain.

    Parameters
    ----------
    round_, choices
        The round.
    cells : sequence of (str, World)
        Method and world of each.
    progress : Progress
        Told how far it is.

    Returns
    -------
    list of dict
        What came of every cell: `world`, `method`, `status`, `reason`, `seconds`,
        `cpu_s`, `peak_mib`, `answer`; by world and method.

    Raises
    ------
    EvidenceError
        If a cell is not filled though the truths are revealed: its line was taken from
        the end of the chain, and no method may answer anew.
    """
    chain = round_.chain()
    done = {(body["method"], body["world"]) for body in chain.bodies()}
    left = [cell for cell in cells if (cell[0], cell[1].name) not in done]
    if left and round_.revealed.exists():
        raise EvidenceError(
            f"Cells without an answer: {len(left)}, and the truths are revealed",
            "restore the folder of the round from a copy, or hold a new round",
        )

    def one(cell: tuple[str, World], stop: threading.Event) -> dict[str, Any]:
        return _fill(round_, choices, cell[0], cell[1].name, stop)

    room = choices.limits.memory
    for _, result in _side_by_side(left, one, room, "cells", progress):
        chain.append(result)
    return sorted(chain.bodies(), key=lambda body: (body["world"], body["method"]))


def _fill(
    round_: Round, choices: Choices, method: str, world: str, stop: threading.Event
) -> dict[str, Any]:
    folder = round_.answer(world, method)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    task = Task(
        roster=choices.roster,
        method=method,
        world=str(round_.world(world)),
        folder=str(folder),
        memory=choices.limits.memory,
    )
    path, log = folder / "task.json", folder / "log.txt"
    write_json(path, asdict(task))
    ended = run_apart(CELL, [str(path)], choices.limits, log, stop)
    path.unlink()
    reason = why(ended, log)
    found = {"status": "failed", "reason": reason}
    if reason is None:
        found = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        log.unlink()
    shutil.rmtree(folder / "case", ignore_errors=True)
    used = {"peak_mib": ended.peak >> 20, "limit": ended.limit}
    timed = {"seconds": round(ended.seconds, 3)}
    return {"world": world, "method": method, "reason": None} | used | timed | found


def why(ended: Ended, log: Path) -> str | None:
    """Return why a process did not do what it was to do; None if it did.

    A process that stopped by itself is asked for its last words.
    """
    if ended.reason is None or ended.limit:
        return ended.reason
    words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return (
        f"{ended.reason} Its last words: {words[-1][:300]}" if words else ended.reason
    )


def _side_by_side(
    given: Sequence[Given],
    work: Callable[[Given, threading.Event], Made],
    room: int,
    stage: str,
    progress: Progress,
) -> Iterator[tuple[Given, Made]]:
    """Do some work two at a time, where memory allows; yield what is done."""
    at_once = AT_ONCE if free() >= AT_ONCE * room else 1
    stop = threading.Event()
    with ThreadPoolExecutor(at_once) as pool:
        futures: dict[Future[Made], Given] = {}
        try:
            for each in given:
                futures[pool.submit(work, each, stop)] = each
            for number, future in enumerate(as_completed(futures), 1):
                yield futures[future], future.result()
                progress(stage, number, len(given))
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
