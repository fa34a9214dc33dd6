"""Every table as a documented dataclass, and the record that importers fill.

Tables are the interface between stages. Each class is one table: its docstring says
what a row is, each field's metadata holds the SQL type and the sentence that the
reference prints. Nothing is ever instantiated; the store makes its DDL from here.

Three tiers: *facts* say what happened, *measures* how alike and how surprising,
*claims* what it may mean. No tier writes into an earlier one.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal, get_args

from rasad.schema.claims import Explanation, Finding, Judgement
from rasad.schema.facts import (
    LINK_RULES,
    Account,
    Action,
    Coverage,
    LeftOut,
    Post,
    Rejected,
    Series,
    Source,
    Truth,
)
from rasad.schema.measures import (
    Background,
    Edge,
    Gap,
    Grp,
    Member,
    Outage,
    Pair,
    Run,
    TraceRun,
)
from rasad.schema.record import (
    KINDS,
    PRECISION_US,
    PRECISIONS,
    Item,
    Kind,
    Precision,
    Record,
)
from rasad.schema.table import Table, Tier
from rasad.schema.trust import (
    Calibration,
    CalibrationQuantile,
    FirstMover,
    Frontier,
    Heldout,
    PairTiming,
    PairTrace,
)

__all__ = [
    "GRADES",
    "KINDS",
    "LINK_RULES",
    "Item",
    "PRECISIONS",
    "PRECISION_US",
    "TABLES",
    "VERDICTS",
    "Kind",
    "Precision",
    "Record",
    "Table",
    "Tier",
    "columns",
    "packings",
]

Grade = Literal["tight", "closed_ring", "slow", "shared_interest", "none"]
Verdict = Literal["supported", "ambiguous", "not_supported", "insufficient"]
VERDICTS: tuple[str, ...] = get_args(Verdict)

GRADES: dict[str, str] = {
    "tight": "synchronised beyond popularity, daily rhythm and shared interest",
    "closed_ring": "a closed ring or automation; timing could not be tested, mostly "
    "because the accounts are the audience of what they share",
    "slow": "slow or covert synchrony inside a community",
    "shared_interest": "shared interest or slow coordination, cannot tell",
    "none": "no more than chance would give",
}
"""What each grade means, in words for people."""

TABLES: dict[str, type[Table]] = {
    "source": Source,
    "coverage": Coverage,
    "left_out": LeftOut,
    "account": Account,
    "post": Post,
    "action": Action,
    "rejected": Rejected,
    "truth": Truth,
    "run": Run,
    "background": Background,
    "trace_run": TraceRun,
    "gap": Gap,
    "edge": Edge,
    "pair": Pair,
    "grp": Grp,
    "member": Member,
    "calibration": Calibration,
    "calibration_quantile": CalibrationQuantile,
    "frontier": Frontier,
    "pair_trace": PairTrace,
    "pair_timing": PairTiming,
    "heldout": Heldout,
    "first_mover": FirstMover,
    "finding": Finding,
    "explanation": Explanation,
    "judgement": Judgement,
    "series": Series,
    "outage": Outage,
}
"""Every table by name, in the order in which a run fills them."""


def columns(table: str) -> dict[str, str]:
    """Return the columns of a table with their SQL types, in order.

    Examples
    --------
    >>> columns("judgement")["decided_at"]
    'TIMESTAMP'
    """
    return _declared(table, "sql")


def packings(table: str) -> dict[str, str]:
    """Return the columns of a table that are compressed in a given way, with the way.

    Examples
    --------
    >>> packings("post")["text"]
    'zstd'
    """
    declared = _declared(table, "packing")
    return {name: packing for name, packing in declared.items() if packing}


def _declared(table: str, what: str) -> dict[str, Any]:
    declared = fields(TABLES[table])  # type: ignore[arg-type]
    return {item.name: item.metadata[what] for item in declared}
