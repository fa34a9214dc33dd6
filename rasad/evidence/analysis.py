"""A run from tables to tables: measures, groups, explanations, findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rasad import __version__
from rasad.config import digest, to_dict
from rasad.evidence.findings import explanation_rows, finding_rows
from rasad.extend import Trace
from rasad.network.detection import insert_rows, measure
from rasad.network.trace_analysis import Work
from rasad.store.sql import Store

SPAN = """
    SELECT count(*) AS n_posts, min(created_at) AS first_at, max(created_at) AS last_at
    FROM post WHERE current
"""


def analyse(
    store: Store, traces: Mapping[str, Trace], work: Work, facts: str
) -> dict[str, Any]:
    """Write every table that a run derives from the facts.

    Parameters
    ----------
    store : Store
        Holds the facts; the tables written here must be empty.
    traces : mapping of str to Trace
        The traces to analyse, in order.
    work : Work
        Population, settings and resources of the run.
    facts : str
        SHA-256 over the accepted records.

    Returns
    -------
    dict
        The row of table `run`.
    """
    measures = measure(store, traces, work)
    weighed = explanation_rows(work.run_id, store, measures.network)
    insert_rows(store, "explanation", weighed)
    found = finding_rows(work.run_id, measures.network, traces, weighed)
    insert_rows(store, "finding", found)
    n, settings = measures.n_eligible, work.settings
    row = {
        "run_id": work.run_id,
        "version": __version__,
        "settings": json.dumps(to_dict(settings), sort_keys=True),
        "digest": digest(settings),
        "facts": facts,
        "n_accounts": work.people.n_tested,
        "n_eligible": n,
        "n_possible_pairs": n * (n - 1) // 2,
        **measures.checks,
        "warnings": json.dumps(measures.warnings, ensure_ascii=False),
        **store.rows(SPAN)[0],
    }
    insert_rows(store, "run", [row])
    return row
