"""Files that were given and are not imported: each is named, with the reason.

What systems hide beside people's files, what nobody can read and what is no export at
all: a folder is accounted for as a file is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rasad.errors import MappingError, RasadError

HIDDEN = "hidden"
BY_SYSTEM = "made by the system"
NO_FILE = "neither a file nor a folder"
LINKED = "a link to another folder"
CLOSED = "the folder cannot be opened"

SYSTEM = frozenset({".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX"})
"""What systems put beside the files of people."""

UNCERTAIN = "a person has to say which of its columns is which"
"""The reason of a table that was not understood; its columns may be anybody's text."""

_TELLING = re.compile(r"; it has | named |: ")
"""After these an error may say what stands in the file."""


@dataclass(frozen=True)
class LeftOut:
    """A file that is not imported.

    `name` is relative to the folder that was given; `size` is None where nobody can
    tell. `error` is what importing it alone would say.
    """

    name: str
    reason: str
    size: int | None = None
    error: RasadError | None = None

    @property
    def row(self) -> dict[str, str | int | None]:
        """The file as a row of table `left_out`."""
        return {"name": self.name, "bytes": self.size, "reason": self.reason}


def is_passed_over(path: Path, folder: Path) -> bool:
    """Tell whether a file below a folder is hidden or was put there by a system.

    Examples
    --------
    >>> folder = Path("data")
    >>> is_passed_over(folder / ".cache" / "a.csv", folder)
    True
    >>> is_passed_over(folder / "a.csv", folder)
    False
    """
    return any(
        part.startswith(".") or part in SYSTEM
        for part in path.relative_to(folder).parts
    )


def passed_over(folder: Path) -> Iterator[LeftOut]:
    """Yield what of a folder is never looked at, in the order of names.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that was given. Files in hidden folders are named one by one.
    """
    found: list[LeftOut] = []

    def closed(error: OSError) -> None:
        found.append(LeftOut(_name(Path(error.filename), folder), CLOSED))

    for parent, folders, files in os.walk(folder, onerror=closed):
        below = [Path(parent, name) for name in folders]
        found += [
            LeftOut(_name(path, folder), LINKED) for path in below if path.is_symlink()
        ]
        for path in (Path(parent, name) for name in files):
            if reason := _reason(path, folder):
                found.append(LeftOut(_name(path, folder), reason, _size(path)))
    yield from sorted(found, key=lambda one: one.name)


def unreadable(path: Path, member: str, given: Path, error: RasadError) -> LeftOut:
    """Return a file that was looked at and cannot be read.

    Parameters
    ----------
    path, member : pathlib.Path, str
        The file, and one inside it; the size of that is not known.
    given : pathlib.Path
        The file or folder that a person named.
    error : RasadError
        What is wrong with it.
    """
    size = None if member else _size(path)
    return LeftOut(_shown(path, member, given), _said(error, path, member), size, error)


def littered(path: Path, member: str, given: Path) -> LeftOut:
    """Return a file in an archive that was put there by a system."""
    return LeftOut(_shown(path, member, given), BY_SYSTEM)


def _shown(path: Path, member: str, given: Path) -> str:
    """Return what a file is called, with the archive that holds it."""
    name = _name(path, given) if given.is_dir() else path.name
    return f"{name}: {member}" if member else name


def _reason(path: Path, folder: Path) -> str | None:
    if any(part in SYSTEM for part in path.relative_to(folder).parts):
        return BY_SYSTEM
    if is_passed_over(path, folder):
        return HIDDEN
    return None if path.is_file() else NO_FILE


def _said(error: RasadError, path: Path, member: str) -> str:
    """Return why a file cannot be read, without its name and what may stand in it."""
    if isinstance(error, MappingError):
        return UNCERTAIN
    said = error.what
    for name in (f"{path.name}: {member}", str(path), path.name):
        said = said.replace(name, "it")
    return _TELLING.split(said)[0]


def _name(path: Path, folder: Path) -> str:
    """Return a name below a folder; letters that no text can hold are escaped."""
    name = path.relative_to(folder).as_posix() if path != folder else "."
    return os.fsencode(name).decode(errors="backslashreplace")


def _size(path: Path) -> int | None:
    try:
        return path.lstat().st_size
    except OSError:
        return None
