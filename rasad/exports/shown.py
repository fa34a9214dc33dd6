"""The one place through which every export goes: the case as a level shows it.

Above the level `case` an export does not get the store of the case, but one made for
it, in which whatever the level hides is not there. So no form of export, present or
future, can give it out.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from rasad.config import Resources
from rasad.errors import ConfigError
from rasad.exports.pseudonyms import Pseudonyms, fresh_key, key_in
from rasad.exports.redaction import Redaction, between_words
from rasad.exports.small_counts import hide_small
from rasad.schema import TABLES
from rasad.schema.disclosure import AGGREGATES, KIND_OF, Kind, Level, text_columns
from rasad.store.duckdb import DuckDBStore
from rasad.store.files import disk_errors

KEY = "pseudonyms.key"
"""The key of a case's pseudonyms, in the case folder unless it is kept elsewhere."""

SWAPPED = (("account_a", "account_b"), ("n_posts_a", "n_posts_b"),
           ("n_a_first", "n_b_first"))  # fmt: skip
"""Columns that change places where a pair's pseudonyms are in the other order."""

NAMES = "SELECT account, handle, name FROM account ORDER BY account"
SEEN = """
    SELECT account FROM account UNION SELECT account FROM post
    UNION SELECT account FROM truth UNION SELECT account FROM action
"""

LISTED = ("pseudonym", "account", "handle", "name")
"""Columns of the list of names."""

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?")

Change = Callable[[str], str | None]


@dataclass(frozen=True)
class Disclosure:
    """At which level a case is shown, and under which key.

    `names` is a file that the pseudonyms of all accounts are written into, for those
    who may undo them. Without a `key` one is made and kept nowhere, so that two exports
    cannot be joined.
    """

    level: Level = "case"
    key: Path | None = None
    names: Path | None = None
    resources: Resources = field(default_factory=Resources)

    @classmethod
    def chosen(
        cls, level: Level, folder: Path, key: Path | None, names: Path | None
    ) -> Disclosure:
        """Return what a person chose for the case in a folder.

        Raises
        ------
        ConfigError
            If a key or a list of names is asked for where there cannot be one.
        """
        if level != "team" and (key or names):
            raise ConfigError(
                f"At the level {level} pseudonyms have no key that is kept",
                "leave out --key and --names, or choose --privacy team",
            )
        kept = key or folder / KEY
        chosen = cls(level, kept if level == "team" else None, names)
        chosen.check_apart(folder / "out")
        _check_list(names)
        return chosen

    def check_apart(self, out: Path) -> None:
        """Make sure that what undoes pseudonyms does not lie beside them.

        Raises
        ------
        ConfigError
            If the key or the list of names is inside a folder that is given away.
        """
        for path, what in ((self.key, "key"), (self.names, "list of names")):
            if path and path.resolve().is_relative_to(out.resolve()):
                raise ConfigError(
                    f"The {what} would lie among what is given away",
                    f"choose a place outside of the folder {out.name}",
                )

    @contextmanager
    def of(self, store: DuckDBStore) -> Iterator[DuckDBStore]:
        """Lend a store that holds what this level shows of another one, and no more.

        It is gone when the block ends.
        """
        if self.level == "case":
            yield store
            return
        pseudonyms = Pseudonyms(key_in(self.key) if self.key else fresh_key())
        beside = store.path.parent / "cache" if store.path else None
        with (
            tempfile.TemporaryDirectory(prefix="shown-", dir=beside) as folder,
            DuckDBStore(Path(folder, "shown.duckdb"), self.resources) as shown,
        ):
            _fill(shown, store, _Shown(self.level, pseudonyms, _known(store)))
            yield shown
        if self.names:
            _write_names(self.names, store, pseudonyms)


ALL = Disclosure()
"""The case as it is, for whoever holds it."""


