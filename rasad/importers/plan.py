"""How a file will be read, decided before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rasad.errors import ImportFormatError
from rasad.extend import Head, Sniff
from rasad.importers import recognise
from rasad.importers.containers import check_readable
from rasad.importers.mapping import mapping_toml
from rasad.importers.unpacking import Place, is_packed, is_workbook, members
from rasad.importers.workbook import look, sheet_names
from rasad.store.files import written_whole
from rasad.store.room import check_room, room_for


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A file that was looked at and can be imported."""

    path: Path
    head: Head
    sniff: Sniff

    @property
    def name(self) -> str:
        """Return what a person calls it: a file, or an archive and a file in it."""
        return Place(self.path, self.head.member).name


def files_in(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return every file to read: a folder's, by name, and what is in an archive.

    The sheets of a workbook are files in it.

    Hidden files in folders are left out.

    Raises
    ------
    ImportFormatError
        If a folder holds no file, or an archive cannot be read.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        for file in _files(path) if path.is_dir() else [path]:
            check_readable(file)
            found += [(file, member) for member in _members(file) or [""]]
    return found


def _members(path: Path) -> list[str]:
    return sheet_names(path) if is_workbook(path) else members(path)


def _files(folder: Path) -> list[Path]:
    inside = (path for path in sorted(folder.rglob("*")) if path.is_file())
    visible = [
        path
        for path in inside
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not visible:
        raise ImportFormatError(f"There is no file in {folder}", "give another folder")
    return visible


def plan(
    path: Path,
    importer: str | None = None,
    mapping: Mapping[str, str] | None = None,
    member: str = "",
) -> Planned:
    """Look at a file and decide how to read it; nothing is written.

    Raises
    ------
    ImportFormatError, MappingError
        If it cannot be read, or a person has to say what its columns are.
    """
    head = look(path, member)
    return Planned(
        path=path, head=head, sniff=recognise(head, name=importer, mapping=mapping)
    )


def check_space(files: Sequence[Planned], folder: Path) -> None:
    """Refuse to begin an import for which the disk of a case clearly has no room.

    Raises
    ------
    DiskFullError
        If the copies, and what the store grows by, cannot fit; nothing was begun.
    """
    packed = {one.path: is_packed(one.path) for one in files}
    check_room(room_for(packed, folder / "evidence"), folder, "The import")


def save_mappings(files: Sequence[Planned], folder: Path) -> None:
    """Keep the column mapping of each file in a folder, to be used and shared again."""
    for planned in files:
        if planned.sniff.mapping:
            table = Path(planned.head.member or planned.path)
            path = folder / f"{table.stem[:60]}.map.toml"
            with written_whole(path) as file:
                file.write(mapping_toml(planned.sniff.mapping).encode())
