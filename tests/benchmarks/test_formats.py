"""One line for every format, each of which balances or ends the command with 1."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.formats import __main__ as command
from benchmarks.formats.imported import imported
from benchmarks.formats.made import SAMPLES, Sample
from rasad.extend import Reject
from rasad.importers import IMPORTERS, recognise
from rasad.importers.identity import post_id, record_hash
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.reader import inspect
from rasad.schema import Record

SMALL = ("tg_desktop", "x_io_users")


UNVERIFIED = (
    *("nbc_ira", "mastodon", "reddit_dump", "tiktok_research"),
    *("meltwater", "brandwatch"),
)
"""Formats of which nobody has seen a real file."""

UNVERIFIED_SITES = ("instagram.com", "threads.net", "truthsocial.com")
"""Sites of which nobody has seen a real capture."""


def is_unverified(sample: Sample) -> bool:
    of_site = any(site in sample.name for site in UNVERIFIED_SITES)
    return sample.format in UNVERIFIED or of_site


def test_there_is_a_made_file_of_every_format() -> None:
    assert {sample.format for sample in SAMPLES} == set(IMPORTERS)
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.name))
def test_a_made_file_is_of_its_format(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    head = inspect(path)
    sniff = recognise(head)
    assert sniff.importer == sample.format
    assert (PROVISIONAL in sniff.warnings) == is_unverified(sample)
    entries = IMPORTERS.find(sniff.importer).read(head, sniff.mapping)
    outcomes = [entry.outcome for entry in entries]
    records = [one for one in outcomes if isinstance(one, Record)]
    versions = {record_hash(record, post_id(record)) for record in records}
    assert len(versions) == sample.accepted
    assert len(records) - len(versions) == sample.duplicate
    assert sum(isinstance(one, Reject) for one in outcomes) == sample.rejected


def test_the_command_prints_a_line_for_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = tmp_path / "importers" / "twarc_v2_jsonl"
    real.mkdir(parents=True)
    user = {"id": "5", "username": "a", "name": "b"}
    (real / "users.jsonl").write_text(json.dumps({"data": [user], "meta": {}}) + "\n")
    (real / "empty.json").write_bytes(b"")
    (real / "LICENSE").write_text("free")
    assert command.main(["--data", str(tmp_path), "--only", *SMALL]) == 0
    printed = capsys.readouterr().out
    lines = [line for line in printed.splitlines() if "  yes" in line]
    names = ("iran_112023_users_csv_hashed.csv", "result.json", "account-result.json")
    for name, line in zip(
        (*names, "empty.json", "users.jsonl", "/"), lines, strict=True
    ):
        assert name in line
    assert "empty.json is empty" in lines[3]
    assert "twarc_v2_jsonl/, 3 files at once" in lines[5]
    assert "and 2 files left out, 4 bytes" in lines[5]
    assert "6 imports of 3 formats" in printed
    assert "LICENSE" not in printed


def test_what_does_not_balance_is_named_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (sample,) = (one for one in SAMPLES if one.name == "result.json")
    wrong = [
        replace(sample, accepted=9),
        replace(sample, content=b"\x89PNG\r\n\x1a\n\0"),
    ]
    monkeypatch.setattr(command, "SAMPLES", wrong)
    assert command.main(["--data", str(tmp_path / "none"), "--only", *SMALL]) == 1
    printed = capsys.readouterr().out
    assert "NO: not what was made" in printed
    assert "NO: refused" in printed
    assert "2 do not balance" in printed


def test_each_file_of_an_archive_has_a_line_with_its_unpacked_size(
    tmp_path: Path,
) -> None:
    (sample,) = (one for one in SAMPLES if one.name.endswith(".zip"))
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    (line,) = imported(path)
    assert line.name == f"{sample.name}: {sample.name[:-4]}.csv"
    (plain,) = (one for one in SAMPLES if one.name == f"{sample.name[:-4]}.csv")
    assert line.size == len(plain.content)
    assert line.wrong == ()
