"""A round is sealed, goes on where it was stopped, and survives bad methods."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evaluate.small_round import choices, small_suite
from rasad.errors import ConfigError, EvidenceError
from rasad.evaluate.arena import evaluate, verify
from rasad.evaluate.processes import Limits
from rasad.evaluate.rounds import Round
from rasad.evaluate.worlds import Simulated, World

TIMED = ("seconds", "cpu_s", "peak_mib")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any]]:
    """A whole round of bad methods; its suite is known while the tests run."""
    folder = tmp_path_factory.mktemp("held")
    with pytest.MonkeyPatch.context() as patch:
        small_suite(folder, patch)
        limits = Limits(seconds=8, memory=600 << 20)
        yield folder, evaluate(folder / "round", choices(folder, limits=limits))


def cells(results: Any, world: str = "ring") -> dict[str, Any]:
    return {row["method"]: row for row in results["cells"] if row["world"] == world}


def test_a_cell_without_an_answer_says_why(held: tuple[Path, Any]) -> None:
    of = cells(held[1])
    assert of["quiet"]["status"] == "done"
    assert of["sleeper"]["reason"] == "It took longer than 8 s."
    assert of["sleeper"]["limit"] == "time"
    assert of["eater"]["reason"] == "It took more than 600MiB of memory."
    assert of["eater"]["peak_mib"] >= 600
    assert of["raiser"]["reason"] == (
        "It stopped with exit code 1. Its last words: "
        "ZeroDivisionError: a <b>bold</b> failure"
    )
    assert (of["unable"]["status"], of["unable"]["reason"]) == (
        "cannot",
        "It has no hands.",
    )
    assert of["breaker"]["reason"] == (
        "Its answer is none: an edge does not have the smaller code first."
    )
    assert of["hungry"]["reason"] == "It found no more memory."


def test_only_answers_have_figures(held: tuple[Path, Any]) -> None:
    with_figures = {name for name, row in cells(held[1]).items() if "figures" in row}
    assert with_figures == {"quiet", "clock"}
    assert cells(held[1])["quiet"]["figures"]["listed_recall"] == 1.0


def test_a_world_without_its_file_is_left_out_and_named(
    held: tuple[Path, Any],
) -> None:
    assert held[1]["absent"] == [
        {
            "world": "gone",
            "reason": "nowhere.csv is not in the folder of recorded worlds.",
        }
    ]
    assert "nowhere.csv" in (held[0] / "round" / "report.html").read_text()


def test_without_labels_only_what_is_flagged_is_told(held: tuple[Path, Any]) -> None:
    figures = cells(held[1], "unlabelled")["quiet"]["figures"]
    assert figures["average_precision"] is None
    assert figures["listed_per_1000"] == pytest.approx(1000 * 8 / 158)


def test_the_same_command_ends_with_the_same_results(held: tuple[Path, Any]) -> None:
    folder, results = held
    before = (folder / "round" / "results.json").read_bytes()
    limits = Limits(seconds=8, memory=600 << 20)
    assert evaluate(folder / "round", choices(folder, limits=limits)) == results
    assert (folder / "round" / "results.json").read_bytes() == before


def test_other_choices_do_not_go_on_with_a_round(held: tuple[Path, Any]) -> None:
    folder, _ = held
    with pytest.raises(ConfigError, match="other choices"):
        evaluate(folder / "round", choices(folder, "FINE"))


def test_a_folder_of_something_else_is_left_alone(held: tuple[Path, Any]) -> None:
    with pytest.raises(ConfigError, match="something else"):
        evaluate(held[0], choices(held[0]))


def test_a_pattern_that_fits_nothing_is_an_error(
    held: tuple[Path, Any], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="No cell is left"):
        evaluate(tmp_path / "round", choices(held[0], "FINE", "nobody/*"))


def test_a_round_can_be_checked(held: tuple[Path, Any]) -> None:
    assert verify(held[0] / "round") == [
        "2 truths are those that were committed",
        "4 answers are those that were frozen before the truth was known",
        "16 cells follow from answers and truths",
    ]


def swap(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


CHANGES = {
    "revealed/ring.csv": (b"generic:ring0,1", b"generic:ring0,0"),
    "revealed/ring.json": (b'"seed": null', b'"seed": 5'),
    "commitments.json": (b'"world": "ring"', b'"world": "rung"'),
    "cells.jsonl": (b'"status":"done"', b'"status":"gone"'),
    "results.json": (b'"listed_recall": 1.0', b'"listed_recall": 0.9'),
    "report.html": (b"Rasad arena", b"Rasad arenas"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_refused(
    held: tuple[Path, Any], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "round"
    shutil.copytree(held[0] / "round", folder)
    swap(folder / name, *CHANGES[name])
    with pytest.raises(EvidenceError):
        verify(folder)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("answers/ring/quiet/accounts.parquet", "answer of quiet on world ring"),
        ("worlds/ring/shown/actions.parquet", "shown of world ring"),
    ],
)
def test_a_changed_answer_or_world_is_refused_by_name(
    held: tuple[Path, Any], tmp_path: Path, name: str, said: str
) -> None:
    folder = tmp_path / "round"
    shutil.copytree(held[0] / "round", folder)
    flip(folder / name)
    with pytest.raises(EvidenceError, match=said):
        verify(folder)


def copy_of(held: tuple[Path, Any], folder: Path) -> Path:
    return Path(shutil.copytree(held[0] / "round", folder / "round"))


def without_last_cell(held: tuple[Path, Any], folder: Path) -> Path:
    copy = copy_of(held, folder)
    lines = (copy / "cells.jsonl").read_bytes().splitlines(keepends=True)
    (copy / "cells.jsonl").write_bytes(b"".join(lines[:-1]))
    return copy


def test_a_cell_cannot_be_left_out(held: tuple[Path, Any], tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"The cell of .* is missing"):
        verify(without_last_cell(held, tmp_path))


def test_a_world_cannot_be_left_out(held: tuple[Path, Any], tmp_path: Path) -> None:
    folder = copy_of(held, tmp_path)
    absent = json.loads((folder / "absent.json").read_text())
    (folder / "absent.json").write_text(json.dumps(absent | {"ring": "Not liked."}))
    with pytest.raises(EvidenceError, match="World ring was committed and is left out"):
        verify(folder)
    limits = Limits(seconds=8, memory=600 << 20)
    with pytest.raises(EvidenceError, match="World ring"):
        evaluate(folder, choices(held[0], limits=limits))


def test_no_method_answers_once_the_truth_is_known(
    held: tuple[Path, Any], tmp_path: Path
) -> None:
    folder = without_last_cell(held, tmp_path)
    limits = Limits(seconds=8, memory=600 << 20)
    with pytest.raises(EvidenceError, match="truths are revealed"):
        evaluate(folder, choices(held[0], limits=limits))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 1}', "\x00"])
@pytest.mark.parametrize("name", ["results.json", "round.json", "absent.json"])
def test_a_file_that_says_something_else_is_one_sentence(
    held: tuple[Path, Any], tmp_path: Path, name: str, content: str
) -> None:
    folder = copy_of(held, tmp_path)
    (folder / name).write_text(content)
    with pytest.raises(EvidenceError):
        verify(folder)


def test_a_folder_cannot_name_code_to_be_run(
    held: tuple[Path, Any], tmp_path: Path
) -> None:
    folder = copy_of(held, tmp_path)
    swap(folder / "round.json", b"evaluate.troublemakers", b"antigravity")
    with pytest.raises(EvidenceError, match="methods of this round"):
        verify(folder)


def test_a_truth_that_is_gone_is_refused_by_name(
    held: tuple[Path, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "round"
    shutil.copytree(held[0] / "round", folder)
    (folder / "revealed" / "unlabelled.csv").unlink()
    with pytest.raises(EvidenceError, match="world unlabelled"):
        verify(folder)


def test_a_folder_without_a_round_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no round that has ended"):
        verify(tmp_path)


def untimed(results: Any) -> Any:
    """Take away what no two runs have in common: times, memory and salts."""
    copy = json.loads(json.dumps(results))
    for row in copy["cells"]:
        for name in TIMED:
            row.pop(name, None)
    for world in copy["worlds"]:
        for name in ("salt", "commitment", "size"):
            del world[name]
    return copy


def test_a_stopped_round_goes_on_and_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_suite(tmp_path, monkeypatch)
    asked = choices(tmp_path, "FINE", "*/ring")
    whole = evaluate(tmp_path / "whole", asked)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "cells":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(tmp_path / "stopped", asked, stop)
    round_ = Round(tmp_path / "stopped")
    frozen = round_.chain().bodies()
    assert len(frozen) == 1
    assert not round_.revealed.exists()
    again = evaluate(tmp_path / "stopped", asked)
    assert round_.chain().bodies()[: len(frozen)] == frozen
    assert untimed(again) == untimed(whole)


def test_a_truth_that_is_changed_before_it_is_revealed_stops_the_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_suite(tmp_path, monkeypatch)

    def change(stage: str, done: int, total: int) -> None:
        if stage == "cells" and done == total:
            path = tmp_path / "round" / "sealed" / "ring.csv"
            swap(path, b"generic:user000,0", b"generic:user000,1")

    with pytest.raises(EvidenceError, match="truth of world ring"):
        evaluate(tmp_path / "round", choices(tmp_path, "FINE", "quiet/ring"), change)


def test_no_method_can_read_a_truth_where_its_world_is(
    held: tuple[Path, Any],
) -> None:
    kept = {path.name for path in (held[0] / "round" / "worlds").rglob("*")}
    assert not {"truth.csv", "ring.csv", "labels.csv", "ring.order.json"} & kept


def test_a_seed_that_nobody_chose_is_drawn_once_and_kept(tmp_path: Path) -> None:
    one, two = Round(tmp_path / "one"), Round(tmp_path / "two")
    for round_ in (one, two):
        round_.sealed.mkdir(parents=True)
    assert one.round_seed(None) == one.round_seed(None) != two.round_seed(None)
    assert Round(tmp_path / "one").round_seed(None) == one.round_seed(None)


def test_a_salt_differs_even_where_the_seed_does_not(tmp_path: Path) -> None:
    world = World(
        name="w", title="", kind="null", made=Simulated(scenario="nobody", days=1)
    )
    sealed = []
    for name in ("one", "two"):
        round_ = Round(tmp_path / name)
        round_.sealed.mkdir(parents=True)
        sealed.append(round_.seal(world, 1))
    assert sealed[0].seed == sealed[1].seed
    assert sealed[0].salt != sealed[1].salt
