"""What imported data hold and can support: briefly after an import, or all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rasad.cli.audits import audit_lines, version_lines
from rasad.evidence.imported import Imported, imported
from rasad.evidence.support import FIELDS, percent, supports
from rasad.store.sql import Store
from rasad.terminal import show_line, show_table

COLUMNS = ["field", "posts", "share"]
MOST_FILES = 20
"""Files without posts that are named after an import."""

Fields = dict[str, Any]


def after_import(store: Store, sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to say of the files that a command imported.

    Parameters
    ----------
    store : Store
        The tables of the case that holds them.
    sources : sequence of mapping
        Their rows of table `source`; those of a background are in another case.
    """
    ids = [row["source_id"] for row in sources if not row.get("background")]
    files = imported(store, sources=ids)
    without = [one for one in files if not one.accepted and not one.duplicate]
    said = [f"{one.name}: {one.notes[-1]}" for one in without[:MOST_FILES]]
    if len(without) > MOST_FILES:
        said.append(f"{len(without) - MOST_FILES:,} more files hold no posts.")
    said += audit_lines(sources) + version_lines(store)
    for whole in imported(store, by="all", sources=ids):
        said += _summary(whole) if whole.accepted else []
    return said


def _summary(one: Imported) -> list[str]:
    stated = [
        f"{words} {percent(one.fields.get(name, 0), one.accepted)}"
        for name, words in FIELDS.items()
        if one.fields.get(name)
    ]
    absent = [words for name, words in FIELDS.items() if not one.fields.get(name)]
    return [
        f"What {one.accepted:,} accepted posts state: {', '.join(stated)}.",
        f"Not stated: {', '.join(absent) or 'nothing'}.",
        *supports(one),
    ]


def all_fields(store: Store) -> Fields:
    """Return what is stated and supported by file, by format and of all files."""
    return {
        "files": [_plain(one) for one in imported(store)],
        "formats": [_plain(one) for one in imported(store, by="format")],
        "all": [_plain(one) for one in imported(store, by="all")],
    }


def _plain(one: Imported) -> Fields:
    return asdict(one) | {"supports": supports(one)}


def show_fields(store: Store) -> None:
    """Print the whole report of what was imported: every file, then all together."""
    files = imported(store)
    for one in files:
        _show(f"{one.name} ({one.format})", one)
    if len(files) > 1:
        for one in imported(store, by="all"):
            _show(f"All {len(files):,} files", one)


def _show(title: str, one: Imported) -> None:
    rows = [
        {"field": words, "posts": n, "share": percent(n, one.accepted)}
        for name, words in FIELDS.items()
        if (n := one.fields.get(name, 0)) or one.accepted
    ]
    if one.accepted:
        show_table(title, rows, COLUMNS)
        show_line(
            f"{one.accepted:,} posts by {one.accounts:,} accounts, "
            f"{one.first_at:%Y-%m-%d %H:%M:%S} to {one.last_at:%Y-%m-%d %H:%M:%S} UTC. "
            f"Kinds: {_listed(one.kinds)}. Times are known to: "
            f"{_listed(one.precisions)}."
        )
    else:
        show_line(title)
    if one.reasons:
        show_line(f"Rejected: {_listed(one.reasons)}.")
    for sentence in (*supports(one), *one.notes):
        show_line(sentence)
    show_line("")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())
