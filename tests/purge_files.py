"""Files of every kind that hold marked accounts, and a search for their marks."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from rasad.store.duckdb import DuckDBStore

N_MARKED = 50
"""Accounts that are to be purged, of twice as many."""

COLUMNS = ("post_id", "user_id", "username", "author_name", "created_at", "text")
COLUMNS_MORE = (*COLUMNS, "reply_to")
MAP = {
    "account": "user_id",
    "post": "post_id",
    "time": "created_at",
    "text": "text",
    "handle": "username",
    "name": "author_name",
}


def handle(number: int) -> str:
    return f"marker_{number:03}x" if number < N_MARKED else f"someone_{number:03}y"


def account(number: int) -> str:
    return f"77{number:06}11"


def name(number: int) -> str:
    return f"نام مخفی {number:03}" if number % 2 else f'Hidden "Name" {number:03}'


def text(number: int, post: int) -> str:
    if number < N_MARKED:
        return f'متن نشان‌دار {number:03}-{post}\nدر دو سطر، with "quotes" and /slash'
    return (
        f"A post of {number} about @{handle(number % N_MARKED)}, number {post}: "
        f"https://x.com/{handle(post % N_MARKED)}/status/9{post:09}"
    )


def rows(first: int = 0, step: int = 1, posts: int = 3) -> list[dict[str, str]]:
    """Posts of marked and other accounts, who mention those and reply to them."""
    found = []
    for number in range(first, 2 * N_MARKED, step):
        for post in range(posts):
            values = (
                f"88{number:04}{post:04}",
                account(number),
                handle(number),
                name(number),
                f"2022-10-0{1 + post} 10:{number % 60:02}:{first:02}",
                text(number, post),
                account((number + 1) % N_MARKED),
            )
            found.append(dict(zip(COLUMNS_MORE, values, strict=True)))
    return found


def marks() -> list[str]:
    """Every string that names a marked account: ids, handles, names, lines of texts."""
    numbers = range(N_MARKED)
    lines = [text(number, 0).split("\n")[0] for number in numbers]
    return [*map(handle, numbers), *map(account, numbers), *map(name, numbers), *lines]


def as_csv(table: Iterable[dict[str, str]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, COLUMNS_MORE)
    writer.writeheader()
    writer.writerows(table)
    return written.getvalue().encode()


def as_lines(table: Iterable[dict[str, str]], letters: bool = True) -> bytes:
    lines = (json.dumps(row, ensure_ascii=not letters) for row in table)
    return "".join(line + "\n" for line in lines).encode()


def write_files(folder: Path) -> list[Path]:
    """Write one file per container, each with posts of its own."""
    folder.mkdir()
    parts = [rows(first=n, step=8, posts=2) for n in range(8)]
    wide = as_csv(parts[7]).decode().encode("utf-16")
    contents = {
        "plain.csv": as_csv(parts[0]),
        "lines.jsonl": as_lines(parts[1], letters=False),
        "document.json": json.dumps(parts[2], indent=1).encode(),
        "packed.csv.gz": gzip.compress(as_csv(parts[3])),
        "packed.jsonl.zst": zstandard.compress(as_lines(parts[4])),
        "wide.csv": wide,
    }
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    pq.write_table(pa.Table.from_pylist(parts[5]), folder / "rows.parquet")
    with zipfile.ZipFile(folder / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{handle(3)}/one.csv", as_csv(parts[6][::2]))
        archive.writestr("two.jsonl", as_lines(parts[6][1::2]))
    return sorted(folder.iterdir())


def write_few(folder: Path) -> list[Path]:
    """Write a table and lines of JSON."""
    folder.mkdir()
    (folder / "one.csv").write_bytes(as_csv(rows(posts=1)))
    (folder / "two.jsonl").write_bytes(as_lines(rows(first=1, step=3, posts=1)))
    return sorted(folder.iterdir())


def found_in(case: Path, wanted: Iterable[str]) -> set[str]:
    """Return which strings stand in any file of a case, as it is or unpacked."""
    contents = [*unpacked(case)]
    return {mark for mark in wanted if any(mark in content for content in contents)}


def unpacked(case: Path) -> Iterator[str]:
    for path in sorted(case.rglob("*")):
        if path.is_file():
            yield path.name
            yield from _texts(path)


def _texts(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    yield from _ways(content)
    if content.startswith(b"\x1f\x8b"):
        yield from _ways(gzip.decompress(content))
    elif content.startswith(b"\x28\xb5\x2f\xfd"):
        whole = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read()
        yield from _ways(whole)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield member.filename
                yield from _ways(archive.read(member))
    elif content.startswith(b"PAR1"):
        yield _strings(pq.read_table(path).to_pylist())
        yield repr(pq.read_schema(path).metadata)
    elif path.name == "case.duckdb":
        yield from _stored(path)


def _ways(content: bytes) -> Iterator[str]:
    """Read bytes as text of either encoding, and JSON as what it stands for."""
    plain = content.decode("utf-8", "replace").replace('""', '"')
    yield plain
    yield content[2:].decode("utf-16-le", "replace").replace('""', '"')
    if "\\" in plain:
        for line in plain.splitlines():
            yield _strings(_value(line))
        yield _strings(_value(plain))


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _strings(value: Any) -> str:
    """Return all text inside a value, no sign of it escaped, a line each."""
    if isinstance(value, dict):
        return _strings([*value, *value.values()])
    if isinstance(value, list | tuple):
        return "\n".join(map(_strings, value))
    return value if isinstance(value, str) else ""


def _stored(path: Path) -> Iterator[str]:
    with DuckDBStore(path) as store:
        tables = store.rows("SELECT table_name AS name FROM duckdb_tables()")
        for table in tables:
            yield _strings(store.rows(f'SELECT * FROM "{table["name"]}"'))
