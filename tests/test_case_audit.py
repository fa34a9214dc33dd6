"""Counts of times and ids go with a file: into its row, the journal, what is said."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rasad.case import open_case
from rasad.cli import main
from rasad.config import Resources
from rasad.importers.audited import from_json
from rasad.importers.plan import plan

ONE = Resources(threads=1)
EPOCH_MS, FIRST_MS = 1_288_834_974_657, 1_500_000_012_345
HEADER = ["tweet_id", "user_id", "screen_name", "created_at", "text"]


def row(n: int, ahead_h: int) -> list[str]:
    """Return a post; every other id has a spreadsheet's mark of text."""
    ms = FIRST_MS + 77_003 * n
    moment = datetime.fromtimestamp(ms // 1000 + 3600 * ahead_h, UTC)
    number = (ms - EPOCH_MS << 22) + n % 5
    marked = f"'{number}" if n % 2 else str(number)
    who = n % 9
    stated = f"{moment:%Y-%m-%d %H:%M:%S}"
    return [marked, f"12345{who}", f"somebody_{who}", stated, f"words of post {n}"]


def written(path: Path) -> Path:
    """Write 400 posts, all but the first 40 in UTC+2, and two damaged ids."""
    rows = [row(n, 2 if n >= 40 else 0) for n in range(400)]
    rows[300][0], rows[301][0] = "8.98926E+17", "906000000000000000"
    rows[399][3] = "2099-01-01 00:00:00"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    with open_case(folder / "a.rasad", create=True, resources=ONE) as case:
        case.import_file(plan(written(folder / "posts.csv")))
    return folder / "a.rasad"


def source(case: Path) -> dict[str, Any]:
    with open_case(case, resources=ONE) as open_:
        (found,) = open_.store.rows("SELECT * FROM source")
        marked = open_.store.rows("SELECT 1 FROM post WHERE post LIKE '''%'")
    assert not marked
    return found


def test_all_records_are_counted_and_said_with_the_file(case: Path) -> None:
    found = source(case)
    audited = from_json(found["audit"])
    gaps = audited.gaps["generic"]
    assert (audited.records, audited.lost) == (400, 2)
    assert (gaps.agree, gaps.shifts, gaps.apart) == (40, {"8": 357}, 1)
    notes = json.loads(found["notes"])
    assert (
        "357 of 398 posts are exactly 2 h from what their ids say: the file is in "
        "UTC+2. They are kept as stated: write times in UTC to compare them with "
        "others."
    ) in notes
    assert any("last digits are lost: 2." in note for note in notes)


def test_the_journal_keeps_counts_and_no_name(case: Path) -> None:
    line = (case / "journal.jsonl").read_text().splitlines()[0]
    body = json.loads(line)["body"]
    assert body["audit"] == json.loads(source(case)["audit"])
    assert "somebody" not in line
    assert "words" not in line


def test_a_rebuilt_store_has_the_same_counts(case: Path) -> None:
    before = source(case)
    (case / "case.duckdb").unlink()
    assert source(case) == before


def test_info_says_what_stands_out_and_which_years_have_not_begun(case: Path) -> None:
    shown = CliRunner().invoke(main, ["info", str(case)])
    assert shown.exit_code == 0, shown.output
    plain = " ".join(shown.output.split())
    assert (
        "posts.csv: 357 of 398 posts are exactly 2 h from what their ids say" in plain
    )
    assert "posts.csv: Times in years that have not begun: 1 (2099)." in plain
