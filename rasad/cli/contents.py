"""The commands that say what a case holds and whether it is what it was."""

from __future__ import annotations

from pathlib import Path

import click

from rasad.cli.audits import audit_lines, version_lines
from rasad.cli.fields import all_fields, show_fields
from rasad.cli.group import main
from rasad.cli.opening import opened
from rasad.cli.printing import echo_json, show
from rasad.cli.results import SOURCE_COLUMNS, show_groups, show_left_out
from rasad.options import as_json, one_case
from rasad.store.sql import Store
from rasad.terminal import show_line, show_table

REJECTS = """
    SELECT source.name, line, byte_start, byte_end, reason, preview
    FROM rejected JOIN source USING (source_id)
    ORDER BY source_id, line LIMIT $most
"""


@main.command("info")
@one_case
@click.option(
    "--fields",
    is_flag=True,
    help="Which fields each file states, and what that allows.",
)
@as_json
def info_command(case: Path, fields: bool, as_json: bool) -> None:
    """Say what a case holds and what was last computed.

    Example: rasad info posts.rasad --fields
    """
    with opened(case, "info") as open_:
        if fields:
            _tell_fields(open_.store, as_json)
            return
        held = open_.info()
        said = audit_lines(held["sources"]) + version_lines(open_.store)
    if as_json:
        echo_json(held)
        return
    show_table("Sources", held["sources"], SOURCE_COLUMNS)
    for line in said:
        show_line(line)
    show_left_out(held["left_out"])
    show_table("Tables", held["tables"], ["table", "rows"])
    for run in held["runs"]:
        show_groups(run, held["groups"])


def _tell_fields(store: Store, as_json: bool) -> None:
    if as_json:
        echo_json(all_fields(store))
    else:
        show_fields(store)


@main.command("rejects")
@one_case
@click.option("--most", type=click.IntRange(1), default=100, help="Rows to show.")
@as_json
def rejects_command(case: Path, most: int, as_json: bool) -> None:
    """List the records that could not be read, with reason and place.

    Example: rasad rejects posts.rasad --most 20
    """
    with opened(case, "rejects") as open_:
        rows = open_.store.rows(REJECTS, most=most)
    columns = ["name", "line", "byte_start", "byte_end", "reason", "preview"]
    show(rows, as_json, "Rejected", columns)


@main.command("verify")
@one_case
@as_json
def verify_command(case: Path, as_json: bool) -> None:
    """Check that evidence copies and journal are what they were.

    Example: rasad verify posts.rasad
    """
    with opened(case, "verify") as open_:
        checked = open_.verify()
    if as_json:
        echo_json(checked)
    else:
        for line in checked:
            show_line(line)
