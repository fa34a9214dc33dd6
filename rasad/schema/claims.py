"""Claims: what it may mean, and what a person decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rasad.schema.table import Table, Tier, column


@dataclass
class Finding(Table):
    """A claim on a group."""

    TIER: ClassVar[Tier] = "claims"
    KEY: ClassVar[tuple[str, ...]] = ("finding",)
    run_id: str = column("VARCHAR", "run")
    finding: str = column("VARCHAR", "hash of group and rule")
    grp: str = column("VARCHAR", "group")
    rule: str = column("VARCHAR", "permanent id of the rule")
    verdict: str = column(
        "VARCHAR", "supported, ambiguous, not_supported or insufficient"
    )
    counts: str = column("VARCHAR", "the counts behind it, as JSON")
    rows: str = column("VARCHAR", "pointers to the rows behind it, as JSON")
    innocent: str = column("VARCHAR", "innocent explanations to weigh, as JSON")


@dataclass
class Explanation(Table):
    """An innocent explanation, weighed for a group."""

    TIER: ClassVar[Tier] = "claims"
    KEY: ClassVar[tuple[str, ...]] = ("grp", "explanation")
    run_id: str = column("VARCHAR", "run")
    grp: str = column("VARCHAR", "group")
    explanation: str = column("VARCHAR", "permanent id of the rule")
    verdict: str = column("VARCHAR", "fits, does not fit or insufficient")
    counts: str = column("VARCHAR", "the counts behind it, as JSON")


@dataclass
class Judgement(Table):
    """A person's decision, append-only."""

    TIER: ClassVar[Tier] = "claims"
    KEY: ClassVar[tuple[str, ...]] = ("finding", "who", "decided_at")
    finding: str = column("VARCHAR", "finding")
    who: str = column("VARCHAR", "who decided")
    decision: str = column("VARCHAR", "coordinated, organic, benign or unsure")
    why: str = column("VARCHAR", "reason in the person's words")
    decided_at: str = column("TIMESTAMP", "when, UTC")
