"""What people type to compare a case with ordinary accounts from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from planted_ring import write_shares
from reference_world import QUICK, ordinary_shares, ring_shares
from test_cli import BAD, rasad

from rasad.config import to_toml
from rasad.importers.plan import plan, plans


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a takedown, a background, and settings that take little time."""
    folder = tmp_path_factory.mktemp("typed")
    write_shares(folder / "takedown.csv", ring_shares())
    write_shares(folder / "ordinary.csv", ordinary_shares("back", 60, 1))
    (folder / "quick.toml").write_text(to_toml(QUICK), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Any]:
    """What `investigate --json` says, with the case in folder `c`."""
    result = rasad(
        "investigate",
        folder / "takedown.csv",
        "--background",
        folder / "ordinary.csv",
        *("--case", folder / "c", "--settings", folder / "quick.toml", "--json"),
    )
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def names(sources: Sequence[dict[str, Any]]) -> list[str]:
    return [source["name"] for source in sources]


def test_investigate_names_the_files_of_the_background_last(
    found: dict[str, Any],
) -> None:
    assert names(found["sources"]) == ["takedown.csv", "ordinary.csv"]
    n = [len(ring_shares()), len(ordinary_shares("back", 60, 1))]
    assert [source["accepted"] for source in found["sources"]] == n
    assert found["run"]["reference"] == "60 accounts of the background (ordinary.csv)"
    assert [group["size"] for group in found["groups"]] == [12]


def test_files_of_a_background_are_for_their_owner_only(
    found: dict[str, Any],
) -> None:
    held = list((Path(found["case"]) / "background").rglob("*"))
    assert {"case.toml", "case.duckdb", "journal.jsonl"} <= {p.name for p in held}
    for path in held:
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_commands_on_the_background_say_what_it_holds(found: dict[str, Any]) -> None:
    beside = Path(found["case"]) / "background"
    info = json.loads(rasad("info", beside, "--json").stdout)
    assert names(info["sources"]) == ["ordinary.csv"]
    assert rasad("rejects", beside).exit_code == 0
    checked = json.loads(rasad("verify", found["case"], "--json").stdout)
    assert sum(line.startswith("background, ") for line in checked) == 2


def test_several_backgrounds_are_imported_without_a_file(
    folder: Path, tmp_path: Path
) -> None:
    more = write_shares(tmp_path / "more.csv", ordinary_shares("more", 3, 2))
    result = rasad(
        "import",
        tmp_path / "c",
        *("--background", folder / "ordinary.csv", "--background", more, "--json"),
    )
    assert result.exit_code == 0, result.output
    assert names(json.loads(result.stdout)) == ["ordinary.csv", "more.csv"]
    own = json.loads(rasad("info", tmp_path / "c", "--json").stdout)
    assert own["sources"] == []
    assert list((tmp_path / "c" / "out").glob("*.map.toml")) == []
    out = tmp_path / "c" / "background" / "out"
    kept = sorted(path.name for path in out.glob("*.map.toml"))
    assert kept == ["more.map.toml", "ordinary.map.toml"]


def test_files_and_a_background_are_imported_at_once(
    folder: Path, tmp_path: Path
) -> None:
    result = rasad(
        "import",
        tmp_path / "c",
        folder / "takedown.csv",
        *("--background", folder / "ordinary.csv"),
    )
    assert result.exit_code == 0, result.output
    assert "ordinary.csv: " in result.stderr
    own = json.loads(rasad("info", tmp_path / "c", "--json").stdout)
    assert names(own["sources"]) == ["takedown.csv"]
    beside = rasad("info", tmp_path / "c" / "background", "--json").stdout
    assert names(json.loads(beside)["sources"]) == ["ordinary.csv"]


def test_an_import_of_nothing_is_a_usage_error_and_makes_no_case(
    tmp_path: Path,
) -> None:
    result = rasad("import", tmp_path / "c")
    assert result.exit_code == 2
    assert "--background" in result.stderr
    assert not (tmp_path / "c").exists()


