"""What a simulated world planted, without some of its accounts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rasad.importers.cutting import Owned, Tally
from rasad.importers.marks import Marks
from rasad.importers.repacking import Cut
from rasad.store.evidence import sha256
from rasad.store.files import written_whole


def cut_truth(copy: Path, owned: Owned, marks: Marks, folder: Path) -> list[Cut]:
    """Write the list of planted accounts anew into a folder, under its hash.

    Parameters
    ----------
    copy : pathlib.Path
        The evidence copy: a table of account, role and team.
    owned : Owned
        The accounts that go.
    marks : Marks
        What is replaced in all other rows.
    folder : pathlib.Path
        Where the new copy goes.

    Returns
    -------
    list of Cut
        Empty where the list names none of them.
    """
    rows = list(csv.reader(io.StringIO(copy.read_text(encoding="utf-8"), newline="")))
    tally = Tally(records=len(rows) - 1)
    kept = [row for row in rows if row[:1] and row[0] not in owned.accounts]
    tally.cut = len(rows) - len(kept)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(kept)
    text, tally.replaced = marks.replaced(written.getvalue())
    if not tally.changed:
        return []
    part = folder / f"part-{copy.name}"
    with written_whole(part) as file:
        file.write(text.encode())
    new = sha256(part)
    part.chmod(0o400)
    part.replace(folder / new)
    return [Cut(copy.name, {"source_id": new}, tally)]
