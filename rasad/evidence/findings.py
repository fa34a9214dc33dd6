"""Findings: a claim on a group, with the counts and rows behind it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from rasad.evidence.rules import COORDINATED_GROUP, RANKED_CANDIDATES, Rule
from rasad.extend import Trace
from rasad.network.groups import Group
from rasad.network.network import Network


def finding_rows(
    run_id: str, network: Network, traces: Mapping[str, Trace]
) -> list[dict[str, Any]]:
    """Return the rows of table `finding`: one per group.

    The verdict is *insufficient*: without a calibration gate nothing says how often the
    test is wrong on these data.
    """
    rule = COORDINATED_GROUP if network.above_chance else RANKED_CANDIDATES
    return [
        {
            "run_id": run_id,
            "finding": finding_id(grp, rule),
            "grp": grp,
            "rule": rule.id,
            "verdict": "insufficient",
            "counts": _json(_counts(group, network)),
            "rows": _json(_pointers(group, network)),
            "innocent": _json(_innocent(group, network, rule, traces)),
        }
        for grp, group in zip(network.ids, network.groups, strict=True)
    ]


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


def _inside(group: Group, network: Network) -> list[dict[str, Any]]:
    return [network.kept[place] for place in group.pairs]


def _counts(group: Group, network: Network) -> dict[str, Any]:
    inside, size = _inside(group, network), len(group.members)
    return {
        "size": size,
        "n_edges": len(inside),
        "n_possible": size * (size - 1) // 2,
        "observed": sum(row["n_first"] for row in inside),
        "expected": sum(row["expected"] for row in inside),
        "smallest_p": min(row["p_value"] for row in inside),
        "traces": dict(sorted(Counter(row["best_trace"] for row in inside).items())),
    }


def _pointers(group: Group, network: Network) -> list[dict[str, Any]]:
    return [
        {
            "account_a": row["account_a"],
            "account_b": row["account_b"],
            "trace": row["best_trace"],
            "window_s": row["best_window_s"],
        }
        for row in _inside(group, network)
    ]


def _innocent(
    group: Group, network: Network, rule: Rule, traces: Mapping[str, Trace]
) -> list[str]:
    """Return the innocent explanations of the rule and of the traces involved."""
    carried = sorted({row["best_trace"] for row in _inside(group, network)})
    said = [text for name in carried for text in traces[name].innocent]
    return list(dict.fromkeys([*rule.innocent, *said]))
