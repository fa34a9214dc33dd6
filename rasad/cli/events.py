"""The command that shows events which others listed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rasad.cli.connectivity import connectivity
from rasad.cli.printing import echo_json
from rasad.connectivity.durations import DAY_US
from rasad.connectivity.kept import File, read_files
from rasad.connectivity.parts import Event
from rasad.options import as_json
from rasad.terminal import show_line, show_table

COLUMNS = ["place", "called", "from", "to", "how far", "cause", "source"]
MOST_SHOWN = 100
"""Events that are printed; --json has all."""


@connectivity.command("events")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--country", default="", metavar="CODE", help="Only those of a country, like IR."
)
@as_json
def events_command(files: tuple[Path, ...], country: str, as_json: bool) -> None:
    """List shutdowns and outages that others noted: Access Now, Cloudflare Radar, IODA.

    Example: rasad connectivity events Keepiton_raw_dataset.xlsx --country IR
    """
    read = read_files([File(path, path.name) for path in files])
    code = country.strip().upper()
    events = [one for one in read.events if not code or one.country == code]
    if as_json:
        echo_json([_told(one) for one in events])
        return
    for note in read.notes:
        show_line(note)
    show_line("")
    if not events:
        show_line("No event is listed.")
        return
    show_table("Events, UTC", [_row(one) for one in events[:MOST_SHOWN]], COLUMNS)
    if len(events) > MOST_SHOWN:
        show_line(f"The first {MOST_SHOWN} of {len(events):,}; --json has all.")


def _told(one: Event) -> dict[str, Any]:
    return {
        "place": one.place,
        "kind": one.kind,
        "started_at": _moment(one.started_us),
        "ended_at": None if one.ended_us is None else _moment(one.ended_us),
        "exact_to_seconds": one.exact_us // 1_000_000,
        "status": one.status,
        "scope": one.scope,
        "cause": one.cause,
        "services": list(one.services),
        "depth": one.depth,
        "metric": one.metric,
        "source": one.source,
    }


def _row(one: Event) -> dict[str, Any]:
    values = (
        one.place,
        ", ".join((one.kind, *one.services)),
        _written(one.started_us, one.exact_us),
        # A list of days names the last one; the moment after it belongs to the next.
        one.status
        if one.ended_us is None
        else _written(one.ended_us - (one.exact_us >= DAY_US), one.exact_us),
        one.scope,
        one.cause,
        one.source,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _moment(us: int) -> datetime:
    return datetime.fromtimestamp(us // 1_000_000, UTC).replace(tzinfo=None)


def _written(us: int, exact_us: int) -> str:
    return f"{_moment(us):{'%Y-%m-%d' if exact_us >= DAY_US else '%Y-%m-%d %H:%M'}}"
