"""The commands that find blocks of services and how far a network was closed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from rasad.cli.connectivity import (
    COLUMNS,
    clock,
    columns,
    connectivity,
    minute,
    outage_row,
)
from rasad.cli.printing import echo_json
from rasad.connectivity.blocking import blocks
from rasad.connectivity.kept import File, read_files
from rasad.connectivity.separation import Separation, separation
from rasad.connectivity.series import Series
from rasad.connectivity.substitution import substitutions
from rasad.errors import NotEnoughDataError
from rasad.exports.wording import counted, decimal, share
from rasad.options import as_json
from rasad.terminal import complain, show_line, show_table

MOST_SHOWN = 40
"""Steps that are printed; --json has all."""

one_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@connectivity.command("blocks")
@click.argument("files", nargs=-1, required=True, type=one_file)
@clock
@columns
@as_json
def blocks_command(
    files: tuple[Path, ...], zone: str, roles: dict[str, str], as_json: bool
) -> None:
    """Find blocks of services: tests that fail more often than before and elsewhere.

    Give the files of several countries at once: the others are the controls. Files that
    count users also show where one service fell while another, or Tor, rose.

    Example: rasad connectivity blocks ooni-data-ir.csv ooni-data-ru.csv tor-data-ir.csv
    """
    read = read_files([File(path, path.name, zone, roles) for path in files])
    found = [*blocks(read.series), *substitutions(read.series)]
    found.sort(key=lambda one: (one.place, one.started_us, one.kind, one.sources))
    if as_json:
        for note in read.notes:
            complain(note)
        echo_json([one.row() for one in found])
        return
    for note in read.notes:
        show_line(note)
    show_line("")
    if not found:
        show_line("No block and no substitution was found.")
        return
    rows = [outage_row(one, share(one.depth), _day) for one in found]
    show_table("Blocks and substitutions, days by UTC", rows, COLUMNS)
    for one in found:
        show_line(f"{one.place}, {_day(one.started_us)}: {one.why}")


@connectivity.command("separation")
@click.argument("domestic", type=one_file)
@click.argument("international", type=one_file)
@click.option("--place", default="", help="Place, where the files hold several.")
@click.option("--domestic-metric", default="", help="Metric of the first file.")
@click.option("--international-metric", default="", help="Metric of the second file.")
@clock
@columns
@as_json
def separation_command(
    domestic: Path,
    international: Path,
    place: str,
    domestic_metric: str,
    international_metric: str,
    zone: str,
    roles: dict[str, str],
    as_json: bool,
) -> None:
    """Tell how far a country's own network and its ways abroad part.

    DOMESTIC holds what is reachable or used at home, INTERNATIONAL what is from or to
    abroad, both of one place. The index is the logarithm of the one over the other, as
    shares of what was expected; above 0, the ways abroad lost more.

    Example: rasad connectivity separation inside.csv outside.csv --place IR
    """
    inside = File(domestic, domestic.name, zone, roles)
    outside = File(international, international.name, zone, roles)
    home = _only(inside, place, domestic_metric)
    abroad = _only(outside, place or home.place, international_metric)
    parted = separation(home, abroad)
    if as_json:
        echo_json(_rows(parted))
        return
    _show(parted)


def _only(file: File, place: str, metric: str) -> Series:
    """Return the one series of a file that is meant."""
    series = [
        one
        for one in read_files([file]).series
        if (not place or one.place == place) and (not metric or one.metric == metric)
    ]
    if len(series) == 1:
        return series[0]
    names = sorted({f"{one.place} {one.metric}" for one in series})
    if not series:
        raise NotEnoughDataError(
            f"{file.name} holds no such series", "look at its places and metrics"
        )
    raise NotEnoughDataError(
        f"{file.name} holds {len(series)} series, such as {', '.join(names[:3])}",
        "name one with --place and the option of its metric",
    )


def _rows(parted: Separation) -> list[dict[str, Any]]:
    return [
        {
            "place": parted.place,
            "measured_at": datetime.fromtimestamp(us / 1e6, UTC).replace(tzinfo=None),
            "separation": round(value, 6),
            "low": round(low, 6),
            "high": round(high, 6),
        }
        for us, value, low, high in zip(
            parted.times_us.tolist(),
            parted.index.tolist(),
            parted.low.tolist(),
            parted.high.tolist(),
            strict=True,
        )
        if np.isfinite(value) and np.isfinite(low)
    ]


def _show(parted: Separation) -> None:
    known = np.isfinite(parted.index) & np.isfinite(parted.low)
    apart = np.flatnonzero(parted.parted)
    show_line(
        f"{parted.place}: {counted(int(known.sum()), 'step')} with an expectation; in "
        f"{len(apart):,} the ways abroad certainly lost more than the network at home."
    )
    if not len(apart):
        return
    rows = [
        {
            "from": minute(int(parted.times_us[at])),
            "index": decimal(float(parted.index[at])),
            "between": f"{decimal(float(parted.low[at]))} and "
            f"{decimal(float(parted.high[at]))}",
            "lost beyond home": share(float(parted.lost[at])),
        }
        for at in apart[:MOST_SHOWN]
    ]
    show_table("Steps in which they parted, UTC", rows, [*rows[0]])
    if len(apart) > MOST_SHOWN:
        show_line(f"The first {MOST_SHOWN}; --json has all.")


def _day(us: int) -> str:
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%d}"
