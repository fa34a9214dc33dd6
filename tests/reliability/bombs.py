"""Small files that become very large, very many or very slow when they are read."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from importers.workbooks import MAIN, packed, xlsx_parts

TIMES = 100
ROWS = b"a,2024-03-01T10:00:00Z,the same words again and again\n" * 20_000
HEADER = b"account,time,text\n"
TABLE = (HEADER, *(ROWS for _ in range(TIMES)))
NOON = "2024-03-01T10:00:00Z"
MIB = 1 << 20


def gzipped(path: Path, parts: Sequence[bytes] = TABLE) -> None:
    members = {part: gzip.compress(part) for part in set(parts)}
    path.write_bytes(b"".join(members[part] for part in parts))


def zstandarded(path: Path) -> None:
    with path.open("wb") as raw, zstandard.ZstdCompressor().stream_writer(raw) as file:
        for part in TABLE:
            file.write(part)


def zipped(path: Path, parts: Sequence[bytes] = TABLE) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("posts.csv", "w") as file,
    ):
        for part in parts:
            file.write(part)


def endless_line(path: Path) -> None:
    gzipped(path, (b'{"account": "', *[b"a" * MIB] * TIMES))


def endless_cell(path: Path) -> None:
    gzipped(path, (HEADER + b'a,"', *[b"a" * MIB] * TIMES))


def small_members(path: Path) -> None:
    """Many files in an archive, each of which may be unpacked."""
    inside = HEADER + ROWS * 50
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", inside)


def one_byte_range(path: Path) -> None:
    """One packed file, under a hundred names."""
    zipped(path, (HEADER + ROWS,))
    content = path.read_bytes()
    begin = content.index(b"PK\1\2")
    entry, end = content[begin:-22], bytearray(content[-22:])
    entries = [entry.replace(b"posts", b"%05d" % number) for number in range(100)]
    size = sum(map(len, entries))
    end[8:12] = (100).to_bytes(2, "little") * 2
    end[12:16] = size.to_bytes(4, "little")
    path.write_bytes(content[:begin] + b"".join(entries) + end)


def long_list(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number:030}.csv", b"")


def nested_gzip(path: Path) -> None:
    inner = gzip.compress(gzip.compress(bytes(64 * MIB)))
    path.write_bytes(gzip.compress(inner))


def nested_zip(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts.csv", bytes(64 * MIB))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())


def parquet(path: Path, texts: pa.Array, **how: object) -> None:
    size = len(texts)
    account = pa.DictionaryArray.from_arrays(pa.array([0] * size), pa.array(["a"]))
    time = pa.DictionaryArray.from_arrays(pa.array([0] * size), pa.array([NOON]))
    columns = {"account": account, "time": time, "text": texts}
    pq.write_table(pa.table(columns), path, compression="zstd", **how)


def one_huge_text(path: Path) -> None:
    """Write a text of a mebibyte that is kept once, and meant by a thousand rows."""
    once = pa.array(["a" * MIB])
    parquet(path, pa.DictionaryArray.from_arrays(pa.array([0] * 1_000), once))


def endless_rows(path: Path) -> None:
    once = pa.array(["a"])
    codes = pa.array([0] * 5_000_000, pa.int8())
    columns = {
        name: pa.DictionaryArray.from_arrays(codes, once)
        for name in ("account", "time", "text")
    }
    pq.write_table(pa.table(columns), path)


def large_page(path: Path) -> None:
    """Write a page of zeros that is packed to a thousandth."""
    texts = pa.array(["a" * 64 * MIB] * 4)
    parquet(path, texts, use_dictionary=False, write_statistics=False)


def large_footer(path: Path) -> None:
    parquet(path, pa.array(["a"]))
    table = pq.read_table(path).replace_schema_metadata({"note": "a" * 48 * MIB})
    pq.write_table(table, path)


def deep_line(path: Path) -> None:
    path.write_bytes(b'{"account":' + b"[" * 8 * MIB)


def many_brackets(path: Path) -> None:
    pairs = b"[]," * (5 * MIB)
    gzipped(path, (b'{"account":"a","time":[', pairs[:-1], b"]}\n"))


def long_number(path: Path) -> None:
    path.write_bytes(b'{"account":"a","time":' + b"9" * 8 * MIB + b"}\n")


def long_key(path: Path) -> None:
    line = b'{"account":"a","' + b"k" * 8 * MIB + b'":"x"}\n'
    gzipped(path, [line] * 30)


def endless_list(path: Path) -> None:
    gzipped(path, (b"[", *[b"0," * MIB] * (TIMES // 2)))


def open_quotes(path: Path) -> None:
    """Write lines each of which opens a quote that nothing closes."""
    path.write_bytes(HEADER + b'a,"x,\n"b' * 300_000)


def workbook_part(path: Path) -> None:
    parts = xlsx_parts({"a": [["account", "time", "text"], ["a", NOON, "x"]]})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("xl/media/image.png", bytes(200 * MIB))


def shared_strings(path: Path) -> None:
    """Write a text that is kept once, and meant by ninety thousand cells."""
    parts = xlsx_parts({"a": [["account", "time", "text"]]})
    sheet = parts["xl/worksheets/sheet1.xml"]
    cells = "".join(f'<c r="{name}2" t="s"><v>0</v></c>' for name in "ABC")
    rows = "".join(
        f'<row r="{number}">{cells.replace("2", str(number), 3)}</row>'
        for number in range(2, 30_000)
    )
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        "</sheetData>", f"{rows}</sheetData>"
    )
    strings = f'<sst xmlns="{MAIN}"><si><t>{"a" * 30_000}</t></si></sst>'
    path.write_bytes(packed(parts | {"xl/sharedStrings.xml": strings}))


UNPACKED = "200 times as large"
NO_MEMORY = "needed more than 256MiB of memory"
NO_RECORD = "no record was found"
BOMBS: dict[Callable[[Path], None], str] = {
    gzipped: UNPACKED,
    zstandarded: UNPACKED,
    zipped: UNPACKED,
    endless_line: UNPACKED,
    endless_cell: UNPACKED,
    endless_list: UNPACKED,
    small_members: UNPACKED,
    one_byte_range: "damaged zip archive",
    long_list: "lists more files than are read packed",
    nested_gzip: "compressed with gzip",
    nested_zip: "a zip archive",
    one_huge_text: UNPACKED,
    endless_rows: UNPACKED,
    large_page: NO_MEMORY,
    large_footer: "damaged Parquet",
    deep_line: NO_RECORD,
    many_brackets: NO_MEMORY,
    long_number: NO_RECORD,
    long_key: "It is not certain what the columns",
    open_quotes: "Most of the first records",
    workbook_part: UNPACKED,
    shared_strings: "The reader of shared_strings",
}
"""What makes each, and what is said of it."""
