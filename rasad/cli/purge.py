"""The command that takes accounts and posts out of a case."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.config import Resources
from rasad.errors import CaseError
from rasad.options import as_json, machine_options, one_case
from rasad.purge import Wanted, purge
from rasad.terminal import complain, progress_bar, show_line

CERTIFICATE = (
    ("accounts", "accounts"),
    ("posts", "posts of theirs, or named"),
    ("cut", "records cut out of the evidence"),
    ("replaced", "mentions by others replaced"),
    ("sources_rewritten", "sources written anew"),
    ("sources_removed", "sources removed"),
    ("left", "strings of theirs left in any file of the case"),
)
"""What is said of a purge: counts alone."""


@main.command("purge")
@one_case
@click.option(
    "--account",
    "accounts",
    multiple=True,
    help="Id, with or without its platform, or handle; can be repeated.",
)
@click.option(
    "--accounts",
    "listed",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with one account per line.",
)
@click.option("--post", "posts", multiple=True, help="Id of a post; can be repeated.")
@click.option(
    "--drop-sources",
    is_flag=True,
    help="Remove a file wholly where it cannot be written without them.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@machine_options
@as_json
def purge_command(
    case: Path,
    accounts: tuple[str, ...],
    listed: Path | None,
    posts: tuple[str, ...],
    drop_sources: bool,
    yes: bool,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Remove accounts or posts from evidence, store and outputs for good.

    Example: rasad purge posts.rasad --account x:12345
    """
    wanted = Wanted((*accounts, *(_lines(listed) if listed else ())), posts)
    if not wanted.accounts and not wanted.posts:
        raise click.UsageError("Name an --account, a file of --accounts or a --post.")
    if not yes and not as_json and sys.stdin.isatty():
        question = "The evidence of this case is written anew, for good. Go on?"
        click.confirm(question, abort=True, err=True)
    with progress_bar() as progress:
        told = purge(
            case,
            wanted,
            drop_sources=drop_sources,
            resources=Resources(threads=threads, memory=memory),
            progress=progress,
        )
    if as_json:
        echo_json(told)
        return
    for name, words in CERTIFICATE:
        show_line(f"{told[name]:>8,} {words}")
    complain("What was computed and written is gone: run rasad detect and dossier.")


def _lines(path: Path) -> list[str]:
    """Return the accounts in a file, blank lines left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(
            f"{path.name} is not a list in UTF-8", "write one account per line"
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
