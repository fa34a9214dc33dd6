"""Workbooks are read like tables of text, in a child that can do nothing else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from importers.workbooks import (
    Cell,
    Day,
    ods,
    packed,
    xls,
    xlsx,
    xlsx_parts,
)
from rasad.case import open_case
from rasad.errors import ImportFormatError
from rasad.importers import IMPORTERS, sheets, workbook
from rasad.importers.columns import action_table
from rasad.importers.frames import End, encode
from rasad.importers.look_child import seen
from rasad.importers.looking import looked, names_in
from rasad.importers.parsed import Pipe, parsed
from rasad.importers.plan import files_in, plan
from rasad.importers.preambles import BRANDWATCH
from rasad.importers.repacking import CannotCutError
from rasad.importers.sheet_child import Rows
from rasad.importers.workbook import SheetRow, sheet_rows
from rasad.purge import Wanted, purge
from rasad.schema import Record

Write = Callable[..., Path]

HEADER: list[Cell] = ["account_id", "url", "created_at", "post_id"]
NOON = Day(43831.5)
POSTS: list[list[Cell]] = [
    HEADER,
    ["a1", "https://x.example/1", NOON, "1234567890123456789"],
    ["a2", "https://x.example/1", Day(43831.50001), 1234567890123456789],
]
SHOWN: list[list[str | None]] = [
    ["account_id", "url", "created_at", "post_id"],
    ["a1", "https://x.example/1", "2020-01-01 12:00:00", "1234567890123456789"],
    ["a2", "https://x.example/1", "2020-01-01 12:00:00.864", "1.2345678901234568E+18"],
]


def read(path: Path, member: str = "") -> list[Record]:
    """Return the records that a child makes of a workbook."""
    planned = plan(path, member=member)
    with parsed(planned.head, planned.sniff, planned.name) as reading:
        outcomes = [entry.outcome for entry in reading.entries]
    return [one for one in outcomes if isinstance(one, Record)]


# --- rows ----------------------------------------------------------------------------


def test_the_rows_of_all_sheets_are_exact_text(written: Write) -> None:
    path = written(xlsx({"posts": POSTS, "empty": [], "notes": [["only"], [], ["x"]]}))
    assert [*sheet_rows(path)] == [
        *(SheetRow("posts", number, cells) for number, cells in enumerate(SHOWN, 1)),
        *(SheetRow("notes", 1, ["only"]), SheetRow("notes", 2, [None])),
        SheetRow("notes", 3, ["x"]),
    ]
    assert names_in(path) == ["posts", "notes"]
    assert [row.row for row in sheet_rows(path, 1)] == [1, 1]


def test_a_workbook_of_every_kind_is_read(written: Write) -> None:
    old = [row.cells for row in sheet_rows(written(xls()))]
    assert old[1][2:] == ["2020-01-01 12:00:05", "1.2345678901234568E+18"]
    libre = [row.cells for row in sheet_rows(written(ods({"posts": POSTS})))]
    assert libre[2][3] == "1.2345678901234568E+18"
    assert libre[:1] == [HEADER]


def test_long_sheets_come_whole_and_in_order(written: Write) -> None:
    rows: list[list[Cell]] = [[f"line {number}", "x" * 90] for number in range(3000)]
    found = [*sheet_rows(written(xlsx({"long": rows})))]
    assert [row.row for row in found] == [*range(1, 3001)]
    assert found[-1].cells[0] == "line 2999"


# --- what is a workbook --------------------------------------------------------------


def test_an_archive_of_posts_about_workbooks_is_none(written: Write) -> None:
    table = "account_id,url,created_at\na,https://e.example/xl/workbook,2020-01-01\n"
    archive = written(packed({"a.csv": table}), "posts.zip")
    assert files_in([archive]) == [(archive, "a.csv")]


REFUSED = {
    "no workbook": (b"account_id\n", "is not a workbook"),
    "other zip": (packed({"a.csv": "a,b\n"}), "is not a workbook"),
    "no rows": (xlsx({"a": []}), "is empty"),
    "damaged": (packed({"xl/workbook.xml": "<x"}), "is a damaged workbook, or none"),
    "old and damaged": (xls()[:600], "is a damaged workbook, or none"),
    "cut": (xlsx({"a": POSTS})[:-30], "damaged zip archive"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    kind: str, written: Write
) -> None:
    content, said = REFUSED[kind]
    path = written(content)
    with pytest.raises(ImportFormatError, match=said):
        if not [*sheet_rows(path)]:
            names_in(path)


def test_a_missing_reader_is_named(
    written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(ImportFormatError, match=r"pip install 'rasad\[excel\]'"):
        next(sheets.sheets(written(xls())))


def far(place: str) -> bytes:
    """Return a workbook with two cells far apart, which claims all between."""
    parts = xlsx_parts({"a": [["x"]]})
    there = f'<row r="1000000"><c r="{place}"><v>1</v></c></row></sheetData>'
    part = "xl/worksheets/sheet1.xml"
    return packed(parts | {part: parts[part].replace("</sheetData>", there)})


def test_bombs_are_refused_soon(written: Write) -> None:
    blank = xlsx_parts({"a": [["x"]]})["xl/worksheets/sheet1.xml"]
    large = packed(
        xlsx_parts({"a": [["x"]]})
        | {"xl/worksheets/sheet1.xml": blank + " " * (70 << 20)}
    )
    repeated = ods({"a": [["x"] * 500]}, repeated=1_000_000)
    for content, said in (
        (far("XFD1000000"), "memory"),
        (large, "200 times as large"),
        (repeated, "memory|damaged"),
    ):
        begin = time.process_time()
        with pytest.raises(ImportFormatError, match=said):
            names_in(written(content))
        assert time.process_time() - begin < 5


# --- the child is not believed -------------------------------------------------------


class Said(Pipe):
    """A pipe through which somebody says what he likes."""

    def __init__(self, *messages: bytes) -> None:
        self.name = "a.xlsx"
        self._messages = list(messages)

    def frame(self) -> memoryview:
        return memoryview(self._messages.pop(0))

    def is_over(self) -> bool:
        return not self._messages


@pytest.mark.parametrize(
    "messages",
    [
        (b"\xc1",),
        (encode(Rows("a", 2, [["x"]])),),
        (encode(Rows("a", 1, [])),),
        (encode(Rows("a", 1, [["x"]])), encode(Rows("a", 3, [["x"]]))),
        (encode(End(1)),),
        (encode(End(0)), b""),
    ],
)
def test_senseless_messages_end_the_reading(messages: tuple[bytes, ...]) -> None:
    with pytest.raises(ImportFormatError, match="did not keep to its form"):
        [*workbook._heard(Said(*messages))]


# --- sheets are tables ---------------------------------------------------------------


def test_a_sheet_is_read_as_its_twin_of_text(written: Write) -> None:
    texts = [",".join(str(cell) for cell in cells) for cells in SHOWN]
    twin = plan(written("\n".join(texts) + "\n", "twin.csv"))
    planned = plan(written(xlsx({"posts": POSTS}), "book.xlsx"))
    assert planned.sniff == twin.sniff
    assert planned.head.columns == twin.head.columns
    importer = IMPORTERS.find(twin.sniff.importer)
    records = [
        entry.outcome
        for entry in importer.read(seen(twin.path)[0], twin.sniff.mapping)
        if isinstance(entry.outcome, Record)
    ]
    assert read(planned.path) == records
    assert [record.post for record in records] == ["1234567890123456789", None]
    assert any("last digits were lost" in one for one in planned.sniff.warnings)


def test_rows_are_accounted_for_by_number(written: Write) -> None:
    rows: list[list[Cell]] = [*POSTS, [], ["a3", None, NOON, "7", "beside"], ["a4"]]
    planned = plan(written(xlsx({"posts": rows})))
    with parsed(planned.head, planned.sniff, "book") as reading:
        found = [(one.line, one.byte_start, one.outcome) for one in reading.entries]
    kinds = [one if isinstance(one, str) else type(one).__name__ for *_, one in found]
    assert [line for line, _, _ in found] == [1, 2, 3, 4, 5, 6]
    assert {start for _, start, _ in found} == {None}
    assert kinds == ["header", "Record", "Record", "blank", "Reject", "Reject"]
    assert found[4][2].reason == "expected 4 cells, found 5"  # type: ignore[union-attr]


def test_a_header_below_a_preamble_is_found(written: Write) -> None:
    columns: list[Cell] = [
        *map(str.title, BRANDWATCH),
        "Date",
        "Author",
        "Url",
        "Domain",
    ]
    row = ["1", "q", "some text", "post", "twitter", "2020-01-01 10:00:00.0", "me"]
    rows: list[list[Cell]] = [["Report:", "All"], [], columns]
    rows += [[*row, "https://twitter.com/me/status/1", "twitter.com"]] * 2
    planned = plan(written(xlsx({"Sheet": rows})))
    assert planned.sniff.importer == "brandwatch"


def test_columns_need_names_of_their_own(written: Write) -> None:
    twice = written(xlsx({"a": [["x", "x"], ["1", "2"]]}))
    with pytest.raises(ImportFormatError, match="more than one column named x"):
        looked(twice)
    nameless = written(xlsx({"a": [["x", None, "y"], ["1", "2", "3"]]}))
    with pytest.raises(ImportFormatError, match="Column 2"):
        looked(nameless)
    with pytest.raises(ImportFormatError, match="no record"):
        looked(written(xlsx({"a": [["x", "y"], []]})))


def test_each_sheet_is_a_member(written: Write) -> None:
    path = written(xlsx({"one": POSTS, "two": POSTS}), "book.xlsx")
    assert files_in([path]) == [(path, "one"), (path, "two")]
    assert plan(path, member="two").name == "book.xlsx: two"
    with pytest.raises(ImportFormatError, match="has 2 sheets"):
        looked(path)
    with pytest.raises(ImportFormatError, match="has no sheet three"):
        looked(path, "three")


def test_a_case_is_rebuilt_from_the_workbook(written: Write, tmp_path: Path) -> None:
    path = written(xlsx({"one": POSTS, "two": [HEADER, [*POSTS[1][:3], "9"]]}))
    folder = tmp_path / "a.rasad"
    with open_case(folder, create=True) as case:
        rows = [case.import_file(plan(path, member=name)) for name in ("one", "two")]
        posts = case.store.rows("SELECT * FROM post ORDER BY ALL")
        again = case.import_file(plan(path, member="two"))
    assert [(row["records"], row["accepted"]) for row in rows] == [(2, 2), (1, 1)]
    assert again == rows[1]
    (folder / "case.duckdb").unlink()
    with open_case(folder) as case:
        assert case.notices == ["Sources read again from the evidence: 2."]
        assert case.store.rows("SELECT * FROM post ORDER BY ALL") == posts


def test_day_numbers_are_no_times(written: Write) -> None:
    row: list[Cell] = ["a", "u", 43831.5, "1"]
    rows = [HEADER, row, row, row]
    with pytest.raises(Exception, match="day numbers of a spreadsheet"):
        looked(
            written(xlsx({"a": rows})),
            mapping={"account": "account_id", "time": "created_at", "object": "url"},
        )


@pytest.mark.parametrize("account", ["a1", "a2"])
def test_a_purge_drops_a_workbook_or_refuses(
    account: str, written: Write, tmp_path: Path
) -> None:
    folder = tmp_path / "a.rasad"
    with open_case(folder, create=True) as case:
        case.import_file(plan(written(xlsx({"posts": POSTS[:2]}), "book.xlsx")))
        table = (
            "account_id,url,created_at\na2,https://x.example/1,2020-01-01 10:00:00\n"
        )
        case.import_file(plan(written(table, "b.csv")))
    wanted = Wanted(accounts=(account,))
    if account == "a2":
        assert purge(folder, wanted)["left"] == 0
        return
    with pytest.raises(CannotCutError, match="book.xlsx: posts cannot be written"):
        purge(folder, wanted)
    told = purge(folder, wanted, drop_sources=True)
    assert (told["left"], told["sources_removed"]) == (0, 1)


def test_edges_are_not_read_from_a_workbook(written: Write) -> None:
    with pytest.raises(ImportFormatError, match="is a workbook: save the table as CSV"):
        action_table(written(xlsx({"posts": POSTS})), None)
