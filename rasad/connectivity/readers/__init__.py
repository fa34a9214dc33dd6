"""Readers of public measurements, one per kind of file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasad.connectivity.readers import (
    access_now,
    censored_planet,
    cloudflare,
    gfwatch,
    ioda,
    ip_observatory,
    ooni,
    place_time_value,
    tor,
)
from rasad.connectivity.readers.form import Context, Format
from rasad.connectivity.readers.place_time_value import NEEDED, roles_of
from rasad.connectivity.readers.spans import Seen, first_items, refused_kind

FORMATS: tuple[Format, ...] = (
    *ip_observatory.FORMATS,
    *ooni.FORMATS,
    *censored_planet.FORMATS,
    *tor.FORMATS,
    *ioda.FORMATS,
    *cloudflare.FORMATS,
    *access_now.FORMATS,
    *gfwatch.FORMATS,
    *place_time_value.FORMATS,
)
"""Kinds of files, of which the first that fits is taken: the general ones are last."""


def recognise(
    seen: Seen, name: str, roles: Mapping[str, str]
) -> tuple[Format, Context]:
    """Return the kind of a file, and what its reader may know of it.

    Parameters
    ----------
    seen : Seen
        What was seen of the file.
    name : str
        What a person calls it.
    roles : dict of str to str
        Columns that somebody chose; a file that has them is a table of places, times
        and values.

    Raises
    ------
    ImportFormatError, MappingError
        If it is of no known kind, or lacks a chosen column.
    """
    columns = tuple(one.strip() for one in seen.head.columns) if seen.head else ()
    context = Context(name, seen.begin, columns, roles)
    if roles and set(roles.values()) <= set(columns):
        if set(NEEDED) <= set(roles_of(columns, roles)):
            return place_time_value.FORMATS[0], context
        raise refused_kind(name)
    if seen.kind == "document":
        return _document(seen, context)
    for one in FORMATS:
        if one.kind == seen.kind and _fits(one, seen, columns):
            return one, context
    roles_of(columns, roles)
    raise refused_kind(name)


def _fits(one: Format, seen: Seen, columns: Sequence[str]) -> bool:
    if one.kind == "workbook":
        return any(set(one.columns) <= _plain(names) for names in seen.sheets)
    if one.fits is not None:
        return one.fits(columns)
    return set(one.columns) <= set(columns)


def _plain(names: Sequence[str]) -> set[str]:
    return {" ".join(name.lower().split()) for name in names}


def _document(seen: Seen, context: Context) -> tuple[Format, Context]:
    """Return the kind of a JSON document: that of most of its first records."""
    documents = [one for one in FORMATS if one.kind == "document"]
    paths = sorted({path for one in documents for path in one.paths})
    items = first_items(seen.place, paths)
    for one in documents:
        if 2 * sum(_holds(one, *item) for item in items) > len(items):
            return one, context
    raise refused_kind(context.name)


def _holds(one: Format, path: Any, item: Any) -> bool:
    return path in one.paths and isinstance(item, dict) and set(one.keys) <= set(item)
