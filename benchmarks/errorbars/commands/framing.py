"""An ordinary account whom others copy: it must not be taken for one of them."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks.errorbars.detection import (
    Detection,
    FoundGroup,
    How,
    detected_world,
    plain,
)
from benchmarks.errorbars.known import has
from benchmarks.errorbars.options import (
    how,
    kept,
    seeds,
    seeds_options,
    sizes,
    world_options,
)
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.seeds import Figures, Task, run_all
from benchmarks.errorbars.worlds.ordinary import Ordinary, null_world
from benchmarks.errorbars.worlds.ring import N_SOCKS, SOCKS, VICTIM, with_framing
from benchmarks.errorbars.worlds.table import Strata

MOST_FRAMED = 0.01


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    seeds_options(parser, 100)
    parser.add_argument("--worlds", type=int, dest="seeds", help="the same as --seeds")
    world_options(parser, Ordinary(seed=1))
    parser.add_argument("--socks", type=int, default=N_SOCKS)
    parser.add_argument("--compliance", type=float, default=1.0)
    parser.add_argument(
        "--disguised", action="store_true", help="the copying accounts also live"
    )


def run(given: argparse.Namespace) -> Report:
    """Detect in worlds in which one ordinary account is copied."""
    common = {
        "size": sizes(given),
        "strata": given.strata,
        "how": how(given),
        "socks": given.socks,
        "compliance": given.compliance,
        "disguised": given.disguised,
    }
    tasks = [Task("framing", one_world, {"seed": s, **common}) for s in seeds(given)]
    rows = run_all(tasks, kept(given, "framing"), given.processes)
    named = [row["named"] for row in rows if row["named"] is not None]
    framed = sum(row["in_group"] for row in rows)
    report = Report(
        f"{len(rows)} worlds in which {given.socks} accounts copy one ordinary account",
        figures={"worlds": rows},
    )
    lines = [
        ("victim in a certified group", sum(row["in_certified"] for row in rows)),
        ("victim in a group of kept pairs", framed),
        ("copying accounts in a group", sum(row["socks_found"] for row in rows)),
        ("copying accounts certified", sum(row["socks_certified"] for row in rows)),
        ("victim named as the source", sum(named) if named else None),
    ]
    report.table(("worlds with", "n"), lines)
    if not named:
        report.remarks.append("Nothing in these cases names who was copied.")
    report.target(
        f"victim in a group in {framed} of {len(rows)} worlds "
        f"(at most {MOST_FRAMED:.0%})",
        framed <= MOST_FRAMED * len(rows),
    )
    return report


def one_world(
    *,
    seed: int,
    size: dict[str, Any],
    strata: Strata,
    how: dict[str, Any],
    socks: int,
    compliance: float,
    disguised: bool,
) -> Figures:
    """Draw one world, detect in it, and tell what became of the victim."""
    null = null_world(Ordinary(seed=seed, **size))
    world = with_framing(null, socks, compliance, disguised)
    victim = str(world.names[world.accounts.members(VICTIM)[0]])
    copying = frozenset(world.names[world.accounts.members(SOCKS)].tolist())
    with detected_world(world, strata, How(**how)) as found:
        groups = [group for group in found.groups() if not group.candidate]
        return {
            "seed": seed,
            "in_group": any(victim in group.members for group in groups),
            "in_certified": any(
                victim in group.members for group in groups if group.certified
            ),
            "socks_found": any(group.holds(copying) for group in groups),
            "socks_certified": any(
                group.holds(copying) for group in groups if group.certified
            ),
            "named": named(found, groups, victim),
            "seconds": found.import_s + found.detect_s,
        }


def named(found: Detection, groups: list[FoundGroup], victim: str) -> bool | None:
    """Tell whether the case says who was copied; None where nothing could say it.

    Table `first_mover` names it; without one, the member of its group who moves first
    most often is taken as named.
    """
    if has("first_mover", "account"):
        rows = found.rows("SELECT DISTINCT account FROM first_mover")
        return victim in {plain(row["account"]) for row in rows}
    inside = [group for group in groups if victim in group.members]
    if not inside:
        return None
    return any(
        max(group.first_movers, key=lambda account: group.first_movers[account])
        == victim
        for group in inside
    )
