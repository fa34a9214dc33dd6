"""What files will be read, and how, said before anything is written."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from rasad.errors import ImportFormatError, MappingError
from rasad.importers import IMPORTERS
from rasad.importers.mapping import read_mapping
from rasad.importers.plan import Planned, files_in, plan
from rasad.terminal import complain


def planned_files(
    files: Sequence[Path], importer: str | None, mapping: str | None, quiet: bool
) -> list[Planned]:
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

    Raises
    ------
    ImportFormatError, MappingError
        If a file that was named cannot be read, or nothing of a folder or archive.
    """
    columns = read_mapping(mapping) if mapping else None
    planned = [one for path in files for one in _inside(path, importer, columns)]
    for one in planned:
        for line in (*_how(one), *one.sniff.warnings):
            complain(line)
        if one.sniff.mapping and not columns and not quiet and sys.stdin.isatty():
            click.confirm("Is that right?", default=True, abort=True, err=True)
    return planned


def _inside(
    path: Path, importer: str | None, columns: Mapping[str, str] | None
) -> list[Planned]:
    """Plan a file, or what can be read of a folder or archive; name the others."""
    found, left_out = files_in([path]), []
    planned: list[Planned] = []
    for file, member in found:
        try:
            planned.append(plan(file, importer, columns, member))
        except (ImportFormatError, MappingError) as error:
            if len(found) == 1:
                raise
            left_out.append(error)
    if not planned:
        raise left_out[0]
    for reason in left_out:
        complain(f"Left out: {reason}")
    return planned


def _how(planned: Planned) -> list[str]:
    said = [f"{planned.name}: {IMPORTERS.find(planned.sniff.importer).title}"]
    if planned.sniff.mapping:
        roles = ",".join(f"{r}={c}" for r, c in sorted(planned.sniff.mapping.items()))
        said.append(f"read as --map {roles}")
    return said
