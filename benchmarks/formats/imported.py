"""One file through the front door, and whether everything in it is accounted for."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from rasad.cli import main
from rasad.importers.provisional import PROVISIONAL
from rasad.importers.unpacking import Place, opened
from rasad.store.duckdb import DuckDBStore

FATES = ("accepted", "duplicate", "filtered", "rejected")
SPANS = ("header_bytes", "blank_bytes", "record_bytes")
PART = 1 << 20

Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """What became of a file, or of one inside an archive.

    `size` is counted from the file itself, never taken from the import. `wrong` says
    what does not balance, and is empty where all does. `why` is the sentence of a
    refusal, after which nothing was imported.
    """

    name: str
    format: str
    counts: dict[str, int]
    size: int
    provisional: bool = False
    by_rows: bool = False
    wrong: tuple[str, ...] = ()
    why: str = ""


def imported(path: Path, mapping: str = "") -> list[Line]:
    """Import a file into a new case; return a line for it, or for each file in it."""
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        words = ["import", str(case), str(path), "--json"]
        code, out, said = _run([*words, *(["--map", mapping] if mapping else [])])
        if code:
            return [_refused(path, said)]
        return [_line(row, path, held) for row, held in _held(json.loads(out), case)]


def imported_whole(folder: Path) -> Line:
    """Import a folder as one; each of its files is imported or named as left out."""
    with tempfile.TemporaryDirectory() as beside:
        case = Path(beside) / "case"
        code, out, said = _run(["import", str(case), str(folder), "--json"])
        if code:
            return _refused(folder, said)
        lines = [
            _line(row, folder / row["name"], held)
            for row, held in _held(json.loads(out), case)
        ]
        with DuckDBStore(case / "case.duckdb") as store:
            left_out = store.rows("FROM left_out")
    files = [path for path in folder.rglob("*") if path.is_file()]
    rest = sum(row["bytes"] for row in left_out)
    size = sum(line.size for line in lines)
    whole = len(lines) + len(left_out) == len(files)
    whole &= size + rest == sum(path.stat().st_size for path in files)
    wrong = [one for line in lines for one in line.wrong]
    return Line(
        name=f"{folder.name}/, {len(files)} files at once",
        format="a folder",
        counts={
            name: sum(line.counts[name] for line in lines) for name in lines[0].counts
        },
        size=size,
        wrong=(*wrong, *(() if whole else ("files",))),
        why=f"and {len(left_out)} files left out, {rest:,} bytes",
    )


def _run(words: list[str]) -> tuple[int, str, str]:
    """Run the command line as a person does, in this process."""
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = main.main(words, prog_name="rasad", standalone_mode=False)
    return int(code or 0), out.getvalue(), said.getvalue()


def _held(sources: list[Row], case: Path) -> Iterator[tuple[Row, Row]]:
    """Yield each source with what the tables of the case hold of it."""
    with DuckDBStore(case / "case.duckdb") as store:
        for row in sources:
            held = {
                table: store.rows(
                    f"SELECT count(*) AS n FROM {table} WHERE source_id = $id",
                    id=row["source_id"],
                )[0]["n"]
                for table in ("post", "rejected")
            }
            yield row, held


def _line(row: Row, path: Path, held: Row) -> Line:
    place = Place(path, row["member"])
    by_rows = path.suffix == ".parquet"
    size = path.stat().st_size if by_rows else _size(place)
    return Line(
        name=place.name,
        format=row["format"],
        counts={name: row[name] for name in ("records", *FATES, "bytes", *SPANS)},
        size=size,
        provisional=PROVISIONAL in json.loads(row["notes"]),
        by_rows=by_rows,
        wrong=tuple(_wrong(row, held, size, path if by_rows else None)),
    )


def _wrong(row: Row, held: Row, size: int, parquet: Path | None) -> Iterator[str]:
    """Yield what does not balance."""
    if row["records"] != sum(row[fate] for fate in FATES):
        yield "records"
    if held != {"post": row["accepted"], "rejected": row["rejected"]}:
        yield "tables"
    if row["bytes"] != size:
        yield "size"
    if parquet is None and sum(row[span] for span in SPANS) != size:
        yield "bytes"
    if parquet and row["records"] != pq.read_metadata(parquet).num_rows:
        yield "rows"


def _size(place: Place) -> int:
    """Return how many bytes a file holds when it is unpacked."""
    size = 0
    with opened(place) as file:
        while part := file.read(PART):
            size += len(part)
    return size


def _refused(path: Path, said: str) -> Line:
    """Return the line of a file that was refused: only an empty one lost nothing."""
    size = path.stat().st_size
    return Line(
        name=path.name,
        format="none",
        counts=dict.fromkeys(("records", *FATES, "bytes", *SPANS), 0),
        size=size,
        wrong=("refused",) if size else (),
        why=said.strip().splitlines()[-1] if said.strip() else "no reason given",
    )
