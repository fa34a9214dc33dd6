"""Measure how well outages are found, one command at a time."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.errorbars.options import json_option
from benchmarks.outages import events, synthetic

COMMANDS = {"events": events, "synthetic": synthetic}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, print its report, and write its figures where asked to."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.outages", description=__doc__
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        said = (module.__doc__ or "").strip().splitlines()[0]
        command = commands.add_parser(name, help=said, description=module.__doc__)
        module.add_options(command)
        json_option(command)
    given = parser.parse_args(arguments)
    report = COMMANDS[given.command].run(given)
    print(report.page())
    if given.json:
        report.write(given.json)
    return 0 if all(target.reached for target in report.targets) else 1


if __name__ == "__main__":
    sys.exit(main())
