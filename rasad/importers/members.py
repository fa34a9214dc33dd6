"""Members of a JSON object, each taken only if it is of the type that is expected.

Platforms add, drop and change members every few months: whatever is not as expected
is not stated, and the rest of the record stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasad.importers.cells import clean_id


def member(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys, None where nothing does.

    Examples
    --------
    >>> member({"user": {"id": 5}}, "user", "id"), member({"user": 7}, "user", "id")
    (5, None)
    """
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def text_at(value: Any, *path: str) -> str | None:
    """Return the text at a path; anything else is not stated."""
    found = member(value, *path)
    return found if isinstance(found, str) else None


def id_at(value: Any, *path: str) -> str | None:
    """Return the id at a path as text, also where it is written as a whole number.

    Examples
    --------
    >>> id_at({"id": 9007199254740993}, "id"), id_at({"id": 1.5e18}, "id")
    ('9007199254740993', None)
    """
    found = member(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | str):
        return None
    return clean_id(str(found))


def number_at(value: Any, *path: str) -> str | None:
    """Return the number at a path, as it would be written, to be read as a time."""
    found = member(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    return str(found)


def items_at(value: Any, *path: str) -> tuple[Any, ...] | None:
    """Return the items of the list at a path; anything else is not stated."""
    found = member(value, *path)
    return tuple(found) if isinstance(found, list) else None
