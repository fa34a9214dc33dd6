"""Reads a written world back as anybody would read it."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rasad.simulate import DemoWorld, WrittenWorld, write_demo

Row = dict[str, str]


@dataclass(frozen=True)
class ReadBack:
    """A written world, its rows, and role and team by userid."""

    settings: DemoWorld
    written: WrittenWorld
    rows: list[Row]
    truth: dict[str, tuple[str, str]]

    def of_role(self, role: str) -> Iterator[Row]:
        """Yield the rows of accounts of a role."""
        return (row for row in self.rows if self.truth[row["userid"]][0] == role)


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_back(folder: Path, settings: DemoWorld) -> ReadBack:
    written = write_demo(folder, settings)
    truth = {
        row["account"].removeprefix("twitter:"): (row["role"], row["team"])
        for row in read_rows(written.truth)
    }
    return ReadBack(settings, written, read_rows(written.archive), truth)


def list_cell(cell: str) -> list[str]:
    """Return the items of a cell such as ``['a', 'b']``."""
    items = ast.literal_eval(cell)
    assert isinstance(items, list)
    return items
