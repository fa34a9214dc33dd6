"""What a simulated world planted, from its file into the store."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from rasad.store.evidence import Evidence
from rasad.store.journal import Journal

if TYPE_CHECKING:
    from rasad.store.duckdb import DuckDBStore


def keep_truth(
    store: DuckDBStore, evidence: Evidence, journal: Journal, path: Path
) -> None:
    """Import a file with columns account, role and team, once for a case.

    Parameters
    ----------
    store, evidence, journal : DuckDBStore, Evidence, Journal
        Those of the case.
    path : pathlib.Path
        The file.
    """
    source_id = evidence.add(path)
    if load_truth(store, evidence, source_id):
        journal.append("truth", {"source_id": source_id})


def load_truth(store: DuckDBStore, evidence: Evidence, source_id: str) -> bool:
    """Fill table `truth` from an evidence copy, unless it is filled; say if it was."""
    if store.rows("SELECT 1 FROM truth LIMIT 1"):
        return False
    with evidence.path(source_id).open(encoding="utf-8", newline="") as file:
        rows = [row | {"team": row["team"] or None} for row in csv.DictReader(file)]
    if rows:
        store.insert("truth", pa.Table.from_pylist(rows))
    return True
