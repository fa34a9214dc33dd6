"""Options and arguments that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from rasad.config import Resources
from rasad.importers import IMPORTERS

AMOUNT = re.compile(r"[1-9][0-9]{0,6}(\.[0-9]+)?\s*[MGT]i?B", re.IGNORECASE)

Command = TypeVar("Command", bound=Callable[..., Any])


def _memory(_: click.Context, __: click.Parameter, value: str) -> str:
    """Refuse what is no amount of memory before a case is opened."""
    if not AMOUNT.fullmatch(value.strip()):
        raise click.BadParameter(f"{value!r} is no amount of memory like 2GB or 512MB")
    return value.strip()


def machine_options(command: Command) -> Command:
    """Add the options that say how much of the machine to use."""
    defaults = Resources()
    for option in (
        click.option(
            "--threads",
            type=click.IntRange(1),
            default=defaults.threads,
            help="Threads.",
        ),
        click.option(
            "--memory",
            default=defaults.memory,
            callback=_memory,
            help="Memory of the store, like 2GB.",
        ),
    ):
        command = option(command)
    return command


def reading_options(command: Command) -> Command:
    """Add the options that say how to read a file."""
    for option in (
        click.option(
            "--map",
            "mapping",
            help="Columns by role (account=COL,time=COL,...) or a TOML file with them.",
        ),
        click.option(
            "--format",
            "importer",
            type=click.Choice(sorted(IMPORTERS)),
            help="Read the files as this format.",
        ),
    ):
        command = option(command)
    return command


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
settings_file = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    help="TOML file whose settings replace the case's.",
)
many_files = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path)
)
one_case = click.argument("case", type=click.Path(path_type=Path))
