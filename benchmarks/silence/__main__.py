"""Measure how often D1 is found, and how often it is found where nothing happened."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.silence import hourly, worlds
from rasad.evaluate.silence_power import Grid, silence_power

COMMANDS = ("hourly", "short", "power", "worlds")


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.silence", description=__doc__
    )
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="hourly")
    parser.add_argument("--seeds", type=int, help="worlds; 200, of posts 2")
    parser.add_argument("--folder", type=Path, help="where worlds of posts go")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and print its report."""
    given = options(arguments)
    if given.command == "hourly":
        lines = hourly.page(given.seeds or 200)
    elif given.command == "short":
        lines = hourly.short_page(given.seeds or 200)
    elif given.command == "power":
        lines = power_lines(given.seeds or 200)
    else:
        lines = worlds.page(given.seeds or 2, given.folder)
    print("\n".join(lines))
    return 0


def power_lines(n: int) -> list[str]:
    """Return the table of power, one line per group and length."""
    grid = Grid(hours=(3, 6, 12, 24, 72, 168), worlds=n)
    table: dict[tuple[int, int], list[str]] = {}
    for row in silence_power(grid):
        key = row["group"], row["hours"]
        table.setdefault(key, []).append(f"{row['power']:.2f}")
    depths = "  ".join(f"{depth:g}".rjust(4) for depth in grid.depths)
    head = f"accounts  hours  {depths}"
    return [head] + [
        f"{size:8}  {hours:5}  " + "  ".join(cells)
        for (size, hours), cells in table.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
