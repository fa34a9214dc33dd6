"""A case that is compared with ordinary accounts from elsewhere."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from planted_ring import Share, write_shares
from reference_world import QUICK, RING, ordinary_shares, ring_shares

from rasad.case import investigate, open_case
from rasad.config import Resources
from rasad.errors import NotEnoughDataError
from rasad.importers.plan import plan
from rasad.schema import TABLES

CROWD = 150
PLACES = "source", "background"
"""Tables that say how files were called and divided."""


def finish(
    folder: Path,
    files: Sequence[Path],
    background: Sequence[Path] = (),
    threads: int = 2,
) -> dict[str, Any]:
    """Investigate files beside a background and return the row of the run."""
    resources = Resources(threads=threads)
    with open_case(folder, create=True, settings=QUICK, resources=resources) as case:
        found = investigate(
            [plan(path) for path in files], case, [plan(path) for path in background]
        )
    return found[1]


def compared(
    folder: Path, case: list[Share], crowd: list[Share], name: str = "crowd.csv"
) -> dict[str, Any]:
    """Write both, investigate, and return the run, its warnings and its kept pairs."""
    file = write_shares(folder / "case.csv", case)
    beside = write_shares(folder / name, crowd)
    run = finish(folder / "c", [file], [beside])
    warnings = json.loads(run["warnings"])
    return {**run, "warnings": warnings, "kept": kept(folder / "c")}


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    rows = pq.read_table(folder / "out" / f"{table}.parquet").to_pylist()
    assert isinstance(rows, list)
    return rows


def kept(folder: Path) -> list[tuple[str, str]]:
    rows = [row for row in read(folder, "pair") if row["kept"]]
    return [(row["account_a"], row["account_b"]) for row in rows]


def exported(folder: Path, without: Sequence[str] = ()) -> dict[str, bytes]:
    tables = [table for table in TABLES if table not in without]
    return {name: (folder / "out" / f"{name}.parquet").read_bytes() for name in tables}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A takedown, and a background with a record twice and one that is broken."""
    folder = tmp_path_factory.mktemp("files")
    takedown = write_shares(folder / "takedown.csv", ring_shares())
    shares = ordinary_shares("back", CROWD, 2)
    beside = write_shares(folder / "ordinary.csv", [*shares, shares[0]])
    with beside.open("a", encoding="utf-8") as file:
        file.write("back000,item0001,never\r\n")
    return takedown, beside


