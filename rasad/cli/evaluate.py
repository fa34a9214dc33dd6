"""The command that holds a round of the arena, or checks one that was held."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.evaluate.arena import evaluate, verify
from rasad.evaluate.printed import COLUMNS, LOST_COLUMNS, lost_rows, table_rows
from rasad.evaluate.rounds import Choices
from rasad.evaluate.suite import SUITES, suite_of
from rasad.memory import amount
from rasad.options import as_json
from rasad.terminal import progress_bar, show_line, show_table


def _finite(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Refuse what no range of numbers refuses: no number, and one without an end."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value:g} is not a finite number")
    return value


@main.command("evaluate")
@click.option(
    "--suite",
    "suite_name",
    type=click.Choice(sorted(SUITES)),
    default="standard",
    show_default=True,
    help="Which worlds.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the round; ./arena-<suite>.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0, 1, min_open=True),
    callback=_finite,
    help="Size of simulated worlds; 1 is 300,000 ordinary accounts. The suite's own if "
    "left out: 1/20 for the standard one.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=lambda: os.environ.get("RASAD_DATA"),
    help="Folder of recorded worlds; $RASAD_DATA. Without it they are left out.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    help="Of the round. Drawn and sealed if left out: who knows it knows the truth.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="METHOD/WORLD",
    help="Fill these cells alone; * stands for anything; may be given several times.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    callback=_finite,
    help="Longest time of a cell; the suite's own if left out.",
)
@click.option(
    "--memory",
    help="Most memory of a cell, like 3GiB; the suite's own if left out.",
)
@click.option(
    "--verify",
    "held",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Check a round that was held, and do nothing else.",
)
@as_json
def evaluate_command(
    suite_name: str,
    out: Path | None,
    scale: float | None,
    data: Path | None,
    seed: int | None,
    only: tuple[str, ...],
    seconds: float | None,
    memory: str | None,
    held: Path | None,
    as_json: bool,
) -> None:
    """Let Rasad and its rivals judge worlds whose truth is sealed until the end.

    The same command goes on with a round that was stopped. The folder then holds
    results.json, report.html and what --verify needs.

    Example: rasad evaluate --suite standard --out arena --data ../shared/data
    """
    if held is not None:
        _show_checked(verify(held), as_json)
        return
    suite = suite_of(suite_name)
    limits = suite.limits
    if seconds is not None:
        limits = replace(limits, seconds=seconds)
    if memory is not None:
        limits = replace(limits, memory=amount(memory))
    choices = Choices(
        suite=suite_name,
        roster=suite.roster,
        scale=suite.scale if scale is None else scale,
        data=str(data or ""),
        seed=seed,
        only=only,
        limits=limits,
    )
    folder = out or Path(f"arena-{suite_name}")
    with progress_bar() as progress:
        results = evaluate(folder, choices, progress)
    if as_json:
        echo_json(results)
    else:
        _show(results, folder)


def _show_checked(checked: list[str], as_json: bool) -> None:
    if as_json:
        echo_json(checked)
        return
    for line in checked:
        show_line(line)


def _show(results: dict[str, Any], folder: Path) -> None:
    show_table("Every method on every world", table_rows(results), COLUMNS)
    lost = lost_rows(results)
    if lost:
        show_table(f"Where Rasad loses ({len(lost)})", lost, LOST_COLUMNS)
    show_line(str(folder / "report.html"))
