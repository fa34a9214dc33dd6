"""What was purged is in no file of a case any more, and does not come back."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from purge_files import (
    MAP,
    N_MARKED,
    account,
    as_csv,
    found_in,
    handle,
    marks,
    name,
    rows,
    text,
    write_few,
    write_files,
)
from reliability.disturbed import read_here

import rasad.case
import rasad.importers.repacking
import rasad.importers.traits
from rasad.case import Case, open_case
from rasad.cli import main
from rasad.config import Resources
from rasad.errors import CaseError, EvidenceError
from rasad.importers.look_child import seen
from rasad.importers.plan import files_in, plan
from rasad.importers.repacking import CannotCutError
from rasad.purge import Wanted, purge
from rasad.schema import TABLES
from rasad.store.purge import STAGING
from rasad.store.sql import ordered

ONE = Resources(threads=1)
WANTED = Wanted(accounts=tuple(map(handle, range(N_MARKED))))


def fill(folder: Path, files: list[Path], background: Path | None = None) -> None:
    with open_case(folder, create=True, resources=ONE) as case:
        for path, member in files_in(files):
            case.import_file(plan(path, None, MAP, member))
        if background:
            case.import_background(plan(background, None, MAP))
        case.export("parquet", case.out)


def tables(folder: Path) -> dict[str, list[object]]:
    with open_case(folder, resources=ONE) as case:
        return held(case)


def held(case: Case) -> dict[str, list[object]]:
    return {
        table: case.store.arrow(ordered(table)).to_pylist()
        for table, about in TABLES.items()
        if about.TIER == "facts"
    }


@pytest.fixture
def read_without_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in this process; the case with files of every kind has children."""
    for module in (rasad.case, rasad.importers.repacking, rasad.importers.traits):
        monkeypatch.setattr(module, "parsed", read_here)
        monkeypatch.setattr(module, "looked", seen)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with files of every kind, a background and a store that was damaged."""
    folder = tmp_path_factory.mktemp("purge")
    files = write_files(folder / "files")
    case = folder / "full.rasad"
    fill(case, files, background=folder / "files" / "plain.csv")
    shutil.copy(case / "case.duckdb", case / "case.duckdb.damaged-1")
    (case / "cache" / "counts").mkdir()
    shutil.copy(case / "out" / "post.parquet", case / "cache" / "counts" / "a.parquet")
    return case


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a table, lines of JSON and a background."""
    folder = tmp_path_factory.mktemp("few")
    files = write_few(folder / "files")
    fill(folder / "few.rasad", files, background=files[0])
    return folder / "few.rasad"


