"""What the program under test keeps: asked before a query, so that none fails."""

from __future__ import annotations

from rasad.schema import TABLES, columns


def has(table: str, *names: str) -> bool:
    """Tell whether the program has a table with these columns.

    Examples
    --------
    >>> has("grp", "replicated"), has("grp", "no such column"), has("no such table")
    (True, False, False)
    """
    return table in TABLES and set(names) <= set(columns(table))
