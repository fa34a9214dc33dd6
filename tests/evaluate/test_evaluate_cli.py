"""The command: the smallest suite from end to end, checked, and refused if changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rasad.cli import main
from rasad.evaluate.suite import suite_of

ROOT = Path(__file__).resolve().parents[2]


def rasad(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rasad", "evaluate", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smoke suite, held once."""
    folder = tmp_path_factory.mktemp("smoke") / "round"
    done = rasad("--suite", "smoke", "--out", str(folder), "--seed", "5")
    assert done.returncode == 0, done.stderr
    assert "rasad" in done.stdout
    assert "report.html" in done.stdout
    return folder


def test_every_method_has_a_cell_on_every_world(smoke: Path) -> None:
    results = json.loads((smoke / "results.json").read_text())
    cells = {(row["method"], row["world"]): row for row in results["cells"]}
    worlds = [world.name for world in suite_of("smoke").worlds]
    methods = [method["name"] for method in results["methods"]]
    assert len(cells) == len(worlds) * len(methods)
    for row in cells.values():
        assert row["status"] == "done" or row["reason"]
    assert cells["rasad", "null-1"]["figures"]["alarms"] == 0


def test_the_page_names_every_method_and_world(smoke: Path) -> None:
    page = (smoke / "report.html").read_text(encoding="utf-8")
    for world in suite_of("smoke").worlds:
        assert world.title in page
    assert "<script" not in page


def test_the_seed_is_revealed_at_the_end_and_not_before(smoke: Path) -> None:
    committed = (smoke / "commitments.json").read_text()
    told = json.loads((smoke / "results.json").read_text())["worlds"]
    assert all(world["seed"] is not None for world in told)
    assert all(str(world["seed"]) not in committed for world in told)


def test_a_round_that_was_held_is_checked_and_a_change_is_refused(smoke: Path) -> None:
    runner = CliRunner()
    fine = runner.invoke(main, ["evaluate", "--verify", str(smoke), "--json"])
    assert fine.exit_code == 0, fine.output
    assert len(json.loads(fine.stdout)) == 3
    truth = smoke / "revealed" / "decoys.csv"
    kept = truth.read_bytes()
    truth.write_bytes(kept.replace(b"ordinary", b"operator", 1))
    changed = runner.invoke(main, ["evaluate", "--verify", str(smoke)])
    truth.write_bytes(kept)
    assert changed.exit_code == 1
    assert "truth of world decoys" in changed.output


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    runner = CliRunner()
    asked = ["evaluate", "--suite", "smoke", "--out", str(tmp_path)]
    full = runner.invoke(main, asked)
    assert full.exit_code == 1
    assert "holds something else" in full.output
    none = runner.invoke(main, ["evaluate", "--verify", str(tmp_path)])
    assert none.exit_code == 1
    assert "no round that has ended" in none.output
    for option in ("--seconds", "--scale"):
        never = runner.invoke(main, [*asked, option, "nan"])
        assert never.exit_code == 2
        assert "not a finite number" in never.output
    little = runner.invoke(main, [*asked, "--memory", "1MB"])
    assert little.exit_code == 1
    assert "too little" in little.output
