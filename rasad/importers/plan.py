"""How a file will be read, decided before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rasad.extend import Head, Sniff
from rasad.importers import recognise
from rasad.importers.mapping import mapping_toml
from rasad.importers.reader import inspect
from rasad.store.files import written_whole


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A file that was looked at and can be imported."""

    path: Path
    head: Head
    sniff: Sniff


def plan(
    path: Path, importer: str | None = None, mapping: Mapping[str, str] | None = None
) -> Planned:
    """Look at a file and decide how to read it; nothing is written.

    Raises
    ------
    ImportFormatError, MappingError
        If it cannot be read, or a person has to say what its columns are.
    """
    head = inspect(path)
    return Planned(
        path=path, head=head, sniff=recognise(head, name=importer, mapping=mapping)
    )


def save_mappings(files: Sequence[Planned], folder: Path) -> None:
    """Keep the column mapping of each file in a folder, to be used and shared again."""
    for planned in files:
        if planned.sniff.mapping:
            path = folder / f"{planned.path.stem[:60]}.map.toml"
            with written_whole(path) as file:
                file.write(mapping_toml(planned.sniff.mapping).encode())
