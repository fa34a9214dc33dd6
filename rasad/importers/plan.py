"""How a file will be read, decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rasad.errors import ImportFormatError, MappingError, RasadError
from rasad.extend import Head, Sniff
from rasad.importers.containers import check_readable
from rasad.importers.left_out import (
    LeftOut,
    is_passed_over,
    littered,
    passed_over,
    unreadable,
)
from rasad.importers.looking import all_looked, looked, names_in
from rasad.importers.mapping import mapping_toml
from rasad.importers.unpacking import Place, is_packed
from rasad.store.files import written_whole
from rasad.store.room import check_room, room_for

MOST_FILES = 10_000
"""Files in a folder, each of which is looked at and read by processes of its own."""


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
    return [
        (file, member)
        for path in paths
        for file in files_of(path)
        for member in names_in(file)
    ]


def files_of(path: Path) -> list[Path]:
    """Return a file, or those in a folder and below it, by name, hidden ones left out.

    Raises
    ------
    ImportFormatError
        If it is not there or empty, or a folder holds no file or too many.
    """
    if path.is_dir():
        return _files(path)
    check_readable(path)
    return [path]


def _files(folder: Path) -> list[Path]:
    inside = (path for path in folder.rglob("*") if path.is_file())
    seen = (path for path in inside if not is_passed_over(path, folder))
    visible = sorted(islice(seen, MOST_FILES + 1))
    if len(visible) > MOST_FILES:
        raise ImportFormatError(
            f"{folder} holds more than {MOST_FILES:,} files",
            "give parts of it, or put many posts into one file",
        )
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
    head, sniff = looked(path, member, importer, mapping)
    return Planned(path=path, head=head, sniff=sniff)


def plans(
    given: Path, importer: str | None = None, mapping: Mapping[str, str] | None = None
) -> Iterator[Planned | LeftOut]:
    """Look at every file of a file, folder or archive; each is planned or left out.

    Raises
    ------
    ImportFormatError
        If it is not there, or a folder holds no file or too many.
    """
    for path in files_of(given):
        try:
            for member, understood in all_looked(path, importer, mapping):
                if understood is None:
                    yield littered(path, member, given)
                elif isinstance(understood, RasadError):
                    yield unreadable(path, member, given, understood)
                else:
                    yield Planned(path=path, head=understood[0], sniff=understood[1])
        except (ImportFormatError, MappingError) as error:
            yield unreadable(path, "", given, error)
    if given.is_dir():
        yield from passed_over(given)


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
