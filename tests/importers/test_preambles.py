"""A header further down is found where a known format has one, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rasad.errors import ImportFormatError
from rasad.importers.delimited import Row
from rasad.importers.preambles import BRANDWATCH, MOST_ROWS
from rasad.importers.reader import inspect, rows

Write = Callable[..., Path]

NAMES = [name.title() for name in BRANDWATCH]
HEADER = ",".join(["Date", *NAMES])
RECORD = "2024-01-02 03:04:05,1,یک,متن,post,twitter"


def spans(path: Path) -> list[Row]:
    found = list(rows(inspect(path)))
    assert [row[1] for row in found] == [0, *(row[2] for row in found[:-1])]
    assert found[-1][2] == path.stat().st_size
    return found


@pytest.mark.parametrize(
    "preamble",
    [
        "Report:,Bulk Mentions Download\nBrand:,گزارش\nFrom:,1 Jan 2024\nLabel:,\n\n",
        "Report:\n\n\nall mentions\n",
        # As a spreadsheet writes it: as wide as the table.
        "Report:,Bulk,,,,\n,,,,,\nLabel:,,,,,\n",
        '"Report:","of ""all""\nmentions"\n',
        "\ufeffReport:,x\n",
        "sep,\n" * (MOST_ROWS - 1),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_preamble_belongs_to_the_header(
    preamble: str, end: str, written: Write
) -> None:
    text = f"{preamble}{HEADER}\n{RECORD}\n{RECORD}\n".replace("\n", end)
    path = written(text)
    found = spans(path)
    assert inspect(path).columns == ("Date", *NAMES)
    assert found[0][3] == "header"
    raw = path.read_bytes()[found[0][1] : found[0][2]]
    assert raw.decode().endswith(HEADER + end)
    assert [row[3] for row in found[1:]] == [RECORD.split(",")] * 2


def test_a_preamble_is_found_in_utf_16_with_tabs(written: Write) -> None:
    text = f"\ufeffReport:\tx\n\n{HEADER}\n{RECORD}\n".replace(",", "\t")
    path = written(text.encode("utf-16-le"))
    assert inspect(path).container == "tsv"
    assert [row[3] for row in spans(path)] == ["header", RECORD.split(",")]


def test_the_header_may_not_be_further_down(written: Write) -> None:
    path = written("sep,\n" * MOST_ROWS + f"{HEADER}\n{RECORD}\n")
    with pytest.raises(ImportFormatError, match="no name"):
        inspect(path)


def test_an_unknown_table_keeps_its_first_row_as_header(written: Write) -> None:
    path = written("a,b\nx,y\naccount,object\n1,2\n")
    assert inspect(path).columns == ("a", "b")


def test_a_record_cannot_pass_for_a_header(written: Write) -> None:
    """Somebody whose profile spells a signature hides no record."""
    columns = "id,name,place,bio,url,text"
    hostile = ",".join(["9", *NAMES])
    path = written(f"{columns}\n1,a,b,c,d,e\n{hostile}\n2,a,b,c,d,e\n")
    found = spans(path)
    assert inspect(path).columns == tuple(columns.split(","))
    assert len([row for row in found if isinstance(row[3], list)]) == 3


def test_damage_before_a_header_ends_the_search(written: Write) -> None:
    path = written(f'Report:,x\n"a"b,c\n{HEADER}\n{RECORD}\n')
    with pytest.raises(ImportFormatError, match="cannot be read"):
        inspect(path)


def test_a_first_line_without_end_is_refused(written: Write) -> None:
    path = written("a," + "x" * (2 << 20) + "\n1,2\n")
    with pytest.raises(ImportFormatError, match="header"):
        inspect(path)


def test_a_header_that_backslashes_would_swallow_is_still_read(written: Write) -> None:
    path = written(b'"a\\",b\n"y"z,3\n1,2\n1,2\n')
    assert inspect(path).columns == ("a\\", "b")
    assert [row[3] for row in spans(path)][2:] == [["1", "2"]] * 2
