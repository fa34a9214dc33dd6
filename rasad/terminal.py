"""What people see in a terminal: tables, progress, and text that cannot act."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from rasad.extend import Progress as Report
from rasad.extend import no_progress


def inert(value: object) -> Text:
    """Return a value as text that a terminal can only show.

    Control and escape characters become visible; square brackets are no markup.

    Examples
    --------
    >>> inert("[bold]" + chr(27) + "[2J").plain
    '[bold]⟦U+001B⟧[2J'
    """
    shown = "" if value is None else str(value)
    return Text("".join(c if c.isprintable() else f"⟦U+{ord(c):04X}⟧" for c in shown))


def show_table(title: str, rows: Sequence[Mapping[str, Any]], names: list[str]) -> None:
    """Print chosen columns of rows on standard output."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in names:
        numbers = any(isinstance(row[name], int | float) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*[inert(_shown(row[name])) for name in names])
    _console().print(table)


def show_line(line: str) -> None:
    """Print one line on standard output, never wrapped."""
    _console().print(inert(line), soft_wrap=True)


def complain(line: str) -> None:
    """Print one line on standard error, with nothing in it that could act."""
    Console(file=sys.stderr, highlight=False).print(inert(line), soft_wrap=True)


def _console() -> Console:
    # A pipe has no width: give every table room, so that nothing is cut.
    return Console(
        file=sys.stdout, width=None if sys.stdout.isatty() else 160, highlight=False
    )


def _shown(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value


@contextmanager
def progress_bar() -> Iterator[Report]:
    """Show how far a stage is on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total or None)
        bar.update(tasks[stage], completed=done, total=total or None)

    with bar:
        yield report
