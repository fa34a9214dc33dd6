"""The command that takes accounts and posts out of a case."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.config import Resources
from rasad.errors import CaseError
from rasad.options import as_json, machine_options, one_case
from rasad.purge import Wanted, purge
from rasad.terminal import complain, progress_bar, show_line

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])

CERTIFICATE = (
    ("accounts", "accounts"),
    ("posts", "posts of theirs, or named"),
    ("cut", "records cut out of the evidence"),
    ("replaced", "mentions by others replaced"),
    ("sources_rewritten", "sources written anew"),
    ("sources_removed", "sources removed"),
    ("left", "strings or posts of theirs left in any file of the case"),
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
@click.option(
    "--source",
    "sources",
    multiple=True,
    help="All of one file: its name in the case, or 8 digits of its id; repeatable.",
)
@click.option(
    "--after",
    "since",
    type=DAY,
    help="Posts from this day or time on, UTC; with --before, up to that.",
)
@click.option("--before", "until", type=DAY, help="Posts before this day or time, UTC.")
@click.option("--dry-run", is_flag=True, help="Say what would go; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@machine_options
@as_json
def purge_command(
    case: Path,
    accounts: tuple[str, ...],
    listed: Path | None,
    posts: tuple[str, ...],
    drop_sources: bool,
    sources: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    dry_run: bool,
    yes: bool,
    threads: int,
    memory: str,
    as_json: bool,
) -> None:
    """Remove accounts, posts, files or a time from a case for good.

    Example: rasad purge posts.rasad --account x:12345 --dry-run
    """
    named = (*accounts, *(_lines(listed) if listed else ()))
    wanted = Wanted(named, posts, sources, _time(since), _time(until))
    if not wanted:
        raise click.UsageError(
            "Name an --account, a file of --accounts, a --post, a --source, or a time "
            "--before or --after."
        )
    ask = not yes and not as_json and sys.stdin.isatty()
    with progress_bar() as progress:
        told = purge(
            case,
            wanted,
            drop_sources=drop_sources,
            resources=Resources(threads=threads, memory=memory),
            progress=progress,
            agreed=lambda counts: not dry_run and (not ask or _asked(counts)),
        )
    if as_json:
        echo_json(told)
        return
    _show(told)
    if told["done"]:
        complain("What was computed and written is gone: run rasad detect and dossier.")
    else:
        complain("Nothing was changed.")


def _asked(told: Mapping[str, Any]) -> bool:
    """Show what would be done and ask; nothing has changed yet."""
    _show(told)
    question = "The evidence of this case is written anew, for good. Go on?"
    return click.confirm(question, err=True)


def _show(told: Mapping[str, Any]) -> None:
    for name, words in CERTIFICATE:
        if told.get(name) is not None:
            show_line(f"{told[name]:>8,} {words}")


def _time(moment: datetime | None) -> int | None:
    """Return a time in microseconds since 1970; it is meant in UTC."""
    if moment is None:
        return None
    return (moment.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def _lines(path: Path) -> list[str]:
    """Return the accounts in a file, blank lines left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(
            f"{path.name} is not a list in UTF-8", "write one account per line"
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
