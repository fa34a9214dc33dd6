from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from planted_ring import planted_shares, write_shares

from rasad.case import open_case
from rasad.cli import main
from rasad.cli.power import sentences
from rasad.config import Calibration, Coaction, Settings
from rasad.importers.plan import plan

QUICK = Settings(
    coaction=Coaction(windows_s=(60,)), calibration=Calibration(pairs=20_000)
)
SMALL = ("--ring", "5", "--rings", "1", "--threads", "1")


def rasad(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli-power")
    path = write_shares(folder / "shares.csv", planted_shares())
    with open_case(folder / "case", create=True, settings=QUICK) as case:
        case.import_file(plan(path))
    return folder / "case"


def answer(**more: Any) -> dict[str, Any]:
    common: dict[str, Any] = {
        "members": 15,
        "tasks_per_day": 2.0,
        "compliance": 0.9,
        "lag_s": 60.0,
        "trace": "repost",
        "days": 14,
        "tasks": 28.0,
        "together": 22.7,
        "rings": 10,
        "runs": 2,
        "certified": 8,
        "share": 0.8,
        "share_low": 0.49,
        "share_high": 0.943,
        "certified_members": 123,
        "listed": 10,
        "kept_pairs": 1_000,
        "possible_pairs": 1_050,
        "frontier": {"3": None, "10": 12},
        "calibration": {"passed": 2},
        "untrusted": 0,
        "seconds": 61.0,
    }
    return common | more


def test_a_person_reads_what_was_hidden_what_was_found_and_how_sure_that_is() -> None:
    said, frontier = sentences(answer())
    assert said == (
        "Of 10 injected rings of 15 accounts with 2 joint tasks a day (trace repost, "
        "compliance 0.9, median lag 60 s): 8 certified, share 0.80 (95 % interval 0.49 "
        "to 0.94); 82% of all members in certified groups; 10 listed as groups; 1,000 "
        "of 1,050 pairs kept; 2 detections, 61 s."
    )
    assert "22.7 tasks together, of 28.0 on 14 days" in frontier
    assert frontier.endswith("in so many hours: 12 at 10 times chance.")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"calibration": {"refused": 1, "partly": 1}}, "In 1 of 2 detections no test"),
        ({"calibration": {"uncalibrated": 2}}, "could not be calibrated"),
        ({"untrusted": 2}, "choose another with --trace"),
    ],
)
def test_that_nothing_could_be_found_is_not_taken_for_nothing_found(
    more: dict[str, Any], said: str
) -> None:
    assert said in sentences(answer(**more))[-1]


def test_a_power_curve_for_people_and_its_time_first(case: Path) -> None:
    done = rasad("power", case, *SMALL, "--per-day", "2,0.5", "--compliance", "0.02")
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith("2 detections, roughly ")
    assert "Of 1 injected ring of 5 accounts with 2 joint tasks" in done.stdout
    assert "with 0.5 joint tasks a day" in done.stdout
    assert done.stdout.count("0 certified, share 0.00") == 2
    assert "Rings found" in done.stdout
    assert "hides better" in done.stdout
    assert not {"ring0", "user001", "injected-ring-1"} & set(done.output.split())


def test_json_is_one_list_and_nothing_else(case: Path) -> None:
    done = rasad("power", case, *SMALL, "--json", "--trace", "object", "--own", "1")
    (found,) = json.loads(done.stdout)
    assert found["members"] == 5
    assert found["own_share"] == 1
    assert found["share_low"] <= found["share"] <= found["share_high"]


@pytest.mark.parametrize(
    "wrong",
    [("--ring", "many"), ("--per-day", "1;2"), ("--own", "2"), ("--rings", "0")],
)
def test_what_is_no_number_is_a_usage_error(case: Path, wrong: tuple[str, str]) -> None:
    assert rasad("power", case, *wrong).exit_code == 2


@pytest.mark.parametrize(
    "wrong", [("--ring", "1"), ("--ring", "15,60"), ("--trace", "link")]
)
def test_what_cannot_be_hidden_here_is_one_sentence(
    case: Path, wrong: tuple[str, str]
) -> None:
    done = rasad("power", case, *wrong)
    assert done.exit_code == 1
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("Error: ")]
    assert line.endswith(".")
    assert "Traceback" not in done.output


def test_a_missing_case_says_what_to_do(tmp_path: Path) -> None:
    done = rasad("power", tmp_path / "none")
    assert done.exit_code == 1
    assert "import a file into it first" in done.stderr
    assert not (tmp_path / "none").exists()


def test_stopped_early_what_is_known_stays_said(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> Any:
        yield answer()
        raise KeyboardInterrupt

    monkeypatch.setattr("rasad.cli.power.power", stopped)
    done = rasad("power", case, "--per-day", "2,4")
    assert done.exit_code == 130
    assert "8 certified" in done.stdout
    assert "Stopped" in done.stderr
