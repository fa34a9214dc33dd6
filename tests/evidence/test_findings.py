from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from rasad.evidence.findings import finding_rows
from rasad.evidence.rules import RULES
from rasad.extend import Trace
from rasad.network.network import NamedGroup, Network, group_rows, member_rows


def kept(a: str, b: str, p: float, trace: str, a_first: int, b_first: int) -> Any:
    return {
        "account_a": a,
        "account_b": b,
        "p_value": p,
        "best_trace": trace,
        "best_window_s": 60,
        "grade": "tight",
        "kept": True,
        "lift": 9.0,
        "n_first": 4,
        "expected": 0.5,
        "n_pairs": 5,
        "n_a_first": a_first,
        "n_b_first": b_first,
        "first_at": datetime(2024, 1, 1, tzinfo=UTC),
        "last_at": datetime(2024, 1, 9, tzinfo=UTC),
    }


NETWORK = Network(
    kept=[
        kept("x:1", "x:2", 1e-8, "link", 4, 1),
        kept("x:1", "x:3", 1e-6, "link", 2, 2),
        kept("x:2", "x:3", 1e-4, "text", 0, 5),
    ],
    groups=[],
)
NETWORK = replace(
    NETWORK,
    groups=[
        NamedGroup(
            grp="g1",
            members=["x:1", "x:2", "x:3"],
            inside=NETWORK.kept,
        )
    ],
)


def trace(name: str) -> Trace:
    leaf: Any = SimpleNamespace(name=name, innocent=(f"a shared {name} button",))
    return leaf  # type: ignore[no-any-return]


def test_a_finding_counts_what_its_rows_add_up_to() -> None:
    (row,) = finding_rows("r", NETWORK, {n: trace(n) for n in ("link", "text")})
    counts = json.loads(row["counts"])
    assert counts["observed"] == 12
    assert counts["expected"] == 1.5
    assert counts["n_possible"] == counts["n_edges"] == 3
    assert counts["traces"] == {"link": 2, "text": 1}
    assert len(json.loads(row["rows"])) == 3


def test_pairs_that_no_held_out_half_confirms_are_ambiguous() -> None:
    (row,) = finding_rows("r", NETWORK, {n: trace(n) for n in ("link", "text")})
    assert row["verdict"] == "ambiguous"


@pytest.mark.parametrize(
    ("fitting", "verdict"),
    [
        ((), "insufficient"),
        (("one-source",), "insufficient"),
        (("one-outlet",), "not_supported"),
        (("one-source", "one-outlet"), "not_supported"),
    ],
)
def test_only_what_says_whose_accounts_they_are_speaks_against_hiding_it(
    fitting: Sequence[str], verdict: str
) -> None:
    tested: Any = SimpleNamespace()
    certified = replace(NETWORK, groups=[replace(NETWORK.groups[0], tests=tested)])
    weighed = [
        {"grp": "g1", "explanation": name, "verdict": said}
        for name in ("one-outlet", "one-source")
        for said in ["fits" if name in fitting else "does not fit"]
    ]
    traces = {name: trace(name) for name in ("link", "text")}
    rows = finding_rows("r", certified, traces, weighed)
    assert [(row["rule"], row["verdict"]) for row in rows] == [
        ("coordinated-group", "supported"),
        ("undisclosed-central-operation", verdict),
    ]


def test_a_finding_carries_the_innocent_explanations_of_rule_and_traces() -> None:
    (row,) = finding_rows("r", NETWORK, {n: trace(n) for n in ("link", "text")})
    innocent = json.loads(row["innocent"])
    assert {"a shared link button", "a shared text button"} <= set(innocent)
    assert set(RULES["coordinated-group"].innocent) <= set(innocent)


def test_members_add_up_their_own_pairs() -> None:
    rows = {row["account"]: row for row in member_rows("r", NETWORK)}
    assert rows["x:1"]["n_edges"] == 2
    assert rows["x:1"]["first_mover_share"] == 6 / 10
    assert rows["x:2"]["first_mover_share"] == 1 / 10
    assert rows["x:3"]["first_mover_share"] == 7 / 10
    assert rows["x:1"]["strength"] == 14.0


def test_groups_rank_by_evidence_and_name_their_traces() -> None:
    (row,) = group_rows("r", NETWORK)
    assert row["rank"] == 1
    assert row["traces"] == ["link", "text"]
    assert row["strength"] == 18.0
    assert row["replicated"] is False
    assert row["grade"] == "tight"


def test_rules_speak_in_sentences_and_keep_their_ids() -> None:
    for name, rule in RULES.items():
        assert rule.id == name
        assert rule.claim.endswith(".")
        assert rule.refuted_by
        assert rule.innocent


def test_candidates_make_no_claim_above_chance() -> None:
    below = replace(NETWORK, kept=[row | {"kept": False} for row in NETWORK.kept])
    (row,) = finding_rows("r", below, {n: trace(n) for n in ("link", "text")})
    assert row["rule"] == "ranked-candidates"
    assert row["verdict"] == "insufficient"
