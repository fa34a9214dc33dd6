"""Records by the names of columns, whether a table or JSON objects hold them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from rasad.extend import Entry, Head, Reject
from rasad.importers.cells import picker, plain_name, plain_names
from rasad.importers.delimited import Cells
from rasad.importers.json_scan import Path
from rasad.importers.objects import PLACES, flattened, object_entries, refused
from rasad.importers.reader import entries, reject
from rasad.importers.times import TimeError
from rasad.schema import Item, Record

Names = Sequence[Sequence[str]]
"""For each value that is wanted, the names that its column may have, best first."""

Make = Callable[[Sequence[str | None]], Record | str]
"""Turns the wanted values into a record, or says why they are none.

It may raise `TimeError`, whose text is the reason.
"""


def named_entries(
    head: Head, wanted: Names, make: Make, paths: Collection[Path] = PLACES
) -> Iterator[Entry]:
    """Yield one entry per span; `make` gets the wanted values of each record.

    `paths` are the places of records in JSON, as for `object_entries`. Of columns that
    may have several names, the first that is there is read from a table, and the first
    that is filled from a JSON object. A column that is missing gives None.
    """
    if head.items:
        yield from object_entries(head, _taker(wanted, make), paths)
        return
    names = plain_names(head)
    chosen = _chosen(names, wanted)
    pick = picker(names, chosen)
    kept = {head.columns[names.index(name)] for name in chosen if name}

    def convert(cells: Cells) -> Record | Reject:
        made = _made(pick(cells), make)
        return reject(made, cells) if isinstance(made, str) else made

    yield from entries(head, convert, wanted=kept)


def sampled(head: Head, wanted: Names) -> list[tuple[str | None, ...]]:
    """Return the wanted values of the first rows, for warnings."""
    names = plain_names(head)
    pick = picker(names, _chosen(names, wanted))
    return [pick(row) for row in head.rows]


def _chosen(names: Sequence[str], wanted: Names) -> list[str | None]:
    return [next((one for one in some if one in names), None) for some in wanted]


def _taker(wanted: Names, make: Make) -> Callable[[Item], Record | Reject]:
    def take(item: Item) -> Record | Reject:
        if not isinstance(item.value, Mapping):
            return refused("no JSON object", item)
        flat = {plain_name(name): cell for name, cell in flattened(item.value).items()}
        made = _made([_filled(flat, some) for some in wanted], make)
        return refused(made, item) if isinstance(made, str) else made

    return take


def _filled(flat: Mapping[str, Any], names: Sequence[str]) -> str | None:
    stated = [flat[name] for name in names if flat.get(name) is not None]
    return next((cell for cell in stated if cell), stated[0] if stated else None)


def _made(values: Sequence[str | None], make: Make) -> Record | str:
    try:
        return make(values)
    except TimeError as error:
        return str(error)
