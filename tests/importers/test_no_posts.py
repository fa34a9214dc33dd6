"""A file without posts is accounted for as what it is; a broken one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.x_reading import lines
from rasad.case import open_case
from rasad.errors import ImportFormatError
from rasad.importers import IMPORTERS
from rasad.importers.no_posts import is_understood, no_posts_said
from rasad.importers.plan import plan

Write = Callable[..., Path]


def user(number: int) -> dict[str, Any]:
    return {"id": str(number), "username": f"u{number}", "name": "a"}


def page(*values: Any) -> dict[str, Any]:
    return {"data": list(values), "meta": {"result_count": len(values)}}


def imported(folder: Path, path: Path) -> dict[str, Any]:
    with open_case(folder, create=True) as case:
        return case.import_file(plan(path))


def test_a_file_of_users_is_accounted_for_and_says_where_posts_are(
    written: Write, tmp_path: Path
) -> None:
    path = written(lines(page(*map(user, range(7)))), "users.jsonl")
    row = imported(tmp_path / "c", path)
    assert (row["records"], row["accepted"], row["rejected"]) == (7, 0, 7)
    spans = ("header_bytes", "blank_bytes", "record_bytes")
    assert sum(row[span] for span in spans) == path.stat().st_size
    support, *said = json.loads(row["notes"])
    assert support == IMPORTERS.find("twarc2_json").support
    assert said == [
        "No posts were found at its beginning: twarc2 timelines fetches what these "
        "users posted.",
        "It holds no posts. What its 7 records are: a user (7).",
    ]
    # Imported again it changes nothing, and a store that was lost says the same.
    assert imported(tmp_path / "c", path) == row
    (tmp_path / "c" / "case.duckdb").unlink()
    assert imported(tmp_path / "c", path) == row


def test_a_file_of_which_nothing_is_understood_is_refused_with_what_is_wrong(
    written: Write, tmp_path: Path
) -> None:
    text = (
        "object_id,account_id,content_id,timestamp_share\n" + ",nan,c,1600000000\n" * 3
    )
    path = written(text, "shares.csv")
    with pytest.raises(ImportFormatError) as caught:
        imported(tmp_path / "c", path)
    assert str(caught.value) == (
        "All 3 records of shares.csv had to be rejected, so nothing was imported. What "
        "is wrong: it has no usable account (3): see whether the file is whole and its "
        "columns are what their names say, or give --format or --map."
    )
    with open_case(tmp_path / "c") as case:
        assert case.info()["sources"] == []
        assert list((tmp_path / "c" / "evidence").iterdir()) == []


@pytest.mark.parametrize(
    ("reasons", "understood"),
    [
        ({"no post: a user": 1, "not JSON": 1}, True),
        ({"no account: 4CAT took the authors out": 2}, True),
        ({"no post: a user": 1, "not JSON": 2}, False),
        ({"not JSON": 1}, False),
        ({}, False),
    ],
)
def test_most_records_have_to_be_known(
    reasons: dict[str, int], understood: bool
) -> None:
    assert is_understood(reasons) == understood


def test_many_kinds_are_named_by_how_often_they_come() -> None:
    reasons = {f"no post: kind {n}": 9 - n for n in range(6)}
    assert no_posts_said(reasons | {"no account: nobody": 20}) == (
        "It holds no posts. What its 59 records are: no account, nobody (20), "
        "kind 0 (9), kind 1 (8), kind 2 (7), others (15)."
    )
