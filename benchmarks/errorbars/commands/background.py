"""What a reference crowd changes: the labelled worlds with and without a background.

Half of the ordinary accounts of each world are the background. The case is once the
operation alone, as the archive of a takedown, once the operation among the other half,
and once that half alone, in which nothing should be found.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.errorbars.commands.labelled import COLUMNS, WORLDS, Labelled
from benchmarks.errorbars.detection import How, detected
from benchmarks.errorbars.events import labels_of, write_rows_of
from benchmarks.errorbars.options import data_option, how
from benchmarks.errorbars.report import Report

MOST_ALONE = 0.005
"""Share of ordinary accounts that may be in kept pairs where nobody is operated."""


@dataclass(frozen=True)
class Halves:
    """Accounts of a world: operated, ordinary ones of the case, and the background."""

    operated: frozenset[str]
    ordinary: frozenset[str]
    background: frozenset[str]

    def cases(self) -> dict[str, frozenset[str]]:
        """Return who is in each case."""
        return {
            "operation alone": self.operated,
            "operation among ordinary": self.operated | self.ordinary,
            "ordinary alone": self.ordinary,
        }


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    data_option(parser)
    names = [world.name for world in WORLDS]
    parser.add_argument("--worlds", nargs="+", default=["C8", "B"], choices=names)


def run(given: argparse.Namespace) -> Report:
    """Detect in every case of each world, without a background and with it."""
    report = Report(f"Reference crowds in labelled worlds of {given.data}")
    head = ("world", "case", "background", "operators", "kept", "certified")
    rows = []
    for world in WORLDS:
        if world.name in given.worlds:
            figures = one_world(world, given)
            report.figures[world.name] = figures
            rows += [lines(world.name, each) for each in figures]
    report.table((*head, "ordinary", "kept", "certified", "calibration"), rows)
    for name, figures in report.figures.items():
        add_target(report, name, figures)
    return report


def one_world(world: Labelled, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Return what is found in each case of one world."""
    halves = halved(labels_of(given.data / world.labels))
    found = []
    with tempfile.TemporaryDirectory(prefix="errorbars-") as folder:
        whole = pq.read_table(given.data / world.events)
        behind, path = Path(folder, "background.parquet"), Path(folder, "case.parquet")
        write_rows_of(whole, COLUMNS["account"], halves.background, behind)
        for case, accounts in halves.cases().items():
            write_rows_of(whole, COLUMNS["account"], accounts, path)
            for background in (None, behind):
                with analysed(path, background, How(**how(given))) as figures:
                    found.append(
                        {"case": case, "background": background is not None}
                        | counted(figures, halves, accounts)
                    )
    return found


def halved(labels: dict[str, int]) -> Halves:
    """Divide the ordinary accounts of a world by a hash of their ids.

    Examples
    --------
    >>> halved({"a": 1, "b": 0, "c": 0, "d": 0}).operated
    frozenset({'a'})
    """
    ordinary = {name for name, operated in labels.items() if not operated}
    behind = {name for name in ordinary if zlib.crc32(name.encode()) & 1}
    return Halves(
        operated=frozenset(labels) - ordinary,
        ordinary=frozenset(ordinary - behind),
        background=frozenset(behind),
    )


@contextmanager
def analysed(path: Path, background: Path | None, how: How) -> Iterator[dict[str, Any]]:
    """Lend the accounts of kept pairs and of certified groups, and the gate's word."""
    with detected(path, COLUMNS, how, background) as found:
        certified = [group.members for group in found.groups() if group.certified]
        yield {
            "kept": found.kept_accounts(),
            "certified": frozenset().union(*certified),
            "calibration": found.run["calibration"],
            "seconds": found.detect_s,
        }


def counted(
    found: dict[str, Any], halves: Halves, accounts: frozenset[str]
) -> dict[str, Any]:
    """Count operators and ordinary accounts of a case, and those found."""
    return {
        "operators": len(accounts & halves.operated),
        "ordinary": len(accounts & halves.ordinary),
        **{
            f"{who}_{what}": len(found[what] & group)
            for what in ("kept", "certified")
            for who, group in (
                ("operators", halves.operated),
                ("ordinary", halves.ordinary),
            )
        },
        "calibration": found["calibration"],
        "seconds": found["seconds"],
    }


def lines(world: str, row: dict[str, Any]) -> list[Any]:
    """Return the line of one case."""
    said = "given" if row["background"] else "none"
    counts = [
        row[f"{who}{what}"]
        for who in ("operators", "ordinary")
        for what in ("", "_kept", "_certified")
    ]
    return [world, row["case"], said, *counts, row["calibration"]]


def add_target(report: Report, world: str, figures: list[dict[str, Any]]) -> None:
    """Add that a background makes nobody of an ordinary crowd look operated."""
    without, beside = (
        row["ordinary_kept"] for row in figures if row["case"] == "ordinary alone"
    )
    n = max(row["ordinary"] for row in figures)
    report.target(
        f"{world}, ordinary accounts beside a background: {beside} of {n} in kept "
        f"pairs (at most {MOST_ALONE:.1%}, or as many as without one: {without})",
        beside <= max(MOST_ALONE * n, without),
    )
