"""What files will be read, and how, said before anything is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from rasad.cli.records import show_records
from rasad.importers import IMPORTERS
from rasad.importers.left_out import LeftOut
from rasad.importers.looking import first_records
from rasad.importers.mapping import read_mapping
from rasad.importers.plan import Planned, plans
from rasad.importers.provisional import PROVISIONAL
from rasad.terminal import complain

SHOWN = 5
"""Records that a person sees before a file is read."""

MOST_SIGNS = 12
"""Columns or members that are named of those by which a file was recognised."""

NAMED = 5
"""Files that are named of those which nobody looked at."""


@dataclass
class Plan:
    """Files that will be read, and those that will not."""

    files: list[Planned] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def planned_files(
    files: Sequence[Path],
    importer: str | None,
    mapping: str | None,
    quiet: bool,
    tell: bool = True,
) -> Plan:
    """Look at every file before anything is written, and say how each is read.

    Parameters
    ----------
    files : sequence of Path
        Files, folders and archives.
    importer : str, optional
        The format that all of them have.
    mapping : str, optional
        Columns by role, or a TOML file with them.
    quiet : bool
        Ask nothing, even at a terminal.
    tell : bool
        Say how each file is read.

    Raises
    ------
    ImportFormatError, MappingError
        If a file that was named cannot be read, or nothing of a folder or archive.
    """
    columns = read_mapping(mapping) if mapping else None
    planned = Plan()
    for path in files:
        _look_inside(path, importer, columns, planned)
    ask = not quiet and at_terminal()
    for one in planned.files:
        for line in how_read(one) if tell else ():
            complain(line)
        if ask and is_uncertain(one, importer, columns):
            show_records(first_records(one.head, one.sniff, SHOWN), on_error=True)
            click.confirm("Is that right?", default=True, abort=True, err=True)
    return planned


def at_terminal() -> bool:
    """Tell whether somebody is there to answer; posts are shown to nobody else."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def is_uncertain(
    one: Planned, importer: str | None, columns: Mapping[str, str] | None
) -> bool:
    """Tell whether a person should look at how a file is read before it is.

    What that person has said already is not asked again.
    """
    guessed = bool(one.sniff.mapping) and not columns
    unsure = one.sniff.confidence < 1 and not importer
    return guessed or unsure or PROVISIONAL in one.sniff.warnings


def _look_inside(
    path: Path, importer: str | None, columns: Mapping[str, str] | None, planned: Plan
) -> None:
    """Plan a file, or what can be read of a folder or archive; name the others."""
    found = list(plans(path, importer, columns))
    readable = [one for one in found if isinstance(one, Planned)]
    left_out = [one for one in found if isinstance(one, LeftOut)]
    if not readable:
        raise next(one.error for one in left_out if one.error)
    for line in _left_out_said(left_out):
        complain(f"Left out: {line}")
    planned.files += readable
    planned.left_out += left_out


def _left_out_said(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Say what is wrong with each file; of those never looked at, name a few."""
    yield from (str(one.error) for one in left_out if one.error)
    passed: dict[str, list[str]] = {}
    for one in left_out:
        if not one.error:
            passed.setdefault(one.reason, []).append(one.name)
    for reason, names in passed.items():
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        yield f"{reason}: {', '.join(names[:NAMED])}{more}."


def how_read(planned: Planned) -> list[str]:
    """Say what a file is taken for, by which signs, how it is read, and what is odd."""
    sniff = planned.sniff
    said = [
        f"{planned.name}: {IMPORTERS.find(sniff.importer).title}",
        f"read as --format {sniff.importer} ({planned.head.container}), "
        f"{percent(sniff.confidence)} certain, by: {_shortened(sniff.evidence)}",
    ]
    if sniff.mapping:
        roles = ",".join(f"{r}={c}" for r, c in sorted(sniff.mapping.items()))
        said.append(f"read as --map {roles}")
    return [*said, *sniff.warnings]


def percent(confidence: float) -> str:
    """Write how certain it is what a file is.

    Examples
    --------
    >>> percent(1.0), percent(0.4)
    ('100 %', '40 %')
    """
    return f"{100 * confidence:.0f} %"


def _shortened(evidence: Sequence[str]) -> str:
    more = len(evidence) - MOST_SIGNS
    listed = ", ".join(evidence[:MOST_SIGNS])
    return f"{listed} and {more} more" if more > 0 else listed
