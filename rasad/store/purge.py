"""A purge on the disk: prepared beside the case, done by one rename, finished for sure.

What is to become of a case lies in a folder inside it: evidence copies that were
rewritten, and the journal as it will be. The rename of that journal decides. Before it,
everything is as it was, and what was prepared is thrown away; after it, the old copies,
the store and all that was written from it go, whoever opens the case next.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from rasad.store.files import disk_errors, sync_folder, written_whole
from rasad.store.in_force import PURGE
from rasad.store.journal import Journal, chained

STAGING = "purging"
"""Folder inside a case where a purge is prepared."""

READY, LATER = "ready", "later"
"""Files in it: all is prepared; the case around this one decides."""

JOURNAL = "journal.jsonl"
EVIDENCE = "evidence"
WRITTEN = ("out", "cache", "case.spill")
"""Folders of what follows from evidence and journal."""

STORE = "case.duckdb*"
"""The store, its log, and damaged ones that were kept."""


def prepare_staging(case: Path, later: bool = False) -> Path:
    """Make an empty folder for a purge and return it.

    Parameters
    ----------
    case : pathlib.Path
        The case folder.
    later : bool
        Leave the decision to the purge of the case around this one.
    """
    staging = case / STAGING
    with disk_errors(staging):
        _discard(staging)
        (staging / EVIDENCE).mkdir(parents=True, mode=0o700)
        if later:
            (staging / LATER).touch()
    return staging


def stage_journal(
    case: Path, body: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    """Prepare the journal with the entry of the purge; nothing has changed yet.

    Parameters
    ----------
    case : pathlib.Path
        The case folder.
    body : dict
        What the entry of the purge says.
    lines : list of dict
        The entries before it. They are chained anew only where one of them differs from
        what the journal holds.
    """
    whole = chained(lines, PURGE, body)
    with written_whole(case / STAGING / JOURNAL) as file:
        file.write(whole)
    with written_whole(case / STAGING / READY):
        pass


def commit(case: Path) -> None:
    """Let the prepared purge be what happened; `finish` does the rest."""
    with disk_errors(case / JOURNAL):
        os.replace(case / STAGING / JOURNAL, case / JOURNAL)
        sync_folder(case)
        sync_folder(case / STAGING)


def finish(case: Path, inner: str) -> None:
    """Complete a purge that was decided; throw one away that was not.

    Parameters
    ----------
    case : pathlib.Path
        The case folder, locked, its store closed.
    inner : str
        Name of the folder of a case inside, whose purge was prepared together with it.

    Raises
    ------
    DiskFullError, DiskFailedError
        If the disk fails; the next call goes on.
    """
    staging, beside = case / STAGING, case / inner
    if not staging.exists() or (staging / LATER).exists():
        return
    with disk_errors(staging):
        decided = (staging / READY).exists() and not (staging / JOURNAL).exists()
        if decided:
            _finish_inner(beside)
            _complete(case)
        else:
            _discard(beside / STAGING)
        _discard(staging)


def _finish_inner(case: Path) -> None:
    """Do what the case around has decided."""
    staging = case / STAGING
    if (staging / LATER).exists():
        if (staging / JOURNAL).exists():
            commit(case)
        _complete(case)
        _discard(staging)


def _complete(case: Path) -> None:
    """Put the rewritten copies in place; remove old ones and all that was derived."""
    evidence = case / EVIDENCE
    staged = case / STAGING / EVIDENCE
    for copy in staged.iterdir() if staged.exists() else ():
        copy.replace(evidence / copy.name)
    sync_folder(evidence)
    named = set(Journal(case / JOURNAL).copies())
    for copy in evidence.iterdir():
        if copy.name not in named:
            copy.unlink()
    for file in case.glob(STORE):
        file.unlink()
    for folder in WRITTEN:
        _empty(case / folder)
    sync_folder(evidence)
    sync_folder(case)


def _empty(folder: Path) -> None:
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _discard(staging: Path) -> None:
    """Remove a staging folder; what decides about it goes first."""
    if staging.exists():
        (staging / READY).unlink(missing_ok=True)
        sync_folder(staging)
        shutil.rmtree(staging)
        sync_folder(staging.parent)


def purges(journal: Journal) -> list[dict[str, Any]]:
    """Return the certificates of all purges of a case, oldest first."""
    return [entry["body"] for entry in journal.entries() if entry["event"] == PURGE]