class _Shown:
    """What becomes of each value at a level."""

    def __init__(self, level: Level, names: Pseudonyms, known: dict[str, str]) -> None:
        self.level, self._names = level, names
        redaction = Redaction(names, known, sites=level == "team")
        labelled = f"{level} level"
        self._changes: dict[Kind, Change] = {
            "account": names.account,
            "post": lambda value: names.of("post", value),
            "id": lambda value: names.of("id", value),
            "label": lambda value: names.of(labelled, value),
            "person": lambda _: None,
            "free": lambda _: None,
            "text": redaction.text if level == "team" else redaction.shape,
            "object": redaction.object,
            "json": redaction.counts,
            "code": lambda value: value if LANGUAGE.fullmatch(value) else None,
            "reason": lambda value: value.partition(":")[0],
        }

    def table(self, table: str, batch: pa.RecordBatch) -> pa.Table:
        """Return rows as this level shows them."""
        cells = {name: batch.column(name) for name in batch.schema.names}
        for name in text_columns(table):
            kind = KIND_OF.get((table, name))
            if kind is None:
                cells[name] = pa.nulls(len(batch), cells[name].type)
            elif change := self._changes.get(kind):
                cells[name] = _changed(cells[name], change)
        return _in_order(pa.table(self._timed(table, cells)))

    def _timed(self, table: str, cells: dict[str, Any]) -> dict[str, Any]:
        """Round times where they tell too much: an account's beginning is its name."""
        if self.level == "publish":
            return {name: _floored(cell, "day") for name, cell in cells.items()}
        if table == "account":
            unit = "day" if self.level == "team" else "month"
            cells["created_at"] = _floored(cells["created_at"], unit)
        return cells


def _fill(shown: DuckDBStore, store: DuckDBStore, how: _Shown) -> None:
    for table in TABLES:
        if how.level == "publish" and table not in AGGREGATES:
            continue
        for batch in store.batches(table):
            if len(batch):
                shown.insert(table, how.table(table, batch))
    if how.level == "publish":
        hide_small(shown)


def _known(store: DuckDBStore) -> dict[str, str]:
    """Return the account by its ids, handle and display name, in lower case."""
    known: dict[str, str] = {}
    for batch in store.stream(NAMES):
        for row in batch.to_pylist():
            account = row["account"]
            for name in (row["name"] or "", row["handle"] or ""):
                known.setdefault(between_words(name), account)
    for batch in store.stream(SEEN):
        for account in batch.column(0).to_pylist():
            known[account.partition(":")[2].lower()] = account
            known[account.lower()] = account
    known.pop("", None)
    return known


def _changed(column: pa.Array, change: Change) -> pa.Array:
    """Change each distinct value once."""
    coded = column.dictionary_encode()
    values = [value and change(value) for value in coded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(coded.indices)


def _floored(column: Any, unit: str) -> Any:
    if not pa.types.is_timestamp(column.type):
        return column
    return pc.floor_temporal(column, unit=unit)


def _in_order(table: pa.Table) -> pa.Table:
    """Put the smaller pseudonym of a pair first, with all that is said of it."""
    if "account_a" not in table.column_names:
        return table
    turned = pc.greater(table["account_a"], table["account_b"])
    for first, second in SWAPPED:
        if first in table.column_names:
            one, other = table[first], table[second]
            place = table.column_names.index
            table = table.set_column(
                place(first), first, pc.if_else(turned, other, one)
            ).set_column(place(second), second, pc.if_else(turned, one, other))
    return table


def _check_list(path: Path | None) -> None:
    """Make sure that a list of names can be written, and overwrites another at most.

    Raises
    ------
    ConfigError
        If there is no folder for it, or the file is something else.
    """
    if path is None:
        return
    if not path.parent.is_dir():
        raise ConfigError(f"There is no folder {path.parent}", "make it for the list")
    if path.exists() and not _is_list(path):
        raise ConfigError(
            f"{path} is no list of names and would be overwritten",
            "name a file that is not there yet",
        )


def _is_list(path: Path) -> bool:
    """Tell whether a file is a list of names that we wrote."""
    begin = ",".join(LISTED).encode() + b"\n"
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(begin)) == begin


def _write_names(path: Path, store: DuckDBStore, names: Pseudonyms) -> None:
    """Write which account each pseudonym stands for, for its owner alone."""
    rows = store.rows("SELECT account, handle, name FROM account ORDER BY account")
    lines = [LISTED]
    lines += [(names.account(row["account"]), *row.values()) for row in rows]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(lines)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with disk_errors(path), os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(written.getvalue())
