"""A purge of whole files, or of a stretch of time; and what one would do."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reliability.disturbed import read_here

import rasad.case
import rasad.importers.repacking
from rasad.case import open_case
from rasad.cli import main
from rasad.config import Resources
from rasad.errors import CaseError, EvidenceError
from rasad.importers.cutting import Owned
from rasad.importers.look_child import seen
from rasad.importers.plan import Planned
from rasad.importers.unpacking import members
from rasad.purge import Wanted, purge
from rasad.schema import Record

ONE = Resources(threads=1)
DAY = 86_400_000_000
MARCH = 1_709_251_200_000_000
"""Microseconds from 1970 to 1 March 2024."""


def table(words: str, days: range) -> bytes:
    lines = [f"{words}{n % 2},2024-03-{n:02}T10:00:00Z,{words} says {n}" for n in days]
    return "\n".join(["account,time,text", *lines, ""]).encode()


def imported(folder: Path, files: list[Path]) -> list[dict[str, Any]]:
    with open_case(folder, create=True, resources=ONE) as case:
        found = []
        for path in files:
            for member in members(path) or [""]:
                head, sniff = seen(path, member)
                one = Planned(path=path, head=head, sniff=sniff)
                found.append(case.import_file(one))
        return found


@pytest.fixture(autouse=True)
def read_without_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (rasad.case, rasad.importers.repacking):
        monkeypatch.setattr(module, "parsed", read_here)
        monkeypatch.setattr(module, "looked", seen)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A table, lines of JSON, and an archive of two tables."""
    tmp_path = tmp_path_factory.mktemp("files")
    (tmp_path / "one.csv").write_bytes(table("first", range(1, 11)))
    day = "2024-03-{:02}T10:00:00Z"
    lines = [
        json.dumps({"account": "j", "time": day.format(n), "text": f"later says {n}"})
        for n in range(5, 15)
    ]
    (tmp_path / "two.jsonl").write_text("\n".join(lines) + "\n")
    with zipfile.ZipFile(tmp_path / "pair.zip", "w") as archive:
        archive.writestr("a.csv", table("second", range(1, 11)))
        archive.writestr("b.csv", table("third", range(11, 21)))
    return [tmp_path / name for name in ("one.csv", "two.jsonl", "pair.zip")]


@pytest.fixture(scope="module")
def whole(files: list[Path]) -> Path:
    folder = files[0].with_name("a.rasad")
    assert sum(row["accepted"] for row in imported(folder, files)) == 40
    return folder


@pytest.fixture
def case(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a.rasad"))


def says(folder: Path) -> set[str]:
    """Return the first words of all posts in the store and in the evidence."""
    with open_case(folder, resources=ONE) as case_:
        case_.verify()
        rows = case_.store.rows("SELECT DISTINCT split_part(text, ' ', 1) w FROM post")
        names = {name for row in rows if (name := str(row["w"]))}
    words = (b"first", b"later", b"second", b"third")
    held = b"".join(
        _unpacked(path) for path in (folder / "evidence").iterdir() if path.is_file()
    )
    assert {word.decode() for word in words if word in held} == names
    return names


def _unpacked(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(map(archive.read, archive.namelist()))


WANTED: dict[str, tuple[Callable[[dict[str, Any]], str], str, int]] = {
    "a file": (lambda _: "one.csv", "first", 10),
    "a file in an archive": (lambda _: "pair.zip: a.csv", "second", 10),
    "an id": (lambda row: row["source_id"][:8], "first", 10),
}


@pytest.mark.parametrize("kind", WANTED)
def test_a_source_is_removed_with_all_its_records(
    kind: str, case: Path, files: list[Path]
) -> None:
    name, gone, records = WANTED[kind]
    first = imported(case, files[:1])[0]
    told = purge(case, Wanted(sources=(name(first),)), resources=ONE)
    assert (told["cut"], told["sources_removed"], told["left"]) == (records, 1, 0)
    assert says(case) == {"first", "later", "second", "third"} - {gone}
    with open_case(case, resources=ONE) as opened:
        assert opened.journal.entries()[-1]["body"]["cut"] == records
    archived = gone == "second"
    with pytest.raises(EvidenceError, match="was purged from this case"):
        imported(case, files[2:] if archived else files[:1])


def test_an_archive_goes_as_one_file(case: Path) -> None:
    told = purge(case, Wanted(sources=("pair.zip",)), resources=ONE)
    assert (told["cut"], told["sources_removed"]) == (20, 2)
    assert says(case) == {"first", "later"}


def test_a_stretch_has_one_end_or_two() -> None:
    def held(since: int | None, until: int | None) -> list[int]:
        owned = Owned(frozenset(), frozenset(), since, until)
        about: dict[str, Any] = dict.fromkeys(("precision", "raw_time"), "")
        about |= {"account": "x:1", "platform": "x"}
        return [
            time for time in range(5) if owned.holds(Record(created_at=time, **about))
        ]

    assert held(None, None) == []
    assert held(None, 2) == [0, 1]
    assert held(3, None) == [3, 4]
    assert held(1, 3) == [1, 2]


STRETCHES = [(MARCH + 4 * DAY, MARCH + 9 * DAY, 15, 25)]


@pytest.mark.parametrize(("since", "until", "cut", "kept"), STRETCHES)
def test_posts_of_a_time_are_cut_out_and_do_not_come_back(
    since: int | None,
    until: int | None,
    cut: int,
    kept: int,
    case: Path,
    files: list[Path],
    tmp_path: Path,
) -> None:
    told = purge(case, Wanted(since=since, until=until), resources=ONE)
    assert (told["cut"], told["left"]) == (cut, 0)
    with open_case(case, resources=ONE) as opened:
        opened.verify()
        assert opened.store.rows("SELECT count(*) AS n FROM post") == [{"n": kept}]
    with pytest.raises(EvidenceError, match="purged from this case"):
        imported(case, files[:1])
    again = tmp_path / "again.csv"
    again.write_bytes(files[0].read_bytes() + b"\n")
    with pytest.raises(EvidenceError, match=r"Record \d+ of again.csv belongs to"):
        imported(case, [again])


def test_a_dry_run_says_what_would_go_and_changes_nothing(case: Path) -> None:
    def bytes_of() -> dict[str, bytes]:
        kept = [p for p in case.rglob("*") if p.is_file() and "case." not in p.name]
        return {str(path): path.read_bytes() for path in kept}

    before = bytes_of()
    command = ["purge", str(case), "--before", "2024-03-10"]
    ended = CliRunner().invoke(main, [*command, "--dry-run"])
    assert ended.exit_code == 0, ended.output
    assert "23 records cut out of the evidence" in ended.output
    assert "Nothing was changed." in ended.output
    assert "left in any file" not in ended.output
    assert bytes_of() == before
    ended = CliRunner().invoke(main, [*command, "--yes", "--json"])
    assert json.loads(ended.stdout)["done"]
    assert bytes_of() != before


def test_nothing_of_a_time_or_name_is_an_error(case: Path) -> None:
    for wanted in (Wanted(until=MARCH), Wanted(sources=("x.csv", "ab"))):
        with pytest.raises(CaseError, match="is of what was named"):
            purge(case, wanted, resources=ONE)
    ended = CliRunner().invoke(main, ["purge", str(case)])
    assert ended.exit_code == 2
