"""What is cut out of a file leaves the rest in its form, to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from importers.test_x_v2 import BIG, page, post
from rasad.importers import IMPORTERS, recognise
from rasad.importers.cutting import Owned, Tally, cut_bytes
from rasad.importers.marks import Marks
from rasad.importers.reader import inspect
from rasad.importers.repacking import searched
from rasad.importers.row_cutting import marks_in, write_rows
from rasad.importers.unpacking import Place

MAP = {"account": "who", "time": "when", "text": "text", "post": "id"}
MARKED = "generic:marker_07"
HEADER = "id,who,when,text\n"
MARKS = Marks(["marker_07", "7700000711"], [])
NOBODY: frozenset[str] = frozenset()


def row(n: int, who: str, text: str = "words") -> str:
    return f"{n},{who},2022-01-01 10:00:{n:02},{text}\n"


def cut(path: Path, accounts: set[str], names: list[str]) -> tuple[bytes, Tally]:
    """Cut accounts out of a file, read without a child process."""
    head = inspect(path)
    sniff = recognise(head, mapping=None if "author_id" in str(head) else MAP)
    entries = IMPORTERS.find(sniff.importer).read(head, sniff.mapping)
    tally = Tally()
    owned = Owned(frozenset(accounts), NOBODY)
    parts = cut_bytes(head, entries, owned, Marks(names, []), tally)
    return b"".join(parts), tally


def test_a_table_loses_lines_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    kept = [row(1, "other"), "\n", row(3, "third", '"two\r\nlines"')]
    text = HEADER + kept[0] + row(2, "marker_07", '"two\nlines"') + "".join(kept[1:])
    path.write_bytes(text.encode())
    found, tally = cut(path, {MARKED}, ["marker_07"])
    assert found == (HEADER + "".join(kept)).encode()
    assert (tally.records, tally.cut, tally.replaced, tally.left) == (3, 1, 0, (2, 0))


def test_the_names_of_columns_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = "id,who,when,text,marker_07\n"
    path.write_bytes((header + row(1, "other", "marker_07,x")).encode())
    found, tally = cut(path, set(), ["marker_07"])
    assert found.startswith(header.encode())
    assert tally.replaced == 1
    assert b"marker_07" not in found[len(header) :]


def test_what_cannot_be_read_goes_if_it_names_the_account(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    broken = "7,marker_07 and words\n", "8,other and words\n"
    good = [row(n, "other") for n in range(9)]
    path.write_bytes((HEADER + "".join([*good, *broken])).encode())
    found, tally = cut(path, {MARKED}, ["marker_07"])
    assert found == (HEADER + "".join(good) + broken[1]).encode()
    assert (tally.cut, tally.cut_rejects, tally.left) == (0, 1, (9, 1))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_keeps_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    kept = row(1, "other", "سلام @{}")
    text = HEADER + row(2, "marker_07") + kept
    path.write_bytes(text.format("marker_07").encode(encoding))
    found, tally = cut(path, {MARKED}, ["marker_07"])
    again = found.decode(encoding)
    assert again.startswith(HEADER + row(1, "other", "سلام @")[:-1])
    assert "marker_07" not in again
    assert tally.left == (1, 0)


def test_bytes_that_are_no_text_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "".join(row(n, "other") for n in range(9)).encode()
    odd = b"9,other,2022-01-01 10:00:09,\xff\xfe @marker_08\n"
    path.write_bytes(HEADER.encode() + good + odd)
    found, _ = cut(path, {MARKED}, ["marker_07"])
    assert found == path.read_bytes()


def test_a_document_has_null_where_a_record_was(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    rows = [
        {"id": f"{n}", "who": who, "when": f"2022-01-01 10:00:0{n}", "text": "t"}
        for n, who in enumerate(("other", "marker_07", "third"))
    ]
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    found, tally = cut(path, {MARKED}, ["marker_07"])
    assert json.loads(found) == [rows[0], None, rows[2]]
    assert tally.left == (2, 0)


def test_a_page_loses_its_records_and_goes_if_none_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    mine, other = post(id="11"), post(id="12", author_id="5")
    pages = [page(mine, other), page(post(id="13")), page(post(id="14", author_id="5"))]
    path.write_text("".join(json.dumps(one) + "\n" for one in pages), encoding="utf-8")
    found, tally = cut(path, {f"twitter:{BIG}"}, [BIG, "some_one"])
    lines = [json.loads(line) for line in found.splitlines()]
    assert [line["data"] for line in lines] == [[None, other], pages[2]["data"]]
    assert (tally.cut, tally.left) == (2, (2, 0))
    # The profile that pages carry beside the posts names it no more.
    assert BIG not in found.decode()
    assert "some_one" not in found.decode().lower()
    assert lines[0]["includes"]["users"][1]["username"] == "other"


def test_cells_of_a_parquet_file_keep_their_types(tmp_path: Path) -> None:
    path, written = tmp_path / "a.parquet", tmp_path / "b.parquet"
    words: Any = ["marker_07", "other", "other"]
    table = pa.table(
        {
            "word": pa.array(words),
            "coded": pa.array(words).dictionary_encode(),
            "number": pa.array([7700000711, 7700000711, None], pa.int64()),
            "listed": pa.array([["marker_07", "b"], [], None]),
            "inside": pa.array([{"who": "marker_07", "n": 1}] * 3),
            "raw": pa.array([b"marker_07", b"\xff", None]),
            "share": pa.array([0.5, 1.5, None]),
            "inexact": pa.array([7700000711.0, float("nan"), None]),
            "small": pa.array([7700000711, 5, None], pa.decimal128(20, 2)),
            "map": pa.array(
                [[("to", "@marker_07")], [], None], pa.map_(pa.string(), pa.string())
            ),
        },
        metadata={"note": "made by marker_07"},
    )
    pq.write_table(table, path)
    tally = Tally(rows={2})
    with written.open("wb") as file:
        write_rows(path, file, tally, MARKS)
    again = pq.read_table(written)
    assert again.schema == table.schema
    assert marks_in(path, MARKS) == tally.replaced + 2
    assert marks_in(written, MARKS) == 0
    assert again["share"].to_pylist() == [0.5, None]
    assert again["raw"].to_pylist()[1] is None
    assert "marker_07" not in repr(again.to_pylist())
    assert again["inexact"][0].as_py() == again["number"][0].as_py()
    assert again["small"][0].as_py() == again["number"][0].as_py()
    assert b"marker_07" not in written.read_bytes()
    number = again["number"][0].as_py()
    assert number != 7700000711
    assert len(str(number)) == 10
    new = again["word"][0].as_py()
    assert new == again["coded"][0].as_py() == again["listed"][0].as_py()[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_marks_are_searched_in_the_encoding_of_a_file(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + row(1, "marker_07") + row(2, "b")).encode(encoding))
    assert searched(Place(path, ""), MARKS) == 1


def test_marks_are_searched_in_the_cells_of_a_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    pq.write_table(pa.table({"n": [7700000711.0], "w": ["@marker_07"]}), path)
    assert searched(Place(path, ""), MARKS) == 2
