"""The group that holds every command, and what it says when one fails."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from rasad import __version__
from rasad.errors import RasadError, StoreDamagedError
from rasad.terminal import complain

MODULES = {
    "cases": (
        *("investigate", "demo", "import", "detect", "dossier", "export"),
        "calibrate",
    ),
    "compat": ("compat",),
    "contents": ("info", "rejects", "verify"),
    "blocking": ("connectivity",),
    "connectivity": ("connectivity",),
    "edges": ("edges",),
    "evaluate": ("evaluate",),
    "events": ("connectivity",),
    "look": ("look",),
    "power": ("power",),
    "purge": ("purge",),
    "silence": ("connectivity",),
    "simulate": ("simulate",),
}
"""Which module of this package holds which command; a group may be in several."""


TYPED = "rasad.typed"
"""Where a context keeps the words of the command."""

LIBRARIES = {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""What libraries are told before they are loaded, unless somebody has told them.

No command multiplies matrices, but threads that wait to do so keep cores busy; and the
system's allocator uses again what others return, which must be cleared anew.
"""


class Commands(click.Group):
    """Commands that answer a mendable error with one sentence and exit code 1.

    A command's module is loaded when the command is asked for: what one command needs
    would delay all others by a second.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, loaded or not."""
        return sorted({name for names in MODULES.values() for name in names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading its module if need be."""
        for module, names in MODULES.items():
            if cmd_name in names and f"rasad.cli.{module}" not in sys.modules:
                _load(module)
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note what was typed, and read it."""
        ctx.meta[TYPED] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; other errors keep their traceback, for a report."""
        try:
            return self._carried_out(ctx)
        except RasadError as error:
            complain(f"Error: {error}")
        except OSError as error:
            name, cause = error.filename or "a file", error.strerror or "refused"
            complain(
                f"Error: {name} cannot be used ({cause}): check its name and place."
            )
        except KeyboardInterrupt:
            complain("Stopped. Nothing half-done is kept; the same command goes on.")
            ctx.exit(130)
        return ctx.exit(1)

    def _carried_out(self, ctx: click.Context) -> Any:
        """Run a command; once more where it finds the store damaged, from evidence."""
        try:
            return super().invoke(ctx)
        except StoreDamagedError as error:
            complain(
                f"{error.what}. It is rebuilt from the evidence, which takes time."
            )
        with self.make_context(ctx.info_name, ctx.meta[TYPED]) as again:
            return super().invoke(again)


def _load(module: str) -> None:
    """Load a module of this package, and do not look for garbage in what is loaded.

    All of it stays: looking it over takes a tenth of a second, and two at the end.
    """
    for name, value in LIBRARIES.items():
        os.environ.setdefault(name, value)
    looking = gc.isenabled()
    gc.disable()
    try:
        import_module(f"rasad.cli.{module}")
    finally:
        gc.freeze()
        atexit.register(_leave)
        if looking:
            gc.enable()


def _leave() -> None:
    """Leave what is loaded to the system, unless the database would complain of it."""
    if "duckdb" in sys.modules:
        gc.unfreeze()
    else:
        gc.freeze()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Find, explain and document networks of accounts that are run as one.

    Example: rasad investigate posts.csv
    """
    # What is under investigation is nobody else's business on a shared machine.
    os.umask(0o077)
