"""Packed files and archives in a case: copies, accounts of bytes, and the way back."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest
import zstandard

from rasad.case import Case, open_case
from rasad.errors import EvidenceError
from rasad.importers.plan import files_in, plan

HEADER = "account,time,text\n"


def table(first: int) -> bytes:
    rows = (
        f"a{n},2024-03-01T10:00:{n % 60:02}Z,سلام {n}\n"
        for n in range(first, first + 50)
    )
    return (HEADER + "".join(rows)).encode()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("one.csv", table(0))
        file.writestr("two.csv", table(50))
    return path


def imported(case: Case, *paths: Path) -> list[dict[str, object]]:
    files = [plan(path, member=member) for path, member in files_in(paths)]
    return [case.import_file(one) for one in files]


def sources(case: Case) -> list[dict[str, object]]:
    return case.store.rows("SELECT * FROM source ORDER BY name")


def test_a_packed_file_is_kept_as_it_came_and_counted_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv.gz"
    path.write_bytes(gzip.compress(table(0)))
    with open_case(tmp_path / "c", create=True) as case:
        (row,) = imported(case, path)
        assert (row["records"], row["accepted"], row["rejected"]) == (50, 50, 0)
        assert row["bytes"] == len(table(0))
        assert row["evidence"] == hashlib.sha256(path.read_bytes()).hexdigest()
        copy = case.evidence.path(str(row["evidence"]))
        assert copy.read_bytes() == path.read_bytes()


def test_each_file_of_an_archive_is_a_source_and_the_archive_one_copy(
    archive: Path, tmp_path: Path
) -> None:
    with open_case(tmp_path / "c", create=True) as case:
        first, second = imported(case, archive)
        assert first["evidence"] == second["evidence"] != first["source_id"]
        assert [row["name"] for row in sources(case)] == [
            "export.zip: one.csv",
            "export.zip: two.csv",
        ]
        assert imported(case, archive) == [first, second]
        assert len(list((tmp_path / "c" / "evidence").iterdir())) == 1
        assert "1 copies" in " ".join(case.verify())


def test_a_lost_store_is_rebuilt_from_the_packed_copies(
    archive: Path, tmp_path: Path
) -> None:
    with open_case(tmp_path / "c", create=True) as case:
        imported(case, archive)
        before, posts = (
            sources(case),
            case.store.rows("SELECT * FROM post ORDER BY ALL"),
        )
    (tmp_path / "c" / "case.duckdb").unlink()
    with open_case(tmp_path / "c") as case:
        assert sources(case) == before
        assert case.store.rows("SELECT * FROM post ORDER BY ALL") == posts


def test_a_stream_that_ends_early_says_so_in_the_source(tmp_path: Path) -> None:
    path = tmp_path / "posts.gz"
    path.write_bytes(gzip.compress(table(0) * 400)[:-20])
    with open_case(tmp_path / "c", create=True) as case:
        (row,) = imported(case, path)
        assert row["stream_state"] == "ended_early"
        spans = ("header_bytes", "blank_bytes", "record_bytes")
        assert row["bytes"] == sum(int(str(row[span])) for span in spans)


def test_a_member_that_fails_leaves_the_copy_that_others_came_from(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise EvidenceError("no", "nothing")

    first, second = (plan(file, member=part) for file, part in files_in([archive]))
    with open_case(tmp_path / "c", create=True) as case:
        row = case.import_file(first)
        monkeypatch.setattr("rasad.case.check_balance", refuse)
        with pytest.raises(EvidenceError):
            case.import_file(second)
        case.evidence.check(row["evidence"])
        assert len(sources(case)) == 1


@pytest.mark.parametrize("checked", [True, False])
def test_a_packed_file_without_a_checksum_says_so_in_its_notes(
    tmp_path: Path, checked: bool
) -> None:
    path = tmp_path / "posts.csv.zst"
    packer = zstandard.ZstdCompressor(write_checksum=checked)
    path.write_bytes(packer.compress(table(0)))
    with open_case(tmp_path / "c", create=True) as case:
        (row,) = imported(case, path)
    assert ("has no checksum" in str(row["notes"])) is not checked
