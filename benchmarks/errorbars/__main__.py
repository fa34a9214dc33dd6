"""Measure what the error bars promise, one command at a time."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.errorbars.commands import COMMANDS
from benchmarks.errorbars.options import json_option


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.errorbars", description=__doc__
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        said = (module.__doc__ or "").strip().splitlines()[0]
        command = commands.add_parser(name, help=said, description=module.__doc__)
        module.add_options(command)
        json_option(command)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, print its report, and write its figures where asked to."""
    given = options(arguments)
    report = COMMANDS[given.command].run(given)
    print(report.page())
    if given.json:
        report.write(given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
