"""The group of commands on shutdowns and blocks, and the one that finds outages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rasad.case import open_case
from rasad.cli.group import main
from rasad.cli.printing import echo_json
from rasad.connectivity.clocks import zones
from rasad.connectivity.going_dark import dark_order
from rasad.connectivity.kept import File, add_files, found_in, read_files
from rasad.connectivity.outage import Outage
from rasad.connectivity.outages import Findings, remarks
from rasad.connectivity.readers.place_time_value import parsed_roles
from rasad.exports.connectivity import FILE, write_connectivity
from rasad.exports.wording import counted, decimal, share
from rasad.extend import Progress
from rasad.options import as_json
from rasad.terminal import complain, progress_bar, show_line, show_table

COLUMNS = ["place", "called", "onset between", "end between", "depth", "sources"]
MOST_REGIONAL = 60
"""Regional events that are printed; the page and --json have all."""


@main.group("connectivity")
def connectivity() -> None:
    """Look for shutdowns and blocks, and for groups that fall silent with them.

    Example: rasad connectivity detect irn-2019-11-11_gif.csv
    """


def _zone(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and value not in zones():
        raise click.BadParameter(f"{value!r} is no zone like Asia/Tehran")
    return value


clock = click.option(
    "--zone",
    default="",
    callback=_zone,
    metavar="NAME",
    help="Clock of the files' places where it is not known, like Africa/Lagos.",
)


def _roles(_: click.Context, __: click.Parameter, value: str) -> dict[str, str]:
    return parsed_roles(value) if value else {}


columns = click.option(
    "--map",
    "roles",
    default="",
    callback=_roles,
    metavar="ROLES",
    help="Columns of a table that is not known (place=COL,time=COL,value=COL,...).",
)


@connectivity.command("detect")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--case",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep measurements and outages in this case; it is made if it is not there.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=f"Folder for the page {FILE}; of a case, its out/ if left out.",
)
@clock
@columns
@as_json
def detect_command(
    files: tuple[Path, ...],
    case: Path | None,
    out: Path | None,
    zone: str,
    roles: dict[str, str],
    as_json: bool,
) -> None:
    """Find outages in public measurements: where, when, how sure, and why so called.

    Example: rasad connectivity detect irn-2019-11-11_gif.csv --out .
    """
    given = [File(path, path.name, zone, roles) for path in files]
    with progress_bar() as progress:
        findings, notes = _found(given, case, progress)
    notes = [*notes, *remarks(findings)]
    folder = out or (case / "out" if case else None)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        page = write_connectivity(findings, notes, folder / FILE)
        complain(f"Page: {page}")
    if as_json:
        for note in notes:
            complain(note)
        echo_json([outage.row() for outage in findings.outages])
    else:
        _show(findings, notes)


def _found(
    given: Sequence[File], case: Path | None, progress: Progress
) -> tuple[Findings, list[str]]:
    if case is None:
        return found_in(read_files(given, progress), progress)
    with open_case(case, purpose="connectivity detect", create=True) as opened:
        kept = (opened.store, opened.evidence, opened.journal)
        return add_files(*kept, given, progress)


def _show(findings: Findings, notes: Sequence[str]) -> None:
    for note in notes:
        show_line(note)
    national = [one for one in findings.outages if one.national]
    regional = [one for one in findings.outages if not one.national]
    show_line("")
    if national:
        show_table("National, times in UTC", [_row(one) for one in national], COLUMNS)
    elif findings.watched:
        show_line("No national outage was found.")
    else:
        show_line("No outage was looked for: no series that is judged was read.")
    for outage in national:
        show_line(f"{outage.place}, {_called(outage)}: {outage.why}")
        if outage.kind == "shutdown":
            _show_order(findings, outage)
    if regional:
        _show_regional(findings, regional)


def _show_order(findings: Findings, outage: Outage) -> None:
    """Print the regions in the order in which they went dark, ties as ties."""
    order = dark_order(findings, outage)
    if not order:
        return
    rows = [
        {
            "rank": "" if one.rank is None else f"{one.rank}{'=' if one.tied else ''}",
            "region": one.place,
            "dark from": minute(one.dark_us) if one.dark_us else "stayed lit",
            "lowest share of the expected": share(one.lowest),
        }
        for one in order
    ]
    show_line("")
    show_table("Regions in the order in which they went dark, UTC", rows, [*rows[0]])
    show_line(
        "Regions of one rank went dark in the same step: which first, is unknown."
    )


def _show_regional(findings: Findings, regional: Sequence[Outage]) -> None:
    shown = sorted(regional, key=lambda one: (one.started_us, one.place))
    show_line("")
    title = f"{counted(len(regional), 'regional event')}, each for what it is, UTC"
    show_table(title, [_row(one) for one in shown[:MOST_REGIONAL]], COLUMNS)
    for mark in findings.footprints:
        if mark.disaster:
            show_line(f"Disaster, no order: {mark.why}.")
    alone = [one for one in shown if one.kind == "unexplained"]
    for one in alone[:MOST_REGIONAL]:
        show_line(f"{one.place}, {minute(one.started_us)}, unexplained: {one.why}")
    if len(shown) > MOST_REGIONAL:
        show_line(f"The first {MOST_REGIONAL}; the page and --json have all.")


def _row(outage: Outage) -> dict[str, Any]:
    depth = f"{share(outage.depth)}, {decimal(outage.severity)} h"
    return outage_row(outage, depth, minute)


def outage_row(
    outage: Outage, depth: str, shown: Callable[[int], str]
) -> dict[str, Any]:
    """Return an outage as tables show it, its moments as finely as is asked for."""

    def between(low: int, high: int) -> str:
        return shown(low) if low == high else f"{shown(low)} – {shown(high)}"

    ended = "not ended in the data"
    if outage.ended_low_us is not None and outage.ended_high_us is not None:
        ended = between(outage.ended_low_us, outage.ended_high_us)
    sources = ", ".join(outage.sources)
    values = (
        outage.place,
        _called(outage),
        between(outage.started_low_us, outage.started_high_us),
        ended,
        depth,
        f"{sources} (confirmed)" if outage.confirmed else sources,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _called(outage: Outage) -> str:
    return outage.kind.replace("_", " ")


def minute(us: int) -> str:
    """Return a moment in UTC as tables show it, to the minute."""
    return datetime.fromtimestamp(us / 1e6, UTC).strftime("%Y-%m-%d %H:%M")
