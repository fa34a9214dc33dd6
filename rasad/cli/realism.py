"""Prints how a simulated world compares with real data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from rasad.config import Resources
from rasad.errors import ConfigError
from rasad.evaluate.realism.comparison import WORLD, SideComparison
from rasad.evaluate.realism.real_sets import check_all
from rasad.evaluate.realism.report import (
    COUNTED,
    apart_rows,
    distance_rows,
    moment_rows,
    sentences,
)
from rasad.evaluate.realism.validation import Validation, validate
from rasad.simulate.society.world import World
from rasad.terminal import progress_bar, show_line, show_table

Command = TypeVar("Command", bound=Callable[..., Any])

NOT_GIVEN = "not in these data"

MOST_POSTS = 3_000_000
"""Posts of a world that is compared. More would take hours to read and say the same."""


def validation_options(command: Command) -> Command:
    """Add the options that hold a world against real data.

    The command gets `validate`, `data` and `real_share`.
    """
    for option in (
        click.option(
            "--real-share",
            type=click.FloatRange(0, 1, min_open=True),
            default=1.0,
            show_default=True,
            help="Share of the large real sets to read, for a quicker --validate.",
        ),
        click.option(
            "--data",
            envvar="RASAD_DATA",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Folder of real data, or the environment variable RASAD_DATA.",
        ),
        click.option(
            "--validate",
            is_flag=True,
            help="Hold the world against real data: moments, distances, and what gives "
            "it away.",
        ),
    ):
        command = option(command)
    return command


def check_before(validate: bool, data: Path | None) -> None:
    """Refuse a validation without data before a world is made."""
    if validate:
        check_all(data)


def validated(
    world: World, data: Path | None, real_share: float, threads: int
) -> Validation:
    """Hold a written world against real data.

    Raises
    ------
    ConfigError
        If it has more posts than can be compared in a sensible time.
    """
    if world.counts["written"] > MOST_POSTS:
        raise ConfigError(
            f"The world has {world.counts['written']:,} posts, and {MOST_POSTS:,} can "
            "be held against real data",
            "make a smaller one with --scale or --days; the world itself is written",
        )
    with progress_bar() as progress:
        return validate(
            world.posts,
            world.truth,
            data,
            resources=Resources(threads=threads),
            share=real_share,
            progress=progress,
        )


def show_validation(found: Validation) -> None:
    """Print a validation for people: tables, and in words what does not match."""
    for side in found.sides:
        _show_moments(side)
        _show_distances(side)
        _show_tests(side)
    for sentence in sentences(found):
        show_line(sentence)


def _show_moments(side: SideComparison) -> None:
    fit, check = side.fit.name, side.check.name
    lines = [
        {
            "moment": _titled(row),
            WORLD: _number(row["simulated"]),
            f"{fit} (fit)": _with_band(row, "fit"),
            "in?": row["inside_fit"],
            f"{check} (check)": _with_band(row, "check"),
            "in? ": row["inside_check"],
        }
        for row in moment_rows(side)
        if row["fit"] is not None or row["check"] is not None
    ]
    title = f"Moments of the {side.side} side, with 95 % bands"
    if lines:
        show_table(title, lines, list(lines[0]))


def _show_distances(side: SideComparison) -> None:
    lines = [
        {
            "distribution": row["title"],
            "between": f"{row['one']} – {row['two']}",
            "KS": _with_band(row, "ks"),
            "Wasserstein": _with_band(row, "wasserstein"),
            "in": row["unit"],
        }
        for row in distance_rows(side)
    ]
    if lines:
        title = f"Distances of distributions, {side.side} side"
        show_table(title, lines, list(lines[0]))


def _show_tests(side: SideComparison) -> None:
    lines = [
        {
            "between": f"{row['one']} – {row['two']}",
            "of": row["of"],
            "AUC": _with_band(row, "auc"),
            "p": row["p_value"],
            "energy": row["energy"],
            "p ": row["energy_p"],
        }
        for row in apart_rows(side)
    ]
    if lines:
        title = f"Told apart by a classifier, {side.side} side (0.5 is chance)"
        show_table(title, lines, list(lines[0]))


def _titled(row: dict[str, Any]) -> str:
    unit = f" [{row['unit']}]" if row["unit"] in COUNTED else ""
    return f"{row['title']}{unit}"


def _with_band(row: dict[str, Any], prefix: str) -> str:
    if row[prefix] is None:
        return NOT_GIVEN
    low, high = row[f"{prefix}_low"], row[f"{prefix}_high"]
    band = "" if low is None else f" ({_number(low)} – {_number(high)})"
    return _number(row[prefix]) + band


def _number(value: float | None) -> str:
    if value is None:
        return NOT_GIVEN
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
