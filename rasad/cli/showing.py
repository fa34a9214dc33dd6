"""What a person chose to show of a case, and where it is written."""

from __future__ import annotations

from pathlib import Path

from rasad.case import Case
from rasad.errors import RefusedError
from rasad.exports.shown import Disclosure
from rasad.schema.disclosure import Level


def disclosure(
    case: Path, privacy: Level, key: Path | None, names: Path | None
) -> Disclosure:
    """Return what the options of a command say about showing a case."""
    return Disclosure.chosen(privacy, case, key, names)


def export_as(case: Case, form: str, out: Path | None, how: Disclosure) -> list[Path]:
    """Write one form of a case, by default into the folder of its level."""
    if form == "dossier":
        _check_page(how)
    if out:
        how.check_apart(out)
    return case.export(form, out or _folder(case, how), how)


def dossier_as(case: Case, how: Disclosure) -> Path:
    """Write tables and dossier; what is to be given away has a folder of its own."""
    if how.level == "case":
        return case.dossier()
    _check_page(how)
    case.export("parquet", _folder(case, how), how)
    return case.export("dossier", _folder(case, how), how)[0]


def _check_page(how: Disclosure) -> None:
    """Refuse a page about accounts and posts from which these are all left out.

    Raises
    ------
    RefusedError
        At the level `publish`.
    """
    if how.level == "publish":
        raise RefusedError(
            "A dossier shows accounts and what they posted, and nothing of it is "
            "published",
            "export tables with --privacy publish, or a dossier with --privacy share",
        )


def _folder(case: Case, how: Disclosure) -> Path:
    return case.out if how.level == "case" else case.out / how.level