@pytest.fixture(scope="module")
def purged(full: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("purged") / "full.rasad"
    shutil.copytree(full, folder)
    told = purge(folder, WANTED, resources=ONE)
    assert told["left"] == 0
    assert told["accounts"] == N_MARKED
    assert told["sources_removed"] == 0
    return folder


def test_of_50_purged_accounts_no_file_of_the_case_holds_a_string(
    full: Path, purged: Path
) -> None:
    assert found_in(full, marks()) == set(marks())
    assert found_in(purged, marks()) == set()


def test_all_that_others_wrote_is_still_there(full: Path, purged: Path) -> None:
    kept = {row["post_id"] for row in rows() if row["username"].startswith("someone")}
    after = tables(purged)
    posts = [row for row in after["post"] if isinstance(row, dict)]
    assert {row["post"] for row in posts} == {
        row["post"]
        for row in tables(full)["post"]
        if isinstance(row, dict) and row["post"] in kept
    }
    assert len(posts) > N_MARKED
    assert all("https://x.com/" in row["text"] for row in posts)


def test_who_mentioned_one_account_still_mentions_one(full: Path, purged: Path) -> None:
    def crowds(folder: Path) -> list[int]:
        sql = """
            SELECT count(DISTINCT account) AS n FROM action WHERE verb = 'mention'
            AND account NOT IN (SELECT unnest($marked)) GROUP BY object ORDER BY n
        """
        marked = [f"generic:{account(number)}" for number in range(N_MARKED)]
        with open_case(folder, resources=ONE) as case:
            return [int(row["n"]) for row in case.store.rows(sql, marked=marked)]

    assert crowds(purged) == crowds(full) != []


def test_bytes_balance_and_the_case_verifies_after_a_purge(purged: Path) -> None:
    with open_case(purged, resources=ONE) as case:
        checked = case.verify()
        sources = case.store.rows("SELECT * FROM source WHERE format <> ''")
    assert "as 1 purges left them" in checked[1]
    for row in sources:
        spans = row["header_bytes"] + row["blank_bytes"] + row["record_bytes"]
        assert spans in (row["bytes"], 0)
        assert row["records"] == row["accepted"] + row["duplicate"] + row["rejected"]


@pytest.mark.usefixtures("read_without_a_child")
def test_a_store_rebuilt_from_the_evidence_is_the_same(purged: Path) -> None:
    before = tables(purged)
    for file in purged.glob("case.duckdb*"):
        file.unlink()
    assert tables(purged) == before


def test_the_journal_keeps_hashes_and_counts_alone(purged: Path) -> None:
    lines = (purged / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    body = json.loads(lines[-1])["body"]
    assert len(body["tombstones"]) == N_MARKED
    assert body["accounts"] == N_MARKED
    # A name in the archive was a handle: the journal was chained anew, and says so.
    assert body["journal_was"]


@pytest.mark.usefixtures("read_without_a_child")
def test_the_same_file_does_not_bring_them_back(
    full: Path, purged: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "again.rasad"
    shutil.copytree(purged, copy)
    file = full.parent / "files" / "plain.csv"
    with open_case(copy, resources=ONE) as case:
        before = held(case)
        with pytest.raises(EvidenceError, match="was purged from this case"):
            case.import_file(plan(file, None, MAP))
        assert held(case) == before
    assert found_in(copy, marks()) == set()


@pytest.mark.usefixtures("read_without_a_child")
def test_a_post_is_purged_and_its_account_stays(few: Path, tmp_path: Path) -> None:
    copy = tmp_path / "post.rasad"
    shutil.copytree(few, copy)
    post = rows(posts=1)[4]
    assert purge(copy, Wanted(posts=(post["post_id"],)), resources=ONE)["left"] == 0
    line = post["text"].split("\n")[0]
    assert found_in(copy, [post["post_id"], line, post["user_id"]]) == {post["user_id"]}


@pytest.mark.usefixtures("read_without_a_child")
def test_nothing_to_purge_is_an_error_and_changes_nothing(
    few: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "none.rasad"
    shutil.copytree(few, copy)
    before = (copy / "journal.jsonl").read_bytes()
    with pytest.raises(CaseError, match="is of what was named"):
        purge(copy, Wanted(accounts=("nobody_at_all_9",)), resources=ONE)
    assert (copy / "journal.jsonl").read_bytes() == before
    assert not (copy / STAGING).exists()
    assert (copy / "out" / "post.parquet").exists()


@pytest.mark.usefixtures("read_without_a_child")
def test_a_damaged_archive_is_removed_by_consent_alone(tmp_path: Path) -> None:
    files = [tmp_path / "whole.csv", tmp_path / "cut.csv.gz"]
    files[0].write_bytes(as_csv(rows(posts=1)))
    files[1].write_bytes(gzip.compress(as_csv(rows()))[:-9])
    case = tmp_path / "cut.rasad"
    fill(case, files)
    with pytest.raises(CannotCutError, match="--drop-sources"):
        purge(case, WANTED, resources=ONE)
    assert not (case / STAGING).exists()
    told = purge(case, WANTED, drop_sources=True, resources=ONE)
    assert told["sources_removed"] == 1
    assert len(list((case / "evidence").iterdir())) == 1
    assert found_in(case, marks()) == set()


@pytest.mark.usefixtures("read_without_a_child")
def test_a_file_of_nobody_else_goes_wholly(tmp_path: Path) -> None:
    mine = [row for row in rows() if row["username"] == handle(1)]
    files = [tmp_path / "mine.csv", tmp_path / "all.csv"]
    files[0].write_bytes(as_csv(mine))
    files[1].write_bytes(as_csv(rows()))
    case = tmp_path / "mine.rasad"
    fill(case, files)
    told = purge(case, Wanted(accounts=("@" + handle(1).upper(),)), resources=ONE)
    assert (told["sources_removed"], told["sources_rewritten"]) == (1, 1)
    assert found_in(case, [handle(1), account(1), name(1), text(1, 0)[:20]]) == set()


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from rasad.config import Resources
from rasad.purge import purge
from test_purge import WANTED

decided = []
def before(event, args):
    if event == "os.rename":
        decided.append(str(args[1]) == sys.argv[1] + "/journal.jsonl")
    elif event == "os.remove" and any(decided) and sys.argv[1] in str(args[0]):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(before)
purge(Path(sys.argv[1]), WANTED, resources=Resources(threads=1))
"""
"""A purge that is killed before the first file goes, after it was decided."""


def test_killed_once_it_is_decided_the_next_command_finishes_it(
    few: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "few.rasad"
    shutil.copytree(few, copy)
    script = KILLED.format(path=[str(Path(__file__).parent)])
    killed = subprocess.run(
        [sys.executable, "-c", script, str(copy)],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert found_in(copy, marks()) != set()
    with open_case(copy, resources=ONE) as opened:
        opened.verify()
    assert not [*copy.rglob(STAGING)]
    assert found_in(copy, marks()) == set()


@pytest.mark.usefixtures("read_without_a_child")
def test_the_command_prints_a_certificate_of_counts(few: Path, tmp_path: Path) -> None:
    copy = tmp_path / "cli.rasad"
    shutil.copytree(few, copy)
    listed = tmp_path / "accounts.txt"
    listed.write_text("\n".join(map(account, range(N_MARKED))) + "\n\n")
    runner = CliRunner()
    args = ["purge", str(copy), "--accounts", str(listed), "--threads", "1"]
    ran = runner.invoke(main, [*args, "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["accounts"], told["left"]) == (N_MARKED, 0)
    assert not [mark for mark in marks() if mark in ran.output]
    again = runner.invoke(main, args)
    assert again.exit_code == 1
    assert "Nothing in" in again.output
    none = runner.invoke(main, ["purge", str(copy)])
    assert none.exit_code == 2


def test_tables_in_out_go_too(full: Path, purged: Path) -> None:
    assert pq.read_table(full / "out" / "post.parquet").num_rows
    assert not list((purged / "out").iterdir())
    assert not list((purged / "cache").iterdir())
    assert not list(purged.glob("case.duckdb.damaged*"))


@pytest.mark.usefixtures("read_without_a_child")
def test_a_second_purge_cleans_what_the_first_one_noted(tmp_path: Path) -> None:
    """The certificate of a purge names the files as they were left by it."""
    file = tmp_path / f"{handle(1)}-and-{handle(2)}.csv"
    file.write_bytes(as_csv(rows(posts=1)))
    case = tmp_path / "twice.rasad"
    fill(case, [file])
    assert purge(case, Wanted(accounts=(handle(1),)), resources=ONE)["left"] == 0
    assert handle(2) in (case / "journal.jsonl").read_text()
    assert purge(case, Wanted(accounts=(handle(2),)), resources=ONE)["left"] == 0
    assert handle(2) not in (case / "journal.jsonl").read_text()
    with open_case(case, resources=ONE) as again:
        again.verify()


@pytest.mark.usefixtures("read_without_a_child")
def test_who_has_a_longer_name_keeps_it(tmp_path: Path) -> None:
    table = rows(posts=1)
    longer = f"{handle(1)}.official"
    table[-1] |= {"username": longer, "text": f"I am @{longer}, not @{handle(1)}"}
    (tmp_path / "a.csv").write_bytes(as_csv(table))
    case = tmp_path / "longer.rasad"
    fill(case, [tmp_path / "a.csv"])
    assert purge(case, Wanted(accounts=(handle(1),)), resources=ONE)["left"] == 0
    kept = tables(case)
    assert longer in repr(kept)
    assert handle(1) not in repr(kept).replace(longer, "")


def edited_posts(path: Path) -> list[str]:
    """Write a post that was edited once, and what somebody else says of the edit."""
    ids = ["1900000000000000001", "1900000000900000001"]
    others = {"author_id": "8", "edit_history_tweet_ids": ["1900000001900000001"]}
    words = f"Somebody said https://x.com/i/status/{ids[1]}"
    posts = [
        *({"id": one, "author_id": "7", "edit_history_tweet_ids": ids} for one in ids),
        {"id": "1900000001900000001", "text": words} | others,
    ]
    lines = (json.dumps({"text": f"words {post['id']}"} | post) for post in posts)
    path.write_text("\n".join(lines))
    return ids


@pytest.mark.usefixtures("read_without_a_child")
def test_all_edits_of_a_post_go_with_any_of_them(tmp_path: Path) -> None:
    ids = edited_posts(tmp_path / "edited.jsonl")
    case = tmp_path / "edited.rasad"
    with open_case(case, create=True, resources=ONE) as held_:
        held_.import_file(plan(tmp_path / "edited.jsonl"))
    before = [(row["post"], row["edition"]) for row in tables(case)["post"]]  # type: ignore[index]
    assert before.count((ids[0], None)) == before.count((ids[0], ids[1])) == 1
    told = purge(case, Wanted(posts=(ids[1],)), resources=ONE)
    assert (told["cut"], told["left"]) == (2, 0)
    (row,) = tables(case)["post"]
    assert row["account"] == "twitter:8"  # type: ignore[index]
    assert not any(name in repr(tables(case)) for name in ids)
    again = tmp_path / "again.jsonl"
    edited_posts(again)
    with (
        open_case(case, resources=ONE) as held_,
        pytest.raises(EvidenceError, match="purged"),
    ):
        held_.import_file(plan(again))
