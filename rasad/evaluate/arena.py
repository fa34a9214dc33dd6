"""A round of the sealed arena, from worlds and commitments to a table and a report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rasad.errors import ConfigError, EvidenceError
from rasad.evaluate.answer_files import answer_hash
from rasad.evaluate.comparison import differences, losses
from rasad.evaluate.competitor import Competitor, methods_of
from rasad.evaluate.curves import curve_rows
from rasad.evaluate.early import early_rows
from rasad.evaluate.methods import ONLY_RANK
from rasad.evaluate.report.page import report_html
from rasad.evaluate.rounds import Choices, Round
from rasad.evaluate.runner import commit, fill_cells, make_worlds
from rasad.evaluate.scoring import KEPT, KEPT_TITLE, OURS, score_world
from rasad.evaluate.sealing import (
    check_truth,
    files_hash,
    read_commitments,
    read_json,
    write_json,
)
from rasad.evaluate.suite import BASE, SUITES, suite_of
from rasad.evaluate.workshop import CASE, MADE, SHOWN
from rasad.evaluate.worlds import Simulated, World, world_as_json
from rasad.extend import Progress, no_progress
from rasad.store.files import written_whole

KEPT_PAPER = "the same answer before groups are confirmed; q-values alone speak for it"


def evaluate(
    folder: Path, choices: Choices, progress: Progress = no_progress
) -> dict[str, Any]:
    """Hold a round, or go on with one: make, commit, judge, reveal, score, report.

    Parameters
    ----------
    folder : pathlib.Path
        Of the round; made if need be.
    choices : Choices
        The same as before, where a round goes on.
    progress : Progress
        Told how far it is.

    Returns
    -------
    dict
        What `results.json` holds.

    Raises
    ------
    ConfigError
        If the folder holds something else, or no cell is left to fill.
    EvidenceError
        If something of the round was changed since it was written.
    """
    suite = suite_of(choices.suite)
    methods = [method.name for method in methods_of(choices.roster)]
    worlds = [w for w in suite.worlds if any(choices.wants(m, w) for m in methods)]
    if not worlds:
        raise ConfigError(
            "No cell is left to fill", "mend the pattern METHOD/WORLD after --only"
        )
    round_ = Round(folder)
    round_.settle(choices, worlds)
    if not round_.commitments.exists():
        absent = make_worlds(round_, choices, worlds, progress)
        gone = {each.world.name: each.reason for each in absent}
        write_json(folder / "absent.json", gone)
        commit(round_, [world for world in worlds if world.name not in gone])
    there = {each.world for each in read_commitments(round_.commitments)}
    present = [world for world in worlds if world.name in there]
    cells = [(m, w) for m in methods for w in present if choices.wants(m, w)]
    filled = fill_cells(round_, choices, cells, progress)
    round_.reveal()
    results = _results(round_, choices, worlds, filled, progress)
    write_json(round_.results, results)
    with written_whole(round_.report) as file:
        file.write(report_html(results).encode())
    for world in present:
        shutil.rmtree(round_.world(world.name) / CASE, ignore_errors=True)
    return results


def _results(
    round_: Round,
    choices: Choices,
    worlds: Sequence[World],
    filled: Sequence[Mapping[str, Any]],
    progress: Progress,
) -> dict[str, Any]:
    """Check truths and answers, score them, and put all that is told together."""
    checked = check_round(round_)
    absent = read_json(round_.folder / "absent.json")
    present = [world for world in worlds if world.name not in absent]
    _check_whole(round_, choices, present, filled)
    rows = []
    for number, world in enumerate(present, 1):
        of = [cell for cell in filled if cell["world"] == world.name]
        rows += score_world(round_, world, of, ONLY_RANK)
        progress("scores", number, len(present))
    main = {world.name: world.kind for world in present if world.part == "main"}
    campaigns = [name for name, kind in main.items() if kind == "operation"]
    results = {
        "suite": choices.suite,
        "title": suite_of(choices.suite).title,
        "scale": choices.scale,
        "part_of_a_round": list(choices.only),
        "limits": asdict(choices.limits),
        "versions": round_.told("versions"),
        "checked": checked,
        "methods": _introduced(methods_of(choices.roster)),
        "worlds": [_told(round_, world) for world in present],
        "absent": [{"world": name, "reason": absent[name]} for name in sorted(absent)],
        "cells": rows,
        "differences": differences(rows, campaigns),
        "losses": losses(rows, main),
        "early": _early(round_, present, filled),
        "curves": curve_rows(present, rows, choices.scale),
    }
    # As a reader of the file has them, so that the page can be made again from it.
    read: dict[str, Any] = json.loads(json.dumps(results, sort_keys=True))
    return read


def _introduced(methods: Sequence[Competitor]) -> list[dict[str, Any]]:
    """Return what is told of each method; Rasad stands there at both of its steps."""
    told = []
    for method in methods:
        one = {
            "name": method.name,
            "title": method.title,
            "paper": method.paper,
            "needs_time": method.needs_time,
            "only_ranks": method.name in ONLY_RANK,
        }
        told.append(one)
        if method.name == OURS:
            told.append(one | {"name": KEPT, "title": KEPT_TITLE, "paper": KEPT_PAPER})
    return told


def _told(round_: Round, world: World) -> dict[str, Any]:
    """Return what is told of a world once it is revealed."""
    folder = round_.world(world.name)
    made = read_json(folder / MADE)
    sealed = round_.secret(world.name)
    return world_as_json(world) | {
        "size": made,
        "seed": sealed.seed,
        "salt": sealed.salt,
        "commitment": next(
            each.truth
            for each in read_commitments(round_.commitments)
            if each.world == world.name
        ),
    }


def _early(
    round_: Round, present: Sequence[World], filled: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Score the early-warning task with every method that has an answer on all cuts."""
    cuts = [(world.at, world) for world in present if world.part == "early"]
    whole = [
        (float(world.made.days), world)
        for world in present
        if world.name == BASE and isinstance(world.made, Simulated)
    ]
    if not cuts or not whole:
        return []
    names = {world.name for _, world in (*cuts, *whole)}
    done: dict[str, set[str]] = {}
    for cell in filled:
        if cell["status"] == "done" and cell["method"] not in ONLY_RANK:
            done.setdefault(cell["method"], set()).add(cell["world"])
    able = [method for method, has in done.items() if names <= has]
    able += [KEPT] if OURS in able else []
    return early_rows(round_, [*cuts, *whole], able)


