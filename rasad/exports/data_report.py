"""What imported data state and can support, as the dossier shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasad.evidence.imported import Imported, imported
from rasad.evidence.support import FIELDS, percent, supports
from rasad.store.left_out import LISTED
from rasad.store.sql import Store

MOST_FORMATS = 6
"""Formats that have a column of their own; with more, all are in one."""

MOST_LEFT_OUT = 100


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the files of one format, or one file, hold.

    `stated` has a cell for each field that any of the files states, `said` the
    sentences on what that supports.
    """

    title: str
    accepted: int
    stated: list[tuple[str, str]]
    said: list[str]


@dataclass(frozen=True, kw_only=True)
class DataReport:
    """Fields by format and by file, and files that were not imported.

    `rows` are fields with a cell for each of `formats`; `n_files` and `n_left_out` may
    be more than are listed.
    """

    rows: list[tuple[str, list[str]]]
    formats: list[Held]
    files: list[Held]
    n_files: int
    left_out: list[dict[str, Any]]
    n_left_out: int


def data_report(store: Store, most_files: int) -> DataReport:
    """Read what the files of a case state and support.

    Parameters
    ----------
    store : Store
        The tables.
    most_files : int
        Files to tell of one by one.
    """
    by_format = imported(store, by="format")
    if len(by_format) > MOST_FORMATS:
        by_format = imported(store, by="all")
    files = imported(store)
    names = [name for name in FIELDS if any(one.fields.get(name) for one in files)]
    formats = [_held(one, one.format or "all formats", names) for one in by_format]
    left_out = store.rows(LISTED)
    return DataReport(
        rows=[
            (FIELDS[name], [one.stated[place][1] for one in formats])
            for place, name in enumerate(names)
        ],
        formats=formats,
        files=[_held(one, one.name, names) for one in files[:most_files]],
        n_files=len(files),
        left_out=left_out[:MOST_LEFT_OUT],
        n_left_out=len(left_out),
    )


def _held(one: Imported, title: str, names: list[str]) -> Held:
    return Held(
        title=title,
        accepted=one.accepted,
        stated=[(FIELDS[name], _cell(one, name)) for name in names],
        said=supports(one),
    )


def _cell(one: Imported, name: str) -> str:
    n = one.fields.get(name, 0)
    return f"{n:,} ({percent(n, one.accepted)})" if n else "–"
