"""Named SQL steps and the contract of a store that runs them.

A function that makes SQL returns steps, takes names and touches no connection. Values
are bound as `$name`; identifiers are the only thing ever put into SQL text, and only
through `quote`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rasad.schema import TABLES, columns, packings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Step:
    """One statement: a name for people, the SQL, and the values bound to it."""

    name: str
    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Store(Protocol):
    """What a stage may ask of the engine that holds the tables."""

    def run(self, step: Step) -> None:
        """Run a statement for its effect."""
        ...

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries."""
        ...

    def arrow(self, sql: str, **values: Any) -> pa.Table:
        """Run a query and return its result as an Arrow table."""
        ...

    def stream(self, sql: str, **values: Any) -> Iterator[pa.RecordBatch]:
        """Run a query and yield its result in batches, never all at once.

        No other query may run meanwhile.
        """
        ...

    def insert(self, table: str, content: pa.Table) -> None:
        """Append rows whose columns are the table's, in any order."""
        ...


def quote(identifier: str) -> str:
    """Quote an identifier.

    Examples
    --------
    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def create_steps() -> list[Step]:
    """Return the statements that make every table of the schema, without indexes."""
    return [Step(name=f"create {table}", sql=_create(table)) for table in TABLES]


def _create(table: str) -> str:
    packed = {
        name: f" USING COMPRESSION {packing}"
        for name, packing in packings(table).items()
    }
    body = ",\n  ".join(
        f"{quote(name)} {kind}{packed.get(name, '')}"
        for name, kind in columns(table).items()
    )
    return f"CREATE TABLE IF NOT EXISTS {quote(table)} (\n  {body}\n)"


def ordered(table: str) -> str:
    """Return the query that reads a table in the order of its key, then of all columns.

    Text is compared by its UTF-8 bytes, so that the order is the same everywhere.
    """
    key = TABLES[table].KEY
    rest = [name for name in columns(table) if name not in key]
    by = ", ".join(quote(name) for name in (*key, *rest))
    return f"SELECT * FROM {quote(table)} ORDER BY {by}"


def selected(names: Sequence[str]) -> str:
    """Return quoted column names, separated by commas."""
    return ", ".join(quote(name) for name in names)
