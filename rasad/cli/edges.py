"""The command that goes from large tables to edges without a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.config import Resources
from rasad.importers.mapping import read_mapping
from rasad.network.coaction import Limits
from rasad.network.edge_files import LIMITS, MOST_OBJECTS, Request, write_edges
from rasad.options import as_json, machine_options, many_files
from rasad.terminal import complain, progress_bar, show_line, show_table

ENDLESS = "unlimited"


def _windows(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    """Read windows in seconds; none stands for one without end."""
    if value == ENDLESS:
        return ()
    parts = value.split(",")
    if not all(part.strip().isdecimal() for part in parts):
        raise click.BadParameter(f"{value!r} is no list of seconds like 10,60,600")
    return tuple(sorted({int(part) for part in parts}))


@main.command("edges")
@many_files
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder for results."
)
@click.option("--map", "mapping", help="Columns (account=COL,object=COL,time=COL).")
@click.option(
    "--windows",
    default="60",
    show_default=True,
    callback=_windows,
    help="Windows in seconds, like 10,60,600,3600, or unlimited.",
)
@click.option(
    "--min-objects",
    type=click.IntRange(1, MOST_OBJECTS),
    default=2,
    show_default=True,
    help="Objects that a pair must share inside a window.",
)
@click.option(
    "--max-pairs",
    type=click.IntRange(1),
    default=LIMITS.pairs,
    show_default=True,
    help="Edges above which the most crowded objects are sampled, to about so many.",
)
@click.option(
    "--max-co-actions",
    type=click.IntRange(1),
    default=LIMITS.co_actions,
    show_default=True,
    help="Co-actions above which they are sampled in any case.",
)
@machine_options
@as_json
def edges_command(
    files: tuple[Path, ...],
    out: Path,
    mapping: str | None,
    windows: tuple[int, ...],
    min_objects: int,
    max_pairs: int,
    max_co_actions: int,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Count exactly who acted together in large tables, and test nothing.

    Writes one Parquet file per window with the counts of table `edge`. No case is made.

    Example: rasad edges shares.parquet --out edges --windows 10,60,600
    """
    request = Request(
        windows_s=windows,
        least=min_objects,
        mapping=read_mapping(mapping) if mapping else None,
        limits=Limits(pairs=max_pairs, co_actions=max_co_actions),
    )
    resources = Resources(threads=threads, memory=memory)
    with progress_bar() as progress:
        told = write_edges(files, out, request, resources, progress, complain)
    if as_json:
        echo_json(told)
    else:
        _show(told, out)


def _show(told: dict[str, Any], out: Path) -> None:
    rows = [
        {
            "window": name,
            "edges": told["edges"][name],
            "objects": told["sum_objects"][name],
            "post pairs": told["sum_pairs"][name],
            "file": str(out / f"edge_{name}.parquet"),
        }
        for name in told["edges"]
    ]
    show_table("Edges", rows, ["window", "edges", "objects", "post pairs", "file"])
    show_line(f"{told['rows']:,} rows: {told['actions']:,} read")
    for reason, n in told["rejected"].items():
        show_line(f"{n:,} rejected: {reason}")
    if told["capped_objects"]:
        show_line(
            f"{told['capped_objects']:,} crowded objects were sampled by account: "
            f"{told['pairs_lost']:,} co-actions are left out, counts are lower bounds."
        )
