"""Neighbouring bins are mandatory: what a model without them takes for edges."""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.errorbars.events import Events, of_world
from benchmarks.errorbars.models import (
    asked,
    fitted_opportunity,
    opportunity_p,
    passes,
    same_bin_only,
)
from benchmarks.errorbars.options import ordinary, threads_option, world_options
from benchmarks.errorbars.report import Report
from benchmarks.errorbars.rules import close_pairs
from benchmarks.errorbars.worlds.ordinary import null_world
from benchmarks.errorbars.worlds.scenario import large
from benchmarks.errorbars.worlds.table import Int, World

WINDOWS_S = (600, 3600)
PROTOTYPE = {
    ("none", 600): (5_239, 39),
    ("none", 3600): (311_734, 9_286),
    ("true", 600): (None, 0),
    ("true", 3600): (None, 0),
}
"""Methods 2.4: edges of the throw-away prototype, without neighbours and with them."""

FEWER = 10
"""How many times fewer edges the shipped model must have, without strata at 10 min."""

MANY = 100
"""False edges of the narrow model below which this world would show nothing."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    world_options(parser, large(1))
    parser.add_argument("--seed", type=int, default=1)
    threads_option(parser)


def run(given: argparse.Namespace) -> Report:
    """Count edges on null data by both models, without strata and with true ones."""
    world = null_world(ordinary(given, given.seed))
    events = of_world(world)
    counts = {
        (strata, window): counted(events, window, stratum, given.threads)
        for strata, stratum in strata_of(world).items()
        for window in WINDOWS_S
    }
    report = Report(
        f"Edges at BH 5 % on a null world of {given.accounts:,} accounts, "
        f"{len(events):,} actions, seed {given.seed}"
    )
    head = ("strata", "window s", "pairs", "same bin only", "shipped")
    rows = [
        (strata, window, found["pairs"], found["same_bin_only"], found["shipped"])
        for (strata, window), found in counts.items()
    ]
    report.table(
        (*head, "prototype: same bin", "shipped"),
        [(*row, *PROTOTYPE[row[0], row[1]]) for row in rows],
    )
    report.figures["edges"] = [
        {"strata": strata, "window_s": window, **found}
        for (strata, window), found in counts.items()
    ]
    for window in WINDOWS_S:
        found = counts["true", window]
        narrow, shipped = found["same_bin_only"], found["shipped"]
        report.target(
            f"{window} s, true strata: {shipped:,} edges as shipped (0), {narrow:,} by "
            "equal bins only (many)",
            shipped == 0 and narrow >= MANY,
        )
    none = counts["none", WINDOWS_S[0]]
    report.target(
        f"{WINDOWS_S[0]} s, no strata: {none['shipped']:,} edges as shipped, at least "
        f"{FEWER} times fewer than the {none['same_bin_only']:,} by equal bins only",
        FEWER * none["shipped"] <= none["same_bin_only"],
    )
    return report


def strata_of(world: World) -> dict[str, Int]:
    """Return the strata of every account: none known, and its community."""
    return {
        "none": np.zeros(len(world.accounts), np.int64),
        "true": world.accounts.community,
    }


def counted(events: Events, window: int, stratum: Int, threads: int) -> dict[str, int]:
    """Return how many pairs pass by each model."""
    question = asked(events, close_pairs(events, window), window, stratum)
    fitted = fitted_opportunity(question, threads)
    possible = question.possible
    shipped = opportunity_p(question, fitted, threads)
    narrow = opportunity_p(question, same_bin_only(fitted), threads)
    return {
        "pairs": len(question.first),
        "same_bin_only": int(passes(narrow, possible).sum()),
        "shipped": int(passes(shipped, possible).sum()),
    }
