from __future__ import annotations

import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from planted_ring import planted_shares, write_shares

from rasad.case import Case, investigate, open_case
from rasad.config import Calibration, Groups, Resources, Settings
from rasad.errors import CaseLockedError, EvidenceError, NotEnoughDataError, RasadError
from rasad.importers.plan import plan
from rasad.schema import TABLES, columns
from rasad.store.duckdb import DuckDBStore

EXPORTED = ("edge", "pair", "grp", "member", "finding")


def run(folder: Path, *files: Path, threads: int = 2) -> dict[str, bytes]:
    """Investigate files and return the bytes of the tables that matter."""
    with open_case(folder, create=True, resources=Resources(threads=threads)) as case:
        investigate([plan(path) for path in files], case)
    return {
        name: (folder / "out" / f"{name}.parquet").read_bytes() for name in EXPORTED
    }


@pytest.fixture(scope="session")
def finished(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "planted.rasad"
    run(folder, planted)
    return folder


@pytest.fixture(scope="session")
def reference(finished: Path) -> dict[str, bytes]:
    out = finished / "out"
    return {name: (out / f"{name}.parquet").read_bytes() for name in EXPORTED}


def read(folder: Path, table: str) -> list[dict[str, object]]:
    rows = pq.read_table(folder / "out" / f"{table}.parquet").to_pylist()
    assert isinstance(rows, list)
    return rows


def test_the_planted_ring_is_the_strongest_group_and_nobody_else_is_in_it(
    finished: Path,
) -> None:
    groups = read(finished, "grp")
    strongest = next(row["grp"] for row in groups if row["rank"] == 1)
    members = {r["account"] for r in read(finished, "member") if r["grp"] == strongest}
    assert members == {f"generic:ring{n}" for n in range(8)}


def test_no_ordinary_account_is_in_any_group(finished: Path) -> None:
    members = {str(row["account"]) for row in read(finished, "member")}
    assert not any(name.startswith("generic:user") for name in members)


def test_records_and_bytes_of_every_source_balance(finished: Path) -> None:
    (source,) = read(finished, "source")
    fates = ("accepted", "duplicate", "filtered", "rejected")
    assert sum(int(str(source[fate])) for fate in fates) == source["records"]
    spans = ("header_bytes", "blank_bytes", "record_bytes")
    assert sum(int(str(source[span])) for span in spans) == source["bytes"]


def test_every_table_is_written_with_the_columns_of_the_schema(finished: Path) -> None:
    for table in TABLES:
        written = pq.read_schema(finished / "out" / f"{table}.parquet")
        assert written.names == list(columns(table))


def test_every_edge_says_what_it_was_tested_with(finished: Path) -> None:
    for row in read(finished, "edge"):
        assert str(row["account_a"]).encode() < str(row["account_b"]).encode()
        assert row["n_objects"] >= 1  # type: ignore[operator]
        assert (row["p_value"] is None) == (row["expected"] is None)


def test_no_group_is_certified_without_calibration(
    planted: Path, tmp_path: Path
) -> None:
    unchecked = Settings(calibration=Calibration(pairs=0))
    with open_case(tmp_path / "c", create=True, settings=unchecked) as case:
        case.import_file(plan(planted))
        run = case.detect()
        assert run["calibration"] == "uncalibrated"
        assert "Uncalibrated, rank only" in run["warnings"]
        assert not any(row["replicated"] for row in case.store.rows("FROM grp"))
        assert not any(row["kept"] for row in case.store.rows("FROM pair"))
        q_values = {row["q_value"] for row in case.store.rows("FROM pair")}
        q_values |= {row["q_value"] for row in case.store.rows("FROM edge")}
        assert q_values == {None}


def test_a_planted_ring_is_certified_and_its_tests_are_on_record(
    finished: Path,
) -> None:
    (run,) = read(finished, "run")
    assert run["calibration"] in ("passed", "partly")
    certified = [row for row in read(finished, "grp") if row["replicated"]]
    assert certified
    known = {row["grp"] for row in read(finished, "heldout") if row["confirmed"]}
    assert {row["grp"] for row in certified} <= known
    weighed = {row["grp"] for row in read(finished, "explanation")}
    assert {row["grp"] for row in certified} <= weighed


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_no_byte(
    planted: Path, tmp_path: Path, reference: dict[str, bytes], threads: int
) -> None:
    assert run(tmp_path / "c", planted, threads=threads) == reference


def test_the_order_of_rows_and_the_name_of_the_file_change_no_byte(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    shares = planted_shares()
    random.Random(1).shuffle(shares)
    shuffled = write_shares(tmp_path / "دیگر.csv", shares)
    assert run(tmp_path / "c", shuffled) == reference


def test_two_pieces_give_the_same_bytes_as_one_file(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    shares = planted_shares()
    pieces = [
        write_shares(tmp_path / "late.csv", shares[1000:]),
        write_shares(tmp_path / "early.csv", shares[:1500]),
    ]
    assert run(tmp_path / "c", *pieces) == reference


def test_the_same_file_again_under_another_name_changes_nothing(
    planted: Path, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    other = tmp_path / "renamed.csv"
    other.write_bytes(planted.read_bytes())
    assert run(tmp_path / "c", planted, other, planted) == reference
    assert len(read(tmp_path / "c", "source")) == 1


def test_a_reordered_copy_is_all_duplicates(
    planted: Path, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    shares = planted_shares()
    again = write_shares(tmp_path / "again.csv", shares[::-1])
    assert run(tmp_path / "c", planted, again) == reference
    fates = {row["name"]: row for row in read(tmp_path / "c", "source")}
    assert fates["again.csv"]["accepted"] == 0
    assert fates["again.csv"]["duplicate"] == len(shares)


def open_again(folder: Path) -> dict[str, bytes]:
    with open_case(folder) as case:
        case.detect()
        case.dossier()
    return {
        name: (folder / "out" / f"{name}.parquet").read_bytes() for name in EXPORTED
    }


@pytest.mark.parametrize("damage", ["missing", "noise", "cut"])
def test_a_lost_or_damaged_store_is_rebuilt_from_the_evidence(
    planted: Path, tmp_path: Path, reference: dict[str, bytes], damage: str
) -> None:
    folder = tmp_path / "c"
    run(folder, planted)
    store = folder / "case.duckdb"
    whole = store.read_bytes()
    store.unlink()
    if damage == "noise":
        store.write_bytes(bytes(random.Random(2).randbytes(len(whole))))
    elif damage == "cut":
        store.write_bytes(whole[: len(whole) // 2])
    assert open_again(folder) == reference


def test_a_commit_that_the_journal_missed_is_written_down(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "c"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("rasad.store.journal.Journal.append", killed)
        with pytest.raises(KeyboardInterrupt), open_case(folder, create=True) as case:
            case.import_file(plan(planted))
    with open_case(folder) as case:
        assert [entry["event"] for entry in case.journal.entries()] == ["import"]
        assert case.info()["sources"][0]["accepted"] == len(planted_shares())


def interrupted_after(calls: int) -> object:
    left = [calls]

    def report(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    return report


@pytest.mark.parametrize("calls", [0, 1, 3, 6])
def test_an_interrupted_command_leaves_a_case_that_the_same_command_finishes(
    planted: Path, tmp_path: Path, reference: dict[str, bytes], calls: int
) -> None:
    folder = tmp_path / "c"
    with (
        pytest.raises(KeyboardInterrupt),
        open_case(
            folder,
            create=True,
            progress=interrupted_after(calls),  # type: ignore[arg-type]
        ) as case,
    ):
        investigate([plan(planted)], case)
    assert run(folder, planted) == reference


def test_a_second_command_on_a_case_is_refused(planted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    with (
        open_case(folder, create=True, purpose="import"),
        pytest.raises(CaseLockedError, match="rasad import"),
        open_case(folder),
    ):
        pass


def test_a_case_without_posts_has_nothing_to_detect(tmp_path: Path) -> None:
    with (
        open_case(tmp_path / "c", create=True) as case,
        pytest.raises(NotEnoughDataError, match="import a file"),
    ):
        case.detect()


def test_a_file_of_which_nothing_can_be_read_leaves_no_trace(
    planted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    run(folder, planted)
    bad = tmp_path / "bad.csv"
    bad.write_text("account,object,time\nx,y,yesterday\nz,y,tomorrow\n")
    with open_case(folder) as case:
        before = case.info()
        with pytest.raises(RasadError):
            case.import_file(plan(bad))
        assert case.info() == before
        assert len(list((folder / "evidence").iterdir())) == 1


def test_verify_finds_a_changed_copy(planted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    with open_case(folder, create=True) as case:
        case.import_file(plan(planted))
        assert "chain unbroken" in case.verify()[0]
        (copy,) = (folder / "evidence").iterdir()
        copy.chmod(0o600)
        copy.write_bytes(copy.read_bytes().replace(b"ring0", b"ring9", 1))
        with pytest.raises(EvidenceError, match="was changed"):
            case.verify()


def test_settings_change_the_run_and_its_groups(planted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"

    def groups(case: Case) -> int:
        case.detect()
        return len(case.info()["groups"])

    with open_case(folder, create=True) as case:
        case.import_file(plan(planted))
        first = case.detect()
        assert case.detect() == first
        assert groups(case) == 1
    strict = Settings(groups=Groups(min_size=9))
    with open_case(folder, settings=strict) as case:
        assert groups(case) == 0
        assert case.info()["runs"][0]["run_id"] != first["run_id"]
    with open_case(folder) as case:
        assert case.settings == strict


def test_a_killed_rebuild_is_finished_by_the_next_command(
    planted: Path, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    folder = tmp_path / "c"
    run(folder, planted)
    (folder / "case.duckdb").unlink()
    # What a kill in the middle of rebuilding leaves: a store that opens, and is empty.
    DuckDBStore(folder / "case.duckdb").close()
    with open_case(folder) as case:
        assert len(case.info()["sources"]) == 1
    assert open_again(folder) == reference


def test_a_file_imported_again_after_a_rebuild_is_one_source(
    planted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    for _ in range(2):
        with open_case(folder, create=True) as case:
            case.import_file(plan(planted))
        (folder / "case.duckdb").unlink()
    with open_case(folder) as case:
        (source,) = case.info()["sources"]
        assert source["accepted"] == len(planted_shares())


def test_new_facts_empty_the_measures(planted: Path, tmp_path: Path) -> None:
    more = write_shares(tmp_path / "more.csv", [("late", "item", 1_704_067_200)])
    with open_case(tmp_path / "c", create=True) as case:
        investigate([plan(planted)], case)
        assert case.info()["groups"]
        case.import_file(plan(more))
        assert case.info()["groups"] == case.info()["runs"] == []
        assert "have not been analysed yet" in case.dossier().read_text("utf-8")


def test_what_a_killed_command_left_without_a_name_is_swept(
    planted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / ".case.toml.123.part").touch()
    run(folder, planted)
    assert not list(folder.glob(".*.part"))
