"""Whatever a file holds, every byte belongs to one span, or the file is refused."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.errors import ImportFormatError
from rasad.extend import Reject
from rasad.importers.delimited import MOST_LINES, Row
from rasad.importers.lines import LONGEST
from rasad.importers.reader import inspect, rows

Write = Callable[..., Path]

HEADER = "post,account,time\n"


def spans(path: Path, optional: int = 0) -> list[Row]:
    found = list(rows(inspect(path), optional))
    end = 0
    for _, start, stop, _ in found:
        assert start == end
        assert stop is not None
        end = stop
    assert end == path.stat().st_size
    return found


def good(found: list[Row]) -> list[list[str | None]]:
    return [cells for *_, cells in found if isinstance(cells, list)]


def rejects(found: list[Row]) -> list[Reject]:
    return [outcome for *_, outcome in found if isinstance(outcome, Reject)]


# --- refused -------------------------------------------------------------------------


def workbook(member: str = "xl/workbook.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "x")
    return buffer.getvalue()


REFUSED = {
    "empty": (b"", "is empty"),
    "only a byte-order mark": (b"\xef\xbb\xbf\n", "is empty"),
    "header only": (HEADER.encode(), "no record"),
    "header and blank lines": (HEADER.encode() + b"\n\n", "no record"),
    "binary": (bytes(range(256)) * 20, "binary"),
    "only NUL": (b"\0" * 1000, "binary"),
    "gzip in gzip": (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "gzip: unpack"),
    "empty gzip": (gzip.compress(b""), "empty or damaged"),
    "bzip2": (bz2.compress(b"a,b\n1,2\n"), "bzip2: unpack"),
    "xz": (lzma.compress(b"a,b\n1,2\n"), "xz: unpack"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00abc", "empty or damaged"),
    "zip": (workbook("a.csv"), "does not begin with a header"),
    "Excel": (workbook(), "a workbook: save"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "a workbook"),
    "pickle": (b"\x80\x04\x95\x07\x00\x00\x00\x00\x00\x00\x00.", "pickle"),
    "JSON": (b"[1, 2]\n", "no record was found"),
    "page": (b"<html><p>a,b\n", "page"),
    "damaged Parquet": (b"PAR1\x15\x04" + b"\0" * 50, "damaged Parquet"),
    "Latin-1": ("naïve,b\n1,2\n".encode("latin1"), "not in UTF-8"),
    "Latin-1 records": ("a,b\né,2\nü,3\n".encode("latin1"), "save it as UTF-8"),
    "UTF-16 without a mark": ("a,b\n1,2\n".encode("utf-16-le") * 9, "UTF-16"),
    "UTF-32": ("a,b\n1,2\n".encode("utf-32"), "UTF-32"),
    "prose": (b"Only words here.\nAnd here.\n", "header"),
    "repeated names": (b"a,b,a\n1,2,3\n", "more than one column named a"),
    "nameless column": (b"a,,c\n1,2,3\n", "Column 2"),
    "other widths": (b"a,b\n1,2,3\n1,2,3\n", "expected 2 cells, found 3"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_a_table_is_refused_with_what_to_do(
    kind: str, written: Write
) -> None:
    content, said = REFUSED[kind]
    with pytest.raises(ImportFormatError, match=said) as caught:
        inspect(written(content))
    assert caught.value.todo
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFormatError, match="does not exist"):
        inspect(tmp_path / "absent.csv")
    with pytest.raises(ImportFormatError, match="not a file"):
        inspect(tmp_path)


def test_a_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (a)")
    database.close()
    with pytest.raises(ImportFormatError, match="SQLite"):
        inspect(path)


def test_columns_named_like_foreign_files_are_read(written: Write) -> None:
    for name in ("PAR1", "PARENT", "BZh", "FEA1", "DUCK"):
        path = written(f"{name},b\n1,2\n")
        assert inspect(path).columns == (name, "b")


# --- read ----------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(mark: str, written: Write) -> None:
    path = written(f"a{mark}b{mark}c\n1{mark}2{mark}3, 4\n".replace(", ", ".."))
    head = inspect(path)
    assert head.columns == ("a", "b", "c")
    assert head.container == ("tsv" if mark == "\t" else "csv")
    assert good(spans(path)) == [["1", "2", "3..4"]]


def test_the_name_of_a_file_does_not_matter(written: Write) -> None:
    assert inspect(written("a,b\n1,2\n", "x.parquet")).container == "csv"


def test_the_byte_order_mark_belongs_to_the_header(written: Write) -> None:
    path = written(b'\xef\xbb\xbf"post","b"\r\n1,2\r\n')
    found = spans(path)
    assert inspect(path).columns == ("post", "b")
    assert found[0] == (1, 0, 15, "header")
    assert found[1] == (2, 15, 20, ["1", "2"])


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_a_mark_is_read_with_exact_spans(
    codec: str, written: Write
) -> None:
    text = '\ufeffa\tb\r\n1\t"سلام\n😀"\r\n2\tx'
    path = written(text.encode(codec))
    found = spans(path)
    assert good(found) == [["1", "سلام\n😀"], ["2", "x"]]
    raw = path.read_bytes()
    _, start, end, _ = found[1]
    assert raw[start:end].decode(codec) == '1\t"سلام\n😀"\r\n'


def test_half_a_character_at_the_end_of_utf_16_is_rejected(written: Write) -> None:
    path = written("\ufeffa\tb\n1\t2\n".encode("utf-16-le") + b"\x31")
    assert good(spans(path)) == [["1", "2"]]
    assert len(rejects(spans(path))) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_inside_quotes_stay_in_the_cell(end: str, written: Write) -> None:
    inner = "a\nb\r\nc\rd\u2028e\x0bf\x85g"
    path = written(f'x,y{end}1,"{inner}"{end}2,z{end}')
    assert good(spans(path)) == [["1", inner], ["2", "z"]]


def test_lines_are_counted_as_an_editor_does(written: Write) -> None:
    found = spans(written('a,b\n1,"x\ny"\n\n2,z\n'))
    assert [line for line, *_ in found] == [1, 2, 4, 5]
    assert found[2][3] == "blank"


def test_blank_lines_before_the_header_belong_to_it(written: Write) -> None:
    found = spans(written("\n\r\na,b\n1,2\n"))
    assert found[0] == (1, 0, 7, "header")
    assert found[1][0] == 4


def test_files_laid_end_to_end_have_headers_inside(written: Write) -> None:
    path = written(b'a,b\n1,2\n\xef\xbb\xbf"a",b\n3,4\n')
    found = spans(path)
    assert good(found) == [["1", "2"], ["3", "4"]]
    assert [row[3] for row in found].count("header") == 2


def test_a_row_of_another_width_is_rejected_alone(written: Write) -> None:
    found = spans(written("a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n"))
    assert good(found) == [["1", "2", "3"], ["4", "5", "6"]]
    assert [one.reason for one in rejects(found)] == [
        "expected 3 cells, found 2",
        "expected 3 cells, found 4",
    ]


def test_trailing_cells_may_be_declared_optional(written: Write) -> None:
    path = written("a,b,c\n1,2,3\n1,2\n1\n2,2,2\n")
    found = spans(path, optional=1)
    assert good(found) == [["1", "2", "3"], ["1", "2", None], ["2", "2", "2"]]
    assert len(rejects(found)) == 1


def test_undecodable_bytes_and_nul_reject_their_record_only(written: Write) -> None:
    path = written(
        b'a,b\n1,2\n\xff,2\n"x\n\xfe",3\n3,\0\n4,\xed\xa0\x80\n' + b"5,6\n" * 3
    )
    found = spans(path)
    assert good(found) == [["1", "2"], *[["5", "6"]] * 3]
    assert len(rejects(found)) == 4
    assert "NUL" in rejects(found)[2].reason
    assert "\xff" not in rejects(found)[0].preview


def test_a_stray_quote_does_not_swallow_what_follows(written: Write) -> None:
    after = "".join(f"{n},x,y\n" for n in range(50))
    found = spans(written('a,b,c\n0,x,y\n1,"stray,y\n' + after))
    assert len(good(found)) == 51
    (one,) = rejects(found)
    assert not one.ends_early
    assert "never closed" in one.reason


def test_a_stray_quote_between_quoted_texts_costs_one_region(written: Write) -> None:
    body = '1,"text, one"\n2,"broken\n3,"text, three"\n4,"two\nlines"\n5,x\n'
    found = spans(written("a,b\n" + body))
    kept = [cells[0] for cells in good(found)]
    assert kept[0] == "1"
    assert "5" in kept
    assert len(rejects(found)) == 1


def test_a_file_that_stops_inside_a_quote_says_so(written: Write) -> None:
    found = spans(written('a,b\n1,2\n2,"the end is\nmissing'))
    assert good(found) == [["1", "2"]]
    (one,) = rejects(found)
    assert one.ends_early
    assert found[-1][0] == 3


def test_a_record_without_a_last_line_end_is_whole(written: Write) -> None:
    assert good(spans(written("a,b\n1,2\n3,4"))) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("size", [LONGEST + 1, 3 * LONGEST + 7])
def test_a_line_above_the_limit_is_one_reject(size: int, written: Write) -> None:
    for end in ("\n", "\r\n", "\r"):
        body = f"a,b{end}1,2{end}9,{'x' * size}{end}3,4{end}"
        found = spans(written(body))
        assert good(found) == [["1", "2"], ["3", "4"]]
        (one,) = rejects(found)
        assert "1 MiB" in one.reason
        assert len(one.preview) <= 200


def test_a_long_line_at_the_end_of_the_file_is_one_reject(written: Write) -> None:
    found = spans(written("a,b\n1,2\n" + "y" * (2 * LONGEST)))
    assert len(rejects(found)) == 1
    wide = ("\ufeffa,b\n1,2\n" + "y" * LONGEST + "\n3,4\n").encode("utf-16-le")
    found = spans(written(wide))
    assert good(found) == [["1", "2"], ["3", "4"]]
    assert len(rejects(found)) == 1


def test_a_record_of_too_many_lines_is_left_at_the_next_good_one(
    written: Write,
) -> None:
    lines = "\n".join("no commas here" for _ in range(MOST_LINES + 5))
    found = spans(written(f'a,b\n1,2\n2,"{lines}\n3,4\n'))
    assert good(found) == [["1", "2"], ["3", "4"]]
    (one,) = rejects(found)
    assert "1,000 lines" in one.reason


def test_quotes_that_always_stay_open_end_in_bounded_time(
    written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rasad.importers.delimited.PATIENCE", 1 << 16)
    monkeypatch.setattr("rasad.importers.delimited.PATIENCE_PER_BYTE", 0)
    found = spans(written("a,b\n1,2\n" * 200 + 'a","c\n' * 5_000))
    assert len(good(found)) == 200
    assert len(rejects(found)) == 1


# --- any file ------------------------------------------------------------------------

CELL = st.text(
    st.sampled_from("ab,;\"'\n\r\t |\u2028ی😀\u202e"),
    max_size=6,
)
RECORD = st.tuples(st.integers(1, 99).map(str), CELL, CELL)
DAMAGE = st.sampled_from(
    [b'"', b'x,"y', b"\xff\n", b"\0", b",\n", b"1,2,3,4\n", b'a"b"c\n', b"\r", b"\n"]
)


@st.composite
def damaged_files(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """Bytes of a table, its number of records, and of damages."""
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    content = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + f"id,b,c{end}".encode()
    parts = draw(st.lists(st.one_of(RECORD, RECORD, DAMAGE), max_size=12))
    for part in parts:
        content += part if isinstance(part, bytes) else encoded(part, end)
    damages = sum(isinstance(part, bytes) for part in parts)
    if draw(st.booleans()):
        content = content.rstrip(b"\r\n")
    return content, len(parts) - damages, damages


def encoded(record: tuple[str, ...], end: str) -> bytes:
    buffer = io.StringIO(newline="")
    # Python 3.11 leaves a line end of another kind without quotes.
    broken = any(mark in cell for cell in record for mark in "\r\n")
    csv.writer(
        buffer,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if broken else csv.QUOTE_MINIMAL,
    ).writerow(record)
    return buffer.getvalue().encode()


@settings(max_examples=400, deadline=None)
@given(damaged_files())
def test_spans_of_any_file_follow_each_other_to_its_end(
    made: tuple[bytes, int, int],
) -> None:
    content, records, damages = made
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes(content)
        try:
            found = spans(path)
        except ImportFormatError:
            assert damages or not records
            return
    assert all(len(cells) == 3 for cells in good(found))
    if not damages:
        assert len(good(found)) == records
        assert rejects(found) == []
        assert content == b"".join(content[start:end] for _, start, end, _ in found)


@settings(max_examples=100, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=20), st.integers(0, 19))
def test_what_is_written_is_read_back(
    records: list[tuple[str, str, str]], cut: int
) -> None:
    raw = b"id,b,c\n" + b"".join(encoded(record, "\n") for record in records)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes(raw)
        found = spans(path)
    assert good(found) == [list(record) for record in records]
    _, start, end, cells = found[1 + cut % len(records)]
    again = list(csv.reader(io.StringIO(raw[start:end].decode(), newline="")))
    assert again == [cells]


# --- quotes behind backslashes -------------------------------------------------------

ESCAPED = (
    'post,account,text\n1,a,"say \\"hi\\", then\nleave"\n2,b,"plain, words"\n'
    '3,c,"ends \\""\n4,d,"a \\\\ b"\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quotes_behind_backslashes_are_read(
    end: str, encoding: str, written: Write
) -> None:
    found = spans(written(ESCAPED.replace("\n", end).encode(encoding)))
    assert [cells[2] for cells in good(found)] == [
        f'say "hi", then{end}leave',
        "plain, words",
        'ends "',
        "a \\ b",
    ]
    assert rejects(found) == []
    assert [row[0] for row in found] == [1, 2, 4, 5, 6]


def test_damage_among_quotes_behind_backslashes_is_one_reject(written: Write) -> None:
    found = spans(written(ESCAPED + '5,e,"x"y\n' + '6,f,"\\"z\\""\n' * 2))
    assert len(rejects(found)) == 1
    assert good(found)[-1] == ["6", "f", '"z"']


def test_a_backslash_is_a_letter_where_quotes_are_doubled(written: Write) -> None:
    text = 'post,account,text\n1,a,"C:\\new ""x"""\n2,b,C:\\new\n3,c,"ends \\"\n'
    found = good(spans(written(text)))
    assert [cells[2] for cells in found] == ['C:\\new "x"', "C:\\new", "ends \\"]
