from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from planted_ring import planted_shares, write_shares

from rasad.cli import main
from rasad.importers.plan import plan
from rasad.terminal import inert


def rasad(*arguments: object, folder: Path | None = None) -> Result:
    runner = CliRunner()
    here = Path.cwd()
    try:
        if folder is not None:
            os.chdir(folder)
        return runner.invoke(main, [str(argument) for argument in arguments])
    finally:
        os.chdir(here)


@pytest.fixture(scope="module")
def case(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "case"
    result = rasad("investigate", planted, "--case", folder)
    assert result.exit_code == 0, result.output
    return folder


def test_investigate_ends_with_the_path_of_the_dossier(
    planted: Path, tmp_path: Path
) -> None:
    result = rasad("investigate", planted, "--case", tmp_path / "c")
    assert result.exit_code == 0
    last = Path(result.stdout.splitlines()[-1])
    assert last.name == "dossier.html"
    assert last.is_file()


def test_the_case_is_named_after_the_first_file(planted: Path, tmp_path: Path) -> None:
    assert rasad("investigate", planted, folder=tmp_path).exit_code == 0
    assert (tmp_path / "planted.rasad" / "out" / "dossier.html").is_file()


def test_a_suggested_mapping_is_printed_and_kept(planted: Path, tmp_path: Path) -> None:
    result = rasad("import", tmp_path / "c", planted)
    assert "--map account=account,object=object,time=time" in result.stderr
    kept = tmp_path / "c" / "out" / "planted.map.toml"
    again = rasad("import", tmp_path / "d", planted, "--map", kept)
    assert again.exit_code == 0, again.output


def test_json_is_one_document_and_nothing_else(planted: Path, tmp_path: Path) -> None:
    result = rasad("investigate", planted, "--case", tmp_path / "c", "--json")
    found = json.loads(result.stdout)
    assert found["sources"][0]["accepted"] == len(planted_shares())
    assert found["groups"][0]["size"] == 8


@pytest.mark.parametrize("command", ["info", "detect", "rejects", "verify", "export"])
def test_every_command_on_a_case_speaks_json_and_to_people(
    case: Path, command: str
) -> None:
    assert json.loads(rasad(command, case, "--json").stdout) is not None
    assert rasad(command, case).exit_code == 0


def test_export_writes_one_file_per_table(case: Path, tmp_path: Path) -> None:
    result = rasad("export", case, "--format", "csv", "--out", tmp_path / "tables")
    assert result.exit_code == 0
    assert (tmp_path / "tables" / "edge.csv").read_text().startswith("run_id,account_a")


BAD = {
    "missing": None,
    "empty": b"",
    "header_only": b"account,object,time\n",
    "binary": bytes(range(256)) * 40,
    "encoding": b"account,object,time\n" + b"\xff\xfe\xff,\xe9,1\n" * 5,
    "unrecognised": b"colour,shape\nred,round\nblue,square\n",
    "folder": "folder",
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_sentence_and_changes_nothing(
    case: Path, tmp_path: Path, kind: str
) -> None:
    path, content = tmp_path / "input.csv", BAD[kind]
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.mkdir()
    before = rasad("info", case, "--json").stdout
    for target in (case, tmp_path / "new"):
        result = rasad("investigate", path, "--case", target)
        assert result.exit_code == 1
        (line,) = [x for x in result.stderr.splitlines() if x.startswith("Error: ")]
        assert "Traceback" not in result.output
        assert line.endswith(".")
    assert rasad("info", case, "--json").stdout == before
    assert not (tmp_path / "new").exists()


def test_an_incomplete_mapping_ends_with_the_option_to_type(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(
        "who_id,thing_a,thing_b,stamp\n"
        + "".join(f"u{n % 7},{n % 5},{n % 3},{1_700_000_000 + n}\n" for n in range(60))
    )
    result = rasad("investigate", path, "--case", tmp_path / "c")
    assert result.exit_code == 1
    assert "--map " in result.stderr
    assert not (tmp_path / "c").exists()


def test_a_column_that_does_not_exist_is_named(planted: Path, tmp_path: Path) -> None:
    result = rasad(
        "import",
        tmp_path / "c",
        planted,
        "--map",
        "account=who,object=object,time=time",
    )
    assert result.exit_code == 1
    assert "who" in result.stderr


def test_a_wrong_option_is_a_usage_error() -> None:
    assert rasad("investigate", "--no-such-option").exit_code == 2


def test_a_missing_case_says_what_to_do(tmp_path: Path) -> None:
    result = rasad("detect", tmp_path / "none")
    assert result.exit_code == 1
    assert "import a file into it first" in result.stderr


def test_nothing_from_a_post_acts_on_the_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[31m[link=http://x.example]\u202eevil[/link]"
    shares = [(hostile, f"item{n % 4}", 1_704_067_200 + n * 50) for n in range(40)]
    shares += [(f"user{n}", f"item{n % 4}", 1_704_067_200 + n * 50) for n in range(40)]
    path = write_shares(tmp_path / "posts.csv", shares)
    path.write_bytes(path.read_bytes() + b"\x1b]0;title\x07,x,never\n")
    result = rasad("investigate", path, "--case", tmp_path / "c")
    assert result.exit_code == 0, result.output
    output = result.output + rasad("rejects", tmp_path / "c").output
    assert not {c for c in output if ord(c) < 32 and c not in "\n\t" or ord(c) == 127}
    assert "\u202e" not in output


def test_brackets_are_no_markup() -> None:
    assert inert("[red]x[/red]").plain == "[red]x[/red]"


def test_account_names_reach_no_log_or_error(case: Path, planted: Path) -> None:
    result = rasad("investigate", planted, "--case", case)
    assert "ring0" not in result.output
    assert "user001" not in (case / "journal.jsonl").read_text()


def test_files_of_a_case_are_for_their_owner_only(case: Path) -> None:
    for path in case.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_module_is_installed_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rasad", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rasad" in done.stdout


def test_looking_at_a_file_writes_nothing(planted: Path) -> None:
    before = sorted(planted.parent.iterdir())
    plan(planted)
    assert sorted(planted.parent.iterdir()) == before


@pytest.mark.parametrize("amount", ["banana", "0GB", "1KB", "-2GB"])
def test_a_mistyped_amount_of_memory_touches_no_case(case: Path, amount: str) -> None:
    before = sorted(path.name for path in case.iterdir())
    assert rasad("detect", case, "--memory", amount).exit_code == 2
    assert sorted(path.name for path in case.iterdir()) == before


def test_a_file_name_cannot_act_on_the_terminal(planted: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "\u202e\x1b[31mposts.csv"
    hostile.write_bytes(planted.read_bytes())
    result = rasad("import", tmp_path / "c", hostile)
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_a_folder_that_cannot_be_made_is_one_sentence(
    case: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    result = rasad("export", case, "--out", taken)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


def test_a_long_file_name_is_fine(planted: Path, tmp_path: Path) -> None:
    long = tmp_path / ("n" * 240 + ".csv")
    long.write_bytes(planted.read_bytes())
    assert rasad("import", tmp_path / "c", long).exit_code == 0


def test_every_command_is_found_and_none_is_hidden() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        assert main.get_command(context, name) is not None
    assert sorted(main.commands) == main.list_commands(context)


def test_counting_edges_loads_nothing_that_it_does_not_need() -> None:
    heavy = ("rasad.case", "duckdb", "jinja2", "graspologic_native", "rich")
    code = (
        f"import sys, rasad.cli.edges; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_what_a_command_loads_is_not_looked_over_for_garbage() -> None:
    code = (
        "import gc, os; from rasad.cli import main;"
        "main(['edges', '--help'], standalone_mode=False);"
        "print(gc.isenabled(), gc.get_freeze_count() > len(gc.get_objects()),"
        " os.environ['OPENBLAS_NUM_THREADS'])"
    )
    environment = {k: v for k, v in os.environ.items() if "OPENBLAS" not in k}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.stdout.splitlines()[-1] == "True True 1", done.stdout + done.stderr


@pytest.mark.parametrize("command", ["edges", "info"])
def test_a_command_ends_without_complaints(command: str, case: Path) -> None:
    asked = ["info", str(case)] if command == "info" else ["edges", "--help"]
    done = subprocess.run(
        [sys.executable, "-m", "rasad", *asked], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_scenario_is_investigated_and_its_truth_kept(tmp_path: Path) -> None:
    plan_file = tmp_path / "few.toml"
    plan_file.write_text("[ordinary]\naccounts = 8000\nposts_per_day = 4.0\n")
    made = rasad(
        *("demo", "--case", tmp_path / "c", "--json"),
        *("--scenario", plan_file, "--days", "2"),
    )
    assert made.exit_code == 0, made.output
    assert [row["rejected"] for row in json.loads(made.stdout)["sources"]] == [0, 0]
    truth = tmp_path / "c" / "out" / "world" / "truth.csv"
    assert len(truth.read_text().splitlines()) == 401


def test_the_small_demo_has_days_of_its_own(tmp_path: Path) -> None:
    refused = rasad("demo", "--case", tmp_path / "c", "--days", "2")
    assert refused.exit_code == 2
    assert "--scenario" in refused.output
    assert not (tmp_path / "c").exists()


def test_what_cannot_be_read_of_a_folder_is_named_and_left_out(
    planted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "readme.txt").write_text("Only words here.\n")
    (folder / "posts.csv").write_bytes(planted.read_bytes())
    made = rasad("import", tmp_path / "c", folder, "--json")
    assert made.exit_code == 0, made.output
    assert "Left out: readme.txt" in made.stderr
    (row,) = json.loads(made.stdout)
    assert row["name"] == "posts.csv"
    (folder / "posts.csv").unlink()
    refused = rasad("import", tmp_path / "c", folder)
    assert refused.exit_code != 0
    assert "does not begin with a header" in refused.output


def test_counting_refuses_a_packed_table_that_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "actions.csv.gz"
    rows = "".join(f"a{n % 9},o{n % 5},{1_700_000_000 + n}\n" for n in range(9_000))
    whole = gzip.compress(f"account,object,time\n{rows}".encode())
    path.write_bytes(whole)
    assert rasad("edges", path, "--out", tmp_path / "e").exit_code == 0
    path.write_bytes(whole[: len(whole) // 2])
    refused = rasad("edges", path, "--out", tmp_path / "e")
    assert refused.exit_code != 0
    assert "damaged or ends early" in refused.output


@pytest.mark.parametrize("level", ["team", "share", "publish"])
def test_what_is_given_away_has_a_folder_of_its_own(case: Path, level: str) -> None:
    result = rasad("export", case, "--format", "csv", "--privacy", level)
    assert result.exit_code == 0, result.output
    shown = case / "out" / level
    written = [Path(line) for line in result.stdout.splitlines()]
    assert {path.parent for path in written} == {shown}
    held = "".join(path.read_text(encoding="utf-8") for path in written)
    assert "ring0" not in held
    assert "ring0" in (case / "out" / "dossier.html").read_text(encoding="utf-8")
    page = rasad("dossier", case, "--privacy", level)
    if level == "publish":
        assert page.exit_code == 1
        assert "--privacy share" in page.stderr
    else:
        made = shown / "dossier.html"
        assert page.stdout.strip() == str(made)
        assert "ring0" not in made.read_text(encoding="utf-8")
        assert "group" in made.read_text(encoding="utf-8")


def test_a_key_that_is_kept_goes_with_a_team_alone(case: Path, tmp_path: Path) -> None:
    key = ("--key", tmp_path / "key")
    refused = rasad("export", case, "--privacy", "share", *key)
    assert refused.exit_code == 1
    assert "choose --privacy team" in refused.stderr
    told = rasad("export", case, "--privacy", "team", *key, "--out", tmp_path / "t")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "t" / "key").exists()


INTERRUPTED = """
import os, signal, sys
# Whoever runs the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
class Pressed:
    def find_spec(self, name, *_):
        if name == "rasad.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressed())
from rasad.__main__ import run
run()
"""


def test_ctrl_c_while_modules_load_shows_no_traceback() -> None:
    words = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr == "Stopped before anything was done.\n"
