"""What a command prints: a table, remarks, and one line per target."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Cell = str | int | float | None

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Target:
    """What a figure must be, and whether it is."""

    said: str
    reached: bool

    @property
    def line(self) -> str:
        """The line that is printed.

        Examples
        --------
        >>> Target("3 of 200 worlds, at most 16", True).line
        '3 of 200 worlds, at most 16: reached'
        """
        return f"{self.said}: {'reached' if self.reached else 'NOT reached'}"


@dataclass
class Report:
    """The figures of one command."""

    title: str
    tables: list[tuple[Sequence[str], Sequence[Sequence[Any]]]] = field(
        default_factory=list
    )
    remarks: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add a table; its cells are texts, numbers or None."""
        self.tables.append((head, rows))

    def target(self, said: str, reached: bool) -> None:
        """Add a target."""
        self.targets.append(Target(said, bool(reached)))

    def page(self) -> str:
        """Return everything as text; the targets come last."""
        parts = [self.title]
        parts += [drawn(head, rows) for head, rows in self.tables]
        if self.remarks:
            parts.append("\n".join(self.remarks))
        if self.targets:
            parts.append("\n".join(target.line for target in self.targets))
        return "\n\n".join(parts)

    def write(self, path: Path) -> None:
        """Write the figures as one JSON document."""
        whole = {
            "title": self.title,
            "targets": [asdict(target) for target in self.targets],
            "remarks": self.remarks,
            **self.figures,
        }
        path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def drawn(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table in columns: texts to the left, numbers to the right.

    Examples
    --------
    >>> print(drawn(("rule", "found"), [("ours", 12), ("theirs", None)]))
    rule    found
    ours       12
    theirs      -
    """
    cells = [[written(cell) for cell in row] for row in rows]
    right = [
        all(not isinstance(row[place], str) for row in rows)
        for place in range(len(head))
    ]
    lines = [list(head), *cells]
    wide = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, wide, right, strict=True)
        ).rstrip()
        for line in lines
    )


def written(cell: Cell) -> str:
    """Return a cell as text; three digits of a fraction, a line for nothing.

    Examples
    --------
    >>> written(0.12345), written(1200), written(None), written(3.1e-7)
    ('0.123', '1,200', '-', '3.1e-07')
    """
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.1e}" if 0 < abs(cell) < 1e-3 else f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
