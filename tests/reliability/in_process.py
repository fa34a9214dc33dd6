"""Looking at files without a child, for tests that try thousands of them."""

from __future__ import annotations

from pathlib import Path

from rasad.extend import Entry
from rasad.importers import IMPORTERS
from rasad.importers.containers import check_readable
from rasad.importers.look_child import seen
from rasad.importers.plan import Planned
from rasad.importers.unpacking import members


def files_in(path: Path) -> list[tuple[Path, str]]:
    check_readable(path)
    return [(path, member) for member in members(path) or [""]]


def plan(path: Path, member: str = "") -> Planned:
    head, sniff = seen(path, member)
    return Planned(path=path, head=head, sniff=sniff)


def read(planned: Planned) -> list[Entry]:
    sniff = planned.sniff
    head, _ = seen(planned.path, planned.head.member, sniff.importer, sniff.mapping)
    return list(IMPORTERS.find(sniff.importer).read(head, sniff.mapping))
