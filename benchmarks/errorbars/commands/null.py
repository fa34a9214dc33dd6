"""How often nothing is taken for something, and how often a small ring is found."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from benchmarks.errorbars.detection import Detection, FoundGroup, How, detected_world
from benchmarks.errorbars.known import has
from benchmarks.errorbars.options import (
    how,
    kept,
    seeds,
    seeds_options,
    sizes,
    world_options,
)
from benchmarks.errorbars.report import NOT_MEASURED, Cell, Report
from benchmarks.errorbars.seeds import Figures, Task, run_all
from benchmarks.errorbars.worlds.ordinary import Ordinary, null_world
from benchmarks.errorbars.worlds.planted import Orders
from benchmarks.errorbars.worlds.ring import MEMBERS, RING, with_ring
from benchmarks.errorbars.worlds.table import Strata

WORLDS_WITH_GROUPS = 16 / 200
"""Share of null worlds that may show a certified group."""

RINGS_FOUND = 0.8
RATIO = (0.7, 1.5)
JITTER_S = 1800


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    seeds_options(parser, 200)
    world_options(parser, Ordinary(seed=1))
    parser.add_argument("--ring", action="store_true", help="also with a ring planted")
    parser.add_argument("--lag", type=float, default=60.0, help="the ring's, seconds")
    parser.add_argument("--compliance", type=float, default=0.9)
    parser.add_argument("--tasks", type=int, default=2, help="the ring's, a day")
    parser.add_argument("--members", type=int, default=MEMBERS)


def run(given: argparse.Namespace) -> Report:
    """Detect in null worlds, and in the same worlds with a ring."""
    found = {name: measured(given, name) for name in ("null", "ring")[: 1 + given.ring]}
    title = (
        f"{given.seeds} null worlds of {given.accounts:,} accounts, "
        f"{given.actions:,} actions, strata: {given.strata}"
    )
    report = Report(title, figures={"worlds": found})
    head = ("worlds", "n", "with certified", "with groups", "kept pairs", "s per world")
    report.table(head, [counted(name, rows) for name, rows in found.items()])
    null = found["null"]
    some = sum(row["certified"] > 0 for row in null)
    most = int(WORLDS_WITH_GROUPS * len(null))
    report.target(
        f"{some} of {len(null)} null worlds with a certified group (at most {most})",
        some <= most,
    )
    if given.ring:
        rings(report, found["ring"], given)
    calibration(report, null)
    return report


def measured(given: argparse.Namespace, name: str) -> list[Figures]:
    """Return the figures of every seed's world."""
    common: dict[str, Any] = {
        "size": sizes(given),
        "strata": given.strata,
        "how": how(given),
    }
    if name == "ring":
        common["orders"] = {
            "tasks_per_day": given.tasks,
            "compliance": given.compliance,
            "lag_s": given.lag,
        }
        common["members"] = given.members
    tasks = [Task(name, one_world, {"seed": s, **common}) for s in seeds(given)]
    return run_all(tasks, kept(given, "null"), given.processes)


def one_world(
    *,
    seed: int,
    size: dict[str, Any],
    strata: Strata,
    how: dict[str, Any],
    orders: dict[str, Any] | None = None,
    members: int = MEMBERS,
) -> Figures:
    """Draw one world, detect in it, and return what was found."""
    world = null_world(Ordinary(seed=seed, **size))
    if orders is not None:
        world = with_ring(world, Orders(**orders), members)
    ring = frozenset(world.names[world.accounts.members(RING)].tolist())
    with detected_world(world, strata, How(**how)) as detection:
        return figures(detection, ring) | {"seed": seed}


def figures(detection: Detection, ring: frozenset[str]) -> Figures:
    """Return what a detection found of a ring, and what else."""
    groups = detection.groups()
    certified = [group for group in groups if group.certified]
    kept_groups = [group for group in groups if not group.candidate]
    return {
        "certified": len(certified),
        "groups": len(kept_groups),
        "kept": len(detection.kept_pairs()),
        "found": any_holds(certified, ring),
        "grouped": any_holds(kept_groups, ring),
        "members": max((len(g.members & ring) for g in certified), default=0),
        "strangers": sum(
            2 * len(g.members & ring) <= len(g.members) for g in certified
        ),
        "calibration": detection.calibration(),
        "import_s": detection.import_s,
        "detect_s": detection.detect_s,
    }


def any_holds(groups: Iterable[FoundGroup], ring: frozenset[str]) -> bool:
    """Tell whether a group is mostly the ring and has at least half of it."""
    return bool(ring) and any(group.holds(ring) for group in groups)


def counted(name: str, rows: list[Figures]) -> list[Cell]:
    """Return one line of the table."""
    n = max(len(rows), 1)
    return [
        name,
        len(rows),
        sum(row["certified"] > 0 for row in rows),
        sum(row["groups"] > 0 for row in rows),
        sum(row["kept"] for row in rows),
        round(sum(row["import_s"] + row["detect_s"] for row in rows) / n, 1),
    ]


def rings(report: Report, rows: list[Figures], given: argparse.Namespace) -> None:
    """Add how many rings were found."""
    found = sum(row["found"] for row in rows)
    grouped = sum(row["grouped"] for row in rows)
    strangers = sum(row["strangers"] for row in rows)
    report.remarks.append(
        f"Rings in groups of kept pairs, certified or not: {grouped} of {len(rows)}. "
        f"Certified groups that are not the ring: {strangers}."
    )
    report.target(
        f"{found} of {len(rows)} rings with a mean lag of {given.lag:g} s found "
        f"(at least {RINGS_FOUND:.0%})",
        found >= RINGS_FOUND * len(rows),
    )


def calibration(report: Report, rows: list[Figures]) -> None:
    """Add observed over expected p-values of null model T, mean over the worlds."""
    said = "ratio of null model T at"
    if not has("calibration"):
        report.target(f"{said} every level: {NOT_MEASURED}", reached=False)
        return
    ratios: dict[tuple[str, int, int, float], list[float]] = {}
    for row in (each for world in rows for each in world["calibration"]):
        if row["ratio"] is not None:
            jitter = row["jitter_s"] or 0
            key = (row["null_model"], jitter, row["window_s"], row["alpha"])
            ratios.setdefault(key, []).append(row["ratio"])
    head = ("null model", "jitter s", "window s", "level", "ratio", "worlds")
    report.table(head, [(*k, mean(v), len(v)) for k, v in sorted(ratios.items())])
    timing = [k for k in ratios if k[0] == "timing" and k[1] == JITTER_S]
    if not timing:
        report.target(f"{said} every level: {NOT_MEASURED}", reached=False)
    for alpha in sorted({key[3] for key in timing}, reverse=True):
        ratio = mean([x for key in timing if key[3] == alpha for x in ratios[key]])
        low, high = RATIO
        report.target(
            f"{said} {alpha:g}: {ratio:.2f} (in {low} to {high})", low <= ratio <= high
        )


def mean(values: list[float]) -> float:
    """Return the mean."""
    return sum(values) / len(values)
