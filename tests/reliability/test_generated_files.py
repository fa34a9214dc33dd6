"""Any file is read to its last byte or refused in a sentence; none is unbalanced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from rasad.errors import RasadError
from rasad.extend import Reject
from rasad.importers import IMPORTERS
from rasad.importers.unpacking import Place, measured
from rasad.schema import Record
from reliability.generated_files import generated
from reliability.in_process import files_in, plan
from reliability.sizes import FILES, seeds

PARTS = 8
"""Parts that can run beside each other."""


def outcome(path: Path) -> str:
    """Read a file as an import does; say what came of it, or why it is unbalanced."""
    try:
        ((file, member),) = files_in(path)
    except RasadError as error:
        return _refused(error)
    return accounted(Place(file, member))


def accounted(place: Place) -> str:
    """Read a file, or one inside an archive; each of its bytes is in one span."""
    try:
        planned = plan(place.path, member=place.member)
        held = measured(place)
    except RasadError as error:
        return _refused(error)
    end = records = rejects = 0
    importer = IMPORTERS.find(planned.sniff.importer)
    for entry in importer.read(planned.head, planned.sniff.mapping):
        if entry.byte_start != end or (entry.byte_end or 0) < end:
            return "gap"
        end = entry.byte_end or 0
        records += isinstance(entry.outcome, Record)
        rejects += isinstance(entry.outcome, Reject)
    if end != held.size:
        return "unbalanced"
    return "read" if records else "rejected"


def _refused(error: RasadError) -> str:
    return "refused" if error.todo and "\n" not in str(error) else "unclear"


@pytest.mark.parametrize("part", range(PARTS))
def test_every_byte_of_generated_files_is_accounted_for(
    part: int, tmp_path: Path, counted: Callable[[str], None]
) -> None:
    found: Counter[str] = Counter()
    path = tmp_path / "file"
    for seed in seeds(FILES, part, PARTS):
        # To write over a file makes some file systems wait for the disk.
        path.unlink(missing_ok=True)
        path.write_bytes(generated(seed))
        try:
            became = outcome(path)
        except Exception as error:
            raise AssertionError(f"file of seed {seed}") from error
        assert became in ("read", "rejected", "refused"), f"{became}: seed {seed}"
        found[became] += 1
    assert found["read"] > found.total() / 4, found
    counted(f"generated files, part {part}: {found.total()}, {dict(found)}")