@pytest.fixture(scope="module")
def finished(
    files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The takedown beside the background; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("finished") / "c"
    finish(folder, files[:1], files[1:])
    return folder


@pytest.fixture(scope="module")
def alone(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone") / "c"
    finish(folder, files[:1])
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


# --- what a background is good for ---------------------------------------------------


def test_a_takedown_alone_keeps_no_pair_and_certifies_nobody(alone: Path) -> None:
    assert kept(alone) == []
    assert not any(row["replicated"] for row in read(alone, "grp"))
    (run,) = read(alone, "run")
    assert run["reference"] == "all accounts of the case"
    assert read(alone, "background") == []


def test_beside_ordinary_accounts_every_pair_of_the_takedown_is_kept(
    finished: Path,
) -> None:
    assert len(kept(finished)) == 66
    (group,) = read(finished, "grp")
    assert (group["size"], group["replicated"]) == (12, True)
    assert sorted(row["account"] for row in read(finished, "member")) == RING
    (run,) = read(finished, "run")
    assert run["calibration"] == "passed"
    assert (run["n_false_edges"], run["n_false_groups"]) == (0, 0)


def test_ordinary_accounts_beside_others_of_their_world_keep_nothing(
    tmp_path: Path,
) -> None:
    case = ordinary_shares("user", 80, 1)
    run = compared(tmp_path, case, ordinary_shares("back", 240, 101))
    assert run["calibration"] == "passed"
    assert run["kept"] == []
    assert not any(row["confirmed"] for row in read(tmp_path / "c", "heldout"))
    smallest = min(row["q_value"] for row in read(tmp_path / "c", "pair"))
    assert smallest > QUICK.validation.q
    assert any("beside the background" in text for text in run["warnings"])


def test_a_background_that_never_met_does_not_make_coincidence_certain(
    tmp_path: Path,
) -> None:
    # Of such small backgrounds of one world, one in forty has no pair in a minute.
    crowd = ordinary_shares("back", 120, 1017, each=7, at_once=30)
    case = ordinary_shares("user", 150, 1, each=60, at_once=30)
    run = compared(tmp_path, case, crowd)
    assert run["kept"] == []
    q_values = [row["q_value"] for row in read(tmp_path / "c", "pair")]
    assert min(q for q in [1.0, *q_values] if q is not None) > QUICK.validation.q


# --- what is said of it, and what is not ---------------------------------------------


def test_the_run_names_how_many_accounts_of_which_file(finished: Path) -> None:
    (run,) = read(finished, "run")
    assert run["reference"] == "150 accounts of the background (ordinary.csv)"
    said = json.loads(run["warnings"])
    assert sum("Chance is read off the background" in text for text in said) == 1
    assert "ordinary.csv" in (finished / "out" / "dossier.html").read_text("utf-8")


def test_records_of_the_background_balance(finished: Path) -> None:
    (row,) = read(finished, "background")
    n = len(ordinary_shares("back", CROWD, 2))
    fates = ("accepted", "duplicate", "filtered", "rejected")
    assert [row[fate] for fate in fates] == [n, 1, 0, 1]
    assert row["records"] == n + 2
    (copy,) = (finished / "background" / "evidence").iterdir()
    assert (row["source_id"], row["bytes"]) == (copy.name, copy.stat().st_size)
    (run,) = read(finished, "run")
    assert row["run_id"] == run["run_id"]


def test_nothing_of_the_background_is_in_a_table_or_in_the_dossier(
    finished: Path, tmp_path: Path
) -> None:
    with open_case(finished) as case:
        written = [*case.export("csv", tmp_path), finished / "out" / "dossier.html"]
    assert len(written) > len(TABLES)
    for path in written:
        text = path.read_text("utf-8")
        # Accounts and objects of the background.
        assert "back0" not in text, path.name
        assert "item0" not in text, path.name
    accounts = {row["account"] for row in read(finished, "account")}
    accounts |= {row["account"] for row in read(finished, "post")}
    assert accounts <= set(RING)


def test_numbers_of_a_run_count_the_case_alone(finished: Path) -> None:
    (run,) = read(finished, "run")
    names = ("n_accounts", "n_posts", "n_eligible", "n_possible_pairs")
    assert [run[name] for name in names] == [12, 144, 12, 66]
    for row in read(finished, "trace_run"):
        counts = [row[name] for name in ("n_accounts", "n_actions", "n_objects")]
        assert counts == [12, 144, 12]
        assert row["n_eligible"] == 12
    assert len(read(finished, "source")) == 1


# --- the same again ------------------------------------------------------------------


def test_order_pieces_and_threads_change_no_byte(
    files: tuple[Path, Path], finished: Path, tmp_path: Path
) -> None:
    shares = ordinary_shares("back", CROWD, 2)
    random.Random(4).shuffle(shares)
    late = write_shares(tmp_path / "late.csv", shares[1400:])
    early = write_shares(tmp_path / "early.csv", shares[:1800])
    run = finish(tmp_path / "c", files[:1], [late, early], threads=1)
    assert exported(tmp_path / "c", (*PLACES, "run")) == exported(
        finished, (*PLACES, "run")
    )
    assert run["run_id"] == read(finished, "run")[0]["run_id"]
    assert run["reference"] == "150 accounts of the background (early.csv, late.csv)"
    names = [row["name"] for row in read(tmp_path / "c", "background")]
    assert sorted(names) == ["early.csv", "late.csv"]


def test_the_same_background_twice_changes_nothing(
    files: tuple[Path, Path], copy: Path, finished: Path
) -> None:
    other = copy.parent / "renamed.csv"
    other.write_bytes(files[1].read_bytes())
    run = finish(copy, files[:1], [files[1], other])
    assert exported(copy) == exported(finished)
    assert run["run_id"] == read(finished, "run")[0]["run_id"]
    assert len(list((copy / "background" / "evidence").iterdir())) == 1


def test_a_background_makes_another_run_and_an_empty_one_does_not(
    alone: Path, finished: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(alone, tmp_path / "c"))
    # What a killed import leaves at the least.
    (folder / "background").mkdir()
    with open_case(folder) as case:
        run = case.detect()
        assert case.verify()[0].startswith("journal")
    assert run["run_id"] == read(alone, "run")[0]["run_id"]
    assert run["run_id"] != read(finished, "run")[0]["run_id"]


def test_a_background_that_comes_later_gives_the_same_as_one_from_the_start(
    files: tuple[Path, Path], alone: Path, finished: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(alone, tmp_path / "c"))
    with open_case(folder) as case:
        case.import_background(plan(files[1]))
        case.detect()
        page = case.dossier().read_bytes()
    assert exported(folder) == exported(finished)
    assert page == (finished / "out" / "dossier.html").read_bytes()


def test_an_account_of_the_background_that_comes_into_the_case_is_the_case_s(
    files: tuple[Path, Path], copy: Path, tmp_path: Path
) -> None:
    own = [share for share in ordinary_shares("back", CROWD, 2) if share[0] < "back003"]
    more = write_shares(tmp_path / "more.csv", own[::2])
    grown = finish(copy, [more])
    finish(tmp_path / "once", [files[0], more], files[1:])
    assert exported(copy) == exported(tmp_path / "once")
    assert (grown["n_accounts"], grown["n_eligible"]) == (15, 15)
    assert grown["reference"] == "147 accounts of the background (ordinary.csv)"
    assert len(kept(copy)) == 66


def test_a_background_without_a_case_is_nothing_to_detect(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    with open_case(tmp_path / "c", create=True) as case:
        case.import_background(plan(files[1]))
        with pytest.raises(NotEnoughDataError, match="import a file"):
            case.detect()