def test_a_background_alone_is_nothing_to_investigate(
    folder: Path, tmp_path: Path
) -> None:
    result = rasad(
        "investigate",
        *("--background", folder / "ordinary.csv", "--case", tmp_path / "c"),
    )
    assert result.exit_code == 2
    assert not (tmp_path / "c").exists()
    assert rasad("import", tmp_path / "c", "--background").exit_code == 2


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_background_is_one_sentence_and_changes_nothing(
    found: dict[str, Any], folder: Path, tmp_path: Path, kind: str
) -> None:
    path, content = tmp_path / "back.csv", BAD[kind]
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.mkdir()
    case = found["case"]
    before = rasad("info", case, "--json").stdout
    for target in (case, tmp_path / "new"):
        result = rasad(
            "investigate",
            folder / "takedown.csv",
            *("--background", path, "--case", target),
        )
        assert result.exit_code == 1
        errors = [x for x in result.stderr.splitlines() if x.startswith("Error: ")]
        assert len(errors) == 1
        assert "back.csv" in errors[0]
        assert "Traceback" not in result.output
    assert rasad("info", case, "--json").stdout == before
    assert not (tmp_path / "new").exists()


def test_a_background_that_breaks_while_it_is_imported_leaves_what_was_there(
    found: dict[str, Any],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_shares(tmp_path / "back.csv", ordinary_shares("back", 5, 2))
    planned = plan(path)
    path.write_text("account,object,time\nx,y,yesterday\nz,y,tomorrow\n")
    case, own = Path(found["case"]), folder / "takedown.csv"
    before = rasad("info", case, "--json").stdout
    # It looked well until it was read.
    with monkeypatch.context() as patched:
        patched.setattr(
            "rasad.cli.planning.plans",
            lambda file, *how: [planned] if file == path else plans(file, *how),
        )
        result = rasad("investigate", own, "--background", path, "--case", case)
        fresh = tmp_path / "new"
        other = rasad("import", fresh, own, "--background", path)
    for failed in (result, other):
        assert failed.exit_code == 1
        assert "Column time cannot be the time" in failed.stderr
    assert rasad("info", case, "--json").stdout == before
    assert len(list((case / "background" / "evidence").iterdir())) == 1
    # A new case holds what was imported before, and goes without a background.
    held = json.loads(rasad("info", fresh, "--json").stdout)
    assert names(held["sources"]) == ["takedown.csv"]
    assert list((fresh / "background" / "evidence").iterdir()) == []
    said = json.loads(rasad("verify", fresh, "--json").stdout)
    assert said[-1] == "background, evidence: 0 copies, all as received"


def test_a_map_is_that_of_files_and_background_alike(
    folder: Path, tmp_path: Path
) -> None:
    header, *lines = (folder / "ordinary.csv").read_text("utf-8").splitlines()
    assert header == "account,object,time"
    path = tmp_path / "back.csv"
    path.write_text("\n".join(["who,what,when", *lines]) + "\n", encoding="utf-8")
    columns = "account=account,object=object,time=time"
    together = rasad(
        "import",
        tmp_path / "c",
        folder / "takedown.csv",
        *("--background", path, "--map", columns),
    )
    assert together.exit_code == 1
    assert not (tmp_path / "c").exists()
    assert rasad("import", tmp_path / "c", folder / "takedown.csv").exit_code == 0
    mapped = "account=who,object=what,time=when"
    later = rasad("import", tmp_path / "c", "--background", path, "--map", mapped)
    assert later.exit_code == 0, later.output


def test_a_name_of_a_background_cannot_act_on_the_terminal(
    folder: Path, tmp_path: Path
) -> None:
    hostile = tmp_path / "\u202e\x1b[31mback.csv"
    hostile.write_bytes((folder / "ordinary.csv").read_bytes())
    result = rasad("import", tmp_path / "c", "--background", hostile)
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_accounts_of_a_background_reach_no_log(found: dict[str, Any]) -> None:
    case = Path(found["case"])
    for journal in (case / "journal.jsonl", case / "background" / "journal.jsonl"):
        assert journal.stat().st_size > 0
        assert "back0" not in journal.read_text("utf-8")
