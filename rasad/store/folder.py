"""The case folder: its parts, and what a person chose for it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from rasad.config import Settings, from_dict, to_dict, to_toml
from rasad.errors import CaseError, ConfigError
from rasad.store.files import disk_errors, is_part, sweep, written_whole
from rasad.store.journal import Journal
from rasad.store.purge import STAGING, finish
from rasad.store.room import BALLAST, keep_ballast

LAYOUT = 1
"""Version of the folder's layout; a newer one needs a newer program."""

BACKGROUND = "background"
"""A case inside the case: the ordinary accounts that it is compared with."""

PARTS = (
    BACKGROUND,
    "evidence",
    "out",
    "cache",
    "case.toml",
    "case.duckdb",
    "case.duckdb.wal",
    "case.spill",
    "case.lock",
    "journal.jsonl",
    BALLAST,
    STAGING,
    "pseudonyms.key",
)


def prepare(folder: Path, create: bool) -> None:
    """Make sure that a folder is a case folder, or can become one.

    Raises
    ------
    CaseError
        If it is something else, or does not exist and must not be made.
    DiskFullError, DiskFailedError
        If the disk cannot take the folders.
    """
    if folder.exists() and not folder.is_dir():
        raise CaseError(f"{folder} is a file", "name a folder for the case")
    if not folder.exists() and not create:
        raise CaseError(f"There is no case {folder}", "import a file into it first")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    foreign = {part.name for part in folder.iterdir() if not is_part(part)}
    foreign -= set(PARTS)
    if not (folder / "case.toml").exists() and foreign:
        raise CaseError(f"{folder} is no case folder", "name a new or empty folder")
    with disk_errors(folder):
        for part in ("evidence", "out", "cache"):
            (folder / part).mkdir(exist_ok=True, mode=0o700)


def settle(folder: Path, settings: Settings | None) -> None:
    """Finish or sweep what a killed command left, and write what was chosen.

    What was swept is where the ballast goes, if a full disk took it.

    The journal hears of a choice before the file changes.
    """
    finish(folder, BACKGROUND)
    for folder_of_ours in (
        folder,
        folder / "evidence",
        folder / "out",
        folder / "cache",
    ):
        sweep(folder_of_ours)
    keep_ballast(folder)
    path = folder / "case.toml"
    if settings is None and path.exists():
        return
    chosen = settings or Settings()
    if path.exists() and read_settings(path) == chosen:
        return
    if settings is not None:
        Journal(folder / "journal.jsonl").append("settings", to_dict(chosen))
    with written_whole(path) as file:
        file.write(f"[case]\nlayout = {LAYOUT}\n\n{to_toml(chosen)}".encode())


def read_settings(path: Path) -> Settings:
    """Read what was chosen for a case.

    Raises
    ------
    CaseError
        If a newer version made the case.
    ConfigError
        If the file was edited into something that cannot be used.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML ({error})", "mend the file") from error
    case = values.pop("case", {})
    layout = case.get("layout", LAYOUT) if isinstance(case, dict) else None
    if not isinstance(layout, int):
        raise ConfigError(f"[case] in {path} is not ours", "write: layout = 1")
    if layout > LAYOUT:
        raise CaseError(
            f"The case {path.parent.name} was made by a newer version",
            f"use a version that knows layout {layout}",
        )
    return from_dict(values)