def check_round(round_: Round) -> list[str]:
    """Check a round's truths, what was shown, and every answer.

    Returns
    -------
    list of str
        What was checked, a line each.

    Raises
    ------
    EvidenceError
        Naming the first that is not what was promised.
    """
    commitments = read_commitments(round_.commitments)
    for each in commitments:
        try:
            secret = round_.secret(each.world)
            truth = round_.truth(each.world).read_bytes()
            shown = list((round_.world(each.world) / SHOWN).iterdir())
        except (OSError, ValueError, TypeError) as error:
            raise EvidenceError(
                f"The truth of world {each.world} cannot be read",
                "restore the folder of the round from a copy",
            ) from error
        check_truth(each, secret, truth)
        if files_hash(shown) != each.shown:
            raise EvidenceError(
                f"What was shown of world {each.world} is not what was committed",
                "nothing that is said about this world can be trusted",
            )
    answers = [body for body in round_.chain().bodies() if body["status"] == "done"]
    for body in answers:
        _check_answer(round_, body)
    return [
        f"{len(commitments)} truths are those that were committed",
        f"{len(answers)} answers are those that were frozen before the truth was known",
    ]


def _check_whole(
    round_: Round,
    choices: Choices,
    present: Sequence[World],
    filled: Sequence[Mapping[str, Any]],
) -> None:
    """Refuse a round that leaves out a world or a cell: what is bad could be hidden."""
    told = {world.name for world in present}
    committed = {each.world for each in read_commitments(round_.commitments)}
    cells = {(cell["method"], cell["world"]) for cell in filled}
    wrong = [
        *(f"World {name} was committed and is left out" for name in committed - told),
        *(f"World {name} was never committed" for name in told - committed),
        *(
            f"The cell of {method.name} on world {world.name} is missing"
            for method in methods_of(choices.roster)
            for world in present
            if choices.wants(method.name, world)
            and (method.name, world.name) not in cells
        ),
    ]
    if wrong:
        raise EvidenceError(min(wrong), "restore the folder of the round from a copy")


def _check_answer(round_: Round, body: Mapping[str, Any]) -> None:
    named = f"The answer of {body['method']} on world {body['world']}"
    try:
        found = answer_hash(round_.answer(body["world"], body["method"]))
    except OSError as error:
        raise EvidenceError(
            f"{named} is gone", "restore the folder of the round from a copy"
        ) from error
    if found != body["answer"]:
        raise EvidenceError(
            f"{named} is not the one that was frozen",
            "nothing that is said about it can be trusted",
        )


def verify(folder: Path) -> list[str]:
    """Check a round that was held: commitments, answers, and that its figures follow.

    Parameters
    ----------
    folder : pathlib.Path
        Of the round.

    Returns
    -------
    list of str
        What was checked, a line each.

    Raises
    ------
    EvidenceError
        Naming what is not what was promised.
    """
    round_ = Round(folder)
    if not round_.results.exists():
        raise EvidenceError(
            f"{folder} holds no round that has ended", "repeat its command first"
        )
    choices = round_.choices()
    if choices.roster not in {suite.roster for suite in SUITES.values()}:
        # It names code, which a folder from somebody else is not to choose.
        raise EvidenceError(
            "The methods of this round are none of a suite", "restore it from a copy"
        )
    asked = set(round_.told("worlds"))
    worlds = [world for world in suite_of(choices.suite).worlds if world.name in asked]
    filled = sorted(round_.chain().bodies(), key=lambda b: (b["world"], b["method"]))
    results = _results(round_, choices, worlds, filled, no_progress)
    told = read_json(round_.results)
    if not isinstance(told, dict) or not isinstance(told.get("cells"), list):
        raise EvidenceError("results.json holds no cells", "repeat the round's command")
    _check_results(told, results)
    if round_.report.read_bytes() != report_html(told).encode():
        raise EvidenceError(
            "The report does not say what the results say",
            "read results.json, or repeat the command of the round",
        )
    return [
        *told["checked"],
        f"{len(told['cells'])} cells follow from answers and truths",
    ]


def _check_results(told: dict[str, Any], found: dict[str, Any]) -> None:
    """Refuse results that do not follow from answers and truths, by name."""
    for said, right in zip(told["cells"], found["cells"], strict=False):
        if said != right:
            raise EvidenceError(
                f"The figures of {right['method']} on world {right['world']} do not "
                "follow from its answer and the truth",
                "repeat the command of the round",
            )
    differing = sorted(name for name in found if told.get(name) != found[name])
    if differing:
        raise EvidenceError(
            f"What the results say of {', '.join(differing)} does not follow",
            "repeat the command of the round",
        )
