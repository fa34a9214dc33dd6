from __future__ import annotations

import json
from pathlib import Path

import pytest

from rasad.errors import EvidenceError
from rasad.store.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.jsonl")
    for n in range(4):
        journal.append("import", {"source_id": str(n)})
    return journal


def test_entries_come_back_in_order_and_chained(journal: Journal) -> None:
    entries = journal.entries()
    assert [entry["n"] for entry in entries] == [1, 2, 3, 4]
    pairs = zip(entries, entries[1:], strict=False)
    assert all(b["previous"] == a["hash"] for a, b in pairs)


def test_a_new_case_has_no_entries(tmp_path: Path) -> None:
    assert Journal(tmp_path / "journal.jsonl").entries() == []


def lines_of(journal: Journal) -> list[bytes]:
    return journal.path.read_bytes().splitlines(keepends=True)


def test_a_changed_entry_is_noticed_wherever_it_is(journal: Journal) -> None:
    whole = lines_of(journal)
    for place in range(len(whole)):
        entry = json.loads(whole[place])
        entry["body"]["source_id"] = "forged"
        forged = [*whole]
        forged[place] = json.dumps(entry).encode() + b"\n"
        journal.path.write_bytes(b"".join(forged))
        with pytest.raises(EvidenceError):
            journal.entries()


@pytest.mark.parametrize("change", ["delete", "swap", "repeat"])
def test_removed_moved_and_repeated_entries_are_noticed(
    journal: Journal, change: str
) -> None:
    a, b, c, d = lines_of(journal)
    changed = {"delete": [a, c, d], "swap": [a, c, b, d], "repeat": [a, b, b, c, d]}
    journal.path.write_bytes(b"".join(changed[change]))
    with pytest.raises(EvidenceError):
        journal.entries()


def test_every_flipped_bit_of_a_line_is_noticed(journal: Journal) -> None:
    whole = journal.path.read_bytes()
    for place in range(0, len(whole) - 1, 7):
        if whole[place : place + 1] == b"\n":
            continue
        flipped = bytearray(whole)
        flipped[place] ^= 1
        journal.path.write_bytes(bytes(flipped))
        with pytest.raises(EvidenceError):
            journal.entries()


def test_a_half_written_last_line_never_counted(journal: Journal) -> None:
    whole = journal.path.read_bytes()
    last = lines_of(journal)[-1]
    for cut in range(1, len(last)):
        journal.path.write_bytes(whole[:-cut])
        assert len(journal.entries()) == 3
    journal.append("import", {"source_id": "again"})
    assert [e["body"]["source_id"] for e in journal.entries()][-2:] == ["2", "again"]
