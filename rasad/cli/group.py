"""The group that holds every command, and what it says when one fails."""

from __future__ import annotations

import os
from typing import Any

import click

from rasad import __version__
from rasad.errors import RasadError
from rasad.terminal import complain


class Commands(click.Group):
    """Commands that answer a mendable error with one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; other errors keep their traceback, for a report."""
        try:
            return super().invoke(ctx)
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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Find, explain and document networks of accounts that are run as one.

    Example: rasad investigate posts.csv
    """
    # What is under investigation is nobody else's business on a shared machine.
    os.umask(0o077)
