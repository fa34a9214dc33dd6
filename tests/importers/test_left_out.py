"""A folder is accounted for as a file is: what is not imported is named."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rasad.case import open_case
from rasad.cli import main
from rasad.errors import ImportFormatError, MappingError
from rasad.importers import left_out
from rasad.importers.left_out import LeftOut, passed_over, unreadable

TABLE = "object_id,account_id,content_id,timestamp_share\no,a,c,1600000000\n"


def rasad(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people have them: one export, and all that lies beside it."""
    folder = tmp_path / "given"
    for inside in ("sub", ".git", "__MACOSX", "sub/.cache"):
        (folder / inside).mkdir(parents=True)
    (folder / "sub" / "shares.csv").write_text(TABLE)
    (folder / ".git" / "config").write_text("x")
    (folder / "sub" / ".cache" / "a.csv").write_text(TABLE)
    (folder / "__MACOSX" / "._shares.csv").write_bytes(b"\0\1")
    (folder / "desktop.ini").write_text("x")
    (folder / "empty.json").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (folder / "colours.csv").write_text("colour,shape\nred,round\nblue,square\n")
    (folder / "to_nowhere").symlink_to(folder / "nothing")
    (folder / "to_folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    return folder


EXPECTED = [
    {"name": ".git/config", "bytes": 1, "reason": "hidden"},
    {"name": "__MACOSX/._shares.csv", "bytes": 2, "reason": "made by the system"},
    {
        "name": "colours.csv",
        "bytes": 35,
        "reason": "a person has to say which of its columns is which",
    },
    {"name": "desktop.ini", "bytes": 1, "reason": "made by the system"},
    {"name": "empty.json", "bytes": 0, "reason": "it is empty"},
    {"name": "picture.png", "bytes": 11, "reason": "it is binary, not text"},
    {"name": "pipe", "bytes": 0, "reason": "neither a file nor a folder"},
    {"name": "sub/.cache/a.csv", "bytes": len(TABLE), "reason": "hidden"},
    {"name": "to_folder", "bytes": None, "reason": "a link to another folder"},
]


def told(case: Path) -> list[dict[str, Any]]:
    rows = json.loads(rasad("info", case, "--json").stdout)["left_out"]
    return [row for row in rows if row["name"] != "to_nowhere"]


def test_every_file_of_a_folder_is_imported_or_named(
    folder: Path, tmp_path: Path
) -> None:
    case = tmp_path / "c"
    result = rasad("import", case, folder)
    assert result.exit_code == 0, result.output
    assert told(case) == EXPECTED
    assert "Left out: hidden: .git/config, sub/.cache/a.csv." in result.stderr
    assert "Left out: picture.png is binary" in result.stderr
    shown = rasad("info", case).stdout
    assert "Left out (10)" in shown
    # Whoever gives the folder again is told again, and nothing is written twice.
    journal = (case / "journal.jsonl").read_bytes()
    assert rasad("import", case, folder).exit_code == 0
    assert (case / "journal.jsonl").read_bytes() == journal
    # The journal brings the table back where the store is lost.
    (case / "case.duckdb").unlink()
    assert told(case) == EXPECTED


def test_files_of_an_archive_are_named_with_it(tmp_path: Path) -> None:
    path = tmp_path / "given.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("shares.csv", TABLE)
        archive.writestr("read me.txt", "hello")
        archive.writestr("__MACOSX/._shares.csv", "x")
    with open_case(tmp_path / "c", create=True):
        pass
    assert rasad("import", tmp_path / "c", path).exit_code == 0
    litter, row = told(tmp_path / "c")
    assert litter["name"] == "given.zip: __MACOSX/._shares.csv"
    assert litter["reason"] == "made by the system"
    assert row["name"] == "given.zip: read me.txt"
    assert row["reason"].startswith("it does not begin with a header")


def test_a_folder_that_nobody_may_open_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (one,) = passed_over(tmp_path)
    assert one == LeftOut("shut", "the folder cannot be opened")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ImportFormatError("a.csv: b is binary", "x"), "it is binary"),
        (ImportFormatError("/x/a.csv does not exist", "x"), "it does not exist"),
        (
            ImportFormatError("a.csv has more than one column named Secret", "x"),
            "it has more than one column",
        ),
        (
            ImportFormatError("a.csv does not have the columns of x; it has me", "x"),
            "it does not have the columns of x",
        ),
        (MappingError("It is not certain what Secret is", "x"), left_out.UNCERTAIN),
    ],
)
def test_reasons_hold_nothing_of_the_file(error: Any, reason: str) -> None:
    path = Path("/x/a.csv")
    assert unreadable(path, "b", path, error).reason == reason
