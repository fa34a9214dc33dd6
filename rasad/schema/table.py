"""How a table is declared: a dataclass whose fields carry SQL type and meaning."""

from __future__ import annotations

from dataclasses import field
from typing import Any, ClassVar, Literal

Tier = Literal["facts", "measures", "claims"]


def column(sql_type: str, doc: str) -> Any:
    """Declare one column with its SQL type and what it holds."""
    return field(metadata={"sql": sql_type, "doc": doc})


class Table:
    """Base of every table's declaration."""

    TIER: ClassVar[Tier]
    KEY: ClassVar[tuple[str, ...]]
