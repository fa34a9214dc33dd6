"""How a table is declared: a dataclass whose fields carry SQL type and meaning."""

from __future__ import annotations

from dataclasses import field
from typing import Any, ClassVar, Literal

Tier = Literal["facts", "measures", "claims"]
Packing = Literal["uncompressed", "zstd"]


def column(sql_type: str, doc: str, packing: Packing | None = None) -> Any:
    """Declare one column with its SQL type and what it holds.

    `packing` is how the store compresses it, where the store need not look for the best
    way. That takes longer than all else that is done to an id that rarely repeats.
    """
    return field(metadata={"sql": sql_type, "doc": doc, "packing": packing})


class Table:
    """Base of every table's declaration."""

    TIER: ClassVar[Tier]
    KEY: ClassVar[tuple[str, ...]]
