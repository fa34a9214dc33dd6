"""Findings: a claim on a group, with the counts and rows behind it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rasad.evidence.explanations import EXPLANATIONS, weigh
from rasad.evidence.rules import (
    COORDINATED_GROUP,
    RANKED_CANDIDATES,
    UNDISCLOSED_OPERATION,
    Rule,
)
from rasad.extend import Trace
from rasad.network.network import NamedGroup, Network
from rasad.store.sql import Store


def explanation_rows(
    run_id: str, store: Store, network: Network
) -> list[dict[str, Any]]:
    """Return the rows of table `explanation`: every explanation, for every group.

    Candidates are no claim, so that nothing has to be explained.
    """
    groups = [group.grp for group in network.groups] if network.above_chance else []
    return [
        row | {"run_id": run_id, "counts": _json(row["counts"])}
        for row in weigh(store, groups)
    ]


def finding_rows(
    run_id: str,
    network: Network,
    traces: Mapping[str, Trace],
    weighed: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Return the rows of table `finding`.

    Parameters
    ----------
    run_id : str
        Run.
    network : Network
        The groups.
    traces : mapping of str to Trace
        Traces by name.
    weighed : sequence of mappings
        Rows of table `explanation`.

    Notes
    -----
    That a group co-acts more than chance is *supported* where the held-out half
    confirms it, *ambiguous* where only its pairs stand out, and *insufficient* where
    nothing does. That it is run from one place and hides it needs evidence of its own,
    which no rule here gives: it is *not supported* where an innocent explanation fits
    that does not leave open whose accounts these are, and *insufficient* otherwise.
    """
    cleared = {
        row["grp"]
        for row in weighed
        if row["verdict"] == "fits" and not EXPLANATIONS[row["explanation"]].leaves_open
    }
    rows = []
    for group in network.groups:
        rule = COORDINATED_GROUP if network.above_chance else RANKED_CANDIDATES
        verdict = "supported" if group.tests else "ambiguous"
        if not network.above_chance:
            verdict = "insufficient"
        rows.append(_row(run_id, group, rule, verdict, traces))
        if group.tests:
            hidden = "not_supported" if group.grp in cleared else "insufficient"
            rows.append(_row(run_id, group, UNDISCLOSED_OPERATION, hidden, traces))
    return rows


def _row(
    run_id: str,
    group: NamedGroup,
    rule: Rule,
    verdict: str,
    traces: Mapping[str, Trace],
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "finding": finding_id(group.grp, rule),
        "grp": group.grp,
        "rule": rule.id,
        "verdict": verdict,
        "counts": _json(_counts(group)),
        "rows": _json(_pointers(group)),
        "innocent": _json(_innocent(group, rule, traces)),
    }


def finding_id(grp: str, rule: Rule) -> str:
    """Return the id of a finding: a hash of group and rule.

    Examples
    --------
    >>> len(finding_id("ab", COORDINATED_GROUP))
    16
    """
    return hashlib.sha256(f"{grp}\n{rule.id}".encode()).hexdigest()[:16]


def _json(content: object) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _counts(group: NamedGroup) -> dict[str, Any]:
    inside, size = group.inside, len(group.members)
    return {
        "size": size,
        "n_edges": len(inside),
        "n_possible": size * (size - 1) // 2,
        "observed": sum(row["n_first"] for row in inside),
        "expected": sum(row["expected"] for row in inside),
        "smallest_p": min((row["p_value"] for row in inside), default=None),
        "traces": dict(sorted(Counter(row["best_trace"] for row in inside).items())),
    }


def _pointers(group: NamedGroup) -> list[dict[str, Any]]:
    return [
        {
            "account_a": row["account_a"],
            "account_b": row["account_b"],
            "trace": row["best_trace"],
            "window_s": row["best_window_s"],
        }
        for row in group.inside
    ]


def _innocent(group: NamedGroup, rule: Rule, traces: Mapping[str, Trace]) -> list[str]:
    """Return the innocent explanations of the rule and of the traces involved."""
    carried = sorted({row["best_trace"] for row in group.inside})
    said = [text for name in carried for text in traces[name].innocent]
    return list(dict.fromkeys([*rule.innocent, *said]))
