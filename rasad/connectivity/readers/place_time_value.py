"""Any table of places, times and values, its columns found by name or chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rasad.connectivity.parts import Part, Subject, Yield
from rasad.connectivity.readers.form import (
    Context,
    Format,
    Reader,
    Row,
    UnreadableError,
    country,
    moment,
    number,
    region_of,
    words,
)
from rasad.connectivity.series import WATCHED, Reading
from rasad.errors import MappingError

NAMES: dict[str, tuple[str, ...]] = {
    "place": ("place", "country", "country_code", "location", "iso", "cc"),
    "time": ("time", "date", "datetime", "timestamp", "measured_at", "day"),
    "value": ("value", "index", "users", "connectivity", "traffic"),
    "region": ("region", "province", "state"),
    "metric": ("metric", "signal"),
    "out_of": ("out_of", "measurements", "total"),
    "reading": ("reading",),
}
"""Columns of each role, by name in small letters; the first that is there counts."""

NEEDED = ("place", "time", "value")


class Values(Reader):
    """A row is one value of one place and time; times without an offset are by UTC."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._roles = roles_of(context.columns, context.roles)

    def take(self, row: Row) -> Sequence[Yield]:
        """Return one value."""
        cell = {role: row[column] for role, column in self._roles.items()}
        name, _, rest = str(cell["place"] or "").strip().partition("/")
        if not name:
            raise UnreadableError("it names no place")
        tests = number(cell["out_of"]) if "out_of" in cell else None
        subject = Subject(
            country(name) or words(name, 100),
            region_of(*rest.split("/"), cell.get("region")),
            "file",
            words(cell.get("metric"), 200) or "value",
            _reading(cell.get("reading")),
        )
        counts = [] if tests is None else [tests]
        return [Part(subject, [moment(cell["time"])], [number(cell["value"])], counts)]


def roles_of(columns: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each role: those chosen, and others by name.

    Raises
    ------
    MappingError
        If a chosen role or column is not there.

    Examples
    --------
    >>> roles_of(["Country", "day", "value"], {})
    {'place': 'Country', 'time': 'day', 'value': 'value'}
    """
    if unknown := sorted(set(chosen) - set(NAMES)):
        raise MappingError(
            f"There is no role {unknown[0]}", f"roles are {', '.join(NAMES)}"
        )
    if missing := sorted(set(chosen.values()) - set(columns)):
        raise MappingError(
            f"There is no column {missing[0]}", f"columns are {', '.join(columns)}"
        )
    plain = {column.strip().lower(): column for column in reversed(columns)}
    taken = set(chosen.values())
    found = dict(chosen)
    for role, names in NAMES.items():
        known = [plain[name] for name in names if name in plain]
        free = [column for column in known if column not in taken]
        if role not in found and free:
            found[role] = free[0]
            taken.add(free[0])
    return {role: found[role] for role in NAMES if role in found}


def parsed_roles(text: str) -> dict[str, str]:
    """Read ``role=column,role=column``.

    Raises
    ------
    MappingError
        If a part has no ``=`` or a role is given twice.

    Examples
    --------
    >>> parsed_roles("place=land, time=day,value=v")
    {'place': 'land', 'time': 'day', 'value': 'v'}
    """
    roles: dict[str, str] = {}
    for part in text.split(","):
        role, _, column = (piece.strip() for piece in part.partition("="))
        if not role or not column or role in roles:
            raise MappingError(
                f"{part.strip()!r} is not of the form role=column, or given twice",
                "write place=COLUMN,time=COLUMN,value=COLUMN",
            )
        roles[role] = column
    return roles


def _reading(told: object) -> Reading:
    text = str(told or "reachability").strip().lower()
    for reading in WATCHED:
        if text == reading:
            return reading
    raise UnreadableError("its reading is none of reachability, usage and anomalies")


FORMATS = (
    Format(
        name="place-time-value",
        title="Table of places, times and values",
        kind="table",
        columns=NEEDED,
        fits=lambda names: set(NEEDED) <= set(roles_of(names, {})),
        reader=Values,
    ),
)
