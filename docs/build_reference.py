"""Write the reference pages from the code, so that they cannot say anything else.

Run it without options to write docs/reference, with --check to learn whether the pages
there are what the code says.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from rasad.cli import main as command_line
from rasad.config import Resources, Settings
from rasad.exports import EXPORTS
from rasad.importers import IMPORTERS
from rasad.null_models import NULL_MODELS
from rasad.schema import GRADES, TABLES, Table
from rasad.traces import TRACES

FOLDER = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by docs/build_reference.py from the code; do not edit. -->"
WIDTH = 88


def commands() -> Iterator[str]:
    """Every command with the help it prints."""
    yield "# Commands"
    yield paragraph(
        "Results go to standard output, progress and messages to standard error. A "
        "command ends with 0 when it is done, 1 on an error that you can mend, and 2 "
        "when it was typed wrongly."
    )
    root = click.Context(
        command_line,
        info_name="rasad",
        terminal_width=80,
        **command_line.context_settings,
    )
    yield f"```text\n{command_line.get_help(root)}\n```"
    for context in contexts(root):
        yield f"## `{context.command_path}`"
        yield f"```text\n{context.get_help()}\n```"


def contexts(parent: click.Context) -> Iterator[click.Context]:
    """Contexts of every command below a group, in the order of their names."""
    group = parent.command
    if not isinstance(group, click.Group):
        return
    for name in sorted(group.list_commands(parent)):
        command = group.get_command(parent, name)
        if command is None:
            raise LookupError(f"there is no command {name}")
        below = click.Context(command, parent, info_name=name, terminal_width=80)
        yield below
        yield from contexts(below)


def settings() -> Iterator[str]:
    """Every setting with its default and meaning."""
    yield "# Settings"
    yield paragraph(
        "The settings decide what is computed. They are kept with every result, and "
        "their digest is a part of the run's name."
    )
    defaults = Settings()
    for section in fields(Settings):
        yield from setting_section(section.name, getattr(defaults, section.name))
    yield from setting_section("resources", Resources(threads=1), shown=False)
    yield paragraph(
        "Resources decide how much of the machine a run may use. They never change a "
        "result and are no part of the digest."
    )


def setting_section(name: str, part: Any, *, shown: bool = True) -> Iterator[str]:
    """One section of the settings; the defaults of resources depend on the machine."""
    yield f"## `{name}`"
    yield paragraph(first_paragraph(part))
    for item in fields(part):
        value = getattr(part, item.name)
        default = f"Default: `{plain(value)}`." if shown else ""
        yield f"### `{name}.{item.name}`"
        yield paragraph(f"{item.metadata['doc']} {default}".strip())


def plain(value: Any) -> str:
    """Print a default as TOML does."""
    return str(list(value)) if isinstance(value, tuple) else str(value)


def tables() -> Iterator[str]:
    """Every table with its columns."""
    yield "# Tables"
    yield paragraph(
        "Ids are text and times are UTC, everywhere. Facts say what happened, measures "
        "how alike and how surprising, claims what it may mean. Columns may be added "
        "in a later version; none is renamed. `run_id` names the analysis that a row "
        "belongs to."
    )
    for name, table in TABLES.items():
        yield f"## `{name}`"
        key = ", ".join(f"`{column}`" for column in table.KEY)
        yield paragraph(f"{first_paragraph(table)} Tier: {table.TIER}. Key: {key}.")
        yield "\n".join(column_lines(table))
    yield "## Grades"
    yield "\n".join(item(f"`{grade}`: {words}.") for grade, words in GRADES.items())


def column_lines(table: type[Table]) -> Iterator[str]:
    """One line for each column."""
    for declared in fields(table):  # type: ignore[arg-type]
        kind, doc = declared.metadata["sql"], declared.metadata["doc"]
        yield item(f"`{declared.name}` ({kind}): {doc}")


def traces() -> Iterator[str]:
    """Every trace with its question and its innocent explanations."""
    yield "# Traces"
    yield paragraph(
        "A trace is one kind of action seen as evidence of common control. "
        "[How traces are read from posts](../traces.md) says more."
    )
    for name, trace in TRACES.items():
        yield f"## `{name}`"
        yield paragraph(trace.question)
        yield "\n".join(trace_lines(trace))


def trace_lines(trace: Any) -> Iterator[str]:
    """Say what feeds a trace, and what else may explain it."""
    yield item(f"Fed by: {', '.join(trace.kinds)}.")
    if trace.long_lived:
        yield item("Long-lived: in the tests its objects count as new on each UTC day.")
    yield item("Innocent explanations:")
    yield from ("  " + item(reason).replace("\n", "\n  ") for reason in trace.innocent)


def null_models() -> Iterator[str]:
    """Every null model with its assumption."""
    yield "# Null models"
    yield paragraph("A null model says what chance alone would give a pair.")
    for name, model in NULL_MODELS.items():
        yield f"## `{name}`"
        yield paragraph(f"{model.title.rstrip('.')}. Assumption: {model.assumption}")


def importers() -> Iterator[str]:
    """Every importer with what its data can support."""
    yield "# Importers"
    yield paragraph(
        "An importer recognises its files by their columns, never by their names. "
        "[How files are read](../importers.md) says more."
    )
    for name, importer in IMPORTERS.items():
        yield f"## `{name}`"
        yield paragraph(f"{importer.title.rstrip('.')}. {importer.support}")


def exports() -> Iterator[str]:
    """Every export."""
    yield "# Exports"
    yield paragraph("`rasad export CASE --format NAME --out DIR` writes one of these.")
    for name, export in EXPORTS.items():
        yield f"## `{name}`"
        yield paragraph(export.title.rstrip(".") + ".")


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "commands": commands,
    "settings": settings,
    "tables": tables,
    "traces": traces,
    "null-models": null_models,
    "importers": importers,
    "exports": exports,
}


def first_paragraph(declared: Any) -> str:
    """First paragraph of a docstring, on one line."""
    return " ".join((declared.__doc__ or "").split("\n\n")[0].split())


def paragraph(text: str, indent: str = "") -> str:
    """Wrap a text to the width of a page."""
    return textwrap.fill(
        text,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def item(text: str) -> str:
    """Wrap a text as an item of a list."""
    return paragraph("- " + text, indent="  ")


def page(name: str) -> str:
    """Return the text of a page."""
    blocks = [block.rstrip() for block in (NOTE, *PAGES[name]())]
    lines = "\n\n".join(blocks).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def stale() -> list[str]:
    """Names of the pages that are not what the code says."""
    return [name for name in PAGES if current(name) != page(name)]


def current(name: str) -> str:
    """Return the text of a page as it lies in the folder."""
    path = FOLDER / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    if arguments == ["--check"]:
        names = stale()
        if names:
            sys.stderr.write(f"Stale: {', '.join(names)}. Run 'make docs'.\n")
        return int(bool(names))
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(page(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
