"""The command that says what files are and shows how they would be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasad.cli.group import main
from rasad.cli.planning import SHOWN, how_read, planned_files
from rasad.cli.printing import echo_json
from rasad.cli.records import plain, show_records
from rasad.importers import IMPORTERS
from rasad.importers.looking import first_records
from rasad.importers.plan import Planned
from rasad.options import as_json, many_files, reading_options
from rasad.terminal import show_line


@main.command("look")
@many_files
@reading_options
@as_json
def look_command(
    files: tuple[Path, ...], mapping: str | None, importer: str | None, as_json: bool
) -> None:
    """Say what files are, how they would be read, and show their first records.

    Nothing is imported and no case is made.

    Example: rasad look posts.csv
    """
    planned = planned_files(files, importer, mapping, quiet=True, tell=False)
    if as_json:
        left_out = [one.row for one in planned.left_out]
        found = [_understood(one) for one in planned.files]
        echo_json({"files": found, "left_out": left_out})
        return
    for one in planned.files:
        for line in how_read(one):
            show_line(line)
        show_line(IMPORTERS.find(one.sniff.importer).support)
        show_records(first_records(one.head, one.sniff, SHOWN))


def _understood(one: Planned) -> dict[str, Any]:
    sniff = one.sniff
    return {
        "name": one.name,
        "format": sniff.importer,
        "container": one.head.container,
        "confidence": sniff.confidence,
        "evidence": sniff.evidence,
        "mapping": sniff.mapping,
        "warnings": sniff.warnings,
        "records": [plain(record) for record in first_records(one.head, sniff, SHOWN)],
    }
