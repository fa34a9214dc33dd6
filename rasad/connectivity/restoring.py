"""The way back of measurements and outages into a store that has lost them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasad.store.evidence import Evidence

EVENT = "connectivity"
"""The event in the journal of a file of public measurements."""


def restore_outages(
    store: Any, evidence: Evidence, entries: Sequence[Mapping[str, Any]]
) -> int:
    """Fill tables `series` and `outage` from the evidence, if a store has lost them.

    Parameters
    ----------
    store : DuckDBStore
        The store of the case.
    evidence : Evidence
        Copies of all files.
    entries : sequence of dict
        The journal.

    Returns
    -------
    int
        Files that were read again.

    Examples
    --------
    >>> restore_outages(None, Evidence, [{"event": "import", "body": {}}])
    0
    """
    told = [entry["body"] for entry in entries if entry["event"] == EVENT]
    if not told or store.rows("SELECT 1 FROM series LIMIT 1"):
        return 0
    # Loaded where it is needed: cases without measurements need not wait for it.
    from rasad.connectivity.kept import compute

    compute(store, evidence, told)
    return len(told)
