"""Accounts that act together with good reason: which reason the program names."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.errorbars.detection import Detection, FoundGroup, How, detected
from benchmarks.errorbars.options import how, kept, seeds, seeds_options
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.seeds import Figures, Task, run_all
from benchmarks.errorbars.worlds.decoys import DECOYS, DecoyWorld, write_decoy

RIGHT = 0.9
HELD = 0.5
"""Share of a decoy that a group must have to be that decoy."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    seeds_options(parser, 20)
    parser.add_argument("--ordinary", type=int, default=600, help="ordinary accounts")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--only", nargs="+", default=list(DECOYS), choices=DECOYS)


def run(given: argparse.Namespace) -> Report:
    """Detect in worlds with one decoy each."""
    common = {
        "ordinary": given.ordinary,
        "days": given.days,
        "how": how(given),
    }
    tasks = [
        Task("decoy", one_world, {"seed": seed, "name": name, **common})
        for seed in seeds(given)
        for name in given.only
    ]
    rows = run_all(tasks, kept(given, "decoys"), given.processes)
    report = Report(
        f"{given.seeds} worlds of {given.ordinary} ordinary accounts for each decoy",
        figures={"worlds": rows},
    )
    head = (
        "decoy",
        "worlds",
        "in groups",
        "certified",
        "right",
        "right, certified or not",
        "explanations that fit",
    )
    lines = [summed(name, rows) for name in given.only]
    report.table((*head, "others certified", "s per world"), lines)
    add_targets(report, rows)
    return report


def one_world(
    *, seed: int, name: str, ordinary: int, days: int, how: dict[str, Any]
) -> Figures:
    """Draw one world, detect in it, and tell what became of the decoy."""
    plan = DecoyWorld(decoy=DECOYS[name], seed=seed, ordinary=ordinary, days=days)
    with tempfile.TemporaryDirectory(prefix="errorbars-") as folder:
        archive, members = write_decoy(plan, Path(folder))
        with detected(archive, how=How(**how)) as found:
            return {"seed": seed, "name": name, **figures(found, members)}


def figures(found: Detection, members: frozenset[str]) -> Figures:
    """Return what a detection says of a decoy, and of anybody else."""
    groups = [group for group in found.groups() if not group.candidate]
    certified = [group for group in groups if group.certified]
    parts = [group for group in groups if is_decoy(group, members)]
    return {
        "grouped": any(group.holds(members, HELD) for group in groups),
        "certified": any(group.holds(members, HELD) for group in certified),
        "parts": [
            {
                "size": len(group.members),
                "certified": group.certified,
                "explanations": list(group.explanations),
            }
            for group in parts
        ],
        "others": sum(group not in parts for group in certified),
        "undisclosed": sum(group.undisclosed for group in groups),
        "import_s": found.import_s,
        "detect_s": found.detect_s,
    }


def is_decoy(group: FoundGroup, members: frozenset[str]) -> bool:
    """Tell whether a group is mostly the decoy, whole or in part."""
    return 2 * len(group.members & members) > len(group.members)


def right(row: Figures, certified: bool = True) -> bool | None:
    """Tell whether every part of a decoy that was found has the right explanation.

    Of its certified parts only, or of all; None where there is none.
    """
    wanted = DECOYS[row["name"]].explanation
    parts = [part for part in row["parts"] if part["certified"] or not certified]
    if not parts:
        return None
    return all(wanted in part["explanations"] for part in parts)


def summed(name: str, rows: list[Figures]) -> list[Any]:
    """Return the line of one decoy."""
    own = [row for row in rows if row["name"] == name]
    said: dict[str, int] = {}
    for each in (
        e for row in own for part in row["parts"] for e in part["explanations"]
    ):
        said[each] = said.get(each, 0) + 1
    seconds = sum(row["import_s"] + row["detect_s"] for row in own)
    return [
        name,
        len(own),
        sum(row["grouped"] for row in own),
        sum(row["certified"] for row in own),
        sum(right(row) is True for row in own),
        sum(right(row, certified=False) is True for row in own),
        ", ".join(f"{each} {n}" for each, n in sorted(said.items())) or "none",
        sum(row["others"] for row in own),
        round(seconds / max(len(own), 1), 1),
    ]


def add_targets(report: Report, rows: list[Figures]) -> None:
    """Add that none is called operated, and that most are explained."""
    undisclosed = sum(row["undisclosed"] > 0 for row in rows)
    report.target(
        f"{undisclosed} of {len(rows)} worlds with a finding of undisclosed central "
        "operation (none)",
        undisclosed == 0,
    )
    for certified, said in ((True, "certified"), (False, "found, certified or not")):
        judged = [right(row, certified) for row in rows]
        known = [verdict for verdict in judged if verdict is not None]
        if not known:
            report.remarks.append(f"No decoy is {said}, so none has to be explained.")
            continue
        share = sum(known) / len(known)
        report.target(
            f"decoys {said}, with the right explanation: {sum(known)} of {len(known)}, "
            f"{share:.0%} (at least {RIGHT:.0%})",
            share >= RIGHT,
        )
