"""Files are looked at, shown and, where that is in doubt, confirmed before a read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.formats.made import SAMPLES
from rasad.cli import main

MADE = {sample.name: sample.content for sample in SAMPLES}


def rasad(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=typed)


def made(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(MADE[name])
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands believe that somebody is there to answer."""
    monkeypatch.setattr("rasad.cli.planning.at_terminal", lambda: True)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet", "search.json"])
def test_look_shows_how_a_file_would_be_read(name: str, tmp_path: Path) -> None:
    result = rasad("look", made(tmp_path, name))
    assert result.exit_code == 0, result.output
    assert "% certain, by: " in result.stdout
    assert "read as --format " in result.stdout
    assert "2023-11-14 22:13:20" in result.stdout
    assert "سلام دنیا، این یک متن است" in result.stdout
    assert result.stderr == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_look_tells_programs_everything(tmp_path: Path) -> None:
    made(tmp_path, "table.csv")
    made(tmp_path, "iran_112023_users_csv_hashed.csv")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    told = json.loads(rasad("look", tmp_path, "--json").stdout)
    users, table = told["files"]
    assert (users["format"], users["records"]) == ("x_io_users", [])
    assert (table["format"], table["container"]) == ("generic", "csv")
    assert table["mapping"]["account"] == "Author ID"
    assert table["confidence"] > 0
    assert "Author ID" in table["evidence"]
    assert len(table["records"]) == 5
    assert table["records"][0]["account"] == "generic:500"
    assert [one["name"] for one in told["left_out"]] == ["picture.png"]


def test_look_says_where_no_post_is_found(tmp_path: Path) -> None:
    shown = rasad("look", made(tmp_path, "iran_112023_users_csv_hashed.csv")).stdout
    assert "No post is among its first records." in shown


@pytest.mark.parametrize("name", ["table.csv", "RC_2023-11.zst"])
@pytest.mark.usefixtures("terminal")
def test_what_is_in_doubt_is_shown_and_asked(name: str, tmp_path: Path) -> None:
    path = made(tmp_path, name)
    refused = rasad("import", tmp_path / "c", path, typed="n\n")
    assert refused.exit_code == 1
    assert "Is that right?" in refused.stderr
    assert "First records" in refused.stderr
    assert not (tmp_path / "c").exists()
    agreed = rasad("import", tmp_path / "c", path, typed="y\n")
    assert agreed.exit_code == 0
    assert (tmp_path / "c").exists()


@pytest.mark.usefixtures("terminal")
def test_what_is_certain_or_was_said_is_not_asked(tmp_path: Path) -> None:
    table, certain = made(tmp_path, "table.csv"), made(tmp_path, "search.json")
    mapping = "account=Author ID,time=Date,text=Text,post=Post"
    for words in (
        (certain,),
        (table, "--map", mapping),
        (table, "--yes"),
        (table, "--json"),
    ):
        result = rasad("import", tmp_path / "c", *words)
        assert result.exit_code == 0, result.output
        assert "Is that right?" not in result.output
        assert "First records" not in result.output


def test_nobody_is_asked_and_no_post_is_shown_without_a_terminal(
    tmp_path: Path,
) -> None:
    result = rasad("import", tmp_path / "c", made(tmp_path, "table.csv"))
    assert result.exit_code == 0
    assert "read as --map " in result.stderr
    assert "سلام" not in result.output
