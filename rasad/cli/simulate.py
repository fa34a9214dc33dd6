"""The command that makes a world whose truth is known."""

from __future__ import annotations

import math
import resource
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.cli.realism import (
    check_before,
    show_validation,
    validated,
    validation_options,
)
from rasad.config import Resources
from rasad.evaluate.realism.report import as_json as realism_as_json
from rasad.memory import written
from rasad.options import as_json
from rasad.simulate.society.scenario import read_scenario
from rasad.simulate.society.world import World, write_world
from rasad.terminal import progress_bar, show_line, show_table

SCALES = {"full": 1.0, "demo": 1 / 20}
LARGEST = 100.0


def _scale(_: click.Context, __: click.Parameter, value: str) -> float:
    """Read a scale: a name, or a fraction of full size."""
    try:
        fraction = SCALES[value] if value in SCALES else float(value)
    except ValueError:
        fraction = math.nan
    if not 0 < fraction <= LARGEST:
        names = ", ".join(SCALES)
        raise click.BadParameter(f"{value!r} is not {names} or a number like 0.1")
    return fraction


@main.command("simulate")
@click.argument("scenario")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--scale",
    default="full",
    show_default=True,
    callback=_scale,
    metavar="full|demo|FRACTION",
    help="Share of all accounts; demo is a twentieth.",
)
@click.option("--days", type=click.IntRange(1, 366), help="Days, if not the plan's.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Which world of that plan; the same seed gives the same bytes.",
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=Resources().threads,
    help="Threads that write; they change no byte.",
)
@validation_options
@as_json
def simulate_command(
    scenario: str,
    out: Path,
    scale: float,
    days: int | None,
    seed: int,
    threads: int,
    validate: bool,
    data: Path | None,
    real_share: float,
    as_json: bool,
) -> None:
    """Make a world with a crowd, decoys and an operation, and say who is who.

    SCENARIO is a name of those that come with the program, or a TOML file of your own;
    a wrong name lists the names. OUT gets one file of posts per day and truth.csv.

    Example: rasad simulate bureaucratic world --scale demo
    """
    check_before(validate, data)
    plan = read_scenario(scenario).at_scale(scale)
    if days is not None:
        plan = replace(plan, days=days)
    begin = time.monotonic()
    with progress_bar() as progress:
        world = write_world(plan, out, seed=seed, threads=threads, progress=progress)
    told = _told(world, time.monotonic() - begin)
    found = validated(world, data, real_share, threads) if validate else None
    if as_json:
        echo_json(told | ({"validation": realism_as_json(found)} if found else {}))
        return
    _show(told)
    if found:
        show_validation(found)


def _told(world: World, seconds: float) -> dict[str, Any]:
    rows = world.counts["written"]
    posts = str(world.posts[0].parent)
    return {
        **world.counts,
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / max(seconds, 1e-9)),
        "peak_memory_bytes": _peak(),
        "bytes": sum(path.stat().st_size for path in world.posts),
        "posts_folder": posts,
        "truth": str(world.truth),
        "summary": str(world.summary),
        "command": f"rasad investigate {shlex.quote(posts)}/*.parquet",
    }


def _peak() -> int:
    """Return the most bytes of memory that this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kibibytes, macOS in bytes.
    return most if sys.platform == "darwin" else most << 10


def _show(told: Mapping[str, Any]) -> None:
    rows = [
        {"role": role, "accounts": told["accounts"][role], **kinds}
        for role, kinds in told["posts"].items()
    ]
    show_table("World", rows, list(rows[0]))
    speed, memory = told["rows_per_second"], written(told["peak_memory_bytes"])
    show_line(
        f"{told['written']:,} rows in {told['seconds']:,} s, {speed:,} rows a second, "
        f"at most {memory} of memory"
    )
    for reason, n in told["dropped"].items():
        show_line(f"{n:,} posts left out: {reason}")
    show_line(f"Posts: {told['posts_folder']}, {told['bytes']:,} bytes")
    show_line(f"Truth: {told['truth']}")
    show_line(f"Settings and counts: {told['summary']}")
    show_line(f"To investigate: {told['command']}")
