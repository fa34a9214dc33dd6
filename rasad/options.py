"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from rasad.config import Resources
from rasad.errors import ConfigError
from rasad.importers import IMPORTERS
from rasad.memory import amount
from rasad.schema.disclosure import LEVELS

Command = TypeVar("Command", bound=Callable[..., Any])


def _memory(_: click.Context, __: click.Parameter, value: str) -> str:
    """Refuse what is no amount of memory before a case is opened."""
    try:
        amount(value)
    except ConfigError as error:
        raise click.BadParameter(str(error)) from error
    return value


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
            show_default=True,
            help="Memory to stay within, like 2GB; auto is half of what is free.",
        ),
    ):
        command = option(command)
    return command


def privacy_options(command: Command) -> Command:
    """Add the options that say how much of a case is shown."""
    for option in (
        _level("What is shown: team and share have pseudonyms, publish groups alone."),
        _key("File with the key of a team's pseudonyms; the case's own."),
        click.option(
            "--names",
            type=click.Path(path_type=Path),
            help="File to write the accounts behind a team's pseudonyms into.",
        ),
    ):
        command = option(command)
    return command


def hiding_options(command: Command) -> Command:
    """Add the options that say how much of files a case gets to hold."""
    for option in (
        _level("What the case holds: with team or share pseudonyms, and no original."),
        _key("File with the key of the pseudonyms; the case's own."),
    ):
        command = option(command)
    return command


def _level(says: str) -> Callable[[Command], Command]:
    choice = click.Choice(LEVELS)
    return click.option(
        "--privacy", type=choice, default="case", show_default=True, help=says
    )


def _key(says: str) -> Callable[[Command], Command]:
    return click.option("--key", type=click.Path(path_type=Path), help=says)


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
            metavar="NAME",
            help="Read the files as this format; docs/importers.md names them all.",
        ),
    ):
        command = option(command)
    return command


ask_nothing = click.option(
    "--yes", is_flag=True, help="Ask nothing: read files as they were understood."
)
background_files = click.option(
    "--background",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Posts of ordinary accounts to compare with; may be given several times.",
)
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
