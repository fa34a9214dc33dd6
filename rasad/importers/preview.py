"""What strangers wrote, as it may stand in a sentence: on one line, short and inert."""

from __future__ import annotations

from collections.abc import Sequence

from rasad.printable import printable

LONGEST_NAME = 60
"""Characters of a column's name; what is longer is rather a cell than a name."""

MOST_NAMES = 100


def safe_preview(raw: str, length: int = 120) -> str:
    """Return the start of a raw record with every control character made visible.

    Examples
    --------
    >>> safe_preview("a" + chr(27) + "[31m")
    'a⟦U+001B⟧[31m'
    """
    return printable(raw[:length]) + ("…" if len(raw) > length else "")


def column_list(columns: Sequence[str]) -> str:
    """Name columns in a sentence; a table without a header has posts in their place.

    Examples
    --------
    >>> column_list(["id", "two" + chr(10) + "lines"])
    'id, two⟦U+000A⟧lines'
    """
    names = [safe_preview(name, LONGEST_NAME) for name in columns[:MOST_NAMES]]
    more = len(columns) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def can_be_typed(column: str) -> bool:
    """Tell whether a column's name can follow `--map`.

    Examples
    --------
    >>> can_be_typed("user id"), can_be_typed("a,b"), can_be_typed("a" + chr(10))
    (True, False, False)
    """
    whole = column == printable(column.strip()) and "," not in column
    return whole and 0 < len(column) <= LONGEST_NAME
