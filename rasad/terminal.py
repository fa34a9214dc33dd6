"""What people see in a terminal: tables, progress, and text that cannot act.

What draws is loaded when something is drawn: it takes a twentieth of a second, and a
command that prints JSON into a pipe draws nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rasad.extend import Progress, no_progress
from rasad.printable import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def inert(value: object) -> Text:
    """Return a value as text that a terminal can only show.

    Control and escape characters become visible; square brackets are no markup.

    Examples
    --------
    >>> inert("[bold]" + chr(27) + "[2J").plain
    '[bold]⟦U+001B⟧[2J'
    """
    from rich.text import Text

    shown = "" if value is None else str(value)
    return Text(printable(shown))


def show_table(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    names: list[str],
    on_error: bool = False,
) -> None:
    """Print chosen columns of rows on standard output, or on that for errors."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for name in names:
        numbers = any(isinstance(row[name], int | float) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*[inert(_shown(row[name])) for name in names])
    _console(on_error).print(table)


def show_line(line: str) -> None:
    """Print one line on standard output, never wrapped."""
    _console().print(inert(line), soft_wrap=True)


def complain(line: str) -> None:
    """Print one line on standard error, with nothing in it that could act."""
    from rich.console import Console

    Console(file=sys.stderr, highlight=False).print(inert(line), soft_wrap=True)


def _console(on_error: bool = False) -> Console:
    from rich.console import Console

    file = sys.stderr if on_error else sys.stdout
    # A pipe has no width: give every table room, so that nothing is cut.
    return Console(file=file, width=None if file.isatty() else 160, highlight=False)


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
def progress_bar() -> Iterator[Progress]:
    """Show how far a stage is on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich import progress
    from rich.console import Console

    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, progress.TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total or None)
        bar.update(tasks[stage], completed=done, total=total or None)

    with bar:
        yield report
